"""The pipeline as a whole: laws that hold whatever the stages do inside."""

import datetime as dt

import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.planning.pipeline import STAGES
from tests.planning.companies import lamp_shop, table_maker

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def test_an_empty_company_gives_an_empty_plan():
    """No table at all is a valid company."""
    plan = qd.plan(qd.Company.of(), as_of=AS_OF)
    assert (plan.orders.height, plan.operations.height, plan.deliveries.height) == (0, 0, 0)
    assert set(plan.figures["seconds_by_stage"]) == {stage.name for stage in STAGES}


@pytest.mark.parametrize("company", [lamp_shop(), table_maker()], ids=["no production", "two levels"])
class TestAnyCompany:
    """Laws of every plan."""

    def test_the_same_input_gives_the_same_plan(self, company):
        """To the bit, and whatever the order of the input's rows."""
        first = qd.plan(company, as_of=AS_OF, horizon_weeks=8)
        shuffled = qd.Company.of(**{name: frame.reverse() for name, frame in company.frames.items()})
        second = qd.plan(shuffled, as_of=AS_OF, horizon_weeks=8)
        for name, frame in first.frames.items():
            assert frame.equals(second[name]), name

    def test_every_demand_has_a_delivery(self, company):
        """No order and no forecast is forgotten."""
        plan = qd.plan(company, as_of=AS_OF, horizon_weeks=8)
        wanted = plan.requirements.filter(pl.col("kind") != "safety_stock")
        assert set(wanted["demand"]) == set(plan.deliveries["demand"])

    def test_pegs_cover_what_is_delivered(self, company):
        """The pegs of a requirement sum to its quantity less what is short."""
        plan = qd.plan(company, as_of=AS_OF, horizon_weeks=8)
        pegged = (
            plan.pegs.filter(pl.col("demand_kind") == "requirement")
            .group_by("demand")
            .agg(pl.col("quantity").sum().alias("pegged"))
        )
        joined = plan.deliveries.join(pegged, on="demand", how="left").with_columns(pl.col("pegged").fill_null(0))
        assert (joined["quantity"] - joined["short"] - joined["pegged"]).abs().max() < 1e-9

    def test_causes_sum_to_the_lateness(self, company):
        """Every late second is explained."""
        plan = qd.plan(company, as_of=AS_OF, horizon_weeks=8)
        late = plan.deliveries.filter(pl.col("state") == "late")
        explained = plan.causes.group_by("demand").agg(pl.col("seconds").sum())
        joined = late.join(explained, on="demand", how="left")
        assert joined["late_seconds"].to_list() == joined["seconds"].to_list()

    def test_nothing_starts_before_now(self, company):
        """Neither an order nor an operation."""
        plan = qd.plan(company, as_of=AS_OF, horizon_weeks=8)
        planned = plan.orders.filter(pl.col("state") == "planned")
        assert planned.is_empty() or planned["release"].min() >= AS_OF
        assert plan.operations.is_empty() or plan.operations["setup_start"].min() >= AS_OF

    def test_the_schedule_passes_its_checker(self, company):
        """The verdict is in the figures."""
        plan = qd.plan(company, as_of=AS_OF, horizon_weeks=8)
        assert plan.figures.get("schedule_checked", True)

    def test_the_balance_runs_on(self, company):
        """Each cash line's balance is the one before plus its amount."""
        lines = qd.plan(company, as_of=AS_OF, horizon_weeks=8).cash_lines
        assert (lines["balance"].diff().drop_nulls() == lines["amount"][1:]).all()


def test_unknown_options_are_refused():
    """The message lists what there is."""
    with pytest.raises(ValueError, match="speed"):
        qd.plan(qd.Company.of(), as_of=AS_OF, speed=9)
    with pytest.raises(ValueError, match="yesterday"):
        qd.plan(qd.Company.of(), as_of="yesterday")


def test_the_settings_table_sets_defaults():
    """A company may carry its own horizon and date."""
    settings = pl.DataFrame({"setting": ["as_of", "horizon_weeks"], "value": ["2026-03-02", "5"]})
    plan = qd.plan(qd.Company.of(settings=settings))
    assert (plan.settings.horizon_weeks, plan.settings.as_of) == (5, AS_OF)


def test_progress_is_reported_by_stage():
    """It rises and ends at one."""
    heard = []
    qd.plan(lamp_shop(), as_of=AS_OF, progress=lambda title, share: heard.append((title, share)))
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert heard[-1] == ("Done", 1.0)
    assert {stage.title for stage in STAGES} <= {title for title, _ in heard}
