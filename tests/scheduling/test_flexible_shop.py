"""Flexible job shops: exact moves, the neighbourhood, and small shops whose optimum is known by trying everything."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.cooperation import Budget, Member, cooperate
from quarterdeck.disciplines.scheduling.flexible_graph import FlexibleShop, arrange, blank_flow, move, take_out
from quarterdeck.disciplines.scheduling.flexible_shop import (
    flexible_schedule,
    flexible_shop_of,
    is_flexible_job_shop,
    search_flexible_shop,
)
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits
from quarterdeck.disciplines.scheduling.instance import MAKESPAN, MODE, Instance, pointers, records
from quarterdeck.disciplines.scheduling.solve import solve
from tests.scheduling.plants import random_plant
from tests.scheduling.shops import job_shop


def _flexible(seed, jobs=3, steps=3, machines=3):
    """A job shop in which about half of the steps have a second machine."""
    rng = np.random.default_rng(seed)
    lines = [" ".join(f"{rng.integers(machines)} {rng.integers(1, 9)}" for _ in range(steps)) for _ in range(jobs)]
    lines[0] = " ".join(f"{m} {rng.integers(1, 9)}" for m in range(machines))
    plain = job_shop(lines)
    ways = 1 + (rng.random(plain.size) < 0.5)
    modes = records(MODE, int(ways.sum()))
    first = pointers(ways)
    modes["pool"][first], modes["work"][first] = plain.arrays.modes["pool"], plain.arrays.modes["work"]
    second = first[ways == 2] + 1
    modes["pool"][second] = (modes["pool"][second - 1] + 1) % machines
    modes["work"][second] = rng.integers(1, 9, second.size)
    operations = plain.arrays.operations.copy()
    operations["modes"], operations["first_mode"] = ways, first
    return Instance(plain.arrays._replace(operations=operations, modes=modes), 0, MAKESPAN)


def _flow(shop, order, chosen):
    flow = blank_flow(order.size, int(shop.machine.max()) + 1)
    flow.order[: order.size], flow.chosen[: order.size] = order, chosen
    return flow, arrange(shop, flow)


def _longest(shop: FlexibleShop, flow, without=-1):
    """Makespan by repeated relaxation, an independent way; ``without`` takes no time and no machine."""
    n = shop.first.size - 1
    end = np.zeros(n + 1, np.int64)
    for _ in range(n + 1):
        for o in range(n):
            p = flow.previous[o]
            p = flow.previous[p] if p == without and p < n else p
            start = max(end[shop.before[o]], 0 if o == without else end[p])
            end[o] = start + (0 if o == without else flow.length[o])
    end[n] = 0
    return int(max((end[o] for o in range(n) if o != without), default=0))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_moves_keep_the_graph_right(seed):
    """After random moves the makespan is the longest path, with an operation taken out too; circles are refused."""
    rng = np.random.default_rng(seed)
    shop = flexible_shop_of(_flexible(seed))
    n = shop.first.size - 1
    flow, made = _flow(shop, np.arange(n), shop.first[:-1])
    assert made == _longest(shop, flow)
    for _ in range(8):
        v = int(rng.integers(n))
        assert take_out(shop, flow, v) == _longest(shop, flow, v)
        alternative = int(rng.integers(shop.first[v], shop.first[v + 1]))
        old, at = int(flow.chosen[v]), int(flow.place[v])
        room = int(flow.size[shop.machine[alternative]]) - (shop.machine[alternative] == flow.on[v])
        made = move(shop, flow, v, alternative, int(rng.integers(room + 1)))
        if made < 0:
            made = move(shop, flow, v, old, at)
        assert made == _longest(shop, flow)


def _best_by_trying(shop):
    n = shop.first.size - 1
    best = 1 << 30
    choices = list(itertools.product(*(range(shop.first[o], shop.first[o + 1]) for o in range(n))))
    for order in itertools.permutations(range(n)):
        place = {o: k for k, o in enumerate(order)}
        if any(shop.before[o] < n and place[shop.before[o]] > place[o] for o in range(n)):
            continue
        for chosen in choices:
            best = min(best, _flow(shop, np.array(order), np.array(chosen))[1])
    return best


def test_small_shops_are_solved():
    """Two jobs of three steps: the search finds what trying everything finds."""
    for seed in range(3):
        instance = _flexible(seed, jobs=2)
        shop = flexible_shop_of(instance)
        n = instance.size
        start = np.stack([np.arange(n), shop.first[:-1]]).astype(np.int32)
        value, solution = search_flexible_shop(
            shop, start, Budget(0, 1e9, lambda: 0.0, rounds=1), 2, seed, lambda _: None
        )
        assert value == _best_by_trying(shop)
        answer = flexible_schedule(instance, shop, solution)
        assert check(instance, answer) == []
        assert answer.value == value


def test_two_searches_give_the_same_every_time():
    """Same seed and rounds, same solution, whatever the threads do."""
    instance = _flexible(3, jobs=8, steps=5, machines=4)
    shop = flexible_shop_of(instance)
    start = np.stack([np.arange(instance.size), shop.first[:-1]]).astype(np.int32)
    runs = [
        search_flexible_shop(shop, start, Budget(0, 1e9, lambda: 0.0, rounds=3), 2, 7, lambda _: None) for _ in range(2)
    ]
    assert runs[0][0] == runs[1][0]
    assert np.array_equal(runs[0][1], runs[1][1])


def test_the_door_takes_flexible_shops():
    """``solve`` hears falling values, gives a checked schedule and never more than the bound allows."""
    instance = _flexible(5, jobs=6, steps=5, machines=4)
    values = []
    answer = solve(instance, SearchLimits(0.3), lambda value, bound, _: values.append((value, bound)))
    assert check(instance, answer) == []
    assert answer.value >= answer.figures["bound"]
    assert values[-1][0] == answer.value
    assert [value for value, _ in values] == sorted((value for value, _ in values), reverse=True)


def test_only_flexible_shops_are_taken_for_one():
    """People, set-ups and dates are for the other search."""
    assert is_flexible_job_shop(_flexible(1))
    assert not is_flexible_job_shop(random_plant(1))


def test_the_best_of_all_searches_is_shared():
    """What one search finds the other hears in the next round; the search ends at its target."""
    heard = []

    class Counting:
        def __init__(self, values):
            self.values, self.seen = list(values), []

        def advance(self, moves, known):
            self.seen.append([member.value for member in known])
            value = self.values.pop(0)
            return [Member(value, np.array([value]), np.array([value]))]

    one, two = Counting([9, 7, 5, 1]), Counting([8, 8, 6, 1])
    known = cooperate([one, two], 10, 3, Budget(5, 1e9, lambda: 0.0), lambda member: heard.append(member.value))
    assert [member.value for member in known] == [5, 6, 7]
    assert two.seen == [[], [8, 9], [7, 8, 9]]
    assert heard == [9, 8, 7, 5]
