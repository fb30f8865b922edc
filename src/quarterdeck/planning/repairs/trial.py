"""Trying a repair: the plan made again with it and with as little other change as can be.

A plan made anew from nothing would differ in many places that have nothing to do with the repair. So orders and
schedule stay as they are, the repair is put in, and the operations on which the late order hangs are placed again: once
into the gaps, where nobody else moves, and once before everybody, where others give way; with more working time all
move closer together too. The best of these counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.mrp.deliveries import deliveries
from quarterdeck.disciplines.scheduling.board import lay_out
from quarterdeck.disciplines.scheduling.repair import schedule_of, standing_of
from quarterdeck.disciplines.scheduling.results import order_rows
from quarterdeck.disciplines.scheduling.shifting import Standing, shift
from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import DAY, as_seconds
from quarterdeck.planning.repairs.edits import Candidate, edited
from quarterdeck.planning.repairs.supply import Case

HARM = 3600
NEVER = 10 * 365 * DAY
_SPLIT = "split off {}"


class Way(NamedTuple):
    """How operations are placed again: before those of others, and whether others may move closer too."""

    first: bool
    closer: bool


GAPS, FIRST = Way(first=False, closer=False), Way(first=True, closer=False)
CLOSER, CLOSER_FIRST = Way(first=False, closer=True), Way(first=True, closer=True)


@dataclass(frozen=True)
class Harm:
    """Another customer's order line that a repair makes later, and by how much."""

    demand: str
    order: str
    line: str
    seconds: int


@dataclass(frozen=True)
class Trial:
    """What a repair does: lateness of the order before and after [s], and of the others.

    ``in_time`` is the quantity there when it is due, before and after; ``delivered`` the new moment [s].
    """

    candidate: Candidate
    late_before: int
    late_after: int
    in_time_before: float
    in_time_after: float
    delivered: int | None
    harmed: tuple[Harm, ...] = ()
    helped: int = 0
    helped_seconds: int = 0

    @property
    def won(self) -> int:
        """Seconds of lateness the order loses."""
        return self.late_before - self.late_after

    @property
    def harm(self) -> int:
        """Seconds of lateness the others gain."""
        return sum(each.seconds for each in self.harmed)


def tried(case: Case, candidate: Candidate) -> Trial:
    """What a repair does to its order and to the others."""
    if candidate.kind == "renegotiate":
        return _agreed(case, candidate)
    if candidate.kind == "partial":
        return _in_parts(case, candidate)
    company, plan = edited(case.company, candidate.edits), _changed(case.plan, candidate)
    before = lateness(case.company, case.plan)
    binding = sorted({link.order for link in case.links if link.order} | {str(candidate.facts.get("renamed", ""))})
    whole = chain(plan, case.requirement["demand"])
    ways = {"swap_priority": (FIRST,), "overtime": (GAPS, FIRST, CLOSER, CLOSER_FIRST)}.get(
        candidate.kind, (GAPS, FIRST)
    )
    found = [
        _compared(case, candidate, before, company, placed)
        for orders in (binding, whole)
        for placed in placed_again(company, plan, orders, ways)
    ]
    return max(found, key=lambda trial: (trial.won - trial.harm, -trial.harm))


def _agreed(case: Case, candidate: Candidate) -> Trial:
    """A later date that the customer agrees to: nothing else moves."""
    row, quantity = case.delivery, float(case.requirement["quantity"])
    return Trial(candidate, row["late_seconds"], 0, row["on_time"], quantity, as_seconds(row["delivered"]))


def _in_parts(case: Case, candidate: Candidate) -> Trial:
    """What is there in time goes in time: the lateness of the whole becomes that of the rest alone."""
    row, part = case.delivery, float(candidate.facts["quantity"])
    whole = float(case.requirement["quantity"])
    late = round(row["late_seconds"] * (1 - part / whole))
    return Trial(candidate, row["late_seconds"], late, row["on_time"], part, as_seconds(row["delivered"]))


def _changed(plan: Plan, candidate: Candidate) -> Plan:
    """The plan with purchases at their new dates and a lot in two parts."""
    orders, pegs = plan["orders"], plan["pegs"]
    for order, moment in candidate.arrivals.items():
        mine = pl.col("order") == order
        there = pl.lit(moment).cast(orders.schema["available"])
        orders = orders.with_columns(
            available=pl.when(mine).then(pl.min_horizontal("available", there)).otherwise("available"),
            release=pl.when(mine).then(pl.min_horizontal("release", there)).otherwise("release"),
        )
    changed = plan.with_tables(orders=orders, pegs=pegs)
    if candidate.facts.get("renamed"):
        changed = _firm(changed, candidate.subject, str(candidate.facts["renamed"]))
    return _parted(changed, candidate) if candidate.part > 0 else changed


def _firm(plan: Plan, planned: str, code: str) -> Plan:
    """The plan in which a planned order is a work order under a code of its own."""
    columns = {"orders": ("order",), "operations": ("order",), "pegs": ("supply", "demand")}
    tables = {
        name: plan[name].with_columns(pl.col(column).replace({planned: code}) for column in named)
        for name, named in columns.items()
    }
    mine = pl.col("order") == code
    tables["orders"] = tables["orders"].with_columns(state=pl.when(mine).then(pl.lit("open")).otherwise("state"))
    return plan.with_tables(**tables)


def _parted(plan: Plan, candidate: Candidate) -> Plan:
    """The plan in which a part of the lot is an order of its own that serves the chain of the late order."""
    orders, pegs, code = plan["orders"], plan["pegs"], _SPLIT.format(candidate.subject)
    mine = orders.filter(pl.col("order") == candidate.subject)
    share = candidate.part / float(mine["quantity"][0])
    scaled = ("quantity", "start_quantity")
    new = mine.with_columns(order=pl.lit(code), state=pl.lit("planned")).with_columns(pl.col(scaled) * share)
    rest = orders.with_columns(
        pl.when(pl.col("order") == candidate.subject).then(pl.col(name) * (1 - share)).otherwise(name).alias(name)
        for name in scaled
    )
    served = set(candidate.facts["towards"])
    to_chain = (pl.col("supply") == candidate.subject) & pl.col("demand").is_in(list(served))
    moved = pegs.with_columns(supply=pl.when(to_chain).then(pl.lit(code)).otherwise("supply"))
    consumed = moved.filter(pl.col("demand") == candidate.subject, pl.col("demand_kind") == "order")
    last = int(moved["peg"].max() or 0)  # type: ignore[arg-type]
    own = consumed.with_columns(
        pl.col("quantity") * share, demand=pl.lit(code), peg=pl.int_range(last + 1, last + 1 + pl.len())
    )
    less = (pl.col("demand") == candidate.subject) & (pl.col("demand_kind") == "order")
    moved = moved.with_columns(quantity=pl.when(less).then(pl.col("quantity") * (1 - share)).otherwise("quantity"))
    return plan.with_tables(orders=pl.concat([rest, new]), pegs=pl.concat([moved, own.select(moved.columns)]))


def chain(plan: Plan, demand: str) -> list[str]:
    """Every order that a demand hangs on, on all levels."""
    pegs = plan["pegs"].filter(pl.col("supply_kind") == "order")
    at = pegs.filter(pl.col("demand_kind") == "requirement", pl.col("demand") == demand)["supply"].unique()
    links = pegs.filter(pl.col("demand_kind") == "order").select("supply", "demand")
    found: set[str] = set()
    while at.len():
        found |= set(at)
        at = links.filter(pl.col("demand").is_in(at.to_list()))["supply"].unique()
        at = at.filter(~at.is_in(sorted(found)))
    return sorted(found)


def placed_again(company: Company, plan: Plan, orders: Iterable[str], ways: Sequence[Way]) -> Iterator[Plan]:
    """The plan whose schedule has the operations of some orders placed anew as early as they can be, in each way."""
    board = lay_out(company, plan, plan.settings)
    if not board.instance.size:
        yield plan
        return
    operations = board.instance.arrays.operations
    again = board.jobs.steps["order"].is_in(list(orders)).to_numpy() & (operations["started"] == 0)
    standing = standing_of(board.instance, board.before, board.pins)
    for way in ways:
        pulled = _pulled(standing, again, board.instance.now, way)
        answer = schedule_of(board.instance, shift(board.instance.arrays, pulled, board.instance.now))
        yield plan.with_tables(orders=order_rows(board.jobs, board.problem, answer))


def _pulled(standing: Standing, again: npt.NDArray[np.bool_], now: int, way: Way) -> Standing:
    """The standing schedule in which some operations hold on to no moment and come first, last, or in their turn."""
    mine = again & (standing.fixed == 0)
    free = standing.fixed == 0 if way.closer else mine
    turn = ~mine if way.first else np.zeros_like(mine) if way.closer else mine
    rank = np.empty(standing.rank.size, np.int64)
    rank[np.lexsort((standing.rank, turn, -standing.fixed))] = np.arange(rank.size)
    return standing._replace(hold=np.where(free, now, standing.hold), rank=rank)


def lateness(company: Company, plan: Plan) -> pl.DataFrame:
    """Lateness of every customer's order line: ``demand``, ``order``, ``line``, ``late`` [s], ``in_time``."""
    met = deliveries(company, plan, plan.settings).join(
        plan["requirements"].filter(pl.col("kind") == "sales_order").select("demand", "order", "line"), on="demand"
    )
    late = pl.when(pl.col("state") == "short").then(pl.lit(NEVER)).otherwise("late_seconds")
    return met.select(
        "demand", "order", "line", late.cast(pl.Int64).alias("late"), pl.col("on_time").alias("in_time"), "delivered"
    )


def _compared(case: Case, candidate: Candidate, before: pl.DataFrame, company: Company, plan: Plan) -> Trial:
    after = lateness(company, plan)
    demand = case.requirement["demand"]
    old, new = (frame.row(by_predicate=pl.col("demand") == demand, named=True) for frame in (before, after))
    both = before.join(after, on="demand", suffix="_new").filter(pl.col("demand") != demand)
    gain = pl.col("late_new") - pl.col("late")
    harmed = both.filter(gain > HARM).with_columns(gain=gain).sort("gain", "demand", descending=[True, False])
    helped = both.filter(gain < -HARM)
    return Trial(
        candidate, int(old["late"]), int(new["late"]), float(old["in_time"]), float(new["in_time"]),
        as_seconds(new["delivered"]) if new["delivered"] is not None else None,
        tuple(Harm(*row) for row in harmed.select("demand", "order", "line", "gain").iter_rows()),
        helped.height, int((helped["late"] - helped["late_new"]).sum()),
    )  # fmt: skip
