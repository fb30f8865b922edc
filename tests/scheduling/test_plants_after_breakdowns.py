"""Plants with everything, drawn at random, as planned and after the breakdown of their busiest machine."""

import numpy as np
import pytest

from benchmarks.plant_features import with_everything
from benchmarks.plant_maker import Sizes, make_plant
from quarterdeck.disciplines.scheduling import search
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.repair import Care, closed, repair

TWO_DAYS = 2 * 86_400


def faults(seed, sizes):
    """What the checker finds in the plan, and after the machine with most work has stood still for two days."""
    instance = with_everything(make_plant(seed, sizes), seed)
    planned = search.schedule(instance, effort=3)
    machine = int(np.bincount(planned.machine[planned.machine >= 0]).argmax())
    begin = int(np.median(planned.setup_start))
    broken = closed(instance, machine, begin, begin + TWO_DAYS)
    repaired = repair(broken, planned, (), Care(tries=2))
    assert planned.scheduled.all()
    assert repaired.scheduled.all()
    return check(instance, planned) + check(broken, repaired)


@pytest.mark.parametrize("seed", [2, 15, 37, 51, 134])
def test_who_attends_sets_up_where_nobody_else_is_free(seed):
    """Law: on small plants with few people every set-up has somebody, booked ahead or not."""
    assert faults(seed, Sizes(operations=300, pools=5, people=7, skills=3)) == []


def test_maintenance_keeps_its_latest_moment_on_machines_that_others_are_moved_to():
    """Law: what a breakdown pushes on leaves maintenance of other machines its time."""
    assert faults(3, Sizes(operations=6000)) == []
