"""Measures of forecasts against what came: sMAPE, MASE, RMSSE, scaled pinball loss, coverage and bias."""

from __future__ import annotations

import numpy as np

LEVELS = np.array([0.5, 0.75, 0.9, 0.95, 0.99])
FIGURES = ("smape", "mase", "rmsse", "pinball", "coverage95")


def scores(
    known: list[np.ndarray], actual: np.ndarray, mean: np.ndarray, quantiles: np.ndarray, season: int
) -> dict[str, np.ndarray]:
    """Measures of every series, each of shape (series), NaN where a series has no scale.

    Scales are of the known periods: the mean absolute change to the period a season before (MASE), the root mean
    square change (RMSSE) and the mean absolute change (pinball) to the period before. ``over`` and ``total`` are sums
    of errors and of demand, from which the bias of a set of series follows.
    """
    error = mean - actual
    size = np.abs(mean) + np.abs(actual)
    away = np.divide(np.abs(error), size, out=np.where(np.isnan(size), np.nan, 0.0), where=size > 0)
    miss = actual[:, :, None] - quantiles
    loss = np.nanmean(np.maximum(LEVELS * miss, (LEVELS - 1.0) * miss).mean(axis=2), axis=1)
    far, square, near = np.array([_scales(values, season) for values in known]).reshape(-1, 3).T
    below = np.where(np.isnan(actual), np.nan, actual <= quantiles[:, :, 3])
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "smape": 200.0 * np.nanmean(away, axis=1),
            "mase": np.nanmean(np.abs(error), axis=1) / far,
            "rmsse": np.sqrt(np.nanmean(error**2, axis=1)) / square,
            "pinball": loss / near,
            "coverage95": np.nanmean(below, axis=1),
            "over": np.nansum(error, axis=1),
            "total": np.nansum(actual, axis=1),
        }


def _scales(values: np.ndarray, season: int) -> tuple[float, float, float]:
    step = season if values.size > season else 1
    seasonal, change = values[step:] - values[:-step], np.diff(values)
    seasonal, change = (each[np.isfinite(each)] for each in (seasonal, change))
    found = (np.abs(seasonal), change**2, np.abs(change))
    mase, rmsse, pinball = (float(each.mean()) if each.size and each.any() else np.nan for each in found)
    return mase, float(np.sqrt(rmsse)), pinball


def summary(parts: list[dict[str, np.ndarray]]) -> dict[str, float]:
    """Means over the series of several folds, and the bias of them all."""
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    figures = {name: _mean(joined[name]) for name in FIGURES}
    total = joined["total"].sum()
    return {**figures, "bias": float(joined["over"].sum() / total) if total else float("nan")}


def _mean(values: np.ndarray) -> float:
    usable = values[np.isfinite(values)]
    return float(usable.mean()) if usable.size else float("nan")
