"""Levelled volumes as rows, sentences and numbers to draw."""

import pytest

from quarterdeck.service.levelling import Change
from quarterdeck.service.views.volumes import CALM, volume_rows, volumes
from tests.levelling.test_stage import shop, wanting

FULL = ((5, 1), (5, 8), (15, 15))


def test_a_full_week_is_told_by_name():
    """Story: the saw is full in the third week, so an hour of it is worth money; the hall's is worth nothing."""
    found = volumes(shop(), wanting(*FULL))
    assert any("Saw" in each for each in found.sentences)
    assert [row["title"] for row in found.centres] == ["Saw", "Hall"]
    assert found.centres[0]["share"] == 1.0
    assert found.centres[0]["hour_value"] > 0 == found.centres[1]["hour_value"]
    assert [row["title"] for row in found.families] == ["seats"]
    assert found.compared == ()


def test_calm_weeks_are_called_so():
    """Story: where everything can be made when it is wanted there is one sentence."""
    assert volumes(shop(), wanting((5, 1))).sentences == (CALM,)


def test_what_is_drawn_is_what_is_made():
    """Law: the drawn sums of the families are those of the rows, and value is quantity times price."""
    company, plan = shop(), wanting(*FULL)
    found, rows = volumes(company, plan), volume_rows(company, plan)
    everything, seats = found.drawn["groups"]
    assert sum(seats["make"]) == rows["make"].sum() == 25.0
    assert everything["make"] == [900.0 * quantity for quantity in seats["make"]]
    assert set(rows["item_name"]) == {"chair"}


def test_a_question_is_compared_with_what_is():
    """Story: a fifth more demand earns more; less of everything earns less."""
    more = volumes(shop(), wanting(*FULL), Change(demand=0.2)).compared[0]
    less = volumes(shop(), wanting(*FULL), Change(demand=-0.2)).compared[0]
    assert (more["what"], more["state"], less["state"]) == ("Sales less what the plan decides", "good", "bad")


def test_nothing_wanted_is_nothing_to_show():
    """Refusal: without demand there are no volumes, and no rows."""
    assert volumes(shop(), wanting()) is None
    assert volume_rows(shop(), wanting()).is_empty()


def test_a_family_nobody_knows_is_refused():
    """Refusal: the message names the family."""
    with pytest.raises(ValueError, match="tables"):
        volumes(shop(), wanting((5, 1)), Change(demand=0.2, family="tables"))
