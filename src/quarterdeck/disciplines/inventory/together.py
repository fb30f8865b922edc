"""The company's item-sites as stages of supply, for placing safety stock over all of them at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.inventory.placement import LONGEST, Stages

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER_HERE = 1e6  # times the cost: where nothing can be kept


def stages_of(
    demand: tuple[Vector, Vector],
    days: Vector,
    cost: Vector,
    facts: tuple[Flags, Flags, Vector, Vector],
    arcs: tuple[Whole, Whole],
) -> tuple[Stages, Whole]:
    """Stages with demand, and which item-sites they are.

    Parameters
    ----------
    demand
        Mean and variance a week, with all that is passed on, shape (item-sites).
    days, cost
        Time of the item-site itself, its inputs being there, and cost of a unit, shape (item-sites).
    facts
        Whether customers take from it, whether stock can be kept there, its safety factor, and its days from one order
        to the next, shape (item-sites).
    arcs
        Who is supplied by whom, by number of the item-site, shape (arcs).
    """
    (mean, variance), (sold, able, factor, review), (parent, child) = demand, facts, arcs
    inside = mean > 0
    number = np.cumsum(inside) - 1
    kept = inside[parent] & inside[child]
    rows = np.flatnonzero(inside)
    stages = Stages(
        time=np.clip(np.rint(np.nan_to_num(days[rows])), 0, LONGEST).astype(np.int64),
        holding=np.where(able[rows], np.maximum(cost[rows], 1e-9), NEVER_HERE * np.maximum(cost.max(initial=1.0), 1.0)),
        spread=np.sqrt(variance[rows] / 7.0),
        factor=factor[rows],
        promised=np.where(sold[rows], 0, -1).astype(np.int64),
        parent=number[parent[kept]],
        child=number[child[kept]],
        review=np.rint(np.nan_to_num(review[rows])).astype(np.int64),
    )
    return stages, rows
