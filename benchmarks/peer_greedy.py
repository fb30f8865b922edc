"""One pass over the orders of a factory by priority and due date, for ``python -m benchmarks.peer MODEL --greedy``.

What a plan is compared with: each order in turn takes what is in stock, makes the rest as late as it comes in time,
or as soon as it can where it does not, and keeps the gaps of the machines that it finds; nothing is ever moved again.
Nothing of the planner is used.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections import defaultdict
from typing import Any

Model = dict[str, Any]
DAY = 86_400
WORKING_DAYS = 5


def greedy_late_days(model: Model, *, by_due: bool = False) -> float:
    """Sum of the lateness of all orders in days, orders that can never be met left out.

    ``by_due`` takes orders by due date alone, as if priorities counted for nothing.

    >>> work = {"type": "fixed_time", "duration_s": 2 * DAY, "flows": []}
    >>> factory = {
    ...     "current": "2027-01-04T00:00:00", "demands": [
    ...         {"name": "A", "item": "chair", "quantity": 1, "priority": 1, "due": "2027-01-05T00:00:00"}],
    ...     "operations": [{"name": "build", "item": "chair", **work}],
    ... }
    >>> greedy_late_days(factory)
    1.0
    """
    factory, late = _Factory(model), 0.0
    rows = sorted(model["demands"], key=lambda row: (row["due"], row["name"]))
    if not by_due:
        rows.sort(key=lambda row: row.get("priority") or 1)
    for row in rows:
        due = _stamp(row["due"])
        there = factory.obtained(row["item"], float(row["quantity"]), due)
        if there is not None:
            late += max(0.0, there - due)
    return late / DAY


def _stamp(text: str) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()


class _Factory:
    """Stock, machines and what has been placed on them so far; machines count in working seconds from Monday on."""

    def __init__(self, model: Model) -> None:
        self.now = _stamp(model["current"])
        self.monday = self.now - (self.now - 4 * DAY) % (7 * DAY)
        self.operations = {row["item"]: row for row in model["operations"]}
        self.suppliers = {row["item"]: row for row in model.get("itemsuppliers", ())}
        self.stock: dict[str, list[list[float]]] = defaultdict(list)
        for row in model.get("buffers", ()):
            self.stock[row["item"]].append([self.now, float(row.get("onhand", 0))])
        units = {row["name"]: int(row.get("maximum", 1)) for row in model.get("resources", ())}
        self.busy: dict[str, list[list[tuple[float, float]]]] = {
            name: [[] for _ in range(number)] for name, number in units.items()
        }

    def obtained(self, item: str, quantity: float, needed: float) -> float | None:
        """When this much of an item is there, taken from stock, bought and made; None if it can never be."""
        there, left = self.now, quantity
        for lot in self.stock[item]:
            taken = min(lot[1], left)
            if taken > 0:
                there, left = max(there, lot[0]), left - taken
                lot[1] -= taken
        if left <= 0:
            return there
        made = item in self.operations
        new = self._made(self.operations[item], left, needed) if made else self._bought(item, left)
        return None if new is None else max(there, new)

    def _bought(self, item: str, quantity: float) -> float | None:
        if item not in self.suppliers:
            return None
        terms = self.suppliers[item]
        there = self.now + float(terms["leadtime_days"]) * DAY
        multiple = float(terms.get("sizemultiple", 1) or 1)
        lots = -(-max(quantity, float(terms.get("sizeminimum", 0))) // multiple)
        self.stock[item].append([there, lots * multiple - quantity])
        return there

    def _made(self, operation: dict[str, Any], quantity: float, needed: float) -> float | None:
        timed = operation["type"] == "time_per"
        work = float(operation["duration_per_s"]) * quantity if timed else float(operation["duration_s"])
        units = self.busy.get(operation.get("resource") or "", []) if timed else []
        last = max(self._worked(needed) - work, 0.0)
        begin = max((_last_gap(placed, last, work) for placed in units), default=last)
        ready = self._moment(max(begin, self._worked(self.now)))
        for flow in operation["flows"]:
            if flow["quantity"] < 0:
                there = self.obtained(flow["item"], -float(flow["quantity"]) * quantity, ready)
                if there is None:
                    return None
                ready = max(ready, there)
        begin = self._worked(ready)
        if units:
            begin, unit = min((_first_gap(placed, begin, work), number) for number, placed in enumerate(units))
            bisect.insort(units[unit], (begin, begin + work))
        return self._moment(begin + work)

    def _worked(self, moment: float) -> float:
        weeks, rest = divmod(moment - self.monday, 7 * DAY)
        return weeks * WORKING_DAYS * DAY + min(rest, WORKING_DAYS * DAY)

    def _moment(self, worked: float) -> float:
        """The earliest moment by which so much has been worked."""
        weeks, rest = divmod(worked, WORKING_DAYS * DAY)
        if rest == 0 and weeks > 0:
            weeks, rest = weeks - 1, WORKING_DAYS * DAY
        return self.monday + weeks * 7 * DAY + rest


def _first_gap(placed: list[tuple[float, float]], ready: float, work: float) -> float:
    """Where work begins that fits between what is placed, sorted by beginning."""
    at = max(bisect.bisect_right(placed, (ready, float("inf"))) - 1, 0)
    begin = ready
    for low, high in placed[at:]:
        if begin + work <= low:
            return begin
        begin = max(begin, high)
    return begin


def _last_gap(placed: list[tuple[float, float]], last: float, work: float) -> float:
    """Where work begins that fits between what is placed and begins no later than ``last``; 0 if nowhere."""
    begin = last
    for low, high in reversed(placed):
        if high <= begin:
            break
        begin = min(begin, low - work)
    return max(begin, 0.0)
