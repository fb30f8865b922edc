"""The first steps after the first sign-in: demo data, a workbook, or a plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from quarterdeck.service import jobs
from quarterdeck.service.rights import Right
from quarterdeck.web.access import Route
from quarterdeck.web.page import desk, show
from quarterdeck.web.pages.working import progress
from quarterdeck.web.tasks import start_job


def welcome(request: HttpRequest) -> HttpResponse:
    """Three ways to begin."""
    here = desk(request)
    return show(request, "welcome.html", {"running": jobs.running_jobs(here.current.workspace)}, at=here)


def load_demo(request: HttpRequest) -> HttpResponse:
    """Imports and plans the demo company in the background."""
    here = desk(request)
    running = jobs.running_jobs(here.current.workspace, "demo")
    return progress(request, running[0].pk if running else start_job("demo", here.author))


ROUTES = (
    Route("welcome", welcome, "welcome", Right.VIEW),
    Route("jobs/demo", load_demo, "load_demo", Right.SETTINGS, ("POST",)),
)
