"""Today: figures against goals, what to do, late promises and what would mend them, and what changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from quarterdeck.model import Company, Plan
from quarterdeck.service.acting import Acted, ActionError, Decider, Key, apply_actions
from quarterdeck.service.decided import Decision, decided, told
from quarterdeck.service.decisions import dismiss_chosen, sorted_out, take_back_dismissal, undecided
from quarterdeck.service.rights import DECIDES, ROLES, Right, may
from quarterdeck.service.views import wording
from quarterdeck.service.views.actions import Action, actions
from quarterdeck.service.views.comparison import Comparison, compare
from quarterdeck.service.views.lateness import causes_in_all, late_orders
from quarterdeck.service.views.overview import overview
from quarterdeck.service.views.today import today_tiles
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer
from quarterdeck.web.page import Desk, desk, part, show

DECIDE = (Right.DECIDE_PURCHASE, Right.DECIDE_PRODUCTION, Right.DECIDE_SALES)
SHOWN, MORE, LATE_SHOWN = 25, 100, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """An action in the list: how it is posted, whether the person may decide it, and what was decided."""

    action: Action
    key: str
    mine: bool
    done: Decision | None
    dismissal: int


def today(request: HttpRequest) -> HttpResponse:
    """The page people open in the morning."""
    here = desk(request)
    if here.edition.plan is None:
        empty = all(frame.is_empty() for frame in here.edition.company.frames.values())
        return redirect("/welcome") if empty else show(request, "no_plan.html", {}, at=here)
    late = here.view(late_orders)
    many = request.GET.get("late") == "all"
    context = {
        "overview": here.view(overview),
        "tiles": today_tiles(here.current.workspace, here.edition.company, here.edition.plan, here.edition.code),
        "late": late if many else late[:LATE_SHOWN],
        "late_count": len(late),
        "causes": here.view(causes_in_all),
        **_listed(here, request.GET),
    }
    return show(request, "today.html", context, at=here)


def changes(request: HttpRequest) -> HttpResponse:
    """What is different from the plan before: figures, and who is late now or no longer."""
    here = desk(request)
    kept = [record.plan for record in here.current.workspace.plans()]
    place = kept.index(here.edition.code) + 1 if here.edition.code in kept else len(kept)
    context: dict[str, Any] = {"found": None}
    if place < len(kept) and here.edition.plan is not None:
        held = here.edition.plan

        def since(company: Company, first: Plan, _now: str) -> Comparison:
            return compare(company, first, held)

        found = here.current.view(since, here.current.edition(kept[place]), here.edition.code)
        context = {
            "found": found,
            "figures": [figure for figure in found.kpis if figure.change][:8],
            "worse": [each for each in found.deliveries if each.worse and each.order][:8],
            "better": [each for each in found.deliveries if not each.worse and each.order][:8],
            "before": kept[place],
        }
    return part(request, "parts/changed.html", context, at=here)


def action_list(request: HttpRequest) -> HttpResponse:
    """The list of actions alone, found by words, kind, owner or state."""
    here = desk(request)
    if request.GET.get("as") == "csv":
        entries = _listed(here, {**request.GET.dict(), "more": "1"})["entries"]
        return csv_answer(_frame([entry.action for entry in entries]), "actions.csv")
    return part(request, "parts/actions.html", _listed(here, request.GET), at=here)


def apply(request: HttpRequest) -> HttpResponse:
    """Carries the ticked actions out."""
    here = desk(request)
    context: dict[str, Any] = {}
    try:
        acted = apply_actions(
            here.current.workspace,
            _keys(request),
            plan=request.POST.get("plan", ""),
            by=Decider(here.author, request.user.role, request.POST.get("reason", "")),
            standing=here.edition,
        )
        context = {"acted": acted, "told": _told(acted)}
    except ActionError as error:
        context = {"fault": str(error)}
    return _again(request, context)


def put_away(request: HttpRequest) -> HttpResponse:
    """Dismisses the ticked actions until their need changes."""
    here = desk(request)
    if here.edition.plan is None:
        return _again(request, {"fault": "There is no plan yet."})
    by = Decider(here.author, request.user.role, request.POST.get("reason", ""))
    try:
        away = dismiss_chosen(here.current.workspace, here.view(actions), _keys(request), by=by)
    except ActionError as error:
        return _again(request, {"fault": str(error)})
    what = wording.count(away, "action")
    return _again(request, {"told": f"{what} dismissed until quantity or date change."})


def bring_back(request: HttpRequest) -> HttpResponse:
    """Brings a dismissed action back."""
    here = desk(request)
    number = request.POST.get("number", "")
    back = number.isdecimal() and take_back_dismissal(here.current.workspace, int(number))
    return _again(request, {"told": "It is on the list again."} if back else {"fault": "It is on the list already."})


def undo(request: HttpRequest) -> HttpResponse:
    """Takes back what actions did."""
    here = desk(request)
    try:
        what = here.undo_asked()
    except ActionError as error:
        return _again(request, {"fault": str(error)})
    return _again(request, {"told": f"Taken back: {what}."})


def _again(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The list as it is now, after something was done to it."""
    here = desk(request)
    return part(request, "parts/actions.html", {**_listed(here, request.POST), **context}, at=here)


def _listed(here: Desk, asked: Mapping[str, str]) -> dict[str, Any]:
    """The actions that a person asked to see, with what stands in the filters."""
    if here.edition.plan is None:
        return {"entries": [], "count": 0}
    every = here.view(actions)
    left, away = sorted_out(here.current.workspace, every)
    done = decided(here.current.workspace, here.edition.plan, here.edition.code)
    state, role = asked.get("state", ""), here.request.user.role
    mine = {kind for kind, right in DECIDES.items() if may(role, right)}
    listed = [(number, action) for number, action in away.items()] if state == "dismissed" else [(0, a) for a in left]
    found = [pair for pair in listed if _wanted(pair[1], mine, asked)]
    most = len(found) if asked.get("more") else SHOWN
    kinds = Counter(action.action for _, action in listed)
    decisions = done if state != "dismissed" else {}
    return {
        "entries": [_entry(action, mine, decisions, number) for number, action in found[: min(most, 20 * MORE)]],
        "count": len(found),
        "open_count": undecided(here.current.workspace, every, here.edition.plan, here.edition.code),
        "dismissed": len(away),
        "kinds": [
            (kind, f"{title} ({kinds[kind]:,})")
            for kind, title in wording.ACTIONS.items()
            if kinds[kind] or kind == asked.get("kind")
        ],
        "owners": [(role, ROLES[role].title) for role in dict.fromkeys(action.owner for action in every)],
        "asked": {name: asked.get(name, "") for name in ("q", "kind", "owner", "state", "more")},
        "decides": any(here.may(right) for right in DECIDE),
    }


def _entry(action: Action, mine: set[str], done: Mapping[str, Decision], dismissal: int) -> Entry:
    key = json.dumps([action.action, action.order, action.line])
    decision = done.get(told(action.action, action.order, action.line))
    return Entry(action, key, action.order_kind in mine, decision, dismissal)


def _wanted(action: Action, mine: set[str], asked: Mapping[str, str]) -> bool:
    if asked.get("kind") and action.action != asked["kind"]:
        return False
    owner = asked.get("owner")
    if (owner == "me" and action.order_kind not in mine) or (owner and owner not in {"me", action.owner}):
        return False
    if not asked.get("q"):
        return True
    text = f"{action.order} {action.item} {action.title} {action.partner} {action.reason} {action.effect}".lower()
    return all(word in text for word in asked.get("q", "").lower().split())


def _frame(listed: list[Action]) -> pl.DataFrame:
    """Actions as a table to take along."""
    columns = ("action", "order", "line", "kind", "item", "title", "partner", "quantity", "by", "reason", "effect")
    texts = {name: [getattr(each, name) for each in listed] for name in columns}
    more = {"value": [each.value for each in listed], "owner": [each.owner_title for each in listed]}
    schema = {**dict.fromkeys(columns, pl.String), "value": pl.Float64, "owner": pl.String}
    return pl.DataFrame({**texts, **more}, schema=schema)


def _keys(request: HttpRequest) -> list[Key]:
    """The ticked actions; what is none is left out."""
    found: list[Key] = []
    for text in request.POST.getlist("key"):
        try:
            parts = json.loads(text)
        except ValueError:
            continue
        if isinstance(parts, list) and len(parts) == 3 and all(isinstance(each, str) for each in parts):
            found.append((parts[0], parts[1], parts[2]))
    return found


def _told(acted: Acted) -> str:
    if not acted.done:
        return ""
    return acted.done[0] + "." if len(acted.done) == 1 else f"{wording.count(len(acted.done), 'action')} carried out."


ROUTES = (
    Route("", today, "today", Right.VIEW),
    Route("today/changes", changes, "today_changes", Right.VIEW),
    Route("actions", action_list, "action_list", Right.VIEW),
    Route("actions/apply", apply, "action_apply", DECIDE, ("POST",)),
    Route("actions/dismiss", put_away, "action_dismiss", DECIDE, ("POST",)),
    Route("actions/restore", bring_back, "action_restore", DECIDE, ("POST",)),
    Route("actions/undo", undo, "action_undo", DECIDE, ("POST",)),
)
