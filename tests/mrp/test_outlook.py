"""The outlook by weeks beside netting order by order."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import outlook, stage
from quarterdeck.model import Company
from tests.mrp.shop import SETTINGS, company, plan, table, wall
from tests.mrp.test_co_products import sawmill

ITEMS = ("bike", "frame", "wheel", "spoke")


def weeks(shop, wanted):
    """The outlook's rows by item: week number, planned."""
    rows = outlook.run(shop, wanted, SETTINGS)["outlook"].filter(pl.col("planned") > 0)
    first = SETTINGS.as_of.date()
    return {
        item: [((week - first).days // 7, quantity) for week, quantity in part.select("week", "planned").iter_rows()]
        for (item,), part in rows.group_by("item", maintain_order=True)
    }


def test_a_bike_pulls_its_parts_in_the_weeks_before():
    """Example: bikes wanted in week 5 need spokes there, which are ordered in the week before."""
    shop, wanted = company(), plan(("bike", 4, 38))
    assert weeks(shop, wanted) == {"bike": [(5, 4.0)], "frame": [(5, 4.0)], "wheel": [(5, 8.0)], "spoke": [(5, 256.0)]}
    rows = outlook.run(shop, wanted, SETTINGS)["outlook"].filter(pl.col("item") == "spoke", pl.col("released") > 0)
    assert [(week - SETTINGS.as_of.date()).days // 7 for week in rows["week"]] == [4]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(ITEMS), st.integers(1, 9), st.integers(20, 60)), min_size=1, max_size=8),
    st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 50), max_size=4),
)
def test_as_much_as_order_by_order(demands, stock):
    """Law: lot for lot, the outlook plans of every item what detailed netting plans."""
    shop = company()
    if stock:
        shop = company(stock_lots=table("item quantity", *((item, float(n)) for item, n in stock.items())))
    wanted = plan(*demands)
    detailed = stage.run(shop, wanted, SETTINGS)["orders"].group_by("item").agg(pl.col("quantity").sum())
    planned = {item: sum(quantity for _, quantity in rows) for item, rows in weeks(shop, wanted).items()}
    assert planned == dict(detailed.iter_rows())


def test_stock_adds_up():
    """Law: stock at the end of each week is that before, with what comes, less what is wanted."""
    shop = company(
        stock_lots=table("item quantity", ("frame", 3.0)),
        purchase_orders=table("order item quantity due", ("PO-1", "frame", 5.0, SETTINGS.as_of.replace(tzinfo=None))),
    )
    rows = outlook.run(shop, plan(("bike", 4, 10), ("bike", 9, 30)), SETTINGS)["outlook"]
    frames = rows.filter(pl.col("item") == "frame")
    change = frames["coming"] + frames["planned"] - frames["wanted"]
    assert (change.cum_sum() + 3.0).to_list() == pytest.approx(frames["stock"].to_list())
    assert frames["stock"].min() >= 0


def test_a_company_without_anything():
    """Refusal: nothing known, nothing wanted: no outlook, no error."""
    assert outlook.run(Company.of(), plan(), SETTINGS)["outlook"].is_empty()


def test_endless_quantities_are_told():
    """Refusal: a structure that multiplies without end names the item."""
    shop = company(bom_lines=table("parent component quantity_per", ("bike", "wheel", 1e8), ("wheel", "spoke", 1e8)))
    found = outlook.run(shop, plan(("bike", 4000, 30)), SETTINGS)
    assert [problem.code for problem in found.problems] == ["quantity-endless"]


def outlook_of(shop, wanted, item):
    """The outlook's rows of an item: week number, wanted, coming, planned, stock."""
    rows = outlook.run(shop, wanted, SETTINGS)["outlook"].filter(pl.col("item") == item).sort("week")
    first = SETTINGS.as_of.date()
    return [
        ((row["week"] - first).days // 7, *(row[name] for name in ("wanted", "coming", "planned", "stock")))
        for row in rows.iter_rows(named=True)
    ]


def test_what_orders_yield_comes_in_their_week():
    """Story: 40 boards yield 20 bags of chips in week 2, which the briquettes of week 5 take; no bag is planned."""
    wanted = plan(("board", 40, 20), ("briquette", 20, 40))
    assert outlook_of(sawmill(), wanted, "board") == [(2, 40.0, 0.0, 40.0, 0.0)]
    assert outlook_of(sawmill(), wanted, "chips") == [(2, 0.0, 20.0, 0.0, 20.0), (5, 20.0, 0.0, 0.0, 0.0)]


def test_boards_are_made_for_the_sake_of_chips():
    """Story: 30 briquettes of week 5 need 60 boards then; the 40 boards wanted in week 8 are taken of these."""
    wanted = plan(("board", 40, 60), ("briquette", 30, 40))
    assert outlook_of(sawmill(), wanted, "board") == [(5, 0.0, 0.0, 60.0, 60.0), (8, 40.0, 0.0, 0.0, 20.0)]
    assert outlook_of(sawmill(), wanted, "chips") == [(5, 30.0, 30.0, 0.0, 0.0)]
    assert [row[:4] for row in outlook_of(sawmill(), wanted, "log") if row[3]] == [(5, 120.0, 0.0, 120.0)]


def test_open_orders_yield_too():
    """Example: an open order of 40 boards yields 20 bags of chips."""
    order = table("order item quantity due", ("W", "board", 40.0, wall(15)))
    rows = outlook_of(sawmill(work_orders=order), plan(("briquette", 20, 40)), "chips")
    assert rows == [(2, 0.0, 20.0, 0.0, 20.0), (5, 20.0, 0.0, 0.0, 0.0)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(("board", "briquette")), st.integers(1, 20), st.integers(30, 80)),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_stock_of_co_products_is_never_less_than_nothing(demands):
    """Law: whatever boards and briquettes are wanted, no week ends short of anything."""
    rows = outlook.run(sawmill(), plan(*demands), SETTINGS)["outlook"]
    assert rows.filter(pl.col("stock") < 0).is_empty()
    assert rows.filter(pl.col("item") == "chips", pl.col("planned") > 0).is_empty()
