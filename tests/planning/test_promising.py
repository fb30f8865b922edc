"""Promises: what an enquiry could get, when, and at whose cost."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import quarterdeck as qd
from quarterdeck.model.working_time import WorkingTime
from quarterdeck.planning.gaps import common, first_gap, united
from quarterdeck.planning.promising import hold, open_desk, ways
from tests.planning.companies import lamp_shop, table_maker

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
NOW = int(AS_OF.timestamp())
DAY = 86_400


def shop(company, **options):
    """A desk on a plan of a company."""
    plan = qd.plan(company, as_of=AS_OF, horizon_weeks=8, effort=5, **options)
    return open_desk(company, plan)


def bare_lamps():
    """The lamp shop without history or orders: 40 desk lamps, 3 floor lamps, ten and 21 days to buy."""
    company = lamp_shop()
    empty = {name: company[name].clear() for name in ("demand_history", "sales_orders")}
    return company.replace(**empty)


def test_what_lies_there_is_promised_at_once():
    """Forty desk lamps are free: thirty can go today, at their standard cost, and nobody loses anything."""
    (way,) = ways(shop(bare_lamps()), "L1", "main", 30, None)
    assert (way.code, way.moment, way.orders) == ("free", NOW, ())
    assert [loser for loser in way.losers if loser.use == "sales_order"] == []
    assert float(way.cost) == 30 * 12.5


def test_the_rest_is_bought():
    """Fifty desk lamps: forty at once, ten when the supplier delivers in ten days."""
    (way,) = ways(shop(bare_lamps()), "L1", "main", 50, None)
    assert [(part.quantity, part.moment - NOW) for part in way.parts] == [(40, 0), (10, 10 * DAY)]
    assert [(order.kind, order.partner, order.quantity) for order in way.orders] == [("buy", "LUX", 10)]


def test_what_is_kept_for_somebody_is_promised_to_nobody_else():
    """Of forty desk lamps made to order thirty are kept for Ann: ten are free for all, thirty for her, none for Bob."""
    company = bare_lamps()
    items = company["items"].with_columns(strategy=pl.lit("to_order"))
    lots = pl.DataFrame(
        {"lot": ["A", "B"], "item": ["L1"] * 2, "quantity": [30.0, 10.0], "reserved_for": ["Ann", None]}
    )
    desk = shop(company.replace(items=items, stock_lots=lots))

    def at_once(name):
        (way, *_) = ways(desk, "L1", "main", 40, None, name)
        return sum(part.quantity for part in way.parts if part.moment == NOW)

    assert [at_once(name) for name in ("", "Ann", "Bob")] == [10.0, 30.0, 0.0]


def test_what_customers_have_is_not_promised_twice():
    """Both floor-lamp buyers cannot have the three that lie there: the second waits for the supplier."""
    company = lamp_shop()
    company = company.replace(demand_history=company["demand_history"].clear())
    (free, *_) = ways(shop(company), "L2", "main", 3, None)
    assert free.moment is not None
    assert free.moment >= NOW + 21 * DAY


def test_an_order_with_time_can_stand_back():
    """A customer who wants forty desk lamps in two months gives them up now and still gets them in time."""
    orders = pl.DataFrame({
        "order": ["SO-9"], "item": ["L1"], "quantity": [40.0], "due": [dt.datetime(2026, 4, 20)], "price": [29.9],
    })  # fmt: skip
    company = bare_lamps()
    company = company.replace(sales_orders=qd.Company.of(sales_orders=orders)["sales_orders"])
    found = {way.code: way for way in ways(shop(company), "L1", "main", 40, None)}
    assert found["free"].moment == NOW + 10 * DAY
    assert found["swap"].moment == NOW
    (loser,) = [loser for loser in found["swap"].losers if loser.use == "sales_order"]
    assert (loser.quantity, loser.seconds) == (40.0, 0)


def test_work_goes_into_gaps():
    """One more table is sawn and put together after the work that is planned, never on top of it."""
    desk = shop(table_maker())
    (way, *_) = ways(desk, "table", "main", 1, None)
    assert way.moment is not None
    for slot in way.slots:
        starts, ends = desk.ledger.of_machine.get(slot.machine, (np.zeros(0), np.zeros(0)))
        assert not ((starts < slot.end) & (ends > slot.start)).any()


def test_what_was_accepted_is_kept():
    """After thirty of forty desk lamps are promised, thirty more have to be bought in part."""
    desk = shop(bare_lamps())
    (first,) = ways(desk, "L1", "main", 30, None)
    hold(desk, first)
    (second,) = ways(desk, "L1", "main", 30, None)
    assert second.moment == NOW + 10 * DAY


def test_more_is_never_promised_earlier():
    """The date of a larger quantity is no earlier than that of a smaller one."""
    desk = shop(bare_lamps())
    moments = [ways(desk, "L2", "main", quantity, None)[0].moment for quantity in (1, 3, 4, 40)]
    assert moments == sorted(moments)


@st.composite
def day_and_work(draw):
    """A calendar, busy spans and a piece of work that fits somewhere."""
    cuts = sorted(draw(st.sets(st.integers(0, 400), min_size=2, max_size=12)))
    cuts = cuts[: len(cuts) // 2 * 2]
    starts, ends = np.array(cuts[::2], np.int64), np.array(cuts[1::2], np.int64)
    time = WorkingTime(np.append(starts, 500), np.append(ends, 10_000))
    marks = sorted(draw(st.sets(st.integers(0, 450), min_size=0, max_size=10)))
    marks = marks[: len(marks) // 2 * 2]
    busy = (np.array(marks[::2], np.int64), np.array(marks[1::2], np.int64))
    return time, busy, draw(st.integers(0, 300)), draw(st.integers(1, 60)), draw(st.booleans())


@given(day_and_work())
@settings(max_examples=200, deadline=None)
def test_gaps_agree_with_trying_every_second(case):
    """The gap that is found is the earliest that a search second by second finds."""
    time, busy, ready, work, pausable = case
    assert first_gap(time, busy, ready, work, pausable=pausable) == _by_seconds(time, busy, ready, work, pausable)


def _by_seconds(time, busy, ready, work, pausable):
    open_at = np.zeros(10_001, bool)
    for start, end in zip(time.starts, time.ends, strict=True):
        open_at[start:end] = True
    taken = np.zeros(10_001, bool)
    for start, end in zip(*busy, strict=True):
        taken[start:end] = True
    for start in range(ready, 10_000):
        if not open_at[start] or taken[start]:
            continue
        done, at = 0, start
        while done < work and not taken[at] and (open_at[at] or pausable):
            done += open_at[at]
            at += 1
        if done == work:
            return start, at
    raise AssertionError("no gap")


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=8), st.data())
def test_union_and_intersection_are_those_of_sets(rows, data):
    """Spans as sets of seconds."""
    more = data.draw(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=8))
    one, other = (united(_arrays(part), _arrays([])) for part in (rows, more))
    assert _seconds(united(one, other)) == _seconds(one) | _seconds(other)
    if one[0].size and other[0].size:
        assert _seconds(common(one, other)) == _seconds(one) & _seconds(other)


def _arrays(rows):
    table = np.array(sorted((start, start + length) for start, length in rows), np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _seconds(spans):
    return {second for start, end in zip(*spans, strict=True) for second in range(start, end)}


@pytest.mark.parametrize("item", ["table", "top", "board"])
def test_every_level_can_be_promised(item):
    """Sold, made or bought: each has a date, and what it needs comes no later than it does."""
    (way, *_) = ways(shop(table_maker()), item, "main", 2, None)
    assert way.moment is not None
    assert all(order.available <= way.moment for order in way.orders)
