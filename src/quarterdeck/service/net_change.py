"""The use case of net change: what one more, other or absent order does to the planned orders below it, at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import Company, Plan

if TYPE_CHECKING:
    from quarterdeck.disciplines.mrp.net_anew import Anew
    from quarterdeck.disciplines.mrp.net_change import Standing
    from quarterdeck.disciplines.mrp.stage import Prepared

MICRO = 1_000_000


@dataclass(frozen=True)
class Change:
    """Planned orders of the item-sites that a change touched, before and after it, and how many these were.

    ``before`` and ``after``: ``item``, ``site``, ``quantity``, ``release``, ``available`` (material not considered).
    """

    touched: int
    before: pl.DataFrame
    after: pl.DataFrame


class LivePlan:
    """A netted plan held in memory, so that changes are answered in milliseconds.

    Parameters
    ----------
    company, plan
        The company, and a plan of it with requirements and targets.
    """

    def __init__(self, company: Company, plan: Plan) -> None:
        from quarterdeck.disciplines.mrp.net_anew import Anew  # noqa: PLC0415 - loads numba
        from quarterdeck.disciplines.mrp.net_change import Standing  # noqa: PLC0415
        from quarterdeck.disciplines.mrp.stage import prepared  # noqa: PLC0415

        ready = prepared(company, plan, plan.settings)
        self._prepared: Prepared = ready
        kept = Anew if ready.network.yields.size else Standing
        self._standing: Anew | Standing = kept(ready.network, ready.demands, ready.supplies, ready.as_of)

    def change_order(self, demand: str, *, quantity: float | None = None, due: dt.datetime | None = None) -> Change:
        """Gives a requirement another quantity (0 takes it away) or due date.

        Raises
        ------
        KeyError
            If the plan has no such requirement that is netted.
        """
        import numpy as np  # noqa: PLC0415

        codes = self._prepared.requirements["demand"]
        found = (codes == demand).arg_true()
        source = int(found[0]) if found.len() else -1
        known = [node for node, rows in self._standing.own.items() if (rows["source"] == source).any()]
        if source < 0 or not known:
            raise KeyError(f"Expected a requirement of the plan, got {demand!r}.")
        rows = self._standing.own[known[0]].copy()
        row = int(np.flatnonzero(rows["source"] == source)[0])
        if quantity is not None:
            rows["quantity"][row] = round(quantity * MICRO)
        if due is not None:
            rows["needed"][row] = int(due.timestamp())
        rows = rows[rows["quantity"] > 0]
        return self._changed(known[0], rows[np.lexsort((rows["source"], rows["priority"], rows["needed"]))])

    def add_order(self, item: str, site: str, quantity: float, due: dt.datetime, priority: int = 5) -> Change:
        """Adds a requirement as if a customer had ordered it.

        Raises
        ------
        KeyError
            If the item-site takes no part in the plan.
        """
        import numpy as np  # noqa: PLC0415

        from quarterdeck.disciplines.mrp.records import DEMAND, records  # noqa: PLC0415

        mesh = self._prepared.mesh
        place = int(mesh.codes.places(pl.Series([item]), pl.Series([site]))[0])
        node = int(mesh.node_of[place]) if place >= 0 else -1
        if node < 0:
            raise KeyError(f"Expected an item-site of the plan, got {item!r} at {site!r}.")
        number = self._prepared.requirements.height + sum(rows.size for rows in self._standing.own.values())
        new = records(
            DEMAND, 1, node=node, quantity=round(quantity * MICRO), needed=int(due.timestamp()), priority=priority,
            source=number, sequence=-1,
        )  # fmt: skip
        own = self._standing.own.get(node, new[:0])
        rows = np.concatenate([own, new])
        return self._changed(node, rows[np.lexsort((rows["priority"], rows["needed"]))])

    def _changed(self, node: int, rows: Any) -> Change:  # noqa: ANN401 - a structured array
        standing = self._standing
        touched = standing.change_demands(node, rows)
        return Change(
            len(touched), self._frame(standing.replaced),
            self._frame({one: standing.orders(one) for one in touched}),
        )  # fmt: skip

    def _frame(self, orders: dict[int, Any]) -> pl.DataFrame:
        mesh = self._prepared.mesh
        rows = [
            (mesh.item(node), mesh.site(node), quantity / MICRO, release, available)
            for node, table in orders.items()
            for quantity, release, available in table[["quantity", "release", "available"]].tolist()
        ]
        names = {
            "item": pl.String,
            "site": pl.String,
            "quantity": pl.Float64,
            "release": pl.Int64,
            "available": pl.Int64,
        }
        frame = pl.DataFrame(rows, schema=names, orient="row")
        moment = pl.from_epoch(pl.col("release", "available"), "s").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        return frame.with_columns(moment)
