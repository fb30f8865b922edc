"""Promotions and events: how much of each week they cover, what they did before, what they will do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

PRIOR_WEEKS = 2.0
STRONGEST = 10.0


def daily_factor(begin: int, count: int, events: list[tuple[int, int, float]]) -> Vector:
    """Demand relative to ordinary days, for ``count`` days from ``begin``; events that overlap multiply.

    ``events`` are first day, last day and factor.
    """
    factor = np.ones(count)
    for first, last, uplift in events:
        factor[max(first - begin, 0) : max(last - begin + 1, 0)] *= uplift
    return factor


def learnt_uplift(days: Whole, quantities: Vector, events: list[tuple[int, int]], today: int) -> tuple[float, float]:
    """What past events did to one series: demand relative to four weeks before and after them, and its weight in weeks.

    The ratio is shrunk towards one, as if two more weeks without effect had been seen.
    """
    covered, lifted, ordinary = 0.0, 0.0, 0.0
    for first, last in events:
        end = min(last, today - 1)
        if end < first:
            continue
        length = end - first + 1
        around = (days >= first - 28) & (days <= end + 28) & ((days < first) | (days > end)) & (days < today)
        span = 28 + min(28, today - 1 - end)
        base = quantities[around].sum() / span
        if base > 0.0:
            lifted += quantities[(days >= first) & (days <= end)].sum()
            ordinary += base * length
            covered += length / 7.0
    if ordinary <= 0.0:
        return 1.0, 0.0
    trust = covered / (covered + PRIOR_WEEKS)
    return float(np.clip(1.0 + trust * (lifted / ordinary - 1.0), 1.0 / STRONGEST, STRONGEST)), covered
