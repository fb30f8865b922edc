"""Routes and who may use them: each is declared once, with the right it needs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from quarterdeck.service.rights import Right, may

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the application.

    Parameters
    ----------
    path
        As Django's ``path`` takes it, without the leading slash; codes of the user are ``<str:…>`` or ``<path:…>``.
    name
        By which templates and tests know it.
    needs
        The right a person must have, or several of which one is enough; ``None`` for the few pages before signing in.
    methods
        The methods it answers to.
    """

    path: str
    view: View
    name: str
    needs: Right | tuple[Right, ...] | None
    methods: tuple[str, ...] = ("GET",)


def guarded(route: Route) -> View:
    """The route's view behind its right: a stranger is asked to sign in, others are told what they lack."""

    @functools.wraps(route.view)
    def view(request: HttpRequest, **values: Any) -> HttpResponse:  # noqa: ANN401
        if request.method not in route.methods and not (request.method == "HEAD" and "GET" in route.methods):
            return HttpResponseNotAllowed(route.methods)
        if route.needs is None:
            return route.view(request, **values)
        if not request.user.is_authenticated:
            return _asked_to_sign_in(request)
        rights = route.needs if isinstance(route.needs, tuple) else (route.needs,)
        if not any(may(request.user.role, right) for right in rights):
            needs = ", or ".join(right.value for right in rights)
            return render(request, "forbidden.html", {"needs": needs}, status=403)
        return route.view(request, **values)

    return view


def _asked_to_sign_in(request: HttpRequest) -> HttpResponse:
    """A page goes to the sign-in form; a part of a page tells the page to go there."""
    if request.htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": "/sign-in"})
    if "application/json" in request.headers.get("Accept", "") or request.method != "GET":
        return HttpResponse("Sign in first.", status=401, content_type="text/plain")
    return redirect_to_login(request.get_full_path(), "/sign-in")
