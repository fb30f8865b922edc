"""Plans a factory described in JSON and prints what came of it in one JSON line.

Run as ``python -m benchmarks.peer MODEL.json.gz [--effort N]``, or with ``--generate orders=100000,levels=8 --seed S``
instead of a file for one drawn at random (:mod:`benchmarks.peer_models`); ``--greedy`` adds the late days of one pass
over the orders (:mod:`benchmarks.peer_greedy`). The factory becomes a
:class:`quarterdeck.model.Company` and is planned by the product's own netting and scheduling stages; an independent
checker goes through the answer.

``read_cpu_s`` is reading the file and making the tables, ``plan_cpu_s`` netting and scheduling after one planning of a
corner of the factory that loads the compiled kernels. ``total_late_days`` sums the lateness of all orders in calendar
days; ``late_days_explained`` is what the chains of causes add up to. ``peak_mb`` is the memory of reading and planning;
causes and checker come after.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.peer_check import check, delivered_at
from benchmarks.peer_greedy import greedy_late_days
from benchmarks.peer_models import generated
from quarterdeck.disciplines.mrp import promises
from quarterdeck.disciplines.mrp import stage as mrp
from quarterdeck.disciplines.mrp.deliveries import deliveries
from quarterdeck.disciplines.scheduling import stage as scheduling
from quarterdeck.model import Company, Plan, Settings

Model = dict[str, Any]
DAY = 86_400.0
TABLES: dict[str, dict[str, Any]] = {
    "resources": {"maximum": 1}, "items": {}, "buffers": {"onhand": 0, "minimum": 0},
    "itemsuppliers": {"supplier": "supplier", "leadtime_days": 0, "sizeminimum": 0, "sizemultiple": 1},
    "operations": {"flows": (), "type": "fixed_time", "duration_s": 0, "duration_per_s": 0},
    "demands": {"priority": 1},
}  # fmt: skip


def read_model(path: Path) -> Model:
    """The factory of the file, with what it leaves out as if it stood there."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return completed(json.loads(content))


def completed(model: Model) -> Model:
    """The factory with every key that planner and checker read: tables left out are empty, terms left out usual.

    Items that only other tables name are items too. Of several operations for an item the first is taken; stock that is
    listed twice is added up.
    """
    rows = {name: [dict(row) for row in model.get(name) or ()] for name in TABLES}
    rows["operations"] = list({row["item"]: row for row in rows["operations"][::-1]}.values())[::-1]
    for name, usual in TABLES.items():
        for row in rows[name]:
            row.update({key: value for key, value in usual.items() if row.get(key) is None})
    rows["buffers"] = _added_up(rows["buffers"])
    named = [row["item"] for name in ("buffers", "itemsuppliers", "operations", "demands") for row in rows[name]]
    named += [flow["item"] for row in rows["operations"] for flow in row["flows"]]
    known = {row["name"] for row in rows["items"]}
    rows["items"] += [{"name": item} for item in sorted(set(named) - known)]
    machines = {row["name"] for row in rows["resources"]}
    used = {row["resource"] for row in rows["operations"] if row.get("resource")}
    rows["resources"] += [{"name": name, "maximum": 1} for name in sorted(used - machines)]
    return {**model, **rows, "calendar": model.get("calendar") or {"default": 1, "buckets": []}}


def _added_up(buffers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One buffer per item."""
    found: dict[str, dict[str, Any]] = {}
    for row in buffers:
        known = found.setdefault(row["item"], {**row, "onhand": 0, "minimum": 0})
        known["onhand"] += row["onhand"]
        known["minimum"] = max(known["minimum"], row["minimum"])
    return list(found.values())


def company_of(model: Model) -> Company:
    """The factory in the product's tables."""
    made = {operation["item"] for operation in model["operations"]}
    items = [row["name"] for row in model["items"]]
    sold = {row["item"] for row in model["itemsuppliers"]}
    sources = ["make" if item in made else "buy" if item in sold else "none" for item in items]
    costs = [float(row.get("cost", 0)) for row in model["items"]]
    buffers = pl.DataFrame(
        [(row["item"], float(row["onhand"]), float(row.get("minimum", 0))) for row in model["buffers"]],
        schema=["item", "quantity", "safety_stock"], orient="row",
    )  # fmt: skip
    frames = {
        "items": pl.DataFrame({"item": items, "cost": costs, "source": sources}),
        "item_sites": buffers.select("item", "safety_stock"),
        "stock_lots": buffers.filter(pl.col("quantity") > 0).select("item", "quantity"),
        "sites": pl.DataFrame({"site": ["main"], "calendar": ["factory"]}),
        "suppliers": pl.DataFrame({"supplier": sorted({row["supplier"] for row in model["itemsuppliers"]})}),
        "work_centres": pl.DataFrame(
            [(row["name"], int(row["maximum"])) for row in model["resources"]],
            schema={"work_centre": pl.String, "units": pl.Int64}, orient="row",
        ),
    }  # fmt: skip
    return Company.of(**frames, **_calendar(model), **_sourcing(model), **_making(model))


def _calendar(model: Model) -> dict[str, pl.DataFrame]:
    buckets = [
        bucket.get("days", "mon-sun") for bucket in model["calendar"].get("buckets", ()) if bucket.get("value", 1)
    ]
    always = bool(model["calendar"].get("default"))
    return {
        "calendars": pl.DataFrame({"calendar": ["factory"], "open_by_default": [always]}),
        "shifts": pl.DataFrame(
            [("factory", f"shift {number}", days, "00:00", "24:00") for number, days in enumerate(buckets)],
            schema=["calendar", "shift", "weekdays", "start_time", "end_time"], orient="row",
        ),
    }  # fmt: skip


def _sourcing(model: Model) -> dict[str, pl.DataFrame]:
    rows = [
        (
            row["item"],
            row["supplier"],
            float(row["leadtime_days"]),
            float(row.get("sizeminimum", 0)),
            float(row.get("sizemultiple", 1)),
        )
        for row in model["itemsuppliers"]
    ]
    names = ["item", "supplier", "lead_time_days", "minimum", "multiple"]
    return {"supply_options": pl.DataFrame(rows, schema=names, orient="row")} if rows else {}


def _making(model: Model) -> dict[str, pl.DataFrame]:
    steps, lines = [], []
    for row in model["operations"]:
        fixed = row["duration_s"] / 60 if row["type"] == "fixed_time" else 0.0
        run = row["duration_per_s"] / 60 if row["type"] == "time_per" else 0.0
        steps.append((row["item"], 10, row["name"], row.get("resource"), float(fixed), float(run)))
        lines += [
            (row["item"], flow["item"], -float(flow["quantity"])) for flow in row["flows"] if flow["quantity"] < 0
        ]
    schema = {
        "item": pl.String, "sequence": pl.Int64, "name": pl.String, "work_centre": pl.String,
        "fixed_minutes": pl.Float64, "run_minutes": pl.Float64,
    }  # fmt: skip
    used = {"parent": pl.String, "component": pl.String, "quantity_per": pl.Float64}
    bom = (
        pl.DataFrame(lines, schema=used, orient="row").group_by("parent", "component").agg(pl.col("quantity_per").sum())
    )
    return {"operations": pl.DataFrame(steps, schema=schema, orient="row"), "bom_lines": bom}


def blank_plan(model: Model, effort: int) -> Plan:
    """A plan that holds the factory's demands and safety stocks and nothing else."""
    current, dues = _moment(model["current"]), [_moment(row["due"]) for row in model["demands"]]
    weeks = max(1, (max(dues, default=current) - current).days // 7 + 53)
    rows = [(row["name"], row["item"], float(row["quantity"]), row["priority"]) for row in model["demands"]]
    names = {"demand": pl.String, "item": pl.String, "quantity": pl.Float64, "priority": pl.Int64}
    demands = pl.DataFrame(
        rows, schema=names, orient="row",
    ).with_columns(
        due=pl.Series(dues, dtype=pl.Datetime("us", "UTC")), kind=pl.lit("sales_order"), site=pl.lit("main"),
        order=pl.col("demand"), line=pl.lit("1"), ship_complete=pl.lit(value=True),
    )  # fmt: skip
    settings = Settings(as_of=current, horizon_weeks=weeks, effort=effort, seconds=600.0)
    return Plan.blank(settings).with_tables(requirements=demands, targets=_targets(model))


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def _targets(model: Model) -> pl.DataFrame:
    rows = [
        (row["item"], "main", float(row.get("minimum", 0))) for row in model["buffers"] if row.get("minimum", 0) > 0
    ]
    names = {"item": pl.String, "site": pl.String, "safety_stock": pl.Float64}
    frame = pl.DataFrame(rows, schema=names, orient="row")
    words = {name: pl.lit("") for name in ("abc", "xyz", "reason")}
    numbers = (
        "service_level",
        "lead_time_days",
        "lead_time_spread_days",
        "lead_time_demand",
        "reorder_point",
        "order_up_to",
    )
    return frame.with_columns(**words, **dict.fromkeys(numbers, pl.lit(0.0)))


def planned(company: Company, plan: Plan) -> Plan:
    """Netting and scheduling, as the pipeline runs them."""
    for stage in (mrp, scheduling):
        began = time.process_time()
        plan = stage.run(company, plan, plan.settings)
        plan = plan.with_figures(**{f"{stage.__name__.split('.')[-2]}_cpu_s": round(time.process_time() - began, 3)})
    return plan


def _warm(model: Model) -> None:
    """Plans a corner of the factory, so that kernels are compiled or loaded before time is taken."""
    few = {**model, "demands": model["demands"][:3]}
    planned(company_of(few), blank_plan(few, 1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peer", description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, nargs="?")
    parser.add_argument("--effort", type=int, default=1)
    parser.add_argument("--generate", metavar="SIZES", help="sizes of a factory drawn at random, orders=1000,levels=5")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--greedy", action="store_true", help="compare with one pass by priority and due date")
    options = parser.parse_args()
    if bool(options.model) == bool(options.generate):
        parser.error("give a model or --generate")
    return options


def _factory(options: argparse.Namespace) -> Model:
    return generated(options.generate, options.seed) if options.generate else read_model(options.model)


def main() -> None:
    """Reads, plans, checks and prints."""
    options = _options()
    began = time.process_time()
    model = _factory(options)
    company, plan = company_of(model), blank_plan(model, options.effort)
    read_seconds = time.process_time() - began
    _warm(model)
    del model  # planning has its tables
    began = time.process_time()
    plan = planned(company, plan)
    plan_seconds = time.process_time() - began
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    model = _factory(options)
    met = deliveries(company, plan, plan.settings)
    explained = promises.run(company, plan, plan.settings)["causes"]["seconds"].sum()
    verdict = check(model, plan)
    for fault in verdict[:20]:
        sys.stderr.write(f"{fault}\n")
    late = int((met["late_seconds"] > 0).sum())
    short = len(model["demands"]) - len(delivered_at(model, plan))
    result = {
        "model": options.generate or options.model.name, "orders": len(model["demands"]),
        "planned_orders": plan["orders"].height,
        "on_time": len(model["demands"]) - late - short, "late": late, "short": short,
        "total_late_days": round(met["late_seconds"].sum() / DAY, 1),
        "read_cpu_s": round(read_seconds, 3), "plan_cpu_s": round(plan_seconds, 3),
        "mrp_cpu_s": plan.figures.get("mrp_cpu_s"), "scheduling_cpu_s": plan.figures.get("scheduling_cpu_s"),
        "late_days_explained": round(explained / DAY, 1),
        "peak_mb": peak, "checker_ok": not verdict,
    }  # fmt: skip
    if options.greedy:
        result["greedy_late_days"] = round(greedy_late_days(model), 1)
        result["greedy_by_due_late_days"] = round(greedy_late_days(model, by_due=True), 1)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
