"""How orders may be placed: on which days, together with others of the supplier, by kanban container, by call-off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.calendars import CalendarBook
from quarterdeck.disciplines.mrp.codes import Codes, micro
from quarterdeck.disciplines.mrp.records import (
    ECONOMIC,
    FIXED,
    LOT_FOR_LOT,
    MICRO,
    SILVER_MEAL,
    WAGNER_WHITIN,
    Ints,
    Records,
)
from quarterdeck.model import Company, Problem
from quarterdeck.model.clock import DAY, from_seconds, home_zone
from quarterdeck.model.working_time import WorkingTime, parse_weekdays

CLOSING_HOUR = 16  # an order of the day is placed by then
FIRST_MONDAY = dt.date(1970, 1, 5)
JOINT, PERIODIC = "joint orders", "periodic review"
QUANTITIES = ("reorder point", "min-max")
SIZED = (FIXED, ECONOMIC, SILVER_MEAL, WAGNER_WHITIN)


def order_calendars(company: Company, targets: pl.DataFrame, book: CalendarBook) -> dict[str, int]:
    """Calendar number of the days on which each supplier may be ordered from; suppliers without such days are left out.

    A supplier's days are the weekdays it names and, where its items are ordered together, the first of these in every
    cycle of so many weeks, or every so many days. Cycles are counted from a fixed Monday, so that they stay from plan
    to plan.
    """
    cycles = _cycles(targets)
    named = dict(company["suppliers"].select("supplier", "order_days").iter_rows())
    found: dict[str, int] = {}
    for supplier in sorted({code for code, days in named.items() if days} | set(cycles)):
        weekdays, cycle = weekdays_of(named.get(supplier)), cycles.get(supplier, 0)
        if weekdays or cycle > 1:
            found[supplier] = book.numbered(("order days", supplier), _days(book, home_zone(company), weekdays, cycle))
    return found


def weekdays_of(text: str | None) -> tuple[int, ...]:
    """Weekdays that a text names, Monday being 0; none where it cannot be read."""
    try:
        return parse_weekdays(text) if text and text.strip() else ()
    except ValueError:
        return ()


def _cycles(targets: pl.DataFrame) -> dict[str, int]:
    """Days from one common order to the next, by supplier."""
    joint = targets.filter((pl.col("policy") == JOINT) & pl.col("supplier").is_not_null())
    rows = joint.group_by("supplier").agg(pl.col("cycle_days").min()).iter_rows()
    return {supplier: max(round(days or 0), 1) for supplier, days in rows}


def _days(book: CalendarBook, zone: str, weekdays: tuple[int, ...], cycle: int) -> WorkingTime:
    first, last = (from_seconds(pl.Series([moment]).to_numpy())[0].date() for moment in book.span)
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    number = (days - np.datetime64(FIRST_MONDAY)).astype(np.int64)
    chosen = np.isin(number % 7, weekdays) if weekdays else np.ones(number.size, np.bool_)
    if cycle > 7 and cycle % 7 == 0:
        chosen &= (number // 7 % (cycle // 7) == 0) & (number % 7 == (min(weekdays) if weekdays else 0))
    elif cycle > 1 and not weekdays:
        chosen &= number % cycle == 0
    local = pl.Series(days[chosen]).cast(pl.Datetime("us"))
    edges = (
        local.dt.offset_by(hours).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        for hours in ("0h", f"{CLOSING_HOUR}h")
    )
    begin, end = (edge.fill_null(strategy="forward").dt.epoch("s").to_numpy().astype(np.int64) for edge in edges)
    good = begin < end
    return WorkingTime(begin[good], end[good])


def adapt_nodes(company: Company, targets: pl.DataFrame, codes: Codes, node_of: Ints, nodes: Records) -> Ints:
    """Writes into ``nodes`` what their way of ordering changes; returns those that are called off.

    What orders and stock cost decides the lots of economic rules, and levels those of policies with a quantity. A
    kanban container is ordered whole; a call-off takes each day's need, whatever the lot rule; an order placed together
    with others covers the item's whole cycle and is no smaller than the price break that its usual quantity reaches.
    """
    kept = company["item_sites"]
    kanban = kept.filter((pl.col("policy") == "kanban") & (pl.col("container") > 0))
    rows, container = _known(kanban, codes, node_of), micro(kanban["container"])
    good = rows >= 0
    nodes["multiple"][rows[good]], nodes["minimum"][rows[good]] = container[good], container[good]
    joint = targets.filter(pl.col("policy") == JOINT)
    rows = _known(joint, codes, node_of)
    days = np.rint(joint["review_days"].fill_null(0.0).to_numpy() * DAY).astype(np.int64)
    least = micro(_reached_breaks(company, joint))
    good = rows >= 0
    rows, days, least = rows[good], days[good], least[good]
    free = nodes["rule"][rows] == LOT_FOR_LOT
    for name, values in (("window", days), ("minimum", least)):
        nodes[name][rows[free]] = np.maximum(nodes[name][rows[free]], values[free])
    _economic_lots(targets, codes, node_of, nodes)
    called = _known(kept.filter(pl.col("policy") == "call_off"), codes, node_of)
    called = called[called >= 0]
    nodes["rule"][called] = np.where(np.isin(nodes["rule"][called], SIZED), LOT_FOR_LOT, nodes["rule"][called])
    nodes["minimum"][called], nodes["window"][called] = 0, DAY
    return called


def _economic_lots(targets: pl.DataFrame, codes: Codes, node_of: Ints, nodes: Records) -> None:
    """Least quantities, windows and costs of the item-sites whose lots follow from their costs or their policy."""
    place = _known(targets, codes, node_of)
    good = place >= 0
    rows, known = place[good], targets.filter(pl.Series(good))
    policy = known["policy"].to_numpy()
    sized = (np.isin(policy, QUANTITIES) & (nodes["rule"][rows] != FIXED)) | (nodes["rule"][rows] == ECONOMIC)
    least = np.where(sized, micro(known["order_quantity"]), 0)
    nodes["minimum"][rows] = np.maximum(nodes["minimum"][rows], least)
    reviewed = np.where(policy == PERIODIC, np.rint(known["review_days"].fill_null(0.0).to_numpy() * DAY), 0)
    nodes["window"][rows] = np.maximum(nodes["window"][rows], reviewed.astype(np.int64))
    order, holding = (known[name].cast(pl.Float64).fill_null(0.0).to_numpy() for name in ("order_cost", "holding_cost"))
    days = np.divide(365.0 * order, holding, out=np.zeros(rows.size), where=holding > 0)
    nodes["economy"][rows] = np.minimum(days, 1e9) * MICRO


def _reached_breaks(company: Company, targets: pl.DataFrame) -> pl.Series:
    """The highest price break that the usual quantity of an order reaches, 0 where there is none."""
    breaks = company["price_breaks"].select("item", "supplier", least="from_quantity")
    usual = targets.with_row_index("row").select("row", "item", "supplier", "order_quantity")
    reached = usual.join(breaks, on=["item", "supplier"]).filter(
        pl.col("least") <= pl.col("order_quantity") * (1 + 1e-9)
    )
    most = reached.group_by("row").agg(pl.col("least").max())
    return usual.join(most, on="row", how="left", maintain_order="left")["least"].fill_null(0.0)


def _known(rows: pl.DataFrame, codes: Codes, node_of: Ints) -> Ints:
    """Node of each row, -1 where it has none."""
    if rows.is_empty() or not node_of.size:
        return np.full(rows.height, -1, np.int64)
    place = codes.places(rows["item"], rows["site"])
    return np.where(place >= 0, node_of[place], -1)


def without_minimum(options: Records, first: Ints, called: Ints) -> None:
    """Takes the least quantity of an order from all that supply the nodes ``called`` off, in place."""
    for node in called.tolist():
        options["minimum"][first[node] : first[node + 1]] = 0


def ordering_problems(company: Company) -> Iterator[Problem]:
    """Order days that name no weekday."""
    for supplier, text in company["suppliers"].select("supplier", "order_days").sort("supplier").iter_rows():
        if text and text.strip() and not weekdays_of(text):
            yield Problem(
                "warning", "order-days-unreadable",
                f"The order days of {supplier}, “{text}”, are no weekdays; it is ordered from on any day.",
                "Write weekdays, such as mon,thu.", table="suppliers", key=supplier, column="order_days", found=text,
            )  # fmt: skip
