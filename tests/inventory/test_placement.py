"""Safety stock over several stages: exact on trees, never worse than each stock for itself, good on networks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.inventory.placement import (
    Stages,
    guaranteed_service,
    placed,
    single_echelon,
    topological,
)


def stages(times, holding, arcs, promised=None, spread=None):
    """Stages with a safety factor of one; ``arcs`` are (parent, child)."""
    size = len(times)
    return Stages(
        np.array(times, dtype=np.int64),
        np.array(holding, dtype=float),
        np.array(spread or [1.0] * size),
        np.ones(size),
        np.array(promised or [-1] * size, dtype=np.int64),
        np.array([arc[0] for arc in arcs], dtype=np.int64),
        np.array([arc[1] for arc in arcs], dtype=np.int64),
    )


def least_by_trying_all(given_stages):
    """The least cost over all service times, by brute force."""
    order = topological(given_stages)
    longest = np.zeros(len(order), dtype=int)
    for stage in order:
        below = given_stages.child[given_stages.parent == stage]
        longest[stage] = given_stages.time[stage] + max((longest[child] for child in below), default=0)
    top = [
        min(longest[s], given_stages.promised[s]) if given_stages.promised[s] >= 0 else longest[s]
        for s in range(len(order))
    ]
    least = np.inf
    for service in itertools.product(*(range(each + 1) for each in top)):
        chosen = np.array(service, dtype=np.int64)
        inbound = np.zeros(len(order), dtype=int)
        for parent, child in zip(given_stages.parent, given_stages.child, strict=True):
            inbound[parent] = max(inbound[parent], chosen[child])
        if (inbound + given_stages.time - chosen >= 0).all():
            least = min(least, float(placed(given_stages, chosen).cost.sum()))
    return least


def test_of_a_line_the_cheap_stage_holds_the_stock():
    """Example: a cheap part of 9 days before an assembly of 1 day that costs ten times as much.

    Each for itself: 1·√9 + 10·√1 = 13. Only at the end: 10·√10 = 31.6. The part's stock shields: 13 is the least.
    """
    line = stages([9, 1], [1.0, 10.0], [(1, 0)], promised=[-1, 0])

    found = guaranteed_service(line)

    assert found.cost.sum() == pytest.approx(13.0)
    assert found.service.tolist() == [0, 0]


def test_of_a_line_that_gains_little_worth_only_the_end_holds_stock():
    """Example: two stages of 8 days at nearly the same cost: √16·10 = 40 beats √8·9.9 + √8·10 = 56.3."""
    line = stages([8, 8], [9.9, 10.0], [(1, 0)], promised=[-1, 0])

    assert guaranteed_service(line).cost.sum() == pytest.approx(40.0)
    assert single_echelon(line).cost.sum() == pytest.approx(9.9 * 8**0.5 + 10 * 8**0.5)


@st.composite
def trees(draw):
    """Random trees of up to five stages, each arc in either direction."""
    size = draw(st.integers(2, 5))
    arcs = []
    for stage in range(1, size):
        other = draw(st.integers(0, stage - 1))
        arcs.append((stage, other) if draw(st.booleans()) else (other, stage))
    times = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    holding = draw(st.lists(st.floats(0.1, 20), min_size=size, max_size=size))
    spread = draw(st.lists(st.floats(0.1, 9), min_size=size, max_size=size))
    supplied = {child for _, child in arcs}
    promised = [-1 if stage in supplied else draw(st.integers(0, 2)) for stage in range(size)]
    return stages(times, holding, arcs, promised, spread)


@settings(max_examples=60, deadline=None)
@given(trees())
def test_trees_are_solved_exactly(tree):
    """Law: the dynamic programme finds what trying everything finds."""
    assert guaranteed_service(tree).cost.sum() == pytest.approx(least_by_trying_all(tree), abs=1e-6)


@st.composite
def networks(draw):
    """Random networks of four or five stages with rings."""
    size = draw(st.integers(4, 5))
    arcs = [(parent, child) for child in range(size) for parent in range(child + 1, size) if draw(st.booleans())]
    times = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    holding = sorted(draw(st.lists(st.floats(0.1, 20), min_size=size, max_size=size)))
    supplied = {child for _, child in arcs}
    return stages(times, holding, arcs, [-1 if stage in supplied else 0 for stage in range(size)])


@settings(max_examples=40, deadline=None)
@given(networks())
def test_networks_are_never_worse_than_each_for_itself(network):
    """Law: local search is valid, and at least as good as single echelon."""
    found = guaranteed_service(network)

    assert found.cost.sum() <= single_echelon(network).cost.sum() + 1e-9
    assert found.cost.sum() >= least_by_trying_all(network) - 1e-9
    assert (found.covered >= 0).all()


def test_a_ring_of_supply_is_refused():
    """Refusal: two stages that supply each other."""
    with pytest.raises(ValueError, match="cycle"):
        guaranteed_service(stages([1, 1], [1.0, 1.0], [(0, 1), (1, 0)]))
