"""The company's tables at a glance: in their groups, with how many rows they have and what is wrong in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from quarterdeck.model import TABLES, Company, Plan, Problem


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table: ``errors`` and ``warnings`` count what the checks found in it."""

    table: str
    title: str
    description: str
    rows: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class TableGroup:
    """Tables under one heading."""

    title: str
    tables: tuple[TableLine, ...]


def table_groups(company: Company, plan: Plan | None = None) -> tuple[TableGroup, ...]:
    """Every table, in the order in which people fill them in."""
    found = Counter((problem.table, problem.severity) for problem in company_problems(company, plan))
    groups: dict[str, list[TableLine]] = {}
    for name, table in TABLES.items():
        errors, warnings = found[name, "error"], found[name, "warning"]
        line = TableLine(name, table.title, table.description, company[name].height, errors, warnings)
        groups.setdefault(table.group, []).append(line)
    return tuple(TableGroup(title, tuple(lines)) for title, lines in groups.items())


def company_problems(company: Company, _plan: Plan | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with the company's data, errors first."""
    from quarterdeck.model.checks import check  # noqa: PLC0415 - takes a while to load

    return check(company)


def table_problems(company: Company, plan: Plan | None, name: str) -> tuple[Problem, ...]:
    """What is wrong in one table."""
    return tuple(problem for problem in company_problems(company, plan) if problem.table == name)
