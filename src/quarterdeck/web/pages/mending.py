"""What would mend a late order, and what makes it late: searched in the background, shown and applied on the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from quarterdeck.service import finding, jobs
from quarterdeck.service.acting import ActionError
from quarterdeck.service.explaining import OrderMissingError
from quarterdeck.service.repairing import RepairError, RepairList, apply_repair, late_line, repair_rights
from quarterdeck.service.rights import Right
from quarterdeck.web.access import Route
from quarterdeck.web.page import Desk, desk, part
from quarterdeck.web.tasks import start_job

DECIDE = (Right.DECIDE_PURCHASE, Right.DECIDE_PRODUCTION, Right.DECIDE_SALES)
TEMPLATE = "parts/repairs.html"


def repair_list(request: HttpRequest) -> HttpResponse:
    """What would make a late order come sooner, each tried by planning again; how far that is while it is searched."""
    here = desk(request)
    context = _asked_for(request)
    try:
        job = _job(here, request, finding.REPAIRS)
    except OrderMissingError as error:
        return part(request, TEMPLATE, {**context, "fault": str(error)}, at=here)
    context.update(job=job, open=job.state in jobs.OPEN_STATES, old=finding.is_old(here.edition, job))
    if job.state == jobs.DONE:
        context["found"] = finding.found_repairs(job)
    return part(request, TEMPLATE, context, at=here)


def conflict_set(request: HttpRequest) -> HttpResponse:
    """What cannot all hold, so that the order is late; how far that is while it is searched."""
    here = desk(request)
    context = _asked_for(request)
    try:
        job = _job(here, request, finding.CONFLICT)
    except OrderMissingError as error:
        return part(request, "parts/conflict.html", {**context, "fault": str(error)}, at=here)
    context.update(job=job, open=job.state in jobs.OPEN_STATES, old=finding.is_old(here.edition, job))
    return part(request, "parts/conflict.html", context, at=here)


def repair(request: HttpRequest) -> HttpResponse:
    """Applies one of the repairs that were found."""
    here, context = desk(request), _asked_for(request)
    number = _whole(request.POST.get("number", ""))
    job = jobs.job(here.current.workspace, _whole(request.POST.get("job", "")))
    try:
        found = finding.found_repairs(job)
        context.update(found=found, job=job)
        _refuse_lacking(here, found, number)
        with here.current.workspace.alone():
            finding.refuse_old(here.current.workspace, job, found, number)
            reason = apply_repair(here.current.workspace, found, number, author=here.author)
    except RepairError as error:
        return part(request, TEMPLATE, {**context, "fault": str(error)}, at=here)
    done = {"done": reason, "undoable": here.current.workspace.newest_change()}
    return part(request, TEMPLATE, {**_asked_for(request), **done}, at=desk(request))


def undo_repair(request: HttpRequest) -> HttpResponse:
    """Takes a repair back."""
    here = desk(request)
    try:
        what = here.undo_asked()
    except ActionError as error:
        return part(request, TEMPLATE, {"fault": str(error)}, at=here)
    return part(request, TEMPLATE, {"taken_back": what}, at=here)


def _job(here: Desk, request: HttpRequest, kind: str) -> Any:  # noqa: ANN401
    """The search that the page waits for, or the one for what it asks.

    Raises
    ------
    OrderMissingError
        If there is no plan, or the plan knows no such order of a customer.
    """
    order, line = request.GET.get("order", ""), request.GET.get("line", "")
    if here.edition.plan is None:
        raise OrderMissingError("There is no plan yet.")
    waited_for = jobs.job(here.current.workspace, _whole(request.GET.get("job", "")))
    if waited_for is not None and waited_for.kind == kind:
        return waited_for
    late_line(here.edition.plan, order, line or None)
    workspace = here.current.workspace
    return finding.search(workspace, kind, here.edition, order, line, start=start_job, author=here.author)


def _refuse_lacking(here: Desk, found: RepairList, number: int) -> None:
    """Refuses a repair that changes what the person may not decide about."""
    lacking = [right for right in repair_rights(found, number) if not here.may(right)]
    if lacking:
        raise RepairError(f"Your role may not: {', '.join(each.value for each in lacking)}.")


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    asked = request.POST if request.method == "POST" else request.GET
    return {"order": asked.get("order", ""), "line": asked.get("line", "")}


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


ROUTES = (
    Route("repairs", repair_list, "repair_list", Right.VIEW),
    Route("repairs/apply", repair, "repair_apply", DECIDE, ("POST",)),
    Route("repairs/undo", undo_repair, "repair_undo", DECIDE, ("POST",)),
    Route("conflicts", conflict_set, "conflict_set", Right.VIEW),
)
