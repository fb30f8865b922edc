"""Netting by time buckets, held beside plain Python that nets one item after the other with unbounded numbers."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp.bucket_network import BucketLines, arranged, given_of, in_order
from quarterdeck.disciplines.mrp.buckets import BUCKET_ITEM, lots_for, net_buckets
from quarterdeck.disciplines.mrp.levels import grouped, low_level_codes
from quarterdeck.disciplines.mrp.records import records

BUCKETS = 6


def plan(items, lines, wanted, buckets=BUCKETS):
    """Planned quantity per (item, bucket); ``lines`` are (parent, child, factor, per_order, begin, end)."""
    table = records(BUCKET_ITEM, len(items), **{name: [item[name] for item in items] for name in BUCKET_ITEM.names})
    first, rows = grouped(np.array([line[0] for line in lines], np.int64), len(items))
    columns = [np.array([lines[row][column] for row in rows], kind) for column, kind in
               ((1, np.int64), (2, np.float64), (3, np.bool_), (4, np.int64), (5, np.int64))]  # fmt: skip
    edges = BucketLines(first, *columns)
    _, order = low_level_codes(edges.first, edges.child)
    facts = np.array(wanted, np.int64).reshape(-1, 3)
    lots = net_buckets(
        in_order(order, table), arranged(order, edges, buckets), given_of(order, *facts.T), buckets, keep=True
    )
    found = {}
    for at, item in enumerate(order):
        for row in range(lots.first[at], lots.first[at + 1]):
            found[int(item), int(lots.bucket[row])] = int(lots.quantity[row])
    return found, lots


def oracle(items, lines, wanted, buckets=BUCKETS):
    """The same by hand: items whose parents are done, bucket by bucket, numbers as large as they get."""
    need = {(item, bucket): 0 for item in range(len(items)) for bucket in range(buckets)}
    for item, bucket, quantity in wanted:
        need[item, bucket] += quantity
    found, done = {}, set()
    while len(done) < len(items):
        item = next(i for i in range(len(items)) if i not in done and all(p in done for p, c, *_ in lines if c == i))
        done.add(item)
        facts, stock, started = items[item], items[item]["stock"], {}
        for bucket in range(buckets):
            stock -= need[item, bucket]
            if stock >= 0:
                continue
            ahead = sum(need[item, later] for later in range(bucket + 1, min(buckets, bucket + facts["window"])))
            lot = by_orders(max(-stock + ahead, -stock), facts)
            found[item, bucket] = lot
            stock += lot
            when = max(bucket - facts["lead"], 0)
            started[when] = started.get(when, 0) + math.ceil(Fraction(lot) / Fraction(str(facts["good"])))
        for parent, child, factor, per_order, begin, end in lines:
            for when, quantity in started.items():
                if parent == item and begin <= when < end:
                    need[child, when] += math.ceil((1 if per_order else quantity) * Fraction(str(factor)))
    return found


def by_orders(need, facts):
    """Sums orders one by one until the need is met."""
    total, minimum, multiple, maximum = 0, facts["minimum"], facts["multiple"], facts["maximum"]
    largest = max(maximum // multiple * multiple, multiple) if maximum else None
    while total < need:
        lot = -(-max(need - total, minimum if largest is None else min(minimum, largest)) // multiple) * multiple
        total += lot if largest is None else min(lot, largest)
    return total


item_facts = st.fixed_dictionaries({
    "stock": st.integers(-5, 30), "minimum": st.integers(0, 12), "multiple": st.integers(1, 7),
    "maximum": st.one_of(st.just(0), st.integers(5, 30)), "lead": st.integers(0, 3), "window": st.integers(1, 4),
    "good": st.sampled_from([1.0, 0.9, 0.5]),
})  # fmt: skip


@st.composite
def companies(draw):
    """A few items, lines that lead from lower to higher numbers, requirements and receipts."""
    number = draw(st.integers(1, 6))
    items = draw(st.lists(item_facts, min_size=number, max_size=number))
    pairs = [(a, b) for a in range(number) for b in range(a + 1, number)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=8)) if pairs else []
    lines = []
    for parent, child in chosen:
        begin = draw(st.sampled_from([0, 0, 0, 2]))
        factor = draw(st.sampled_from([1.0, 2.0, 3.0, 0.5, 1.25]))
        lines.append((parent, child, factor, draw(st.integers(0, 5)) == 0, begin, draw(st.sampled_from([6, 6, 4]))))
    rows = st.tuples(st.integers(0, number - 1), st.integers(0, BUCKETS - 1), st.integers(-10, 40))
    return items, lines, draw(st.lists(rows, max_size=20))


@settings(max_examples=200, deadline=None)
@given(companies())
def test_same_lots_as_by_hand(company):
    """Law: any small company gets exactly the lots of the plain computation."""
    items, lines, wanted = company
    assert plan(items, lines, wanted)[0] == oracle(items, lines, wanted)


@settings(max_examples=200, deadline=None)
@given(companies(), st.randoms(use_true_random=False))
def test_row_order_does_not_matter(company, chance):
    """Law: lines and requirements in another order give the same lots."""
    items, lines, wanted = company
    before = plan(items, lines, wanted)[0]
    chance.shuffle(lines)
    chance.shuffle(wanted)
    assert plan(items, lines, wanted)[0] == before


@settings(max_examples=200, deadline=None)
@given(companies())
def test_stock_never_falls_below_safety_stock(company):
    """Law: after its lots no bucket of any item ends below safety stock."""
    items, lines, wanted = company
    found, lots = plan(items, lines, wanted)
    first, rows = grouped(np.array([line[0] for line in lines], np.int64), len(items))
    _, order = low_level_codes(first, np.array([lines[row][1] for row in rows], np.int64))
    for at, item in enumerate(order):
        made = np.array([found.get((int(item), bucket), 0) for bucket in range(BUCKETS)])
        assert (items[item]["stock"] + np.cumsum(made - lots.wanted[at]) >= 0).all()


def facts(**changes):
    """An item without rules."""
    blank = {"stock": 0, "minimum": 0, "multiple": 1, "maximum": 0, "lead": 0, "window": 1, "good": 1.0}
    return {**blank, **changes}


def test_numbers_beyond_32_bits():
    """Example: a quantity that outgrows 32 bits on its way down is netted in 64 bits, exactly."""
    items = [facts(), facts(), facts()]
    lines = [(0, 1, 1000.0, False, 0, 6), (1, 2, 1000.0, False, 0, 6)]
    found, lots = plan(items, lines, [(0, 1, 12_345)])
    assert found == {(0, 1): 12_345, (1, 1): 12_345_000, (2, 1): 12_345_000_000}
    assert lots.overflow == -1


@pytest.mark.parametrize("wanted", [[(0, 0, 1 << 39)], [(0, 0, 1 << 20)]])
def test_endless_numbers_are_told(wanted):
    """Refusal: what leaves 64 bits, at the top or further down, names the item instead of a wrong number."""
    lines = [(0, 1, 1e6, False, 0, 6), (1, 2, 1e6, False, 0, 6)]
    _, lots = plan([facts(), facts(), facts()], lines, wanted)
    assert lots.overflow >= 0


def test_lot_rules():
    """Example: fixed lots, minimum with multiple, three periods in one, and a maximum that splits."""
    demand = [(0, bucket, 10) for bucket in range(6)]
    assert plan([facts(minimum=25, multiple=25)], [], demand)[0] == {(0, 0): 25, (0, 2): 25, (0, 5): 25}
    assert plan([facts(window=3)], [], demand)[0] == {(0, 0): 30, (0, 3): 30}
    assert plan([facts(minimum=15, multiple=4)], [], demand)[0] == {(0, 0): 16, (0, 1): 16, (0, 3): 16, (0, 4): 16}
    assert lots_for(25, 0, 1, 10) == 25
    assert lots_for(21, 5, 1, 10) == 25
