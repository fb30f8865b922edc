"""The first start: as long as nobody can sign in, every page says how to begin."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from quarterdeck.service.accounts import has_users
from quarterdeck.web.opening import current

OPEN_PATHS = ("/setup/", "/static/", "/health")


class FirstRunMiddleware:
    """Shows where the setup link is found until the first person has chosen a password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.begun = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the advice."""
        if not self.begun and not request.path.startswith(OPEN_PATHS):
            self.begun = has_users(current().workspace)
            if not self.begun:
                return render(request, "before_setup.html", status=503)
        return self.get_response(request)
