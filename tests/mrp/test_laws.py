"""Laws of netting, on companies that have a bit of everything at once.

Two sites and a lane between them, alternative suppliers and materials, a substitute, expiring and blocked lots, firm
and open orders, lot rules with minimum, multiple and maximum, losses, a phantom, validity of lines.
"""

from __future__ import annotations

import datetime as dt
import math

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import stage
from quarterdeck.disciplines.mrp.freshness import kept_fresh
from quarterdeck.model import Company, Plan
from tests.mrp.shop import NOW, SETTINGS, plan, wall

MADE, BOUGHT = ["bike", "wheel"], ["frame", "spoke", "brass"]
ITEMS = [*MADE, *BOUGHT]
EXAMPLES = settings(max_examples=200, deadline=None)
DAY = dt.timedelta(days=1)


def _frame(rows):
    return pl.DataFrame(rows, infer_schema_length=None)


@st.composite
def firms(draw):
    """Tables of a company, and what is wanted: (item, quantity, day, priority) with its site."""
    flag, some = st.booleans(), st.integers(0, 9)
    items = [
        {
            "item": item, "source": "make" if item in MADE else "buy", "cost": 1.0,
            "lot_rule": draw(st.sampled_from(["lot_for_lot", "lot_for_lot", "multiple", "fixed", "periods"])),
            "lot_size": float(draw(st.integers(1, 12))), "lot_minimum": float(draw(some)),
            "lot_multiple": float(draw(st.integers(0, 4))), "lot_days": float(draw(st.integers(1, 9))),
            "lot_maximum": draw(st.sampled_from([None, None, 10.0])), "lead_time_days": float(draw(st.integers(0, 6))),
            "yield_share": draw(st.sampled_from([1.0, 1.0, 0.8])) if item in MADE else 1.0,
            "shelf_life_days": draw(st.sampled_from([None, None, 5.0])), "phantom": item == "wheel" and draw(flag),
        }
        for item in ITEMS
    ]  # fmt: skip
    lines = [("bike", "frame", 1.0), ("bike", "wheel", 2.0), ("wheel", "spoke", 3.0), ("wheel", "frame", 1.0)]
    kept = draw(st.lists(st.sampled_from(lines), min_size=1, max_size=4, unique=True))
    bom = [
        {"parent": parent, "component": part, "quantity_per": per, "scrap": draw(st.sampled_from([0.0, 0.0, 0.1])),
         "valid_to": draw(st.sampled_from([None, None, dt.date(2026, 2, 10)]))}
        for parent, part, per in kept
    ]  # fmt: skip
    options = [
        {"item": item, "supplier": supplier, "lead_time_days": float(draw(some)), "priority": draw(st.integers(1, 3)),
         "minimum": draw(st.sampled_from([None, 4.0])), "multiple": draw(st.sampled_from([None, 3.0]))}
        for item in BOUGHT for supplier in draw(st.sets(st.sampled_from(["acme", "rush"])))
    ]  # fmt: skip
    lots = [
        {"lot": f"L{number}", "item": draw(st.sampled_from(ITEMS)), "site": draw(st.sampled_from(["main", "west"])),
         "quantity": float(draw(st.integers(1, 30))), "hold": draw(st.integers(0, 3)) == 0,
         "expiry": draw(st.sampled_from([None, None, dt.date(2026, 1, 20)]))}
        for number in range(draw(st.integers(0, 5)))
    ]  # fmt: skip
    bought = [
        {"order": f"PO-{number}", "item": draw(st.sampled_from(BOUGHT)), "site": "main", "supplier": "acme",
         "quantity": float(draw(st.integers(1, 20))), "due": wall(draw(st.integers(-2, 40))),
         "status": draw(st.sampled_from(["released", "firm", "draft"]))}
        for number in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    making = [
        {"order": f"WO-{number}", "item": draw(st.sampled_from(MADE)), "site": "main",
         "quantity": float(draw(st.integers(1, 20))), "due": wall(draw(st.integers(0, 40)))}
        for number in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    alternates = [
        {"parent": "wheel", "component": "spoke", "alternate": "brass", "ratio": draw(st.sampled_from([1.0, 2.0])),
         "use": draw(st.sampled_from(["use_up", "when_late"]))}
    ] if draw(flag) else []  # fmt: skip
    tables = {
        "items": items, "bom_lines": bom, "supply_options": options, "stock_lots": lots, "purchase_orders": bought,
        "work_orders": making, "material_alternates": alternates,
        "suppliers": [{"supplier": "acme"}, {"supplier": "rush"}], "sites": [{"site": "main"}, {"site": "west"}],
        "lanes": [{"from_site": "main", "to_site": "west", "transport_days": float(draw(st.integers(0, 4)))}],
        "item_sites": [{"item": item, "site": "west", "source_site": "main"} for item in ITEMS],
    }  # fmt: skip
    wanted = draw(
        st.lists(
            st.tuples(
                st.sampled_from(ITEMS), st.integers(1, 30), st.integers(-3, 60), st.integers(1, 9),
                st.sampled_from(["main", "main", "west"]),
            ),
            min_size=1, max_size=7,
        )
    )  # fmt: skip
    return tables, wanted


def netted(tables, wanted) -> Plan:
    """The plan of a company drawn above."""
    company = Company.of(**{name: _frame(rows) for name, rows in tables.items() if rows})
    asked = plan(*[demand[:4] for demand in wanted])
    places = pl.DataFrame({"demand": asked.requirements["demand"], "place": [demand[4] for demand in wanted]})
    moved = asked.requirements.join(places, on="demand", maintain_order="left").with_columns(site="place").drop("place")
    return kept_fresh(company, stage.run(company, asked.with_tables(requirements=moved), SETTINGS), SETTINGS)


def _given_away(result, kind, code, frame):
    """What is taken of each supply beside what it has."""
    taken = result.pegs.filter(pl.col("supply_kind") == kind).group_by("supply").agg(taken=pl.col("quantity").sum())
    return frame.join(taken, left_on=code, right_on="supply", how="inner")


@EXAMPLES
@given(firms(), st.sampled_from(ITEMS), st.randoms(use_true_random=False))
def test_every_law_holds(firm, item, chance):
    """All laws below, of one plan of each company, of one with more stock, and of one from tables in another order."""
    result = netted(*firm)
    pegs_sum_to_demand(result)
    no_supply_gives_more_than_it_has(firm, result)
    lots_keep_their_rules(firm, result)
    nothing_begins_before_its_material(result)
    more_stock_makes_nothing_later(firm, result, item)
    order_of_rows_is_irrelevant(firm, result, chance)


def pegs_sum_to_demand(result):
    """Every requirement is pegged to supplies in full."""
    got = (
        result.pegs.filter(pl.col("demand_kind") == "requirement").group_by("demand").agg(got=pl.col("quantity").sum())
    )
    both = result.requirements.join(got, on="demand", how="left").with_columns(pl.col("got").fill_null(0.0))
    assert both.filter((pl.col("got") - pl.col("quantity")).abs() > 1e-9).is_empty()


def no_supply_gives_more_than_it_has(firm, result):
    """Orders and lots give what they have, blocked lots nothing, and no lot once it has expired."""
    tables, _ = firm
    orders = _given_away(result, "order", "order", result.orders)
    assert (orders["taken"] - orders["quantity"]).max() is None or (orders["taken"] - orders["quantity"]).max() < 1e-9
    if not tables["stock_lots"]:
        assert result.pegs.filter(pl.col("supply_kind") == "stock").is_empty()
        return
    lots = _given_away(result, "stock", "lot", _frame(tables["stock_lots"]))
    assert lots.filter(pl.col("hold") | (pl.col("taken") > pl.col("quantity") + 1e-9)).is_empty()
    ends = {lot["lot"]: lot["expiry"] for lot in tables["stock_lots"] if lot["expiry"]}
    for supply, needed in result.pegs.filter(pl.col("supply_kind") == "stock").select("supply", "needed").iter_rows():
        assert supply not in ends or needed.date() <= ends[supply]


def lots_keep_their_rules(firm, result):
    """Every order that is planned is a whole multiple between least and most, or the fixed size."""
    tables, _ = firm
    rules = {item["item"]: item for item in tables["items"]}
    agreed = {option["item"] for option in tables["supply_options"]}
    made = result.orders.filter(pl.col("state") == "planned", pl.col("kind") != "transfer")
    for item, quantity in made.filter(~pl.col("item").is_in(list(agreed))).select("item", "quantity").iter_rows():
        rule = rules[item]
        step = max(int(rule["lot_multiple"]), 1)
        if rule["lot_rule"] == "fixed":
            assert quantity == rule["lot_size"]
            continue
        most = max(rule["lot_maximum"] // step * step, step) if rule["lot_maximum"] else math.inf
        assert quantity % step == 0
        assert min(rule["lot_minimum"], most) <= quantity <= most


def nothing_begins_before_its_material(result):
    """What an order is pegged to is there when it begins, and nothing begins before now."""
    planned = result.orders.filter(pl.col("state") == "planned")
    assert planned.filter(pl.col("release") < NOW).is_empty()
    pegs = result.pegs.filter(pl.col("demand_kind") == "order", pl.col("supply_kind") == "order")
    there = pegs.join(result.orders.select(supply="order", there="available"), on="supply")
    begun = there.join(planned.select(demand="order", begins="release"), on="demand")
    assert begun.filter(pl.col("there") > pl.col("begins")).is_empty()


def more_stock_makes_nothing_later(firm, result, item):
    """A hundred more of something that does not expire: no requirement is served later."""
    tables, wanted = firm
    more = {"lot": "MORE", "item": item, "site": "main", "quantity": 100.0, "hold": False, "expiry": None}
    before, after = _served(result), _served(netted({**tables, "stock_lots": [*tables["stock_lots"], more]}, wanted))
    assert [demand for demand, there in after.items() if there > before[demand]] == []


def _served(result):
    """When the last of what each requirement takes is there, or when it is due if that is later."""
    there = result.orders.select(supply="order", there="available")
    pegs = result.pegs.filter(pl.col("demand_kind") == "requirement").join(there, on="supply", how="left")
    last = pegs.group_by("demand").agg(pl.col("there").max())
    rows = result.requirements.join(last, on="demand", how="left")
    return dict(rows.select("demand", pl.max_horizontal("due", "there")).iter_rows())


def order_of_rows_is_irrelevant(firm, result, chance):
    """Tables in another order lead to the same orders and pegs, to the bit."""
    tables, wanted = firm
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in tables.items()}
    other = netted(shuffled, wanted)
    assert result.orders.equals(other.orders)
    assert result.pegs.equals(other.pegs)


@EXAMPLES
@given(firms())
def test_planning_its_own_result_changes_nothing(firm):
    """With every planned order taken over as it is, nothing is left to plan, where everything can be in time.

    Left out is what a second plan may rightly see otherwise: phantoms wanted by themselves, of which others take once
    they are there, and alternatives, which a work order that is released has no more.
    """
    tables, wanted = _without_choices(firm)
    wanted = [(item, quantity, day + 60, *rest) for item, quantity, day, *rest in wanted]
    again = netted(_taken_over(tables, netted(tables, wanted)), wanted)
    assert again.orders.filter(pl.col("state") == "planned").is_empty()


def _without_choices(firm):
    """The company without alternatives, of which nobody wants a phantom by itself."""
    tables, wanted = firm
    phantoms = {item["item"] for item in tables["items"] if item["phantom"]}
    return {**tables, "material_alternates": []}, [demand for demand in wanted if demand[0] not in phantoms]


def _taken_over(tables, result):
    """The company once all planned orders are its own."""
    planned = result.orders.filter(pl.col("state") == "planned")
    due = pl.col("available").dt.replace_time_zone(None)
    bought = planned.filter(kind="buy").select(
        "order", "item", "site", "quantity", supplier="partner", due=due, status=pl.lit("released")
    )
    made = planned.filter(kind="make").select("order", "item", "site", "quantity", due=due)
    moved = planned.filter(kind="transfer").select(
        "order", "item", "quantity", from_site="partner", to_site="site", due=due
    )
    return {
        **tables, "purchase_orders": tables["purchase_orders"] + bought.to_dicts(),
        "work_orders": tables["work_orders"] + made.to_dicts(), "transfer_orders": moved.to_dicts(),
    }  # fmt: skip
