"""Chains of causes: no second without a cause, none with two."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.blame import chain, late_links, trace_of
from quarterdeck.disciplines.scheduling.search import schedule
from tests.scheduling.plants import random_plant
from tests.scheduling.shops import HOUR, one_machine


def _late(instance, answer):
    a = instance.arrays
    owner = np.repeat(np.arange(a.demands.size), a.demands["count"])
    there = a.demands["ready"].copy()
    np.maximum.at(there, owner, answer.end[a.supplies["operation"]] + a.supplies["lag"])
    return there, np.maximum(there - a.demands["due"], 0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_every_late_second_has_one_cause(seed):
    """In any plant the chain reaches from now to the delivery, and the blamed part is the lateness."""
    instance = random_plant(seed)
    answer = schedule(instance, effort=1)
    trace = trace_of(instance, answer)
    there, late = _late(instance, answer)
    for demand in range(late.size):
        links = chain(trace, demand)
        assert all(link.seconds > 0 for link in links)
        assert sum(link.seconds for link in links) == there[demand] - instance.now
        assert sum(link.seconds for link in late_links(trace, demand)) == late[demand]


def test_the_machine_is_blamed_for_who_was_before():
    """Three jobs of two hours due at once: the third waits four hours for the machine, and says for whom."""
    shop = one_machine(work=[2, 2, 2], due=[2, 2, 2])
    answer = schedule(shop, effort=1)
    last = int(np.argmax(answer.end))
    links = late_links(trace_of(shop, answer), last)
    assert [(link.cause, link.seconds) for link in links] == [("machine", 4 * HOUR)]
    assert answer.end[links[0].blocker] == answer.setup_start[last]


def test_closed_hours_are_told_apart():
    """A job of ten hours in a shift of eight pauses over night."""
    shop = one_machine(work=[10], due=[5], hours=(6, 14))
    links = chain(trace_of(shop, schedule(shop, effort=1)), 0)
    assert {link.cause: link.seconds for link in links if link.cause == "work"} == {"work": 10 * HOUR}
    assert sum(link.seconds for link in links if link.cause == "closed") == 22 * HOUR
