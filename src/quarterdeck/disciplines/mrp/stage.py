"""Netting: requirements and stock targets against stock, open orders and planned orders, with pegs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp import supplies as sup
from quarterdeck.disciplines.mrp import wants
from quarterdeck.disciplines.mrp.batches import batch_numbers
from quarterdeck.disciplines.mrp.co_products import own_pegs
from quarterdeck.disciplines.mrp.codes import codes_of
from quarterdeck.disciplines.mrp.netting import net
from quarterdeck.disciplines.mrp.network import Mesh, build, horizon, with_fences, without_new_orders
from quarterdeck.disciplines.mrp.ordering import ordering_problems
from quarterdeck.disciplines.mrp.outcome import orders_and_pegs
from quarterdeck.disciplines.mrp.patience import more_patient
from quarterdeck.disciplines.mrp.problems import endless_quantities, netting_problems
from quarterdeck.disciplines.mrp.propagation import Dates, propagate
from quarterdeck.disciplines.mrp.records import YIELDING, Netted, Network, Records
from quarterdeck.disciplines.mrp.routing_shares import shared_out
from quarterdeck.disciplines.mrp.splitting import partial_transfers, split
from quarterdeck.disciplines.mrp.supplier_capacity import within_capacity
from quarterdeck.model import Company, Plan, Settings

MOST_ROUNDS = 4  # in which demands learn to wait for open orders


@dataclass(frozen=True)
class Outcome:
    """Everything netting found, in arrays, with the frames that name its rows."""

    mesh: Mesh
    netted: Netted
    dates: Dates
    requirements: pl.DataFrame
    lots: pl.DataFrame
    orders: pl.DataFrame


def run(company: Company, plan: Plan, settings: Settings, spoilt: pl.DataFrame | None = None) -> Plan:
    """The plan with orders and pegs; safety stock joins the requirements, unplannable demand becomes problems.

    ``spoilt``: of open orders (``order``, ``line``) what is of use to nobody (``lost``), since it goes bad before.
    """
    outcome = net_company(company, plan, settings, spoilt)
    orders, pegs, yields, links = orders_and_pegs(company, outcome)
    requirements = outcome.requirements.with_columns(due=wants.safety_due(outcome.requirements, outcome.netted))
    done = plan.with_tables(orders=orders, pegs=pegs, yields=yields, requirements=requirements).with_links(links)
    return done.with_problems(
        [
            *netting_problems(company, outcome, settings),
            *endless_quantities(orders),
            *ordering_problems(company),
        ]
    )


@dataclass(frozen=True)
class Prepared:
    """What netting is given: the network, demands and supplies as arrays, and the frames that name their rows."""

    mesh: Mesh
    network: Network
    demands: Records
    supplies: Records
    as_of: int
    requirements: pl.DataFrame
    lots: pl.DataFrame
    orders: pl.DataFrame

    @property
    def given(self) -> int:
        """Number of stock lots and open orders."""
        return int(self.supplies.size)


def prepared(company: Company, plan: Plan, settings: Settings, spoilt: pl.DataFrame | None = None) -> Prepared:
    """The plan's requirements and targets and the company's supplies, ready for netting; ``spoilt`` as for `run`."""
    as_of, _ = horizon(settings)
    requirements = wants.with_safety_stock(plan["requirements"], plan["targets"], settings)
    codes = codes_of(company, requirements)
    lots, orders = sup.usable_lots(company, as_of), sup.open_orders(company, as_of)
    mesh = build(company, settings, codes, wants.wanted_places(requirements, orders, codes), plan["targets"])
    network = with_fences(mesh, sup.on_hand(lots, codes)[mesh.place], as_of)
    held = sup.holdings(lots, orders, codes, mesh.node_of, company["items"])
    place = codes.places(requirements["item"], requirements["site"])
    node = np.where(place >= 0, mesh.node_of[place], -1) if mesh.node_of.size else place
    first_order = held.lots.height
    held.supplies["next"][first_order:] = YIELDING
    if spoilt is not None and spoilt.height:
        held.supplies["quantity"][first_order:] -= sup.spoilt_of(held.orders, spoilt)
    consumed = wants.order_wants(
        held.orders, first_order, held.supplies["node"][first_order:], network, sup.progress(company), as_of
    )
    asked = wants.demands(requirements, node)
    _reserve(company, held, requirements, (asked, consumed), network)
    demands = np.concatenate([asked, consumed])
    return Prepared(mesh, network, demands, held.supplies, as_of, requirements, held.lots, held.orders)


def _reserve(
    company: Company, held: sup.Holdings, requirements: pl.DataFrame, demands: tuple[Records, Records], network: Network
) -> None:
    """Fills in what supplies and demands are reserved for; what an order to order consumes is reserved alike."""
    asked, consumed = demands
    wanted, lots, orders = batch_numbers(company, requirements, held.lots, held.orders)
    held.supplies["batch"] = np.concatenate([lots, orders])
    asked["batch"] = wanted[asked["source"]]
    kept = network.nodes["to_order"][consumed["node"]] == 1
    consumed["batch"] = np.where(kept, held.supplies["batch"][-1 - consumed["source"]], 0)


def net_company(company: Company, plan: Plan, settings: Settings, spoilt: pl.DataFrame | None = None) -> Outcome:
    """Nets the plan's requirements and targets against the company's supplies; ``spoilt`` as for `run`."""
    ready = prepared(company, plan, settings, spoilt)
    network = without_new_orders(ready.network) if settings.mode == "repair" else ready.network
    for _ in range(MOST_ROUNDS):
        netted, dates = _netted(company, ready, network)
        waiting = more_patient(network, own_pegs(netted), dates, ready.given, ready.as_of)
        if waiting is None:
            break
        network = waiting
    parts = partial_transfers(
        ready.network, netted, dates.available, ready.given, wants.divisible(ready.requirements, netted)
    )
    if parts:
        netted = split(netted, parts)
        dates = propagate(ready.network, netted, ready.given, ready.as_of)
    return Outcome(ready.mesh, netted, dates, ready.requirements, ready.lots, ready.orders)


def _netted(company: Company, ready: Prepared, network: Network) -> tuple[Netted, Dates]:
    """What netting plans, shared out among routings and within what suppliers can deliver, and its dates."""
    netted = net(network, ready.demands, ready.supplies, ready.as_of)
    netted = shared_out(company, ready.mesh, netted, ready.given)
    netted = within_capacity(company, ready.mesh, netted, ready.given, ready.as_of)
    return netted, propagate(ready.network, netted, ready.given, ready.as_of)
