"""Squared one-step errors of many parameter sets of one smoothing form at once, in lockstep over one series.

A recursion over time cannot use a processor's vector units; many of them side by side can. Every array holds one number
per member of the population, blocks of ``MEMBERS`` behind each other. The recursions are those of
:mod:`quarterdeck.disciplines.demand.smoothing`, which the tests hold them against.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector

MEMBERS = 32
ONE, TWO, THREE, FOUR, FIVE = MEMBERS, 2 * MEMBERS, 3 * MEMBERS, 4 * MEMBERS, 5 * MEMBERS
ERRORS = TWO  # block of the state in which squared errors are summed


@njit(cache=True, error_model="numpy", nogil=True)
def trace_trends(y: Vector, p: Vector, state: Vector) -> None:
    """Level, trend and damped trend; ``p`` blocks: alpha, beta, phi, level, slope."""
    for k in range(MEMBERS):
        state[k], state[ONE + k], state[TWO + k] = p[THREE + k], p[FOUR + k], 0.0
    for value in y:
        for k in range(MEMBERS):
            slope = state[ONE + k] * p[TWO + k]
            forecast = state[k] + slope
            error = value - forecast
            state[TWO + k] += error * error
            state[k] = forecast + p[k] * error
            state[ONE + k] = slope + p[ONE + k] * error


@njit(cache=True, error_model="numpy", nogil=True)
def trace_thetas(y: Vector, intercept: Vector, slope: Vector, p: Vector, state: Vector) -> None:
    """Theta; ``p`` blocks: alpha, weight of the line, level; ``intercept`` and ``slope`` of the line so far."""
    for k in range(MEMBERS):
        state[k], state[ONE + k], state[TWO + k], state[THREE + k] = p[TWO + k], 1.0, 0.0, y[0]
    for t in range(y.size):
        value, begin, step = y[t], intercept[t], slope[t]
        for k in range(MEMBERS):
            alpha = p[k]
            error = value - state[THREE + k]
            state[TWO + k] += error * error
            level = state[k] + alpha * (value - state[k])
            decay = state[ONE + k] * (1.0 - alpha)
            state[k], state[ONE + k] = level, decay
            line = decay * begin + (1.0 - decay * (1.0 - alpha)) / alpha * step
            state[THREE + k] = level + p[ONE + k] * line


@njit(cache=True, error_model="numpy", nogil=True)
def trace_complex(y: Vector, p: Vector, state: Vector) -> None:
    """Complex smoothing; ``p`` blocks: both constants, level, potential."""
    for k in range(MEMBERS):
        state[k], state[ONE + k], state[TWO + k] = p[TWO + k], p[THREE + k], 0.0
    for value in y:
        for k in range(MEMBERS):
            level, potential = state[k], state[ONE + k]
            real, imaginary = p[k], p[ONE + k]
            error = value - level
            state[TWO + k] += error * error
            state[k] = level - (1.0 - imaginary) * potential + (real - imaginary) * error
            state[ONE + k] = level + (1.0 - real) * potential + (real + imaginary) * error


@njit(cache=True, error_model="numpy", nogil=True)
def trace_additive(y: Vector, length: int, p: Vector, state: Vector, seasons: Vector) -> None:
    """Additive season; ``p`` blocks: alpha, beta, phi, level, slope, gamma; ``seasons`` has a block per place."""
    for k in range(MEMBERS):
        state[k], state[ONE + k], state[TWO + k] = p[THREE + k], p[FOUR + k], 0.0
    for t in range(y.size):
        value, begin = y[t], (t % length) * MEMBERS
        for k in range(MEMBERS):
            slope = state[ONE + k] * p[TWO + k]
            base = state[k] + slope
            error = value - base - seasons[begin + k]
            state[TWO + k] += error * error
            state[FOUR + k] = error
            state[k] = base + p[k] * error
            state[ONE + k] = slope + p[ONE + k] * error
        for k in range(MEMBERS):
            seasons[begin + k] += p[FIVE + k] * state[FOUR + k]


@njit(cache=True, error_model="numpy", nogil=True)
def trace_multiplicative(y: Vector, length: int, p: Vector, state: Vector, seasons: Vector) -> None:
    """Multiplicative season; parameters as of :func:`trace_additive`."""
    for k in range(MEMBERS):
        state[k], state[ONE + k], state[TWO + k] = p[THREE + k], p[FOUR + k], 0.0
    for t in range(y.size):
        value, begin = y[t], (t % length) * MEMBERS
        for k in range(MEMBERS):
            slope = state[ONE + k] * p[TWO + k]
            base = state[k] + slope
            error = value - base * seasons[begin + k]
            state[TWO + k] += error * error
            scaled = error / max(seasons[begin + k], 1e-3)
            state[k] = base + p[k] * scaled
            state[ONE + k] = slope + p[ONE + k] * scaled
            state[FOUR + k] = error / (base if abs(base) > 1e-6 else 1e-6)
        for k in range(MEMBERS):
            seasons[begin + k] += p[FIVE + k] * state[FOUR + k]


@njit(cache=True, error_model="numpy", nogil=True)
def running_line(y: Vector) -> tuple[Vector, Vector]:
    """Intercept (before the first period) and slope of the least-squares line through the periods so far."""
    intercept, slopes = np.empty(y.size), np.empty(y.size)
    mean, slope = 0.0, 0.0
    for t in range(y.size):
        n, before = t + 1.0, mean
        mean += (y[t] - mean) / n
        if t > 0:
            slope = ((n - 2.0) * slope + 6.0 * (y[t] - before) / n) / (n + 1.0)
        intercept[t], slopes[t] = mean - slope * (n + 1.0) / 2.0, slope
    return intercept, slopes
