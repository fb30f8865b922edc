"""What targets are worked out from: demand with all that is passed on, replenishment times, review times, costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.inventory import lead_times, network
from quarterdeck.disciplines.inventory.calibration import MIDDLE_AGE, Calibration, Cases, calibrated, learn
from quarterdeck.disciplines.inventory.nodes import NODE, edges, item_sites, with_facts
from quarterdeck.disciplines.inventory.order_sizes import with_order_costs
from quarterdeck.disciplines.inventory.placement import Stages, guaranteed_service, topological
from quarterdeck.disciplines.inventory.supplying import supplier_cycles
from quarterdeck.disciplines.inventory.targets import REVIEW_DAYS
from quarterdeck.disciplines.inventory.together import stages_of
from quarterdeck.model import Company, Plan, Settings

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LONGEST_DAYS = 3650.0
NEEDED = ("item", "site", "supplier", "mean", "unit_cost", "shelf_life_days", "lot_rule", "policy")
TYPICAL_WEEKS = 8.0
MOSTLY = 0.5
FREE = "lot_for_lot"
ECONOMIC = ("economic", "silver_meal", "wagner_whitin")
WAYS = {
    "base_stock": "base stock", "reorder_point": "reorder point", "min_max": "min-max", "periodic": "periodic review",
}  # fmt: skip
FURTHEST = (0.2, 5.0)  # by which a variance is mended at most before it is passed on


@dataclass(frozen=True, slots=True)
class Flow:
    """Per item-site, arrays of shape (item-sites).

    ``mean`` and ``variance`` are of demand a week with all it passes on, ``correlation`` how far its errors in two
    weeks go together; ``stocked`` is what keeps stock; ``days`` and ``spread_days`` are its replenishment time, ``own``
    that of its own step; ``review`` the days from one order to the next; ``cost`` of a unit with what goes into it.
    ``promise`` are the days after which it delivers to the next stage, NaN where each stage covers itself; ``history``
    the weeks of history behind the forecast of what is mostly sold, NaN of what mostly goes into other things.
    ``learnt`` is what past forecasts teach.
    """

    mean: Vector
    variance: Vector
    correlation: Vector
    stocked: Flags
    days: Vector
    spread_days: Vector
    own: Vector
    review: Vector
    cost: Vector
    promise: Vector
    history: Vector
    learnt: Calibration | None


def measure(company: Company, plan: Plan, settings: Settings) -> tuple[pl.DataFrame, Flow, pl.DataFrame] | None:
    """Facts per item-site, demand and times, and who needs how much of what.

    Facts are as :func:`quarterdeck.disciplines.inventory.nodes.with_facts` gives them, the arcs as its ``edges`` does.
    ``None`` where nothing is kept anywhere.
    """
    nodes = item_sites(company, plan)
    if nodes.is_empty():
        return None
    facts = with_facts(company, plan, nodes, settings)
    links = edges(company, facts, settings)
    flow, timed = _flow(company, facts, links, settings, learnt_from(plan))
    if settings.safety_together:
        flow = _placed_together(timed, flow, links, settings.service_level)
    return timed, flow, links


def unit_cost(facts: pl.DataFrame) -> Vector:
    """Cost of one unit per item-site; the price where no cost is known, else zero."""
    return facts.select(pl.coalesce("cost", "price").cast(pl.Float64).fill_null(0.0)).to_series().to_numpy()


def floats(column: pl.Series) -> Vector:
    """A column as numbers, NaN where empty."""
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)


def able(facts: pl.DataFrame) -> Flags:
    """Whether stock can be kept at all."""
    return np.asarray((facts["kind"] != "none").to_numpy() & ~facts["phantom"].to_numpy())


def learnt_from(plan: Plan) -> Calibration | None:
    """What forecasts looked back on teach of demand over several weeks."""
    rows = looked_back(plan)
    mean, spread, weeks, age, came = (floats(rows[name]) for name in ("expected", "spread", "weeks", "age", "came"))
    return learn(Cases(mean, spread**2, weeks, age), came, floats(rows["cut"]))


def looked_back(plan: Plan) -> pl.DataFrame:
    """Forecasts looked back on with ``cut``, 1 the last, in an order of their own."""
    rows = plan["lookbacks"].sort("item", "site", "weeks_back", "weeks")
    return rows.with_columns(cut=pl.col("weeks_back").rank("dense").cast(pl.Float64))


def _passed_on(facts: pl.DataFrame, learnt: Calibration | None) -> Vector:
    """Variance a week of own demand as past forecasts turned out over two months: what components have to bear."""
    mean, variance = floats(facts["own_mean"]), floats(facts["own_spread"]) ** 2
    if learnt is None:
        return variance
    known = (mean > 0.0) & (variance > 0.0)
    together = 1.0 + (TYPICAL_WEEKS - 1.0) * floats(facts["own_correlation"])
    weeks = np.full(mean.size, TYPICAL_WEEKS)
    age = np.nan_to_num(floats(facts["history_weeks"]), nan=MIDDLE_AGE)
    seen = np.maximum(variance * TYPICAL_WEEKS * together, 1e-12)
    turned_out = calibrated(Cases(TYPICAL_WEEKS * mean, seen, weeks, age), learnt)[1]
    return np.where(known, variance * np.clip(turned_out / seen, *FURTHEST), variance)


def _flow(
    company: Company, facts: pl.DataFrame, links: pl.DataFrame, settings: Settings, learnt: Calibration | None
) -> tuple[Flow, pl.DataFrame]:
    own_mean, history = floats(facts["own_mean"]), floats(facts["history_weeks"])
    mean, variance = own_mean.copy(), _passed_on(facts, learnt)
    parent, child = (links[name].to_numpy().astype(np.int64) for name in ("parent", "child"))
    order, first = network.downstream_order(facts.height, parent, child)
    amounts = (child, links["quantity"].to_numpy())
    joint, shared = variance * floats(facts["own_correlation"]), np.zeros(facts.height)
    network.explode(order, first, amounts, mean, variance)
    network.explode(order, first, amounts, shared, joint)
    foreseen = floats(facts["own_spread"]) ** 2
    sold = (own_mean >= MOSTLY * mean) & ~np.isnan(history) & (learnt is not None)
    joint = np.where(sold, foreseen * floats(facts["own_correlation"]), joint)
    variance = np.where(sold, foreseen, variance)
    mean, variance = np.clip(mean, 0.0, 1e12), np.clip(variance, 0.0, 1e24)
    correlation = np.clip(np.divide(joint, variance, out=np.zeros_like(joint), where=variance > 0), 0.0, 1.0)
    stocked = _keeps_stock(facts, mean)
    timed = _times(company, facts, mean, settings)
    cost = network.rolled_up(order, first, amounts, np.nan_to_num(floats(timed["cost"])))
    timed = _reviewed(company, timed.with_columns(unit_cost=pl.Series(cost)))
    own = np.clip(floats(timed["days"]), 0.0, LONGEST_DAYS)
    days = np.minimum(network.longest_below(order, first, child, own, stocked), LONGEST_DAYS)
    review, promise = floats(timed["review_days"]), np.full(mean.size, np.nan)
    spread = floats(timed["spread"])
    behind = np.where(sold, history, np.nan)
    found = Flow(
        mean, variance, correlation, stocked, days, spread, own, review, cost, promise, behind, learnt
    )  # fmt: skip
    return found, timed


def _keeps_stock(facts: pl.DataFrame, mean: Vector) -> Flags:
    """What is sold from stock, sent to other sites from it, or bought to be used; not what is only made for use."""
    own = floats(facts["own_mean"]) > 0.0
    kind = facts["kind"].to_numpy()
    fixed = facts["fixed_safety"].is_not_null().to_numpy() | facts["fixed_reorder"].is_not_null().to_numpy()
    can = able(facts)
    return np.asarray(can & (mean > 0.0) & (own | (kind != "make")) | can & fixed)


def _times(company: Company, facts: pl.DataFrame, mean: Vector, settings: Settings) -> pl.DataFrame:
    """Facts with ``days``, ``spread``, ``supplier``, usual ``lot``; the item's own time where nothing says more."""
    weekly = facts.with_columns(mean=pl.Series(mean))
    suppliers = lead_times.bought(company, facts.filter(pl.col("kind") == "buy").select(NODE), settings)
    with_supplier = weekly.join(suppliers, on=NODE, how="left", maintain_order="left")
    with_supplier = with_order_costs(company, with_supplier).with_columns(lot=_lot())
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
    """Usual order quantity: the lot rule's, or the economic one; at least a week's demand where nothing says more."""
    week = pl.col("mean")
    economic = pl.col("lot_rule").is_in(ECONOMIC) | (
        pl.col("policy").is_in(["reorder_point", "min_max"]) & (pl.col("lot_rule").fill_null("lot_for_lot") == FREE)
    )
    cover = (
        pl.when(pl.col("lot_rule") == "periods").then(week / 7.0 * pl.col("lot_days").fill_null(7.0))
        .when(economic & pl.col("economic").is_not_null()).then("economic")
        .when(pl.col("policy").is_in(["base_stock", "periodic"])).then(0.0)
        .otherwise(week)
    )  # fmt: skip
    fixed = pl.when(pl.col("lot_rule") == "fixed").then(pl.col("lot_size").fill_null(0.0)).otherwise(0.0)
    return pl.max_horizontal(cover, fixed, "lot_minimum", "lot_multiple", pl.col("minimum").fill_null(0.0))


def _reviewed(company: Company, timed: pl.DataFrame) -> pl.DataFrame:
    """Facts with ``review_days``, ``cycle_days`` and ``way``: how each is replenished; lots cover the review."""
    bought = timed.filter((pl.col("kind") == "buy") & pl.col("supplier").is_not_null())
    cycles = supplier_cycles(company, bought.select(NEEDED)).drop("supplier")
    wide = timed.join(cycles, on=NODE, how="left", maintain_order="left")
    kanban = (pl.col("policy") == "kanban") & (pl.col("container") > 0)
    way = (
        pl.when(pl.col("policy") == "call_off").then(pl.lit("called off"))
        .when(kanban).then(pl.lit("kanban cards"))
        .when(pl.col("policy").is_in(list(WAYS))).then(pl.col("policy").replace(WAYS))
        .when(pl.col("cycle").is_not_null()).then(pl.lit("joint orders"))
        .otherwise(pl.lit("levels"))
    )  # fmt: skip
    joint = pl.col("way") == "joint orders"
    free = joint & (pl.col("lot_rule").fill_null("lot_for_lot") == "lot_for_lot")
    covered = pl.when(free).then(pl.col("mean") / 7.0 * pl.col("review")).otherwise(0.0)
    container = pl.when(pl.col("way") == "kanban cards").then("container").otherwise(0.0)
    watched = pl.col("way").is_in(["base stock", "reorder point"])  # as it is used
    review = (
        pl.when(joint).then("review")
        .when(pl.col("way") == "kanban cards").then(0.0)
        .when(pl.col("own_review").is_not_null()).then("own_review")
        .when(watched).then(0.0)
        .otherwise(pl.coalesce("review", pl.lit(REVIEW_DAYS)))
    )  # fmt: skip
    periodic = pl.max_horizontal("lot", pl.col("mean") / 7.0 * review)
    return wide.with_columns(way=way).with_columns(
        review_days=review,
        cycle_days=pl.when(joint).then("cycle"),
        lot=pl.when(pl.col("way") == "kanban cards").then(container)
        .when(pl.col("way") == "periodic review").then(periodic)
        .otherwise(pl.max_horizontal("lot", covered)),
    )  # fmt: skip


def _placed_together(facts: pl.DataFrame, flow: Flow, links: pl.DataFrame, service: float) -> Flow:
    """The flow with stock only where all stages together need it, and for as long as each then covers."""
    if not (flow.mean > 0).any():
        return flow
    stages, rows = stages_to_place(facts, flow, links, service)
    found = guaranteed_service(stages)
    days, stocked, promise = flow.days.copy(), flow.stocked.copy(), np.full(flow.mean.size, np.nan)
    fixed = facts["fixed_safety"].is_not_null().to_numpy()[rows]
    promise[rows] = found.service
    days[rows] = np.where(fixed, days[rows], found.covered)
    stocked[rows] = fixed | ((found.covered > 0) & able(facts)[rows])
    spread = np.where(stocked, flow.spread_days, 0.0)
    return replace(flow, days=days, stocked=stocked, promise=promise, spread_days=spread)


def stages_to_place(facts: pl.DataFrame, flow: Flow, links: pl.DataFrame, service: float) -> tuple[Stages, Whole]:
    """The item-sites as stages of supply, and which they are; where the arcs form a circle, each for itself."""
    from scipy.special import ndtri  # noqa: PLC0415 - scipy takes a while to load

    parent, child = (links[name].to_numpy().astype(np.int64) for name in ("parent", "child"))
    factor = np.full(flow.mean.size, float(ndtri(min(max(service, 0.5), 0.9999))))
    given = (floats(facts["own_mean"]) > 0.0, able(facts), factor, flow.review)
    demand = (flow.mean, flow.variance)
    stages, rows = stages_of(demand, flow.own, flow.cost, given, (parent, child))
    try:
        topological(stages)
    except ValueError:
        nothing = np.empty(0, np.int64)
        stages, rows = stages_of(demand, flow.own, flow.cost, given, (nothing, nothing))
    return stages, rows
