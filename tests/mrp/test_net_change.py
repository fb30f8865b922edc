"""Net change is held beside netting everything anew."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import stage
from quarterdeck.disciplines.mrp.book import given_supplies
from quarterdeck.disciplines.mrp.codes import codes_of
from quarterdeck.disciplines.mrp.net_change import Standing
from quarterdeck.disciplines.mrp.netting import net
from quarterdeck.disciplines.mrp.network import build, with_fences
from quarterdeck.disciplines.mrp.records import DEMAND, FOREVER, MICRO, records
from quarterdeck.model import Company
from quarterdeck.model.clock import DAY, as_seconds
from tests.mrp.shop import SETTINGS, table

NOW = as_seconds(SETTINGS.as_of)
ITEMS = [f"i{number}" for number in range(8)]


@st.composite
def networks(draw):
    """Eight items, each made of some of those behind it, with lot rules; a phantom among them; the last are bought."""
    rules = draw(st.lists(st.sampled_from(["lot_for_lot", "fixed", "multiple", "periods"]), min_size=8, max_size=8))
    phantom = draw(st.integers(1, 7))
    items = table(
        "item source lot_rule lot_size lot_minimum lot_days lead_time_days phantom",
        *((item, "make" if n < 6 else "buy", rules[n], 7.0, float(draw(st.integers(0, 5))), 4.0,
           float(draw(st.integers(0, 6))), n == phantom) for n, item in enumerate(ITEMS)),
    )  # fmt: skip
    pairs = [(a, b) for a in range(6) for b in range(a + 1, 8)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=12, unique=True))
    lines = table("parent component quantity_per", *((ITEMS[a], ITEMS[b], float(draw(st.integers(1, 3))))
                                                     for a, b in sorted(chosen)))  # fmt: skip
    company = Company.of(items=items, bom_lines=lines)
    empty = stage.Plan.blank(SETTINGS)["requirements"]
    codes = codes_of(company, empty)
    mesh = build(company, SETTINGS, codes, np.arange(codes.size))
    return with_fences(mesh, np.zeros(mesh.place.size, np.int64), NOW)


wanted_rows = st.lists(
    st.tuples(st.integers(0, 7), st.integers(1, 20), st.integers(-2, 40), st.integers(1, 3)), min_size=1, max_size=12
)
given_rows = st.lists(st.tuples(st.integers(0, 7), st.integers(1, 15), st.integers(-5, 20)), max_size=8)


def demands_of(rows):
    """Requirements in the rank that the product gives them."""
    ranked = sorted(rows, key=lambda row: (row[2], row[3], row[0], row[1]))
    columns = np.array(ranked, np.int64).reshape(-1, 4).T
    return records(
        DEMAND, len(ranked), node=columns[0], quantity=columns[1] * MICRO, needed=NOW + columns[2] * DAY,
        priority=columns[3], source=np.arange(len(ranked)), sequence=-1,
    )  # fmt: skip


def supplies_of(rows):
    """Stock and open orders."""
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    return given_supplies(
        columns[0], columns[1] * MICRO, np.where(columns[2] <= 0, -FOREVER, NOW + columns[2] * DAY),
        np.full(columns[0].size, FOREVER),
    )  # fmt: skip


def facts(netted):
    """What was decided: supplies in their order, and who gets what of which."""
    columns = ("node", "quantity", "left", "needed", "release", "available", "expiry", "option")
    supplies = [tuple(row) for row in netted.supplies[list(columns)].tolist()]
    asked = netted.demands[["node", "quantity", "left", "needed", "priority", "source", "sequence"]]
    pegs = sorted((asked[peg["demand"]].tolist(), int(peg["supply"]), int(peg["quantity"])) for peg in netted.pegs)
    return supplies, pegs


@settings(max_examples=200, deadline=None)
@given(networks(), wanted_rows, given_rows, st.data())
def test_a_changed_order_as_anew(network, rows, supplies, data):
    """Law: after some orders have changed, come or gone, the plan is that of netting everything anew."""
    standing = Standing(network, demands_of(rows), supplies_of(supplies), NOW)
    assert facts(standing.netted()) == facts(net(network, demands_of(rows), supplies_of(supplies), NOW))
    for _ in range(3):
        number = data.draw(st.integers(0, len(rows) - 1))
        item, quantity, day, priority = rows[number]
        quantity, day = data.draw(st.integers(1, 30)), data.draw(st.integers(-2, 40))
        rows = [*rows[:number], (item, quantity, day, priority), *rows[number + 1 :]]
        after = demands_of(rows)
        for node in range(8):
            mine = after[after["node"] == node]
            if node in standing.own or mine.size:
                standing.change_demands(node, mine)
        assert facts(standing.netted()) == facts(net(network, after, supplies_of(supplies), NOW))


@settings(max_examples=200, deadline=None)
@given(networks(), wanted_rows, given_rows.filter(bool), st.data())
def test_a_changed_receipt_as_anew(network, rows, supplies, data):
    """Law: after a receipt has another quantity or date, the plan is that of netting everything anew."""
    standing = Standing(network, demands_of(rows), supplies_of(supplies), NOW)
    number = data.draw(st.integers(0, len(supplies) - 1))
    node = supplies[number][0]
    changed = list(supplies)
    changed[number] = (node, data.draw(st.integers(1, 30)), data.draw(st.integers(-5, 20)))
    after = supplies_of(changed)
    standing.change_supplies(node, after[after["node"] == node])
    assert facts(standing.netted()) == facts(net(network, demands_of(rows), after, NOW))


def test_only_what_is_touched_is_netted():
    """Story: a larger order of one bike nets the bike and its parts anew, and no other bike."""
    company = Company.of(
        items=table("item source", ("red", "make"), ("blue", "make"), ("frame", "buy"), ("bell", "buy")),
        bom_lines=table("parent component quantity_per", ("red", "frame", 1.0), ("blue", "bell", 1.0)),
    )
    codes = codes_of(company, stage.Plan.blank(SETTINGS)["requirements"])
    mesh = build(company, SETTINGS, codes, np.arange(codes.size))
    network = with_fences(mesh, np.zeros(4, np.int64), NOW)
    at = {mesh.item(node): node for node in range(4)}
    rows = demands_of([(at["red"], 5, 10, 1), (at["blue"], 5, 10, 1)])
    standing = Standing(network, rows, supplies_of([]), NOW)
    larger = rows[rows["node"] == at["red"]]
    larger["quantity"] *= 2
    assert standing.change_demands(at["red"], larger) == [at["red"], at["frame"]]
    assert standing.orders(at["frame"])["quantity"].tolist() == [10 * MICRO]
    assert standing.change_demands(at["red"], larger) == [at["red"]]
