"""The whole interface, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from quarterdeck.api.access import Key, SignedIn
from quarterdeck.api.actions import actions_router
from quarterdeck.api.decisions import decisions_router
from quarterdeck.api.plans import plans_router
from quarterdeck.api.tables import tables_router
from quarterdeck.service.current import Current
from quarterdeck.version import __version__

ABOUT = """Everything the pages show and do. Send `Authorization: Bearer KEY` with a key from Settings.
Rows carry an ETag; changing or deleting one needs it in `If-Match`, so that two people never overwrite each other:
the second is answered 409 with both versions."""


def build_api(current: Current, start_job: Callable[..., int]) -> NinjaAPI:
    """The interface over a workspace; ``start_job`` hands a job to the worker."""
    api = NinjaAPI(
        title="Quarterdeck", version=__version__, description=ABOUT, urls_namespace="api-v1",
        auth=[Key(current), SignedIn()],
    )  # fmt: skip
    api.add_router("/tables", tables_router(current))
    api.add_router("", plans_router(current, start_job))
    api.add_router("/actions", actions_router(current))
    api.add_router("", decisions_router(current))

    @api.exception_handler(ValidationError)
    def refuse(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401
        """What is wrong with each part of the request; without the values, which may be no text."""
        told = [{"where": [str(part) for part in each["loc"]], "message": each["msg"]} for each in error.errors]
        return api.create_response(request, {"detail": told}, status=422)

    return api
