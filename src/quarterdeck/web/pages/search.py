"""The search behind Ctrl K: things of the company, and pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from quarterdeck.service import searching
from quarterdeck.service.rights import Right
from quarterdeck.service.searching import Hit
from quarterdeck.web.access import Route
from quarterdeck.web.navigation import ENTRIES
from quarterdeck.web.page import Desk, desk, part

LONGEST = 200


def search(request: HttpRequest) -> HttpResponse:
    """What fits the words, best first."""
    here = desk(request)
    text = request.GET.get("q", "")[:LONGEST]
    planned = here.edition.plan is not None
    hits = (*_pages(here, text), *searching.search(here.view(searching.search_index), text, planned=planned))
    return part(request, "parts/search.html", {"hits": hits, "text": text.strip()}, at=here)


def _pages(here: Desk, text: str) -> tuple[Hit, ...]:
    wanted = text.strip().lower()
    return tuple(
        Hit("Page", title, "", path)
        for _, path, title, _, right in ENTRIES
        if here.may(right) and (not wanted or title.lower().startswith(wanted))
    )


ROUTES = (Route("search", search, "search", Right.VIEW),)
