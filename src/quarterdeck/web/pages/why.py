"""Why a number is what it is: the function and the rows behind it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse

from quarterdeck.model.clock import home_zone
from quarterdeck.service.rights import Right
from quarterdeck.service.views import wording
from quarterdeck.service.views.why import origin
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer, listing
from quarterdeck.web.page import desk, show

KEYS = ("item", "site", "order", "line", "work_centre")


def why(request: HttpRequest, number: str) -> HttpResponse:
    """The formula in words, the function, and the rows, page by page or as a file; of one item or order if asked."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    found = here.view(origin, number)
    if found is None:
        raise Http404(f"Nothing is known about a number called {number}.")
    rows, only = _asked(found.rows, request)
    if request.GET.get("as") == "csv":
        return csv_answer(rows, f"{number}.csv")
    listed = listing(request, rows)
    zone = home_zone(here.edition.company)
    context = {
        **listed,
        "found": found,
        "number": number,
        "only": only,
        "columns": [(_title(name), rows.schema[name].is_numeric()) for name in rows.columns],
        "cells": [
            [(_cell(value, zone), isinstance(value, int | float | Decimal)) for value in row.values()]
            for row in listed["rows"]
        ],
    }
    return show(request, "why.html", context, at=here)


def _asked(rows: pl.DataFrame, request: HttpRequest) -> tuple[pl.DataFrame, str]:
    """The rows of the item, site, order or line that the address names, and these in words."""
    wanted = {key: request.GET[key] for key in KEYS if request.GET.get(key) and key in rows.columns}
    for key, code in wanted.items():
        rows = rows.filter(pl.col(key).cast(pl.String) == code)
    return rows, ", ".join(wanted.values())


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _cell(value: object, zone: str) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return wording.local_moment(value if value.tzinfo else value.replace(tzinfo=dt.UTC), zone, year=True)
    if isinstance(value, dt.date):
        return wording.day(value, year=True)
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


ROUTES = (Route("why/<str:number>", why, "why", Right.VIEW),)
