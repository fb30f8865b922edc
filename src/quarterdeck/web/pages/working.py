"""Jobs in the background: planning again, watching how far it is, stopping it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from quarterdeck.service import jobs
from quarterdeck.service.plans import stages_done
from quarterdeck.service.rights import Right
from quarterdeck.web.access import Route
from quarterdeck.web.opening import current
from quarterdeck.web.tasks import start_job


def plan_again(request: HttpRequest) -> HttpResponse:
    """Starts a plan, or shows the one that is being made."""
    jobs.give_up_dead_jobs(current().workspace)
    running = jobs.running_jobs(current().workspace, "plan")
    number = running[0].pk if running else start_job("plan", request.user.name)
    return progress(request, number)


def progress(request: HttpRequest, number: int) -> HttpResponse:
    """How far a job is; the page is loaded anew when it is done."""
    found = jobs.job(current().workspace, number)
    if found is None:
        raise Http404(f"There is no job {number}.")
    steps = stages_done(found.share) if found.kind == "plan" else ()
    context = {"job": found, "open": found.state in jobs.OPEN_STATES, "steps": steps}
    return render(request, "parts/progress.html", context)


def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Asks a job to stop."""
    jobs.ask_to_stop(current().workspace, number)
    return progress(request, number)


ROUTES = (
    Route("jobs/plan", plan_again, "plan_again", Right.PLAN, ("POST",)),
    Route("jobs/<int:number>", progress, "job_progress", Right.VIEW),
    Route("jobs/<int:number>/stop", stop, "job_stop", Right.PLAN, ("POST",)),
)
