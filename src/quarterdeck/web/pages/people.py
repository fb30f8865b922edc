"""The first steps after the first sign-in: demo data, a workbook, or a plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from quarterdeck.service import company_settings, jobs
from quarterdeck.service.rights import Right
from quarterdeck.web.access import Route
from quarterdeck.web.page import desk, show
from quarterdeck.web.pages.working import progress
from quarterdeck.web.tasks import start_job

STEPS = (("company", "The company"), ("data", "Its data"), ("plan", "The first plan"))


def welcome(request: HttpRequest) -> HttpResponse:
    """The first steps: which company it is, its data, the first plan."""
    here = desk(request)
    company = here.edition.company
    rows = sum(frame.height for name, frame in company.frames.items() if name != "settings")
    done = {"company": company["settings"].height > 0, "data": rows > 0, "plan": here.edition.plan is not None}
    step = request.GET.get("step", "")
    if step not in done:
        step = next((name for name, there in done.items() if not there), "plan")
    states = [(key, title, "on" if key == step else "done" if done[key] else "") for key, title in STEPS]
    context = {
        "running": jobs.running_jobs(here.current.workspace),
        "steps": states,
        "step": step,
        "rows": rows,
        "facts": company_settings.facts(company),
        "currencies": company_settings.currencies(),
        "zones": company_settings.time_zones(),
    }
    return show(request, "welcome.html", context, at=here)


def load_demo(request: HttpRequest) -> HttpResponse:
    """Imports and plans the demo company in the background."""
    here = desk(request)
    running = jobs.running_jobs(here.current.workspace, "demo")
    return progress(request, running[0].pk if running else start_job("demo", here.author))


ROUTES = (
    Route("welcome", welcome, "welcome", Right.VIEW),
    Route("jobs/demo", load_demo, "load_demo", Right.SETTINGS, ("POST",)),
)
