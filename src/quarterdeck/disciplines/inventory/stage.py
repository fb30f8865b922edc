"""Inventory: safety stock, reorder point and order-up-to level for every item and site, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.inventory import classes, lead_times, network
from quarterdeck.disciplines.inventory.nodes import NODE, edges, item_sites, with_facts
from quarterdeck.disciplines.inventory.reasons import target_reason
from quarterdeck.disciplines.inventory.targets import Demand, Levels, stock_levels
from quarterdeck.model import Company, Plan, Settings

Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
CAREFUL_SHARE = 0.5  # of the safety stock, where demand is too new or fades too fast to be trusted


@dataclass(frozen=True, slots=True)
class Flow:
    """Demand a week per node with all it passes on, which nodes keep stock, and their replenishment times in days."""

    mean: Vector
    variance: Vector
    stocked: Flags
    days: Vector
    spread_days: Vector


def run(company: Company, plan: Plan, settings: Settings) -> Plan:
    """Fills ``targets``."""
    measured = measure(company, plan, settings)
    if measured is None:
        return plan
    facts, flow, _ = measured
    cost = unit_cost(facts)
    abc = classes.abc(np.where(flow.stocked, flow.mean * 52.0 * cost, 0.0))
    xyz = classes.xyz(flow.mean, np.sqrt(flow.variance))
    service = classes.service_level(
        _floats(facts["wanted_service"]), abc, _only_component(facts), settings.service_level
    )
    levels = _fixed(facts, _levels(facts, flow, service))
    return plan.with_tables(targets=_targets(facts, flow, levels, (abc, xyz, service)))


def measure(company: Company, plan: Plan, settings: Settings) -> tuple[pl.DataFrame, Flow, pl.DataFrame] | None:
    """What targets are worked out from: facts per item-site, demand and times, and who needs how much of what.

    Facts are as :func:`quarterdeck.disciplines.inventory.nodes.with_facts` gives them, the arcs as its ``edges`` does.
    ``None`` where nothing is kept anywhere.
    """
    nodes = item_sites(company, plan)
    if nodes.is_empty():
        return None
    facts = with_facts(company, plan, nodes)
    links = edges(company, facts, settings)
    flow, timed = _flow(company, facts, links, settings)
    return timed, flow, links


def unit_cost(facts: pl.DataFrame) -> Vector:
    """Cost of one unit per item-site; the price where no cost is known, else zero."""
    return facts.select(pl.coalesce("cost", "price").cast(pl.Float64).fill_null(0.0)).to_series().to_numpy()


def _flow(company: Company, facts: pl.DataFrame, links: pl.DataFrame, settings: Settings) -> tuple[Flow, pl.DataFrame]:
    mean = _floats(facts["own_mean"]).copy()
    variance = _floats(facts["own_spread"]) ** 2
    parent, child = (links[name].to_numpy().astype(np.int64) for name in ("parent", "child"))
    order, first = network.downstream_order(facts.height, parent, child)
    network.explode(order, first, (child, links["quantity"].to_numpy()), mean, variance)
    mean, variance = np.clip(mean, 0.0, 1e12), np.clip(variance, 0.0, 1e24)
    stocked = _keeps_stock(facts, mean)
    timed = _times(company, facts, mean, settings)
    days = network.longest_below(order, first, child, _floats(timed["days"]), stocked)
    return Flow(mean, variance, stocked, np.minimum(days, 3650.0), _floats(timed["spread"])), timed


def _keeps_stock(facts: pl.DataFrame, mean: Vector) -> Flags:
    """What is sold from stock, sent to other sites from it, or bought to be used; not what is only made for use."""
    own = _floats(facts["own_mean"]) > 0.0
    kind = facts["kind"].to_numpy()
    able = (kind != "none") & ~facts["phantom"].to_numpy()
    fixed = facts["fixed_safety"].is_not_null().to_numpy() | facts["fixed_reorder"].is_not_null().to_numpy()
    return np.asarray(able & (mean > 0.0) & (own | (kind != "make")) | able & fixed)


def _only_component(facts: pl.DataFrame) -> Flags:
    return np.asarray(_floats(facts["own_mean"]) <= 0.0)


def _times(company: Company, facts: pl.DataFrame, mean: Vector, settings: Settings) -> pl.DataFrame:
    """Facts with ``days``, ``spread``, ``supplier``, usual ``lot``; the item's own time where nothing says more."""
    weekly = facts.with_columns(mean=pl.Series(mean))
    suppliers = lead_times.bought(company, facts.filter(pl.col("kind") == "buy").select(NODE), settings)
    with_supplier = weekly.join(suppliers, on=NODE, how="left", maintain_order="left").with_columns(lot=_lot())
    lots = with_supplier.filter(pl.col("kind") == "make").group_by("item").agg(pl.col("lot").max())
    routed = lead_times.made(company, lots).rename({"days": "making"})
    lanes = lead_times.brought(company, facts.filter(pl.col("kind") == "transfer").select(*NODE, "source_site"))
    wide = with_supplier.join(routed, on="item", how="left", maintain_order="left")
    wide = wide.join(lanes.rename({"days": "moving"}), on=NODE, how="left", maintain_order="left")
    days = (
        pl.when(pl.col("kind") == "transfer").then(pl.coalesce("moving", "lead_time_days"))
        .when(pl.col("kind") == "make").then(pl.coalesce("making", "lead_time_days"))
        .otherwise(pl.when(pl.col("days") > 0).then(pl.col("days")).otherwise(pl.coalesce("lead_time_days", "days")))
    )  # fmt: skip
    return wide.with_columns(
        days=pl.when(pl.col("phantom")).then(0.0).otherwise(days.fill_null(0.0)), spread=pl.col("spread").fill_null(0.0)
    )


def _lot() -> pl.Expr:
    """Usual order quantity: the lot rule's, at least a week's demand."""
    week = pl.col("mean")
    cover = (
        pl.when(pl.col("lot_rule") == "periods").then(week / 7.0 * pl.col("lot_days").fill_null(7.0)).otherwise(week)
    )
    fixed = pl.when(pl.col("lot_rule") == "fixed").then(pl.col("lot_size").fill_null(0.0)).otherwise(0.0)
    return pl.max_horizontal(cover, fixed, "lot_minimum", "lot_multiple", pl.col("minimum").fill_null(0.0))


def _levels(facts: pl.DataFrame, flow: Flow, service: Vector) -> Levels:
    kept = flow.stocked
    demand = Demand(flow.mean, flow.variance, flow.days, flow.spread_days, (facts["decimals"] == 0).to_numpy())
    careful = facts["pattern"].is_in(["new", "fading"]).to_numpy()
    share = np.where(kept, np.where(careful, CAREFUL_SHARE, 1.0), 0.0)
    found = stock_levels(demand, service, share, np.where(kept, _floats(facts["lot"]), 0.0))
    reorder, up_to = (np.where(kept, level, 0.0) for level in (found.reorder, found.order_up_to))
    return Levels(found.lead_time_demand, found.lead_time_spread, found.safety, reorder, up_to)


def _fixed(facts: pl.DataFrame, levels: Levels) -> Levels:
    """Levels with what people have fixed; nothing goes above the most that is wanted."""
    fixed, point = _floats(facts["fixed_safety"]), _floats(facts["fixed_reorder"])
    most = np.where(np.isnan(top := _floats(facts["maximum_stock"])), np.inf, top)
    safety = np.minimum(np.where(np.isnan(fixed), levels.safety, fixed), most)
    reorder = np.where(np.isnan(fixed), levels.reorder, levels.reorder - levels.safety + fixed)
    reorder = np.minimum(np.where(np.isnan(point), reorder, point), most)
    up_to = np.minimum(np.maximum(levels.order_up_to, reorder), most)
    return Levels(levels.lead_time_demand, levels.lead_time_spread, safety, reorder, up_to)


def _targets(
    facts: pl.DataFrame, flow: Flow, levels: Levels, classed: tuple[npt.NDArray[np.str_], npt.NDArray[np.str_], Vector]
) -> pl.DataFrame:
    abc, xyz, service = classed
    frame = facts.drop("lead_time_days").with_columns(
        abc=pl.Series(abc.tolist(), dtype=pl.String),
        xyz=pl.Series(xyz.tolist(), dtype=pl.String),
        service_level=pl.Series(service),
        lead_time_days=pl.Series(flow.days),
        lead_time_spread_days=pl.Series(flow.spread_days),
        mean=pl.Series(flow.mean),
        spread=pl.Series(np.sqrt(flow.variance)),
        stocked=pl.Series(flow.stocked),
        lead_time_demand=pl.Series(levels.lead_time_demand),
        safety_stock=pl.Series(levels.safety),
        reorder_point=pl.Series(levels.reorder),
        order_up_to=pl.Series(levels.order_up_to),
    )
    shown = frame.filter((pl.col("kind") != "none") & ~pl.col("phantom"))
    texts = [target_reason(row) for row in shown.iter_rows(named=True)]
    return shown.with_columns(reason=pl.Series(texts, dtype=pl.String))


def _floats(column: pl.Series) -> Vector:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)
