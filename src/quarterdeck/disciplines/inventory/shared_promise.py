"""Which item-sites share one promise of service, and what each keeps of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.inventory.assortment import JUST_BELOW, Lines, Past, promised_together
from quarterdeck.disciplines.inventory.calibration import Calibration
from quarterdeck.disciplines.inventory.classes import COMPONENT_SHORTFALL
from quarterdeck.disciplines.inventory.flow import Flow, floats, looked_back
from quarterdeck.disciplines.inventory.targets import Demand, Seen, turned_out
from quarterdeck.model import Plan, Settings

Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

UNTRUSTED = ("new", "fading")
OWN_WAYS = ("called off", "reorder point", "min-max")  # replenished for what it costs, or not kept at all
EACH = "each"
BY_VALUE = "value"


@dataclass(frozen=True, slots=True)
class Kept:
    """Service of each item-site, shape (item-sites), and where it is its part of a promise ``shared`` with others."""

    service: Vector
    shared: Flags


def shared(facts: pl.DataFrame, flow: Flow, wanted: Vector, plan: Plan, settings: Settings) -> Kept:
    """The service levels ``wanted``, with those of a promise for the whole assortment where that is asked for.

    What is sold shares one promise, what only goes into other things another one with 0.4 of its shortfall, as for each
    item; what the past taught is of forecasts of what is sold. An item takes no part where a person or money says its
    service, stock is fixed, or its demand is too new or fades too fast to be trusted.
    """
    taking_part = _taking_part(facts, flow)
    if settings.service_promise == EACH or not taking_part.any():
        return Kept(wanted, np.zeros(wanted.size, np.bool_))
    service = wanted.copy()
    component = floats(facts["own_mean"]) <= 0.0
    lines = _lines(facts, flow, by_value=settings.service_promise == BY_VALUE)
    past = _past(facts, flow.learnt, plan, by_value=settings.service_promise == BY_VALUE)
    for rows, factor in ((taking_part & ~component, 1.0), (taking_part & component, COMPONENT_SHORTFALL)):
        promise, least = (1.0 - (1.0 - level) * factor for level in (settings.service_level, settings.service_least))
        some = Lines(*(getattr(lines, name)[rows] for name in ("mean", "variance", "counts", "cost", "weight")))
        service[rows] = promised_together(some, promise, least, past if factor == 1.0 else None)[1] * JUST_BELOW
    return Kept(service, taking_part)


def _taking_part(facts: pl.DataFrame, flow: Flow) -> Flags:
    free = facts.select(
        pl.all_horizontal(pl.col("wanted_service", "fixed_safety", "fixed_reorder").is_null())
        & ~pl.col("pattern").is_in(UNTRUSTED).fill_null(value=False)
        & ~pl.col("way").is_in(OWN_WAYS)
    ).to_series()
    return np.asarray(free.to_numpy() & flow.stocked & (flow.mean > 0.0))


def _lines(facts: pl.DataFrame, flow: Flow, *, by_value: bool) -> Lines:
    whole = (facts["decimals"] == 0).to_numpy()
    demand = Demand(flow.mean, flow.variance, flow.days, flow.spread_days, whole, flow.review, flow.correlation)
    mean, variance = turned_out(demand, Seen(flow.learnt, flow.history))
    weight = flow.mean * _worth(facts, flow.cost) if by_value else np.ones(mean.size)
    return Lines(mean, variance, whole, _bound(flow.cost), weight)


def _past(facts: pl.DataFrame, learnt: Calibration | None, plan: Plan, *, by_value: bool) -> Past | None:
    if learnt is None:
        return None
    rows = looked_back(plan)[learnt.rows]
    known = facts.select("item", "site", bound=pl.Series(_bound(floats(facts["unit_cost"]))), worth=pl.Series(
        _worth(facts, floats(facts["unit_cost"]))))  # fmt: skip
    found = rows.join(known, on=["item", "site"], how="left", maintain_order="left")
    middle = float(known["bound"].median() or 1.0)  # type: ignore[arg-type]
    cost = found["bound"].fill_null(middle).to_numpy()
    weekly = floats(rows["expected"]) / np.maximum(floats(rows["weeks"]), 0.1)
    weight = weekly * found["worth"].fill_null(middle).to_numpy() if by_value else np.ones(rows.height)
    return Past(learnt, cost, weight, floats(rows["cut"]))


def _bound(cost: Vector) -> Vector:
    """Money that a unit binds; the usual cost where none is known."""
    known = np.nan_to_num(cost)
    usual = float(np.median(known[known > 0.0])) if (known > 0.0).any() else 1.0
    return np.where(known > 0.0, known, usual)


def _worth(facts: pl.DataFrame, cost: Vector) -> Vector:
    """What a unit sold is worth: its price, or its cost where that is more or nothing else known."""
    return np.asarray(np.maximum(np.nan_to_num(floats(facts["price"])), _bound(cost)))
