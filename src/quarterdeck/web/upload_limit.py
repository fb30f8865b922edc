"""Requests that are too large are refused before anything of them is read."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from quarterdeck.web.configuration import UPLOAD_MEGABYTES

PATH = "/import/upload"
OTHERS_MEGABYTES = 12


class UploadLimitMiddleware:
    """Says how much may be sent where more is announced."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the refusal."""
        most = UPLOAD_MEGABYTES if request.path in {PATH, *LARGE} else OTHERS_MEGABYTES
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > (most + 1) << 20:
            told = f"Expected at most {most} MB, got {int(length) >> 20 if length.isdecimal() else 0:,} MB."
            return HttpResponse(f"{told} Import it in parts.", status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


LARGE = frozenset({"/api/v1/import", "/api/v1/imports"})
