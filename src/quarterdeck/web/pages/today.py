"""Today: figures against goals, what to do, late promises and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from quarterdeck.service.decisions import sorted_out
from quarterdeck.service.rights import Right
from quarterdeck.service.views.actions import actions
from quarterdeck.service.views.lateness import late_orders
from quarterdeck.service.views.overview import overview
from quarterdeck.web.access import Route
from quarterdeck.web.page import desk, show


def today(request: HttpRequest) -> HttpResponse:
    """The page people open in the morning."""
    here = desk(request)
    if here.edition.plan is None:
        empty = all(frame.is_empty() for frame in here.edition.company.frames.values())
        return redirect("/welcome") if empty else show(request, "no_plan.html", {}, at=here)
    left, away = sorted_out(here.current.workspace, here.view(actions))
    context = {
        "overview": here.view(overview),
        "actions": left[:50],
        "action_count": len(left),
        "dismissed": len(away),
        "late": here.view(late_orders)[:20],
    }
    return show(request, "today.html", context, at=here)


ROUTES = (Route("", today, "today", Right.VIEW),)
