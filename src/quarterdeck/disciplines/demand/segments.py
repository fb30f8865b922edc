"""Who wants what, and how that moves: families, customers' segments, regions and sites that grow, fade or are new."""

from __future__ import annotations

import datetime as dt
import math

import polars as pl

from quarterdeck.model import Company

HALF, YEAR = 182, 364
MOVED = 0.1  # growth beyond which a segment grows or fades, if it is more than chance
SURE = 2.0  # standard errors
DIMENSIONS = ("family", "segment", "region", "site", "customer", "item")


def sold_by(company: Company, dimension: str) -> pl.DataFrame:
    """Demand history with one column ``group``: the family, customer segment, region, site, customer or item.

    Raises
    ------
    ValueError
        If ``dimension`` is none of these.
    """
    if dimension not in DIMENSIONS:
        raise ValueError(f"Expected one of {', '.join(DIMENSIONS)}, got {dimension!r}.")
    rows = company["demand_history"].filter(pl.col("quantity").is_finite())
    price = (
        company["items"].select("item", "family", worth=pl.coalesce("price", "cost").cast(pl.Float64)).unique("item")
    )
    people = company["customers"].select("customer", "segment", "region").unique("customer")
    wide = rows.join(price, on="item", how="left").join(people, on="customer", how="left")
    money = pl.coalesce(pl.col("revenue").cast(pl.Float64), pl.col("quantity") * pl.col("worth"), pl.col("quantity"))
    return wide.select(group=pl.col(dimension).fill_null(""), date="date", quantity="quantity", value=money)


def movements(sold: pl.DataFrame, today: dt.date) -> pl.DataFrame:
    """How each group moves: the last half year against the same half year before, largest groups first.

    Columns ``group``, ``value`` and ``value_before`` (of both half years), ``growth`` (share; null where there was
    nothing), ``share`` and ``share_before`` of the whole, ``shift`` (their difference, in points of the mix), ``state``
    (growing, fading, steady, new, ended) and ``first`` (day of the first sale). A group has moved if it did by more
    than a tenth and by more than two standard errors of its weekly sums.
    """
    weeks = _weekly(sold, today)
    now = weeks.filter(pl.col("week") < HALF // 7)
    then = weeks.filter(pl.col("week").is_between(YEAR // 7, (YEAR + HALF) // 7, closed="left"))
    sums = [
        part.group_by("group").agg(
            pl.col("value").sum().alias(name), (pl.col("value") ** 2).sum().alias(f"{name}_squares")
        )
        for part, name in ((now, "value"), (then, "value_before"))
    ]
    firsts = sold.filter(pl.col("value") > 0).group_by("group").agg(first=pl.col("date").min())
    joined = firsts.join(sums[0], on="group", how="left").join(sums[1], on="group", how="left").fill_null(0.0)
    total, before = (float(joined[name].sum()) for name in ("value", "value_before"))
    rows = [_movement(row, total, before, today) for row in joined.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=SCHEMA).sort("value", "group", descending=[True, False])


SCHEMA = {
    "group": pl.String, "value": pl.Float64, "value_before": pl.Float64, "growth": pl.Float64, "share": pl.Float64,
    "share_before": pl.Float64, "shift": pl.Float64, "state": pl.String, "first": pl.Date,
}  # fmt: skip


def _weekly(sold: pl.DataFrame, today: dt.date) -> pl.DataFrame:
    """Value per group and week back from today."""
    back = (pl.lit(today) - pl.col("date")).dt.total_days() - 1
    past = sold.with_columns(week=back // 7).filter(pl.col("week") >= 0)
    return past.group_by("group", "week").agg(pl.col("value").sum())


def _movement(row: dict[str, float], total: float, before: float, today: dt.date) -> dict[str, object]:
    value, then = row["value"], row["value_before"]
    error = math.sqrt(sum(_variance(row[f"{name}_squares"], row[name]) for name in ("value", "value_before")))
    share = value / total if total else 0.0
    share_before = then / before if before else 0.0
    return {
        "group": row["group"], "value": value, "value_before": then, "growth": value / then - 1.0 if then > 0 else None,
        "share": share, "share_before": share_before, "shift": share - share_before,
        "state": _state(row, error, today), "first": row["first"],
    }  # fmt: skip


def _variance(squares: float, total: float) -> float:
    """Variance of a sum of weekly values, from their sum and their squares."""
    weeks = HALF // 7
    return max(squares - total * total / weeks, 0.0)


def _state(row: dict[str, float], error: float, today: dt.date) -> str:
    value, then = row["value"], row["value_before"]
    first: dt.date = row["first"]  # type: ignore[assignment]
    if (today - first).days < YEAR:
        return "new"
    if value <= 0:
        return "ended"
    moved = abs(value - then) > max(MOVED * then, SURE * error)
    return ("growing" if value > then else "fading") if moved else "steady"


def mix(company: Company, dimension: str, within: str, today: dt.date) -> pl.DataFrame:
    """How the mix of one dimension moves inside each group of another: which segment turns to which family.

    Columns as of :func:`movements` with ``within`` before them, largest shifts first.
    """
    inner, outer = sold_by(company, dimension), sold_by(company, within)
    both = inner.with_columns(within=outer["group"])
    parts = [
        movements(part.drop("within"), today).with_columns(within=pl.lit(name[0]))
        for name, part in both.partition_by("within", as_dict=True, maintain_order=True).items()
    ]
    if not parts:
        return pl.DataFrame(schema={"within": pl.String, **SCHEMA})
    every = pl.concat(parts).select("within", *SCHEMA)
    return every.sort(pl.col("shift").abs(), "within", "group", descending=[True, False, False])
