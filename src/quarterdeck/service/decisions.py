"""Decisions about the plan's actions: those that somebody dismissed stay away until what the plan asks for changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from quarterdeck.model import Plan
from quarterdeck.service.acting import ActionError, Decider, Key
from quarterdeck.service.decided import decided, told
from quarterdeck.service.rights import DECIDES, may
from quarterdeck.service.views.actions import Action

if TYPE_CHECKING:
    from quarterdeck.store import Workspace


def dismiss(workspace: Workspace, action: Action, *, author: str, reason: str = "") -> None:
    """Puts an action away."""
    _dismissals(workspace).get_or_create(
        need=action.need, **_named(action), defaults={"author": author, "reason": reason}
    )


def dismiss_chosen(workspace: Workspace, every: tuple[Action, ...], keys: Iterable[Key], *, by: Decider) -> int:
    """Puts the chosen actions away that are the decider's own; how many.

    Raises
    ------
    ActionError
        If none of them is, or no reason is given.
    """
    wanted = set(keys)
    chosen = [each for each in every if (each.action, each.order, each.line) in wanted]
    mine = [each for each in chosen if may(by.role, DECIDES[each.order_kind])]
    if not mine:
        raise ActionError("Tick what is to be dismissed first; it must be yours to decide.")
    if not by.note.strip():
        raise ActionError("Say in a few words why; whoever looks at it next will want to know.")
    for each in mine:
        dismiss(workspace, each, author=by.author, reason=by.note.strip())
    return len(mine)


def take_back_dismissal(workspace: Workspace, number: int) -> bool:
    """Brings a dismissed action back; whether there was one."""
    return bool(_dismissals(workspace).filter(pk=number).delete()[0])


def sorted_out(workspace: Workspace, actions: tuple[Action, ...]) -> tuple[tuple[Action, ...], dict[int, Action]]:
    """The actions still to decide, and the dismissed ones by the number of their dismissal."""
    found = workspace.remembered("dismissals", lambda: _dismissed(workspace))
    if not found:
        return actions, {}
    away = {}
    left = []
    needs = {need for *_, need in found}
    for action in actions:
        number = found.get((*_named(action).values(), action.need)) if action.need in needs else None
        if number is None:
            left.append(action)
        else:
            away[number] = action
    return tuple(left), away


def undecided(workspace: Workspace, actions: tuple[Action, ...], plan: Plan | None, code: str) -> int:
    """How many actions of a plan nobody carried out or dismissed yet."""
    left, _ = sorted_out(workspace, actions)
    done = decided(workspace, plan, code)
    return sum(told(each.action, each.order, each.line) not in done for each in left) if done else len(left)


def _named(action: Action) -> dict[str, Any]:
    return {
        "kind": action.kind,
        "action": action.action,
        "order": action.order,
        "line": action.line,
        "item": action.item,
    }


def _dismissed(workspace: Workspace) -> dict[tuple[str, ...], int]:
    return {
        (each.kind, each.action, each.order, each.line, each.item, each.need): each.pk
        for each in _dismissals(workspace)
    }


def _dismissals(workspace: Workspace) -> Any:  # noqa: ANN401
    from quarterdeck.store.models import Dismissal  # noqa: PLC0415 - needs Django set up

    return Dismissal.objects.using(workspace.alias).all()
