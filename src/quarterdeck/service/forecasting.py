"""Use cases of forecasting: what a workspace's customers will want, and the forecast of a bare history file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.settings import Progress, silent
from quarterdeck.service.planning import settings_for

if TYPE_CHECKING:
    from quarterdeck.disciplines.demand.bare import BareForecast

LEVELS = (0.05, 0.5, 0.95)
SERIES = ("unique_id", "item", "series", "sku", "product", "id")
TIMES = ("ds", "date", "day", "week", "month", "period", "time")
MOST_PERIODS = 20_000  # from the middle of a history: what lies further away is a slip of the pen
VALUES = ("y", "quantity", "demand", "sales", "sold", "value", "qty")


@dataclass(frozen=True)
class Foresight:
    """What will be wanted, series by series.

    Parameters
    ----------
    series
        One row per series: ``item``, ``site`` (or ``series`` for a bare file), ``pattern``, ``reason`` (one sentence:
        what it is, how it is forecast and why, how wrong that has been), ``mean`` (a period), ``error``,
        ``naive_error``, ``bias`` (shares of demand; null where history is too short).
    forecasts
        One row per series and period: the keys, ``start`` (day, or number), ``quantity`` and one column per quantile,
        such as ``q05`` and ``q95``.
    period
        What a period is: ``week``, ``month`` …
    notes
        What was done with odd rows of a bare file, one sentence each.
    """

    series: pl.DataFrame
    forecasts: pl.DataFrame
    period: str
    notes: tuple[str, ...] = ()


def foresee(
    company: Company,
    *,
    as_of: dt.date | dt.datetime | str | None = None,
    horizon: int | None = None,
    levels: Sequence[float] = LEVELS,
    items: Sequence[str] = (),
    progress: Progress = silent,
) -> Foresight:
    """What the customers of a company will want, week by week, without making a plan.

    Parameters
    ----------
    as_of, horizon
        The forecast's now and the weeks to look ahead; by default what the company's settings say.
    levels
        Probabilities of the quantiles, between 0 and 1.
    items
        Only these items; empty for all.

    Raises
    ------
    ValueError
        If ``as_of`` cannot be read or a level is not between 0 and 1.
    """
    wanted = checked_levels(levels)
    plan = demand_plan(_only(company, items), as_of=as_of, horizon=horizon, progress=progress)
    return _foresight(plan, wanted)


def demand_plan(
    company: Company,
    *,
    as_of: dt.date | dt.datetime | str | None = None,
    horizon: int | None = None,
    progress: Progress = silent,
) -> Plan:
    """A plan of which only the demand stage has run: its tables ``series``, ``forecasts`` and ``requirements``."""
    from quarterdeck.disciplines.demand import stage  # noqa: PLC0415 - loads the numerical libraries

    settings = settings_for(company, as_of=as_of, horizon_weeks=horizon, progress=progress)
    return stage.run(company, Plan.blank(settings), settings)


def checked_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """The levels in rising order, each once.

    Raises
    ------
    ValueError
        If one is not between 0 and 1.
    """
    for level in levels:
        if not 0.0 < level < 1.0:
            raise ValueError(f"Expected quantiles between 0 and 1, such as 0.5 or 0.95, got {level}.")
    return tuple(sorted(set(levels)))


def _only(company: Company, items: Sequence[str]) -> Company:
    if not items:
        return company
    names = ("demand_history", "forecast_overrides")
    return company.replace(**{name: company[name].filter(pl.col("item").is_in(list(items))) for name in names})


def _foresight(plan: Plan, levels: tuple[float, ...]) -> Foresight:
    from quarterdeck.disciplines.demand.bare import quantile_name  # noqa: PLC0415
    from quarterdeck.disciplines.demand.spread import quantiles_between  # noqa: PLC0415

    table = plan["forecasts"]
    found = quantiles_between(table, levels)
    columns = {quantile_name(level): pl.Series(found[:, k]) for k, level in enumerate(levels)}
    series = plan["series"].with_columns(mean=pl.col("mean_per_week"))
    forecasts = table.select("item", "site", "start", "quantity", "baseline", "ordered", "overridden")
    return Foresight(series, forecasts.with_columns(**columns), "week")


def foresee_file(
    path: Path,
    *,
    horizon: int | None = None,
    levels: Sequence[float] = LEVELS,
    items: Sequence[str] = (),
    boost: bool = False,
) -> Foresight:
    """Forecasts of the series in a CSV or Parquet file, in the file's own periods.

    The file has a column of dates (or numbered periods), a column of values and, for more than one series, a column of
    names: ``unique_id``, ``ds``, ``y``, or ``item``, ``date``, ``quantity``, or the like. With one row a series and one
    column a period it is read too. With ``boost`` half of the forecast is by trees that learn from all series at once,
    where the extra ``ml`` is installed.

    Raises
    ------
    ValueError
        If the file cannot be read or holds no series, or a level is not between 0 and 1.
    """
    from quarterdeck.disciplines.demand.bare import bare_forecast  # noqa: PLC0415 - loads the numerical libraries

    wanted = checked_levels(levels)
    history, notes = usable(_history_of(path))
    if items:
        history = history.filter(pl.col("series").is_in(list(items)))
    if history.is_empty():
        said = " ".join(("", *notes))
        raise ValueError(
            f"Expected at least one value in {path}, found none{' of these series' if items else ''}.{said}"
        )
    return replace(_of_bare(bare_forecast(history, horizon, wanted, boost=boost)), notes=notes)


def usable(history: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The rows of ``series``, ``period``, ``value`` that have a time near the others', and what was odd in words.

    >>> frame = pl.DataFrame({"series": ["a"] * 3, "period": [1, 2, None], "value": [1.0, None, 2.0]})
    >>> usable(frame)[1]
    ('1 row has no time and is left out.', '1 value is no number and counts as missing.')
    """
    dated = history.drop_nulls("period")
    middle: Any = dated["period"].median()
    reach: Any = dt.timedelta(days=MOST_PERIODS) if dated["period"].dtype.is_temporal() else MOST_PERIODS
    at = pl.col("period").cast(pl.Datetime) if dated["period"].dtype.is_temporal() else pl.col("period")
    near = dated if middle is None else dated.filter((at >= middle - reach) & (at <= middle + reach))
    value = near["value"]
    counts = (
        (history.height - dated.height, "has no time and is left out", "have no time and are left out", "row"),
        (
            dated.height - near.height,
            f"lies more than {MOST_PERIODS:,} days or periods off the others and is left out",
            f"lie more than {MOST_PERIODS:,} days or periods off the others and are left out",
            "row",
        ),
        (
            near.height - int(value.is_finite().sum()),
            "is no number and counts as missing",
            "are no numbers and count as missing",
            "value",
        ),
        (
            near.height - near.select("series", "period").unique().height,
            "shares its series and time with another and is added to it",
            "share series and time with others and are added to them",
            "row",
        ),
    )
    notes = (
        f"{count:,} {what}{'' if count == 1 else 's'} {one if count == 1 else many}."
        for count, one, many, what in counts
        if count
    )
    return near, tuple(notes)


def _of_bare(found: BareForecast) -> Foresight:
    from quarterdeck.disciplines.demand.reasons import bare_reason  # noqa: PLC0415

    texts = [bare_reason(row, found.frequency) for row in found.series.iter_rows(named=True)]
    series = found.series.drop("method").with_columns(reason=pl.Series(texts, dtype=pl.String))
    return Foresight(series, found.forecasts.rename({"period": "start"}), found.frequency)


def _history_of(path: Path) -> pl.DataFrame:
    """The file as ``series``, ``period``, ``value``."""
    from quarterdeck.disciplines.demand.periods import read_periods  # noqa: PLC0415

    frame = _frame_of(path)
    words = {name.strip().lower(): name for name in frame.columns}
    time, value = (_first(words, names) for names in (TIMES, VALUES))
    if time is None or value is None:
        return _wide(frame, path)
    key = _first(words, SERIES)
    named = pl.col(key).cast(pl.String).fill_null("") if key else pl.lit("all")
    times = read_periods(frame[time])
    return frame.select(series=named, period=times, value=_numbers(frame, value))


def _frame_of(path: Path) -> pl.DataFrame:
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            return pl.read_parquet(path)
        begin = path.read_text(encoding="utf-8-sig", errors="replace").split("\n", 1)[0]
        mark = max(",;\t", key=begin.count)
        frame = pl.read_csv(path, separator=mark, infer_schema=False)  # as texts: 01.2024 is a month
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ValueError(f"Expected a CSV or Parquet file, could not read {path}: {error}") from error
    return frame if mark == "," else frame.with_columns(_with_points(name) for name in frame.columns)


def _numbers(frame: pl.DataFrame, name: str) -> pl.Expr:
    texts = frame[name].dtype == pl.String
    return (pl.col(name).str.strip_chars() if texts else pl.col(name)).cast(pl.Float64, strict=False)


def _with_points(name: str) -> pl.Expr:
    """Numbers with a decimal comma, as beside semicolons, with a point."""
    comma = pl.col(name).str.contains(r"^\s*-?[\d. ]*,\d+\s*$")
    plain = pl.col(name).str.replace_all(r"[. ]", "").str.replace(",", ".", literal=True)
    return pl.when(comma).then(plain).otherwise(pl.col(name)).alias(name)


def _first(words: dict[str, str], names: Sequence[str]) -> str | None:
    return next((words[name] for name in names if name in words), None)


def _wide(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """One row a series, one column a period, named by its number."""
    from quarterdeck.disciplines.demand.periods import numbered_columns  # noqa: PLC0415

    periods = numbered_columns(frame)
    if not periods:
        raise ValueError(
            f"Expected columns such as unique_id, ds, y or item, date, quantity in {path}, "
            f"got {', '.join(frame.columns)}."
        )
    rest = [name for name in frame.columns if name not in periods]
    named = pl.col(rest[0]).cast(pl.String) if rest else pl.int_range(pl.len()).cast(pl.String)
    numbers = frame.select(named.alias("series"), *(_numbers(frame, name) for name in periods))
    long = numbers.unpivot(index="series", variable_name="period", value_name="value")
    numbers_of = pl.col("period").str.extract(r"(\d+)\s*$").cast(pl.Int64)
    return long.with_columns(numbers_of).drop_nulls()
