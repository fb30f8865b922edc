"""Rows in the order of whole-number keys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.solvers.sorting import ranked_by


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6), spans=st.lists(st.sampled_from([1, 2, 50, 10**6, 1 << 40]), min_size=1, max_size=4),
    rows=st.sampled_from([1, 2, 40, 3000]),
)  # fmt: skip
def test_rows_stand_as_comparing_puts_them(seed: int, spans: list[int], rows: int) -> None:
    """The order is that of numpy's stable sort by several keys, whatever their size and sign."""
    generator = np.random.default_rng(seed)
    keys = [generator.integers(-span, span, rows) for span in spans]
    assert np.array_equal(ranked_by(*keys), np.lexsort(keys[::-1]))


@pytest.mark.parametrize("rows", [2, 2000])
def test_the_widest_keys_do_not_overflow(rows: int) -> None:
    """Keys at both ends of 64 bits are told apart though their difference does not fit."""
    ends = np.array([np.iinfo(np.int64).max, np.iinfo(np.int64).min] * (rows // 2))
    assert np.array_equal(ranked_by(ends), np.argsort(ends, kind="stable"))


def test_nothing_is_in_order() -> None:
    """No rows have an order without rows."""
    assert ranked_by(np.zeros(0, np.int64)).size == 0
