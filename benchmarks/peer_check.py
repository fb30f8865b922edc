"""Checks a plan of a factory against the factory's own description, sharing no code with what made the plan.

Every quantity is followed by itself: material by events in time, machines by counting, working time by the calendar,
deliveries by what is left over for them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from quarterdeck.model import Plan
from quarterdeck.model.working_time import parse_weekdays

Model = dict[str, Any]
DAY = 86_400
SLACK = 1e-6
ROUNDING = 61


def check(model: Model, plan: Plan) -> list[str]:
    """Everything that is wrong with the plan, in words; nothing if it holds."""
    faults: list[str] = []
    orders = {row["order"]: row for row in plan["orders"].iter_rows(named=True)}
    operations = {row["order"]: row for row in plan["operations"].iter_rows(named=True)}
    _check_lots(model, orders, faults)
    _check_work(model, orders, operations, faults)
    _check_machines(model, operations, faults)
    _check_material(model, plan, orders, operations, faults)
    _check_deliveries(model, plan, orders, faults)
    return faults


def _stamp(text: str) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()


def _check_lots(model: Model, orders: dict[str, Any], faults: list[str]) -> None:
    """Purchases keep lead time, minimum and multiple; nothing begins before now; made quantities are whole."""
    now = _stamp(model["current"])
    supply = {(row["item"], row["supplier"]): row for row in model["itemsuppliers"]}
    made = {row["item"] for row in model["operations"]}
    for code, row in orders.items():
        if row["release"].timestamp() < now - SLACK:
            faults.append(f"{code} begins {row['release']}, before now")
        if row["kind"] == "make":
            if row["item"] not in made or abs(row["quantity"] - round(row["quantity"])) > SLACK:
                faults.append(f"{code} makes {row['quantity']} of {row['item']}")
            continue
        terms = supply.get((row["item"], row["partner"]))
        if terms is None:
            faults.append(f"{code} buys {row['item']}, which nobody sells")
            continue
        multiple = terms.get("sizemultiple", 1) or 1
        if (
            row["quantity"] < terms.get("sizeminimum", 0) - SLACK
            or abs(row["quantity"] / multiple - round(row["quantity"] / multiple)) > SLACK
        ):
            faults.append(f"{code} buys {row['quantity']} of {row['item']}, not a lot")
        if row["available"].timestamp() - row["release"].timestamp() < terms["leadtime_days"] * DAY - 1:
            faults.append(f"{code} of {row['item']} comes in less than its lead time")


def _open_days(model: Model) -> list[bool]:
    """Whether the factory works on each day of the week, all day long."""
    calendar = model["calendar"]
    texts = [row.get("days", "mon-sun") for row in calendar.get("buckets", ()) if row.get("value", 1)]
    if calendar.get("default"):
        return [True] * 7
    works = {day for text in texts for day in parse_weekdays(text)}
    return [day in works for day in range(7)]


def _worked(moment: float, days: list[bool]) -> float:
    """Seconds of open days, UTC, from some Monday to a moment."""
    weeks, rest = divmod(moment - 4 * DAY, 7 * DAY)  # the first day of the epoch was a Thursday
    inside = sum(min(max(rest - day * DAY, 0.0), DAY) for day, works in enumerate(days) if works)
    return weeks * sum(days) * DAY + inside


def _check_work(model: Model, orders: dict[str, Any], operations: dict[str, Any], faults: list[str]) -> None:
    """Every made order has its operation, which lasts exactly its working time."""
    known, days = {row["item"]: row for row in model["operations"]}, _open_days(model)
    for code, row in orders.items():
        if row["kind"] != "make":
            continue
        step = operations.get(code)
        if step is None:
            faults.append(f"{code} has no operation")
            continue
        terms = known[row["item"]]
        wanted = terms["duration_s"] if terms["type"] == "fixed_time" else terms["duration_per_s"] * row["quantity"]
        if abs(_worked(step["end"].timestamp(), days) - _worked(step["start"].timestamp(), days) - wanted) > ROUNDING:
            faults.append(f"{code} works {step['start']} to {step['end']}, not {wanted} s")
        if step["end"] > row["available"]:
            faults.append(f"{code} is available before it is done")


def _check_machines(model: Model, operations: dict[str, Any], faults: list[str]) -> None:
    """No resource has more operations at a time than units."""
    units = {row["name"]: row["maximum"] for row in model["resources"]}
    needed = {row["name"]: row.get("resource") for row in model["operations"]}
    events: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for code, step in operations.items():
        resource = needed.get(step["name"])
        if resource is None:
            continue
        if step["work_centre"] != resource:
            faults.append(f"{code} runs on {step['work_centre']}, not {resource}")
        events[resource] += [(step["start"].timestamp(), 1), (step["end"].timestamp(), -1)]
    for resource, changes in events.items():
        busy = 0
        for moment, change in sorted(changes):
            busy += change
            if busy > units[resource]:
                faults.append(f"{resource} does {busy} jobs at {dt.datetime.fromtimestamp(moment, dt.UTC)}")
                break


def _check_material(
    model: Model, plan: Plan, orders: dict[str, Any], operations: dict[str, Any], faults: list[str]
) -> None:
    """Stock of no item ever goes below nothing: orders bring at their end, take at their start, customers take last."""
    now = _stamp(model["current"])
    events: dict[str, list[tuple[float, int, float]]] = defaultdict(list)
    for row in model["buffers"]:
        events[row["item"]].append((now, 0, float(row["onhand"])))
    flows = {row["item"]: row["flows"] for row in model["operations"]}
    for code, row in orders.items():
        events[row["item"]].append((row["available"].timestamp(), 0, row["quantity"]))
        if row["kind"] == "make" and code in operations:
            begin = operations[code]["start"].timestamp()
            for flow in flows[row["item"]]:
                events[flow["item"]].append((begin, 1, flow["quantity"] * row["quantity"]))
    for item, moment, quantity in _taken_by_customers(model, plan):
        events[item].append((moment, 2, -quantity))
    for item, changes in events.items():
        stock = 0.0
        for moment, _, change in sorted(changes):
            stock += change
            if stock < -SLACK:
                faults.append(f"{item} falls to {stock} at {dt.datetime.fromtimestamp(moment, dt.UTC)}")
                break


def _taken_by_customers(model: Model, plan: Plan) -> list[tuple[str, float, float]]:
    """What each demand takes when the plan says it has all of it."""
    wanted = {row["name"]: row for row in model["demands"]}
    delivered = delivered_at(model, plan)
    return [
        (wanted[name]["item"], max(moment, _stamp(wanted[name]["due"])), float(wanted[name]["quantity"]))
        for name, moment in delivered.items()
    ]


def delivered_at(model: Model, plan: Plan) -> dict[str, float]:
    """When each demand has its whole quantity by the plan's pegs; demands that never have it are left out."""
    now = _stamp(model["current"])
    there = {row["order"]: row["available"].timestamp() for row in plan["orders"].iter_rows(named=True)}
    got: dict[str, float] = defaultdict(float)
    last: dict[str, float] = defaultdict(lambda: now)
    for peg in plan["pegs"].iter_rows(named=True):
        if peg["demand_kind"] != "requirement":
            continue
        got[peg["demand"]] += peg["quantity"]
        if peg["supply_kind"] == "order":
            last[peg["demand"]] = max(last[peg["demand"]], there[peg["supply"]])
    wanted = {row["name"]: row["quantity"] for row in model["demands"]}
    return {name: last[name] for name, quantity in wanted.items() if got[name] >= quantity - SLACK}


def late_days(model: Model, plan: Plan) -> float:
    """Sum of the lateness of all delivered demands in days."""
    delivered = delivered_at(model, plan)
    due = {row["name"]: _stamp(row["due"]) for row in model["demands"]}
    return sum(max(0.0, moment - due[name]) for name, moment in delivered.items()) / DAY


def _obtainable(model: Model) -> set[str]:
    """Items that somebody sells, or that are made of such alone."""
    found = {row["item"] for row in model["itemsuppliers"]}
    parts = {
        row["item"]: {flow["item"] for flow in row["flows"] if flow["quantity"] < 0} for row in model["operations"]
    }
    more = set(parts)
    while more:
        more = {item for item, below in parts.items() if item not in found and below <= found}
        found |= more
    return found


def _check_deliveries(model: Model, plan: Plan, orders: dict[str, Any], faults: list[str]) -> None:
    """No peg gives more than its order brings, and every demand is pegged in full."""
    given: dict[str, float] = defaultdict(float)
    for peg in plan["pegs"].iter_rows(named=True):
        if peg["supply_kind"] == "order":
            given[peg["supply"]] += peg["quantity"]
    for code, quantity in given.items():
        if code not in orders or quantity > orders[code]["quantity"] + SLACK:
            faults.append(f"{code} gives {quantity}")
    delivered = delivered_at(model, plan)
    found = _obtainable(model)
    lacking = (row["name"] for row in model["demands"] if row["name"] not in delivered and row["item"] in found)
    faults.extend(f"{name} is never delivered in full" for name in lacking)
