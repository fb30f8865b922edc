"""Measuring a plan against the company's goals."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

import polars as pl

from quarterdeck.disciplines.goals.definitions import DEFINITIONS, Definition
from quarterdeck.disciplines.goals.measure import Measure
from quarterdeck.model import Company, Plan, Problem, Settings


def run(company: Company, plan: Plan, settings: Settings) -> Plan:  # noqa: ARG001 - the shape of every stage
    """The plan with its KPIs: those that can be measured, and those that have a target."""
    targets = {row["kpi"]: row for row in company["kpi_targets"].iter_rows(named=True)}
    rows = []
    for definition in DEFINITIONS:
        measure = definition.measure(company, plan)
        if measure is not None or definition.kpi in targets:
            rows.append(_row(definition, measure, targets.get(definition.kpi, {})))
    return plan.with_tables(kpis=_framed(rows)).with_problems(unknown_targets(company))


def unknown_targets(company: Company) -> Iterator[Problem]:
    """Targets of KPIs that do not exist."""
    known = [definition.kpi for definition in DEFINITIONS]
    for kpi in company["kpi_targets"]["kpi"].to_list():
        if kpi not in known:
            near = difflib.get_close_matches(kpi.lower().replace(" ", "_"), known, n=1)
            hint = f"Write {near[0]}." if near else f"Take one of {', '.join(known)}."
            yield Problem(
                "warning",
                "kpi-unknown",
                f"There is no KPI called {kpi}; its target is not measured.",
                hint,
                table="kpi_targets",
                key=kpi,
                column="kpi",
                found=kpi,
            )


def _row(definition: Definition, measure: Measure | None, target: dict[str, Any]) -> dict[str, Any]:
    direction = target.get("direction") or definition.direction
    wanted = target.get("target")
    value = None if measure is None else measure.value
    return {
        "kpi": definition.kpi,
        "title": definition.title,
        "value": value,
        "unit": definition.unit,
        "target": wanted,
        "direction": direction,
        "met": is_met(value, wanted, direction),
        "note": measure.note if measure else "nothing to measure",
        "formula": definition.formula,
    }


def is_met(value: float | None, target: float | None, direction: str) -> bool | None:
    """Whether a value meets its target; nothing where one of them is missing.

    >>> is_met(0.96, 0.95, "at_least"), is_met(12, 5, "at_most"), is_met(None, 5, "at_most")
    (True, False, None)
    """
    if value is None or target is None:
        return None
    return value >= target if direction == "at_least" else value <= target


def _framed(rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {
        "kpi": pl.String, "title": pl.String, "value": pl.Float64, "unit": pl.String, "target": pl.Float64,
        "direction": pl.String, "met": pl.Boolean, "note": pl.String, "formula": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)
