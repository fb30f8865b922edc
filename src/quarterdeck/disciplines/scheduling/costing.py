"""The prices of a company's schedule: from orders, cost rates, work centres and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.scheduling.calendars import with_pairs
from quarterdeck.disciplines.scheduling.instance import Records
from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.disciplines.scheduling.network import CLASS_WEIGHT, Problemset
from quarterdeck.disciplines.scheduling.prices import Floats, Prices
from quarterdeck.disciplines.scheduling.resources import Resources, calendar_pairs
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import DAY

HOUR = 3600.0
YEAR = 365.0 * DAY
OVERTIME_FACTOR = 1.5
"""Pay of overtime relative to ordinary time where the company's cost rates name none."""


def with_prices(
    company: Company, plan: Plan, settings: Settings, problem: Problemset, read: tuple[Jobs, Resources]
) -> Problemset:
    """The problem with prices, where somebody works overtime or the schedule is judged in money.

    In money the weight of a demand is what a second of its lateness costs, so that rules follow it too.
    """
    jobs, resources = read
    in_money = settings.objective == "money"
    if not (in_money or resources.regular):
        return problem
    instance = problem.instance
    prices = Prices(
        in_money,
        _late(company, plan, settings, problem),
        *_machines(company, resources),
        _people(company, resources),
        _rate(company, "overtime", OVERTIME_FACTOR),
        _changes(company, resources),
        *_held(company, jobs),
    )
    if resources.regular:
        pairs = calendar_pairs(resources, instance.arrays.operations, instance.arrays.modes)
        calendars, intervals, _ = with_pairs(resources.regular, pairs)
        prices = replace(prices, calendars=calendars, intervals=intervals)
    arrays = instance.arrays
    if in_money:
        arrays = arrays._replace(demands=_weighed(arrays.demands, prices.late))
    return replace(problem, instance=replace(instance, arrays=arrays, prices=prices))


def _weighed(demands: Records, late: Floats) -> Records:
    """Demands with their prices as weights; what comes before a pin keeps its own."""
    weighed = demands.copy()
    weighed["weight"] = np.where(late > 0, late, np.minimum(demands["weight"], 1e-9))
    return weighed


def _rate(company: Company, rate: str, usual: float, scope: str = "") -> float:
    """A cost rate, that of all where there is none for the scope."""
    table = company["cost_rates"].filter((pl.col("rate") == rate) & pl.col("scope").is_in([scope, ""]))
    found = table.sort("scope", descending=True)["value"]
    return float(found[0]) if found.len() else usual


def _late(company: Company, plan: Plan, settings: Settings, problem: Problemset) -> Floats:
    """What a second of each demand's lateness costs; of forecasts and stock as much less as they weigh less."""
    families = dict(company["items"].select("item", "family").iter_rows())
    shares: dict[str, float] = {}
    priced: dict[str, float] = {}
    for row in plan["requirements"].select("demand", "kind", "item", "value", "priority").iter_rows(named=True):
        family = families.get(row["item"]) or ""
        if family not in shares:
            shares[family] = _rate(company, "late", settings.late_share_per_day, family)
        part = CLASS_WEIGHT.get(row["kind"], 1.0) / CLASS_WEIGHT["sales_order"]
        part *= settings.priority_step ** (5.0 - min(row["priority"], 9))
        priced[row["demand"]] = float(row["value"] or 0) * shares[family] * part / DAY
    return np.array([priced.get(code, 0.0) for code in problem.wanted], np.float64)


def _machines(company: Company, resources: Resources) -> tuple[Floats, Floats]:
    """A second of each machine, and of the people who attend it without a skill of their own."""
    labour = _rate(company, "labour", 0.0)
    rows = company["work_centres"].select("work_centre", "hourly_cost", "operators").iter_rows()
    hourly = {code: (float(cost), operators * labour) for code, cost, operators in rows}
    pools = np.array([hourly[code] for code in resources.work_centres], np.float64).reshape(-1, 2) / HOUR
    return pools[resources.machines["pool"], 0], pools[resources.machines["pool"], 1]


def _people(company: Company, resources: Resources) -> Floats:
    """A second of each person: own pay, or the rate of labour."""
    labour = _rate(company, "labour", 0.0)
    paid = {code: float(cost) or labour for code, cost in company["people"].select("person", "hourly_cost").iter_rows()}
    return np.array([paid[code] for code in resources.person_codes], np.float64) / HOUR


def _changes(company: Company, resources: Resources) -> Floats:
    """Money of change-overs besides their time, shape (tables, families, families)."""
    tables = resources.pools["table"]
    money = np.zeros(resources.setups.shape, np.float64)
    number = {name: index for index, name in enumerate(resources.families)}
    centres = {code: int(table) for code, table in zip(resources.work_centres, tables, strict=True)}
    rows = company["setup_times"].filter(pl.col("cost") > 0, pl.col("work_centre").is_in(resources.work_centres))
    ranked = sorted(rows.iter_rows(named=True), key=lambda row: (row["from_family"] != "*") + (row["to_family"] != "*"))
    for row in ranked:
        before = _chosen(number, row["from_family"], resources.families)
        after = _chosen(number, row["to_family"], resources.families)
        money[np.ix_([centres[row["work_centre"]]], before, after)] = float(row["cost"])
    return money


def _chosen(number: dict[str, int], family: str, families: Sequence[str]) -> list[int]:
    return list(range(len(families))) if family == "*" else [number[family]]


def _held(company: Company, jobs: Jobs) -> tuple[Floats, npt.NDArray[np.int64]]:
    """What a second of each order in the works costs, and when each is wanted."""
    share = _rate(company, "holding", 0.0)
    costs = company["items"].select("item", unit_cost=pl.col("cost").cast(pl.Float64))
    found = jobs.orders.join(costs, on="item", how="left", maintain_order="left")
    value = (found["unit_cost"].fill_null(0.0) * found["quantity"]).fill_null(0.0).to_numpy()
    return np.asarray(value * share / YEAR), jobs.orders["needed_s"].fill_null(0).to_numpy().copy()
