"""Exponential smoothing and Theta as one-step recursions: level, trend, damped, Theta, complex, seasonal forms.

Every form is an innovations state-space model written in error-correction form (Hyndman, Koehler, Ord, Snyder,
*Forecasting with Exponential Smoothing*, 2008); Theta is the dynamic optimised Theta model
(Fiorucci, Pellegrini, Louzada, Petropoulos, Koehler, "Models for optimising the theta method and their
relationship to state space models", 2016); complex smoothing follows Svetunkov, Kourentzes and Ord ("Complex
exponential smoothing", 2022), whose second state carries how far the level lags behind.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]

LEVEL, TREND, DAMPED, THETA = 0, 1, 2, 3
SEASONAL_ADDITIVE, SEASONAL_MULTIPLICATIVE, SEASONAL_ADDITIVE_DAMPED, SEASONAL_MULTIPLICATIVE_DAMPED = 4, 5, 6, 7
COMPLEX = 8
WORST = 1e300


@njit(cache=True, error_model="numpy", nogil=True)
def trace(form: int, p: Vector, y: Vector, season: Vector, fitted: Vector, ahead: Vector) -> float:
    """Sum of squared one-step errors of a form over a series.

    Parameters
    ----------
    form
        One of the constants of this module.
    p
        Parameters: level ``(alpha, level)``, trend ``(alpha, beta*, level, slope)``, damped
        ``(alpha, beta*, phi, level, slope)``, Theta ``(alpha, theta, level)``, complex
        ``(real, imaginary, level, potential)``, seasonal ``(alpha, gamma, level)``,
        seasonal damped ``(alpha, gamma, level, beta*, phi, slope)``.
    y
        The series, shape (periods).
    season
        Start values of the seasonal factors or terms, shape (season length); changed in place.
    fitted, ahead
        Receive one-step forecasts (periods) and forecasts beyond the end (horizon); may be empty.
    """
    if form == LEVEL:
        total = _level(p, y, fitted, ahead)
    elif form in (TREND, DAMPED):
        total = _trend(form, p, y, fitted, ahead)
    elif form == THETA:
        total = _theta(p, y, fitted, ahead)
    elif form == COMPLEX:
        total = _complex(p, y, fitted, ahead)
    elif form in (SEASONAL_ADDITIVE, SEASONAL_ADDITIVE_DAMPED):
        total = _additive(form, p, y, season, fitted, ahead)
    else:
        total = _multiplicative(form, p, y, season, fitted, ahead)
    return total if total < WORST else WORST  # noqa: FURB136 - a NaN is worst too


@njit(cache=True, error_model="numpy", nogil=True)
def _level(p: Vector, y: Vector, fitted: Vector, ahead: Vector) -> float:
    alpha, level = p[0], p[1]
    keep = fitted.size > 0
    total = 0.0
    for t in range(y.size):
        if keep:
            fitted[t] = level
        error = y[t] - level
        total += error * error
        level += alpha * error
    ahead[:] = level
    return total


@njit(cache=True, error_model="numpy", nogil=True)
def _trend(form: int, p: Vector, y: Vector, fitted: Vector, ahead: Vector) -> float:
    alpha, beta = p[0], p[0] * p[1]
    phi, level, slope = (p[2], p[3], p[4]) if form == DAMPED else (1.0, p[2], p[3])
    keep = fitted.size > 0
    total = 0.0
    for t in range(y.size):
        slope *= phi
        forecast = level + slope
        if keep:
            fitted[t] = forecast
        error = y[t] - forecast
        total += error * error
        level = forecast + alpha * error
        slope += beta * error
    for h in range(ahead.size):
        slope *= phi
        level += slope
        ahead[h] = level
    return total


@njit(cache=True, error_model="numpy", nogil=True)
def _theta(p: Vector, y: Vector, fitted: Vector, ahead: Vector) -> float:
    alpha, weight, level = p[0], 1.0 - 1.0 / p[1], p[2]
    keep, count = fitted.size > 0, y.size
    forget, decay, mean, slope, total = 1.0 - alpha, 1.0, 0.0, 0.0, 0.0
    forecast = y[0]
    for t in range(count + ahead.size):
        value = y[t] if t < count else forecast
        if t < count:
            if keep:
                fitted[t] = forecast
            if t > 0:
                total += (value - forecast) ** 2
        else:
            ahead[t - count] = forecast
        n = t + 1.0
        level = alpha * value + forget * level
        decay *= forget
        if t > 0:
            slope = ((n - 2.0) * slope + 6.0 * (value - mean) / n) / (n + 1.0)
        mean += (value - mean) / n
        intercept = mean - slope * (n + 1.0) / 2.0
        forecast = level + weight * (decay * intercept + (1.0 - decay * forget) / alpha * slope)
    return total


@njit(cache=True, error_model="numpy", nogil=True)
def _complex(p: Vector, y: Vector, fitted: Vector, ahead: Vector) -> float:
    real, imaginary, level, potential = p[0], p[1], p[2], p[3]
    keep, total = fitted.size > 0, 0.0
    for t in range(y.size + ahead.size):
        error = 0.0
        if t < y.size:
            error = y[t] - level
            total += error * error
            if keep:
                fitted[t] = level
        else:
            ahead[t - y.size] = level
        following = level - (1.0 - imaginary) * potential + (real - imaginary) * error
        potential = level + (1.0 - real) * potential + (real + imaginary) * error
        level = following
    return total


@njit(cache=True, error_model="numpy", nogil=True)
def _additive(form: int, p: Vector, y: Vector, season: Vector, fitted: Vector, ahead: Vector) -> float:
    damped = form == SEASONAL_ADDITIVE_DAMPED
    alpha, gamma, level = p[0], p[1] * (1.0 - p[0]), p[2]
    beta, phi, slope = (p[0] * p[3], p[4], p[5]) if damped else (0.0, 0.0, 0.0)
    keep, length, total = fitted.size > 0, season.size, 0.0
    for t in range(y.size):
        j = t % length
        slope *= phi
        base = level + slope
        forecast = base + season[j]
        if keep:
            fitted[t] = forecast
        error = y[t] - forecast
        total += error * error
        level = base + alpha * error
        slope += beta * error
        season[j] += gamma * error
    for h in range(ahead.size):
        slope *= phi
        level += slope
        ahead[h] = level + season[(y.size + h) % length]
    return total


@njit(cache=True, error_model="numpy", nogil=True)
def _multiplicative(form: int, p: Vector, y: Vector, season: Vector, fitted: Vector, ahead: Vector) -> float:
    damped = form == SEASONAL_MULTIPLICATIVE_DAMPED
    alpha, gamma, level = p[0], p[1] * (1.0 - p[0]), p[2]
    beta, phi, slope = (p[0] * p[3], p[4], p[5]) if damped else (0.0, 0.0, 0.0)
    keep, length, total = fitted.size > 0, season.size, 0.0
    for t in range(y.size):
        j = t % length
        slope *= phi
        base = level + slope
        forecast = base * season[j]
        if keep:
            fitted[t] = forecast
        error = y[t] - forecast
        total += error * error
        divisor = max(season[j], 1e-3)
        level = base + alpha * error / divisor
        slope += beta * error / divisor
        season[j] += gamma * error / (base if abs(base) > 1e-6 else 1e-6)
    for h in range(ahead.size):
        slope *= phi
        level += slope
        ahead[h] = level * season[(y.size + h) % length]
    return total
