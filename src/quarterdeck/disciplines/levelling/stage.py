"""Levelling as a stage of the plan: demand in, volumes, hours and cash week by week out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from quarterdeck.model import Company, Plan, Problem, Settings
from quarterdeck.model.currency import priced

if TYPE_CHECKING:
    from quarterdeck.disciplines.levelling.changes import Change
    from quarterdeck.disciplines.levelling.levelling import Levelled
    from quarterdeck.disciplines.levelling.reading import Levels

SOME = 1e-6
MOST_NAMED = 20


def run(company: Company, plan: Plan, settings: Settings, change: Change | None = None) -> Plan:
    """The plan with ``level_volumes``, ``level_hours`` and ``level_cash``; lacking money and lost sales as problems.

    ``change``: what if demand, hours or money were other than they are.

    Raises
    ------
    ValueError
        If the change names what there is none of.
    """
    from quarterdeck.disciplines.levelling.changes import changed  # noqa: PLC0415 - loads numpy, with the others
    from quarterdeck.disciplines.levelling.levelling import Levelling  # noqa: PLC0415 - loads numba and scipy
    from quarterdeck.disciplines.levelling.reading import read_levels  # noqa: PLC0415

    levels = read_levels(company, plan, settings)
    if not levels.products:
        return plan
    if change:
        levels = changed(levels, change)
    levelled = Levelling(levels.aggregate).solve()
    return (
        plan.with_tables(
            level_volumes=volumes(levels, levelled),
            level_hours=hours(levels, levelled),
            level_cash=cash(levels, levelled),
        )
        .with_problems(_problems(company, levels, levelled))
        .with_figures(level_profit=round(levelled.profit, 2), level_gap=round(levelled.gap, 2))
    )


def _grid(rows: dict[str, list[str]], levels: Levels, **columns: Any) -> pl.DataFrame:  # noqa: ANN401 - arrays
    """One row per name and week."""
    weeks = len(levels.weeks)
    height = max(len(names) for names in rows.values())
    names = {name: np.repeat(np.array(values, dtype=object), weeks).tolist() for name, values in rows.items()}
    frame = {name: pl.Series(values, dtype=pl.String) for name, values in names.items()}
    week = pl.Series(levels.weeks * height, dtype=pl.Date)
    return pl.DataFrame({**frame, "week": week, **{name: np.ravel(values) for name, values in columns.items()}})


def volumes(levels: Levels, levelled: Levelled) -> pl.DataFrame:
    """What of each product is wanted, made, made outside, in stock, late and lost in each week."""
    return _grid(
        {"item": levels.products, "family": levels.families}, levels, demand=levels.aggregate.products.demand,
        make=levelled.make, outside=levelled.outside, stock=levelled.stock, late=levelled.late, lost=levelled.lost,
    ).with_columns(pl.col(pl.Float64).clip(lower_bound=0).round(6))  # fmt: skip


def hours(levels: Levels, levelled: Levelled) -> pl.DataFrame:
    """Hours of each work centre in each week, and what one more would be worth."""
    aggregate = levels.aggregate
    return _grid(
        {"work_centre": levels.resources}, levels, capacity_hours=aggregate.resources.capacity,
        used_hours=aggregate.products.hours.T @ levelled.make, overtime_hours=levelled.overtime,
        people=levelled.people, hired=levelled.hired, left=levelled.left, hour_value=levelled.hour_value,
    ).with_columns(pl.col(pl.Float64).clip(lower_bound=0).round(4))  # fmt: skip


def cash(levels: Levels, levelled: Levelled) -> pl.DataFrame:
    """Money at the end of each week, credit taken, and what lacks beyond the line."""
    if levels.aggregate.money is None:
        return pl.DataFrame({"week": pl.Series([], dtype=pl.Date)})
    return pl.DataFrame({
        "week": pl.Series(levels.weeks, dtype=pl.Date), "cash": levelled.cash.round(2),
        "credit": levelled.credit.round(2), "lacking": levelled.beyond.round(2),
        "money_value": levelled.money_value.round(6),
    })  # fmt: skip


def _problems(company: Company, levels: Levels, levelled: Levelled) -> list[Problem]:
    """What no plan within capacity and cash can do."""
    found: list[Problem] = []
    worst = int(levelled.beyond.argmax()) if levelled.beyond.size else 0
    if levelled.beyond.size and levelled.beyond[worst] >= 1.0:
        week = levels.weeks[worst]
        found.append(Problem(
            "warning", "level-cash-lacking",
            f"{priced(levelled.beyond[worst], company.setting('currency'))} are lacking in the week of "
            f"{week:%a %-d %b}, beyond the credit line.",
            "Raise the line, bring payments of customers forward, or put purchases off.", table="cash_accounts",
        ))  # fmt: skip
    lost = levelled.lost.sum(axis=1)
    worst_first = [int(row) for row in np.argsort(-lost, kind="stable")[:MOST_NAMED] if lost[row] > SOME]
    return found + [
        Problem(
            "warning", "level-demand-lost",
            f"{lost[row]:,.6g} of {levels.products[row]} cannot be made within the horizon at a profit.",
            "Look at the work centres whose hours are worth most in the levelled plan.", table="items",
            key=levels.products[row],
        )
        for row in worst_first
    ]  # fmt: skip
