"""Targets by way of replenishment: joint orders, kanban, call-off, shelf life, substitutes, placed together."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.disciplines.inventory.stage import run
from quarterdeck.disciplines.inventory.supplying import longest_gap
from quarterdeck.model import RESULTS, Company, Plan, Settings

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
NUTS = ("bolt", "nut", "screw")


def targets(demand, lookbacks=None, together=0, **tables):
    """Targets by item for demand a week given as item to mean, spread and, if need be, correlation of errors."""
    options = Settings(as_of=AS_OF, safety_together=together)
    rows = [
        {
            "item": item, "site": "main", "pattern": "smooth", "method": "m", "reason": "r", "mean_per_week": mean,
            "spread_per_week": spread, "seasonal": False, "error_correlation": rest[0] if rest else 0.0,
        }
        for item, (mean, spread, *rest) in demand.items()
    ]  # fmt: skip
    plan = Plan.blank(options).with_tables(series=pl.DataFrame(rows))
    if lookbacks is not None:
        plan = plan.with_tables(lookbacks=lookbacks)
    found = run(Company.of(**tables), plan, options).targets
    good, failures = RESULTS["targets"].schema.filter(found)
    assert good.height == found.height, failures.counts()
    return {row["item"]: row for row in found.iter_rows(named=True)}


def hardware(lead=14.0, line_cost=0.0, **supplier):
    """Three items of one supplier that cost 2, 1 and 0.5."""
    return {
        "items": pl.DataFrame({"item": NUTS, "cost": [2.0, 1.0, 0.5]}),
        "suppliers": pl.DataFrame({"supplier": ["acme"], **{name: [value] for name, value in supplier.items()}}),
        "supply_options": pl.DataFrame(
            {"item": NUTS, "supplier": ["acme"] * 3, "lead_time_days": [lead] * 3, "line_cost": [line_cost] * 3}
        ),
    }


WEEKLY = {"bolt": (70.0, 20.0), "nut": (70.0, 20.0), "screw": (7.0, 2.0)}


def test_without_terms_stock_is_reviewed_weekly():
    """Example: a supplier that says nothing of its orders is ordered from as needed, reviewed once a week."""
    row = targets(WEEKLY, **hardware())["bolt"]

    assert (row["policy"], row["review_days"], row["cycle_days"]) == ("levels", 7.0, None)
    assert row["lead_time_demand"] == pytest.approx(70 * 3)


def test_a_minimum_value_makes_orders_wait_for_each_other():
    """Example: 213.5 a week are bought of the supplier; an order of at least 800 is due every four weeks."""
    found = targets(WEEKLY, **hardware(minimum_value=800.0))

    assert {row["policy"] for row in found.values()} == {"joint orders"}
    assert {row["cycle_days"] for row in found.values()} == {28.0}
    assert found["bolt"]["lead_time_demand"] == pytest.approx(70 * (14 + 28) / 7)
    assert found["bolt"]["order_quantity"] == pytest.approx(280)
    assert "with everything else from the supplier" in found["bolt"]["reason"]


def test_order_costs_make_cheap_items_ride_along_less_often():
    """Example: with a cost for every line, what costs little is in every second, fourth or eighth order only."""
    found = targets(WEEKLY, **hardware(line_cost=5.0, order_cost=20.0))

    assert found["screw"]["review_days"] > found["bolt"]["review_days"]
    ratio = found["screw"]["review_days"] / found["screw"]["cycle_days"]
    assert ratio in {2, 4, 8, 16, 32, 64}
    assert "order to the supplier" in found["screw"]["reason"]


def test_order_days_lengthen_the_review():
    """Example: orders on Mondays and Thursdays leave up to four days between them."""
    assert targets(WEEKLY, **hardware(order_days="mon,thu"))["bolt"]["review_days"] == 4.0
    assert longest_gap("mon,thu") == 4


def test_a_given_review_holds():
    """Example: whoever says how often orders are placed is heeded."""
    assert targets(WEEKLY, **hardware(review_days=10.0, order_cost=50.0))["nut"]["review_days"] == 10.0


def test_longer_reviews_need_more_stock():
    """Law: the longer the time between orders, the more is kept."""
    stock = [targets(WEEKLY, **hardware(review_days=days))["bolt"]["safety_stock"] for days in (1.0, 7.0, 28.0)]

    assert stock == sorted(set(stock))


def test_errors_that_go_together_need_more_stock():
    """Example: with a correlation of one, four weeks vary four times as much as one, not twice."""
    apart, alike = (
        targets({"bolt": (1000.0, 30.0, correlation)}, **hardware(lead=21.0))["bolt"] for correlation in (0.0, 1.0)
    )

    assert alike["safety_stock"] == pytest.approx(2 * apart["safety_stock"], rel=0.05)


def test_kanban_cards_are_counted():
    """Example: 10 a day for two weeks, with safety stock, in containers of 25: cards times container is the level."""
    kept = pl.DataFrame({"item": ["bolt"], "policy": ["kanban"], "container": [25.0]})
    row = targets(WEEKLY, item_sites=kept, **hardware())["bolt"]

    wanted = row["lead_time_demand"] + row["safety_stock"]
    assert row["kanban_cards"] == int(np.ceil(70 / 7 * 14 * (1 + row["safety_stock"] / row["lead_time_demand"]) / 25))
    assert row["order_up_to"] == row["kanban_cards"] * 25 >= wanted - 1e-6
    assert f"{row['kanban_cards']} kanban cards of 25" in row["reason"]


def test_what_is_called_off_keeps_no_safety_stock():
    """Example: just in time means no stock against surprises, and the reason says so."""
    row = targets(WEEKLY, item_sites=pl.DataFrame({"item": ["bolt"], "policy": ["call_off"]}), **hardware())["bolt"]

    assert (row["safety_stock"], row["policy"]) == (0.0, "called off")
    assert "Called off from acme" in row["reason"]


def test_shelf_life_limits_stock_and_tells_waste():
    """Example: of slow sellers that keep ten days some expire; of those that keep a year none do."""
    tables = hardware()
    short, long = (
        targets(
            {"bolt": (7.0, 7.0)},
            **tables | {"items": pl.DataFrame({"item": ["bolt"], "cost": [2.0], "shelf_life_days": [days]})},
        )["bolt"]
        for days in (10.0, 365.0)
    )

    assert short["waste_per_year"] > 1
    assert long["waste_per_year"] == pytest.approx(0, abs=0.01)
    assert "shelf life" in short["reason"]


def test_nothing_is_ordered_for_longer_than_it_keeps():
    """Law: order costs would have orders months apart; what keeps ten days is ordered at least every ten days."""
    tables = hardware(order_cost=5000.0)
    items = tables["items"].with_columns(shelf_life_days=pl.Series([10.0, None, None]))

    assert targets(WEEKLY, **tables)["nut"]["cycle_days"] > 90
    assert targets(WEEKLY, **tables | {"items": items})["nut"]["cycle_days"] <= 10


def test_an_item_is_no_substitute_of_itself():
    """Refusal: whoever enters the item itself as its substitute spares nothing."""
    tables = hardware()
    items = tables["items"].with_columns(substitute=pl.lit("bolt"), substitute_share=pl.Series([1.0, 0.0, 0.0]))
    alone, same = (targets(WEEKLY, **each)["bolt"] for each in (tables, tables | {"items": items}))

    assert same["safety_stock"] == alone["safety_stock"]


def test_a_substitute_spares_stock():
    """Example: where half of the customers take the nut instead, fewer bolts are kept for the same service."""
    tables = hardware()
    items = tables["items"].with_columns(
        substitute=pl.Series(["nut", None, None]), substitute_share=pl.Series([0.5, 0.0, 0.0])
    )
    alone, spared = targets(WEEKLY, **tables)["bolt"], targets(WEEKLY, **tables | {"items": items})["bolt"]

    assert spared["safety_stock"] < alone["safety_stock"]
    assert spared["service_level"] == alone["service_level"]
    assert "50 % of customers take nut" in spared["reason"]


def test_what_the_past_teaches_counts():
    """Law: where past forecasts were far surer than they said, less is kept; where less sure, more."""
    rng = np.random.default_rng(4)

    def past(factor):
        expected = rng.uniform(100, 400, 400)
        came = np.maximum(rng.normal(expected, factor * 0.3 * expected), 0)
        return pl.DataFrame(
            {
                "item": [f"i{k}" for k in range(400)], "site": ["main"] * 400, "weeks_back": [13] * 400,
                "weeks": [4] * 400, "expected": expected, "spread": 0.3 * expected, "came": came, "age": [100.0] * 400,
            }
        )  # fmt: skip

    history = pl.DataFrame({"item": ["bolt"], "date": [dt.date(2024, 3, 4)], "quantity": [70.0]})
    demand = {"bolt": (70.0, 30.0)}
    low, high = (
        targets(demand, past(factor), demand_history=history, **hardware())["bolt"]["safety_stock"]
        for factor in (0.3, 1.6)
    )

    assert low < targets(demand, demand_history=history, **hardware())["bolt"]["safety_stock"] < high


CHAIN = {
    "items": pl.DataFrame(
        {"item": ["desk", "top"], "source": ["make", "buy"], "cost": [None, 20.0], "price": [900.0, None]}
    ),
    "bom_lines": pl.DataFrame({"parent": ["desk"], "component": ["top"], "quantity_per": [1.0]}),
    "operations": pl.DataFrame({"item": ["desk"], "sequence": [10], "run_minutes": [0.0], "queue_hours": [48.0]}),
    "supply_options": pl.DataFrame({"item": ["top"], "supplier": ["mill"], "lead_time_days": [30.0]}),
}


def test_stages_planned_together_bind_no_more_money():
    """Story: a desk made in two days of a top that takes thirty; together, stock sits in one of the two."""
    demand = {"desk": (20.0, 6.0)}
    apart, together = (targets(demand, together=way, **CHAIN) for way in (0, 1))

    def value(rows):
        return sum(20.0 * row["safety_stock"] for row in rows.values())

    assert value(together) <= value(apart)
    assert all(row["promise_days"] is None for row in apart.values())
    assert together["desk"]["promise_days"] == 0
    assert together["desk"]["safety_stock"] > 0


def breaks(*steps):
    """Price breaks of the bolt, which costs 2 otherwise."""
    least, price = zip(*steps, strict=True)
    return pl.DataFrame({"item": "bolt", "supplier": "acme", "from_quantity": least, "price": price})


def test_a_price_break_that_saves_more_than_it_costs_is_taken():
    """Example: 70 bolts a week in every order; at 1,000 for 1.50 they are ordered less often, at 1.99 they are not."""
    tables = hardware(order_cost=20.0)
    usual, worth, dear = (
        targets(WEEKLY, **tables | more)["bolt"]
        for more in (
            {}, {"price_breaks": breaks((1000.0, 1.5))}, {"price_breaks": breaks((1000.0, 1.99))},
        )
    )  # fmt: skip

    assert worth["order_quantity"] >= 1000 > usual["order_quantity"]
    assert worth["review_days"] / worth["cycle_days"] == int(worth["review_days"] / worth["cycle_days"]) > 1
    assert "order to the supplier" in worth["reason"]
    assert dear["order_quantity"] == usual["order_quantity"]


def test_whoever_says_how_much_is_ordered_is_heeded():
    """Refusal: a fixed lot, kanban cards, a given review and a shelf life go before a lower price."""
    lower = {"price_breaks": breaks((1000.0, 0.5))}
    items = hardware()["items"]
    fixed = {"items": items.with_columns(lot_rule=pl.lit("fixed"), lot_size=pl.lit(50.0))}
    short = {"items": items.with_columns(shelf_life_days=pl.lit(30.0))}
    cards = {"item_sites": pl.DataFrame({"item": ["bolt"], "policy": ["kanban"], "container": [25.0]})}
    for terms, more in (
        ({"order_cost": 20.0}, fixed), ({"order_cost": 20.0}, short), ({"order_cost": 20.0}, cards),
        ({"order_cost": 20.0, "review_days": 14.0}, {}),
    ):  # fmt: skip
        assert targets(WEEKLY, **hardware(**terms) | more | lower)["bolt"]["order_quantity"] < 1000


@pytest.mark.parametrize("price", [1.5, 1.9, 1.97, 1.99])
def test_the_break_taken_is_the_cheapest_of_all_multiples(price):
    """Law: no other multiple of the cycle costs less a day, computed by trying all of them up to half a year."""
    row = targets(WEEKLY, **hardware(order_cost=20.0, line_cost=3.0), price_breaks=breaks((300, price), (900, 1.4)))[
        "bolt"
    ]
    cycle, rate = row["cycle_days"], 10.0

    def daily(multiple):
        quantity = rate * cycle * multiple
        paid = 1.4 if quantity >= 900 else price if quantity >= 300 else 2.0
        return paid * rate + 3 / (multiple * cycle) + 0.2 / 365 * paid * quantity / 2

    tried = [multiple for multiple in range(1, 183) if multiple * cycle <= 182]
    assert daily(round(row["review_days"] / cycle)) == pytest.approx(min(map(daily, tried)))


def test_a_plan_orders_at_the_lower_price():
    """Story: the plan orders a thousand bolts at once where that is worth it, and as few as needed where it is not."""
    history = [(AS_OF.date() - dt.timedelta(days=7 * week), 70.0) for week in range(1, 105)]
    company = {
        **hardware(order_cost=20.0),
        "demand_history": pl.DataFrame(
            {"item": "bolt", "date": [day for day, _ in history], "quantity": [amount for _, amount in history]}
        ),
    }

    def orders(price):
        found = qd.plan(Company.of(**company, price_breaks=breaks((1000.0, price))), as_of=AS_OF, effort=0)
        return found.orders.filter(pl.col("item") == "bolt").sort("release")

    worth, dear = orders(1.5), orders(1.99)
    assert worth["quantity"].min() >= 1000
    assert dear["quantity"].max() < 1000
    assert worth["cost"].cast(pl.Float64).sum() / worth["quantity"].sum() == pytest.approx(1.5, rel=1e-3)


def test_newsvendors_keep_what_the_margin_is_worth():
    """Example: a bolt for 2 sells for 3; kept a week it costs 2 · 0.2 · 7 / 365, thrown away after it 2.

    Service is 1 / (1 + what one too many costs); a level that is asked for goes first, and no price changes nothing.
    """
    items = hardware()["items"].with_columns(price=pl.Series([3.0, None, None]))
    short = items.with_columns(shelf_life_days=pl.Series([7.0, None, None]))

    def service(items, **more):
        kept = pl.DataFrame({"item": ["bolt"], "policy": ["newsvendor"], **{key: [v] for key, v in more.items()}})
        return targets(WEEKLY, **hardware() | {"items": items, "item_sites": kept})["bolt"]

    assert service(items)["service_level"] == pytest.approx(1 / (1 + 2 * 0.2 * 7 / 365))
    assert service(short)["service_level"] == pytest.approx(1 / 3)
    assert service(items, service_level=0.9)["service_level"] == 0.9
    assert service(hardware()["items"])["service_level"] == targets(WEEKLY, **hardware())["bolt"]["service_level"]
    assert service(items)["safety_stock"] > service(short)["safety_stock"]
    assert "where the margin of one more" in service(items)["reason"]
    assert "where the margin of one more" not in service(items, service_level=0.9)["reason"]


def test_a_plan_serves_newsvendors_by_their_margin():
    """Story: with a higher price the plan's target serves more and keeps more."""
    days = [AS_OF.date() - dt.timedelta(days=7 * week) for week in range(1, 105)]
    history = pl.DataFrame({"item": "bolt", "date": days, "quantity": [70.0 + 20 * (k % 3) for k in range(104)]})
    kept = pl.DataFrame({"item": ["bolt"], "policy": ["newsvendor"]})

    def target(price):
        items = hardware()["items"].with_columns(price=pl.Series([price, None, None]))
        tables = hardware() | {"items": items, "item_sites": kept, "demand_history": history}
        found = qd.plan(Company.of(**tables), as_of=AS_OF, effort=0).targets.filter(pl.col("item") == "bolt")
        return found.row(0, named=True)

    low, high = target(2.01), target(4.0)
    assert low["service_level"] < 0.6
    assert high["service_level"] > 0.98
    assert low["order_up_to"] < high["order_up_to"]


def test_what_came_lately_counts_more():
    """Law: demand that fell short of forecasts lately, after exceeding them before, lowers targets; and the reverse."""
    from quarterdeck.disciplines.inventory.calibration import Cases, calibrated, learn

    cases = 400
    mean, cuts = np.full(cases, 50.0), np.repeat([1.0, 2.0], cases // 2)
    foreseen = Cases(mean, mean * 2, np.full(cases, 4.0), np.full(cases, 100.0))
    drawn = np.random.default_rng(4)
    fell = np.where(cuts == 1, drawn.poisson(40, cases), drawn.poisson(60, cases)).astype(float)
    rose = np.where(cuts == 1, drawn.poisson(60, cases), drawn.poisson(40, cases)).astype(float)
    low, high = (calibrated(foreseen, learn(foreseen, came, cuts))[0][0] for came in (fell, rose))

    assert low < 49 < 51 < high
    assert calibrated(foreseen, learn(foreseen, fell))[0][0] == pytest.approx(50, abs=1.5)
