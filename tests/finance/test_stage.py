"""Orders, cash and the value of safety stock."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from quarterdeck.disciplines.finance import cash, stage
from quarterdeck.disciplines.finance.prices import purchase_prices
from quarterdeck.model import Company
from tests.finance.plans import AS_OF, at, blank, delivery, order, orders, requirement, trader

DAY = AS_OF.date()


def run(company: Company, weeks: int = 26, **tables: pl.DataFrame):
    """The stage on a plan with these tables."""
    plan = blank(weeks).with_tables(**tables)
    return stage.run(company, plan, plan.settings)


def lines(plan) -> list[tuple[str, int, float]]:
    """Kind, days from today and amount of each cash line."""
    return [
        (row["kind"], (row["date"] - DAY).days, float(row["amount"]))
        for row in plan["cash_lines"].iter_rows(named=True)
    ]


def test_an_empty_company_costs_nothing():
    """No table is needed."""
    plan = run(Company.of())
    assert plan["item_costs"].is_empty()
    assert plan["cash_lines"].is_empty()
    assert plan.problems == ()


def test_planned_purchases_cost_the_suppliers_price():
    """Ten at 4."""
    assert run(trader(), orders=orders(order()))["orders"]["cost"].to_list() == [Decimal(40)]


def test_price_breaks_hold_from_their_quantity():
    """Ten reach the first break, not the second."""
    breaks = pl.DataFrame(
        {"item": ["A"] * 2, "supplier": ["S"] * 2, "from_quantity": [10.0, 20.0], "price": [3.5, 3.0]}
    )
    company = trader(price_breaks=breaks)
    wanted = pl.DataFrame(
        {"item": ["A"] * 5, "supplier": ["S", "S", "S", "T", None], "quantity": [9.0, 10.0, 50.0, 50.0, 1.0]}
    )
    assert purchase_prices(company, wanted).to_list() == [4.0, 3.5, 3.0, 4.5, 4.5]


def test_open_purchases_cost_the_agreed_price():
    """What was agreed wins over today's price."""
    agreed = pl.DataFrame(
        {
            "order": ["PO-1"],
            "supplier": ["S"],
            "item": ["A"],
            "quantity": [10.0],
            "due": [at(5).replace(tzinfo=None)],
            "price": [3.9],
        }
    )
    plan = run(trader(purchase_orders=agreed), orders=orders(order(order="PO-1", line="1", state="open")))
    assert plan["orders"]["cost"].to_list() == [Decimal(39)]


def test_make_orders_cost_their_own_work_only():
    """Half an hour of set-up and an hour of work at 60; the material has its own orders."""
    company = Company.of(
        items=pl.DataFrame({"item": ["B", "A"], "source": ["make", "buy"], "cost": [None, 5.0]}),
        bom_lines=pl.DataFrame({"parent": ["B"], "component": ["A"], "quantity_per": [1.0]}),
        work_centres=pl.DataFrame({"work_centre": ["W"], "hourly_cost": [60.0]}),
        operations=pl.DataFrame(
            {"item": ["B"], "sequence": [10], "work_centre": ["W"], "setup_minutes": [30.0], "run_minutes": [6.0]}
        ),
    )
    plan = run(company, orders=orders(order(kind="make", item="B", partner=None, routing="main")))
    assert plan["orders"]["cost"].to_list() == [Decimal(90)]
    assert plan["cash_lines"].is_empty()


def test_transfers_cost_what_their_lane_says():
    """The item's own lane wins; a transfer over no lane is free."""
    lanes = pl.DataFrame(
        {
            "from_site": ["x", "x"],
            "to_site": ["main", "main"],
            "item": ["", "A"],
            "cost_per_unit": [9.0, 0.5],
            "cost_per_shipment": [0.0, 20.0],
        }
    )
    company = trader(lanes=lanes)
    rows = orders(
        *(
            order(order=f"P{n}", kind="transfer", partner=site, item=item)
            for n, (site, item) in enumerate([("x", "A"), ("x", "B"), ("y", "A")])
        )
    )
    plan = run(company, orders=rows)
    assert plan["orders"]["cost"].to_list() == [Decimal(25), Decimal(90), Decimal(0)]
    assert lines(plan)[1:] == [("transport", 10, -25.0), ("transport", 10, -90.0)]


def test_safety_stock_is_valued_at_standard_cost():
    """Three at 4.50."""
    target = {
        "item": "A",
        "site": "main",
        "abc": "A",
        "xyz": "X",
        "service_level": 0.95,
        "lead_time_days": 1.0,
        "lead_time_spread_days": 0.0,
        "lead_time_demand": 1.0,
        "safety_stock": 3.0,
        "reorder_point": 4.0,
        "order_up_to": 5.0,
        "reason": "",
    }
    assert run(trader(), targets=pl.DataFrame([target]))["targets"]["safety_value"].to_list() == [Decimal("13.5")]


def test_a_week_of_a_trader():
    """Story: 1,000 in the bank, rent today, a sale paid after a month, goods paid thirty days after receipt."""
    rent = pl.DataFrame({"line": ["rent"], "amount": [-300.0], "date": [DAY], "repeats": ["month"]})
    plan = run(
        trader(fixed_cash_lines=rent),
        weeks=8,
        orders=orders(order()),
        requirements=pl.DataFrame([requirement()]),
        deliveries=pl.DataFrame([delivery()]),
    )
    assert lines(plan) == [
        ("opening", 0, 1000.0),
        ("fixed", 0, -300.0),
        ("fixed", 31, -300.0),
        ("sales", 37, 100.0),
        ("purchase", 40, -40.0),
    ]
    assert plan["cash_lines"]["balance"].cast(float).to_list() == [1000, 700, 400, 500, 460]


def test_what_is_short_is_not_paid():
    """Four of ten never come."""
    plan = run(
        trader(),
        requirements=pl.DataFrame([requirement()]),
        deliveries=pl.DataFrame([delivery(state="short", short=4.0, on_time=6.0)]),
    )
    assert lines(plan)[1:] == [("sales", 37, 60.0)]


def test_expected_sales_are_paid_under_the_usual_terms():
    """Most of the order book is paid after ten days; so will be what is not ordered yet."""
    company = trader(
        customers=pl.DataFrame({"customer": ["C", "D"], "payment_terms": ["ten", "sixty"]}),
        payment_terms=pl.DataFrame({"payment_terms": ["ten", "sixty"], "days": [10, 60]}),
        sales_orders=pl.DataFrame(
            {
                "order": ["1", "2"],
                "customer": ["C", "D"],
                "item": ["A"] * 2,
                "quantity": [9.0, 1.0],
                "due": [at(7).replace(tzinfo=None)] * 2,
                "price": [5.0, 5.0],
            }
        ),
    )
    wanted = requirement(kind="forecast", order=None, line=None, customer=None)
    plan = run(company, requirements=pl.DataFrame([wanted]), deliveries=pl.DataFrame([delivery()]))
    assert lines(plan)[1:] == [("sales", 17, 100.0)]
    assert plan["cash_lines"]["expected"].to_list() == [False, True]


def test_wages_are_paid_once():
    """By order where no fixed line pays them, else by the fixed line alone; work outside always."""
    tables = {
        "items": pl.DataFrame({"item": ["B"], "source": ["make"]}),
        "work_centres": pl.DataFrame({"work_centre": ["W"], "hourly_cost": [60.0]}),
        "operations": pl.DataFrame(
            {
                "item": ["B"],
                "sequence": [10],
                "work_centre": ["W"],
                "run_minutes": [60.0],
                "skill": ["s"],
                "cost": [2.0],
            }
        ),
        "cost_rates": pl.DataFrame({"rate": ["labour"], "value": [30.0]}),
    }
    made = orders(order(kind="make", item="B", partner=None, routing="main"))
    assert lines(run(Company.of(**tables), orders=made)) == [("production", 10, -20.0), ("production", 29, -300.0)]
    wages = pl.DataFrame({"line": ["wages"], "amount": [-500.0], "date": [dt.date(2026, 3, 27)], "repeats": ["once"]})
    assert lines(run(Company.of(**tables, fixed_cash_lines=wages), orders=made)) == [
        ("production", 10, -20.0),
        ("fixed", 25, -500.0),
    ]


@pytest.mark.parametrize(
    ("repeats", "dates"),
    [
        ("once", ["2026-01-31"]),
        ("week", ["2026-01-31", "2026-02-07", "2026-02-14"]),
        ("month", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("quarter", ["2026-01-31", "2026-04-30", "2026-07-31"]),
        ("year", ["2026-01-31", "2027-01-31", "2028-01-31"]),
    ],
)
def test_payments_repeat(repeats, dates):
    """The last day of the month stays the last day of the month."""
    found = cash.repeated(dt.date(2026, 1, 31), repeats, dt.date(2028, 12, 31))
    assert [str(day) for day, _ in zip(found, range(3), strict=False)] == dates


def test_an_overdraft_beyond_the_limit_is_told():
    """The message names the first day, the lowest balance and its day."""
    bill = pl.DataFrame({"line": ["bill"], "amount": [-1500.0], "date": [DAY], "repeats": ["once"]})
    (problem,) = run(trader(fixed_cash_lines=bill)).problems
    assert problem.code == "cash-below-limit"
    assert "From Mon 2 Mar" in problem.message
    assert "the lowest balance is −500 on" in problem.message


def test_collections_of_a_quarter():
    """Sales are 70 % paid at once and 30 % a month later.

    After the schedule of expected cash collections of Hampton Freeze in Garrison, Noreen and Brewer, "Managerial
    Accounting", master budgeting: sales of 200,000 and 600,000 give 140,000, then 60,000 and 420,000.
    """
    terms = pl.DataFrame({"payment_terms": ["now", "later"], "days": [0, 31]})
    company = trader(
        payment_terms=terms, customers=pl.DataFrame({"customer": ["N", "L"], "payment_terms": ["now", "later"]})
    )
    sold = [(0, "N", 140_000.0), (0, "L", 60_000.0), (31, "N", 420_000.0), (31, "L", 180_000.0)]
    plan = run(
        company,
        requirements=pl.DataFrame(
            [requirement(demand=f"D{n}", customer=who, value=value) for n, (_, who, value) in enumerate(sold)]
        ),
        deliveries=pl.DataFrame([delivery(demand=f"D{n}", delivered=at(day)) for n, (day, _, _) in enumerate(sold)]),
    )
    by_day = (
        plan["cash_lines"]
        .filter(pl.col("kind") == "sales")
        .group_by("date", maintain_order=True)
        .agg(pl.col("amount").sum())
    )
    assert by_day["amount"].cast(float).to_list() == [140_000, 480_000, 180_000]


def test_the_order_of_rows_does_not_matter():
    """Law: money is the same to the cent whatever the order of the company's and the plan's rows, and adds up."""
    rows = [order(order=f"P{n:06}", quantity=1.1 * n, available=at(n % 9)) for n in range(1, 40)]
    wanted = [requirement(demand=f"D{n}", value=7.77 * n) for n in range(40)]
    met = [delivery(demand=f"D{n}", delivered=at(n % 5)) for n in range(40)]
    tables = {"orders": orders(*rows), "requirements": pl.DataFrame(wanted), "deliveries": pl.DataFrame(met)}
    plan = run(trader(), **tables)
    shuffled = run(trader(), **{name: table.sample(fraction=1, shuffle=True, seed=3) for name, table in tables.items()})
    assert plan["cash_lines"].equals(shuffled["cash_lines"])
    lines = plan["cash_lines"]
    assert lines["balance"][-1] == lines["amount"].sum()
