"""Random numbers in kernels: the state is the caller's, so that every search has its own and repeats by its seed."""

# mypy: disable-error-code="no-any-return,return-value"

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Chance = npt.NDArray[np.uint64]
kernel = njit(cache=True, _nrt=False)  # allocates nothing


def chance(*seed: int) -> Chance:
    """The state of a generator for this seed."""
    return np.random.default_rng(list(seed)).integers(1, 1 << 63, 1, dtype=np.uint64)


@kernel
def below(state: Chance, limit: int) -> int:
    """A random number from 0 to ``limit`` - 1 (xorshift)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return np.int64((x >> np.uint64(33)) % np.uint64(limit))


@kernel
def fraction(state: Chance) -> float:
    """A random number from 0 to 1, 1 left out."""
    return below(state, 1 << 30) / (1 << 30)
