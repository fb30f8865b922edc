"""Forecasts of items, families, sites and the whole made to agree: every sum is the sum of its parts.

What each level knows best is kept: trend and season show in sums, shares show in single series. Weighted least squares
by structure: a forecast of n series added up counts one n-th of that of one series (Wickramasuriya, Athanasopoulos,
Hyndman, "Optimal forecast reconciliation for hierarchical and grouped time series through trace minimization", 2019,
section 2.4; Athanasopoulos, Hyndman, Kourentzes, Petropoulos, "Forecasting with temporal hierarchies", 2017).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

ROUNDS = 20


def memberships(labels: Sequence[Sequence[object]]) -> Matrix:
    """One row per group with at least two members, and one for all, shape (groups, series), of ones and zeros.

    ``labels`` gives for each grouping the group of every series; ``None`` and empty text are no group. Groups of the
    same members count once.

    >>> memberships([["a", "a", "b"]]).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]]
    """
    count = len(labels[0]) if labels else 0
    rows: dict[bytes, Vector] = {}
    everyone = np.ones(count)
    for members in [everyone, *(_members(names, name) for names in labels for name in dict.fromkeys(names) if name)]:
        if members.sum() >= 2:
            rows.setdefault(members.tobytes(), members)
    return np.array(list(rows.values())).reshape(-1, count)


def _members(names: Sequence[object], wanted: object) -> Vector:
    return np.array([1.0 if name == wanted else 0.0 for name in names])


def reconcile(leaves: Matrix, nodes: Matrix, membership: Matrix) -> Matrix:
    """Forecasts of single series that agree with those of the groups as well as can be, shape of ``leaves``.

    Parameters
    ----------
    leaves, nodes
        Forecasts of every series and of every group, shapes (series, periods) and (groups, periods).
    membership
        As of :func:`memberships`, shape (groups, series).

    Notes
    -----
    Minimises ``Σ (x - leaf)² + Σ (sum of x - node)² / members``, by the Woodbury identity on a system as large as the
    number of groups. Series that would fall below zero are held at zero and the others solved again; series below zero
    from the start are left free.
    """
    if not membership.size:
        return leaves.copy()
    negative_before = leaves.min(axis=1) < 0.0
    out = np.empty_like(leaves)
    whole = np.diag(membership.sum(axis=1)) + membership @ membership.T
    for week in range(leaves.shape[1]):
        free, system = np.ones(leaves.shape[0], np.bool_), whole.copy()
        for _ in range(ROUNDS):
            leaf = np.where(free, leaves[:, week], 0.0)
            gap = nodes[:, week] - membership @ leaf
            found = np.where(free, leaf + membership.T @ np.linalg.solve(system, gap), 0.0)
            below = free & (found < -1e-12) & ~negative_before
            if not below.any():
                break
            free &= ~below
            left = membership[:, below]
            system -= left @ left.T
        out[:, week] = np.where(negative_before, found, np.maximum(found, 0.0))
    return out
