"""Why a number is what it is: the function and the rows behind it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from quarterdeck.service.rights import Right
from quarterdeck.service.views.why import origin
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer, listing
from quarterdeck.web.page import desk, show


def why(request: HttpRequest, number: str) -> HttpResponse:
    """The formula in words, the function, and the rows, page by page or as a file."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    found = here.view(origin, number)
    if found is None:
        raise Http404(f"Nothing is known about a number called {number}.")
    if request.GET.get("as") == "csv":
        return csv_answer(found.rows, f"{number}.csv")
    listed = listing(request, found.rows)
    context = {
        **listed,
        "found": found,
        "columns": [name.replace("_", " ").capitalize() for name in found.rows.columns],
        "cells": [[_cell(value) for value in row.values()] for row in listed["rows"]],
    }
    return show(request, "why.html", context, at=here)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


ROUTES = (Route("why/<str:number>", why, "why", Right.VIEW),)
