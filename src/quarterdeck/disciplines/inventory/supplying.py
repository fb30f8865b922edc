"""How often each supplier is ordered from, and which of its items every time."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from quarterdeck.disciplines.inventory.discounts import Offer, Steps, discounted
from quarterdeck.disciplines.inventory.joint import Cycle, whole_cycle
from quarterdeck.model import Company
from quarterdeck.model.working_time import parse_weekdays

Breaks = dict[tuple[str, str], Steps]

USUAL_HOLDING = 0.2  # of the value a year, where the company gives no rate
LONGEST_DAYS = 182
WEEK = 7
COLUMNS = {"supplier": pl.String, "item": pl.String, "site": pl.String, "review": pl.Float64, "cycle": pl.Float64}


def holding_rate(company: Company) -> float:
    """Cost of keeping stock for a year, as a share of its value."""
    rates = company["cost_rates"].filter((pl.col("rate") == "holding") & (pl.col("scope") == ""))["value"]
    return float(rates[0]) if rates.len() and float(rates[0]) > 0 else USUAL_HOLDING


def supplier_cycles(company: Company, bought: pl.DataFrame) -> pl.DataFrame:
    """Days between orders for the items of suppliers that set terms for their orders, one row per item and site.

    Parameters
    ----------
    company
        Its suppliers, supply options and rates.
    bought
        ``item``, ``site``, ``supplier``, ``mean`` (demand a week), ``unit_cost``, ``shelf_life_days``, ``lot_rule`` and
        ``policy`` of what is bought.

    Returns
    -------
    pl.DataFrame
        ``supplier``, ``item``, ``site``, ``review`` (days from one order of the item to the next) and ``cycle`` (days
        from one order to the supplier to the next).
    """
    terms = company["suppliers"].filter(
        (pl.col("order_days").fill_null("") != "")
        | pl.col("review_days").is_not_null()
        | (pl.col("order_cost").fill_null(0) > 0)
        | (pl.col("minimum_value").fill_null(0) > 0)
        | pl.col("supplier").is_in(company["price_breaks"]["supplier"].unique().implode())
    )
    options = company["supply_options"].select("item", "supplier", "line_cost", "price")
    lines = options.unique(["item", "supplier"], keep="first")
    rows = bought.filter(pl.col("mean") > 0).join(lines, on=["item", "supplier"], how="left", maintain_order="left")
    rate, breaks = holding_rate(company), price_breaks(company)
    rows = _with_terms(company, rows)
    parts = [
        _of_supplier(row, rows.filter(pl.col("supplier") == row["supplier"]).sort("item", "site"), rate, breaks)
        for row in terms.sort("supplier").iter_rows(named=True)
    ]
    return pl.concat([pl.DataFrame(schema=COLUMNS), *(part for part in parts if part.height)])


def _with_terms(company: Company, rows: pl.DataFrame) -> pl.DataFrame:
    """What is ordered by terms: everything of suppliers that set some, of the others what has price breaks."""
    free = (
        (pl.col("order_days").fill_null("") == "") & pl.col("review_days").is_null()
        & (pl.col("order_cost").fill_null(0) <= 0) & (pl.col("minimum_value").fill_null(0) <= 0)
    )  # fmt: skip
    bare = company["suppliers"].filter(free).select("supplier")
    priced = company["price_breaks"].select("item", "supplier").unique()
    alone = rows.join(bare, on="supplier", how="semi").join(priced, on=["item", "supplier"], how="anti")
    return rows.join(alone.select("item", "site"), on=["item", "site"], how="anti", maintain_order="left")


def price_breaks(company: Company) -> Breaks:
    """Least quantity and price of each break by rising quantity, per item and supplier."""
    found: Breaks = {}
    rows = company["price_breaks"].sort("item", "supplier", "from_quantity")
    for item, supplier, least, price in rows.select("item", "supplier", "from_quantity", "price").iter_rows():
        found.setdefault((item, supplier), []).append((float(least), float(price)))
    return found


def _of_supplier(terms: dict[str, Any], rows: pl.DataFrame, rate: float, breaks: Breaks) -> pl.DataFrame:
    if rows.is_empty():
        return pl.DataFrame(schema=COLUMNS)
    value = rows["mean"].to_numpy() * rows["unit_cost"].to_numpy() / 7.0  # a day
    shelf = rows["shelf_life_days"].cast(pl.Float64).fill_null(float(LONGEST_DAYS)).min()
    longest = int(np.clip(float(shelf if isinstance(shelf, float) else LONGEST_DAYS), 1.0, LONGEST_DAYS))
    line_cost = rows["line_cost"].cast(pl.Float64).fill_null(0.0).to_numpy()
    found = _cycle(terms, value, line_cost, rate, longest)
    if not terms["review_days"]:
        price = rows.select(pl.coalesce(pl.col("price").cast(pl.Float64), "unit_cost"))["price"].to_numpy()
        offer = Offer(rows["mean"].to_numpy() / 7.0, line_cost, price, _steps(rows, breaks))
        found = discounted(found, offer, rate / 365.0, longest)
    return rows.select("supplier", "item", "site").with_columns(
        review=pl.Series(found.length * found.multiples, dtype=pl.Float64), cycle=pl.lit(found.length, pl.Float64)
    )


def _steps(rows: pl.DataFrame, breaks: Breaks) -> list[Steps]:
    """The price breaks of each row; none where a lot rule, cards or a call-off say how much is ordered."""
    free = (pl.col("lot_rule").fill_null("lot_for_lot") == "lot_for_lot") & ~pl.col("policy").is_in(
        ["kanban", "call_off"]
    )
    told = rows.select("item", "supplier", free=free).iter_rows()
    return [breaks.get((item, supplier), []) if is_free else [] for item, supplier, is_free in told]


def _cycle(
    terms: dict[str, Any], value: np.ndarray[Any, Any], line_cost: np.ndarray[Any, Any], rate: float, longest: int
) -> Cycle:
    """The supplier's cycle: as given; else of least cost, long enough for its least value and on its order days.

    It is at most ``longest`` days, in which what keeps least does not expire.
    """
    gap = longest_gap(terms["order_days"])
    ones = np.ones(value.size, np.int64)
    if terms["review_days"]:
        return Cycle(float(max(terms["review_days"], gap)), ones, 0.0)
    spent, minimum = float(value.sum()), float(terms["minimum_value"] or 0)
    least = min(minimum / spent if spent > 0 else 0.0, float(longest))
    order_cost = float(terms["order_cost"] or 0)
    if order_cost <= 0 and not line_cost.any():
        return Cycle(float(_on_grid(min(max(least, gap or WEEK), max(longest, gap)), gap, longest)), ones, 0.0)
    step = WEEK if gap else 1
    found = whole_cycle(order_cost, line_cost, rate / 365.0 * value, least=max(least, 1.0), step=step, longest=longest)
    if gap and found.length <= WEEK and least <= gap:  # several order days a week
        return Cycle(
            float(gap), np.maximum(np.rint(found.length * found.multiples / gap), 1).astype(np.int64), found.cost
        )
    return Cycle(float(_on_grid(found.length, gap, longest)), found.multiples, found.cost)


def _on_grid(length: float, gap: int, longest: int) -> int:
    """The length in whole weeks where it is more than one or orders have their weekdays, else in days.

    It is not longer than the longest, unless no order day comes sooner.
    """
    if gap and length <= gap:
        return gap
    if gap or length > WEEK:
        weeks = int(np.ceil(length / WEEK - 1e-9)) * WEEK
        return weeks if weeks <= longest else max(longest // WEEK * WEEK, gap, 1)
    return max(int(np.ceil(length - 1e-9)), 1)


def longest_gap(order_days: str | None) -> int:
    """Most days from one order day to the next; 0 where any day will do.

    >>> longest_gap("mon,thu"), longest_gap("tue"), longest_gap(None), longest_gap("sometimes")
    (4, 7, 0, 0)
    """
    try:
        days = parse_weekdays(order_days) if order_days and order_days.strip() else ()
    except ValueError:
        return 0
    following = [*days[1:], days[0] + WEEK] if days else []
    return max((after - before for before, after in zip(days, following, strict=True)), default=0)
