"""Agreement of demand, material and machines: customers' terms, suppliers' capacity, modes."""

import datetime as dt

import polars as pl
import pytest

import quarterdeck as qd
from tests.planning.companies import table_maker

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def seller(**line):
    """Ten lamps in stock, five more a week after they are ordered, fifteen wanted in four days on these terms."""
    facts = {"order": "SO-1", "item": "lamp", "quantity": 15.0, "due": dt.datetime(2026, 3, 6), "price": 10.0, **line}
    return qd.Company.of(
        items=pl.DataFrame({"item": ["lamp"], "source": ["buy"], "cost": [4.0]}),
        suppliers=pl.DataFrame({"supplier": ["LUX"]}),
        supply_options=pl.DataFrame({"item": ["lamp"], "supplier": ["LUX"], "lead_time_days": [7.0]}),
        stock_lots=pl.DataFrame({"item": ["lamp"], "quantity": [10.0]}),
        sales_orders=pl.DataFrame([facts]),
    )


def outcome(company):
    """State, quantity in time, quantity short and lateness in days of the only order."""
    plan = qd.plan(company, as_of=AS_OF, horizon_weeks=6, effort=2)
    row = plan.deliveries.row(0, named=True)
    return row["state"], row["on_time"], row["short"], row["late_seconds"] / 86_400


@pytest.mark.parametrize(
    ("terms", "wanted"),
    [
        ({"ship_complete": False}, ("late", 10.0, 0.0, 3.0)),
        ({"ship_complete": True}, ("late", 0.0, 0.0, 3.0)),
        ({"ship_complete": False, "minimum_shipment": 12.0}, ("late", 0.0, 0.0, 3.0)),
        ({"ship_complete": False, "minimum_shipment": 5.0}, ("late", 10.0, 0.0, 3.0)),
        ({"ship_complete": False, "maximum_lateness_days": 0.0}, ("short", 10.0, 5.0, 0.0)),
        ({"ship_complete": True, "maximum_lateness_days": 0.0}, ("short", 0.0, 15.0, 0.0)),
        ({"ship_complete": False, "minimum_shipment": 12.0, "maximum_lateness_days": 0.0}, ("short", 0.0, 15.0, 0.0)),
        ({"ship_complete": True, "maximum_lateness_days": 3.0}, ("late", 0.0, 0.0, 3.0)),
    ],
)
def test_customers_terms(terms, wanted):
    """Ten in time and five three days late, or all together, or nothing, as the customer says."""
    assert outcome(seller(**terms)) == wanted


def test_nothing_is_ordered_for_what_is_refused():
    """A customer who takes nothing late leaves nothing to buy."""
    plan = qd.plan(seller(ship_complete=False, maximum_lateness_days=0.0), as_of=AS_OF, horizon_weeks=6, effort=2)
    assert plan.orders.height == 0
    assert plan.requirements["refused"].to_list() == [5.0]
    assert plan.figures["agreement_rounds"] == 1


def joiner(limited):
    """Thirty and thirty-four tables for one day, of which one lot alone is in time; one customer takes none late."""
    orders = pl.DataFrame(
        {
            "order": ["SO-1", "SO-2"],
            "item": ["table"] * 2,
            "quantity": [30.0, 34.0],
            "due": [dt.datetime(2026, 3, 20, 23)] * 2,
            "maximum_lateness_days": [0.0 if order == limited else None for order in ("SO-1", "SO-2")],
        },
        schema_overrides={"maximum_lateness_days": pl.Float64},
    )
    return table_maker().replace(sales_orders=qd.Company.of(sales_orders=orders)["sales_orders"])


@pytest.mark.parametrize("limited", ["SO-1", "SO-2"])
def test_who_takes_nothing_late_is_made_first(limited):
    """Story: orders that work for days are made one after the other, first for whom it would be lost."""
    plan = qd.plan(joiner(limited), as_of=AS_OF, horizon_weeks=8, effort=4)
    assert plan.requirements["refused"].to_list() == [0.0, 0.0]
    served = plan.requirements.select("demand", "order").join(plan.deliveries, on="demand")
    assert served.filter(pl.col("late_seconds") == 0)["order"].to_list() == [limited]


def two_sites(*, ship_complete):
    """Ten desks lie at the plant, five more take a week; fifteen are wanted at the shop, two days away."""
    company = seller(site="shop", ship_complete=ship_complete, due=dt.datetime(2026, 3, 4))
    return company.replace(
        sites=qd.Company.of(sites=pl.DataFrame({"site": ["main", "shop"]}))["sites"],
        lanes=qd.Company.of(
            lanes=pl.DataFrame({"from_site": ["main"], "to_site": ["shop"], "transport_days": [2.0], "item": ["lamp"]})
        )["lanes"],
    )


def test_a_transfer_does_not_wait_for_what_is_not_there_yet():
    """Ten leave today and arrive in time, five follow when they are there; only the whole waits for the whole."""
    parts = qd.plan(two_sites(ship_complete=False), as_of=AS_OF, horizon_weeks=6, effort=2)
    moved = parts.orders.filter(pl.col("kind") == "transfer").sort("available")
    assert moved["quantity"].to_list() == [10.0, 5.0]
    assert parts.deliveries["on_time"].to_list() == [10.0]
    whole = qd.plan(two_sites(ship_complete=True), as_of=AS_OF, horizon_weeks=6, effort=2)
    assert whole.orders.filter(pl.col("kind") == "transfer")["quantity"].to_list() == [15.0]
    for plan in (parts, whole):
        given = plan.pegs.group_by("demand_kind", "demand").agg(pl.col("quantity").sum())["quantity"]
        assert sorted(given) == sorted([*plan.orders.filter(pl.col("kind") == "transfer")["quantity"], 15.0])


def test_suppliers_deliver_no_more_than_they_can():
    """Fifteen of eight a week: none this week, for it takes a week; eight, then seven."""
    company = seller(ship_complete=False, quantity=25.0)
    limits = pl.DataFrame({"capacity": ["LUX"], "start": [dt.date(2026, 3, 2)], "quantity": [8.0], "repeats": [True]})
    options = company["supply_options"].with_columns(capacity=pl.lit("LUX"))
    company = company.replace(
        supply_options=options, supplier_capacities=qd.Company.of(supplier_capacities=limits)["supplier_capacities"]
    )
    plan = qd.plan(company, as_of=AS_OF, horizon_weeks=6, effort=2)
    bought = plan.orders.sort("release")
    assert bought["quantity"].to_list() == [8.0, 7.0]
    assert [moment.date().isoformat() for moment in bought["release"]] == ["2026-03-02", "2026-03-09"]
    causes = plan.causes.group_by("cause").agg(pl.col("seconds").sum())
    assert causes["seconds"].sum() == plan.deliveries["late_seconds"].sum()
    assert "capacity" in causes["cause"]


class TestModes:
    """What should be, what can be, what is there."""

    def test_unconstrained_knows_no_queue(self):
        """Without machines in the way nothing is scheduled and no order is later than with them."""
        free = qd.plan(table_maker(), as_of=AS_OF, horizon_weeks=8, effort=2, mode="unconstrained")
        real = qd.plan(table_maker(), as_of=AS_OF, horizon_weeks=8, effort=2)
        assert free.operations.height == 0
        assert free.deliveries["late_seconds"].sum() < real.deliveries["late_seconds"].sum()

    def test_repair_orders_nothing_new(self):
        """Only what is there and on order serves customers; the rest is short."""
        plan = qd.plan(seller(ship_complete=False), as_of=AS_OF, horizon_weeks=6, mode="repair")
        assert plan.orders.height == 0
        assert plan.deliveries["short"].to_list() == [5.0]

    def test_other_words_are_refused(self):
        """A mode that nobody knows is said to be unknown."""
        with pytest.raises(ValueError, match="mode among constrained, unconstrained, repair, got 'fast'"):
            qd.plan(seller(), as_of=AS_OF, mode="fast")


def test_buffers_make_orders_begin_earlier_and_never_end_later():
    """A day of protection behind the saw: in time it begins a day before, where time is short it costs nothing."""
    relaxed = table_maker()
    later = relaxed["sales_orders"].with_columns(due=pl.col("due") + pl.duration(days=30))
    relaxed = relaxed.replace(sales_orders=later)
    for company in (relaxed, table_maker()):
        guarded = company.replace(operations=company["operations"].with_columns(buffer_hours=pl.lit(24.0)))
        plain, safe = (qd.plan(each, as_of=AS_OF, horizon_weeks=8, mode="unconstrained") for each in (company, guarded))
        assert safe.deliveries["late_seconds"].to_list() == plain.deliveries["late_seconds"].to_list()
        first = [plan.orders.filter(pl.col("item") == "top")["release"].min() for plan in (plain, safe)]
        assert AS_OF <= first[1] < first[0]


def test_demand_waits_for_confirmed_supply():
    """An open order in thirty days serves the order if demands wait that long; else a new one comes in seven."""
    company = seller(quantity=10.0)
    company = company.replace(
        stock_lots=company["stock_lots"].clear(),
        purchase_orders=qd.Company.of(
            purchase_orders=pl.DataFrame({
                "order": ["PO-1"], "supplier": ["LUX"], "item": ["lamp"], "quantity": [10.0],
                "due": [dt.datetime(2026, 4, 1)],
            })
        )["purchase_orders"],
    )  # fmt: skip
    impatient = qd.plan(company, as_of=AS_OF, horizon_weeks=8)
    patient = qd.plan(company, as_of=AS_OF, horizon_weeks=8, confirmed_supply_days=60.0)
    assert impatient.orders.filter(pl.col("state") == "planned").height == 1
    assert patient.orders.filter(pl.col("state") == "planned").height == 0
