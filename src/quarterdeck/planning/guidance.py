"""Guidance: what the levelled volumes build ahead of a season, the detailed plan makes as early."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import from_seconds

_DAY = 86_400
_WEEK = 7 * _DAY
_SLACK = 1e-6

Floats = npt.NDArray[np.float64]


def run(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan whose requirements say by when levelling has them made, where the settings ask for that.

    Volumes are levelled within the hours and the money of the company; of each product they say how much is made in
    each week. The demand that this covers, the earlier due first, is wanted in stock by the end of that week: its due
    date stays what it is.
    """
    if not settings.levels_guide:
        return plan
    from quarterdeck.disciplines.levelling import stage as levelling  # noqa: PLC0415 - loads scipy

    levelled = levelling.run(company, plan, settings)
    if levelled["level_volumes"].is_empty():
        return levelled
    return levelled.with_tables(requirements=guided(plan["requirements"], levelled["level_volumes"], settings.as_of))


def guided(requirements: pl.DataFrame, volumes: pl.DataFrame, as_of: dt.datetime) -> pl.DataFrame:
    """The requirements with ``built_by``, where levelling makes them before the week in which they are due."""
    made = _made(volumes)
    now = int(as_of.timestamp())
    due = requirements["due"].dt.epoch("s").to_numpy()
    built = due.copy()
    ranked = requirements.with_row_index("_row").sort("due", "priority", "demand").partition_by("item", as_dict=True)
    for (item,), rows in ranked.items():
        if item not in made:
            continue
        number, quantity = rows["_row"].to_numpy(), rows["quantity"].to_numpy()
        middle = np.cumsum(quantity) - quantity / 2  # when half of it is made, for a week of demand is made over days
        week = np.searchsorted(made[str(item)], middle - _SLACK)
        built[number] = np.minimum(due[number], now + (week + 1) * _WEEK)
    early = pl.Series(due - built >= _WEEK - _DAY, dtype=pl.Boolean)  # the last second of a week is due in it
    moments = from_seconds(built).cast(requirements.schema["due"])
    return requirements.with_columns(built_by=pl.when(early).then(moments))


def _made(volumes: pl.DataFrame) -> dict[str, Floats]:
    """What there is of each product by the end of each week: the stock at first and all that is made since."""
    found: dict[str, Floats] = {}
    for (item,), rows in volumes.sort("week").partition_by("item", as_dict=True).items():
        first = rows.row(0, named=True)
        served = first["demand"] - first["lost"] - first["late"]
        opening = max(first["stock"] + served - first["make"] - first["outside"], 0.0)
        found[str(item)] = opening + np.cumsum(rows["make"].to_numpy() + rows["outside"].to_numpy())
    return found
