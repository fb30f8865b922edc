"""The checker finds every kind of fault that is put into a right schedule."""

from dataclasses import replace

import numpy as np
import pytest

from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.search import schedule
from tests.scheduling.plants import random_plant

PLANT = random_plant(5)
ANSWER = schedule(PLANT, effort=1)


def _changed(name, index, value):
    column = getattr(ANSWER, name).copy()
    column[index] = value
    return replace(ANSWER, **{name: column})


def _machined():
    return int(np.flatnonzero((ANSWER.machine >= 0) & (PLANT.arrays.operations["setup"] > 0))[0])


def test_the_schedule_is_right_before_it_is_changed():
    """No fault without a change."""
    assert check(PLANT, ANSWER) == []


@pytest.mark.parametrize(
    ("name", "shift", "words"),
    [
        ("setup", 7, "set-up time"),
        ("run", 7, "run time"),
        ("end", -7, "working time"),
        ("start", -(10**7), "runs backwards"),
        ("setup_start", -(10**7), "material or release"),
        ("machine", 10**6, None),
    ],
)
def test_a_changed_number_is_found(name, shift, words):
    """Each column, moved a little, breaks at least the rule it belongs to."""
    index = _machined()
    if name == "machine":
        other = np.flatnonzero(PLANT.arrays.machines["pool"] != PLANT.arrays.machines["pool"][ANSWER.machine[index]])
        broken, words = _changed(name, index, other[0]), "cannot do it"
    else:
        broken = _changed(name, index, getattr(ANSWER, name)[index] + shift)
    assert any(words in fault for fault in check(PLANT, broken))


def test_two_jobs_at_once_are_found():
    """An operation moved onto another on its machine overlaps it."""
    order = np.lexsort((ANSWER.setup_start, ANSWER.machine))
    pair = next(k for k in range(1, order.size) if ANSWER.machine[order[k]] == ANSWER.machine[order[k - 1]] >= 0)
    moved = _changed("setup_start", order[pair], ANSWER.setup_start[order[pair - 1]])
    assert any("overlaps another on its machine" in fault for fault in check(PLANT, moved))


def test_a_successor_too_early_is_found():
    """Starting a successor with its predecessor breaks precedence."""
    source = int(np.flatnonzero(PLANT.arrays.operations["arcs"] > 0)[0])
    target = PLANT.arrays.arcs["successor"][PLANT.arrays.operations["first_arc"][source]]
    early = _changed("setup_start", target, ANSWER.setup_start[source])
    assert any("before what it follows is done" in fault for fault in check(PLANT, early))


def test_the_wrong_person_is_found():
    """Somebody without the skill, and nobody where somebody is needed."""
    attended = int(np.flatnonzero(PLANT.arrays.operations["skill"] == 0)[0])
    assert any("wrong person" in fault for fault in check(PLANT, _changed("person", attended, 2)))


def test_an_unplaced_predecessor_is_found():
    """Nothing may follow what has no place."""
    source = int(np.flatnonzero(PLANT.arrays.operations["arcs"] > 0)[0])
    assert any("what it follows" in fault for fault in check(PLANT, _changed("end", source, -1)))
