"""How far stock may come out from what is planned, as customers want more or less than expected."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model import Plan
from quarterdeck.service.views.stock import StockCurve

Floats = npt.NDArray[np.float64]
OUTER, INNER = NormalDist().inv_cdf(0.95), NormalDist().inv_cdf(0.75)
WEEK = 7.0


@dataclass(frozen=True)
class StockBand:
    """Quantiles of the stock of one item, day by day, each of shape (days,).

    ``may_run_out`` is the first day on which one case in twenty is out of stock.
    """

    days: tuple[dt.date, ...]
    q05: Floats
    q25: Floats
    q75: Floats
    q95: Floats
    may_run_out: dt.date | None


def stock_band(plan: Plan, curve: StockCurve, first: dt.date, last: dt.date) -> StockBand | None:
    """The band around a stock curve from one day to another; ``None`` where nothing is known of the uncertainty.

    The error of n weeks of demand has the spread σ √(n (1 + (n − 1) ρ)); it stops growing after lead time and review,
    as later orders answer what came (Silver, Pyke and Thomas, Inventory and Production Management, on demand during
    the replenishment time). For items without a forecast of their own σ follows from their safety stock.
    """
    spread, correlation, protected = _uncertainty(plan, curve)
    if spread <= 0 or last <= first:
        return None
    days = tuple(first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    weeks = np.minimum(np.arange(len(days)) / WEEK, protected)
    width = spread * np.sqrt(weeks * (1.0 + np.maximum(weeks - 1.0, 0.0) * correlation))
    stock = _held(curve, days)
    lower = stock - OUTER * width
    out = np.flatnonzero((lower < -1e-9) & (width > 0))
    return StockBand(
        days, lower, stock - INNER * width, stock + INNER * width, stock + OUTER * width,
        days[int(out[0])] if out.size else None,
    )  # fmt: skip


def _uncertainty(plan: Plan, curve: StockCurve) -> tuple[float, float, float]:
    """Spread of a week's demand, how far weeks go together, and the weeks until an order can answer."""
    here = (pl.col("item") == curve.item) & (pl.col("site") == curve.site)
    series, targets = plan["series"].filter(here), plan["targets"].filter(here)
    target = targets.row(0, named=True) if targets.height else {}
    protected = max(((target.get("lead_time_days") or 0.0) + (target.get("review_days") or 0.0)) / WEEK, 1.0)
    own = float(series["spread_per_week"][0] or 0.0) if series.height else 0.0
    correlation = float(series["error_correlation"][0] or 0.0) if series.height else 0.0
    service = target.get("service_level") or 0.0
    whole = curve.safety_stock / NormalDist().inv_cdf(service) if 0.5 < service < 1.0 else 0.0
    implied = whole / math.sqrt(protected * (1.0 + (protected - 1.0) * correlation))
    return max(own, implied), correlation, protected


def _held(curve: StockCurve, days: tuple[dt.date, ...]) -> Floats:
    """Stock at the end of each day."""
    wanted = pl.DataFrame({"date": days}).set_sorted("date")
    known = curve.days.select("date", "stock").unique("date", keep="last").sort("date")
    held = wanted.join_asof(known, on="date", strategy="backward")["stock"]
    return held.fill_null(curve.days["stock"][0]).to_numpy().astype(np.float64)
