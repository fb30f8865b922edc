"""Safety stock at work: what the schedule makes late goes out of safety stock, which the late order fills up again.

Netting sets safety stock aside, since an order in time spares it. Machines and people may make that order late after
all, and then the two change places: the customer is served from the shelf, safety stock waits for the order. Nothing
else moves, no unit is used twice, and what stands on the shelf is never less than what was set aside.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from quarterdeck.disciplines.mrp.batches import to_order
from quarterdeck.disciplines.mrp.deliveries import dated_pegs
from quarterdeck.disciplines.mrp.records import FOREVER, MICRO
from quarterdeck.disciplines.mrp.supplies import usable_lots
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import DAY, as_seconds

SUPPLY = ("supply_kind", "supply", "supply_line")
_KEY = ["item", "site"]


@dataclass(slots=True)
class Shelf:
    """What one peg sets aside: row of the peg, when it is there and how long it is good [s], quantity [micro]."""

    row: int
    there: int
    expiry: int
    left: int


@dataclass(frozen=True, slots=True)
class Wait:
    """A demand that waits: rows and quantities [micro] of its late pegs, and until when it would be in time [s]."""

    place: tuple[str, str]
    limit: int
    whole: bool
    late: tuple[tuple[int, int], ...]


def relieved(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan in which demands that would be late are met from safety stock as far as it reaches.

    The most important and the earliest due are served first; a line that is delivered only as a whole gets all or
    nothing. ``safety_stock_used`` among the figures is the number of demands that were.
    """
    aside = plan["requirements"].filter(pl.col("kind") == "safety_stock")["demand"]
    if aside.is_empty():
        return plan
    pegs = _good_until(company, plan, dated_pegs(plan, settings).with_row_index("row"))
    waits = _waits(company, plan, pegs, settings)
    if not waits:
        return plan
    shelves = _shelves(pegs.filter(pl.col("demand_kind") == "requirement", pl.col("demand").is_in(aside.implode())))
    swaps = [swap for wait in waits for swap in _swapped(wait, shelves.get(wait.place, []))]
    if not swaps:
        return plan
    used = pegs["demand"].gather(sorted({late for late, _, _ in swaps})).n_unique()
    return plan.with_tables(pegs=_exchanged(plan["pegs"], swaps)).with_figures(safety_stock_used=used)


def _good_until(company: Company, plan: Plan, pegs: pl.DataFrame) -> pl.DataFrame:
    """Pegs with ``good_until`` [s] of their supply."""
    lots = usable_lots(company, as_seconds(plan.settings.as_of)).select(*_KEY, "_expiry", supply="lot")
    life = company["items"].select("item", _life=pl.col("shelf_life_days") * DAY)
    joined = pegs.join(lots, on=[*_KEY, "supply"], how="left", maintain_order="left")
    joined = joined.join(life, on="item", how="left", maintain_order="left")
    made = (pl.col("there").dt.epoch("s") + pl.col("_life")).cast(pl.Int64)
    until = pl.when(pl.col("supply_kind") == "stock").then("_expiry").otherwise(made).fill_null(FOREVER)
    return joined.with_columns(good_until=until).drop("_expiry", "_life")


def _waits(company: Company, plan: Plan, pegs: pl.DataFrame, settings: Settings) -> list[Wait]:
    """The demands with late pegs, the most important and earliest due first."""
    wanted = plan["requirements"].filter(
        pl.col("kind") != "safety_stock", ~pl.col("item").is_in(to_order(company)), pl.col("reserved_for").is_null()
    )
    whole = pl.col("ship_complete") | pl.col("minimum_shipment").is_not_null()
    terms = wanted.select("demand", "due", "priority", whole=whole)
    now = as_seconds(settings.as_of)
    late = pegs.filter(pl.col("demand_kind") == "requirement").join(terms, on="demand")
    late = late.with_columns(limit=pl.max_horizontal(pl.col("due").dt.epoch("s"), pl.lit(now)))
    late = late.filter(pl.col("there").dt.epoch("s") > pl.col("limit")).sort("priority", "due", "demand", "peg")
    rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    facts = {}
    for demand, item, site, limit, complete, row, quantity in late.select(
        "demand", *_KEY, "limit", "whole", "row", "quantity"
    ).iter_rows():
        rows[demand].append((row, round(quantity * MICRO)))
        facts[demand] = ((item, site), limit, complete)
    return [Wait(*facts[demand], tuple(found)) for demand, found in rows.items()]


def _shelves(pegs: pl.DataFrame) -> dict[tuple[str, str], list[Shelf]]:
    """What safety stock sets aside by item and site, first to expire first."""
    found: dict[tuple[str, str], list[Shelf]] = defaultdict(list)
    ordered = pegs.sort("good_until", "there", "peg").with_columns(pl.col("there").dt.epoch("s"))
    for item, site, row, there, until, quantity in ordered.select(
        *_KEY, "row", "there", "good_until", "quantity"
    ).iter_rows():
        found[item, site].append(Shelf(row, there, until, round(quantity * MICRO)))
    return found


def _swapped(wait: Wait, shelves: list[Shelf]) -> list[tuple[int, int, int]]:
    """Late row, row set aside and quantity [micro] of each exchange; takes it off the shelves."""
    usable = [shelf for shelf in shelves if shelf.left > 0 and shelf.there <= wait.limit <= shelf.expiry]
    if wait.whole and sum(shelf.left for shelf in usable) < sum(quantity for _, quantity in wait.late):
        return []
    swaps = []
    for row, quantity in wait.late:
        missing = quantity
        for shelf in usable:
            amount = min(missing, shelf.left)
            if amount > 0:
                shelf.left -= amount
                missing -= amount
                swaps.append((row, shelf.row, amount))
    return swaps


def _exchanged(pegs: pl.DataFrame, swaps: list[tuple[int, int, int]]) -> pl.DataFrame:
    """The pegs after the exchanges: the same demands and supplies, the same quantity of each."""
    micro = (pegs["quantity"] * MICRO).round().cast(pl.Int64).to_list()
    parts = pl.DataFrame(swaps, schema=["late", "aside", "amount"], orient="row")
    for late, aside, amount in swaps:
        micro[late] -= amount
        micro[aside] -= amount
    left = pegs.with_columns(quantity=pl.Series(micro, dtype=pl.Int64) / MICRO).filter(pl.col("quantity") > 0)
    share = parts["amount"] / MICRO
    relief = (
        pegs[parts["late"]].with_columns(pegs[parts["aside"]].select(SUPPLY).get_columns()).with_columns(quantity=share)
    )
    refill = (
        pegs[parts["aside"]].with_columns(pegs[parts["late"]].select(SUPPLY).get_columns()).with_columns(quantity=share)
    )
    most = pegs["peg"].max()
    new = pl.concat([relief, refill]).with_row_index("_number")
    new = new.with_columns(peg=pl.col("_number").cast(pl.Int64) + (int(str(most)) + 1)).select(pegs.columns)
    return pl.concat([left, new])
