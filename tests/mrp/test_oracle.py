"""Netting order by order, held beside a plain computation that shares no code with it.

The oracle takes one item after the other, day by day, with unbounded numbers. It covers what is wanted far enough ahead
for everything to come in time: stock that expires, shelf life, lot rules with minimum, multiple and maximum, scrap,
yield, quantities per order, phantoms, validity of lines.
"""

import datetime as dt
import math
from fractions import Fraction

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import stage
from quarterdeck.model import Company
from tests.mrp.shop import NOW, SETTINGS, day, plan, table

SECOND = Fraction(1, 86_400)
EARLIEST = 40  # [days] by which even the deepest part can be there


@st.composite
def companies(draw):
    """Five items, each made of some behind it, in all kinds of lots; lines; stock; demands."""
    number = draw(st.integers(2, 5))
    items = [
        {
            "item": f"i{n}", "source": "make" if n < number - 1 else "buy",
            "lot_rule": draw(st.sampled_from(["lot_for_lot", "fixed", "multiple", "periods"])),
            "lot_size": float(draw(st.integers(1, 12))), "lot_minimum": float(draw(st.integers(0, 9))),
            "lot_multiple": float(draw(st.integers(0, 4))), "lot_days": float(draw(st.integers(1, 9))),
            "lot_maximum": draw(st.sampled_from([None, None, 10.0, 25.0])),
            "lead_time_days": float(draw(st.integers(0, 4))),
            "yield_share": draw(st.sampled_from([1.0, 1.0, 0.9, 0.75])),
            "shelf_life_days": draw(st.sampled_from([None, None, 3.0])),
            "phantom": 0 < n < number - 1 and draw(st.integers(0, 4)) == 0,
        }
        for n in range(number)
    ]  # fmt: skip
    pairs = [(a, b) for a in range(number - 1) for b in range(a + 1, number)]
    lines = [
        {
            "parent": f"i{a}", "component": f"i{b}", "quantity_per": draw(st.sampled_from([1.0, 2.0, 0.5])),
            "scrap": draw(st.sampled_from([0.0, 0.0, 0.2])), "per_order": draw(st.integers(0, 6)) == 0,
            "valid_to": draw(st.sampled_from([None, None, None, (NOW + dt.timedelta(days=60)).date()])),
        }
        for a, b in sorted(draw(st.sets(st.sampled_from(pairs), min_size=1, max_size=6)))
    ]  # fmt: skip
    which = st.integers(0, number - 1)
    stock = draw(st.lists(st.tuples(which, st.integers(1, 20), st.sampled_from([None, 35, 50, 70])), max_size=6))
    wanted = draw(st.lists(st.tuples(which, st.integers(1, 30), st.integers(EARLIEST, 90)), min_size=1, max_size=8))
    return items, lines, stock, [(f"i{n}", quantity, due) for n, quantity, due in wanted]


def planned(items, lines, stock, wanted):
    """Item, quantity, days of release and arrival of every order that the product plans."""
    lots = [
        (f"L{number}", f"i{n}", float(quantity), expiry and (NOW + dt.timedelta(days=expiry)).date())
        for number, (n, quantity, expiry) in enumerate(stock)
    ]
    frames = {"items": pl.DataFrame(items, infer_schema_length=None)}
    frames["bom_lines"] = pl.DataFrame(lines, infer_schema_length=None, schema_overrides={"valid_to": pl.Date})
    if lots:
        frames["stock_lots"] = table("lot item quantity expiry", *lots)
    rows = stage.run(Company.of(**frames), plan(*wanted), SETTINGS)["orders"]
    return sorted(
        (row["item"], row["quantity"], (row["release"] - NOW) / dt.timedelta(days=1),
         (row["available"] - NOW) / dt.timedelta(days=1))
        for row in rows.iter_rows(named=True)
    )  # fmt: skip


def by_hand(items, lines, stock, wanted):
    """The same without the product."""
    need = {item["item"]: [(Fraction(due), Fraction(quantity), False) for name, quantity, due in wanted
                           if name == item["item"]] for item in items}  # fmt: skip
    orders = []
    for item in items:  # each is made of those behind it
        code, lead = item["item"], Fraction(item["lead_time_days"])
        shelves = [
            [Fraction(quantity), expiry + 1 - SECOND if expiry else None]
            for n, quantity, expiry in stock if f"i{n}" == code
        ]  # fmt: skip
        shelves.sort(key=lambda lot: (lot[1] is None, lot[1]))
        made, asked = [], sorted(need[code], key=lambda row: row[0])
        open_needs = [row[1] for row in asked]
        for position, (moment, _, by_order) in enumerate(asked):
            open_needs[position] = taken(open_needs[position], moment, shelves)
            open_needs[position] = taken(open_needs[position], moment, made)
            left = open_needs[position]
            if left == 0:
                continue
            if item["phantom"] and by_order:
                explode(item, lines, left, moment, need)
                open_needs[position] = Fraction(0)
                continue
            window = Fraction(item["lot_days"] if item["lot_rule"] == "periods" else 1)
            ahead = sum(
                open_needs[later] for later in range(position + 1, len(asked)) if asked[later][0] < moment + window
            )
            for lot in lots_of(left + ahead, item):
                orders.append((code, float(lot), float(moment - lead), float(moment)))
                shelf = item["shelf_life_days"]
                made.append([lot, moment + Fraction(shelf) if shelf else None])
                explode(item, lines, lot, moment - lead, need)
            open_needs[position] = taken(open_needs[position], moment, made)
    return sorted(orders)


def taken(left, moment, lots):
    """What is left of a need after taking from lots that have not expired."""
    for lot in lots:
        if lot[1] is None or moment <= lot[1]:
            part = min(left, lot[0])
            lot[0] -= part
            left -= part
    return left


def lots_of(need, item):
    """Quantities of the orders for a need."""
    minimum, multiple = math.ceil(item["lot_minimum"]), max(int(item["lot_multiple"]), 1)
    maximum = item["lot_maximum"]
    if item["lot_rule"] == "fixed":
        minimum = multiple = maximum = int(item["lot_size"])
    minimum = -(-minimum // multiple) * multiple
    if maximum:
        maximum = max(int(maximum) // multiple * multiple, multiple)
        minimum = min(minimum, maximum)
    while need > 0:
        lot = math.ceil(max(need, minimum) / multiple) * multiple
        lot = min(lot, maximum) if maximum else lot
        need -= lot
        yield Fraction(lot)


def explode(item, lines, good, moment, need):
    """Adds what an order takes of its components."""
    share = Fraction(str(item["yield_share"]))  # without loss a phantom passes parts of a unit on as they are
    start = good if share == 1 else Fraction(math.ceil(good / share))
    for line in lines:
        ends = line["valid_to"] and (line["valid_to"] - NOW.date()).days + 1
        if line["parent"] != item["item"] or (ends and moment >= ends):
            continue
        factor = Fraction(str(line["quantity_per"])) / (1 - Fraction(str(line["scrap"])))
        wanted = (1 if line["per_order"] else start) * factor
        need[line["component"]].append((moment, wanted, True))


@settings(max_examples=200, deadline=None)
@given(companies(), st.randoms(use_true_random=False))
def test_same_planned_orders_as_by_hand(company, chance):
    """Law: any small company gets the same item, quantity, release and arrival, in whatever order its rows come."""
    items, lines, stock, wanted = company
    before = planned(items, lines, stock, wanted)
    assert before == by_hand(items, lines, stock, wanted)
    for rows in (items, lines, wanted):
        chance.shuffle(rows)
    assert planned(items, lines, stock, wanted) == before


def test_the_oracle_itself():
    """Example: 30 in lots of 12 are three orders; two days later their material is taken, one in five being lost."""
    base = {
        "item": "i0", "source": "make", "lot_rule": "fixed", "lot_size": 12.0, "lot_minimum": 0.0, "lot_multiple": 0.0,
        "lot_days": 1.0, "lot_maximum": None, "lead_time_days": 2.0, "yield_share": 1.0, "shelf_life_days": None,
        "phantom": False,
    }  # fmt: skip
    part = {**base, "item": "i1", "source": "buy", "lot_rule": "lot_for_lot", "lead_time_days": 3.0}
    line = {"parent": "i0", "component": "i1", "quantity_per": 2.0, "scrap": 0.2, "per_order": False, "valid_to": None}
    found = by_hand([base, part], [line], [], [("i0", 30, 50)])
    assert found == [("i0", 12.0, 48.0, 50.0)] * 3 + [("i1", 90.0, 45.0, 48.0)]
    assert planned([base, part], [line], [], [("i0", 30, 50)]) == found
    assert day(50) == NOW + dt.timedelta(days=50)
