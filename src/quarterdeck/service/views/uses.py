"""Where an order goes: what uses it, level by level, up to the customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.wants import demands

DEEPEST = 40
MOST = 400


@dataclass(frozen=True, slots=True)
class Use:
    """A quantity of an order that something uses: another order, or what a customer, the forecast or a target wants."""

    kind: str
    order: str
    line: str
    item: str
    title: str
    quantity_text: str
    needed_text: str
    late_text: str
    uses: tuple[Use, ...]


def uses(company: Company, plan: Plan, order: str, line: str = "") -> tuple[Use, ...]:
    """What uses an order, followed upwards through all levels to the customers."""
    names = Names.of(company)
    pegs = (
        plan["pegs"]
        .filter(pl.col("supply_kind") == "order")
        .with_columns(pl.col("supply_line", "demand_line").fill_null(""))
    )
    wanted = {row["demand"]: row for row in demands(plan).iter_rows(named=True)} if pegs.height else {}
    items = {(row[0], row[1] or ""): row[2] for row in plan["orders"].select("order", "line", "item").iter_rows()}
    budget = [MOST]

    def above(key: tuple[str, str], path: tuple[tuple[str, str], ...]) -> tuple[Use, ...]:
        found = []
        rows = pegs.filter((pl.col("supply") == key[0]) & (pl.col("supply_line") == key[1])).sort("needed", "peg")
        for row in rows.iter_rows(named=True):
            budget[0] -= 1
            if budget[0] < 0:
                break
            target = (row["demand"], row["demand_line"])
            deeper = row["demand_kind"] == "order" and target not in path and len(path) < DEEPEST
            below = above(target, (*path, target)) if deeper else ()
            found.append(_use(row, wanted.get(row["demand"]), items.get(target, ""), below, names, plan))
        return tuple(found)

    return above((order, line), ((order, line),))


def _use(
    row: dict[str, Any], want: dict[str, Any] | None, item: str, below: tuple[Use, ...], names: Names, plan: Plan
) -> Use:
    final = row["demand_kind"] == "requirement" and want is not None
    kind = want["kind"] if final and want else "order"
    customer = names.name("customer", want["customer"]) if final and want and want["customer"] else ""
    late = want["late_seconds"] if final and want else 0
    return Use(
        kind=kind.replace("_", " "),
        order=(want["order"] or "") if final and want else row["demand"],
        line=(want["line"] or "") if final and want else row["demand_line"],
        item=row["item"] if final else item,
        title=customer or (kind.replace("_", " ") if final else names.item(item)),
        quantity_text=names.amount(row["quantity"], row["item"]),
        needed_text=names.day(row["needed"], row["site"], plan.settings.as_of),
        late_text=wording.duration(late) if late and late > 0 else "",
        uses=below,
    )
