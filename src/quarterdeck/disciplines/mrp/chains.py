"""The chain that makes a demand late: from its last supply back to now, each stretch of time with what filled it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl

from quarterdeck.disciplines.mrp.deliveries import dated_pegs
from quarterdeck.disciplines.mrp.grouped import Grouped
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import HOUR, as_seconds
from quarterdeck.model.routing import step_links

Key = tuple[str, str]
_WAITS = {
    "machine": "capacity", "person": "person", "calendar": "calendar", "limit": "limit", "material": "material",
    "setter": "setter", "tool": "tool", "maintenance": "maintenance", "room": "room",
}  # fmt: skip
_NAMED = ("setter", "tool")  # the blocker of these is what was waited for, not an order


class Order(NamedTuple):
    """An order's facts, times in seconds."""

    kind: str
    state: str
    item: str
    partner: str
    quantity: float
    start_quantity: float
    release: int
    needed: int
    available: int


class Step(NamedTuple):
    """An operation's facts, times in seconds."""

    sequence: int
    work_centre: str
    person: str
    ready: int
    setup_start: int
    start: int
    end: int
    setup: int
    run: int
    waited_for: str
    blocker: str


class Peg(NamedTuple):
    """A supply of an order or requirement."""

    supply: Key
    by_order: bool
    there: int
    needed: int
    quantity: float
    sequence: int | None
    item: str


class Link(NamedTuple):
    """A stretch of the chain: ``seconds`` filled by ``cause``; ``object`` is the supplier, work centre or person."""

    cause: str
    seconds: int
    order: str
    item: str
    object: str
    until: int
    blocker: str


@dataclass
class Tracer:
    """Walks from a late demand up its binding supplies."""

    orders: dict[Key, Order]
    steps: Grouped[Step]
    of_order: Grouped[Peg]
    of_demand: Grouped[Peg]
    queues: dict[tuple[str, int], int]
    now: int
    networks: dict[Key, dict[int, list[int]]] = field(default_factory=dict)
    waits: dict[tuple[str, int], list[tuple[str, int, str]]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    def chain(self, demand: str) -> list[Link]:
        """All links of a demand from the customer upstream; their seconds reach back from its delivery."""
        self.links = []
        last = max(self.of_demand[demand], key=lambda peg: (peg.there, peg.quantity, peg.supply))
        seen: set[Key] = set()
        peg: Peg | None = last
        while peg is not None and peg.by_order and peg.supply not in seen:
            seen.add(peg.supply)
            peg = self._through(peg)
        return self.links

    def _through(self, peg: Peg) -> Peg | None:
        """Adds the links of one supplying order; the peg of the material that it waited for, if any."""
        order = self.orders[peg.supply]
        steps = self.steps.of(peg.supply[0]) if order.kind == "make" else []
        if steps:
            return self._through_steps(peg, order, steps)
        if order.kind == "buy" and order.state != "planned":
            late = max(0, order.available - max(peg.needed, self.now))
            self._add("material", late, peg.supply[0], order.item, order.partner, order.available)
            self._add(
                "lead_time",
                order.available - late - self.now,
                peg.supply[0],
                order.item,
                order.partner,
                order.available,
            )
            return None
        material = self._binding(self.of_order.of(peg.supply))
        begin = max(order.release, self.now, material.there if material else self.now)
        cause = "processing" if order.kind == "make" else "lead_time"
        self._add(cause, order.available - begin, peg.supply[0], order.item, order.partner, order.available)
        if order.kind == "buy" and material is None:
            self._add("capacity", begin - self.now, peg.supply[0], order.item, order.partner, begin)
        if material is not None and material.there > self.now:
            self._add("queue", begin - material.there, peg.supply[0], order.item, "", begin)
            return material
        return None

    def _through_steps(self, peg: Peg, order: Order, steps: list[Step]) -> Peg | None:
        code, moment, opening = peg.supply[0], order.available, steps[0]
        share = min(1.0, peg.quantity / order.quantity) if order.quantity > 0 else 1.0
        steps = self._binding_steps(peg.supply, steps)
        for index in range(len(steps) - 1, -1, -1):
            step = steps[index]
            self._add("queue", moment - step.end, code, order.item, step.work_centre, moment)
            self._work(code, order, step, share)
            before = steps[index - 1].end if index else self.now
            material = self._binding(self._material(peg.supply, step, first=step is opening))
            there = material.there if material else self.now
            if material is not None and there >= before and there > self.now:
                self._add("queue", step.ready - there, code, order.item, step.work_centre, step.ready)
                return material
            moment = step.ready
        queue = self.queues.get((order.item, steps[0].sequence), 0)
        self._add("queue", min(queue, moment - self.now), code, order.item, steps[0].work_centre, moment)
        return None

    def _binding_steps(self, key: Key, steps: list[Step]) -> list[Step]:
        """The steps that each waited for the one before it, from the first to the last."""
        network = self.networks.get(key)
        if not network:
            return steps
        known = {step.sequence: step for step in steps}
        path = [steps[-1]]
        while before := [known[number] for number in network.get(path[-1].sequence, ()) if number in known]:
            path.append(max(before, key=lambda step: (step.end, step.sequence)))
        return path[::-1]

    def _work(self, code: str, order: Order, step: Step, share: float) -> None:
        """Links of one operation from its end back to when it was ready."""
        closed = (step.end - step.start) - step.run
        good = order.quantity / order.start_quantity if order.start_quantity > 0 else 1.0
        lost = round(step.run * (1.0 - min(good, 1.0)))
        rest = round((step.run - lost) * (1.0 - share))
        centre = step.work_centre
        self._add("processing", step.run - lost - rest, code, order.item, centre, step.end)
        self._add("lot", rest, code, order.item, centre, step.end)
        self._add("yield", lost, code, order.item, centre, step.end)
        self._add("calendar", closed, code, order.item, centre, step.end)
        making_ready = step.start - step.setup_start
        self._add("setup", min(step.setup, making_ready), code, order.item, centre, step.start)
        self._add("calendar", making_ready - min(step.setup, making_ready), code, order.item, centre, step.start)
        self._waited(code, order, step)

    def _waited(self, code: str, order: Order, step: Step) -> None:
        """Links from the beginning of an operation's set-up back to when it was ready, the last stretch first."""
        parts = self.waits.get((code, step.sequence), [])
        if sum(part[1] for part in parts) != step.setup_start - step.ready:
            parts = [(step.waited_for, step.setup_start - step.ready, step.blocker)]
        until = step.setup_start
        for what, seconds, blocker in reversed(parts):
            cause = _WAITS.get(what, "capacity")
            place = (step.person or step.work_centre) if cause == "person" else step.work_centre
            place, behind = (blocker, "") if cause in _NAMED else (place, blocker)
            self._add(cause, seconds, code, order.item, place, until, "" if cause == "maintenance" else behind)
            until -= seconds

    def _material(self, key: Key, step: Step, *, first: bool) -> list[Peg]:
        """What an operation consumes; what names no operation, or one that is done, belongs to the first."""
        pegs = self.of_order.of(key)
        numbers = {row.sequence for row in self.steps[key[0]]}
        return [
            peg for peg in pegs
            if peg.sequence == step.sequence or (first and (peg.sequence is None or peg.sequence not in numbers))
        ]  # fmt: skip

    @staticmethod
    def _binding(pegs: list[Peg]) -> Peg | None:
        return max(pegs, key=lambda peg: (peg.there, peg.by_order, peg.quantity, peg.supply), default=None)

    def _add(self, cause: str, seconds: int, order: str, item: str, where: str, until: int, blocker: str = "") -> None:  # noqa: PLR0917
        if seconds > 0:
            self.links.append(Link(cause, int(seconds), order, item, where, int(until), blocker))


def tracer(company: Company, plan: Plan, settings: Settings) -> Tracer:
    """A tracer over the orders, operations and pegs of a plan."""
    pegs = dated_pegs(plan, settings).select(
        "demand", "demand_line", "supply", "supply_line", by_order=pl.col("supply_kind") == "order",
        there=pl.col("there").dt.epoch("s"), needed=pl.col("needed").dt.epoch("s"), quantity="quantity",
        sequence="sequence", item="item", of_order=pl.col("demand_kind") == "order",
    )  # fmt: skip
    hours = company["operations"].select("item", "sequence", "queue_hours").iter_rows()
    return Tracer(
        _orders(plan),
        _steps(plan),
        Grouped(pegs.filter("of_order"), ("demand", "demand_line"), _peg),
        Grouped(pegs.filter(~pl.col("of_order")), ("demand",), _peg),
        {(item, sequence): round(queue * HOUR) for item, sequence, queue in hours},
        as_seconds(settings.as_of),
        _networks(company, plan),
        _waits(plan),
    )


def _peg(row: tuple[Any, ...]) -> Peg:
    return Peg((row[2], row[3]), *row[4:10])


def _waits(plan: Plan) -> dict[tuple[str, int], list[tuple[str, int, str]]]:
    """What each step waited for once it was ready, in the order of time, where it was more than one thing."""
    several = plan["waits"].filter((pl.len() > 1).over("order", "sequence")).sort("order", "sequence", "part")
    found: dict[tuple[str, int], list[tuple[str, int, str]]] = defaultdict(list)
    rows = several.select("order", "sequence", "cause", "seconds", pl.col("blocker").fill_null("")).iter_rows()
    for order, sequence, cause, seconds, blocker in rows:
        found[order, sequence].append((cause, seconds, blocker))
    return found


def _networks(company: Company, plan: Plan) -> dict[Key, dict[int, list[int]]]:
    """Steps before each step, of the orders whose routing is no chain."""
    links = step_links(company["operations"])
    if links.is_empty():
        return {}
    made = plan["orders"].filter(pl.col("kind") == "make").with_columns(pl.col("routing").fill_null("main"))
    found: dict[Key, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = made.join(links, on=["item", "routing"]).select("order", "line", "sequence", "before")
    for order, line, sequence, before in rows.iter_rows():
        found[order, line][sequence].append(before)
    return dict(found)


def _orders(plan: Plan) -> dict[Key, Order]:
    epoch = [pl.col(name).dt.epoch("s") for name in ("release", "needed", "available")]
    rows = plan["orders"].select(
        "order", "line", "kind", "state", "item", pl.col("partner").fill_null(""), "quantity", "start_quantity", *epoch
    )
    return {(row[0], row[1]): Order(*row[2:]) for row in rows.iter_rows()}


def _steps(plan: Plan) -> Grouped[Step]:
    epoch = [pl.col(name).dt.epoch("s") for name in ("ready", "setup_start", "start", "end")]
    rows = plan["operations"].sort("order", "sequence").select(
        "order", "sequence", pl.col("work_centre").fill_null(""), pl.col("person").fill_null(""), *epoch,
        "setup_seconds", "run_seconds", pl.col("waited_for").fill_null("nothing"), pl.col("blocker").fill_null(""),
    )  # fmt: skip
    return Grouped(rows, ("order",), lambda row: Step._make(row[1:]))
