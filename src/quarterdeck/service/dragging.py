"""Dragging operations on the screen: where one may go, what a drop would do, pinning it, and taking that back."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quarterdeck.model import Company, Plan
from quarterdeck.service import pinning, rescheduling
from quarterdeck.service.rescheduling import Desk, Drop, Outcome
from quarterdeck.service.views.names import Names

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

PINNED = "pinned"
"""Figure of a plan that was made by pinning: the plan before it, the change set, and what was done in words."""

MOST_TOLD = 6
_lock = threading.Lock()


class OlderPlanError(RuntimeError):
    """The plan that somebody looks at is no longer the newest one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A machine that can do an operation; ``stands`` if the operation is on it now."""

    machine: str
    work_centre: str
    title: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """A drop judged, in words: ``earliest`` and ``start`` are on the home's clock."""

    legal: bool
    text: str
    earliest: dt.datetime | None
    earliest_text: str
    start: dt.datetime | None
    moved: tuple[str, ...] = ()
    moved_count: int = 0
    late: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pin that can be taken back: the plan it was made from, the change set, and what was done in words."""

    before: str
    change_set: int
    text: str


def opened(company: Company, plan: Plan) -> Desk:
    """The plan laid out for moving operations; laid out once, one thread at a time."""
    from quarterdeck.planning import pipeline  # noqa: F401, PLC0415 - so that the first pin need not wait for it

    with _lock:
        return rescheduling.desk(company, plan)


def spots(company: Company, plan: Plan, order: str, sequence: int) -> tuple[Spot, ...]:
    """The machines that can do an operation, in the company's order; none if it is not in the schedule."""
    board = opened(company, plan).board
    row = board.rows.get((order, sequence))
    if row is None:
        return ()
    arrays, names = board.instance.arrays, Names.of(company)
    operation = arrays.operations[row]
    pools = arrays.modes["pool"][operation["first_mode"] : operation["first_mode"] + operation["modes"]]
    able = np.flatnonzero(np.isin(board.resources.machines["pool"], pools))
    standing = int(board.before.machine[row])
    return tuple(_spot(board.resources, int(number), standing, names) for number in able)


def _spot(resources: object, number: int, standing: int, names: Names) -> Spot:
    code = resources.machine_codes[number]  # type: ignore[attr-defined]
    centre = resources.work_centres[int(resources.machines["pool"][number])]  # type: ignore[attr-defined]
    group = names.name("work_centre", centre)
    known = code in names.other("machine")
    title = names.name("machine", code) if known else " ".join(filter(None, (group, code)))
    return Spot(code, centre, title, number == standing)


def judged(company: Company, plan: Plan, drop: Drop) -> Verdict:
    """Whether the operation may be dropped there, and what it would do; nothing is changed."""
    return verdict(company, opened(company, plan).try_drop(drop))


def verdict(company: Company, outcome: Outcome) -> Verdict:
    """An outcome in words and on the home's clock."""
    names = Names.of(company)
    return Verdict(
        legal=outcome.legal,
        text=outcome.summary if outcome.legal else outcome.reason,
        earliest=_home(names, outcome.earliest),
        earliest_text=names.moment(outcome.earliest) if outcome.earliest else "",
        start=_home(names, outcome.start),
        moved=tuple(move.text for move in outcome.moved[:MOST_TOLD]),
        moved_count=len(outcome.moved),
        late=tuple(each.text for each in outcome.late[:MOST_TOLD]),
    )


def _home(names: Names, moment: dt.datetime | None) -> dt.datetime | None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only here

    return None if moment is None else moment.astimezone(ZoneInfo(names.home)).replace(tzinfo=None)


def pin(
    workspace: Workspace, company: Company, looked_at: tuple[str, Plan], drop: Drop, *, author: str
) -> pinning.Kept:
    """Pins an operation of the plan that is looked at (its code and itself), and keeps the plan made around it.

    Raises
    ------
    OlderPlanError
        If there is a newer plan.
    """
    code, plan = looked_at
    _must_be_newest(workspace, code)
    return pinning.pin(workspace, drop, plan=code, author=author, standing=opened(company, plan))


def unpin(workspace: Workspace, looked_at: tuple[str, Plan], order: str, sequence: int, *, author: str) -> str:
    """Lets an operation go and keeps the plan made without the pin; its code, empty if it was not pinned.

    Raises
    ------
    OlderPlanError
        If there is a newer plan.
    """
    code, plan = looked_at
    _must_be_newest(workspace, code)
    number = pinning.unpin(workspace, order, sequence, author=author)
    if not number:
        return ""
    text = f"Step {sequence} of {order} no longer pinned"
    made = Desk.open(workspace.load(), plan).replan().with_figures(**{PINNED: vars_of(Pinned(code, number, text))})
    return workspace.save_plan(made, author=author, note=text)


def last_pin(plan: Plan | None) -> Pinned | None:
    """What was pinned when this plan was made, if it was made by pinning."""
    found = plan.figures.get(PINNED) if plan is not None else None
    return Pinned(**found) if isinstance(found, dict) else None


def take_back(workspace: Workspace, looked_at: tuple[str, Plan], *, author: str) -> str:
    """Takes the pin back that the plan was made by, and the plan from before it again; the code of that.

    Where something else has changed since, the plan from before is repaired for it.

    Raises
    ------
    OlderPlanError
        If there is a newer plan, or this one was not made by pinning.
    UndoRefusedError
        If the change cannot be taken back any more.
    PlanMissingError
        If the plan from before was deleted.
    """
    code, plan = looked_at
    _must_be_newest(workspace, code)
    found = last_pin(plan)
    if found is None:
        raise OlderPlanError("Nothing was pinned in this plan, so there is nothing to take back.")
    before = workspace.load_plan(found.before)
    newest = workspace.newest_change()
    workspace.undo(found.change_set, author=author)
    again = before if newest == found.change_set else Desk.open(workspace.load(), before).replan()
    return workspace.save_plan(again, author=author, note=f"Undone: {found.text}")


def vars_of(found: Pinned) -> dict[str, str | int]:
    """The pin as plain data, as a plan's figures keep it."""
    return {"before": found.before, "change_set": found.change_set, "text": found.text}


def _must_be_newest(workspace: Workspace, code: str) -> None:
    newest = next((record.plan for record in workspace.plans()), "")
    if newest != code:
        raise OlderPlanError(f"There is a newer plan than the one you look at ({code}). Load the page anew.")
