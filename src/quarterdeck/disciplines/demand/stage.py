"""Demand: history becomes forecasts with their spread, orders use them up, and what remains is to be delivered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.demand import reasons
from quarterdeck.disciplines.demand.book import Book, event_factors, open_book, without_promotions
from quarterdeck.disciplines.demand.closures import without_holidays
from quarterdeck.disciplines.demand.consumption import consume, whole_parts
from quarterdeck.disciplines.demand.engine import NOTHING
from quarterdeck.disciplines.demand.findings import findings, priced_findings
from quarterdeck.disciplines.demand.history import daily_history, day_of, today_by_site
from quarterdeck.disciplines.demand.launched import on_launch_courses
from quarterdeck.disciplines.demand.levels import reconciled
from quarterdeck.disciplines.demand.lifecycle import selling_share, shrunk_level
from quarterdeck.disciplines.demand.looking_back import lookbacks
from quarterdeck.disciplines.demand.outlook import YOUNG_WEEKS, WeeklyOutlook, weekly_outlook
from quarterdeck.disciplines.demand.overrides import override, spread_down
from quarterdeck.disciplines.demand.patterns import NEW, PATTERNS
from quarterdeck.disciplines.demand.prices import at_todays_price
from quarterdeck.disciplines.demand.quotations import quoted_lines
from quarterdeck.disciplines.demand.requirements import consumption_reach, forecast_lines, order_lines, requirements
from quarterdeck.disciplines.demand.stock_outs import refilled
from quarterdeck.disciplines.demand.weekdays import wanted_by_day
from quarterdeck.model import Company, Plan, Problem, Settings
from quarterdeck.solvers.boosting import available
from quarterdeck.solvers.distributions import demand_quantiles

Whole = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]
LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


@dataclass(frozen=True, slots=True)
class Expectation:
    """Demand per series and week, shape (series, weeks): statistical, expected with everything known, its variance.

    ``launched`` are the series, shape (series), of which half is by the course of launches.
    """

    baseline: Matrix
    quantity: Matrix
    variance: Matrix
    overridden: npt.NDArray[np.bool_]
    launched: npt.NDArray[np.bool_]


def run(company: Company, plan: Plan, settings: Settings) -> Plan:
    """Fills ``series``, ``forecasts``, ``lookbacks`` and ``requirements``."""
    today = today_by_site(company, settings)
    daily, problems = daily_history(company, today)
    opened, days_out = refilled(open_book(company, daily, today), company["stock_outs"])
    priced, elasticity = at_todays_price(company, without_promotions(opened))
    book = without_holidays(company, priced)
    settings.progress("Foreseeing demand", 0.1)
    weeks = settings.horizon_weeks
    trees = settings.seed if settings.forecast_by_trees else None
    found = weekly_outlook(book.today, book.days, book.quantities, book.bounds, weeks, trees=trees)
    outlook = reconciled(book, found)
    settings.progress("Foreseeing demand", 0.7)
    expected = _expectation(company, book, outlook, weeks)
    orders = order_lines(company)
    covered = consume(expected.quantity, *_order_arrays(orders, book), consumption_reach(settings))
    unit = _units(company, book)
    by_day = wanted_by_day(company, book, whole_parts(expected.quantity - covered, unit), unit)
    start = pl.Series([day_of(day) for day in book.today], dtype=pl.Date)
    return plan.with_tables(
        series=_series(book, outlook, expected),
        lookbacks=lookbacks(book),
        forecasts=_forecasts(book, outlook, expected, covered),
        requirements=requirements(orders, forecast_lines(company, book.keys, start, by_day)),
    ).with_problems(
        (*problems, *findings(book, outlook, days_out), *priced_findings(book, elasticity), *_without_trees(settings))
    )


def _without_trees(settings: Settings) -> tuple[Problem, ...]:
    """That trees are wanted but their library is not installed."""
    if not settings.forecast_by_trees or available():
        return ()
    text = "Forecasts by trees are wanted, but LightGBM is not installed: the statistical forecasts stand."
    return (Problem("warning", "trees-not-installed", text, "Install quarterdeck[ml].", table="settings"),)


def _expectation(company: Company, book: Book, outlook: WeeklyOutlook, weeks: int) -> Expectation:
    settled = (outlook.pattern != NEW) & (outlook.age >= YOUNG_WEEKS)
    level = np.nan_to_num(outlook.mean.mean(axis=1))
    family = np.where(level > 0, book.family, -1)
    shrunk = shrunk_level(level, np.nan_to_num(outlook.age), family, settled & (level > 0))
    factor = np.divide(shrunk, level, out=np.ones_like(level), where=level > 0)[:, None]
    weekly = np.where(outlook.turn == 0, outlook.method, -1)
    baseline, launched = on_launch_courses(book, weekly, outlook.mean * factor)
    lift = event_factors(book, weeks) * selling_share(book.first, book.last, book.today, weeks)
    quantity = baseline * lift
    _add_quotations(company, book, quantity)
    overridden = override(quantity, company["forecast_overrides"], book.keys, book.today, outlook.turn == 1)
    facts = book.keys.join(
        company["items"].select("item", "family").unique("item"), on="item", how="left", maintain_order="left"
    )
    spread_down(quantity, overridden, company["group_overrides"], facts, book.today)
    ratio = np.divide(quantity, outlook.mean, out=np.ones_like(quantity), where=outlook.mean > 0)
    spread = outlook.variance * np.where(overridden & (ratio > 1.0), ratio, ratio * ratio)
    variance = np.where(outlook.mean > 0, spread, quantity)
    return Expectation(baseline, np.clip(quantity, 0.0, 1e12), np.clip(variance, 0.0, 1e24), overridden, launched)


def _add_quotations(company: Company, book: Book, quantity: Matrix) -> None:
    """Raises expected demand where quotations, times their chance, promise more than the weeks around them hold."""
    lines = quoted_lines(company)
    if lines.is_empty():
        return
    covered = consume(quantity, *_order_arrays(lines, book), 0)
    for series, week, wanted in zip(*_order_arrays(lines, book), strict=True):
        if week < quantity.shape[1]:
            used = min(wanted, covered[series, week])
            covered[series, week] -= used
            quantity[series, week] += wanted - used


def _order_arrays(orders: pl.DataFrame, book: Book) -> tuple[Whole, Whole, npt.NDArray[np.float64]]:
    """Series, week and quantity of the open lines that are not past due; past ones count as past demand."""
    numbered = book.keys.with_columns(series=pl.int_range(pl.len()), now=pl.Series(book.today, dtype=pl.Int64))
    found = orders.join(numbered, on=["item", "site"], how="inner", maintain_order="left")
    until = pl.col("day").to_physical().cast(pl.Int64) - pl.col("now")
    ahead = found.with_columns(ahead=until).filter(pl.col("ahead") >= 0)
    return (
        ahead["series"].to_numpy().astype(np.int64),
        (ahead["ahead"] // 7).to_numpy().astype(np.int64),
        ahead["quantity"].to_numpy().astype(np.float64),
    )


def _units(company: Company, book: Book) -> npt.NDArray[np.float64]:
    """Smallest quantity of each series' item."""
    known = company["items"].select("item", "decimals").unique("item")
    decimals = book.keys.join(known, on="item", how="left", maintain_order="left")["decimals"].fill_null(0)
    return 10.0 ** -decimals.to_numpy().astype(np.float64)


def _series(book: Book, outlook: WeeklyOutlook, expected: Expectation) -> pl.DataFrame:
    mean = expected.quantity.mean(axis=1)
    ended = book.last < book.today
    growth = _growth(outlook)
    texts = [
        reasons.series_reason(
            PATTERNS[outlook.pattern[i]],
            int(outlook.method[i]),
            {
                "mean": float(mean[i]), "age": float(outlook.age[i]), "turn": float(outlook.turn[i]),
                "seasonal": float(outlook.seasonal[i]), "error": float(outlook.error[i]),
                "naive_error": float(outlook.naive_error[i]), "bias": float(outlook.bias[i]),
                "ended": float(ended[i]),
                "idle": float(outlook.idle[i]), "alone": float(outlook.alone[i]),
                "overridden": float(expected.overridden[i].sum()), "launched": float(expected.launched[i]),
            },
        )
        for i in range(book.size)
    ]  # fmt: skip
    return book.keys.with_columns(
        pattern=pl.Series([PATTERNS[code] for code in outlook.pattern], dtype=pl.String),
        method=pl.Series([reasons.METHODS[int(code)] for code in outlook.method], dtype=pl.String),
        reason=pl.Series(texts, dtype=pl.String),
        mean_per_week=pl.Series(mean),
        spread_per_week=pl.Series(np.sqrt(expected.variance.mean(axis=1))),
        error_correlation=pl.Series(np.nan_to_num(outlook.correlation)),
        error=_optional(outlook.error),
        naive_error=_optional(outlook.naive_error),
        bias=_optional(outlook.bias),
        coverage=_optional(outlook.coverage),
        trend_per_year=_optional(growth),
        seasonal=pl.Series(outlook.seasonal),
    )


def _growth(outlook: WeeklyOutlook) -> npt.NDArray[np.float64]:
    """Growth a year, from the last half year against the year before it, whose middles lie nine months apart."""
    usable = (outlook.before > 0) & (outlook.age >= 78) & np.isfinite(outlook.level)
    ratio = np.divide(outlook.level, outlook.before, out=np.ones(outlook.level.size), where=usable)
    return np.where(usable, np.clip(ratio ** (1.0 / 0.75) - 1.0, -1.0, 100.0), np.nan)


def _optional(values: npt.NDArray[np.float64]) -> pl.Series:
    return pl.Series(values).fill_nan(None).clip(-1e12, 1e12)


def _forecasts(book: Book, outlook: WeeklyOutlook, expected: Expectation, covered: Matrix) -> pl.DataFrame:
    weeks = expected.quantity.shape[1]
    alive = np.flatnonzero(
        (outlook.method != NOTHING) | expected.quantity.any(axis=1) | expected.overridden.any(axis=1)
    )
    flat = [table[alive].ravel() for table in (expected.quantity, expected.variance)]
    counts = np.repeat(outlook.counts[alive], weeks)
    quantiles = demand_quantiles(flat[0], flat[1], np.array(list(LEVELS.values())), counts)
    start = (np.repeat(book.today[alive], weeks) + 7 * np.tile(np.arange(weeks), alive.size)).astype("datetime64[D]")
    return book.keys[np.repeat(alive, weeks)].with_columns(
        start=pl.Series(start).cast(pl.Date),
        days=pl.lit(7, dtype=pl.Int64),
        baseline=pl.Series(np.clip(expected.baseline[alive].ravel(), 0.0, 1e12)),
        quantity=pl.Series(flat[0]),
        ordered=pl.Series(covered[alive].ravel()),
        overridden=pl.Series(expected.overridden[alive].ravel()),
        **{name: pl.Series(np.clip(quantiles[:, k], 0.0, 1e12)) for k, name in enumerate(LEVELS)},
    )
