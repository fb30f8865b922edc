"""The pegging tree: what an order hangs on, level by level, down to stock and purchases."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.yields import comes_out_of

DEEPEST = 40
WIDEST = 2_000
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Branch:
    """A supply of the branch above it: ``kind`` is stock, buy, make, transfer or missing.

    ``late_seconds`` is how much later than needed it is there; ``binding`` marks the branch that the one above waits
    for longest.
    """

    kind: str
    kind_text: str
    state: str
    order: str
    line: str
    item: str
    title: str
    partner: str
    quantity: float
    quantity_text: str
    needed: dt.datetime | None
    needed_text: str
    available: dt.datetime | None
    available_text: str
    late_seconds: int
    late_text: str
    binding: bool
    branches: tuple[Branch, ...]


class Trees:
    """Grows pegging trees over one plan."""

    def __init__(self, company: Company, plan: Plan) -> None:
        self.names = Names.of(company)
        self.plan = plan
        self._left = WIDEST
        self._pegs: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        pegs = plan["pegs"].with_columns(pl.col("supply_line", "demand_line").fill_null(""))
        self._frame = pegs.partition_by("demand_kind", as_dict=True)
        self._orders: dict[Key, dict[str, Any]] = {}

    def of_demand(self, demand: str) -> tuple[Branch, ...]:
        """What serves an independent demand."""
        self._left = WIDEST
        return self._grown(self._of("requirement", demand, ""), (), 0)

    def of_order(self, order: str, line: str = "") -> tuple[Branch, ...]:
        """What an order consumes."""
        self._left = WIDEST
        return self._grown(self._of("order", order, line), ((order, line),), 0)

    def _of(self, kind: str, demand: str, line: str) -> list[dict[str, Any]]:
        frame = self._frame.get((kind,))
        if frame is None:
            return []
        found = frame.filter((pl.col("demand") == demand) & (pl.col("demand_line") == line))
        return list(found.sort("peg").iter_rows(named=True))

    def _order(self, key: Key) -> dict[str, Any] | None:
        if key not in self._orders:
            rows = self.plan["orders"].filter((pl.col("order") == key[0]) & (pl.col("line").fill_null("") == key[1]))
            if rows.is_empty():
                return None
            self._orders[key] = rows.row(0, named=True)
        return self._orders[key]

    def _grown(self, pegs: list[dict[str, Any]], above: tuple[Key, ...], depth: int) -> tuple[Branch, ...]:
        now = self.plan.settings.as_of
        dated = [(self._order((peg["supply"], peg["supply_line"])) if peg["supply_kind"] == "order" else None, peg)
                 for peg in pegs]  # fmt: skip
        last = max((order["available"] for order, _ in dated if order), default=None)
        found = []
        for order, peg in dated:
            if self._left <= 0:
                break
            self._left -= 1
            binding = order is not None and order["available"] == last and last > max(peg["needed"], now)
            found.append(self._branch(order, peg, above, depth, binding=binding))
        return tuple(found)

    def _branch(
        self, order: dict[str, Any] | None, peg: dict[str, Any], above: tuple[Key, ...], depth: int, *, binding: bool
    ) -> Branch:
        names, now, key = self.names, self.plan.settings.as_of, (peg["supply"], peg["supply_line"])
        there = order["available"] if order else None
        late = max(0, int((there - max(peg["needed"], now)).total_seconds())) if there else 0
        below: tuple[Branch, ...] = ()
        if order is not None and key not in above and depth < DEEPEST:
            below = self._grown(self._of("order", *key), (*above, key), depth + 1)
        kind = order["kind"] if order else "stock"
        return Branch(
            kind=kind,
            kind_text=wording.ORDER_KINDS[kind] if order else "Stock",
            state=order["state"] if order else "there",
            order=peg["supply"] or "",
            line=peg["supply_line"],
            item=peg["item"],
            title=names.item(peg["item"]),
            partner=_partner(order, peg["item"], names) if order else "",
            quantity=peg["quantity"],
            quantity_text=names.amount(peg["quantity"], peg["item"]),
            needed=peg["needed"],
            needed_text=names.day(peg["needed"], peg["site"], now),
            available=there,
            available_text=names.day(there, peg["site"], now) if there else "in stock",
            late_seconds=late,
            late_text=wording.duration(late) if late >= 60 else "",
            binding=binding,
            branches=below,
        )


def _partner(order: dict[str, Any], item: str, names: Names) -> str:
    """Where a supply comes from: the supplier, the sending site, or what is made when a co-product comes out."""
    if order["item"] != item:
        return comes_out_of(order["item"], names)
    return names.partner(order["kind"], order["partner"])
