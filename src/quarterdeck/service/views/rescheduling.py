"""What a drop or a repair does, in words: who moves, who is late, what stands in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

if TYPE_CHECKING:
    from quarterdeck.disciplines.scheduling.board import Board
    from quarterdeck.disciplines.scheduling.drag import Refusal
    from quarterdeck.disciplines.scheduling.instance import Schedule
    from quarterdeck.disciplines.scheduling.repair import Pin

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Move:
    """One operation that is done at another time or place; ``seconds`` is how much later it begins."""

    order: str
    sequence: int
    item: str
    label: str
    machine_before: str
    machine: str
    start_before: dt.datetime
    start: dt.datetime
    end: dt.datetime
    seconds: int
    text: str


class Moves(Sequence[Move]):
    """Operations that are done at another time or place, the most moved first; told only when somebody looks.

    ``most``: by how much the most moved one begins at another time [s].
    """

    def __init__(self, rows: Sequence[int], most: int, tell: Callable[[int], Move]) -> None:
        self._rows, self.most, self._tell = rows, most, tell

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Move: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Move, ...]: ...

    def __getitem__(self, index: int | slice) -> Move | tuple[Move, ...]:
        """One of them, or some."""
        if isinstance(index, slice):
            return tuple(map(self._tell, self._rows[index]))
        return self._tell(self._rows[index])


@dataclass(frozen=True, slots=True)
class Lateness:
    """A demand whose delivery changes: how late it was and how late it would be [s]."""

    demand: str
    order: str
    customer: str
    late_before: int
    late: int
    text: str


def aware(company: Company, board: Board, row: int, moment: dt.datetime) -> dt.datetime:
    """A moment in UTC; without a time zone it is the clock of the operation's site."""
    if moment.tzinfo:
        return moment.astimezone(dt.UTC)
    zone = Names.of(company).zone(board.jobs.steps["site"][row])
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def refused(company: Company, board: Board, pin: Pin, found: Refusal) -> str:
    """Why a drop is illegal, as a sentence."""
    names = Names.of(company)
    step = board.jobs.steps.row(pin.operation, named=True)
    when = _moment(names, step["site"], found.moment)
    what = f"Step {step['sequence']} of {step['order']}"
    machine = _machine(names, board, pin.machine) if pin.machine >= 0 else "no machine"
    texts = {
        "now": f"That is in the past; the plan begins at {when}.",
        "started": f"{what} is running already.",
        "machine": f"{what} cannot be done on {machine}."
        if pin.machine >= 0
        else f"{what} is done without a machine of its own; it cannot be pinned.",
        "release": f"{_material(names, board, pin.operation)} not there before {when}.",
        "predecessor": f"{_other(board, found.blocker, step['order'])} is done only at {when}.",
        "wait": f"More than the longest wait would lie between {what} and what follows it; not so from {when} on.",
        "room": f"There is no room to wait then: {_other(board, found.blocker, '')} waits there already.",
        "closed": f"{machine} is closed then; it opens at {when}.",
        "pause": f"{what} may not pause on {machine} and does not fit before it closes; it fits at {when}.",
        "person": f"Nobody who can do {step['skill']} works then; the first comes at {when}.",
        "taken": f"{_other(board, found.blocker, '')} keeps {machine} until {when}.",
        "never": f"{machine} has too little working time left after that.",
    }
    other = _other(board, max(found.blocker, 0), step["order"])
    ends = {
        "wait": f"More than the longest wait would lie between {other} and {what}.",
        "closed": f"{machine} is closed from then on.",
        "person": f"Nobody who can do {step['skill']} works then.",
    }
    return ends.get(found.rule, texts[found.rule]) if found.moment < 0 else texts[found.rule]


def _material(names: Names, board: Board, row: int) -> str:
    """What holds the step back: the order that brings its material last."""
    material = board.problem.material.filter(pl.col("to") == row).sort("earliest")
    if material.is_empty():
        return "What it needs is"
    order = board.jobs.orders.row(int(material["supplier"][-1]), named=True)
    return f"{names.item(order['item'])} of {order['order']} is"


def _other(board: Board, row: int, own: str) -> str:
    step = board.jobs.steps.row(row, named=True)
    if step["sequence"] is None:
        return str(step["order"])
    return f"Step {step['sequence']}" + ("" if step["order"] == own else f" of {step['order']}")


def _moment(names: Names, site: str | None, seconds: int) -> str:
    return names.moment(dt.datetime.fromtimestamp(seconds, dt.UTC), site) if seconds >= 0 else wording.NOTHING


def _machine(names: Names, board: Board, number: int) -> str:
    """Name of a machine; a nameless unit is called by its work centre."""
    if number < 0:
        return wording.NOTHING
    code = board.resources.machine_codes[number]
    centre = names.name("work_centre", board.resources.work_centres[int(board.resources.machines["pool"][number])])
    return names.name("machine", code) if code in names.other("machine") else " ".join(filter(None, (centre, code)))


def moves(company: Company, board: Board, answer: Schedule, besides: int = -1) -> Moves:
    """Operations that begin at another time or on another machine than in the standing schedule, the most moved first.

    ``besides``: an operation that is not to be counted.
    """
    before, names = board.before, Names.of(company)
    both = before.scheduled & answer.scheduled
    changed = both & ((answer.setup_start != before.setup_start) | (answer.machine != before.machine))
    if besides >= 0:
        changed[besides] = False
    rows = np.flatnonzero(changed)
    shift = np.abs(answer.setup_start - before.setup_start)[rows]
    rows = rows[np.lexsort((rows, -shift))]
    return Moves(rows.tolist(), int(shift.max(initial=0)), lambda row: _move(names, board, answer, row))


def _move(names: Names, board: Board, answer: Schedule, row: int) -> Move:
    step = board.jobs.steps.row(row, named=True)
    seconds = int(answer.setup_start[row] - board.before.setup_start[row])
    old, new = (_machine(names, board, int(each.machine[row])) for each in (board.before, answer))
    label = " ".join(filter(None, (step["order"], f"step {step['sequence']}" if step["sequence"] is not None else "")))
    parts = [f"{wording.duration(abs(seconds))} {'later' if seconds > 0 else 'earlier'}"] if seconds else []
    parts += [f"on {new} instead of {old}"] if old != new else []
    start, end = (dt.datetime.fromtimestamp(int(when[row]), dt.UTC) for when in (answer.setup_start, answer.end))
    return Move(
        order=step["order"],
        sequence=step["sequence"] or 0,
        item=step["item"],
        label=names.subject(step["item"], step["order"]),
        machine_before=old,
        machine=new,
        start_before=dt.datetime.fromtimestamp(int(board.before.setup_start[row]), dt.UTC),
        start=start,
        end=end,
        seconds=seconds,
        text=f"{label}: {', '.join(parts)}",
    )


def lateness_changes(company: Company, plan: Plan, board: Board, answer: Schedule) -> tuple[Lateness, ...]:
    """Demands that would be delivered later or earlier than now, by a minute or more where they are late."""
    from quarterdeck.disciplines.scheduling.replanning import lateness  # noqa: PLC0415 - loads the numerical libraries

    before, after = lateness(board, board.before), lateness(board, answer)
    changed = np.flatnonzero(np.abs(after - before) >= 60)
    if not changed.size:
        return ()
    names = Names.of(company)
    codes = [board.problem.wanted[number] for number in changed]
    wanted = plan["requirements"].filter(pl.col("demand").is_in(codes))
    known = {row["demand"]: row for row in wanted.iter_rows(named=True)}
    rows = [
        _lateness(names, code, known.get(code, {}), int(before[number]), int(after[number]))
        for code, number in zip(codes, changed, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (row.late_before - row.late, row.demand)))


def _lateness(names: Names, code: str, row: dict[str, str], before: int, after: int) -> Lateness:
    order = row.get("order") or (wording.REQUIREMENTS[row["kind"]] if row else code)
    customer = names.name("customer", row.get("customer"))
    was, will = (wording.duration(late) + " late" if late else "on time" for late in (before, after))
    called = ", ".join(filter(None, (order, customer)))
    return Lateness(code, order, customer, before, after, f"{called}: {will}, was {was}")


def summary(moved: Moves, late: tuple[Lateness, ...]) -> str:
    """The change in one or two sentences."""
    if not moved and not late:
        return "Nothing else moves."
    parts = []
    if moved:
        parts.append(f"{wording.count(len(moved), 'operation')} move, by up to {wording.duration(moved.most)}.")
    worse = [each for each in late if each.late > each.late_before]
    better = [each for each in late if each.late < each.late_before]
    for what, found in (("later", worse), ("earlier", better)):
        if found:
            named = "; ".join(each.text for each in found[:MOST_NAMED])
            more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
            parts.append(f"{wording.count(len(found), 'delivery', 'deliveries')} {what}: {named}{more}.")
    return " ".join(parts)
