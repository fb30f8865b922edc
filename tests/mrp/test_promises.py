"""Promises: deliveries, causes, projected stock, actions."""

import datetime as dt

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import promises, stage
from quarterdeck.disciplines.mrp.causes import BLAME, blamed
from quarterdeck.disciplines.mrp.chains import Link
from quarterdeck.model import Company
from tests.mrp.shop import NOW, SETTINGS, company, day, plan, table, wall


def _promised(shop, wanted):
    return promises.run(shop, stage.run(shop, wanted, SETTINGS), SETTINGS)


def _delivery(result, demand="D000001"):
    return result.deliveries.row(by_predicate=pl.col("demand") == demand, named=True)


def test_a_week_in_the_shop():
    """The late frame order is named with its supplier, the bike's delay explained, and expediting proposed."""
    shop = company(purchase_orders=table("order supplier item quantity due", ("PO-1", "acme", "frame", 1.0, wall(14))))
    result = _promised(shop, plan(("bike", 1, 12)))
    delivery = _delivery(result)
    assert (delivery["state"], delivery["delivered"], delivery["late_seconds"]) == ("late", day(14), 2 * 86_400)
    assert delivery["reason"] == "Frame arrives Mon 19 Jan from Acme Works (PO-1), 2 days late"
    assert result.causes["cause"].to_list() == ["material"]
    action = result.actions.row(0, named=True)
    assert (action["action"], action["order"], action["to_date"]) == ("expedite", "PO-1", day(12))
    assert [problem.code for problem in result.problems] == ["order-late"]


def test_short_notice_is_called_lead_time():
    """Ten days' frames wanted in three."""
    result = _promised(company(), plan(("bike", 1, 3)))
    assert result.causes.select("cause", "seconds").rows() == [("lead_time", 7 * 86_400)]
    assert (
        _delivery(result)["reason"] == "Frame ordered now arrives Thu 15 Jan from Acme Works, 7 days after it is needed"
    )


def test_what_was_due_before_now_is_past_due():
    """In stock, but due last week: late by exactly what has passed."""
    result = _promised(company(stock_lots=table("item quantity", ("frame", 1.0))), plan(("frame", 1, -4)))
    assert result.causes.select("cause", "seconds").rows() == [("past_due", 4 * 86_400)]


def test_without_supply_an_order_is_short():
    """Nothing is known of the item: the whole quantity is short, and a problem says so."""
    result = _promised(company(), plan(("ghost", 3, 5)))
    delivery = _delivery(result)
    assert (delivery["state"], delivery["short"], delivery["delivered"]) == ("short", 3.0, None)
    assert result.causes["cause"].to_list() == ["short"]
    assert "order-short" in {problem.code for problem in result.problems}


def test_a_partial_delivery_counts_what_is_there():
    """Two of three in time: counted where parts may be shipped, not where only the whole counts."""
    shop = company(stock_lots=table("item quantity", ("frame", 2.0)))
    whole = plan(("frame", 3, 3))
    parts = whole.with_tables(requirements=whole.requirements.with_columns(ship_complete=pl.lit(value=False)))
    assert _delivery(_promised(shop, whole))["on_time"] == 0.0
    assert _delivery(_promised(shop, parts))["on_time"] == 2.0


def test_services_are_delivered_when_due():
    """Nothing to supply, nothing late."""
    result = _promised(Company.of(items=table("item source", ("advice", "none"))), plan(("advice", 1, 5)))
    assert _delivery(result)["state"] == "on_time"


def test_projected_stock_follows_what_comes_goes_and_expires():
    """Ten there, four sold on day 2, five expire on day 5, and nothing else happens."""
    lots = table("lot item quantity expiry", ("a", "frame", 9.0, dt.date(2026, 1, 9)), ("b", "frame", 1.0, None))
    result = _promised(company(stock_lots=lots), plan(("frame", 4, 2)))
    rows = (
        result.projected_stock.filter(pl.col("item") == "frame").select("date", "outgoing", "expired", "stock").rows()
    )
    assert rows == [
        (dt.date(2026, 1, 5), 0.0, 0.0, 10.0),
        (dt.date(2026, 1, 7), 4.0, 0.0, 6.0), (dt.date(2026, 1, 10), 0.0, 5.0, 1.0)
    ]  # fmt: skip


def test_open_orders_nobody_needs_are_cancelled_deferred_or_cut():
    """One order serves nobody, one comes a month early, one brings twice what is needed."""
    shop = company(
        purchase_orders=table(
            "order supplier item quantity due", ("PO-1", "acme", "wheel", 5.0, wall(9)),
            ("PO-2", "acme", "frame", 5.0, wall(9)),
            ("PO-3", "acme", "spoke", 10.0, wall(29)),
        )
    )  # fmt: skip
    result = _promised(shop, plan(("frame", 5, 40), ("spoke", 5, 30)))
    found = dict(result.actions.select("order", "action").iter_rows())
    assert found == {"PO-1": "cancel", "PO-2": "defer", "PO-3": "decrease"}
    quantity = dict(result.actions.select("order", "quantity").iter_rows())
    assert (quantity["PO-1"], quantity["PO-3"]) == (0.0, 5.0)


def test_what_is_to_be_released_this_week_is_said_with_its_purpose():
    """The frame must be ordered on day 2; the wheel's spokes not before day 7."""
    result = _promised(company(), plan(("bike", 1, 12)))
    release = result.actions.row(by_predicate=pl.col("item") == "frame", named=True)
    assert release["by"] == day(2)
    assert release["reason"] == "Order 1 Frame from Acme Works: needed on Sat 17 Jan for SO-1."


def test_an_earlier_open_order_could_bring_more():
    """Two frames are missing before a new order can come; the open one comes first."""
    shop = company(purchase_orders=table("order supplier item quantity due", ("PO-1", "acme", "frame", 1.0, wall(2))))
    result = _promised(shop, plan(("frame", 3, 3)))
    increase = result.actions.row(by_predicate=pl.col("action") == "increase", named=True)
    assert (increase["order"], increase["quantity"]) == ("PO-1", 3.0)


LINKS = st.lists(st.tuples(st.sampled_from(BLAME), st.integers(0, 10**6)), max_size=9)


@given(LINKS, st.integers(0, 10**7))
def test_blame_adds_up_to_the_lateness(links, late):
    """Whatever the chain and the lateness: every second is explained, none twice."""
    chain = [Link(cause, seconds, "", "a", "", 0, "") for cause, seconds in links]
    assert sum(link.seconds for link in blamed(chain, late, "a")) == late


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["bike", "frame", "wheel"]), st.integers(1, 9), st.integers(-5, 30)),
        min_size=1,
        max_size=6,
    )
)
def test_every_late_second_is_explained_and_stock_is_conserved(demands):
    """Causes of each demand sum to its lateness; the last projected stock is what came less what went."""
    result = _promised(company(), plan(*demands))
    explained = dict(result.causes.group_by("demand").agg(pl.col("seconds").sum()).iter_rows())
    late = result.deliveries.filter(pl.col("state") == "late")
    assert {row["demand"]: row["late_seconds"] for row in late.iter_rows(named=True)} == explained
    assert (late["reason"] != "").all()
    stock = result.projected_stock
    assert stock["stock"].min() >= 0
    last = stock.group_by("item").agg(
        pl.col("stock").sort_by("date").last(), (pl.col("incoming") - pl.col("outgoing")).sum().alias("net")
    )
    assert (last["stock"] - last["net"]).abs().max() < 1e-6


def test_operations_explain_a_queue_at_a_machine():
    """The schedule says the wheel waited three days for the truing stand: that is the cause."""
    shop = company(
        operations=table("item sequence work_centre run_minutes", ("wheel", 10, "truing", 60.0)),
        work_centres=table("work_centre name", ("truing", "Truing")),
    )
    netted = stage.run(shop, plan(("wheel", 1, 20)), SETTINGS)
    code = netted.orders.filter(pl.col("item") == "wheel")["order"].item()
    ready, start = day(19, 23), day(22, 23)
    operation = pl.DataFrame({
        "order": [code], "sequence": [10], "item": ["wheel"], "quantity": [1.0],
        "work_centre": ["truing"], "ready": [ready],
        "setup_start": [start], "start": [start], "end": [day(23)], "setup_seconds": [0], "run_seconds": [3600],
        "waited_for": ["machine"], "blocker": ["WO-7"],
    })  # fmt: skip
    late = netted.orders.with_columns(
        available=pl.when(pl.col("order") == code).then(pl.lit(day(23))).otherwise("available")
    )
    result = promises.run(shop, netted.with_tables(orders=late, operations=operation), SETTINGS)
    assert result.causes.select("cause", "seconds", "object").rows() == [("capacity", 3 * 86_400, "truing")]
    assert _delivery(result)["reason"] == "3 days queue at Truing behind WO-7"
    assert _delivery(result)["delivered"] > NOW


def test_what_is_late_is_expedited_for_whom_it_keeps_waiting():
    """Two late frames, each named with the bicycle that waits for it and by how much."""
    rows = (("PO-1", "acme", "frame", 1.0, wall(14)), ("PO-2", "acme", "frame", 1.0, wall(30)))
    late = table("order supplier item quantity due", *rows)
    result = _promised(company(purchase_orders=late), plan(("bike", 1, 12), ("bike", 1, 29)))
    found = {row["order"]: row["effect"] for row in result.actions.iter_rows(named=True) if row["action"] == "expedite"}

    assert found == {
        "PO-1": "Up to 2 days less lateness for SO-1.",
        "PO-2": "Up to 24 h less lateness for SO-2.",
    }
