"""Low-level codes."""

import numpy as np

from quarterdeck.disciplines.mrp.levels import low_level_codes


def _levels(edges, nodes):
    owner = np.array([a for a, _ in sorted(edges)], np.int64)
    child = np.array([b for _, b in sorted(edges)], np.int64)
    first = np.searchsorted(owner, np.arange(nodes + 1)).astype(np.int64)
    return low_level_codes(first, child)


def test_a_part_used_on_two_levels_takes_the_lower_one():
    """A screw that goes into the bike and into the wheel is planned after the wheel."""
    level, order = _levels([(0, 1), (0, 2), (1, 2)], 3)
    assert level.tolist() == [0, 1, 2]
    assert order.tolist() == [0, 1, 2]


def test_five_thousand_levels_need_no_recursion():
    """A chain as deep as that has as many codes."""
    level, _ = _levels([(i, i + 1) for i in range(4999)], 5000)
    assert level[-1] == 4999


def test_a_diamond_of_two_to_the_forty_paths_is_walked_once():
    """Every node is visited once, however many ways lead to it."""
    edges = [(3 * i, 3 * i + k) for i in range(40) for k in (1, 2)] + [
        (3 * i + k, 3 * i + 3) for i in range(40) for k in (1, 2)
    ]
    level, order = _levels(edges, 121)
    assert level[120] == 80
    assert order.size == 121


def test_a_cycle_and_what_lies_below_has_no_level():
    """Nodes that need themselves are left out, the others keep their level."""
    level, order = _levels([(0, 1), (1, 2), (2, 1), (2, 3), (4, 0)], 5)
    assert level.tolist() == [1, -1, -1, -1, 0]
    assert order.tolist() == [4, 0]
