"""What a page about demand shows: the whole at a glance, every series, one series in depth, segments, people's worth.

A shell calls :func:`demand_overview` for the head of the page, :func:`series_list` for its table, :func:`series_detail`
for one row opened, :func:`segment_list` and :func:`mix_list` for who wants more or less, and :func:`planner_value` for
what people's overrides were worth. All of them take the company and a plan; the last three need no plan's tables and
cost a little time, so they are best asked for when they are looked at.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import home_zone
from quarterdeck.service.views import wording
from quarterdeck.service.views.demand import KEY, DemandCurve, demand_curve, demand_list
from quarterdeck.service.views.names import NAMED, Names

ALARM = 0.6  # share of the error that points one way, from which a forecast counts as biased
LEAST_BIAS = 0.1
GROWN = 0.25  # a year
SPANS = (1, 2, 4, 8, 13, 26, 52)
TOGETHER = {"q05": 0.05, "q50": 0.5, "q75": 0.75, "q90": 0.9, "q95": 0.95, "q99": 0.99}
LIVES = ("new", "growing", "steady", "fading", "none")


@dataclass(frozen=True)
class DemandOverview:
    """The whole at a glance.

    Parameters
    ----------
    series, alarms
        Numbers of series, and of those whose forecasts were wrong in one direction.
    lives, patterns
        Number of series by life (new, growing, steady, fading, none) and by kind of demand.
    error, naive_error, bias
        Shares of demand in the backtest, weighted by the series' expected value; ``None`` without a backtest.
    value
        Expected demand over the horizon in money.
    headline
        The same in a sentence.
    """

    series: int
    alarms: int
    lives: dict[str, int]
    patterns: dict[str, int]
    error: float | None
    naive_error: float | None
    bias: float | None
    value: float
    headline: str


@dataclass(frozen=True)
class SeriesDetail:
    """One item at one site in depth.

    Parameters
    ----------
    curve
        History in the forecast's periods, the forecast with its bands ``q05`` … ``q95``, and open customer orders.
    past
        One row per period that the forecast was made from: ``start``, ``actual``, ``cleaned`` (outliers drawn in),
        ``fitted`` (what was expected one period ahead), ``outlier``.
    events
        Promotions of the item or its family: ``promotion``, ``start``, ``end``, ``uplift`` (null: learnt), ``note``.
    overrides
        What people entered: ``date``, ``quantity``, ``author``, ``note``.
    together
        Demand over the next weeks together, what a lead time needs: ``weeks``, ``quantity`` and its quantiles ``q05``,
        ``q50``, ``q75``, ``q90``, ``q95``, ``q99``.
    facts
        The series' row of :func:`series_list`; empty if the plan has none.
    """

    curve: DemandCurve
    past: pl.DataFrame
    events: pl.DataFrame
    overrides: pl.DataFrame
    together: pl.DataFrame
    facts: dict[str, object]


def series_list(company: Company, plan: Plan) -> pl.DataFrame:
    """Every series of the plan, those of the largest expected value first.

    Columns of :func:`quarterdeck.service.views.demand.demand_list` (item, site, names, pattern, reason, expected,
    value, error, naive_error, bias, trend_per_year) and ``family``; ``life`` (new, growing, steady, fading, none);
    ``accuracy`` (one less the error, at least zero) and ``value_added`` (by how much the error is below that of
    repeating the last value), null without a backtest; ``signal`` (share of the errors that points one way, from -1 for
    always too low to 1 for always too high: Trigg's tracking signal) and ``alarm``, whether that is too much.
    """
    listed = demand_list(company, plan)
    families = company["items"].select("item", "family").unique("item")
    signal = pl.when(pl.col("error") > 0).then(pl.col("bias") / pl.col("error")).clip(-1.0, 1.0)
    grown = pl.col("trend_per_year").fill_null(0.0)
    fading = (pl.col("pattern") == "fading") | (grown < -GROWN)
    life = pl.when(pl.col("pattern").is_in(["new", "none"])).then(pl.col("pattern")).when(fading).then(pl.lit("fading"))
    return listed.join(families, on="item", how="left", maintain_order="left").with_columns(
        family=pl.col("family").fill_null(""),
        life=life.when(grown > GROWN).then(pl.lit("growing")).otherwise(pl.lit("steady")),
        accuracy=(1.0 - pl.col("error")).clip(0.0, 1.0),
        value_added=pl.col("naive_error") - pl.col("error"),
        signal=signal,
        alarm=((signal.abs() > ALARM) & (pl.col("bias").abs() > LEAST_BIAS)).fill_null(value=False),
    )


def demand_overview(company: Company, plan: Plan) -> DemandOverview:
    """The head of the page: counts, errors weighted by value, and a sentence."""
    listed = series_list(company, plan)
    error, naive, bias = (_weighted(listed, name) for name in ("error", "naive_error", "bias"))
    alarms = int(listed["alarm"].sum())
    value = float(listed["value"].sum())
    currency = Names.of(company).currency
    return DemandOverview(
        series=listed.height,
        alarms=alarms,
        lives=_counts(listed, "life"),
        patterns=_counts(listed, "pattern"),
        error=error,
        naive_error=naive,
        bias=bias,
        value=value,
        headline=_headline(listed.height, alarms, error, naive, wording.money(value, currency)),
    )


def _headline(series: int, alarms: int, error: float | None, naive: float | None, value: str) -> str:
    if not series:
        return "Nothing is known of demand yet."
    parts = [f"{wording.count(series, 'series', 'series')} worth {value} are expected"]
    if error is not None and naive is not None:
        text = f"forecasts were wrong by {wording.percent(error)} of demand, the last value repeated by "
        parts.append(text + wording.percent(naive))
    if alarms:
        parts.append(f"{wording.count(alarms, 'forecast')} pointed one way too long")
    return "; ".join(parts) + "."


def _weighted(listed: pl.DataFrame, name: str) -> float | None:
    known = listed.filter(pl.col(name).is_not_null())
    weight = known["value"] if float(known["value"].sum()) > 0 else known["expected"]
    total = float(weight.sum())
    return float((known[name] * weight).sum()) / total if total > 0 else None


def _counts(listed: pl.DataFrame, name: str) -> dict[str, int]:
    return dict(listed.group_by(name).len().sort("len", name, descending=[True, False]).iter_rows())


def series_detail(company: Company, plan: Plan, item: str, site: str) -> SeriesDetail | None:
    """Everything about one item at one site; ``None`` if nothing is known of its demand."""
    curve = demand_curve(company, plan, item, site)
    if curve is None:
        return None
    family = company["items"].filter(pl.col("item") == item)["family"]
    own = pl.col("item") == item
    of_family = (pl.col("item") == "") & (pl.col("family").fill_null("").is_in(["", *family.drop_nulls()]))
    facts = series_list(company, plan).filter(own, pl.col("site") == site)
    return SeriesDetail(
        curve=curve,
        past=_past(company, plan, item, site),
        events=company["promotions"]
        .filter(own | of_family)
        .select("promotion", "start", "end", "uplift", "note")
        .sort("start"),
        overrides=company["forecast_overrides"]
        .filter(own, pl.col("site") == site)
        .select("date", "quantity", "author", "note")
        .sort("date"),
        together=_together(curve, facts),
        facts=facts.row(0, named=True) if facts.height else {},
    )


def _together(curve: DemandCurve, facts: pl.DataFrame) -> pl.DataFrame:
    """Demand over the next one, two, four … weeks together."""
    import numpy as np  # noqa: PLC0415

    from quarterdeck.disciplines.demand.lead_time import demand_together  # noqa: PLC0415

    if curve.forecast.is_empty() or facts.is_empty():
        return pl.DataFrame(schema={"weeks": pl.Int64, "quantity": pl.Float64, **dict.fromkeys(TOGETHER, pl.Float64)})
    mean = curve.forecast["quantity"].to_numpy()[None, :]
    spread = float(facts["spread_per_week"][0])
    correlation = facts["error_correlation"].to_numpy()
    levels, whole = np.array(list(TOGETHER.values())), np.array([facts["unit"][0] in {"", "pcs"}])
    rows = []
    for weeks in (span for span in SPANS if span <= mean.shape[1]):
        variance = np.full((1, weeks), spread * spread)
        total, band = demand_together(mean[:, :weeks], variance, correlation, levels, whole)
        rows.append({"weeks": weeks, "quantity": float(total[0]), **dict(zip(TOGETHER, band[0].tolist(), strict=True))})
    return pl.DataFrame(rows)


def _past(company: Company, plan: Plan, item: str, site: str) -> pl.DataFrame:
    from quarterdeck.disciplines.demand.history import daily_history, today_by_site  # noqa: PLC0415 - numerical
    from quarterdeck.disciplines.demand.retrospect import retrospect  # noqa: PLC0415

    rows = company["demand_history"].filter(pl.col("site") == site)
    heirs = [item, *company["items"].filter(pl.col("successor") == item)["item"]]
    part = company.replace(demand_history=rows.filter(pl.col("item").is_in(heirs)))
    today = today_by_site(part, plan.settings)
    daily = daily_history(part, today)[0].filter(pl.col("item") == item)
    if daily.is_empty():
        return pl.DataFrame(schema=PAST)
    number = (today[site] - dt.date(1970, 1, 1)).days
    seen = retrospect(number, daily["day"].to_numpy(), daily["quantity"].to_numpy())
    return pl.DataFrame({
        "start": pl.Series(seen.start.astype("datetime64[D]")).cast(pl.Date),
        "actual": seen.actual,
        "cleaned": seen.cleaned,
        "fitted": seen.fitted,
        "outlier": seen.actual != seen.cleaned,
    })  # fmt: skip


PAST = {
    "start": pl.Date, "actual": pl.Float64, "cleaned": pl.Float64, "fitted": pl.Float64, "outlier": pl.Boolean,
}  # fmt: skip


def segment_list(company: Company, plan: Plan, dimension: str = "family") -> pl.DataFrame:
    """How each family, customer segment, region, site, customer or item moves, the largest first.

    Columns ``group``, ``group_name``, ``value`` and ``value_before`` (last half year, and the same half year before),
    ``growth``, ``share``, ``share_before``, ``shift`` (of the mix), ``state`` (growing, fading, steady, new, ended),
    ``first`` (day of the first sale).

    Raises
    ------
    ValueError
        If ``dimension`` is not one of family, segment, region, site, customer, item.
    """
    from quarterdeck.disciplines.demand.segments import movements, sold_by  # noqa: PLC0415

    moved = movements(sold_by(company, dimension), _today(company, plan))
    names = Names.of(company)
    known = names.items if dimension == "item" else names.other(dimension) if dimension in NAMED else {}
    said = [known.get(code, code) for code in moved["group"]]
    return moved.with_columns(group_name=pl.Series(said, dtype=pl.String))


def mix_list(company: Company, plan: Plan, dimension: str = "family", within: str = "segment") -> pl.DataFrame:
    """Which customers turn to what: how the mix of ``dimension`` moves inside each group of ``within``.

    Columns of :func:`segment_list` without names, with ``within`` before them; the largest shifts first. History that
    names no group says nothing about anybody and is left out.
    """
    from quarterdeck.disciplines.demand.segments import mix  # noqa: PLC0415

    rows = mix(company, dimension, within, _today(company, plan))
    return rows.filter(pl.col("within").fill_null("") != "")


def planner_value(company: Company, plan: Plan) -> pl.DataFrame:
    """What each author's overrides of past periods were worth, those with the most overrides first.

    Columns ``author``, ``overrides``, ``naive_error``, ``statistical_error`` and ``adjusted_error`` (shares of what
    came), ``statistical_gain`` and ``adjusted_gain`` (what each step took off; below zero it made things worse),
    ``bias`` of the author's numbers, ``better`` (share of overrides nearer to what came than the statistical forecast).
    """
    from quarterdeck.disciplines.demand.history import today_by_site  # noqa: PLC0415
    from quarterdeck.disciplines.demand.value_added import past_overrides, value_added  # noqa: PLC0415

    return value_added(past_overrides(company, today_by_site(company, plan.settings)))


def _today(company: Company, plan: Plan) -> dt.date:
    return wording.local(plan.settings.as_of, home_zone(company)).date()


__all__ = [
    "KEY", "DemandOverview", "SeriesDetail", "demand_overview", "mix_list", "planner_value", "segment_list",
    "series_detail", "series_list",
]  # fmt: skip
