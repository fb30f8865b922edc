"""Why an order is late, or is not: the chain of causes, what it hangs on and whom it serves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import DAY
from quarterdeck.service.views import wording
from quarterdeck.service.views.lateness import Cause, LateOrder, late_orders, together
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.pegging import Branch, Trees
from quarterdeck.service.views.wants import demands


class OrderMissingError(LookupError):
    """An order that the plan does not know; the message says what is known."""


@dataclass(frozen=True, slots=True)
class Served:
    """A demand that an order serves in the end."""

    demand: str
    kind: str
    order: str
    line: str
    customer: str
    title: str
    quantity_text: str
    due_text: str
    state: str
    late_text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line of a customer's order, or one supply order: how it stands and why.

    ``kind`` is sales_order, forecast, safety_stock, buy, make or transfer. The ``causes`` add up to ``late_seconds``,
    their ``days`` to ``late_days``. ``branches`` is what it hangs on, ``serves`` whom it is for.
    """

    order: str
    line: str
    kind: str
    state: str
    demand: str
    customer: str
    item: str
    title: str
    quantity_text: str
    due: dt.datetime | None
    due_text: str
    there: dt.datetime | None
    there_text: str
    late_seconds: int
    late_days: float
    late_text: str
    short: str
    reason: str
    causes: tuple[Cause, ...]
    branches: tuple[Branch, ...]
    serves: tuple[Served, ...]

    @property
    def totals(self) -> tuple[Cause, ...]:
        """The causes with those of one kind taken together, the largest first."""
        return together(self.causes)

    @property
    def days(self) -> tuple[float, ...]:
        """Days of each cause; they add up to ``late_days``."""
        return tuple(cause.seconds / DAY for cause in self.causes)


def explain(company: Company, plan: Plan, order: str, line: str | None = None) -> tuple[Explanation, ...]:
    """The lines of an order of a customer, or the supply order, with this code; also a demand's own code.

    Raises
    ------
    OrderMissingError
        If the plan has no such order.
    """
    wanted = demands(plan).filter((pl.col("order") == order) | (pl.col("demand") == order))
    if line is not None:
        wanted = wanted.filter(pl.col("line").fill_null("") == line)
    trees = Trees(company, plan)
    if wanted.height:
        late = {each.demand: each for each in late_orders(company, plan, None)}
        rows = wanted.sort("line", "demand").iter_rows(named=True)
        return tuple(_demand(row, late.get(row["demand"]), trees) for row in rows)
    supply = plan["orders"].filter(pl.col("order") == order).with_columns(pl.col("line").fill_null(""))
    if line is not None:
        supply = supply.filter(pl.col("line") == line)
    if supply.is_empty():
        raise OrderMissingError(_unknown(plan, order, line))
    return tuple(_supply(company, plan, row, trees) for row in supply.sort("line").iter_rows(named=True))


def _demand(row: dict[str, Any], late: LateOrder | None, trees: Trees) -> Explanation:
    names, now = trees.names, trees.plan.settings.as_of
    there = row["delivered"]
    return Explanation(
        order=row["order"] or wording.REQUIREMENTS[row["kind"]],
        line=row["line"] or "",
        kind=row["kind"],
        state=row["state"],
        demand=row["demand"],
        customer=names.name("customer", row["customer"]),
        item=row["item"],
        title=names.item(row["item"]),
        quantity_text=names.amount(row["quantity"], row["item"]),
        due=row["due"],
        due_text=names.day(row["due"], row["site"], now),
        there=there,
        there_text=names.day(there, row["site"], now) if there else "not within the horizon",
        late_seconds=row["late_seconds"],
        late_days=row["late_seconds"] / DAY,
        late_text=late.late_text if late else "",
        short=late.short if late else "",
        reason=late.reason if late else "",
        causes=late.causes if late else (),
        branches=trees.of_demand(row["demand"]),
        serves=(),
    )


def _supply(company: Company, plan: Plan, row: dict[str, Any], trees: Trees) -> Explanation:
    names, now = trees.names, trees.plan.settings.as_of
    late = max(0, int((row["available"] - row["needed"]).total_seconds()))
    causes = _causes(company, plan, row, names, late) if late else ()
    return Explanation(
        order=row["order"],
        line=row["line"],
        kind=row["kind"],
        state=row["state"],
        demand="",
        customer=names.partner(row["kind"], row["partner"]),
        item=row["item"],
        title=names.item(row["item"]),
        quantity_text=names.amount(row["quantity"], row["item"]),
        due=row["needed"],
        due_text=names.day(row["needed"], row["site"], now),
        there=row["available"],
        there_text=names.day(row["available"], row["site"], now),
        late_seconds=late,
        late_days=late / DAY,
        late_text=wording.duration(late) if late else "",
        short="",
        reason="; then ".join(cause.text for cause in sorted(causes, key=lambda each: -each.seconds)[:3]),
        causes=causes,
        branches=trees.of_order(row["order"], row["line"]),
        serves=serves(plan, row["order"], row["line"], names),
    )


def _causes(company: Company, plan: Plan, row: dict[str, Any], names: Names, late: int) -> tuple[Cause, ...]:
    from quarterdeck.disciplines.mrp.causes import order_causes  # noqa: PLC0415 - loads the numerical libraries
    from quarterdeck.model.checks import usable  # noqa: PLC0415

    sound, _ = usable(company)
    return tuple(
        Cause(
            cause=link.cause,
            words=wording.CAUSES[link.cause],
            text=text,
            seconds=link.seconds,
            duration=wording.duration(link.seconds),
            share=link.seconds / late,
            order=link.order,
            item=names.item(link.item),
            object=names.thing(link.object),
        )
        for link, text in order_causes(sound, plan, row["order"], row["line"], plan.settings)
    )


def serves(plan: Plan, order: str, line: str, names: Names) -> tuple[Served, ...]:
    """Every demand that an order serves in the end, through all levels, the earliest due first."""
    pegs = plan["pegs"].filter(pl.col("supply_kind") == "order").with_columns(
        pl.col("supply_line", "demand_line").fill_null("")
    )  # fmt: skip
    at = pl.DataFrame({"supply": [order], "supply_line": [line]})
    seen, found = at, pegs.clear().select("demand")
    while at.height:
        used = pegs.join(at, on=["supply", "supply_line"], how="semi")
        found = pl.concat([found, used.filter(pl.col("demand_kind") == "requirement").select("demand")])
        above = used.filter(pl.col("demand_kind") == "order").select(supply="demand", supply_line="demand_line")
        at = above.unique().join(seen, on=["supply", "supply_line"], how="anti")
        seen = pl.concat([seen, at])
    rows = demands(plan).join(found.unique(), on="demand", how="semi").sort("due", "demand")
    return tuple(_served(row, names, plan.settings.as_of) for row in rows.iter_rows(named=True))


def _served(row: dict[str, Any], names: Names, now: dt.datetime) -> Served:
    return Served(
        demand=row["demand"],
        kind=row["kind"],
        order=row["order"] or wording.REQUIREMENTS[row["kind"]],
        line=row["line"] or "",
        customer=names.name("customer", row["customer"]),
        title=names.item(row["item"]),
        quantity_text=names.amount(row["quantity"], row["item"]),
        due_text=names.day(row["due"], row["site"], now),
        state=row["state"],
        late_text=wording.duration(row["late_seconds"]) if row["late_seconds"] else "",
    )


def _unknown(plan: Plan, order: str, line: str | None) -> str:
    from difflib import get_close_matches  # noqa: PLC0415

    known = [*plan["requirements"]["order"].drop_nulls().unique().sort(), *plan["orders"]["order"].unique().sort()]
    near = get_close_matches(order, known, n=3, cutoff=0.6)
    what = f"{order} line {line}" if line else order
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return f"Expected an order of the plan, got {what}.{hint}"
