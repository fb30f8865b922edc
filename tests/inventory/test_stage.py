"""The inventory stage: targets for what is kept in stock, each with its reason."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.inventory.stage import run
from quarterdeck.model import RESULTS, Company, Plan, Settings

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def targets(series=(), **tables):
    """Targets by item and site for demand given as item, site, mean and spread a week, and company tables."""
    options = Settings(as_of=AS_OF)
    rows = [
        {
            "item": item, "site": site, "pattern": pattern[0] if pattern else "smooth", "method": "m", "reason": "r",
            "mean_per_week": mean, "spread_per_week": spread, "seasonal": False,
        }
        for item, site, mean, spread, *pattern in series
    ]  # fmt: skip
    blank = Plan.blank(options)
    plan = blank.with_tables(series=pl.DataFrame(rows)) if rows else blank
    found = run(Company.of(**tables), plan, options).targets
    good, failures = RESULTS["targets"].schema.filter(found)
    assert good.height == found.height, failures.counts()
    return {(row["item"], row["site"]): row for row in found.iter_rows(named=True)}


def bought(item="bolt", days=21.0, spread=0.0):
    """An item and its one supplier."""
    return {
        "items": pl.DataFrame({"item": [item], "cost": [2.0]}),
        "supply_options": pl.DataFrame(
            {"item": [item], "supplier": ["acme"], "lead_time_days": [days], "lead_time_spread_days": [spread]}
        ),
    }


def test_an_empty_company_has_no_targets():
    """Nothing sold, nothing made: nothing to keep."""
    assert targets() == {}


def test_safety_stock_of_a_bought_item():
    """Ten a week, spread 3, three weeks and one to review: z(.97) · 3 · √4 = 11.3, a little more for skewness."""
    row = targets([("bolt", "main", 100.0, 15.0)], **bought())[("bolt", "main")]
    assert row["lead_time_days"] == 21.0
    assert row["lead_time_demand"] == pytest.approx(400.0)
    assert row["safety_stock"] == pytest.approx(1.88 * 30, rel=0.06)
    assert row["reorder_point"] == pytest.approx(400 + row["safety_stock"])
    assert row["order_up_to"] == pytest.approx(row["reorder_point"] + 100)
    assert "acme" in row["reason"]
    assert "days of demand" in row["reason"]


def test_longer_and_less_certain_lead_times_need_more():
    """Stock against surprises grows with lead time and with its spread."""
    demand = [("bolt", "main", 10.0, 3.0)]
    found = [targets(demand, **bought(days=days, spread=spread)) for days, spread in ((7, 0), (28, 0), (28, 7))]
    stock = [table[("bolt", "main")]["safety_stock"] for table in found]
    assert stock == sorted(set(stock))


def test_new_and_fading_items_keep_half():
    """Where demand cannot be trusted, half of the safety stock is kept, and the reason says so."""
    full, half = (
        targets([("bolt", "main", 100.0, 30.0, kind)], **bought())[("bolt", "main")] for kind in ("smooth", "fading")
    )
    assert half["safety_stock"] == pytest.approx(full["safety_stock"] / 2, abs=1)
    assert "fades" in half["reason"]


def test_people_may_fix_levels():
    """A fixed safety stock, reorder point and maximum win over computed ones."""
    kept = pl.DataFrame({"item": ["bolt"], "safety_stock": [5.0], "reorder_point": [50.0], "maximum_stock": [60.0]})
    row = targets([("bolt", "main", 10.0, 3.0)], item_sites=kept, **bought())[("bolt", "main")]
    assert (row["safety_stock"], row["reorder_point"], row["order_up_to"]) == (5.0, 50.0, 60.0)
    assert "fixed" in row["reason"]


def test_a_wished_service_level_is_kept():
    """The service level of the item at the site counts, and more service needs more stock."""
    rows = [
        targets(
            [("bolt", "main", 10.0, 6.0)],
            item_sites=pl.DataFrame({"item": ["bolt"], "service_level": [level]}),
            **bought(),
        )[("bolt", "main")]
        for level in (0.8, 0.99)
    ]
    assert [row["service_level"] for row in rows] == [0.8, 0.99]
    assert rows[0]["safety_stock"] < rows[1]["safety_stock"]


BICYCLE = {
    "items": pl.DataFrame(
        {
            "item": ["bike", "frame", "tube", "wheel"],
            "source": ["make", "make", "buy", "buy"],
            "cost": [300.0, 80.0, 4.0, 30.0],
        }
    ),
    "bom_lines": pl.DataFrame(
        {
            "parent": ["bike", "bike", "frame"],
            "component": ["frame", "wheel", "tube"],
            "quantity_per": [1.0, 2.0, 4.0],
            "scrap": [0.0, 0.0, 0.2],
        }
    ),
    "operations": pl.DataFrame(
        {"item": ["bike", "frame"], "sequence": [10, 10], "run_minutes": [0.0, 0.0], "queue_hours": [24.0, 72.0]}
    ),
    "supply_options": pl.DataFrame({"item": ["tube", "wheel"], "supplier": ["a", "b"], "lead_time_days": [14.0, 28.0]}),
}


def test_components_share_the_demand_of_products():
    """Ten bikes need twenty wheels and, with a fifth lost, fifty tubes; frames are made when needed."""
    found = targets([("bike", "main", 10.0, 4.0)], **BICYCLE)
    assert found[("wheel", "main")]["lead_time_demand"] == pytest.approx(20.0 * 5)
    assert found[("tube", "main")]["lead_time_demand"] == pytest.approx(50.0 * 3)
    assert found[("frame", "main")]["safety_stock"] == 0
    assert "Made when it is needed" in found[("frame", "main")]["reason"]
    assert found[("wheel", "main")]["safety_stock"] > 0


def test_a_product_waits_for_what_is_not_in_stock():
    """A bike takes its own day and the three days of its frame; wheels and tubes lie in stock."""
    found = targets([("bike", "main", 10.0, 4.0)], **BICYCLE)
    assert found[("bike", "main")]["lead_time_days"] == pytest.approx(4.0)


def test_parts_are_served_better_than_products():
    """One missing part stops a product, so parts get the higher service level."""
    found = targets([("bike", "main", 10.0, 4.0)], **BICYCLE)
    assert found[("wheel", "main")]["service_level"] == pytest.approx(0.98)
    assert found[("bike", "main")]["service_level"] == pytest.approx(0.97)


def test_products_made_to_order_are_not_stocked():
    """An item with an order but no history has a target of zero."""
    options = Settings(as_of=AS_OF)
    wanted = pl.DataFrame(
        {
            "demand": ["D1"],
            "kind": ["sales_order"],
            "item": ["yacht"],
            "site": ["main"],
            "quantity": [1.0],
            "due": [AS_OF],
        }
    )
    plan = Plan.blank(options).with_tables(requirements=wanted)
    items = pl.DataFrame({"item": ["yacht"], "source": ["make"]})
    row = run(Company.of(items=items), plan, options).targets.row(0, named=True)
    assert (row["safety_stock"], row["reorder_point"], row["order_up_to"]) == (0, 0, 0)
    assert "Nothing kept" in row["reason"]


def test_services_have_no_target():
    """A service cannot be put on a shelf."""
    items = pl.DataFrame({"item": ["repair"], "source": ["none"]})
    assert targets([("repair", "main", 10.0, 3.0)], items=items) == {}


def test_a_site_is_supplied_by_another():
    """Demand of the shop is demand of the plant as well, and the way between them is the shop's lead time."""
    tables = bought() | {
        "item_sites": pl.DataFrame({"item": ["bolt"], "site": ["shop"], "source_site": ["plant"]}),
        "lanes": pl.DataFrame({"from_site": ["plant"], "to_site": ["shop"], "transport_days": [7.0]}),
    }
    found = targets([("bolt", "shop", 10.0, 3.0), ("bolt", "plant", 5.0, 4.0)], **tables)
    assert found[("bolt", "shop")]["lead_time_demand"] == pytest.approx(20.0)
    assert found[("bolt", "plant")]["lead_time_demand"] == pytest.approx(15.0 * 4)
    assert "from plant" in found[("bolt", "shop")]["reason"]


def test_circles_do_no_harm():
    """A bill of materials that runs in a circle is passed over without hanging."""
    tables = {
        "items": pl.DataFrame({"item": ["a", "b"], "source": ["make", "make"]}),
        "bom_lines": pl.DataFrame({"parent": ["a", "b"], "component": ["b", "a"], "quantity_per": [1.0, 1.0]}),
    }
    assert set(targets([("a", "main", 1.0, 1.0)], **tables)) == {("a", "main"), ("b", "main")}


def test_fifty_levels_of_diamonds_are_quick():
    """Two ways down on every level are 2^50 paths, but only fifty steps."""
    levels = 50
    lines = [(f"{k}", part, 0.5) for k in range(levels) for part in (f"l{k}", f"r{k}")]
    lines += [(f"{side}{k}", f"{k + 1}", 1.0) for k in range(levels) for side in "lr"]
    names = sorted({name for line in lines for name in line[:2]})
    tables = {
        "items": pl.DataFrame({"item": names, "source": ["make"] * len(names)}),
        "bom_lines": pl.DataFrame(lines, schema=["parent", "component", "quantity_per"], orient="row"),
    }
    found = targets([("0", "main", 8.0, 2.0)], **tables)
    assert found[(f"{levels}", "main")]["lead_time_demand"] == pytest.approx(8.0)


def test_classes_follow_value():
    """Eight tenths of the value are class A."""
    items = pl.DataFrame({"item": ["big", "small"], "cost": [Decimal(100), Decimal(1)]})
    found = targets([("big", "main", 10.0, 2.0), ("small", "main", 10.0, 20.0)], items=items)
    assert (found[("big", "main")]["abc"], found[("big", "main")]["xyz"]) == ("A", "X")
    assert (found[("small", "main")]["abc"], found[("small", "main")]["xyz"]) == ("C", "Z")


def test_an_unknown_item_is_taken_as_bought():
    """History of an item that no table declares still gives a target."""
    assert targets([("ghost", "main", 10.0, 3.0)])[("ghost", "main")]["safety_stock"] > 0


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1e12), st.floats(0, 1e12), st.floats(0, 3650), st.floats(0, 3650))
def test_any_demand_gives_sane_levels(mean, spread, days, lead_spread):
    """Whatever is foreseen, levels are finite, not negative, and in order."""
    row = targets([("bolt", "main", mean, spread)], **bought(days=days, spread=lead_spread))[("bolt", "main")]
    assert 0 <= row["safety_stock"] <= 1e12
    assert row["reorder_point"] <= row["order_up_to"] <= 1e12
