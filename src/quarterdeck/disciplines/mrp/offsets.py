"""Times before and after: working time on calendars, routings and suppliers' lead times, forwards and backwards."""

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.mrp.records import MICRO, Calendars, Floats, Ints, Network, Steps


@njit(cache=True)
def work_until(calendars: Calendars, calendar: int, moment: int) -> int:
    """Working seconds of ``calendar`` before ``moment`` [s since 1970]."""
    low, high = calendars.first[calendar], calendars.first[calendar + 1]
    index = low + np.searchsorted(calendars.start[low:high], moment, side="right") - 1
    if index < low:
        return moment - calendars.start[low] if high > low else moment
    inside = min(moment, calendars.end[index]) - calendars.start[index]
    if index == high - 1 and moment > calendars.end[index]:
        inside = moment - calendars.start[index]
    return int(calendars.before[index] + inside)


@njit(cache=True)
def moment_of(calendars: Calendars, calendar: int, work: int, latest: bool) -> int:  # noqa: FBT001 - numba
    """When so much working time has passed: the earliest such moment, or the latest.

    Outside the calendar's intervals the clock runs without breaks, so that every answer is a moment.
    """
    low, high = calendars.first[calendar], calendars.first[calendar + 1]
    if high == low:
        return work
    before = calendars.before[low:high]
    side_index = np.searchsorted(before, work, side="right") if latest else np.searchsorted(before, work, side="left")
    index = low + max(side_index - 1, 0)
    return int(calendars.start[index] + work - calendars.before[index])


@njit(cache=True)
def forward(calendars: Calendars, calendar: int, start: int, work: int) -> int:
    """When ``work`` seconds are done that may begin at ``start``."""
    if work <= 0:
        return start
    done = work_until(calendars, calendar, start) + work
    return int(moment_of(calendars, calendar, done, latest=False))


@njit(cache=True)
def backward(calendars: Calendars, calendar: int, end: int, work: int) -> int:
    """Latest moment to begin ``work`` seconds that must be done by ``end``."""
    if work <= 0:
        return end
    done = work_until(calendars, calendar, end) - work
    return int(moment_of(calendars, calendar, done, latest=True))


@njit(cache=True)
def step_work(steps: Steps, step: int, quantity: int) -> int:
    """Working seconds of one operation for a started ``quantity`` [millionths]."""
    if steps.batch[step] > 0:
        batches = -(-quantity // steps.batch[step])
        return int(steps.fixed[step] + np.ceil(batches * steps.run[step] - 1e-6))
    return int(steps.fixed[step] + np.ceil(quantity * steps.run[step] / MICRO - 1e-6))


@njit(cache=True)
def latest_starts(network: Network, node: int, end: int, quantity: int, starts: Ints) -> int:
    """Latest start of each operation of an order that must end by ``end``; fills ``starts``, returns the release."""
    steps = network.steps
    moment = end
    for step in range(steps.first[node + 1] - 1, steps.first[node] - 1, -1):
        moment -= steps.move[step]
        moment = backward(network.calendars, steps.calendar[step], moment, step_work(steps, step, quantity))
        moment -= steps.queue[step]
        starts[step - steps.first[node]] = moment
    return int(moment)


@njit(cache=True)
def earliest_end(network: Network, node: int, ready: Ints, quantity: int, starts: Ints) -> int:
    """End of an order whose operations have their material at ``ready``; fills ``starts``, machines being free."""
    steps = network.steps
    moment = ready[0]
    for step in range(steps.first[node], steps.first[node + 1]):
        position = step - steps.first[node]
        moment = max(moment, ready[position])
        starts[position] = moment
        moment += steps.queue[step]
        moment = forward(network.calendars, steps.calendar[step], moment, step_work(steps, step, quantity))
        moment += steps.move[step]
    return int(moment)


@njit(cache=True)
def arrival(network: Network, option: int, release: int) -> int:
    """When an order placed at ``release`` arrives: after the lead time, on a day on which the supplier ships."""
    options, calendars = network.options, network.calendars
    there = release + options.lead[option]
    calendar = options.calendar[option]
    if calendar < 0:
        return int(there)
    work = work_until(calendars, calendar, there)
    return int(max(there, moment_of(calendars, calendar, work, latest=True)))


@njit(cache=True)
def latest_release(network: Network, option: int, needed: int) -> int:
    """Latest moment to place an order that must arrive by ``needed``."""
    options, calendars = network.options, network.calendars
    calendar = options.calendar[option]
    there = needed
    if calendar >= 0:
        work = work_until(calendars, calendar, needed)
        there = min(needed, moment_of(calendars, calendar, work, latest=False))
    return int(there - options.lead[option])


@njit(cache=True)
def guarded_ceil(value: float) -> int:
    """``value`` rounded up, blind to what floating point adds to a whole number."""
    nearest = np.rint(value)
    if abs(value - nearest) <= 1e-9 * max(1.0, abs(nearest)):
        return int(nearest)
    return int(np.ceil(value))


def seconds_of(values: Floats, unit: float) -> Ints:
    """Durations in ``unit`` seconds as whole seconds."""
    seconds: Ints = np.rint(np.nan_to_num(values) * unit).astype(np.int64)
    return seconds
