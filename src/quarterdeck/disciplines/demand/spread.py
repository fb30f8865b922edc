"""Quantiles that a forecast does not carry, from those it does."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import polars as pl

KNOWN = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
TAIL = NormalDist()


def quantiles_between(forecasts: pl.DataFrame, levels: Sequence[float]) -> npt.NDArray[np.float64]:
    """Quantiles of every row at any level, shape (rows, levels), from those it carries.

    Between known levels they lie on a straight line over the normal distribution's scores; beyond, the line through the
    outer two goes on. Levels that are known are returned as they are.
    """
    table = forecasts.select(list(KNOWN)).to_numpy().astype(np.float64).reshape(-1, len(KNOWN))
    scores = np.array([TAIL.inv_cdf(level) for level in KNOWN.values()])
    out = np.empty((table.shape[0], len(levels)))
    for k, level in enumerate(levels):
        score = TAIL.inv_cdf(level)
        right = int(np.clip(np.searchsorted(scores, score - 1e-12), 1, scores.size - 1))
        share = (score - scores[right - 1]) / (scores[right] - scores[right - 1])
        out[:, k] = table[:, right - 1] + share * (table[:, right] - table[:, right - 1])
    return np.asarray(np.maximum(out, 0.0))
