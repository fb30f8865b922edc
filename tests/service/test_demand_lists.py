"""Lists about demand without a plan: launches and their targets, segments, mix, corrections."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck import Company
from quarterdeck.service.demand_lists import demand_list, read_targets

NOW = dt.date(2026, 3, 2)


def company():
    """Two years of an old item, thirty weeks of a new one, both bought by two segments."""
    rows = []
    for back in range(1, 105):
        day = NOW - dt.timedelta(weeks=back)
        rows += [("OLD", "C1", day, 10.0), ("OLD", "C2", day, 5.0)]
        if back <= 30:
            rows.append(("NEW", "C2", day, 8.0))
    history = pl.DataFrame(rows, schema=["item", "customer", "date", "quantity"], orient="row")
    launch = pl.Series([None, NOW - dt.timedelta(weeks=30)], dtype=pl.Date)
    return Company.of(
        demand_history=history,
        items=pl.DataFrame({"item": ["OLD", "NEW"], "family": ["F", "G"], "price": [2.0, 3.0], "launch": launch}),
        customers=pl.DataFrame({"customer": ["C1", "C2"], "segment": ["retail", "trade"]}),
    )


def test_a_new_item_reaches_a_low_target_rather_than_a_high_one():
    """The one in its first year is listed, with the chance to reach the target given."""
    low, high = (
        demand_list(company(), "launches", targets={"NEW": target}, as_of=NOW).row(0, named=True)
        for target in (250.0, 4000.0)
    )
    assert (low["item"], low["sold"]) == ("NEW", 240.0)
    assert low["chance"] > 0.9 > 0.1 > high["chance"]


def test_a_target_may_be_of_one_site():
    """With an at sign and a site, the launch there is held against it alone."""
    site = demand_list(company(), "launches", as_of=NOW)["site"][0]
    whole, there = (
        demand_list(company(), "launches", targets={key: 4000.0}, as_of=NOW) for key in ("NEW", f"NEW@{site}")
    )
    assert there["chance"].to_list() == whole["chance"].to_list()
    elsewhere = demand_list(company(), "launches", targets={"NEW@elsewhere": 4000.0}, as_of=NOW)
    assert elsewhere["chance"].to_list() != there["chance"].to_list()


def test_segments_and_mix_go_by_what_is_asked():
    """Families with their growth; inside of the trade segment the new family has taken a share."""
    families = demand_list(company(), "segments", by="family", as_of=NOW)
    assert set(families["group"]) == {"F", "G"}
    mix = demand_list(company(), "mix", by="family", as_of=NOW).filter(pl.col("group") == "G")
    assert mix["within"].to_list() == ["trade"]
    assert mix["shift"][0] > 0.5


def test_without_corrections_or_history_lists_are_empty():
    """Nothing was corrected yet, and an empty company has nothing new."""
    assert demand_list(company(), "corrections", as_of=NOW).is_empty()
    assert demand_list(Company.of(), "launches", as_of=NOW).is_empty()


@pytest.mark.parametrize(("which", "by"), [("hits", "family"), ("mix", "colour")])
def test_unknown_lists_are_refused(which, by):
    """The message names what was given and what there is."""
    with pytest.raises(ValueError, match=r"Expected one of .*, got '(hits|colour)'"):
        demand_list(company(), which, by=by, as_of=NOW)


def test_a_target_needs_a_number():
    """Codes may hold equals signs; without a number the text is shown."""
    assert read_targets(["A=B=3"]) == {"A=B": 3.0}
    with pytest.raises(ValueError, match="got 'A=many'"):
        read_targets(["A=many"])
