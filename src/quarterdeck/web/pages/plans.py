"""Plans: make one with options, look at those that were made, compare two of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from quarterdeck.model import Company, Plan
from quarterdeck.service import jobs
from quarterdeck.service import plans as service
from quarterdeck.service.options import options
from quarterdeck.service.rights import Right
from quarterdeck.service.views.comparison import Comparison, compare
from quarterdeck.store import PlanMissingError
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer
from quarterdeck.web.page import desk, show, told
from quarterdeck.web.pages.working import progress
from quarterdeck.web.tasks import start_job

LONGEST_NOTE = 200
SUMMARY = (
    ("Deliveries later", "later", "deliveries"),
    ("Deliveries earlier", "earlier", "deliveries"),
    ("Operations moved", "moved", "moved"),
    ("Orders new", "new", "orders"),
    ("Orders gone", "gone", "orders"),
    ("Orders changed", "changed", "orders"),
)


def plans(request: HttpRequest) -> HttpResponse:
    """The list, and the form of the next one."""
    here = desk(request)
    workspace, company = here.current.workspace, here.edition.company
    if request.GET.get("as") == "csv":
        return csv_answer(service.table_of_plans(workspace, company), "plans.csv")
    titles, rows = service.listed(workspace, company)
    context = {
        "titles": titles,
        "rows": rows,
        "options": options(company),
        "jobs": [job for job in jobs.jobs(workspace, 60) if job.kind in {"plan", "demo"}][:5],
        "running": jobs.running_jobs(workspace, "plan")[:1],
        "stages": service.stages(),
    }
    return show(request, "plans.html", context, at=here)


def run(request: HttpRequest) -> HttpResponse:
    """Starts a plan with the options of the form, or shows the one that is being made."""
    here = desk(request)
    running = jobs.running_jobs(here.current.workspace, "plan")
    if running:
        return progress(request, running[0].pk)
    try:
        options = service.chosen(here.edition.company, request.POST)
    except ValueError as error:
        return render(request, "parts/refused.html", {"error": str(error)}, status=422)
    note = request.POST.get("note", "").strip()[:LONGEST_NOTE]
    return progress(request, start_job("plan", here.author, **options, **({"note": note} if note else {})))


def delete(request: HttpRequest, plan: str) -> HttpResponse:
    """Takes a plan away for good."""
    here = desk(request)
    try:
        here.current.workspace.delete_plan(plan)
    except PlanMissingError as error:
        raise Http404(str(error)) from error
    told(request, "The plan was deleted.")
    return redirect("/plans")


def note(request: HttpRequest, plan: str) -> HttpResponse:
    """Writes a note to a plan."""
    here = desk(request)
    try:
        here.current.workspace.note_plan(plan, request.POST.get("note", "").strip()[:LONGEST_NOTE])
    except PlanMissingError as error:
        raise Http404(str(error)) from error
    return redirect("/plans")


def compared(request: HttpRequest) -> HttpResponse:
    """Two plans side by side: ``a`` and ``b``, or the newest two."""
    here = desk(request)
    kept = here.current.workspace.plans()
    if len(kept) < 2:
        return show(request, "compare.html", {"found": None, "rows": ()}, at=here)
    a, b = (request.GET.get(name) or kept[place].plan for name, place in (("a", 1), ("b", 0)))
    try:
        before, after = here.current.edition(a), here.current.edition(b)
    except PlanMissingError as error:
        raise Http404(str(error)) from error
    held = after.plan
    assert held is not None  # noqa: S101 - an edition that was asked for by its code has a plan
    _, rows = service.listed(here.current.workspace, here.edition.company)
    named = {row.plan: row for row in rows}

    def against(company: Company, first: Plan, _second: str) -> Comparison:
        return compare(company, first, held)

    found = here.current.view(against, before, after.code)
    context = {
        "found": found,
        "summary": [(title, f"{found.counts[key]:,}", place) for title, key, place in SUMMARY],
        "rows": rows,
        "a": named[a],
        "b": named[b],
    }
    return show(request, "compare.html", context, at=here)


ROUTES = (
    Route("plans", plans, "plans", Right.VIEW),
    Route("plans/compare", compared, "plans_compare", Right.VIEW),
    Route("plans/run", run, "plans_run", Right.PLAN, ("POST",)),
    Route("plans/<str:plan>/delete", delete, "plan_delete", Right.PLAN, ("POST",)),
    Route("plans/<str:plan>/note", note, "plan_note", Right.PLAN, ("POST",)),
)
