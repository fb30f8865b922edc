"""New products: how far they have come, what their first year will bring, and how sure a target is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import home_zone
from quarterdeck.service.parts import part
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

Facts = Mapping[str, tuple[str | None, dt.date | None]]
Targets = Mapping[str | tuple[str, str], float]
YEAR_DAYS = 364


@dataclass(frozen=True)
class LaunchRow:
    """One product in its first year at one site.

    Parameters
    ----------
    weeks, sold
        Weeks since it was first sold, and what was sold.
    expected, low, high
        What the first year will bring: median and the band that holds nine of ten.
    target, chance
        Quantity to reach in the first year, by default what half of the products like it reached, and the probability
        that it is reached; ``None`` where there is no target.
    likes
        Number of products it was judged by; 0 where a usual course of new products was taken.
    text
        The same in a sentence.
    """

    item: str
    item_name: str
    site: str
    site_name: str
    weeks: int
    sold: float
    expected: float
    low: float
    high: float
    target: float | None
    chance: float | None
    likes: int
    text: str


def launches(company: Company, plan: Plan, targets: Targets | None = None) -> tuple[LaunchRow, ...]:
    """Every item that is in its first year of sale at a site, the newest first.

    ``targets`` are quantities to reach in the first year, by item, or by item and site.
    """
    aims = dict(targets or {})
    from quarterdeck.disciplines.demand.launch import foresee_launch  # noqa: PLC0415 - loads the numerical libraries

    today = wording.local(plan.settings.as_of, home_zone(company)).date()
    facts = part(company, _facts)
    weekly = _weeks(company["demand_history"], facts, today)
    names = Names.of(company)
    found = []
    for (item, site), own in weekly.items():
        if own.size * 7 >= YEAR_DAYS:
            continue
        likes = [
            year for (other, place), year in weekly.items()
            if other != item and place == site and _alike(facts, other, item)
        ]  # fmt: skip
        seen = foresee_launch(own, likes)
        years = [float(year[:52].sum()) for year in likes if year.size >= 52]
        usual = float(np.median(years)) if seen.likes else None
        target = aims.get((item, site), aims.get(item, usual))
        chance = None if target is None else seen.chance_of(target)
        band = (seen.quantile(0.05), seen.quantile(0.95))
        where = names.name("site", site)
        text = _text(f"{names.item(item)} at {where}", seen.weeks, (seen.expected, *band), target, chance)
        found.append(
            LaunchRow(
                item,
                names.item(item),
                site,
                where,
                seen.weeks,
                seen.sold,
                seen.expected,
                *band,
                target,
                chance,
                seen.likes,
                text,
            )
        )
    return tuple(sorted(found, key=lambda row: (row.weeks, row.item, row.site)))


def _facts(company: Company) -> dict[str, tuple[str | None, dt.date | None]]:
    """Family and first day of sale of every item."""
    rows = company["items"].select("item", "family", "launch").unique("item", keep="first", maintain_order=True)
    return {item: (family, launch) for item, family, launch in rows.iter_rows()}


def _alike(facts: Facts, other: str, item: str) -> bool:
    """Whether another item is of the same family, and its first day of sale known, so that its history begins there."""
    nothing = (None, None)
    family, launch = facts.get(other, nothing)
    return launch is not None and family == facts.get(item, nothing)[0]


def _weeks(history: pl.DataFrame, facts: Facts, today: dt.date) -> dict[tuple[str, str], npt.NDArray[np.float64]]:
    """Weekly sales since the first day of sale of every item and site that was not always sold."""
    rows = history.filter(pl.col("date") < today, pl.col("quantity").is_finite())
    if rows.is_empty():
        return {}
    begin = rows.filter(pl.col("quantity") > 0).group_by("item", "site").agg(first=pl.col("date").min())
    launch = pl.DataFrame(
        {"item": list(facts), "launch": [day for _, day in facts.values()]},
        schema={"item": pl.String, "launch": pl.Date},
    )
    known = begin.join(launch, on="item", how="left")
    earliest = rows["date"].min()
    fresh = known.filter(pl.col("launch").is_not_null() | (pl.col("first") > pl.lit(earliest) + pl.duration(days=28)))
    dated = fresh.with_columns(first=pl.max_horizontal("first", "launch"))
    place = (pl.col("date") - pl.col("first")).dt.total_days() // 7
    joined = rows.join(dated, on=["item", "site"]).with_columns(week=place).filter(pl.col("week") >= 0)
    found = {}
    for (item, site), sold in joined.partition_by("item", "site", as_dict=True, maintain_order=True).items():
        count = (today - sold["first"][0]).days // 7
        series = np.zeros(max(count, int(sold["week"].max() or 0) + 1, 1))  # type: ignore[arg-type]
        np.add.at(series, sold["week"].to_numpy(), sold["quantity"].to_numpy())
        found[str(item), str(site)] = series
    return found


def _text(name: str, weeks: int, band: tuple[float, float, float], target: float | None, chance: float | None) -> str:
    expected, low, high = (wording.quantity(round(value)) for value in band)
    said = (
        f"{name}, {wording.count(weeks, 'week')} on sale: its first year will bring about {expected} ({low} to {high})"
    )
    if target is None or chance is None:
        return said + "."
    return f"{said}; it reaches {wording.quantity(round(target))} with a chance of {wording.percent(chance)}."
