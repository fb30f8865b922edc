"""A whole company that nobody here wrote: imported as of a day, planned, and held against what then really happened.

Run as ``python -m benchmarks.adventureworks DIR [--as-of 2014-03-01] [--horizon 13] [--json OUT]``, where DIR holds
one Parquet file per table of Microsoft's AdventureWorks sample. Must hold: import within 20 s, a warm plan within
30 s, peak memory within 2 GB, forecast error within 0.20, no late demand without a cause.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from quarterdeck.files.mapping import apply_mapping
from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import home_zone
from quarterdeck.service.planning import make_plan, settings_for

WEEK = dt.timedelta(weeks=1)
YEAR = dt.timedelta(weeks=52)


def main() -> int:
    """Prints the figures; exit code 0 if every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", type=dt.date.fromisoformat, default=dt.date(2014, 3, 1))
    parser.add_argument("--horizon", type=int, default=13, help="weeks")
    parser.add_argument("--json", type=Path, help="file for the same figures as JSON")
    arguments = parser.parse_args()
    figures = measure(arguments.folder, arguments.as_of, arguments.horizon)
    for name, value in figures.items():
        sys.stdout.write(f"{name:32} {_shown(value)}\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    bounds = judged(figures)
    for name, held in bounds.items():
        sys.stdout.write(f"{'holds' if held else 'FAILS'}  {name}\n")
    return 0 if all(bounds.values()) else 1


def measure(folder: Path, as_of: dt.date, weeks: int) -> dict[str, Any]:
    """All figures: seconds, memory, forecast error, lateness beside the company's own."""
    began = time.perf_counter()
    mapped = apply_mapping(folder, "adventureworks", as_of)
    company = Company.of(**mapped.frames)
    figures: dict[str, Any] = {"import_seconds": time.perf_counter() - began}
    figures["import_faults"] = sum(problem.severity != "info" for problem in mapped.problems)
    settings = settings_for(company, horizon_weeks=weeks)
    for run in ("cold", "warm"):
        began = time.perf_counter()
        plan = make_plan(company, settings)
        figures[f"plan_seconds_{run}"] = time.perf_counter() - began
    figures |= {f"{name}_seconds": value for name, value in plan.figures["seconds_by_stage"].items()}
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures |= sizes(company, plan)
    figures |= forecast_errors(folder, plan, as_of, weeks)
    figures |= work_order_lateness(folder, company, plan, as_of)
    figures |= demand_lateness(plan)
    return figures


def sizes(company: Company, plan: Plan) -> dict[str, Any]:
    """How large the company and its plan are, and how busy the work centres."""
    counted = {
        name: company[name].height for name in ("items", "bom_lines", "operations", "sales_orders", "work_orders")
    }
    loads = plan["loads"].group_by("work_centre").agg(pl.col("capacity_hours", "setup_hours", "run_hours").sum())
    used = loads.select((pl.col("setup_hours") + pl.col("run_hours")) / pl.col("capacity_hours")).to_series()
    return {
        **counted,
        "planned_orders": plan["orders"].filter(pl.col("state") == "planned").height,
        "scheduled_operations": plan["operations"].height,
        "busiest_work_centre": used.max(),
        "schedule_checked": plan.figures.get("schedule_checked"),
    }


def forecast_errors(folder: Path, plan: Plan, as_of: dt.date, weeks: int) -> dict[str, float]:
    """Weighted absolute error of totals over the horizon, for products sold in as many weeks before.

    Beside it the same for repeating the last week, the total of as many weeks before, and that of a year before.
    """
    sold = apply_mapping(folder, "adventureworks").frames["demand_history"]
    span = weeks * WEEK

    def total(first: dt.date, length: dt.timedelta, name: str) -> pl.DataFrame:
        chosen = sold.filter(pl.col("date") >= first, pl.col("date") < first + length)
        return chosen.group_by("item").agg(pl.col("quantity").sum().alias(name))

    rows = total(as_of - span, span, "before")
    others = [
        total(as_of, span, "really"),
        total(as_of - WEEK, WEEK, "last_week").with_columns(pl.col("last_week") * weeks),
        total(as_of - YEAR, span, "year_ago"),
        plan["forecasts"].group_by("item").agg(pl.col("quantity").sum().alias("forecast")),
    ]
    for other in others:
        rows = rows.join(other, on="item", how="left")
    rows = rows.fill_null(0.0)
    names = {"forecast": "forecast", "last_week": "last_value", "year_ago": "seasonal", "before": "same_total"}
    really = rows["really"]
    return {f"error_{name}": (rows[column] - really).abs().sum() / really.sum() for column, name in names.items()}


def work_order_lateness(folder: Path, company: Company, plan: Plan, as_of: dt.date) -> dict[str, float]:
    """Share of work orders that end after the day they are due: in the plan, and in the company's own history."""
    history = pl.read_parquet(folder / "Production.WorkOrder.parquet")
    ended_late = pl.col("EndDate") > pl.col("DueDate")
    same = history.filter(pl.col("StartDate") < as_of, pl.col("EndDate") >= as_of)
    recent = history.filter(pl.col("EndDate") < as_of, pl.col("EndDate") >= as_of - YEAR)
    zone = ZoneInfo(home_zone(company))
    made = (
        plan["orders"]
        .filter(pl.col("kind") == "make")
        .with_columns(day=pl.col("available").dt.convert_time_zone(zone.key).dt.date())
    )
    open_orders = made.join(company["work_orders"].select("order", "due"), on="order")
    past_due = open_orders.filter(pl.col("due").dt.date() < as_of)
    planned = made.filter(pl.col("state") == "planned")
    return {
        "open_work_orders": float(open_orders.height),
        "open_work_orders_past_due": past_due.height / max(open_orders.height, 1),
        "late_open_work_orders_plan": open_orders.select((pl.col("day") > pl.col("due").dt.date()).mean()).item(),
        "late_same_orders_history": same.select(ended_late.mean()).item(),
        "late_planned_orders_plan": planned.select((pl.col("late_seconds") > 0).mean()).item(),
        "late_last_year_history": recent.select(ended_late.mean()).item(),
    }


def demand_lateness(plan: Plan) -> dict[str, Any]:
    """Late and short demands, and how many of them no cause explains."""
    late = plan["deliveries"].filter(pl.col("state") != "on_time")
    orders = plan["requirements"].filter(pl.col("kind") == "sales_order").select("demand")
    return {
        "demands": plan["deliveries"].height,
        "late_demands": late.height,
        "late_sales_order_lines": late.join(orders, on="demand", how="semi").height,
        "unexplained_late_demands": late.join(plan["causes"], on="demand", how="anti").height,
    }


def judged(figures: dict[str, Any]) -> dict[str, bool]:
    """The bounds that must hold."""
    return {
        "import within 20 s": figures["import_seconds"] <= 20,
        "warm plan within 30 s": figures["plan_seconds_warm"] <= 30,
        "peak memory within 2 GB": figures["peak_mb"] <= 2048,
        "forecast error within 0.20": figures["error_forecast"] <= 0.20,
        "every late demand explained": figures["unexplained_late_demands"] == 0,
    }


def _shown(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
