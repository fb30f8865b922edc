"""The company's tables at a glance: in their groups, with how many rows they have and what is wrong in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quarterdeck.model import TABLES, Company, Plan, Problem
from quarterdeck.service.parts import part

if TYPE_CHECKING:
    from quarterdeck.model.checks.finding import Check


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
    """Everything that is wrong with the company's data, errors first; checked again where a table changed."""
    from quarterdeck.model.checks import BY_TABLE, CHECKS, ordered  # noqa: PLC0415 - takes a while to load

    found: list[Problem] = []
    for rule in CHECKS:
        names = TABLES if rule in BY_TABLE else (None,)
        for name in names:
            found += part(company, _found_by, rule, name)
    return ordered(found)


def _found_by(company: Company, rule: Check, name: str | None) -> tuple[Problem, ...]:
    """What a check finds in the whole company, or in one table."""
    from quarterdeck.model.checks import BY_TABLE  # noqa: PLC0415

    findings = rule(company) if name is None else BY_TABLE[rule](company, name)
    return tuple(problem for finding in findings for problem in finding.problems)


def table_problems(company: Company, _plan: Plan | None, name: str) -> tuple[Problem, ...]:
    """What is wrong in one table; checks that look at one table after the other look at this one alone."""
    from quarterdeck.model.checks import BY_TABLE, CHECKS, ordered  # noqa: PLC0415 - takes a while to load

    found: list[Problem] = []
    for rule in CHECKS:
        found += part(company, _found_by, rule, name if rule in BY_TABLE else None)
    return ordered(problem for problem in found if problem.table == name)
