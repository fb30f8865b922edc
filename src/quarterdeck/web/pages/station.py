"""The operator's page: what runs at the own work centre, what comes next, and good pieces and scrap reported."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from quarterdeck.service.acting import ActionError
from quarterdeck.service.booking import BookingError, Entry, book
from quarterdeck.service.progress import SCRAP_REASONS, report_step, start_step
from quarterdeck.service.rights import Right
from quarterdeck.service.views.station import station, step_centres, work_centres
from quarterdeck.web.access import Route
from quarterdeck.web.page import Desk, desk, show, told

SOURCE = "station"


def work_station(request: HttpRequest) -> HttpResponse:
    """The work centre of the person, or the one that was chosen."""
    here = desk(request)
    own, asked = _own(request), request.GET.get("centre", "")
    centres = dict(work_centres(here.edition.company))
    if own and asked and asked != own:
        return _refused(request, centres.get(own, own))
    chosen = own or asked
    context: dict[str, Any] = {
        "centres": list(centres.items()),
        "own": own,
        "chosen": chosen,
        "reasons": SCRAP_REASONS,
        "undo": request.session.pop("station_undo", 0),
    }
    if here.edition.plan is not None and chosen in centres:
        context["found"] = here.view(station, chosen)
    return show(request, "station.html", context, at=here)


def start(request: HttpRequest) -> HttpResponse:
    """A step begins."""
    asked = request.POST

    def write(entry: Entry) -> None:
        start_step(entry, asked.get("order", ""), _sequence(request), asked.get("machine", ""))

    return _reported(request, write)


def report(request: HttpRequest) -> HttpResponse:
    """Good pieces and scrap of a step, and its end."""
    asked = request.POST.dict()
    return _reported(request, lambda entry: report_step(entry, asked.get("order", ""), _sequence(request), asked))


def undo(request: HttpRequest) -> HttpResponse:
    """Takes the person's last report back."""
    here = desk(request)
    try:
        what = here.undo_asked()
        told(request, f"Taken back: {what}.")
    except ActionError as error:
        told(request, str(error), bad=True)
    return _back(request)


def _reported(request: HttpRequest, write: Any) -> HttpResponse:  # noqa: ANN401
    here = desk(request)
    own = _own(request)
    if own and own not in _centres(here, request):
        return _refused(request, dict(work_centres(here.edition.company)).get(own, own))
    try:
        made = book(here.current.workspace, write, author=here.author, source=SOURCE, standing=here.edition)
    except BookingError as error:
        told(request, str(error), bad=True)
        return _back(request)
    told(request, ". ".join([made.text, *made.notes]) + ".")
    request.session["station_undo"] = made.change_set
    return _back(request)


def _centres(here: Desk, request: HttpRequest) -> frozenset[str]:
    return step_centres(here.edition.company, here.edition.plan, request.POST.get("order", ""), _sequence(request))


def _own(request: HttpRequest) -> str:
    """The work centre that an operator is bound to; empty for everybody else."""
    return str(request.user.work_centre) if request.user.role == "operator" else ""


def _sequence(request: HttpRequest) -> int:
    text = request.POST.get("sequence", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _refused(request: HttpRequest, own: str) -> HttpResponse:
    return render(request, "forbidden.html", {"needs": f"work at another work centre than {own}"}, status=403)


def _back(request: HttpRequest) -> HttpResponse:
    centre = request.POST.get("centre", "")
    return redirect(f"/station?{urlencode({'centre': centre})}" if centre and not _own(request) else "/station")


ROUTES = (
    Route("station", work_station, "station", Right.REPORT_PROGRESS),
    Route("station/start", start, "station_start", Right.REPORT_PROGRESS, ("POST",)),
    Route("station/report", report, "station_report", Right.REPORT_PROGRESS, ("POST",)),
    Route("station/undo", undo, "station_undo", Right.REPORT_PROGRESS, ("POST",)),
)
