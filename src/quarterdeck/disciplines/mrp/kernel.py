"""How the kernels of netting are compiled."""

from __future__ import annotations

from numba import njit

kernel = njit(cache=True, _nrt=False)
"""For kernels that allocate nothing: counting who holds each array would take most of their time."""
