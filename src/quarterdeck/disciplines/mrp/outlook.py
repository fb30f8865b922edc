"""Netting by weeks for long horizons: the table ``outlook``, beyond what is planned order by order.

The same network, stock, open orders and lot rules as in detailed netting; lead times are rounded to whole weeks, and
nothing is pegged. Requirements of a week are met in it; what should have been released before now is released now.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numba import njit

from quarterdeck.disciplines.mrp.book import SAFETY_PRIORITY
from quarterdeck.disciplines.mrp.bucket_network import BucketLines, arranged, given_of, in_order
from quarterdeck.disciplines.mrp.buckets import BUCKET_ITEM, Lots, net_buckets
from quarterdeck.disciplines.mrp.offsets import arrival, end_after
from quarterdeck.disciplines.mrp.outlook_yields import Wanted, Weekly, Weeks, with_yields
from quarterdeck.disciplines.mrp.records import FIXED, MICRO, NONE, Ints, Network, Records, records
from quarterdeck.disciplines.mrp.replenishment import started
from quarterdeck.disciplines.mrp.stage import Prepared, prepared
from quarterdeck.model import Company, Plan, Problem, Settings
from quarterdeck.model.clock import DAY, home_zone

WEEK = 7 * DAY


def run(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan with ``outlook`` over the weeks of ``settings``; requirements and targets are the plan's."""
    ready = prepared(company, plan, settings)
    if not ready.network.nodes.size:
        return plan
    weeks, network = settings.horizon_weeks, ready.network
    items = _items(network, ready)
    lines = _lines(network, ready.as_of, weeks)
    wanted = _wanted(ready, weeks)
    ranked, used = in_order(network.order, items), arranged(network.order, lines, weeks)

    def net(asked: Wanted) -> Lots:
        return net_buckets(ranked, used, given_of(network.order, *asked), weeks, keep=True)

    at = Weeks(network, items, lines, ready.as_of, weeks)
    found = with_yields(at, wanted, ready.supplies[ready.lots.height :], net)
    if found.lots.overflow >= 0:
        return plan.with_problems(_endless(ready, found.lots))
    first_day = settings.as_of.astimezone(ZoneInfo(home_zone(company))).date()
    return plan.with_tables(outlook=_table(ready, found, first_day))


def _items(network: Network, ready: Prepared) -> Records:
    """Lot rules in counting units, lead times and windows in weeks; stock less safety stock."""
    nodes, step = network.nodes, network.nodes["step"]
    stock = np.zeros(nodes.size, np.int64)
    lots = ready.supplies[: ready.lots.height]
    np.add.at(stock, lots["node"], lots["quantity"])
    safety = ready.demands[ready.demands["priority"] >= SAFETY_PRIORITY]
    np.subtract.at(stock, safety["node"], safety["quantity"])
    fixed = (nodes["rule"] == FIXED) & (nodes["lot_size"] > 0)
    lot = -(-nodes["lot_size"] // step)
    return records(
        BUCKET_ITEM, nodes.size, stock=stock // step, good=nodes["good"],
        minimum=np.where(fixed, lot, -(-nodes["minimum"] // step)),
        multiple=np.where(fixed, lot, np.maximum(-(-nodes["multiple"] // step), 1)),
        maximum=np.where(fixed, 0, nodes["maximum"] // step), lead=(_leads(network, ready.as_of) + WEEK // 2) // WEEK,
        window=np.maximum((nodes["window"] + WEEK // 2) // WEEK, 1),
    )  # fmt: skip


@njit(cache=True)
def _leads(network: Network, as_of: int) -> Ints:
    """How long an order of each node takes once its material is there [s], shape (nodes)."""
    leads = np.zeros(network.nodes.size, np.int64)
    for node in range(leads.size):
        if network.option_first[node] < network.option_first[node + 1]:
            leads[node] = arrival(network, network.option_first[node], as_of) - as_of
        elif network.step_first[node] < network.step_first[node + 1]:
            lot = max(network.nodes[node].minimum, network.nodes[node].step)
            leads[node] = end_after(network, node, as_of, started(network, node, lot)) - as_of
    return leads


def _lines(network: Network, as_of: int, weeks: int) -> BucketLines:
    edges, step = network.edges, network.nodes["step"]
    owner = np.repeat(np.arange(network.nodes.size), np.diff(network.edge_first))
    base = np.where(edges["per_order"] > 0, float(MICRO), step[owner])
    begin, end = ((np.clip(edges[name] - as_of, -WEEK, (weeks + 1) * WEEK) + WEEK - 1) // WEEK for name in
                  ("valid_from", "valid_to"))  # fmt: skip
    factor = edges["factor"] * base / step[edges["child"]]
    return BucketLines(network.edge_first, edges["child"].copy(), factor, edges["per_order"] > 0, begin, end)


def _wanted(ready: Prepared, weeks: int) -> tuple[Ints, Ints, Ints]:
    """Node, week and quantity of independent requirements and, with a minus, of open orders."""
    network = ready.network
    demands = ready.demands[(ready.demands["priority"] < SAFETY_PRIORITY)]
    demands = demands[network.nodes["kind"][demands["node"]] != NONE]
    coming = ready.supplies[ready.lots.height :]
    node = np.concatenate([demands["node"], coming["node"]])
    moment = np.concatenate([demands["needed"], coming["available"]])
    quantity = np.concatenate([demands["quantity"], -coming["quantity"]])
    week = np.maximum((moment - ready.as_of) // WEEK, 0)
    inside = week < weeks
    units = np.sign(quantity) * -(-np.abs(quantity) // network.nodes["step"][node])
    return node[inside], week[inside], units[inside]


def _table(ready: Prepared, found: Weekly, first_day: dt.date) -> pl.DataFrame:
    """One row per item-site and week in which something is wanted, comes in or is planned."""
    order, (_, weeks) = ready.network.order, found.planned.shape
    share = ready.network.nodes["step"][order][:, None] / MICRO
    coming, planned, released, asked = (
        grid[order] for grid in (found.coming, found.planned, found.released, found.asked)
    )
    stock = _on_hand(ready)[order][:, None] + np.cumsum(planned + coming - asked, axis=1)
    at, when = np.nonzero((asked != 0) | (coming != 0) | (planned != 0) | (released != 0))
    days = pl.Series([first_day + dt.timedelta(weeks=number) for number in range(weeks)], dtype=pl.Date)
    mesh, place = ready.mesh, ready.mesh.place[order][at]
    sites = max(len(mesh.codes.sites), 1)
    columns = {"wanted": asked, "coming": coming, "planned": planned, "released": released, "stock": stock}
    return pl.DataFrame({
        "item": pl.Series(mesh.codes.items, dtype=pl.String).gather(place // sites),
        "site": pl.Series(mesh.codes.sites, dtype=pl.String).gather(place % sites),
        "week": days.gather(when), **{name: (values * share)[at, when] for name, values in columns.items()},
    }).sort("item", "site", "week")  # fmt: skip


def _on_hand(ready: Prepared) -> Ints:
    """Usable stock of each node in counting units."""
    stock = np.zeros(ready.network.nodes.size, np.int64)
    lots = ready.supplies[: ready.lots.height]
    np.add.at(stock, lots["node"], lots["quantity"])
    return np.asarray(stock // ready.network.nodes["step"])


def _endless(ready: Prepared, lots: Lots) -> list[Problem]:
    item = ready.mesh.item(int(ready.network.order[lots.overflow]))
    return [Problem(
        "error", "quantity-endless", f"More of {item} is needed than can be counted.",
        "Look for a quantity per, a multiple or an order that is far too large above it.", table="items", key=item,
    )]  # fmt: skip
