"""Levels that agree: sums are sums of their parts, and what each level knows best is kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from quarterdeck.disciplines.demand.hierarchy import memberships, reconcile

POSITIVE = st.floats(0, 1e3)


def test_groups_of_the_same_members_count_once():
    """One site that holds everything is the whole; a family of one item is that item."""
    found = memberships([["a", "a", "b", None], ["plant"] * 4])
    assert found.tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]


def test_weights_by_structure_as_in_the_formula():
    """The Woodbury form gives what the matrix formula S (S' W⁻¹ S)⁻¹ S' W⁻¹ ŷ gives."""
    rng = np.random.default_rng(3)
    leaves, member = rng.uniform(50, 90, (5, 3)), memberships([["a", "a", "b", "b", "b"]])
    nodes = member @ leaves + rng.normal(0, 20, (3, 3))
    structure = np.vstack((member, np.eye(5)))
    weight = np.diag(1 / structure.sum(axis=1))
    stacked = np.vstack((nodes, leaves))
    expected = np.linalg.solve(structure.T @ weight @ structure, structure.T @ weight @ stacked)
    np.testing.assert_allclose(reconcile(leaves, nodes, member), expected)


@settings(max_examples=40, deadline=None)
@given(arrays.arrays(float, (6, 2), elements=POSITIVE))
def test_what_agrees_already_stays(leaves):
    """If every sum is the sum of its parts, nothing changes."""
    member = memberships([[1, 1, 2, 2, 2, 3]])
    np.testing.assert_allclose(reconcile(leaves, member @ leaves, member), leaves, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(arrays.arrays(float, (5, 1), elements=POSITIVE), arrays.arrays(float, (2, 1), elements=POSITIVE))
def test_nothing_falls_below_zero(leaves, nodes):
    """However little the groups expect, no item is expected to come back."""
    assert (reconcile(leaves, nodes, memberships([[1, 1, 1, 0, 0]])) >= 0).all()


def test_without_groups_series_stay():
    """One series alone has nothing to agree with."""
    assert reconcile(np.ones((1, 2)), np.zeros((0, 2)), memberships([["a"]])) == pytest.approx(1)
