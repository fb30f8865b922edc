"""Netting order by order for very large companies: the same orders and pegs as a plain, slow second way."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp.bucket_network import BucketLines, arranged, given_of
from quarterdeck.disciplines.mrp.buckets import BUCKET_ITEM
from quarterdeck.disciplines.mrp.order_netting import SAFETY, net_orders
from quarterdeck.disciplines.mrp.records import records

END = 60


@dataclass
class Firm:
    """Items by level; lines (parent, component, factor, per order, begin, end); rows (item, time, quantity)."""

    items: list[dict[str, float]]
    lines: list[tuple[int, int, float, bool, int, int]]
    rows: list[tuple[int, int, int]]


@st.composite
def firms(draw: st.DrawFn) -> Firm:
    """A small firm with every rule somewhere."""
    number = draw(st.integers(1, 5))
    items = [
        {
            "stock": draw(st.integers(-5, 20)), "lead": draw(st.integers(0, 9)), "window": draw(st.integers(1, 12)),
            "minimum": draw(st.sampled_from([0, 7, 30])), "multiple": draw(st.sampled_from([1, 5])),
            "maximum": draw(st.sampled_from([0, 0, 10])), "good": draw(st.sampled_from([1.0, 1.0, 0.9])),
        } for _ in range(number)
    ]  # fmt: skip
    pairs = [(parent, child) for parent in range(number) for child in range(parent + 1, number)]
    chosen = [pair for pair in pairs if draw(st.booleans())]
    lines = [
        (parent, child, draw(st.sampled_from([1.0, 2.0, 0.3])), draw(st.booleans()), draw(st.sampled_from([0, 4])),
         draw(st.sampled_from([END, 20])))
        for parent, child in chosen
    ]  # fmt: skip
    row = st.tuples(st.integers(0, number - 1), st.integers(0, 40), st.integers(-15, 30).filter(bool))
    return Firm(items, lines, draw(st.lists(row, min_size=1, max_size=12)))


def by_kernel(firm: Firm) -> tuple[list[list[tuple[int, int, int]]], list[list[tuple[int, int, int]]]]:
    """Orders and pegs of each item, by the method under test."""
    count = len(firm.items)
    lines = sorted(firm.lines, key=lambda line: line[0])
    first = np.searchsorted([line[0] for line in lines], np.arange(count + 1)).astype(np.int64)
    facts = [np.array([line[column] for line in lines]) for column in range(1, 6)]
    child, factor, per_order, begin, end = facts if lines else (np.zeros(0),) * 5
    network = BucketLines(
        first, child.astype(np.int64), factor.astype(float), per_order.astype(bool), begin.astype(np.int64),
        end.astype(np.int64),
    )  # fmt: skip
    order = np.arange(count)
    rows = sorted(firm.rows, key=lambda row: row[1])
    item, time, quantity = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    table = records(BUCKET_ITEM, count, **{name: [item[name] for item in firm.items] for name in firm.items[0]})
    orders, pegs = net_orders(table, arranged(order, network, END), given_of(order, item, time, quantity))
    return _by_item(orders.first, orders[1:]), _by_item(pegs.first, pegs[1:])


def _by_item(first: np.ndarray, columns: tuple[np.ndarray, ...]) -> list[list[tuple[int, int, int]]]:
    parts = [np.split(column, first[1:-1]) for column in columns]
    return [list(zip(*(part.tolist() for part in item), strict=True)) for item in zip(*parts, strict=True)]


def rounded(value: float) -> int:
    """Up to the next whole number, but for what floating point adds."""
    return round(value) if abs(value - round(value)) < 1e-9 * max(1, abs(value)) else math.ceil(value)


def lot(need: int, item: dict[str, float]) -> int:
    """One lot towards a need."""
    size = max(need, int(item["minimum"]))
    size = -(-size // int(item["multiple"])) * int(item["multiple"])
    return min(size, int(item["maximum"])) if item["maximum"] else size


def by_hand(firm: Firm) -> list[list[tuple[int, int, int]]]:
    """Orders (needed, release, quantity) of each item, from the rules alone."""
    made: list[list[tuple[int, int, int]]] = []
    rows = sorted(firm.rows, key=lambda row: row[1])
    ranked = [row for number in range(len(firm.items)) for row in rows if row[0] == number]
    for number, item in enumerate(firm.items):
        own = [(time, -row, quantity) for row, (at, time, quantity) in enumerate(ranked) if at == number]
        wanted = [(time, (2, row), quantity) for time, row, quantity in own if quantity > 0]
        wanted += [(0, (1, 0), int(-item["stock"]))] if item["stock"] < 0 else []
        for parent, child, factor, per_order, begin, end in firm.lines:
            for row, (_, release, quantity) in enumerate(made[parent] if child == number else []):
                started = rounded(quantity / firm.items[parent]["good"])
                if begin <= release < end:
                    above = sum(len(orders) for orders in made[:parent])
                    wanted.append((release, (0, above + row), rounded((1 if per_order else started) * factor)))
        coming = sum(-quantity for _, _, quantity in own if quantity < 0)
        asked = [(time, quantity) for time, _, quantity in sorted(wanted)]
        made.append(_planned(asked, int(max(item["stock"], 0)) + coming, item))
    return made


def _planned(wanted: list[tuple[int, int]], left: int, item: dict[str, float]) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    open_need = 0
    for index, (time, quantity) in enumerate(wanted):
        left -= quantity
        while left < 0:
            need = -left
            if open_need <= 0:
                open_need = need + sum(q for t, q in wanted[index + 1 :] if t < time + item["window"])
            size = lot(max(open_need, need), item)
            open_need -= size
            found.append((time, max(time - int(item["lead"]), 0), size))
            left += size
    return found


@settings(max_examples=200, deadline=None)
@given(firms())
def test_orders_are_those_of_a_plain_second_way(firm):
    """Stock, open orders, lots, windows, splits, scrap, lines of some time: the same orders."""
    orders, _ = by_kernel(firm)
    assert orders == by_hand(firm)


@settings(max_examples=200, deadline=None)
@given(firms())
def test_pegs_sum_to_demands_and_never_exceed_supplies(firm):
    """Every requirement is pegged in full; no supply gives more than it has."""
    orders, pegs = by_kernel(firm)
    rows = sorted(firm.rows, key=lambda row: row[1])
    ranked = [row for number in range(len(firm.items)) for row in rows if row[0] == number]
    made = [quantity for item in orders for _, _, quantity in item]
    got, taken = dict.fromkeys(range(len(ranked)), 0), [0] * len(made)
    for number, item in enumerate(firm.items):
        stock = 0
        for demand, supply, quantity in pegs[number]:
            if demand < 0 and demand != SAFETY:
                got[-1 - demand] += quantity
            if supply >= 0:
                taken[supply] += quantity
            stock += quantity if supply == -1 else 0
        assert stock <= max(item["stock"], 0)
    assert all(got[row] == max(quantity, 0) for row, (_, _, quantity) in enumerate(ranked))
    assert all(given <= quantity for given, quantity in zip(taken, made, strict=True))
