"""Checks of a company: everything that is wrong with it at once, and the part of it that planning can use.

A check is a function from a company to findings; one check, one rule. :data:`CHECKS` lists them in the order in which
people read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from quarterdeck.model.checks import (
    completeness,
    cycles,
    isolated,
    periods,
    plausibility,
    references,
    units,
    values,
)
from quarterdeck.model.checks.finding import ROW, Check, Finding
from quarterdeck.model.company import Company
from quarterdeck.model.problem import Problem
from quarterdeck.model.tables import TABLES

CHECKS: tuple[Check, ...] = (
    values.check_values,
    values.check_empty_codes,
    values.check_duplicate_keys,
    isolated.check_isolated_lines,
    references.check_absent_tables,
    references.check_references,
    references.check_alternates,
    references.check_consuming_steps,
    references.check_predecessors,
    cycles.check_bom_cycles,
    cycles.check_successor_cycles,
    cycles.check_goal_cycles,
    cycles.check_replenishment_cycles,
    periods.check_periods,
    periods.check_weekdays,
    periods.check_time_zones,
    periods.check_holidays,
    periods.check_overlaps,
    periods.check_long_exceptions,
    periods.check_calendars_without_shifts,
    periods.check_shift_lengths,
    units.check_bom_units,
    units.check_units_differ,
    plausibility.check_lead_times,
    plausibility.check_quantities,
    plausibility.check_due_dates,
    plausibility.check_yields,
    plausibility.check_done_quantities,
    plausibility.check_prices,
    completeness.check_make_items,
    completeness.check_unsaid_sources,
    completeness.check_phantoms,
    completeness.check_buy_items,
    completeness.check_costs,
    completeness.check_skills,
    completeness.check_teams,
    completeness.check_working_time,
    completeness.check_work_orders,
    completeness.check_progress,
    completeness.check_lanes,
    completeness.check_price_breaks,
    completeness.check_idle_machines,
    completeness.check_cash,
    completeness.check_unmade_lines,
)

BY_TABLE: dict[Check, Callable[[Company, str], Iterable[Finding]]] = {
    values.check_values: values.values_of,
    values.check_empty_codes: values.empty_codes_of,
    values.check_duplicate_keys: values.duplicate_keys_of,
    references.check_references: references.references_of,
}
"""Checks that look at one table after the other, with what they do for each in the order of the declarations."""

MOST_ROUNDS = 100
SEVERITIES = ("error", "warning", "info")


def check(company: Company) -> tuple[Problem, ...]:
    """Everything that is wrong with a company, errors first, in the order of :data:`CHECKS`.

    >>> import polars as pl
    >>> lines = pl.DataFrame({"parent": ["A", "B"], "component": ["B", "A"], "quantity_per": [1.0, 1.0]})
    >>> items = pl.DataFrame({"item": ["A", "B"], "source": ["make", "make"]})
    >>> check(Company.of(items=items, bom_lines=lines))[0].message
    'The bill of materials runs in a circle: A → B → A. The line that closes it is left out.'
    """
    return ordered(problem for finding in _findings(company) for problem in finding.problems)


def usable(company: Company) -> tuple[Company, tuple[Problem, ...]]:
    """The company without what cannot be used, and everything that is wrong with it.

    Rows are left out, blanked, converted or added as the findings say, again and again until nothing is left to
    mend: a line is left out when its item was. Planning works on any company that comes out of this.
    """
    problems: dict[Problem, None] = {}
    for _ in range(MOST_ROUNDS):
        findings = list(_findings(company))
        problems.update((problem, None) for finding in findings for problem in finding.problems)
        mended = _mended(company, findings)
        if mended is company:
            break
        company = mended
    return company, ordered(problems)


def _findings(company: Company) -> Iterable[Finding]:
    for rule in CHECKS:
        yield from rule(company)


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The gravest first, otherwise as they come."""
    return tuple(sorted(problems, key=lambda problem: SEVERITIES.index(problem.severity)))


def _mended(company: Company, findings: Iterable[Finding]) -> Company:
    """``company`` with every finding's mend done; ``company`` itself if there is none."""
    changed: dict[str, pl.DataFrame] = {}
    mends = [finding for finding in findings if (finding.mend != "keep" and finding.rows.len()) or finding.added]
    for table in {finding.table for finding in mends}:
        changed[table] = _mended_table(company, table, [finding for finding in mends if finding.table == table])
    for finding in mends:
        for table, rows in finding.added.items():
            changed[table] = _with_rows(changed.get(table, company[table]), table, rows)
    return company.replace(**changed) if changed else company


def _mended_table(company: Company, table: str, findings: list[Finding]) -> pl.DataFrame:
    frame = company[table]
    for finding in findings:
        if finding.mend in {"blank", "set"}:
            default = TABLES[table].column(finding.column).default
            values = finding.values if finding.values is not None else pl.Series([default] * finding.rows.len())
            dtype = frame.schema[finding.column]
            column = frame[finding.column].scatter(finding.rows, values.cast(dtype))
            frame = frame.with_columns(column.alias(finding.column))
    dropped = [finding.rows for finding in findings if finding.mend == "drop"]
    if not dropped:
        return frame
    return frame.with_row_index(ROW).filter(~pl.col(ROW).is_in(pl.concat(dropped).implode())).drop(ROW)


def _with_rows(frame: pl.DataFrame, table: str, rows: pl.DataFrame) -> pl.DataFrame:
    key = TABLES[table].key
    shaped = TABLES[table].shape(rows).join(frame, on=key, how="anti", maintain_order="left")
    return pl.concat([frame, shaped])


__all__ = ["BY_TABLE", "CHECKS", "check", "ordered", "usable"]
