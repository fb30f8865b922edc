"""Netting as a stage: what is ordered, when, for whom."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp.stage import run
from quarterdeck.model import Company, Plan
from tests.mrp.shop import NOW, SETTINGS, company, day, orders_of, plan, table, wall


def test_a_bike_pulls_its_parts_through_all_levels():
    """Four bikes on day 30: frames are ordered ten days before, 256 spokes five days before."""
    result = run(company(), plan(("bike", 4, 30)), SETTINGS)
    assert orders_of(result, "bike") == [(4.0, 30.0, 30.0)]
    assert orders_of(result, "frame") == [(4.0, 20.0, 30.0)]
    assert orders_of(result, "spoke") == [(256.0, 25.0, 30.0)]
    assert result.orders.sort("level", "item")["level"].to_list() == [0, 1, 1, 2]


def test_stock_and_open_orders_come_first():
    """Two frames lie there, one is on its way: one more is ordered."""
    stocked = company(
        stock_lots=table("item quantity", ("frame", 2.0)),
        purchase_orders=table("order item quantity received due", ("PO-1", "frame", 3.0, 2.0, wall(20))),
    )
    result = run(stocked, plan(("bike", 4, 30)), SETTINGS)
    assert orders_of(result, "frame") == [(1.0, 20.0, 30.0)]
    assert orders_of(result, "frame", "open") == [(1.0, 0.0, 20.0)]


def test_nothing_is_ordered_before_now_and_lateness_climbs_up():
    """Frames take ten days but the bike is due on day 3: it is there on day 10."""
    result = run(company(), plan(("bike", 1, 3)), SETTINGS)
    assert orders_of(result, "frame") == [(1.0, 0.0, 10.0)]
    assert orders_of(result, "bike")[0][2] == 10.0
    assert result.orders.filter(pl.col("item") == "bike")["late_seconds"].item() == 7 * 86_400


def test_within_the_fence_the_more_important_order_is_served_first():
    """One frame in stock, two bikes wanted at once: priority 1 gets it although its date is later."""
    stocked = company(stock_lots=table("item quantity", ("frame", 1.0)))
    result = run(stocked, plan(("frame", 1, 2, 5), ("frame", 1, 4, 1)), SETTINGS)
    lot = result.pegs.filter(pl.col("supply_kind") == "stock")
    assert lot["demand"].to_list() == ["D000002"]


def test_orders_come_before_safety_stock():
    """Five in stock, five wanted as safety stock, three sold tomorrow: sold ones leave, safety is refilled."""
    stocked = company(stock_lots=table("item quantity", ("frame", 5.0)))
    result = run(stocked, plan(("frame", 3, 1), targets=[("frame", 5)]), SETTINGS)
    assert result.pegs.filter(pl.col("demand") == "D000001")["supply_kind"].to_list() == ["stock"]
    assert orders_of(result, "frame") == [(3.0, 0.0, 10.0)]
    assert result.requirements.filter(pl.col("kind") == "safety_stock")["quantity"].to_list() == [5.0]


def test_safety_stock_is_kept_when_a_new_order_can_come_in_time():
    """Five in stock as safety; five sold in a month are ordered, the five stay."""
    stocked = company(stock_lots=table("item quantity", ("frame", 5.0)))
    result = run(stocked, plan(("frame", 5, 30), targets=[("frame", 5)]), SETTINGS)
    assert orders_of(result, "frame") == [(5.0, 20.0, 30.0)]


@pytest.mark.parametrize(
    ("minutes", "setup", "orders"), [(480.0, 0.0, [1.0, 2.0]), (480.0, 30.0, [3.0]), (1.0, 0.0, [3.0])]
)
def test_long_work_of_a_day_is_one_order_each_unless_a_larger_one_saves_a_set_up(minutes, setup, orders):
    """One desk and two wanted on the same day: eight hours each are two orders; with a set-up, or in minutes, one."""
    desk = Company.of(
        items=pl.DataFrame({"item": ["desk"], "source": ["make"]}),
        work_centres=pl.DataFrame({"work_centre": ["bench"]}),
        operations=pl.DataFrame({
            "item": ["desk"], "sequence": [10], "work_centre": ["bench"], "run_minutes": [minutes],
            "setup_minutes": [setup],
        }),
    )  # fmt: skip
    result = run(desk, plan(("desk", 1, 30), ("desk", 2, 30)), SETTINGS)
    assert sorted(result.orders["quantity"]) == orders


def test_stock_is_not_used_after_it_expires():
    """First to expire goes first; what expires before the need is not touched."""
    lots = table(
        "lot item quantity expiry", ("old", "frame", 1.0, dt.date(2026, 1, 10)),
        ("new", "frame", 5.0, dt.date(2026, 3, 1)),
        ("held", "frame", 9.0, None),
    ).with_columns(hold=pl.col("lot") == "held")  # fmt: skip
    result = run(company(stock_lots=lots), plan(("frame", 1, 2), ("frame", 2, 20)), SETTINGS)
    used = result.pegs.sort("demand").select("demand", "supply", "quantity").rows()
    assert used == [("D000001", "old", 1.0), ("D000002", "new", 2.0)]


def test_scrap_yield_and_per_order_quantities():
    """Half of the wheels are good and a fifth of the spokes is lost; one rim tape per order."""
    items = table("item source yield_share", ("wheel", "make", 0.5), ("spoke", "buy", 1.0), ("tape", "buy", 1.0))
    bom = table(
        "parent component quantity_per scrap per_order",
        ("wheel", "spoke", 32.0, 0.2, False),
        ("wheel", "tape", 1.0, 0.0, True),
    )
    result = run(company(items=items, bom_lines=bom), plan(("wheel", 3, 30)), SETTINGS)
    wheel = result.orders.filter(pl.col("item") == "wheel").row(0, named=True)
    assert (wheel["quantity"], wheel["start_quantity"]) == (3.0, 6.0)
    assert orders_of(result, "spoke")[0][0] == 240.0
    assert orders_of(result, "tape")[0][0] == 1.0


def test_a_phantom_passes_its_needs_to_its_components():
    """The wheel is never made: the bike's order takes the spokes itself; wheels in stock are used up first."""
    shop = company(stock_lots=table("item quantity", ("wheel", 1.0)))
    shop = shop.replace(items=shop.items.with_columns(phantom=pl.col("item") == "wheel"))
    result = run(shop, plan(("bike", 1, 30)), SETTINGS)
    assert orders_of(result, "wheel") == []
    bike = result.orders.filter(pl.col("item") == "bike")["order"].item()
    spokes = result.pegs.filter(pl.col("item") == "spoke").row(0, named=True)
    assert (spokes["demand"], spokes["quantity"]) == (bike, 32.0)


def test_bill_of_material_lines_hold_on_their_dates():
    """The new spoke replaces the old one from February on."""
    items = table("item source", ("wheel", "make"), ("spoke", "buy"), ("spoke2", "buy"))
    bom = table(
        "parent component quantity_per valid_from valid_to", ("wheel", "spoke", 32.0, None, dt.date(2026, 1, 31)),
        ("wheel", "spoke2", 32.0, dt.date(2026, 2, 1), None),
    )  # fmt: skip
    result = run(company(items=items, bom_lines=bom), plan(("wheel", 1, 20), ("wheel", 1, 40)), SETTINGS)
    assert [row[2] for row in orders_of(result, "spoke")] == [20.0]
    assert [row[2] for row in orders_of(result, "spoke2")] == [40.0]


def test_a_routing_is_laid_back_from_the_need_over_working_time():
    """Eight hours of work in eight-hour days, due at midnight after a weekend, begin on Friday morning."""
    shop = company(
        sites=table("site calendar", ("main", "day")), calendars=table("calendar", ("day",)),
        shifts=table("calendar shift start_time end_time", ("day", "a", "08:00", "16:00")),
        operations=table("item sequence run_minutes", ("wheel", 10, 240.0)),
    )  # fmt: skip
    result = run(shop, plan(("wheel", 2, 28)), SETTINGS)
    assert orders_of(result, "wheel") == [(2.0, 25 + 8 / 24, 25 + 16 / 24)]


def test_another_site_replenishes_over_a_lane():
    """The shop in town is supplied from the plant, two days away, where frames are bought."""
    chain = company(
        sites=table("site", ("plant",), ("town",)),
        item_sites=table("item site source_site", ("frame", "town", "plant")),
        lanes=table("from_site to_site transport_days", ("plant", "town", 2.0)),
    )
    wanted = plan(("frame", 3, 30))
    wanted = wanted.with_tables(requirements=wanted.requirements.with_columns(site=pl.lit("town")))
    result = run(chain, wanted, SETTINGS)
    facts = result.orders.sort("level").select("kind", "site", "partner", "release", "available").rows()
    assert facts == [("transfer", "town", "plant", day(28), day(30)), ("buy", "plant", "acme", day(18), day(28))]


def test_open_work_orders_take_their_components_unless_these_were_issued():
    """Of two work orders for a wheel only the one without its material asks for spokes."""
    shop = company(
        work_orders=table(
            "order item quantity due materials_issued",
            ("WO-1", "wheel", 1.0, wall(9), True),
            ("WO-2", "wheel", 1.0, wall(9), False),
        )
    )
    result = run(shop, plan(("wheel", 2, 20)), SETTINGS)
    assert orders_of(result, "wheel") == []
    assert result.pegs.filter(pl.col("item") == "spoke").select("demand", "quantity").rows() == [("WO-2", 32.0)]


def test_the_preferred_supplier_unless_only_another_is_in_time():
    """Slow is preferred; where it would be late, quick is taken."""
    shop = company(
        suppliers=table("supplier", ("slow",), ("quick",)),
        supply_options=table(
            "item supplier lead_time_days priority", ("frame", "slow", 20.0, 1), ("frame", "quick", 2.0, 2)
        ),
    )
    result = run(shop, plan(("frame", 1, 5), ("frame", 1, 60)), SETTINGS)
    assert result.orders.sort("available")["partner"].to_list() == ["quick", "slow"]


def test_an_open_order_a_little_late_is_waited_for_not_bought_again():
    """The frame comes two days late; nobody orders a second one."""
    shop = company(purchase_orders=table("order item quantity due", ("PO-1", "frame", 1.0, wall(14))))
    result = run(shop, plan(("bike", 1, 12)), SETTINGS)
    assert orders_of(result, "frame") == []
    assert orders_of(result, "bike")[0][2] == 14.0


def test_services_need_no_supply_and_a_company_may_have_nothing():
    """A consultancy's day is delivered as it is; an empty company gives an empty plan."""
    service = Company.of(items=table("item source", ("advice", "none")))
    assert run(service, plan(("advice", 1, 5)), SETTINGS).orders.is_empty()
    assert run(Company.of(), Plan.blank(SETTINGS), SETTINGS).pegs.is_empty()


def test_what_cannot_be_planned_is_named():
    """A stranger among the items, a part without supplier, stock past its date."""
    shop = company(
        stock_lots=table("item quantity expiry", ("wheel", 4.0, dt.date(2025, 12, 1))),
        supply_options=table("item supplier"),
    )
    result = run(shop, plan(("ghost", 1, 5), ("frame", 1, 5)), SETTINGS)
    assert {problem.code for problem in result.problems} == {"unknown-item", "no-supplier", "expired-stock"}
    assert orders_of(result, "frame") == [(1.0, 5.0, 5.0)]


def test_a_cycle_is_named_and_the_rest_planned():
    """A wheel that needs a bike: the bike is still ordered."""
    bom = table(
        "parent component quantity_per", ("bike", "wheel", 1.0), ("wheel", "bike", 1.0), ("wheel", "spoke", 1.0)
    )
    result = run(company(bom_lines=bom), plan(("bike", 1, 30)), SETTINGS)
    assert "supply-cycle" in {problem.code for problem in result.problems}
    assert orders_of(result, "bike") == [(1.0, 30.0, 30.0)]


def test_codes_of_planned_orders_avoid_the_companys_own():
    """A company whose purchase orders are called P000001 gets PP and a number."""
    shop = company(purchase_orders=table("order item quantity due", ("P000001", "frame", 1.0, wall(60))))
    codes = run(shop, plan(("spoke", 1, 30)), SETTINGS).orders.filter(pl.col("state") == "planned")["order"]
    assert [code.startswith("PP") and code[2:].isdigit() for code in codes] == [True]


ITEMS = ["bike", "frame", "wheel", "spoke"]
DEMANDS = st.lists(
    st.tuples(st.sampled_from(ITEMS), st.integers(1, 9), st.integers(0, 60), st.integers(1, 9)),
    min_size=1, max_size=8,
)  # fmt: skip
STOCK = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 99), max_size=4)


def _stocked(stock):
    return (
        company(stock_lots=table("item quantity", *[(item, float(n)) for item, n in stock.items()]))
        if stock
        else company()
    )


@settings(max_examples=200, deadline=None)
@given(DEMANDS, STOCK, st.sampled_from(ITEMS), st.randoms(use_true_random=False))
def test_every_law_holds(demands, stock, item, shuffle):
    """All laws below, of one plan of each shop and of those that it is compared with."""
    result = run(_stocked(stock), plan(*demands), SETTINGS)
    pegs_sum_to_demand_and_never_exceed_supply(result, demands)
    quantities_agree_with_netting_by_hand(result, demands, stock)
    the_order_of_rows_is_irrelevant(result, demands, stock, shuffle)
    more_stock_never_makes_anything_later(result, demands, stock, item)
    planning_what_was_planned_changes_nothing(result, demands, stock)


def pegs_sum_to_demand_and_never_exceed_supply(result, demands):
    """Every requirement is pegged in full, and no lot or order gives more than it has."""
    got = result.pegs.filter(pl.col("demand_kind") == "requirement").group_by("demand").agg(pl.col("quantity").sum())
    wanted = result.requirements.join(got, on="demand")
    assert wanted.height == len(demands)
    assert (wanted["quantity"] - wanted["quantity_right"]).abs().max() < 1e-9
    given_away = result.pegs.filter(pl.col("supply_kind") == "order").group_by("supply").agg(pl.col("quantity").sum())
    both = result.orders.join(given_away, left_on="order", right_on="supply")
    assert (both["quantity_right"] - both["quantity"]).max() is None or (
        both["quantity_right"] - both["quantity"]
    ).max() < 1e-9
    assert result.orders["release"].min() is None or result.orders["release"].min() >= NOW


def the_order_of_rows_is_irrelevant(result, demands, stock, shuffle):
    """Shuffled tables give the same orders, to the bit."""
    shop, wanted = _stocked(stock), plan(*demands)
    again = {
        name: frame.sample(fraction=1, shuffle=True, seed=shuffle.randrange(1000))
        for name, frame in shop.frames.items()
        if frame.height
    }
    rows = wanted.requirements.sample(fraction=1, shuffle=True, seed=7)
    other = run(shop.replace(**again), wanted.with_tables(requirements=rows), SETTINGS)
    assert result.orders.equals(other.orders)
    assert result.pegs.equals(other.pegs)


def more_stock_never_makes_anything_later(result, demands, stock, item):
    """A hundred more of anything: the sum of lateness does not grow."""
    rich = run(_stocked({**stock, item: stock.get(item, 0) + 100}), plan(*demands), SETTINGS)
    late = [each.orders.filter(pl.col("level") >= 0)["late_seconds"].sum() for each in (result, rich)]
    assert late[1] <= late[0]


def _by_hand(demands, stock):
    """The quantities of every item by the book: level by level, all needs netted against stock."""
    need = dict.fromkeys(["bike", "frame", "wheel", "spoke"], 0)
    for item, quantity, _, _ in demands:
        need[item] += quantity
    made = {}
    for item, parts in (("bike", {"frame": 1, "wheel": 2}), ("wheel", {"spoke": 32}), ("frame", {}), ("spoke", {})):
        made[item] = max(0, need[item] - stock.get(item, 0))
        for part, per in parts.items():
            need[part] += per * made[item]
    return made


def quantities_agree_with_netting_by_hand(result, demands, stock):
    """Lot-for-lot quantities of every item are those of plain gross-to-net arithmetic."""
    found = dict(result.orders.group_by("item").agg(pl.col("quantity").sum()).iter_rows())
    assert {item: quantity for item, quantity in _by_hand(demands, stock).items() if quantity} == found


@pytest.mark.parametrize("decimals", [0, 3])
def test_quantities_are_counted_in_what_can_be_counted(decimals):
    """A third of a sheet per bike: whole sheets, or thousandths of one."""
    items = table("item source decimals", ("bike", "make", 0), ("sheet", "buy", decimals))
    bom = table("parent component quantity_per", ("bike", "sheet", 1 / 3))
    result = run(company(items=items, bom_lines=bom), plan(("bike", 4, 30)), SETTINGS)
    assert orders_of(result, "sheet")[0][0] == (2.0 if decimals == 0 else 1.334)


def _tower(levels):
    """A chain of made items, each of the next, the last one bought."""
    names = [f"i{level:05d}" for level in range(levels)]
    items = pl.DataFrame({"item": names, "source": ["make"] * (levels - 1) + ["buy"]})
    bom = pl.DataFrame({"parent": names[:-1], "component": names[1:], "quantity_per": [1.0] * (levels - 1)})
    return Company.of(items=items, bom_lines=bom)


def test_five_thousand_levels_are_netted():
    """One order on every level, each pegged to the one above."""
    result = run(_tower(5000), plan(("i00000", 3, 30)), SETTINGS)
    assert result.orders.height == result.pegs.height == 5000
    assert result.orders["level"].max() == 4999


def test_a_diamond_of_two_to_the_forty_paths_is_netted_once_a_node():
    """Each level doubles what is needed, exactly."""
    names = [f"n{number:03d}" for number in range(121)]
    edges = [(3 * i, 3 * i + k) for i in range(40) for k in (1, 2)]
    edges += [(3 * i + k, 3 * i + 3) for i in range(40) for k in (1, 2)]
    items = pl.DataFrame({"item": names, "source": ["make"] * 120 + ["buy"]})
    pairs = {"parent": [names[a] for a, _ in edges], "component": [names[b] for _, b in edges]}
    bom = pl.DataFrame({**pairs, "quantity_per": [1.0] * 160})
    company = Company.of(items=items, bom_lines=bom)
    result = run(company, plan(("n000", 1, 30)), SETTINGS)
    assert result.orders.height == 121
    assert result.orders.filter(pl.col("item") == "n120")["quantity"].item() == 2**40
    too_much = run(company, plan(("n000", 3, 30)), SETTINGS).problems
    assert ("quantity-endless", "n120") in {(problem.code, problem.key) for problem in too_much}


def _released(result):
    """What the plan would have released, as the company's own open orders."""
    planned = result.orders.filter(pl.col("state") == "planned")
    due = pl.col("available").dt.replace_time_zone(None)
    bought = planned.filter(pl.col("kind") == "buy").select(
        "order", "item", "site", "quantity", supplier="partner", due=due
    )
    made = planned.filter(pl.col("kind") == "make").select("order", "item", "site", quantity="start_quantity", due=due)
    return {"purchase_orders": bought, "work_orders": made}


def planning_what_was_planned_changes_nothing(result, demands, stock):
    """With every planned order released, there is nothing left to plan."""
    again = run(_stocked(stock).replace(**_released(result)), plan(*demands), SETTINGS)
    assert again.orders.filter(pl.col("state") == "planned").is_empty()


def test_an_open_order_starts_with_whole_pieces():
    """Example: of what is started 85 % are good; ten wheels still to come need twelve frames, not 11.76."""
    company = Company.of(
        items=table("item source yield_share", ("wheel", "make", 0.85), ("frame", "buy", 1.0)),
        bom_lines=table("parent component quantity_per", ("wheel", "frame", 1.0)),
        work_orders=table("order item quantity due", ("WO", "wheel", 10.0, wall(9))),
    )
    result = run(company, plan(("wheel", 10, 20, 1)), SETTINGS)
    assert result.orders.filter(order="WO")["start_quantity"].to_list() == [12.0]
    assert result.pegs.filter(item="frame")["quantity"].sum() == 12.0
