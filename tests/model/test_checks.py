"""Checks of a company: what each finds, and that what is left can be used."""

import datetime as dt
import time
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.model import TABLES, Company
from quarterdeck.model.checks import check, cycles, periods, units, usable
from quarterdeck.model.checks.finding import LIMIT, listed, shown

DAY = dt.datetime(2026, 3, 2)


def codes(company: Company) -> set[str]:
    """Codes of everything that is wrong."""
    return {problem.code for problem in check(company)}


def only(company: Company, code: str):
    """The one problem with this code."""
    (problem,) = [problem for problem in check(company) if problem.code == code]
    return problem


def made(*items: str, **columns: list) -> pl.DataFrame:
    """Items that are made."""
    return pl.DataFrame({"item": list(items), "source": ["make"] * len(items), **columns})


def lines(*arcs: tuple[str, str], **columns: list) -> pl.DataFrame:
    """Bill-of-material lines of one piece each."""
    parents, components = zip(*arcs, strict=True)
    return pl.DataFrame(
        {"parent": list(parents), "component": list(components), "quantity_per": [1.0] * len(arcs), **columns}
    )


def orders(**columns: list) -> pl.DataFrame:
    """Sales orders of one piece of A, unless a column says otherwise."""
    rows = max((len(values) for values in columns.values()), default=1)
    usual = {
        "order": [f"SO-{number}" for number in range(rows)],
        "item": ["A"] * rows,
        "quantity": [1.0] * rows,
        "due": [DAY] * rows,
    }
    return pl.DataFrame({**usual, **columns})


def test_an_empty_company_has_no_problem():
    """No table is needed."""
    assert check(Company.of()) == ()
    kept, problems = usable(Company.of())
    assert (problems, all(frame.is_empty() for frame in kept.frames.values())) == ((), True)


def test_problems_come_with_errors_first():
    """Whoever reads from the top reads what matters."""
    items = pl.DataFrame({"item": ["A"], "cost": [-3.0]})
    severities = [problem.severity for problem in check(Company.of(items=items, sales_orders=orders(item=["B"])))]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    assert severities[0] == "error"


class TestValues:
    """Rules of the declarations."""

    def test_a_missing_required_value_drops_the_row(self):
        """An order without a quantity cannot be planned."""
        company = Company.of(items=pl.DataFrame({"item": ["A"]}), sales_orders=orders(quantity=[None, 2.0]))
        problem = only(company, "value-missing")
        assert (problem.severity, problem.key, problem.column) == ("error", "SO-0 / 1", "quantity")
        assert usable(company)[0].sales_orders["order"].to_list() == ["SO-1"]

    def test_a_value_out_of_bounds_is_blanked_where_the_row_can_live_without_it(self):
        """A cost of -3 becomes no cost; the item stays."""
        company = Company.of(items=pl.DataFrame({"item": ["A"], "cost": [-3.0]}))
        problem = only(company, "value-out-of-bounds")
        assert (problem.severity, problem.found, problem.expected) == ("warning", "-3", "at least 0")
        assert usable(company)[0].items.select("item", "cost").rows() == [("A", None)]

    def test_an_unknown_word_becomes_the_default(self):
        """A source that is no word of the list is taken as bought, and the words are named."""
        company = Company.of(items=pl.DataFrame({"item": ["A"], "source": ["conjured"]}))
        assert "make, buy, both, none" in only(company, "value-out-of-bounds").message
        assert usable(company)[0].items["source"].item() == "buy"

    def test_an_empty_code_is_missing(self):
        """A row whose key is an empty text means nothing."""
        company = Company.of(items=pl.DataFrame({"item": ["", "A"]}))
        assert only(company, "value-missing").severity == "error"
        assert usable(company)[0].items["item"].to_list() == ["A"]

    def test_a_key_that_comes_twice_counts_once(self):
        """The first of two different rows counts; two like rows are only a warning."""
        company = Company.of(items=pl.DataFrame({"item": ["A", "A", "B", "B"], "cost": [1.0, 2.0, 3.0, 3.0]}))
        assert only(company, "key-repeated").severity == "error"
        assert only(company, "row-repeated").severity == "warning"
        assert usable(company)[0].items.select("item", "cost").to_series(1).cast(float).to_list() == [1.0, 3.0]

    def test_history_of_one_day_adds_up(self):
        """Two sales of an item on one day are two sales, not a mistake."""
        history = pl.DataFrame({"item": ["A"] * 3, "date": [DAY.date()] * 3, "quantity": [2.0, 2.0, 5.0]})
        company = Company.of(items=pl.DataFrame({"item": ["A"]}), demand_history=history)
        assert only(company, "rows-added-up").severity == "info"
        assert usable(company)[0].demand_history["quantity"].to_list() == [9.0]

    def test_bins_of_one_lot_add_up(self):
        """Stock of one item in two places of a site is the sum, unless one of them is held."""
        lots = pl.DataFrame({"item": ["A", "A"], "quantity": [2.0, 3.0]})
        company = Company.of(items=pl.DataFrame({"item": ["A"]}), stock_lots=lots)
        assert usable(company)[0].stock_lots["quantity"].to_list() == [5.0]
        held = company.replace(stock_lots=lots.with_columns(hold=pl.Series([False, True])))
        assert usable(held)[0].stock_lots["quantity"].to_list() == [2.0]

    def test_very_many_faults_are_counted(self):
        """Beyond the limit one last problem says how many more there are."""
        items = pl.DataFrame({"item": [f"I{number}" for number in range(LIMIT + 5)], "cost": [-1.0] * (LIMIT + 5)})
        found = [problem for problem in check(Company.of(items=items)) if problem.code == "value-out-of-bounds"]
        assert len(found) == LIMIT + 1
        assert found[-1].message.startswith("5 more rows of Items")
        assert usable(Company.of(items=items))[0].items["cost"].null_count() == LIMIT + 5


class TestReferences:
    """Codes that name rows of other tables."""

    def test_an_order_of_an_unknown_item_is_left_out(self):
        """It is named with its value, and the others stay."""
        company = Company.of(items=pl.DataFrame({"item": ["A"]}), sales_orders=orders(item=["A", "B"]))
        problem = only(company, "reference-unknown")
        assert (problem.key, problem.found) == ("SO-1 / 1", "B")
        assert usable(company)[0].sales_orders["item"].to_list() == ["A"]

    @pytest.mark.parametrize(
        ("table", "column"),
        [(table.name, column.name) for table in TABLES.values() for column in table.columns if column.references],
    )
    def test_every_reference_is_checked(self, table, column):
        """Whatever column refers to another table, a code that is not there is found."""
        declared = TABLES[table]
        row = {info.name: _some(info) for info in declared.columns if info.key or info.required}
        target = declared.column(column).references
        known = {TABLES[target].key[0]: "known"} | {
            info.name: _some(info) for info in TABLES[target].columns[1:] if info.key or info.required
        }
        frames = {target: pl.DataFrame([known])} if target != table else {}
        company = Company.of(**{table: pl.DataFrame([{**row, column: "lost"}]), **frames})
        named = [problem for problem in check(company) if problem.column == column and problem.found == "lost"]
        assert named
        assert all(problem.hint for problem in named)

    def test_an_unknown_customer_is_planned_with_the_usual_values(self):
        """The order stays, with a row that stands for the customer."""
        customers = pl.DataFrame({"customer": ["known"]})
        company = Company.of(
            items=pl.DataFrame({"item": ["A"]}), customers=customers, sales_orders=orders(customer=["new"])
        )
        assert only(company, "reference-assumed").severity == "warning"
        assert usable(company)[0].customers["customer"].to_list() == ["known", "new"]

    def test_an_unknown_work_centre_of_a_step_is_assumed_one_of_an_alternative_is_not(self):
        """The step keeps its place; an alternative that may be a slip of the pen must not add capacity."""
        company = Company.of(
            items=made("A", "B"),
            bom_lines=lines(("A", "B")),
            work_centres=pl.DataFrame({"work_centre": ["SAW"]}),
            operations=pl.DataFrame({"item": ["A", "A"], "sequence": [10, 20], "work_centre": ["SAW", "MILL"]}),
            operation_alternates=pl.DataFrame(
                {"item": ["A", "A"], "sequence": [10, 20], "work_centre": ["MILL", "SWA"]}
            ),
        )
        kept, _ = usable(company)
        assert kept.work_centres["work_centre"].to_list() == ["SAW", "MILL"]
        assert kept.operation_alternates["work_centre"].to_list() == ["MILL"]

    def test_tables_that_are_left_out_follow_from_the_others(self):
        """Items named by a bill of materials exist; those with components are made."""
        kept, problems = usable(Company.of(bom_lines=lines(("A", "B"), ("A", "C"))))
        assert kept.items.sort("item").select("item", "source").rows() == [("A", "make"), ("B", "buy"), ("C", "buy")]
        assert {problem.code for problem in problems} >= {"table-assumed"}

    def test_rows_without_a_site_belong_to_the_only_one(self):
        """A company with one site need not name it everywhere."""
        sites = pl.DataFrame({"site": ["Bern"]})
        company = Company.of(items=pl.DataFrame({"item": ["A"]}), sites=sites, sales_orders=orders())
        assert only(company, "site-assumed").severity == "info"
        assert usable(company)[0].sales_orders["site"].to_list() == ["Bern"]
        two = company.replace(sites=pl.DataFrame({"site": ["Bern", "Genf"]}))
        assert only(two, "site-assumed").severity == "warning"

    def test_what_hangs_on_a_row_left_out_goes_with_it(self):
        """An item with an impossible key takes its bill of materials and its routing along."""
        company = Company.of(
            items=made("A"),
            bom_lines=lines(("A", "B")),
            operations=pl.DataFrame({"item": ["B"], "sequence": [10]}),
        )
        kept, problems = usable(company)
        assert (kept.bom_lines.height, kept.operations.height) == (0, 0)
        assert sum(problem.code == "reference-unknown" for problem in problems) == 2

    def test_alternatives_and_components_need_their_step(self):
        """Both name a step that the routing does not have."""
        company = Company.of(
            items=made("A", "B"),
            operations=pl.DataFrame({"item": ["A"], "sequence": [10]}),
            operation_alternates=pl.DataFrame({"item": ["A"], "sequence": [20], "work_centre": ["W"]}),
            work_centres=pl.DataFrame({"work_centre": ["W"]}),
            bom_lines=lines(("A", "B"), sequence=[30]),
        )
        assert codes(company) >= {"alternate-without-operation", "bom-step-unknown"}
        kept, _ = usable(company)
        assert (kept.operation_alternates.height, kept.bom_lines["sequence"].to_list()) == (0, [None])


def _some(info):
    """A value that a column accepts."""
    if info.words:
        return next(iter(info.words))
    by_kind = {
        "code": "known", "text": "known", "quantity": 1.0, "money": 1.0, "number": 1.0, "whole": 1, "fraction": 0.5,
        "day": DAY.date(), "moment": DAY, "flag": True, "time": "07:00",
    }  # fmt: skip
    return by_kind[info.kind]


class TestCycles:
    """Things that lead back to themselves."""

    def test_a_cycle_is_spelled_out(self):
        """A → B → C → A, and only the line that closes it goes."""
        company = Company.of(
            items=made("A", "B", "C", "D"), bom_lines=lines(("B", "C"), ("C", "A"), ("A", "B"), ("D", "A"))
        )
        problem = only(company, "bom-cycle")
        assert "A → B → C → A" in problem.message
        assert (problem.severity, problem.key) == ("error", "C / A / 1")
        assert usable(company)[0].bom_lines.height == 3

    def test_an_item_may_not_contain_itself(self):
        """The shortest cycle."""
        assert "A → A" in only(Company.of(items=made("A"), bom_lines=lines(("A", "A"))), "bom-cycle").message

    def test_five_thousand_levels_work(self):
        """A cycle through all of them is found and shortened in the message, but whole in ``found``."""
        names = [f"I{number:04}" for number in range(5000)]
        chain = list(pairwise(names))
        assert "bom-cycle" not in codes(Company.of(items=made(*names), bom_lines=lines(*chain)))
        problem = only(Company.of(items=made(*names), bom_lines=lines(*chain, (names[-1], names[0]))), "bom-cycle")
        assert "4,941 more" in problem.message
        assert problem.found.count("→") == 5000

    def test_a_diamond_of_2_to_the_40_paths_is_no_cycle(self):
        """Lines are walked, not paths: this test would not end otherwise."""
        arcs = [(f"D{level}", f"D{level + 1}") for level in range(40)]
        frame = lines(*arcs, *arcs, position=["1"] * 40 + ["2"] * 40)
        began = time.process_time()
        assert "bom-cycle" not in codes(Company.of(items=made(*(f"D{level}" for level in range(41))), bom_lines=frame))
        assert time.process_time() - began < 60

    @given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20), st.randoms(use_true_random=False))
    @settings(max_examples=60, deadline=None)
    def test_without_the_closing_arcs_nothing_leads_back(self, arcs, random):
        """Law: what is left can be sorted, and the cycles do not hang on the order of the rows."""
        pairs = [(str(a), str(b)) for a, b in arcs]
        found = cycles.closing_arcs([a for a, _ in pairs], [b for _, b in pairs])
        closing = {cycle.edge for cycle in found}
        rest = [pair for number, pair in enumerate(pairs) if number not in closing]
        assert not cycles.closing_arcs([a for a, _ in rest], [b for _, b in rest])
        shuffled = random.sample(pairs, len(pairs))
        again = cycles.closing_arcs([a for a, _ in shuffled], [b for _, b in shuffled])
        assert sorted(cycle.path for cycle in again) == sorted(cycle.path for cycle in found)
        for cycle in found:
            assert set(pairwise(cycle.path)) <= set(pairs)
            assert cycle.path[0] == cycle.path[-1]

    def test_successors_goals_and_sites_are_checked_too(self):
        """Each kind of circle has its own code, and the row stays."""
        company = Company.of(
            items=pl.DataFrame({"item": ["A", "B"], "successor": ["B", "A"]}),
            goals=pl.DataFrame({"goal": ["G"], "parent": ["G"]}),
            sites=pl.DataFrame({"site": ["x", "y"]}),
            item_sites=pl.DataFrame({"item": ["A", "A"], "site": ["x", "y"], "source_site": ["y", "x"]}),
        )
        assert codes(company) >= {"successor-cycle", "goal-cycle", "replenishment-cycle"}
        kept, _ = usable(company)
        assert kept.items["successor"].null_count() == 1
        assert kept.goals["parent"].to_list() == [None]
        assert kept.item_sites["source_site"].null_count() == 1


class TestPeriods:
    """Working times and periods."""

    def calendar(self, **columns: list) -> Company:
        """A calendar with one shift."""
        shift = {"calendar": ["c"], "shift": ["early"], "start_time": ["06:00"], "end_time": ["14:00"], **columns}
        return Company.of(calendars=pl.DataFrame({"calendar": ["c"]}), shifts=pl.DataFrame(shift))

    def test_a_shift_that_is_right_has_no_problem(self):
        """Neither has one over midnight."""
        assert not codes(self.calendar())
        assert not codes(self.calendar(start_time=["22:00"], end_time=["06:00"]))

    def test_weekdays_that_cannot_be_read_are_reported_not_raised(self):
        """The shift goes; the words are named."""
        company = self.calendar(weekdays=["every other day"])
        assert "every other day" in only(company, "weekdays-unreadable").message
        assert usable(company)[0].shifts.is_empty()

    def test_a_validity_that_ends_before_it_starts(self):
        """The message has both dates as people say them."""
        company = self.calendar(valid_from=[dt.date(2026, 3, 11)], valid_to=[dt.date(2026, 3, 1)])
        assert "Sun 1 Mar 2026, before it starts on Wed 11 Mar 2026" in only(company, "period-reversed").message

    def test_exceptions_that_end_before_they_start_or_contradict_each_other(self):
        """One is left out, of the others the planner is told."""
        exceptions = pl.DataFrame(
            {
                "calendar": ["c"] * 4,
                "start": [DAY, DAY + dt.timedelta(days=9), DAY + dt.timedelta(days=10), DAY + dt.timedelta(days=30)],
                "end": [DAY - dt.timedelta(days=1), *[DAY + dt.timedelta(days=11)] * 2, DAY + dt.timedelta(days=900)],
                "working": [False, False, True, False],
            }
        )
        company = self.calendar().replace(calendar_exceptions=exceptions)
        assert codes(company) == {"period-reversed", "exceptions-overlap", "exception-long"}
        assert usable(company)[0].calendar_exceptions.height == 3

    def test_unknown_zones_and_countries_are_replaced(self):
        """UTC and no holidays."""
        company = Company.of(
            sites=pl.DataFrame({"site": ["s"], "time_zone": ["Europe/Atlantis"]}),
            settings=pl.DataFrame({"setting": ["time_zone"], "value": ["Mars"]}),
            calendars=pl.DataFrame(
                {"calendar": ["c", "d"], "holidays": ["XX", "US-CA"], "open_by_default": [True] * 2}
            ),
        )
        assert codes(company) == {"time-zone-unknown", "holidays-unknown"}
        kept, _ = usable(company)
        assert (kept.sites["time_zone"].item(), kept.settings.height) == ("UTC", 0)
        assert kept.calendars["holidays"].to_list() == [None, "US-CA"]
        assert periods.is_time_zone("Asia/Kolkata")

    def test_calendars_without_working_time_and_shifts_without_length(self):
        """Both are used, with an assumption that is named."""
        assert codes(Company.of(calendars=pl.DataFrame({"calendar": ["c"]}))) == {"calendar-without-shifts"}
        assert codes(self.calendar(end_time=["06:00"])) == {"shift-without-length"}


class TestUnits:
    """Units of lines and components."""

    def company(self, unit: str, item_unit: str) -> Company:
        """A takes 250 of something of B."""
        items = pl.DataFrame({"item": ["A", "B"], "source": ["make", "buy"], "unit": ["pcs", item_unit]})
        line = lines(("A", "B"), unit=[unit]).with_columns(quantity_per=pl.lit(250.0))
        return Company.of(items=items, bom_lines=line)

    def test_other_words_for_a_unit_are_the_same_unit(self):
        """Stk. is pcs."""
        assert not {code for code in codes(self.company("Stk.", "pcs")) if code.startswith("unit")}

    def test_a_unit_of_like_measure_is_converted(self):
        """250 g of what is counted in kg are 0.25 kg; checking again finds nothing."""
        company = self.company("g", "kg")
        assert "taken as 0.25 kg" in only(company, "unit-converted").message
        kept, _ = usable(company)
        assert kept.bom_lines.select("quantity_per", "unit").rows() == [(0.25, "kg")]

    def test_a_unit_of_another_measure_cannot_be_used(self):
        """Metres of what is counted in kg."""
        assert only(self.company("m", "kg"), "unit-mismatch").severity == "error"
        assert usable(self.company("m", "kg"))[0].bom_lines.is_empty()

    def test_an_item_without_stated_unit_is_taken_in_the_lines(self):
        """Pieces are what Items says of everything that says nothing."""
        assert only(self.company("oz", "pcs"), "unit-unstated").severity == "warning"

    def test_two_lines_with_different_units_are_named(self):
        """One of them probably is wrong."""
        items = pl.DataFrame({"item": ["A", "C", "B"], "source": ["make", "make", "buy"], "unit": ["pcs", "pcs", "m"]})
        company = Company.of(items=items, bom_lines=lines(("A", "B"), ("C", "B"), unit=["m", "cm"]))
        assert "C takes B in cm, but A takes it in m" in only(company, "units-differ").message

    def test_conversions_go_there_and_back(self):
        """Law: the factor back is the inverse."""
        for sizes in units.MEASURES.values():
            for one in sizes:
                for other in sizes:
                    assert units.conversion(one, other) * units.conversion(other, one) == pytest.approx(1)


class TestPlausibility:
    """Numbers that are allowed, but hardly meant."""

    def test_lead_times_of_more_than_five_years(self):
        """They are taken as written."""
        company = Company.of(items=pl.DataFrame({"item": ["A"], "lead_time_days": [3000.0]}))
        assert only(company, "lead-time-absurd").found == "3,000"
        assert usable(company)[0].items["lead_time_days"].item() == 3000

    def test_a_billion_pieces_are_a_mistake(self):
        """An order of them is left out, a lot size of them ignored."""
        items = pl.DataFrame({"item": ["A"], "lot_minimum": [1e12]})
        company = Company.of(items=items, sales_orders=orders(quantity=[1e12]))
        assert codes(company) >= {"quantity-absurd"}
        kept, _ = usable(company)
        assert (kept.sales_orders.height, kept.items["lot_minimum"].item()) == (0, 0)

    def test_due_dates_far_away(self):
        """Long ago cannot be meant; in forty years is taken as written."""
        dues = [dt.datetime(1980, 1, 1), dt.datetime(2066, 3, 2), DAY, DAY, DAY]
        company = Company.of(items=pl.DataFrame({"item": ["A"]}), sales_orders=orders(due=dues))
        assert only(company, "date-absurd").key == "SO-0 / 1"
        assert only(company, "date-far").key == "SO-1 / 1"
        assert usable(company)[0].sales_orders.height == 4

    def test_yields_of_nothing(self):
        """They would need endless quantities."""
        company = Company.of(items=pl.DataFrame({"item": ["A"], "yield_share": [0.0]}))
        assert only(company, "yield-absurd").column == "yield_share"
        assert usable(company)[0].items["yield_share"].item() == 1

    def test_more_delivered_than_ordered_and_prices_below_cost(self):
        """Worth a question each."""
        items = pl.DataFrame({"item": ["A"], "cost": [5.0], "price": [4.0]})
        company = Company.of(items=items, sales_orders=orders(delivered=[2.0]))
        assert codes(company) >= {"more-done-than-ordered", "price-below-cost"}


class TestCompleteness:
    """What is missing between tables."""

    def test_make_items_without_routing_or_components(self):
        """Three different messages."""
        company = Company.of(
            items=made("A", "B", "C"),
            bom_lines=lines(("A", "C")),
            operations=pl.DataFrame({"item": ["B"], "sequence": [10]}),
        )
        assert only(company, "make-without-routing").key == "A"
        assert only(company, "make-without-bom").key == "B"
        assert only(company, "make-without-routing-and-bom").key == "C"

    def test_bought_items_without_supplier_or_cost(self):
        """Only where other items have one: a company without purchasing is not reproached item by item."""
        items = pl.DataFrame({"item": ["A", "B"], "cost": [None, 2.0]})
        offers = pl.DataFrame({"item": ["B"], "supplier": ["S"]})
        suppliers = pl.DataFrame({"supplier": ["S"]})
        company = Company.of(items=items, supply_options=offers, suppliers=suppliers)
        assert only(company, "buy-without-supplier").key == "A"
        assert only(company, "item-without-cost").key == "A"
        assert "buy-without-supplier" not in codes(Company.of(items=items))

    def test_skills_that_nobody_has(self):
        """The step is planned without a person."""
        company = Company.of(
            items=made("A"),
            operations=pl.DataFrame({"item": ["A"], "sequence": [10], "skill": ["alchemy"]}),
            people=pl.DataFrame({"person": ["p"]}),
            person_skills=pl.DataFrame({"person": ["p"], "skill": ["welding"]}),
        )
        assert only(company, "skill-nobody-has").found == "alchemy"
        assert usable(company)[0].operations["skill"].item() is None

    def test_work_orders_of_bought_items_and_reports_on_unknown_steps(self):
        """The order stays, the report goes."""
        company = Company.of(
            items=pl.DataFrame({"item": ["A"]}),
            work_orders=pl.DataFrame({"order": ["WO-1"], "item": ["A"], "quantity": [1.0], "due": [DAY]}),
            work_order_operations=pl.DataFrame({"order": ["WO-1"], "sequence": [10]}),
        )
        assert codes(company) >= {"work-order-of-bought-item", "progress-of-unknown-step"}
        kept, _ = usable(company)
        assert (kept.work_orders.height, kept.work_order_operations.height) == (1, 0)

    def test_lanes_prices_machines_phantoms_and_cash(self):
        """Each gap has its own code."""
        company = Company.of(
            items=pl.DataFrame({"item": ["A", "P"], "source": ["buy", "make"], "phantom": [False, True]}),
            bom_lines=lines(("A", "P")),
            sites=pl.DataFrame({"site": ["x", "y"]}),
            item_sites=pl.DataFrame({"item": ["A"], "site": ["x"], "source_site": ["y"]}),
            suppliers=pl.DataFrame({"supplier": ["S"]}),
            price_breaks=pl.DataFrame({"item": ["A"], "supplier": ["S"], "from_quantity": [5.0], "price": [1.0]}),
            work_centres=pl.DataFrame({"work_centre": ["W"], "site": ["x"]}),
            machines=pl.DataFrame({"machine": ["M"], "work_centre": ["W"], "available_to": [DAY]}),
            sales_orders=orders(site=["x"]),
        )
        assert codes(company) >= {
            "lane-missing",
            "price-break-without-supply",
            "work-centre-ends",
            "phantom-without-bom",
            "cash-account-missing",
            "bom-of-bought-item",
        }


def test_values_are_shown_as_people_write_them():
    """No raw time stamps, no trailing zeros."""
    assert shown(dt.datetime(2026, 3, 11, 14, 30)) == "Wed 11 Mar 2026, 14:30"
    assert [shown(value) for value in (True, 1_234_567.5, 0.1)] == ["yes", "1,234,567.5", "0.1"]
    assert listed(list("abcdefg")) == "a, b, c, d, e and 2 more"


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_usable_has_no_error(data):
    """Law: no error is left in what is usable, and making it usable again changes nothing."""
    words = st.sampled_from(["A", "B", "C", "lost", "", None])
    numbers = st.sampled_from([1.0, 0.0, -1.0, 1e12, None])
    count = data.draw(st.integers(0, 5))

    def column(values):
        return data.draw(st.lists(values, min_size=count, max_size=count))

    def frame(schema, **columns):
        return pl.DataFrame(columns, schema=schema, strict=False)

    text, real = pl.String, pl.Float64
    company = Company.of(
        items=frame({"item": text, "source": text, "cost": real, "successor": text},
                    item=column(words), source=column(st.sampled_from(["make", "buy", "?"])), cost=column(numbers),
                    successor=column(words)),
        bom_lines=frame({"parent": text, "component": text, "quantity_per": real, "unit": text},
                        parent=column(words), component=column(words), quantity_per=column(numbers),
                        unit=column(st.sampled_from(["kg", "pcs", None]))),
        sales_orders=frame({"order": text, "item": text, "quantity": real, "site": text, "due": pl.Datetime},
                           order=column(words), item=column(words), quantity=column(numbers), site=column(words),
                           due=column(st.sampled_from([DAY, None]))),
        operations=frame({"item": text, "sequence": pl.Int64, "work_centre": text}, item=column(words),
                         sequence=column(st.sampled_from([10, 20, None])), work_centre=column(words)),
        sites=frame({"site": text, "time_zone": text}, site=column(words), time_zone=column(words)),
    )  # fmt: skip
    kept, _ = usable(company)
    assert not [problem for problem in check(kept) if problem.severity == "error"]
    again, _ = usable(kept)
    assert all(again[name].equals(kept[name]) for name in TABLES)


def test_what_can_be_made_and_nobody_supplies_is_made():
    """Example: an item with steps and no supplier; one with supplier and bill of materials stays bought."""
    company = Company.of(
        items=pl.DataFrame({"item": ["ecg", "kit", "glove"], "cost": [0, 5, 1]}),
        operations=pl.DataFrame({"item": ["ecg"], "sequence": [10]}),
        bom_lines=pl.DataFrame({"parent": ["kit"], "component": ["glove"], "quantity_per": [2.0]}),
        supply_options=pl.DataFrame({"item": ["kit"], "supplier": ["S"], "price": [5]}),
    )
    found, problems = usable(company)
    assert dict(found["items"].select("item", "source").iter_rows()) == {"ecg": "make", "kit": "buy", "glove": "buy"}
    assert "source-assumed" in {each.code for each in problems}
    assert "item-without-cost" not in {each.code for each in problems}


def test_rows_without_a_site_are_where_the_stock_lies():
    """Example: stock at Hall 1, orders without a site: all of it is Hall 1; with stock at main too, both are sites."""
    orders = pl.DataFrame({"order": ["S1"], "item": ["A"], "quantity": [1.0], "due": [dt.datetime(2026, 3, 4)]})
    items = pl.DataFrame({"item": ["A"]})
    lots = pl.DataFrame({"item": ["A", "A"], "site": ["Hall 1", "main"], "quantity": [5.0, 2.0]})
    found, _ = usable(Company.of(items=items, sales_orders=orders, stock_lots=lots.head(1)))
    assert found["sites"]["site"].to_list() == found["sales_orders"]["site"].to_list() == ["Hall 1"]
    found, _ = usable(Company.of(items=items, sales_orders=orders, stock_lots=lots))
    assert found["sites"]["site"].to_list() == ["Hall 1", "main"]
    assert found["sales_orders"]["site"].to_list() == ["main"]


def test_work_without_working_time_is_told():
    """Steps at work centres and no shift: told once; with a shift it is not."""
    tables = {
        "operations": pl.DataFrame({"item": ["A"], "sequence": [10], "work_centre": ["W"]}),
        "work_centres": pl.DataFrame({"work_centre": ["W"]}),
    }
    assert "working-time-missing" in {each.code for each in check(Company.of(**tables))}
    shifts = pl.DataFrame({"calendar": ["C"], "shift": ["1"], "start_time": ["08:00"], "end_time": ["16:00"]})
    assert "working-time-missing" not in {each.code for each in check(Company.of(**tables, shifts=shifts))}


def test_who_has_a_skill_does_the_steps_that_name_no_work_centre():
    """Example: two developers are a team of two; a skill that nobody has makes none."""
    company = Company.of(
        people=pl.DataFrame({"person": ["Ann", "Ben"]}),
        person_skills=pl.DataFrame({"person": ["Ann", "Ben"], "skill": ["developer", "developer"]}),
        operations=pl.DataFrame({"item": ["app", "app"], "sequence": [1, 2], "skill": ["developer", "poet"]}),
    )
    found, problems = usable(company)
    assert found["operations"]["work_centre"].to_list() == ["developer", None]
    assert found["work_centres"].select("work_centre", "units").rows() == [("developer", 2)]
    assert [each.message for each in problems if each.code == "team-assumed"] == [
        "Steps that need developer name no work centre; the 2 people with that skill do them."
    ]
