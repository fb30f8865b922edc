"""Checks of a plan that share no code with what made it: capacity by counting, stock by following every movement."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import polars as pl

from quarterdeck.model import Company, Plan

SLACK = 1e-6
PERIODS = {"by_day": "%Y-%m-%d", "by_week": "%G week %V", "by_month": "%Y-%m"}
EVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def overloads(company: Company, plan: Plan) -> list[str]:
    """Machines and people with more work at a time than they can do, in words."""
    units = dict(company.work_centres.select("work_centre", "units").iter_rows())
    counted = {
        row["work_centre"]: (row["counted"], row["bucket_hours"])
        for row in company.work_centres.iter_rows(named=True) if row["counted"] != "in_turn"
    }  # fmt: skip
    listed = dict(company.machines.group_by("work_centre").len().iter_rows())
    events: dict[tuple[str, str, int], list[tuple[dt.datetime, int]]] = defaultdict(list)
    for row in plan.operations.iter_rows(named=True):
        if row["end"] <= row["setup_start"]:
            continue
        keys = []
        if row["work_centre"] and row["work_centre"] not in counted:
            keys.append(
                ("work centre", row["work_centre"], listed.get(row["work_centre"], units.get(row["work_centre"], 1)))
            )
        if row["machine"] and row["work_centre"] in listed:
            keys.append(("machine", row["machine"], 1))
        if row["person"]:
            keys.append(("person", row["person"], 1))
        for key in keys:
            events[key] += [(row["setup_start"], 1), (row["end"], -1)]
    found = _suppliers(company, plan) + _periods(company, plan, counted)
    for (kind, code, most), changes in sorted(events.items()):
        busy = 0
        for moment, change in sorted(changes):
            busy += change
            if busy > most:
                found.append(f"{kind} {code} does {busy} jobs at {moment:%Y-%m-%d %H:%M}")
                break
    return found


def _periods(company: Company, plan: Plan, counted: dict[str, tuple[str, float | None]]) -> list[str]:
    """Work centres counted by day, week or month that take more in one than fits; a single job may be larger."""
    takes = {
        (row["item"], row["sequence"]): (row["bucket_minutes"], row["bucket_fixed_minutes"])
        for row in company.operations.iter_rows(named=True)
    }
    jobs: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in plan.operations.filter(pl.col("work_centre").is_in(list(counted))).iter_rows(named=True):
        period = PERIODS[counted[row["work_centre"]][0]]
        each, fixed = takes.get((row["item"], row["sequence"]), (None, 0.0))
        hours = (row["end"] - row["start"]).total_seconds() / 3600 if each is None else row["quantity"] * each / 60
        hours += fixed / 60
        jobs[row["work_centre"], row["start"].strftime(period)].append(hours)
    told = {
        (row["capacity"], row["start"].strftime(PERIODS[counted[row["capacity"]][0]])): row["quantity"]
        for row in company.supplier_capacities.iter_rows(named=True) if row["capacity"] in counted
    }  # fmt: skip
    limits = {key: told.get(key, counted[key[0]][1]) for key in jobs}
    return [
        f"{code} takes {sum(hours):g} hours in {period}, not {limits[code, period]:g}"
        for (code, period), hours in sorted(jobs.items())
        if limits[code, period] is not None and len(hours) > 1 and sum(hours) > limits[code, period] + SLACK
    ]


def _suppliers(company: Company, plan: Plan) -> list[str]:
    """Suppliers from whom more is ordered in a period than they have capacity for."""
    terms = {
        (row["item"], row["supplier"]): (row["capacity"], row["capacity_per_unit"])
        for row in company.supply_options.filter(pl.col("capacity").is_not_null()).iter_rows(named=True)
    }
    drawn: dict[tuple[str, dt.date], float] = defaultdict(float)
    limits = {}
    for row in company.supplier_capacities.filter(~pl.col("repeats")).iter_rows(named=True):
        limits[row["capacity"], row["start"]] = (row["start"] + dt.timedelta(days=row["days"]), row["quantity"])
    for row in plan.orders.filter((pl.col("kind") == "buy") & (pl.col("state") == "planned")).iter_rows(named=True):
        capacity, per_unit = terms.get((row["item"], row["partner"]), (None, 0.0))
        for code, start in limits:
            if code == capacity and start <= row["release"].date() < limits[code, start][0]:
                drawn[code, start] += row["quantity"] * per_unit
    return [
        f"supplier capacity {code} gives {drawn[code, start]:g} from {start}, not {limits[code, start][1]:g}"
        for code, start in sorted(drawn) if drawn[code, start] > limits[code, start][1] + SLACK
    ]  # fmt: skip


def negative_stock(company: Company, plan: Plan) -> list[str]:
    """Items whose stock at a site falls below nothing, in words: orders bring, operations and customers take."""
    events: dict[tuple[str, str], list[tuple[dt.datetime, int, float]]] = defaultdict(list)
    for row in company.stock_lots.iter_rows(named=True):
        events[row["item"], row["site"]].append((EVER, 0, row["quantity"]))
    for row in plan.orders.iter_rows(named=True):
        events[row["item"], row["site"]].append((row["available"], 0, row["quantity"]))
    for item, site, moment, quantity in [*_sold(plan), *_consumed(plan)]:
        events[item, site].append((moment, 1, -quantity))
    found = []
    for (item, site), changes in sorted(events.items()):
        stock = 0.0
        for moment, _, change in sorted(changes):
            stock += change
            if stock < -SLACK:
                found.append(f"{item} at {site} falls to {stock:g} on {moment:%Y-%m-%d %H:%M}")
                break
    return found


def _there(plan: Plan) -> dict[tuple[str, str], dt.datetime]:
    return {(row["order"], row["line"]): row["available"] for row in plan.orders.iter_rows(named=True)}


def _sold(plan: Plan) -> list[tuple[str, str, dt.datetime, float]]:
    """What customers and forecasts take, and when: not before it is due or there."""
    there = _there(plan)
    wanted = {row["demand"]: row for row in plan.requirements.iter_rows(named=True) if row["kind"] != "safety_stock"}
    pegs = [
        (peg["demand"], peg["item"], peg["site"], peg["quantity"],
         there[peg["supply"], peg["supply_line"] or ""] if peg["supply_kind"] == "order" else EVER)
        for peg in plan.pegs.filter(pl.col("demand_kind") == "requirement").iter_rows(named=True)
        if peg["demand"] in wanted
    ]  # fmt: skip
    last: dict[str, dt.datetime] = {}
    for demand, _, _, _, moment in pegs:
        last[demand] = max(last.get(demand, EVER), moment)
    return [
        (item, site, max(last[demand] if wanted[demand]["ship_complete"] else moment, wanted[demand]["due"]), quantity)
        for demand, item, site, quantity, moment in pegs
    ]


def _consumed(plan: Plan) -> list[tuple[str, str, dt.datetime, float]]:
    """What orders take, and when: at the start of the operation, else when they are released."""
    released = {(row["order"], row["line"]): row["release"] for row in plan.orders.iter_rows(named=True)}
    begins: dict[str, dict[int | None, dt.datetime]] = defaultdict(dict)
    for row in plan.operations.sort("sequence", descending=True).iter_rows(named=True):
        begins[row["order"]][row["sequence"]] = begins[row["order"]][None] = row["setup_start"]
    found = []
    for peg in plan.pegs.filter(pl.col("demand_kind") == "order").iter_rows(named=True):
        steps = begins.get(peg["demand"], {})
        otherwise = released[peg["demand"], peg["demand_line"] or ""]
        moment = steps.get(peg["sequence"], steps.get(None, otherwise))
        found.append((peg["item"], peg["site"], moment, peg["quantity"]))
    return found
