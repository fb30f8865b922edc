"""Repairs by another machine: a step that queues is done where else its routing allows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from quarterdeck.planning.repairs.edits import Candidate, Edit, free_code, new_row
from quarterdeck.planning.repairs.supply import Case

_CAUSES = {"capacity", "setup", "maintenance", "setter"}
_MOST = 3


def machine_repairs(case: Case) -> Iterator[Candidate]:
    """Each alternative work centre with machines, for the steps that queue longest."""
    seen: set[tuple[str, str]] = set()
    for link in sorted(case.links, key=lambda each: -each.seconds):
        order = case.order(link.order) if link.cause in _CAUSES and link.order else None
        if order is None or order["state"] == "started" or (link.order, link.object) in seen or len(seen) >= _MOST:
            continue
        seen.add((link.order, link.object))
        steps = case.plan["operations"].filter(pl.col("order") == link.order, pl.col("work_centre") == link.object)
        for step in steps.sort("sequence").head(1).iter_rows(named=True):
            yield from _elsewhere(case, order, step)


def _elsewhere(case: Case, order: dict[str, Any], step: dict[str, Any]) -> Iterator[Candidate]:
    """The step on the first machine of each other work centre that its routing allows."""
    routing = order["routing"] or "main"
    operations = case.company["operations"].filter(
        pl.col("item") == order["item"], pl.col("routing") == routing, pl.col("sequence") == step["sequence"]
    )
    listed = case.company["operation_alternates"].filter(
        pl.col("item") == order["item"], pl.col("routing") == routing, pl.col("sequence") == step["sequence"]
    )
    usual = operations.select("work_centre", time_factor=pl.lit(1.0), priority=pl.lit(1, pl.Int64))
    ways = pl.concat([usual, listed.select(usual.columns)], how="vertical_relaxed").drop_nulls("work_centre")
    for way in ways.filter(pl.col("work_centre") != step["work_centre"]).sort("priority").iter_rows(named=True):
        machines = case.company["machines"].filter(pl.col("work_centre") == way["work_centre"])["machine"].sort()
        if machines.len():
            yield _candidate(case, order, step, (way["work_centre"], str(machines[0]), float(way["time_factor"])))


def _candidate(case: Case, order: dict[str, Any], step: dict[str, Any], place: tuple[str, str, float]) -> Candidate:
    centre, machine, factor = place
    code, edits = order["order"], {}
    if order["state"] == "planned":
        code = free_code(case.company, "work_orders", "MOVED")
        due = case.wall(max(order["needed"], case.now), order["site"])
        edits["work_orders"] = Edit(
            new_row(
                "work_orders", order=code, item=order["item"], site=order["site"], quantity=order["quantity"],
                routing=order["routing"] or "main", due=due, status="released",
            )
        )  # fmt: skip
    done = case.company["work_order_operations"].filter(pl.col("order") == code, pl.col("sequence") == step["sequence"])
    row = new_row("work_order_operations", order=code, sequence=step["sequence"], machine=machine)
    edits["work_order_operations"] = Edit(done.with_columns(machine=pl.lit(machine)) if done.height else row)
    facts = {
        "sequence": int(step["sequence"]), "centre": centre, "machine": machine, "site": order["site"],
        "renamed": code if code != order["order"] else "",
    }  # fmt: skip
    return Candidate("machine", order["order"], order["item"], facts, _price(case, step, centre, factor), edits)


def _price(case: Case, step: dict[str, Any], centre: str, factor: float) -> Decimal:
    """What the hours cost more there than where they are planned."""
    costs = {
        code: float(cost) for code, cost in case.company["work_centres"].select("work_centre", "hourly_cost").rows()
    }
    hours = step["run_seconds"] / 3600
    more = hours * (costs.get(centre, 0.0) * factor - costs.get(step["work_centre"], 0.0))
    return Decimal(str(round(max(more, 0.0), 2)))
