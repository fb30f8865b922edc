"""Plans workbooks of another open planner and compares what reaches the customer with the plan of its own engine.

Run as ``python -m benchmarks.workbooks DIR [--json OUT]``. ``DIR`` holds workbooks ``NAME.xlsx`` in the other planner's
sheet and column names and, beside each, ``NAME.expect``: lines ``operation,start,end,quantity`` of the plan its engine
makes. Another planner may place operations otherwise; what is compared is what every customer gets when, whether
machines, people and suppliers are overloaded and whether stock falls below nothing. The checks share no code with the
planner.

One JSON document: per workbook ``workbook, orders, delivered_as_expected, differences, overloads, negative_stock,
verdict``. ``orders`` counts open customers' orders; each that is not delivered as the other engine does it is among the
``differences`` with what both do and the reason. Where the other engine plans a forecast, there is no order of a
customer; the totals per item are compared and named. ``verdict`` is ``as expected`` if all orders are delivered as
expected, nothing is overloaded and no stock is negative.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl

import quarterdeck as qd
from benchmarks.workbooks_check import negative_stock, overloads
from quarterdeck.files.mapping import apply_mapping
from quarterdeck.files.readers import read_sheets
from quarterdeck.model import Company, Plan

Parts = dict[dt.datetime, float]
SLACK = 1e-6
MINUTE = dt.timedelta(minutes=1)
OPTIONS = {"horizon_weeks": 104, "effort": 20, "seconds": 20.0, "service_level": 0.5}


def delivery_operations(path: Path) -> dict[str, str]:
    """Operations by which the workbook delivers, with the item each delivers where the workbook says so."""
    found: dict[str, str] = {}
    for sheet in read_sheets(path).sheets:
        name = _folded(sheet.sheet)
        if name not in {"item", "items", "demand", "demands", "salesorder", "salesorders"}:
            continue
        head, *rows = sheet.cells.rows()
        names = [_folded(cell) for cell in (sheet.header or head)]
        operation = next((at for at, name in enumerate(names) if name in {"deliveryoperation", "operation"}), None)
        heads = ("item",) if name.startswith(("demand", "sales")) else ("name", "item")
        item = next((names.index(head) for head in heads if head in names), None)
        if operation is not None and item is not None:
            found |= {str(row[operation]): str(row[item]) for row in rows if row[operation]}
    return found


def _folded(text: object) -> str:
    return str(text or "").lower().replace(" ", "").replace("_", "")


def expected(path: Path, operations: dict[str, str]) -> dict[str, Parts]:
    """What of each item is delivered when in the other engine's plan."""
    found: dict[str, Parts] = defaultdict(lambda: defaultdict(float))
    for row in csv.reader(path.read_text(encoding="utf-8").splitlines()):
        if len(row) < 4:
            continue
        name = row[0]
        if name in operations:
            item = operations[name]
        elif name.startswith("Ship ") and " from " not in name:
            item = name.removeprefix("Ship ").rpartition(" @ ")[0] or name.removeprefix("Ship ")
        else:
            continue
        moment = dt.datetime.fromisoformat(row[2]).replace(tzinfo=dt.UTC)
        found[item][moment] += float(row[3])
    return found


def delivered(plan: Plan, kind: str) -> dict[str, tuple[str, Parts]]:
    """What each demand of a kind gets when: item and quantities by moment, never before it is due."""
    there = {(row["order"], row["line"]): row["available"] for row in plan.orders.iter_rows(named=True)}
    pegs: dict[str, list[tuple[dt.datetime, float]]] = defaultdict(list)
    for peg in plan.pegs.filter(pl.col("demand_kind") == "requirement").iter_rows(named=True):
        moment = there.get((peg["supply"], peg["supply_line"] or "")) if peg["supply_kind"] == "order" else None
        pegs[peg["demand"]].append((moment or plan.settings.as_of, peg["quantity"]))
    result: dict[str, tuple[str, Parts]] = {}
    for row in plan.requirements.filter(pl.col("kind") == kind).iter_rows(named=True):
        parts: Parts = defaultdict(float)
        for moment, quantity in _shipped(row, pegs[row["demand"]]):
            parts[max(moment, row["due"])] += quantity
        result[row["demand"]] = (row["item"], dict(parts))
    return result


def _shipped(row: dict[str, Any], pegs: list[tuple[dt.datetime, float]]) -> list[tuple[dt.datetime, float]]:
    """Shipments by the customer's terms: each part as it comes, all at once, or not less than a least quantity."""
    whole = row["quantity"] - row["refused"]
    if row["ship_complete"] and pegs:
        there = sum(quantity for _, quantity in pegs)
        return [(max(moment for moment, _ in pegs), there)] if there >= whole - SLACK else []
    least = row["minimum_shipment"] or 0.0
    shipments, waiting, gone = [], 0.0, 0.0
    for number, (moment, quantity) in enumerate(sorted(pegs), start=1):
        waiting += quantity
        rest = whole - gone - waiting
        if number == len(pegs) or (waiting >= least - SLACK and (rest <= SLACK or rest >= least - SLACK)):
            shipments.append((moment, waiting))
            gone, waiting = gone + waiting, 0.0
    return shipments


def compare(plan: Plan, wanted: dict[str, Parts]) -> tuple[int, int, list[dict[str, Any]]]:
    """Number of orders, number delivered as expected, and every difference."""
    left = {item: dict(parts) for item, parts in wanted.items()}
    rows = {row["demand"]: row for row in plan.requirements.iter_rows(named=True)}
    reasons = dict(plan.deliveries.select("demand", "reason").iter_rows())
    orders = delivered(plan, "sales_order")
    good, differences = 0, []
    for demand in sorted(orders, key=lambda code: (rows[code]["due"], rows[code]["priority"], code)):
        item, parts = orders[demand]
        if _taken(left.get(item, {}), parts) and (parts or not _anything(left.get(item, {}))):
            good += 1
            continue
        differences.append(_difference(rows[demand], parts, left.get(item, {}), reasons.get(demand, "")))
    return len(orders), good, differences


def _anything(parts: Parts) -> bool:
    return any(quantity > SLACK for quantity in parts.values())


def _taken(left: Parts, parts: Parts) -> bool:
    """Takes the parts out of what is left where all of them are there."""
    matched: list[tuple[dt.datetime, float]] = []
    for moment, quantity in parts.items():
        close = [known for known in left if abs(known - moment) <= MINUTE and left[known] >= quantity - SLACK]
        if not close:
            return False
        matched.append((close[0], quantity))
    for moment, quantity in matched:
        left[moment] -= quantity
    return True


def _difference(row: dict[str, Any], parts: Parts, left: Parts, reason: str) -> dict[str, Any]:
    theirs = {moment: quantity for moment, quantity in sorted(left.items()) if quantity > SLACK}
    ours_last, theirs_last = max(parts, default=None), max(theirs, default=None)
    quantity = sum(parts.values())
    if ours_last is None:
        why = f"planned: nothing; {reason or 'what is too late or too little is not delivered'}"
    elif theirs_last is None:
        why = "the other engine delivers nothing of it"
    elif ours_last < theirs_last:
        why = "delivered earlier than by the other engine"
    elif ours_last > theirs_last:
        why = reason or "delivered later than by the other engine"
    else:
        why = "other parts on other days"
    return {
        "order": row["order"], "item": row["item"], "due": row["due"].isoformat(), "quantity": row["quantity"],
        "planned": _plain(parts), "planned_quantity": quantity, "expected": _plain(theirs), "reason": why,
    }  # fmt: skip


def _plain(parts: Parts) -> list[list[Any]]:
    return [[moment.isoformat(), round(quantity, 6)] for moment, quantity in sorted(parts.items())]


def forecast_totals(plan: Plan, wanted: dict[str, Parts]) -> list[dict[str, Any]]:
    """Totals that both planners deliver of items that no customer has ordered."""
    ordered = set(plan.requirements.filter(pl.col("kind") == "sales_order")["item"])
    ours: dict[str, float] = defaultdict(float)
    last = max((moment for parts in wanted.values() for moment in parts), default=plan.settings.as_of)
    for item, parts in delivered(plan, "forecast").values():
        ours[item] += sum(quantity for moment, quantity in parts.items() if moment <= last)
    return [
        {"item": item, "expected": round(sum(parts.values()), 3), "planned": round(ours[item], 3),
         "reason": "a forecast, not an order: both planners foresee by methods of their own"}
        for item, parts in sorted(wanted.items()) if item not in ordered
    ]  # fmt: skip


def judged(path: Path) -> dict[str, Any]:
    """One workbook planned and compared."""
    company: Company = apply_mapping(path, "frepple").company()
    plan = qd.plan(company, **OPTIONS)
    wanted = expected(path.with_suffix(".expect"), delivery_operations(path))
    orders, good, differences = compare(plan, wanted)
    busy, empty = overloads(company, plan), negative_stock(company, plan)
    same = good == orders and not busy and not empty
    return {
        "workbook": path.name, "orders": orders, "delivered_as_expected": good, "differences": differences,
        "forecasts": forecast_totals(plan, wanted), "overloads": busy, "negative_stock": empty,
        "verdict": "as expected" if same else "differs",
    }  # fmt: skip


def main() -> None:
    """Judges every workbook of a folder and prints one JSON document."""
    folder, *rest = sys.argv[1:]
    results = [judged(path) for path in sorted(Path(folder).glob("*.xlsx")) if path.with_suffix(".expect").is_file()]
    text = json.dumps(results, indent=1, default=str)
    if rest[:1] == ["--json"]:
        Path(rest[1]).write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    alike = sum(result["verdict"] == "as expected" for result in results)
    sys.stderr.write(f"{alike} of {len(results)} workbooks as expected\n")


if __name__ == "__main__":
    main()
