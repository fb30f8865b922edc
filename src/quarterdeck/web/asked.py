"""What a browser sends as JSON, read with care."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, JsonResponse


def sent(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent, or the fields of a form; empty where it is neither."""
    if not request.content_type.startswith("application/json"):
        return dict(request.POST.items())
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def asked(request: HttpRequest, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A parameter of the address that holds JSON; ``None`` where it cannot be read."""
    try:
        return json.loads(request.GET.get(name, "null"))
    except ValueError:
        return None


def refused(message: str, status: int = 422) -> JsonResponse:
    """An answer that says in words why not."""
    return JsonResponse({"message": message}, status=status)


def whole(text: Any, default: int) -> int:  # noqa: ANN401
    """A whole number that was sent, or the default."""
    return int(text) if str(text).isdecimal() else default
