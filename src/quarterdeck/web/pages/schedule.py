"""Schedule: who does what when, why there, and moving it about."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from quarterdeck.model import Company, Plan
from quarterdeck.service import dragging
from quarterdeck.service.planning import aware
from quarterdeck.service.rescheduling import Drop
from quarterdeck.service.rights import Right
from quarterdeck.service.views.gantt import gantt
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.schedule_export import schedule_table
from quarterdeck.service.views.schedule_tiles import schedule_tiles, unscheduled
from quarterdeck.service.views.step import chain, step
from quarterdeck.store import PlanMissingError, UndoRefusedError
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer
from quarterdeck.web.page import Desk, desk, part, shared, show

REFUSED = 409
TRAY = 200
SCRIPTS = (
    "drawing.js", "parts/theme.js", "parts/clock.js", "schedule_lanes.js", "schedule_paint.js", "schedule_card.js",
    "schedule_drag.js", "schedule.js",
)  # fmt: skip


def schedule(request: HttpRequest) -> HttpResponse:
    """The chart with its figures and the tray of what has no place."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    if request.GET.get("as") == "csv":
        return csv_answer(here.view(schedule_table), "schedule.csv")
    context = _head(here)
    setup = {
        "movable": context["movable"],
        "query": f"plan={quote(here.edition.code)}" if "plan" in request.GET else "",
    }
    return show(request, "schedule.html", {**context, "setup": setup, "scripts": SCRIPTS}, at=here)


def head(request: HttpRequest) -> HttpResponse:
    """The figures and the tray anew, after a plan changed under the chart."""
    here = _planned(request)
    return part(request, "parts/schedule_head.html", _head(here), at=here)


def _head(here: Desk) -> dict[str, Any]:
    newest = here.edition.code == next((each.plan for each in here.current.workspace.plans()), "")
    lost = here.view(unscheduled)
    return {
        "tiles": here.view(schedule_tiles),
        "unscheduled": lost[:TRAY],
        "unscheduled_count": len(lost),
        "pinned": dragging.last_pin(here.edition.plan) if newest else None,
        "movable": newest and here.may(Right.DECIDE_PRODUCTION),
        "made": shared(here)["plan_text"],
        "operations": here.edition.plan["operations"].height if here.edition.plan else 0,
        "makes": here.edition.company["operations"].height > 0,
    }


def bars(request: HttpRequest) -> HttpResponse:
    """The chart's data, packed."""
    here = _planned(request)
    packed = here.view(packed_chart)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(gzip.decompress(packed), content_type="application/json")
    answer = HttpResponse(packed, content_type="application/json")
    answer["Content-Encoding"] = "gzip"
    answer["Vary"] = "Accept-Encoding"
    return answer


def packed_chart(company: Company, plan: Plan) -> bytes:
    """The chart as packed JSON: made once, sent many times."""
    return gzip.compress(json.dumps(gantt(company, plan), separators=(",", ":")).encode(), 5)


def card(request: HttpRequest) -> HttpResponse:
    """Why one operation is where it is."""
    here = _planned(request)
    found = here.view(step, *_named(request.GET))
    if found is None:
        raise Http404("The plan has no such operation.")
    return JsonResponse(asdict(found))


def order_chain(request: HttpRequest) -> HttpResponse:
    """What an order hangs on and whom it serves."""
    here = _planned(request)
    return JsonResponse(asdict(here.view(chain, request.GET.get("order", ""))))


def machines(request: HttpRequest) -> HttpResponse:
    """The machines that can do one operation."""
    here = _planned(request)
    order, sequence = _named(request.GET)
    found = dragging.spots(here.edition.company, _looked_at(here)[1], order, sequence)
    return JsonResponse({"machines": [asdict(spot) for spot in found]})


def judge(request: HttpRequest) -> HttpResponse:
    """Whether an operation may be dropped there, and what it would do."""
    here = _planned(request)
    drop = _drop(request, here)
    if isinstance(drop, str):
        return _refused(drop, 400)
    return JsonResponse(asdict(dragging.judged(here.edition.company, _looked_at(here)[1], drop)))


def pin(request: HttpRequest) -> HttpResponse:
    """Pins an operation and plans around it."""
    here = _planned(request)
    drop = _drop(request, here)
    if isinstance(drop, str):
        return _refused(drop, 400)
    try:
        kept = dragging.pin(here.current.workspace, here.edition.company, _looked_at(here), drop, author=here.author)
    except dragging.OlderPlanError as error:
        return _refused(str(error))
    told = asdict(dragging.verdict(here.edition.company, kept.outcome))
    return JsonResponse({**told, "plan": kept.plan, "orders": dict(kept.orders)}, status=200 if kept.plan else REFUSED)


def unpin(request: HttpRequest) -> HttpResponse:
    """Lets an operation go."""
    here = _planned(request)
    order, sequence = _named(_body(request))
    try:
        code = dragging.unpin(here.current.workspace, _looked_at(here), order, sequence, author=here.author)
    except dragging.OlderPlanError as error:
        return _refused(str(error))
    return JsonResponse({"plan": code}) if code else _refused("Nobody pinned this operation.")


def undo(request: HttpRequest) -> HttpResponse:
    """Takes the last pin back."""
    here = _planned(request)
    try:
        code = dragging.take_back(here.current.workspace, _looked_at(here), author=here.author)
    except (dragging.OlderPlanError, UndoRefusedError, PlanMissingError) as error:
        return _refused(str(error))
    return JsonResponse({"plan": code})


def _planned(request: HttpRequest) -> Desk:
    here = desk(request)
    if here.edition.plan is None:
        raise Http404("There is no plan yet.")
    return here


def _looked_at(here: Desk) -> tuple[str, Plan]:
    assert here.edition.plan is not None  # noqa: S101 - _planned saw to it
    return here.edition.code, here.edition.plan


def _named(values: Any) -> tuple[str, int]:  # noqa: ANN401 - a query or a body
    text = str(values.get("sequence", ""))
    return str(values.get("order", "")), int(text) if text.isdecimal() and len(text) < 10 else -1


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _drop(request: HttpRequest, here: Desk) -> Drop | str:
    """The place asked for, ``start`` being on the home's clock; or what cannot be read about it."""
    body = _body(request)
    order, sequence = _named(body)
    try:
        start = aware(dt.datetime.fromisoformat(str(body.get("start", ""))), Names.of(here.edition.company).home)
    except (ValueError, OverflowError):
        return f"Expected a start such as 2026-03-02T07:30, got {body.get('start')!r}."
    machine, centre = body.get("machine"), body.get("work_centre")
    return Drop(
        order, sequence, start, None if machine is None else str(machine), None if centre is None else str(centre)
    )


def _refused(text: str, status: int = REFUSED) -> HttpResponse:
    return JsonResponse({"message": text}, status=status)


ROUTES = (
    Route("schedule", schedule, "schedule", Right.VIEW),
    Route("schedule/head", head, "schedule_head", Right.VIEW),
    Route("schedule/bars", bars, "schedule_bars", Right.VIEW),
    Route("schedule/card", card, "schedule_card", Right.VIEW),
    Route("schedule/chain", order_chain, "schedule_chain", Right.VIEW),
    Route("schedule/machines", machines, "schedule_machines", Right.VIEW),
    Route("schedule/try", judge, "schedule_try", Right.VIEW, ("POST",)),
    Route("schedule/pin", pin, "schedule_pin", Right.DECIDE_PRODUCTION, ("POST",)),
    Route("schedule/unpin", unpin, "schedule_unpin", Right.DECIDE_PRODUCTION, ("POST",)),
    Route("schedule/undo", undo, "schedule_undo", Right.DECIDE_PRODUCTION, ("POST",)),
)
