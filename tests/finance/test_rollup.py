"""Standard costs from the bottom of the bill of materials up."""

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.finance.fixed_point import COST_SCALE, rounded_parts
from quarterdeck.disciplines.finance.item_costs import standard_costs
from quarterdeck.disciplines.finance.rollup import PARTS, Structure, levels, roll_up
from quarterdeck.model import Company

DAY = dt.date(2026, 3, 2)


def structure(*lines: tuple[int, int, float, float]) -> Structure:
    """Lines of parent, component, quantity and scrap; nothing is lost on the way."""
    columns = np.array(lines, dtype=float).reshape(-1, 4)
    return Structure(
        columns[:, 0].astype(np.int64),
        columns[:, 1].astype(np.int64),
        columns[:, 2],
        columns[:, 3],
        np.ones(len(lines)),
    )


def two_level_company() -> Company:
    """Screws S1 and S2 go into the module M, three of which go into the finished good FG; computed by hand."""
    return Company.of(
        items=pl.DataFrame(
            {
                "item": ["S1", "S2", "M", "FG"],
                "source": ["buy", "buy", "make", "make"],
                "cost": [2.0, 0.5, None, None],
                "yield_share": [1.0, 1.0, 1.0, 0.98],
                "lot_rule": ["lot_for_lot", "lot_for_lot", "fixed", "fixed"],
                "lot_size": [None, None, 100.0, 50.0],
            }
        ),
        bom_lines=pl.DataFrame(
            {
                "parent": ["M", "M", "FG", "FG"],
                "component": ["S1", "S2", "M", "S2"],
                "quantity_per": [2.0, 4.0, 3.0, 1.0],
                "scrap": [0.0, 0.0, 0.05, 0.0],
            }
        ),
        work_centres=pl.DataFrame({"work_centre": ["W40", "W60"], "hourly_cost": [40.0, 60.0]}),
        operations=pl.DataFrame(
            {
                "item": ["M", "FG"],
                "sequence": [10, 10],
                "work_centre": ["W40", "W60"],
                "setup_minutes": [60.0, 30.0],
                "run_minutes": [3.0, 6.0],
            }
        ),
    )


def test_two_levels_computed_by_hand():
    """M: 6.00 material, 0.40 set-up and 2.00 run are 8.40.

    FG: 3 M with 5 % scrap and a screw are 27.0263, with set-up 0.60 and run 6.00 33.6263, over a yield of 98 % 34.3126.
    """
    costs = standard_costs(two_level_company(), DAY, {"M": 100.0, "FG": 50.0})
    unit = costs.unit_costs()
    assert unit["M"] == pytest.approx(8.4, rel=1e-9)
    assert unit["FG"] == pytest.approx((3 * 8.4 / 0.95 + 0.5 + 0.6 + 6.0 - 0.6) / 0.98 + 0.6, rel=1e-8)


def test_parts_of_an_item():
    """The module's parts are known; its own level adds no material."""
    frame = standard_costs(two_level_company(), DAY, {"M": 100.0}).frame()
    parts = {part: (own, total) for part, own, total in frame.filter(pl.col("item") == "M").drop("item").rows()}
    assert parts["material"] == (Decimal(0), Decimal(6))
    assert parts["machine"] == (Decimal(2), Decimal(2))
    assert parts["setup"] == (Decimal("0.4"), Decimal("0.4"))


def test_setup_is_spread_over_the_lot():
    """Half the lot, twice the set-up per piece."""
    large = standard_costs(two_level_company(), DAY, {"M": 100.0}).unit_costs()["M"]
    small = standard_costs(two_level_company(), DAY, {"M": 50.0}).unit_costs()["M"]
    assert small - large == pytest.approx(0.4)


def test_lines_that_do_not_hold_today_cost_nothing():
    """A component that comes next year is not in today's cost."""
    company = two_level_company()
    later = company.replace(bom_lines=company.bom_lines.with_columns(valid_from=pl.lit(dt.date(2027, 1, 1))))
    assert standard_costs(later, DAY, {"M": 100.0}).unit_costs()["M"] == pytest.approx(2.4)


def test_a_quantity_per_order_is_spread_over_the_lot():
    """Two screws once per order of a hundred are 0.04 a piece."""
    company = two_level_company()
    lines = company.bom_lines.with_columns(per_order=pl.col("component") == "S1")
    unit = standard_costs(company.replace(bom_lines=lines), DAY, {"M": 100.0}).unit_costs()
    assert unit["M"] == pytest.approx(2 * 2 / 100 + 2.0 + 2.4)


def test_labour_overhead_and_work_outside():
    """A welder at 30 an hour, overhead of a tenth, and galvanising at 1.50 a piece."""
    company = Company.of(
        items=pl.DataFrame({"item": ["A"], "source": ["make"]}),
        work_centres=pl.DataFrame({"work_centre": ["W"], "hourly_cost": [60.0], "efficiency": [2.0]}),
        operations=pl.DataFrame(
            {
                "item": ["A", "A"],
                "sequence": [10, 20],
                "work_centre": ["W", None],
                "run_minutes": [8.0, 0.0],
                "skill": ["welding", None],
                "cost": [0.0, 1.5],
                "fixed_minutes": [20.0, 0.0],
            }
        ),
        people=pl.DataFrame({"person": ["p"], "hourly_cost": [30.0]}),
        person_skills=pl.DataFrame({"person": ["p"], "skill": ["welding"]}),
        cost_rates=pl.DataFrame({"rate": ["overhead", "labour"], "value": [0.1, 99.0]}),
    )
    frame = standard_costs(company, DAY, {"A": 10.0}).frame()
    parts = {part: float(total) for part, total in frame.select("part", "total").rows()}
    hours = (8 + 20 / 10) / 60 / 2
    assert parts["machine"] == pytest.approx(hours * 60)
    assert parts["labour"] == pytest.approx(hours * 30)
    assert parts["overhead"] == pytest.approx(hours * 90 * 0.1)
    assert parts["subcontract"] == 1.5


def test_a_yield_at_the_last_step_loses_what_went_before():
    """Half of the pieces are lost at the second step: everything before it costs twice, the excess being scrap."""
    company = Company.of(
        items=pl.DataFrame({"item": ["A", "B"], "source": ["make", "buy"], "cost": [None, 3.0]}),
        bom_lines=pl.DataFrame({"parent": ["A"], "component": ["B"], "quantity_per": [1.0]}),
        work_centres=pl.DataFrame({"work_centre": ["W"], "hourly_cost": [60.0]}),
        operations=pl.DataFrame(
            {
                "item": ["A"] * 2,
                "sequence": [10, 20],
                "work_centre": ["W"] * 2,
                "run_minutes": [1.0, 2.0],
                "yield_share": [1.0, 0.5],
            }
        ),
    )
    costs = standard_costs(company, DAY, {})
    assert costs.unit_costs()["A"] == pytest.approx(2 * (3 + 1 + 2))
    frame = costs.frame().filter((pl.col("item") == "A") & (pl.col("part") == "scrap"))
    assert float(frame["total"].item()) == pytest.approx(6)


def test_deep_and_wide_structures_end():
    """A chain of 5,000 levels, and 40 diamonds on top of each other: every line is used once."""
    own = np.zeros((5001, len(PARTS)), dtype=np.int64)
    own[5000, 0] = COST_SCALE
    chain = structure(*((level, level + 1, 1.0, 0.0) for level in range(5000)))
    assert roll_up(own, chain).total[0, 0] == COST_SCALE
    diamonds = structure(*((level, level + 1, 0.5, 0.0) for level in range(40) for _ in range(2)))
    assert roll_up(own[-41:], diamonds).total[0, 0] == COST_SCALE


lines_of_graph = st.lists(
    st.tuples(st.integers(0, 8), st.integers(1, 9), st.floats(0.1, 5), st.floats(0, 0.5)), max_size=25
)


@given(lines_of_graph, st.lists(st.integers(0, 10**12), min_size=10, max_size=10))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_lines_does_not_matter(raw, costs):
    """Law: costs are the same to the bit whatever the order of the rows, and every level adds what is below."""
    lines = [line for line in raw if line[0] < line[1]]
    own = np.zeros((10, len(PARTS)), dtype=np.int64)
    own[:, 0] = costs
    rolled = roll_up(own, structure(*lines))
    again = roll_up(own, structure(*reversed(lines)))
    assert np.array_equal(rolled.total, again.total)
    assert np.array_equal(rolled.own, again.own)
    assert (rolled.total.sum(axis=1) >= own.sum(axis=1)).all()
    groups = levels(10, structure(*lines))
    assert sorted(np.concatenate(groups).tolist()) == list(range(10))


@given(st.lists(st.lists(st.integers(0, 10**9), min_size=7, max_size=7), min_size=1, max_size=6))
def test_rounded_parts_add_up_to_the_rounded_whole(rows):
    """Law: no cent is lost or made, and no part moves by more than one unit."""
    parts = np.array(rows, dtype=np.int64)
    rounded = rounded_parts(parts, 10_000)
    assert (rounded.sum(axis=1) == (parts.sum(axis=1) + 5_000) // 10_000).all()
    assert (np.abs(rounded * 10_000 - parts) <= 10_000).all()
