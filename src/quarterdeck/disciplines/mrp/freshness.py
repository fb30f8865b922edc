"""Freshness: what goes bad is ordered for when it is used, not for when it was once wanted.

Netting orders material for when an order ought to begin. Where other material or a machine lets that order begin later
only, what has a shelf life would have expired on the shelf by then, so its planned order moves along with its use.
"""

from __future__ import annotations

import polars as pl

from quarterdeck.disciplines.mrp.codes import codes_of
from quarterdeck.disciplines.mrp.deliveries import dated_pegs, shipped
from quarterdeck.disciplines.mrp.network import Mesh, build
from quarterdeck.disciplines.mrp.offsets import arrival, latest_release
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import DAY, from_seconds

_KEY = ["supply", "supply_line"]
MOST_ROUNDS = 8  # of goods made of perishable goods


def uses(plan: Plan, settings: Settings, kind: str) -> pl.DataFrame:
    """What is taken of supplies of a kind (``stock`` or ``order``), and when.

    ``supply``, ``supply_line``, ``item``, ``site``, ``quantity`` and ``used``: when the operation begins that takes it,
    else the order; when it is sent to the customer, but not before it is due.
    """
    columns = [*_KEY, "item", "site", "quantity", "used"]
    return pl.concat([_consumed(plan, settings, kind).select(columns), _sold(plan, settings, kind).select(columns)])


def _consumed(plan: Plan, settings: Settings, kind: str) -> pl.DataFrame:
    begins = plan["operations"].select(demand="order", sequence="sequence", begins="setup_start")
    first = begins.group_by("demand").agg(first=pl.col("begins").min())
    released = plan["orders"].select(demand="order", demand_line="line", release="release")
    pegs = dated_pegs(plan, settings).filter(pl.col("demand_kind") == "order", pl.col("supply_kind") == kind)
    pegs = pegs.join(begins, on=["demand", "sequence"], how="left").join(first, on="demand", how="left")
    pegs = pegs.join(released, on=["demand", "demand_line"], how="left")
    return pegs.with_columns(used=pl.coalesce("begins", "first", "release", "needed"))


def _sold(plan: Plan, settings: Settings, kind: str) -> pl.DataFrame:
    sold = shipped(plan, settings).filter(pl.col("supply_kind") == kind)
    return sold.with_columns(used=pl.max_horizontal("ships", "due"))


def kept_fresh(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan whose planned orders of what goes bad come no more than its shelf life before their last use.

    They come a day before their first use where the shelf life allows, and never sooner than they could; nothing that
    waits for them is late by it. ``moved_to_stay_fresh`` among the figures is how many moves that took.
    """
    life = company["items"].filter(pl.col("shelf_life_days") > 0).select("item", life=pl.col("shelf_life_days") * DAY)
    scheduled = plan["operations"]["order"].unique()
    perishable = pl.col("item").is_in(life["item"].implode()) & ~pl.col("order").is_in(scheduled.implode())
    if plan["orders"].filter(perishable, pl.col("state") == "planned").is_empty():
        return plan
    moves = 0
    for _ in range(MOST_ROUNDS):
        orders = plan["orders"].with_row_index("row").filter(perishable, pl.col("state") == "planned")
        moved = _moved(
            company, plan, settings, _stale(orders.join(life, on="item", maintain_order="left"), plan, settings)
        )
        if not moved:
            break
        moves += len(moved)
        plan = plan.with_tables(orders=_redated(plan["orders"], moved))
    return plan.with_figures(moved_to_stay_fresh=moves) if moves else plan


def _stale(orders: pl.DataFrame, plan: Plan, settings: Settings) -> pl.DataFrame:
    """The orders whose goods expire before their last use, with ``first`` and ``last`` use [s]."""
    used = uses(plan, settings, "order").group_by(_KEY).agg(first=pl.col("used").min(), last=pl.col("used").max())
    dated = orders.join(used, left_on=["order", "line"], right_on=_KEY, maintain_order="left")
    dated = dated.with_columns(pl.col("available", "first", "last").dt.epoch("s"), pl.col("life").cast(pl.Int64))
    return dated.filter(pl.col("last") > pl.col("available") + pl.col("life"), pl.col("first") > pl.col("available"))


def _redated(orders: pl.DataFrame, moved: dict[int, tuple[int, int]]) -> pl.DataFrame:
    """The orders, some rows of which have another release and another moment at which they are there and needed."""
    rows = list(moved)
    release, there = (from_seconds([moment[place] for moment in moved.values()]) for place in (0, 1))
    return orders.with_columns(
        orders[name].scatter(rows, moments.cast(orders.schema[name]))
        for name, moments in (("release", release), ("available", there), ("needed", there))
    )


def _moved(company: Company, plan: Plan, settings: Settings, stale: pl.DataFrame) -> dict[int, tuple[int, int]]:
    """Release and availability [s] of each order that comes later, by its row."""
    if stale.is_empty():
        return {}
    codes = codes_of(company, plan["requirements"])
    places = codes.places(stale["item"], stale["site"])
    mesh = build(company, settings, codes, places, plan["targets"])
    found = {}
    columns = stale.select("row", "partner", "available", "first", "last", "life").iter_rows()
    for place, (row, partner, there, first, last, life) in zip(places.tolist(), columns, strict=True):
        release, comes = _order_for(mesh, place, partner, first - min(DAY, max(first + life - last, 0)))
        if comes > there:
            found[row] = (release, comes)
    return found


def _order_for(mesh: Mesh, place: int, partner: str | None, moment: int) -> tuple[int, int]:
    """When to order from somebody what shall be there at a moment, and when it is there."""
    node, network = mesh.node_of[place], mesh.network
    for option in range(network.option_first[node], network.option_first[node + 1]):
        if partner is None or mesh.partners[option] == partner:
            release = latest_release(network, option, moment)
            return int(release), int(min(arrival(network, option, release), moment))
    return moment, moment
