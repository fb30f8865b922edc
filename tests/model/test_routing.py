"""Which step of a routing follows which."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck import Company
from quarterdeck.model.checks import check
from quarterdeck.model.routing import step_links


def operations(*named: str | None) -> pl.DataFrame:
    """The steps 10, 20, … of one routing with their predecessors."""
    count = len(named)
    facts = {"item": ["A"] * count, "routing": ["main"] * count, "sequence": [10 * n for n in range(1, count + 1)]}
    return pl.DataFrame({**facts, "predecessors": list(named)}, schema_overrides={"predecessors": pl.String})


def test_chains_need_no_links():
    """Where no step names what it follows, nothing is said: the steps follow each other."""
    assert step_links(operations(None, None, None)).is_empty()


def test_two_branches_that_meet():
    """Example: two steps side by side behind the first; what nobody follows comes before the last."""
    links = step_links(operations(None, "10", "10", "20", None)).select("before", "sequence").rows()
    assert links == [(10, 20), (10, 30), (20, 40), (30, 50), (40, 50)]


def test_what_is_no_earlier_step_is_told_and_passed_over():
    """Refusal: itself, a later step, and one that is not there; the step then follows the one before."""
    frame = operations(None, "20, 30", "99")
    assert step_links(frame).select("before", "sequence").rows() == [(10, 20), (20, 30)]
    told = [each for each in check(Company.of(operations=frame)) if each.code == "predecessor-unknown"]
    assert [each.key for each in told] == ["A / main / 20", "A / main / 30"]
    assert "comes after 99" in told[1].message


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(1, 9), max_size=3), min_size=1, max_size=9))
def test_every_step_lies_between_the_first_and_the_last(named):
    """Law: links lead to later steps; every step but the first follows one, every step but the last is followed."""
    frame = operations(*[", ".join(str(10 * n) for n in each) or None for each in named])
    links = step_links(frame)
    if links.is_empty():
        return
    assert (links["before"] < links["sequence"]).all()
    steps = frame["sequence"].to_list()
    assert set(links["sequence"]) == set(steps[1:])
    assert set(links["before"]) == set(steps[:-1])
