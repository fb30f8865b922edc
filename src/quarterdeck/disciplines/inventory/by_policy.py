"""Levels of item-sites whose policy is chosen: base stock, (R, Q), (s, S), periodic review."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.inventory.flow import Flow, floats
from quarterdeck.disciplines.inventory.policies import fill_rate_reorder_point, reorder_point_and_quantity
from quarterdeck.disciplines.inventory.reorder import best_r_and_Q, best_s_and_S_given
from quarterdeck.disciplines.inventory.targets import Levels
from quarterdeck.solvers.distributions import chances

Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

YEAR_WEEKS = 52.0
LUMPY = 1.25  # variance to mean up to which demand in pieces counts as Poisson
FEW = 60.0  # demand over the replenishment time up to which it is counted piece by piece
HIGHEST, LOWEST = 0.9999, 0.5


def by_policy(facts: pl.DataFrame, flow: Flow, levels: Levels, service: Vector) -> tuple[Levels, Vector]:
    """The levels with those of chosen policies, and the usual order quantities, shape (item-sites).

    ``base stock`` and ``periodic review`` order up to what the service level needs over replenishment time and review,
    whenever something was used and at each review. ``reorder point`` is Poisson (r, Q) of least cost where pieces are
    few, else the quantity that the cost of orders wants, with the point at which the share ``service`` of demand is met
    from stock, or both by what a unit short costs. ``min-max`` is the exact (s, S) policy where an order's cost is
    known.
    """
    way = facts["way"].to_numpy()
    reorder, up_to, lot = levels.reorder.copy(), levels.order_up_to.copy(), floats(facts["lot"]).copy()
    kept = flow.stocked & (flow.mean > 0.0)
    plain = kept & np.isin(way, ["base stock", "periodic review"])
    up_to[plain] = reorder[plain]
    point = np.flatnonzero(kept & (way == "reorder point"))
    if point.size:
        reorder[point], lot[point] = _reorder_points(facts, flow, levels, service, point)
        up_to[point] = reorder[point] + lot[point]
    for row in np.flatnonzero(kept & (way == "min-max") & _costed(facts)).tolist():
        reorder[row], up_to[row] = _min_max(facts, flow, levels, float(service[row]), row)
        lot[row] = up_to[row] - reorder[row]
    chosen = kept & np.isin(way, ["reorder point", "min-max"])
    safety = np.where(chosen, np.maximum(reorder - levels.lead_time_demand, 0.0), levels.safety)
    return replace(levels, safety=safety, reorder=reorder, order_up_to=up_to), lot


def _costed(facts: pl.DataFrame) -> Flags:
    """Where an order and keeping a unit cost something that is known."""
    order, holding = floats(facts["order_cost"]), floats(facts["holding_cost"])
    return np.asarray((np.nan_to_num(order) > 0.0) & (np.nan_to_num(holding) > 0.0))


def _reorder_points(
    facts: pl.DataFrame, flow: Flow, levels: Levels, service: Vector, rows: npt.NDArray[np.int64]
) -> tuple[Vector, Vector]:
    """Reorder point and quantity of some item-sites."""
    mean, spread = levels.lead_time_demand[rows], levels.lead_time_spread[rows]
    share = np.clip(service[rows], LOWEST, HIGHEST)
    yearly, costed = flow.mean[rows] * YEAR_WEEKS, _costed(facts)[rows]
    order, holding, short = (floats(facts[name])[rows] for name in ("order_cost", "holding_cost", "shortage_cost"))
    multiple = np.maximum(floats(facts["lot_multiple"])[rows], 0.0)
    free = (facts["lot_rule"].fill_null("lot_for_lot") == "lot_for_lot").to_numpy()[rows]
    lot, point = np.maximum(floats(facts["lot"])[rows], 1e-9), np.zeros(rows.size)
    priced = costed & free & (np.nan_to_num(short) > 0.0) & (short * yearly > holding * lot)
    if priced.any():
        costs = order[priced], holding[priced], short[priced]
        moments = mean[priced], spread[priced]
        point[priced], lot[priced] = reorder_point_and_quantity(yearly[priced], moments, costs)
    pieces = (facts["decimals"] == 0).to_numpy()[rows]
    few = costed & free & ~priced & pieces & (mean <= FEW) & (spread**2 <= LUMPY * np.maximum(mean, 1e-9))
    for each in np.flatnonzero(few).tolist():
        days = max(float(flow.days[rows[each]] + flow.review[rows[each]]), 0.1)
        weekly = float(holding[each] / YEAR_WEEKS)
        found = best_r_and_Q(
            float(flow.mean[rows[each]]), days / 7.0, float(order[each]), weekly,
            weekly * float(share[each] / (1.0 - share[each])),
        )  # fmt: skip
        point[each], lot[each] = _kept(found[0], found[1], float(mean[each]), float(share[each])), found[1]
    lot = np.where(pieces, np.ceil(lot - 1e-9), lot)
    lot = np.where(multiple > 0, np.ceil(lot / np.maximum(multiple, 1e-9) - 1e-9) * multiple, lot)
    lot = np.maximum(lot, floats(facts["lot_minimum"])[rows])
    rest = ~priced & ~few
    point[rest] = fill_rate_reorder_point(mean[rest], spread[rest], lot[rest], share[rest])
    return np.maximum(np.where(pieces, np.ceil(point - 1e-9), point), 0.0), lot


def _kept(point: int, lot: int, mean: float, share: float) -> int:
    """The point raised until the share of Poisson demand is met from stock: whole lots only come near it.

    Positions ``r + 1 … r + Q`` are equally likely, and a customer is served where demand of the lead time lies below.

    >>> _kept(3, 24, 4.0, 0.95)
    4
    """
    below = np.cumsum(chances(mean, mean))
    while True:
        places = np.arange(point, point + lot)  # the position less one
        served = np.where(places >= 0, below[np.clip(places, 0, below.size - 1)], 0.0)
        if served.mean() >= share or point > below.size:
            return point
        point += 1


def _min_max(facts: pl.DataFrame, flow: Flow, levels: Levels, service: float, row: int) -> tuple[float, float]:
    """Levels s and S of one item-site, demand being counted in pieces where these are few, else in equal lumps.

    A unit owed costs what makes the critical ratio the service level, ``h·α / (1 - α)`` a review, or what the company
    says that it costs.
    """
    fact = facts.row(row, named=True)
    weeks = max(float(flow.review[row]) / 7.0, 1.0 / 7.0)
    holding = float(fact["holding_cost"]) * weeks / YEAR_WEEKS
    share = min(max(service, LOWEST), HIGHEST)
    owed = float(fact["shortage_cost"] or 0.0) or holding * share / (1.0 - share)
    whole = (float(levels.lead_time_demand[row]), float(levels.lead_time_spread[row]) ** 2)
    period = (float(flow.mean[row]) * weeks, float(flow.variance[row]) * weeks)
    step = lump(whole[0], pieces=fact["decimals"] == 0)
    over, single = (chances(mean / step, variance / step**2) for mean, variance in (whole, period))
    low, high, _ = best_s_and_S_given(single, over, float(fact["order_cost"]), holding * step, owed * step)
    return max(low, 0) * step, max(high, 1) * step


def lump(mean: float, *, pieces: bool, most: float = 150.0) -> float:
    """How much is counted as one, so that the mean is at most so many: 1, or 1, 2 or 5 times a power of ten.

    >>> lump(40.0, pieces=True), lump(4_000.0, pieces=True), lump(3.0, pieces=False)
    (1.0, 50.0, 0.02)
    """
    if pieces and mean <= most:
        return 1.0
    wanted = max(mean, 1e-9) / most
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(next(round(power * factor, 12) for factor in (1, 2, 5, 10) if power * factor >= wanted * (1 - 1e-9)))
