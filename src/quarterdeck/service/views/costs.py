"""What an item costs, part by part and component by component."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import home_zone
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

DEEPEST = 12
MOST_NODES = 2_000


@dataclass(frozen=True, slots=True)
class CostPart:
    """One part of the standard cost of one unit."""

    part: str
    words: str
    own: float
    total: float


@dataclass(frozen=True, slots=True)
class CostNode:
    """An item in a cost tree: ``quantity`` in one unit of the root, ``cost`` what that quantity costs."""

    item: str
    title: str
    quantity: float
    quantity_text: str
    cost: float
    cost_text: str
    parts: tuple[CostPart, ...]
    components: tuple[CostNode, ...]
    cut: bool


def cost_tree(company: Company, plan: Plan, item: str) -> CostNode:
    """The standard cost of one unit of ``item`` with everything below it.

    Components count as of the plan's day, with their scrap. Branches deeper than twelve levels, cycles and trees of
    more than two thousand nodes are ``cut``.
    """
    names = Names.of(company)
    parts = _parts(plan)
    today = wording.local(plan.settings.as_of, home_zone(company)).date()
    lines = _lines(company, today)
    budget = [MOST_NODES]

    def node(code: str, quantity: float, path: tuple[str, ...]) -> CostNode:
        budget[0] -= 1
        below = lines.get(code, [])
        cut = bool(below) and (code in path or len(path) >= DEEPEST or budget[0] < len(below))
        inside = () if cut else tuple(node(part, quantity * per, (*path, code)) for part, per in below)
        own = parts.get(code, ())
        cost = quantity * sum(part.total for part in own)
        return CostNode(
            item=code,
            title=names.item(code),
            quantity=quantity,
            quantity_text=names.amount(quantity, code),
            cost=cost,
            cost_text=wording.money(cost, names.currency),
            parts=own,
            components=inside,
            cut=cut,
        )

    return node(item, 1.0, ())


def _parts(plan: Plan) -> dict[str, tuple[CostPart, ...]]:
    found: dict[str, list[CostPart]] = {}
    for row in plan["item_costs"].sort("item", "part").iter_rows(named=True):
        part = CostPart(row["part"], wording.COST_PARTS[row["part"]], float(row["own"]), float(row["total"]))
        found.setdefault(row["item"], []).append(part)
    return {item: tuple(parts) for item, parts in found.items()}


def _lines(company: Company, today: dt.date) -> dict[str, list[tuple[str, float]]]:
    valid = company["bom_lines"].filter(
        (pl.col("valid_from").is_null() | (pl.col("valid_from") <= today))
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= today))
        & ~pl.col("per_order")
    )
    per = pl.col("quantity_per") / (1 - pl.col("scrap"))
    found: dict[str, list[tuple[str, float]]] = {}
    for parent, component, quantity in valid.select("parent", "component", per).sort("parent", "component").iter_rows():
        found.setdefault(parent, []).append((component, quantity))
    return found
