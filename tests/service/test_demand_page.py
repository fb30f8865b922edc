"""What a page about demand shows: the whole, every series, one in depth, segments, and people's worth."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck import Company, Plan, Settings
from quarterdeck.service.forecasting import demand_plan, foresee, foresee_file
from quarterdeck.service.views.demand_page import (
    demand_overview,
    mix_list,
    planner_value,
    segment_list,
    series_detail,
    series_list,
)
from quarterdeck.service.views.launches import launches

AS_OF = "2026-03-02"
MONDAY = dt.date(2026, 3, 2)


def weekly(item, customer, levels):
    """Weekly sales, newest last, that end the week before the plan."""
    days = [MONDAY - dt.timedelta(weeks=len(levels) - k) for k in range(len(levels))]
    return pl.DataFrame({"item": item, "customer": customer, "date": days, "quantity": [float(v) for v in levels]})


@pytest.fixture(scope="module")
def shop():
    """A steady item for trade, one that trebles for homes, and overrides that are half of what came."""
    history = [
        weekly("LAMP", "T", [20 + k % 3 for k in range(110)]),
        weekly("BULB", "H", [10 if k < 70 else 30 for k in range(110)]),
    ]
    past = [MONDAY - dt.timedelta(weeks=back) for back in (3, 2)]
    return Company.of(
        items=pl.DataFrame({"item": ["LAMP", "BULB"], "family": ["Lamps", "Bulbs"], "price": [10.0, 2.0]}),
        customers=pl.DataFrame({"customer": ["T", "H"], "segment": ["Trade", "Homes"]}),
        demand_history=pl.concat(history),
        promotions=pl.DataFrame({"promotion": ["SALE"], "family": ["Lamps"], "start": [MONDAY], "end": [MONDAY]}),
        forecast_overrides=pl.DataFrame(
            {"item": "LAMP", "date": [*past, MONDAY], "quantity": [10.0, 10.0, 40.0], "author": "Ada"}
        ),
    )


@pytest.fixture(scope="module")
def plan(shop):
    """The shop's demand."""
    return demand_plan(shop, as_of=AS_OF, horizon=4)


def test_series_are_listed_with_life_accuracy_and_alarm(shop, plan):
    """The lamp is steady, the bulb grows; both have an accuracy and a family."""
    table = series_list(shop, plan)
    lives = dict(table.select("item", "life").iter_rows())
    assert lives == {"LAMP": "steady", "BULB": "growing"}
    assert table["accuracy"].is_between(0, 1).all()
    assert set(table["family"]) == {"Lamps", "Bulbs"}


def test_overview_says_how_wrong_forecasts_were(shop, plan):
    """Counts add up to the series, and the sentence names the error."""
    page = demand_overview(shop, plan)
    assert page.series == sum(page.lives.values()) == sum(page.patterns.values()) == 2
    assert page.error < page.naive_error or page.error < 0.2
    assert "wrong by" in page.headline


def test_one_series_in_depth(shop, plan):
    """Past, fit, promotion of the family, overrides and facts of the lamp; nothing of an unknown item."""
    detail = series_detail(shop, plan, "LAMP", "main")
    assert detail.past.height == 110
    assert (detail.past["fitted"][20:] - 21).abs().max() < 2.5
    assert detail.events["promotion"].to_list() == ["SALE"]
    assert detail.overrides.height == 3
    assert detail.facts["item"] == "LAMP"
    assert series_detail(shop, plan, "NONE", "main") is None


def test_segments_grow_and_their_mix_shifts(shop, plan):
    """Homes buy more than a year ago, trade does not; each segment's mix is its own."""
    states = dict(segment_list(shop, plan, "segment").select("group", "state").iter_rows())
    assert states == {"Trade": "steady", "Homes": "growing"}
    assert set(mix_list(shop, plan)["within"]) == {"Trade", "Homes"}
    with pytest.raises(ValueError, match="got 'colour'"):
        segment_list(shop, plan, "colour")


def test_overrides_that_halved_the_forecast_made_it_worse(shop, plan):
    """Ada said ten where twenty-one came: her numbers took accuracy away."""
    (row,) = planner_value(shop, plan).iter_rows(named=True)
    assert (row["author"], row["overrides"]) == ("Ada", 2)
    assert row["adjusted_gain"] < -0.3
    assert row["better"] == 0
    assert row["bias"] < -0.4


def test_an_empty_company_has_an_empty_page():
    """Without any table there is nothing to show and nothing breaks."""
    nobody, nothing = Company.of(), Plan.blank(Settings(as_of=dt.datetime(2026, 3, 2, tzinfo=dt.UTC)))
    assert series_list(nobody, nothing).is_empty()
    assert demand_overview(nobody, nothing).headline == "Nothing is known of demand yet."
    assert segment_list(nobody, nothing).is_empty()
    assert mix_list(nobody, nothing).is_empty()
    assert planner_value(nobody, nothing).is_empty()


def test_foresight_has_the_quantiles_asked_for(shop):
    """Any probability can be asked for; quantiles rise with it and the item filter holds."""
    seen = foresee(shop, as_of=AS_OF, horizon=3, levels=(0.9, 0.1, 0.5), items=["BULB"])
    assert set(seen.forecasts["item"]) == {"BULB"}
    assert seen.forecasts.height == 3
    assert (seen.forecasts["q10"] <= seen.forecasts["q50"]).all()
    assert (seen.forecasts["q50"] <= seen.forecasts["q90"]).all()
    with pytest.raises(ValueError, match=r"got 1\.5"):
        foresee(shop, as_of=AS_OF, levels=(1.5,))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_bare_monthly_history_is_forecast_in_months(tmp_path, suffix):
    """A file of dates and values needs no company; the months follow on."""
    months = pl.date_range(dt.date(2023, 1, 1), dt.date(2025, 12, 1), "1mo", eager=True)
    frame = pl.DataFrame({"unique_id": "a", "ds": months, "y": [100.0 + k % 12 for k in range(36)]})
    path = tmp_path / f"history.{suffix}"
    frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
    seen = foresee_file(path, horizon=3)
    assert seen.period == "month"
    assert seen.forecasts["start"].to_list() == [dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1)]
    assert seen.forecasts["quantity"].is_between(98, 112).all()
    assert "a month" in seen.series["reason"][0]


def test_a_wide_history_is_read(tmp_path):
    """One row a series, one numbered column a period."""
    path = tmp_path / "wide.csv"
    path.write_text("part,0,1,2,3,4,5\nA,5,5,5,5,5,5\nB,0,0,7,0,0,0\n", "utf-8")
    seen = foresee_file(path, horizon=2)
    assert seen.series["series"].to_list() == ["A", "B"]
    assert seen.forecasts["start"].to_list() == [6, 7, 6, 7]


@pytest.mark.parametrize("text", ["a,b\nx,y\n", "date,quantity\n", ""])
def test_a_file_without_a_history_is_refused(tmp_path, text):
    """What cannot be a history says what was expected."""
    path = tmp_path / "odd.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="Expected"):
        foresee_file(path)


def test_demand_over_a_lead_time_is_shown(shop, plan):
    """Longer spans bring more, and quantiles rise; four weeks are surer in share than one."""
    table = series_detail(shop, plan, "LAMP", "main").together
    assert table["weeks"].to_list() == [1, 2, 4]
    assert (table["q05"] <= table["q50"]).all()
    assert (table["q50"] <= table["q99"]).all()
    share = table["q95"] / table["quantity"]
    assert share[2] <= share[0]


def test_launches_are_judged_by_their_family():
    """A lamp in its eighth week sells like three of its family did; a target of twice that is out of reach."""
    history, items = [], []
    for k, name in enumerate(("L1", "L2", "L3")):
        history.append(weekly(name, "T", [20 + k] * 60))
        items.append((name, "Lamps", MONDAY - dt.timedelta(weeks=60)))
    history.append(weekly("NEW", "T", [21] * 8))
    history.append(weekly("OLD", "T", [5] * 120))
    items += [("NEW", "Lamps", MONDAY - dt.timedelta(weeks=8)), ("OLD", "Other", None)]
    company = Company.of(
        items=pl.DataFrame(items, schema=["item", "family", "launch"], orient="row"),
        demand_history=pl.concat(history),
    )
    made = Plan.blank(Settings(as_of=dt.datetime(2026, 3, 2, tzinfo=dt.UTC)))
    (row,) = launches(company, made)
    assert (row.item, row.weeks, row.likes) == ("NEW", 8, 3)
    assert row.expected == pytest.approx(21 * 52, rel=0.1)
    assert 0.2 < row.chance < 0.8
    assert launches(company, made, {"NEW": 2 * 21 * 52})[0].chance < 0.1
    assert "8 weeks on sale" in row.text.replace("\u00a0", " ")
