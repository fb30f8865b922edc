"""Pages for what goes wrong: in words, with a way on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, item, order or plan."""
    said = str(exception) if exception and exception.args and isinstance(exception.args[0], str) else ""
    return _page(request, 404, "This is not here", said or "The address leads nowhere, or what it named was deleted.")


def failed(request: HttpRequest) -> HttpResponse:
    """Our own mistake."""
    return _page(request, 500, "That did not work", "The mistake is ours; nothing was changed. Try again, or go back.")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's form
    """A request that cannot be read."""
    return _page(request, 400, "That could not be read", "Go back, load the page anew and try again.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's form
    """A form that is too old or came from elsewhere."""
    return _page(request, 403, "This form is out of date", "Go back, load the page anew and try again.")


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": f"{title}. {text}"}, status=status)
    return render(request, "failure.html", {"title": title, "text": text}, status=status)
