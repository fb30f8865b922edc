"""Volumes: what to make over the coming weeks within hours and money, and what if these were other than they are."""

from __future__ import annotations

import math

from django.http import HttpRequest, HttpResponse

from quarterdeck.service.levelling import Change
from quarterdeck.service.rights import Right
from quarterdeck.service.views.volumes import Volumes, volume_rows, volumes
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer
from quarterdeck.web.page import desk, show

ASKED = ("demand", "hours", "money", "hire", "leave")


def page(request: HttpRequest) -> HttpResponse:
    """The levelled volumes, and beside them those of a change that is asked for."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    if request.GET.get("as") == "csv":
        return csv_answer(here.view(volume_rows), "volumes.csv")
    given = {name: request.GET.get(name, "").strip() for name in (*ASKED, "family", "work_centre")}
    refusal = ""
    found: Volumes | None = here.view(volumes)
    usual = found
    try:
        numbers = {name: _number(given[name], name) for name in ASKED}
        change = Change(
            (numbers["demand"] or 0.0) / 100, given["family"], (numbers["hours"] or 0.0) / 100, given["work_centre"],
            numbers["money"] or 0.0,
        )  # fmt: skip
        if found is not None and (change or numbers["hire"] is not None or numbers["leave"] is not None):
            found = here.view(volumes, change, numbers["hire"], numbers["leave"])
    except ValueError as error:
        refusal = str(error)
    context = {"found": found, "usual": usual, "given": given, "refusal": refusal,
               "asked": any(given[name] for name in ASKED)}  # fmt: skip
    return show(request, "volumes.html", context, at=here)


def _number(text: str, name: str) -> float | None:
    """A number that was typed, a decimal comma allowed; nothing where nothing was."""
    if not text:
        return None
    try:
        found = float(text.replace(" ", "").replace(",", "."))
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or (name in {"hire", "leave"} and found < 0):
        at_least = " of 0 or more" if name in {"hire", "leave"} else ""
        raise ValueError(f"{text!r} is no number{at_least}: give one such as 10.")
    return found


ROUTES = (Route("volumes", page, "volumes", Right.VIEW),)
