"""The plan's actions: which there are, carrying them out, putting them away, and taking either back."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from quarterdeck.api.access import Caller, caller
from quarterdeck.api.plain import plain_value
from quarterdeck.api.schemas import Refusal, Text
from quarterdeck.api.tables import REFUSALS
from quarterdeck.service.acting import ActionError, Decider, apply_actions, undo_actions
from quarterdeck.service.current import Current, Edition
from quarterdeck.service.decided import decided, told
from quarterdeck.service.decisions import dismiss_chosen, sorted_out, take_back_dismissal
from quarterdeck.service.rights import DECIDES, Right, may
from quarterdeck.service.views.actions import Action, actions

MISSING = {404: Refusal, **REFUSALS}
DECIDE = tuple(dict.fromkeys(DECIDES.values()))


class Asked(Schema):
    """Which actions to list."""

    state: Literal["open", "done", "dismissed", "all"] = "open"
    action: Text | None = Field(None, description="release, expedite, defer, cancel, increase or decrease")


class Key(Schema):
    """An action as the list names it."""

    action: Text
    order: Text
    line: Text = ""


class Chosen(Schema):
    """The actions to decide about, and why."""

    actions: list[Key] = Field(min_length=1, max_length=10_000)
    reason: Text = Field("", description="Why, for the change log; needed to dismiss")
    plan: Text | None = Field(None, description="The plan they are of; if a newer one was made, nothing is done")

    def keys(self) -> list[tuple[str, str, str]]:
        """Action, order and line of each."""
        return [(each.action, each.order, each.line) for each in self.actions]


class Number(Schema):
    """A dismissal or a change set by its number."""

    number: int = Field(ge=1, le=2**53)


def actions_router(current: Current) -> Router:
    """The routes."""
    router = Router(tags=["Actions"])
    _add_list(router, current)
    _add_decisions(router, current)
    _add_ways_back(router, current)
    return router


def _add_list(router: Router, current: Current) -> None:
    @router.get("", response={200: dict[str, Any], **MISSING}, summary="What the newest plan asks for")
    def listed(request: HttpRequest, asked: Query[Asked]) -> Any:  # noqa: ANN401
        """Each with reason, value, effect and owner, the most urgent first.

        ``change_set`` takes a carried-out one back, ``dismissal`` brings a dismissed one back.
        """
        caller(request, Right.VIEW)
        edition = _planned(current)
        rows = _rows(current, edition)
        wanted = [row for row in rows if asked.state in {"all", row["state"]} and asked.action in {None, row["action"]}]
        return {"plan": edition.code, "actions": wanted}


def _rows(current: Current, edition: Edition) -> list[dict[str, Any]]:
    every: tuple[Action, ...] = current.view(actions, edition)
    left, away = sorted_out(current.workspace, every)
    done = decided(current.workspace, edition.plan, edition.code)
    rows = []
    for action in left:
        found = done.get(told(action.action, action.order, action.line))
        state = {"state": "done", "change_set": found.number} if found else {"state": "open"}
        rows.append({**plain_value(action), **state})
    return [*rows, *({**plain_value(action), "state": "dismissed", "dismissal": at} for at, action in away.items())]


def _add_decisions(router: Router, current: Current) -> None:
    @router.post("/apply", response={200: dict[str, Any], **MISSING}, summary="Carry actions out")
    def apply(request: HttpRequest, chosen: Chosen) -> Any:  # noqa: ANN401
        """All as one change; what cannot be done any more is listed with the reason."""
        who, edition = _decider(request), _planned(current)
        by = Decider(who.name, who.role, chosen.reason)
        try:
            plan = chosen.plan or edition.code
            done = apply_actions(current.workspace, chosen.keys(), plan=plan, by=by, standing=edition)
        except ActionError as error:
            raise HttpError(422, str(error)) from error
        return plain_value(done)

    @router.post("/dismiss", response={200: dict[str, Any], **MISSING}, summary="Put actions away")
    def dismiss(request: HttpRequest, chosen: Chosen) -> Any:  # noqa: ANN401
        """They stay away until what the plan asks for changes."""
        who, edition = _decider(request), _planned(current)
        by = Decider(who.name, who.role, chosen.reason)
        try:
            away = dismiss_chosen(current.workspace, current.view(actions, edition), chosen.keys(), by=by)
        except ActionError as error:
            raise HttpError(422, str(error)) from error
        return {"dismissed": away}


def _add_ways_back(router: Router, current: Current) -> None:
    @router.post("/restore", response={200: dict[str, Any], **MISSING}, summary="Bring a dismissed action back")
    def restore(request: HttpRequest, wanted: Number) -> Any:  # noqa: ANN401
        """Whether it was away."""
        _decider(request)
        return {"restored": take_back_dismissal(current.workspace, wanted.number)}

    @router.post("/undo", response={200: dict[str, Any], **MISSING}, summary="Take back what actions did")
    def undo(request: HttpRequest, wanted: Number) -> Any:  # noqa: ANN401
        """What was taken back, in words."""
        who = _decider(request)
        try:
            return {"undone": undo_actions(current.workspace, wanted.number, author=who.name, role=who.role)}
        except ActionError as error:
            raise HttpError(422, str(error)) from error


def _decider(request: HttpRequest) -> Caller:
    """A caller who may decide about some kind of order; which, each action is asked for itself."""
    who: Caller = request.auth
    own = [right for right in DECIDE if right in who.allowed and may(who.role, right)]
    return caller(request, own[0] if own else DECIDE[0])


def _planned(current: Current) -> Edition:
    edition = current.edition()
    if edition.plan is None:
        raise HttpError(404, "There is no plan yet.")
    return edition
