"""From the company's tables and the plan's demand to the company in aggregate.

Products are the items that customers want; work and material of a product are those of its whole structure. What lies
in stock of components counts for nothing here: levelling looks at volumes over months, not at what is on the shelf.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from scipy import sparse

from quarterdeck.disciplines.levelling.aggregate import Aggregate, Floats, Ints, Money, Products, Resources
from quarterdeck.disciplines.levelling.payments import fixed_by_week
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import DAY, HOUR, as_seconds, home_zone, site_zones
from quarterdeck.model.working_time import WorkingTime, working_time

WEEK = 7 * DAY
WEEKS_A_YEAR = 52.0
USUAL_HOLDING, USUAL_CREDIT, USUAL_OVERTIME, USUAL_LATE = 0.15, 0.08, 1.25, 0.005
OVERTIME_SHARE = 0.15  # of normal time, where the settings say nothing
USUAL_WAGE = 25.0
BEYOND = 10.0  # times the rate of credit: what is lacking beyond the line, so that it is the last resort
DEEPEST = 50
USUAL_TERMS = 30


@dataclass(frozen=True)
class Levels:
    """The company in aggregate, with the words for its numbers."""

    aggregate: Aggregate
    products: list[str]
    families: list[str]
    resources: list[str]
    weeks: list[dt.date]


def read_levels(company: Company, plan: Plan, settings: Settings) -> Levels:
    """Products, work centres and money of a company over the weeks of the horizon."""
    start, weeks = as_seconds(settings.as_of), settings.horizon_weeks
    wanted = _demand(company, plan, start, weeks)
    names = sorted(wanted)
    centres = company["work_centres"].sort("work_centre")
    weekly = {name: float(quantity.mean()) for name, quantity in wanted.items()}
    rolled = _Rolled.of(company, centres["work_centre"].to_list(), weekly)
    rows = np.array([rolled.index[name] for name in names], np.int64)
    facts = company["items"].join(pl.DataFrame({"item": names}, schema={"item": pl.String}), on="item").sort("item")
    money = _money(company, settings)
    products = _products(company, facts, np.array([wanted[name] for name in names]).reshape(-1, weeks), rolled, rows)
    resources = _resources(company, centres, settings)
    day = settings.as_of.astimezone(ZoneInfo(home_zone(company))).date()
    return Levels(
        Aggregate(products, resources, money), names, facts["family"].fill_null("").to_list(),
        centres["work_centre"].to_list(), [day + dt.timedelta(weeks=week) for week in range(weeks)],
    )  # fmt: skip


def _demand(company: Company, plan: Plan, start: int, weeks: int) -> dict[str, Floats]:
    """What customers want of each item, week by week; what is overdue is wanted at once."""
    sold = company["items"].filter(pl.col("source") != "none")["item"]
    frame = plan["requirements"].filter(pl.col("kind") != "safety_stock", pl.col("item").is_in(sold.implode()))
    week = ((pl.col("due").dt.epoch("s") - start) // WEEK).clip(lower_bound=0)
    sums = frame.group_by("item", week.alias("week")).agg(pl.col("quantity").sum()).filter(pl.col("week") < weeks)
    found: dict[str, Floats] = {}
    for item, number, quantity in sums.sort("item", "week").iter_rows():
        found.setdefault(item, np.zeros(weeks))[number] = quantity
    return found


@dataclass(frozen=True)
class _Rolled:
    """Hours on each work centre and bought material of one unit of each item, structure included."""

    index: dict[str, int]
    hours: Floats
    material: Floats

    @classmethod
    def of(cls, company: Company, centres: list[str], weekly: dict[str, float]) -> _Rolled:
        """Everything rolled up; ``weekly`` demand says over how many pieces a set-up is spread."""
        items = company["items"].sort("item")
        index = {item: number for number, item in enumerate(items["item"])}
        lines = company["bom_lines"].filter(~pl.col("per_order")).with_columns(
            up=pl.col("parent").replace_strict(index, default=None, return_dtype=pl.Int64),
            down=pl.col("component").replace_strict(index, default=None, return_dtype=pl.Int64),
        ).drop_nulls(["up", "down"])  # fmt: skip
        per = (lines["quantity_per"] / (1 - lines["scrap"])).to_numpy()
        below = sparse.csr_matrix((per, (lines["up"].to_numpy(), lines["down"].to_numpy())), shape=(len(index),) * 2)
        made = set(lines["parent"]) | set(company["operations"]["item"])
        bought = np.array([item not in made for item in items["item"]], np.bool_)
        own = np.where(bought, items["cost"].cast(pl.Float64).fill_null(0.0).to_numpy(), 0.0)
        sold = np.array([weekly.get(item, 0.0) for item in items["item"]])
        lots = _through(below.T, sold[:, None])[:, 0]
        total = _through(below, np.column_stack([_own_hours(company, index, centres, lots), own]))
        return cls(index, total[:, :-1], total[:, -1])


def _through(below: sparse.csr_matrix, own: Floats) -> Floats:
    """``own`` with that of everything below, level by level."""
    total = own
    for _ in range(DEEPEST):
        further = own + below @ total
        if np.array_equal(further, total):
            break
        total = further
    return np.asarray(total)


def _own_hours(company: Company, index: dict[str, int], centres: list[str], lots: Floats) -> Floats:
    """Hours of one unit on each work centre by its own main routing; a set-up is spread over a week's or usual lot."""
    hours = np.zeros((len(index), len(centres)))
    at = {centre: number for number, centre in enumerate(centres)}
    speed = dict(company["work_centres"].select("work_centre", "efficiency").iter_rows())
    lot = dict(company["items"].select("item", pl.max_horizontal("lot_size", "lot_minimum").fill_null(0.0)).iter_rows())
    first = company["operations"].sort("item", pl.col("routing") != "main", "routing")
    chosen = first.select("item", "routing").unique("item", keep="first", maintain_order=True)
    steps = company["operations"].join(chosen, on=["item", "routing"], how="semi")
    for row in steps.iter_rows(named=True):
        centre = at.get(row["work_centre"])
        if centre is None or row["item"] not in index:
            continue
        size = max(lot.get(row["item"]) or 0.0, row["batch_size"] or 1.0, 1.0, float(lots[index[row["item"]]]))
        minutes = (row["setup_minutes"] + row["fixed_minutes"]) / size + row["run_minutes"] / (row["batch_size"] or 1.0)
        hours[index[row["item"]], centre] += minutes / 60 / speed[row["work_centre"]]
    return hours


def _products(company: Company, facts: pl.DataFrame, demand: Floats, rolled: _Rolled, rows: Ints) -> Products:
    names = facts["item"].to_list()
    given = facts["cost"].cast(pl.Float64).fill_null(0.0).to_numpy()
    material = np.where(rolled.material[rows] > 0, rolled.material[rows], given)
    price = np.maximum(facts["price"].cast(pl.Float64).fill_null(0.0).to_numpy(), material * 1.001 + 1e-6)
    value = np.where(given > 0, given, material)
    offers = company["supply_options"].filter(pl.col("price").is_not_null())
    outside = dict(offers.group_by("item").agg(pl.col("price").cast(pl.Float64).min()).iter_rows())
    made = rolled.hours[rows].sum(axis=1) > 0
    bought_in = np.array([outside.get(name, np.inf) for name in names])
    terms = company["payment_terms"]["days"].mean() if company["payment_terms"].height else USUAL_TERMS
    weeks = np.full(len(names), round(float(terms or 0.0) / 7), np.int64)  # type: ignore[arg-type]
    return Products(
        demand, rolled.hours[rows], _stock(company, names), price, material, value * _rate(company, "holding",
        USUAL_HOLDING) / WEEKS_A_YEAR + 1e-6, price * _rate(company, "late", USUAL_LATE) * 7 + 2e-6,
        np.where(made, bought_in, np.inf), weeks, weeks,
    )  # fmt: skip


def _stock(company: Company, names: list[str]) -> Floats:
    """What is there and on its way of each product."""
    lots = company["stock_lots"].filter(~pl.col("hold")).select("item", "quantity")
    running = company["work_orders"].filter(pl.col("status").is_in(["released", "started"]))
    coming = running.select("item", quantity=pl.col("quantity") - pl.col("completed"))
    total = dict(pl.concat([lots, coming]).group_by("item").agg(pl.col("quantity").sum()).iter_rows())
    return np.array([max(total.get(name, 0.0), 0.0) for name in names], np.float64)


def _rate(company: Company, name: str, usual: float) -> float:
    rows = company["cost_rates"].filter(pl.col("rate") == name, pl.col("scope") == "")["value"]
    return float(rows[0]) if rows.len() else usual


def _resources(company: Company, centres: pl.DataFrame, settings: Settings) -> Resources:
    """Hours of each work centre week by week, and what overtime adds."""
    start, weeks = as_seconds(settings.as_of), settings.horizon_weeks
    edges = start + WEEK * np.arange(weeks + 1)
    zones, home = site_zones(company), home_zone(company)
    site_calendar = dict(company.sites_or_main.select("site", "calendar").iter_rows())
    known: dict[tuple[str | None, str], WorkingTime] = {}
    capacity = np.zeros((centres.height, weeks))
    units: dict[str, list[str | None]] = {}
    for centre, calendar in company["machines"].select("work_centre", "calendar").iter_rows():
        units.setdefault(centre, []).append(calendar)
    for row, facts in enumerate(centres.iter_rows(named=True)):
        zone = zones.get(facts["site"], home)
        usual = facts["calendar"] or site_calendar.get(facts["site"])
        for calendar in units.get(facts["work_centre"]) or [None] * facts["units"]:
            key = (calendar or usual, zone)
            if key not in known:
                known[key] = working_time(company, *key, (start, int(edges[-1])))
            capacity[row] += np.diff(known[key].work_until(edges)) / HOUR
    hourly = centres["hourly_cost"].cast(pl.Float64).to_numpy() + _rate(company, "labour", USUAL_WAGE)
    share = float(company.setting("overtime_share", str(OVERTIME_SHARE)))
    places = [len(units.get(code, [])) or number for code, number in centres.select("work_centre", "units").iter_rows()]
    return Resources(
        capacity, capacity * share, hourly * _rate(company, "overtime", USUAL_OVERTIME),
        *_hiring(company, centres["work_centre"].to_list(), capacity.mean(axis=1) / np.maximum(places, 1)),
    )  # fmt: skip


def _hiring(company: Company, centres: list[str], week: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Hours a week of one more person, what one costs a week, to hire and to let go; none where hiring has no price."""
    rates = {(name, scope): value for name, scope, value in company["cost_rates"].iter_rows()}
    hire, leave, wage = (
        np.array([rates.get((name, code), rates.get((name, ""), usual)) for code in centres], np.float64)
        for name, usual in (("hire", np.nan), ("leave", 0.0), ("labour", USUAL_WAGE))
    )
    hours = np.where(np.isnan(hire), 0.0, week)
    return hours, hours * wage, np.nan_to_num(hire), leave


def _money(company: Company, settings: Settings) -> Money | None:
    """Cash and credit; nothing where the company tells of no account."""
    accounts = company["cash_accounts"]
    if accounts.is_empty():
        return None
    yearly = _rate(company, "credit", USUAL_CREDIT)
    opening, limit = (float(accounts[name].cast(pl.Float64).sum()) for name in ("balance", "credit_limit"))
    weekly = max(yearly, 0.001) / WEEKS_A_YEAR
    return Money(opening, fixed_by_week(company, settings), limit, weekly, BEYOND * weekly)
