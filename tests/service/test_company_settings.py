"""The company's own settings."""

import polars as pl
import pytest

from quarterdeck import Company
from quarterdeck.service import company_settings as settings
from quarterdeck.service.planning import settings_for
from quarterdeck.store import TableChange, Workspace


@pytest.fixture
def workspace(tmp_path):
    """A workspace with one item."""
    with Workspace.create(tmp_path) as made:
        made.commit({"items": TableChange(pl.DataFrame({"item": ["A"]}))}, author="Ada")
        yield made


def test_options_are_used_by_the_next_plan_and_go_back_to_the_default(workspace):
    """Story: the horizon is shortened and the service level raised; later both are emptied again."""
    settings.save_options(workspace, {"horizon_weeks": "20", "service_level": "97 %", "mode": "repair"}, author="Ada")
    chosen = settings_for(workspace.load())
    assert (chosen.horizon_weeks, chosen.service_level, chosen.mode) == (20, 0.97, "repair")

    settings.save_options(workspace, {"horizon_weeks": "", "service_level": " ", "mode": ""}, author="Ada")
    assert settings_for(workspace.load()).horizon_weeks == 26
    assert not workspace.load()["settings"].height


def test_every_option_has_meaning_and_default():
    """Law: no option is shown without words; what cannot be chosen is not offered."""
    options = settings.planning_options(Company.of())

    assert {"as_of", "progress"}.isdisjoint(option.name for option in options)
    assert all(option.meaning and option.default for option in options)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("horizon_weeks", "999", "from 1 to 520 for Horizon, got 999"),
        ("horizon_weeks", "2.5", "whole number"),
        ("service_level", "1.2", "from 0 to 0.9999"),
        ("seconds", "soon", "Expected a number for Longest search, got 'soon'"),
        ("mode", "magic", "among constrained"),
    ],
)
def test_options_that_cannot_be_are_refused(workspace, name, text, words):
    """Refusal: nothing is written, and the field is named."""
    with pytest.raises(settings.SettingError, match=words) as caught:
        settings.save_options(workspace, {name: text, "effort": "50"}, author="Ada")
    assert set(caught.value.reasons) == {name}
    assert not workspace.load()["settings"].height


def test_facts_of_the_company(workspace):
    """Example: name, currency and time zone."""
    settings.save_facts(workspace, {"company": "Möwe", "currency": "chf", "time_zone": "Europe/Zurich"}, author="Ada")

    found = settings.facts(workspace.load())
    assert (found.company, found.currency, found.time_zone) == ("Möwe", "CHF", "Europe/Zurich")
    assert found.time_zone in settings.time_zones()
    assert "EUR" in settings.currencies()


@pytest.mark.parametrize(
    ("name", "text"),
    [("currency", "euro"), ("time_zone", "Mars/Olympus"), ("as_of", "soon"), ("company", "x" * 201)],
)
def test_facts_that_cannot_be_are_refused(workspace, name, text):
    """Refusal: the field is named."""
    with pytest.raises(settings.SettingError) as caught:
        settings.save_facts(workspace, {name: text}, author="Ada")
    assert set(caught.value.reasons) == {name}


def test_targets_are_set_and_taken_away(workspace):
    """Story: a target is set, kept with its direction, then taken away."""
    settings.save_targets(workspace, {"late_orders": "4", "on_time_in_full": "95 %", "nonsense": "1"}, author="Ada")
    wanted = {each.kpi: each for each in settings.targets(workspace.load())}
    assert (wanted["late_orders"].target, wanted["late_orders"].direction) == ("4", "at_most")
    assert wanted["on_time_in_full"].target == "0.95"

    settings.save_targets(workspace, {"late_orders": "", "stock_turns": ""}, author="Ada")
    assert workspace.load()["kpi_targets"]["kpi"].to_list() == ["on_time_in_full"]
    with pytest.raises(settings.SettingError, match="Expected a number for late order lines"):
        settings.save_targets(workspace, {"late_orders": "few"}, author="Ada")


def test_an_emptied_company_comes_back(workspace):
    """Law: taking everything away is one change that can be taken back to the same checksum."""
    before = workspace.checksum()

    made = settings.empty_company(workspace, author="Ada")

    assert all(frame.is_empty() for frame in workspace.load().frames.values())
    workspace.undo(made.number, author="Ada")
    assert workspace.checksum() == before
