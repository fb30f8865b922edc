"""Moving a plan about: is this drop legal and what would it do, a plan around pins, repair after an event."""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import as_seconds
from quarterdeck.service.views import rescheduling as words

if TYPE_CHECKING:
    from quarterdeck.disciplines.scheduling.board import Board
    from quarterdeck.disciplines.scheduling.instance import Schedule
    from quarterdeck.disciplines.scheduling.repair import Care, Pin
    from quarterdeck.store import Workspace

LOOK = 12, 100_000  # variants tried to show what a drop would do, and operations placed anew for it, at most
SEARCH = 60, 300_000  # the same for a plan that is kept
KEPT = 4  # boards kept laid out


@dataclass(frozen=True, slots=True)
class Drop:
    """An operation that a person places: its set-up begins at ``start`` on ``machine``.

    ``machine`` empty means the one it is on; ``work_centre`` is needed only where units of several work centres have
    the same code. A ``start`` without time zone is the clock of the operation's site.
    """

    order: str
    sequence: int
    start: dt.datetime
    machine: str | None = None
    work_centre: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a drop would do.

    ``reason``: why it is illegal, in words; empty if it is legal. ``earliest``: first legal start on that machine from
    the wanted one on. ``start``, ``end``: when the operation would be done. ``moved``: other operations that give way.
    ``late``: demands whose delivery changes. ``summary``: all of it in one sentence.
    """

    legal: bool
    reason: str = ""
    earliest: dt.datetime | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    moved: Sequence[words.Move] = ()
    late: tuple[words.Lateness, ...] = ()
    summary: str = ""


@dataclass(frozen=True)
class Repaired:
    """A repaired plan, the operations that moved, the demands whose delivery changed, and all of it in words."""

    plan: Plan
    moved: Sequence[words.Move]
    late: tuple[words.Lateness, ...]
    summary: str


@dataclass(frozen=True)
class Desk:
    """A plan laid out for a planner; opening takes a moment, every question after that is quick."""

    company: Company
    plan: Plan
    settings: Settings
    board: Board

    @classmethod
    def open(cls, company: Company, plan: Plan, as_of: dt.datetime | None = None) -> Desk:
        """The desk of a plan; ``as_of`` is now where that is later than when the plan was made."""
        from quarterdeck.disciplines.scheduling.board import (  # noqa: PLC0415 - loads the numerical libraries
            lay_out,
            with_new_work_orders,
        )
        from quarterdeck.model.checks import usable  # noqa: PLC0415

        settings = replace(plan.settings, as_of=max(as_of or plan.settings.as_of, plan.settings.as_of))
        sound, _ = usable(company)
        whole = with_new_work_orders(sound, plan, settings)
        return cls(sound, whole, settings, lay_out(sound, whole, settings))

    def try_drop(self, drop: Drop, others: Sequence[Drop] = ()) -> Outcome:
        """Whether the drop is legal beside the pins that stand and ``others``, and what it would do."""
        from quarterdeck.disciplines.scheduling.drag import earliest, refusal  # noqa: PLC0415

        pin = self._pin(drop)
        if isinstance(pin, str):
            return Outcome(legal=False, reason=pin)
        pins = self._pins(others)
        found = refusal(self.board.instance, self.board.before, pin, pins)
        if found is not None:
            moment = earliest(self.board.instance, self.board.before, pin, pins)
            reason = words.refused(self.company, self.board, pin, found)
            return Outcome(legal=False, reason=reason, earliest=_instant(moment))
        answer = self._repaired([*pins, pin], _care(self._tries(LOOK)))
        return self._outcome(pin, answer)

    def replan(self, drops: Sequence[Drop] = (), *, search: int | None = None, seconds: float = 1.0) -> Plan:
        """The plan with the pins that stand and ``drops`` kept, as little else changed as pays, promises renewed."""
        return self.repair(drops, search=search, seconds=seconds).plan

    def repair(self, drops: Sequence[Drop] = (), *, search: int | None = None, seconds: float = 1.0) -> Repaired:
        """The same with what moves, whose delivery changes, and all of it in words."""
        from quarterdeck.disciplines.scheduling.replanning import with_schedule  # noqa: PLC0415
        from quarterdeck.planning.pipeline import carry_on  # noqa: PLC0415

        pins = self._pins(drops)
        tries = self._tries(SEARCH) if search is None else search
        answer = self._repaired(pins, _care(tries, seconds, self.settings.seed))
        made = with_schedule(self.company, self.plan, self.settings, self.board, answer, pins)
        made = replace(carry_on(self.company, made, self.settings), settings=self.settings)
        made = made.with_figures(made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))
        moved = words.moves(self.company, self.board, answer)
        late = words.lateness_changes(self.company, self.plan, self.board, answer)
        return Repaired(made, moved, late, words.summary(moved, late))

    def _tries(self, most: tuple[int, int]) -> int:
        """Variants to try; fewer in a large plan, so that a person need not wait: counted, so that it repeats."""
        variants, operations = most
        return max(2, min(variants, operations // max(1, self.board.instance.size)))

    def _repaired(self, pins: Sequence[Pin], care: Care) -> Schedule:
        from quarterdeck.disciplines.scheduling.repair import repair  # noqa: PLC0415

        return repair(self.board.instance, self.board.before, pins, care, time.perf_counter)

    def _pins(self, drops: Sequence[Drop]) -> tuple[Pin, ...]:
        """Pins of the company and of ``drops``, the later ones winning; what cannot be found is left out."""
        pins = {pin.operation: pin for pin in self.board.pins}
        found = [self._pin(drop) for drop in drops]
        pins.update((pin.operation, pin) for pin in found if not isinstance(pin, str))
        return tuple(pins.values())

    def _pin(self, drop: Drop) -> Pin | str:
        """The drop by numbers, or why it names nothing that can be moved."""
        from quarterdeck.disciplines.scheduling.repair import Pin  # noqa: PLC0415

        row = self.board.rows.get((drop.order, drop.sequence))
        if row is None:
            return f"Step {drop.sequence} of {drop.order} is not in the schedule; it may be done already."
        if not self.board.before.scheduled[row]:
            return f"Step {drop.sequence} of {drop.order} has no place in the plan."
        machine = self._machine(row, drop)
        if machine is None:
            return f"There is no machine {drop.machine}{f' at {drop.work_centre}' if drop.work_centre else ''}."
        return Pin(row, as_seconds(words.aware(self.company, self.board, row, drop.start)), machine)

    def _machine(self, row: int, drop: Drop) -> int | None:
        standing = int(self.board.before.machine[row])
        if drop.machine is None:
            return standing
        pools, codes = self.board.resources.machines["pool"], self.board.resources.machine_codes
        named = [
            number
            for number, code in enumerate(codes)
            if code == drop.machine
            and drop.work_centre in {None, self.board.resources.work_centres[int(pools[number])]}
        ]
        here = [number for number in named if standing >= 0 and pools[number] == pools[standing]]
        return next(iter([*here, *named]), None)

    def _outcome(self, pin: Pin, answer: Schedule) -> Outcome:
        if int(answer.setup_start[pin.operation]) != pin.start:
            return Outcome(legal=False, reason="Nobody who can do it is free at that time.")
        moved = words.moves(self.company, self.board, answer, besides=pin.operation)
        late = words.lateness_changes(self.company, self.plan, self.board, answer)
        return Outcome(
            legal=True,
            earliest=_instant(pin.start),
            start=_instant(int(answer.setup_start[pin.operation])),
            end=_instant(int(answer.end[pin.operation])),
            moved=moved,
            late=late,
            summary=words.summary(moved, late),
        )


_desks: OrderedDict[tuple[object, ...], tuple[object, Desk]] = OrderedDict()


def desk(source: Workspace | Company, plan: Plan | str | None = None) -> Desk:
    """The desk of a company's plan, or of a workspace's: its code, or the newest; kept for the next call.

    A workspace's desk is laid out again when its data have changed.

    Raises
    ------
    TypeError
        If a company comes without its plan.
    """
    if isinstance(source, Company):
        if not isinstance(plan, Plan):
            raise TypeError(f"Expected a plan beside a company, got {plan!r}.")
        company, made = source, plan
        return _kept((id(company), id(made)), (company, made), lambda: (company, made))
    workspace = source
    if isinstance(plan, Plan):
        given = plan
        return _kept((*_state(workspace), id(given)), given, lambda: (workspace.load(), given))
    code = plan or next((record.plan for record in workspace.plans()), None)
    return _kept((*_state(workspace), code), None, lambda: (workspace.load(), workspace.load_plan(code)))


def _state(workspace: Workspace) -> tuple[str, int]:
    """A workspace and the number of its newest change."""
    return str(workspace.path), workspace.newest_change()


def _kept(key: tuple[object, ...], held: object, load: Callable[[], tuple[Company, Plan]]) -> Desk:
    """The desk under a key; ``held`` keeps alive what the key names by identity."""
    if key not in _desks:
        _desks[key] = held, Desk.open(*load())
        while len(_desks) > KEPT:
            _desks.popitem(last=False)
    _desks.move_to_end(key)
    return _desks[key][1]


def try_pin(
    source: Workspace | Company,
    plan: Plan | str | None,
    order: str,
    sequence: int,
    start: dt.datetime,
    machine: str | None = None,
) -> Outcome:
    """Whether the operation may be pinned there, and what it would do; nothing is changed."""
    return desk(source, plan).try_drop(Drop(order, sequence, start, machine))


def replan(source: Workspace | Company, plan: Plan | str | None = None, drops: Sequence[Drop] = ()) -> Plan:
    """The plan around its pins and ``drops``, repaired for whatever has changed in the company since it was made."""
    return desk(source, plan).replan(drops)


def repair(company: Company, plan: Plan, as_of: dt.datetime | None = None) -> Repaired:
    """The plan repaired for a company that has changed since: breakdown, absence, late material, new work orders."""
    return Desk.open(company, plan, as_of).repair()


def _care(tries: int, seconds: float = 1.0, seed: int = 1) -> Care:
    from quarterdeck.disciplines.scheduling.repair import Care  # noqa: PLC0415

    return Care(tries=tries, seconds=seconds, seed=seed)


def _instant(seconds: int) -> dt.datetime | None:
    return None if seconds < 0 else dt.datetime.fromtimestamp(seconds, dt.UTC)
