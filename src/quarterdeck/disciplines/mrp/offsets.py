"""Times before and after: working time on calendars, routings and suppliers' lead times, forwards and backwards."""

from __future__ import annotations

import numpy as np

from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.records import MICRO, Calendars, Floats, Ints, Network, Records

LARGEST = 1 << 60


@kernel
def _last_begun(calendars: Calendars, low: int, high: int, moment: int) -> int:
    """Last interval in [low, high) that starts at or before ``moment``; low - 1 if none does."""
    while low < high:
        middle = (low + high) // 2
        if calendars.intervals[middle].start <= moment:
            low = middle + 1
        else:
            high = middle
    return low - 1


@kernel
def _last_before(calendars: Calendars, low: int, high: int, work: int) -> int:
    """Last interval in [low, high) before which at most ``work`` is done; low - 1 if there is none."""
    while low < high:
        middle = (low + high) // 2
        if calendars.intervals[middle].before <= work:
            low = middle + 1
        else:
            high = middle
    return low - 1


@kernel
def work_until(calendars: Calendars, calendar: int, moment: int) -> int:
    """Working seconds of ``calendar`` before ``moment`` [s since 1970]; beyond its intervals every second counts."""
    low, high = calendars.first[calendar], calendars.first[calendar + 1]
    if high == low:
        return int(moment)
    index = _last_begun(calendars, low, high, moment)
    if index < low:
        return int(moment - calendars.intervals[low].start)
    row = calendars.intervals[index]
    inside = moment - row.start
    return int(row.before + (inside if index == high - 1 else min(inside, row.end - row.start)))


@kernel
def moment_of(calendars: Calendars, calendar: int, work: int, latest: bool) -> int:  # noqa: FBT001 - numba
    """When so much working time has passed: the earliest such moment, or the latest.

    Outside the calendar's intervals the clock runs without breaks, so that every answer is a moment.
    """
    low, high = calendars.first[calendar], calendars.first[calendar + 1]
    if high == low:
        return int(work)
    index = max(_last_before(calendars, low, high, work if latest else work - 1), low)
    row = calendars.intervals[index]
    return int(row.start + work - row.before)


@kernel
def forward(calendars: Calendars, calendar: int, start: int, work: int) -> int:
    """When ``work`` seconds are done that may begin at ``start``."""
    if work <= 0:
        return start
    done = work_until(calendars, calendar, start) + work
    return int(moment_of(calendars, calendar, done, latest=False))


@kernel
def backward(calendars: Calendars, calendar: int, end: int, work: int) -> int:
    """Latest moment to begin ``work`` seconds that must be done by ``end``."""
    if work <= 0:
        return end
    done = work_until(calendars, calendar, end) - work
    return int(moment_of(calendars, calendar, done, latest=True))


@kernel
def step_work(steps: Records, step: int, quantity: int) -> int:
    """Working seconds of one operation for a started ``quantity`` [millionths]."""
    row = steps[step]
    pieces = float(-(-quantity // row.batch)) if row.batch > 0 else quantity / MICRO
    return int(row.fixed + np.ceil(pieces * row.run - 1e-6))


@kernel
def latest_starts(network: Network, node: int, end: int, quantity: int, starts: Ints) -> int:
    """Latest start of each operation of an order that must end by ``end``; fills ``starts``, returns the release.

    Buffers behind operations count here and nowhere else: they make orders begin earlier, never end later.
    """
    first, moment = network.step_first[node], end
    for step in range(network.step_first[node + 1] - 1, first - 1, -1):
        row = network.steps[step]
        work = step_work(network.steps, step, quantity)
        moment = backward(network.calendars, row.calendar, moment - row.move - row.buffer, work) - row.queue
        starts[step - first] = moment
    return int(moment)


@kernel
def earliest_end(network: Network, node: int, ready: Ints, quantity: int, starts: Ints) -> int:
    """End of an order whose operations have their material at ``ready``; fills ``starts``, machines being free."""
    first, moment = network.step_first[node], ready[0]
    for step in range(first, network.step_first[node + 1]):
        row = network.steps[step]
        moment = max(moment, ready[step - first])
        starts[step - first] = moment
        work = step_work(network.steps, step, quantity)
        moment = forward(network.calendars, row.calendar, moment + row.queue, work) + row.move
    return int(moment)


@kernel
def end_after(network: Network, node: int, release: int, quantity: int) -> int:
    """When an order begun at ``release`` ends, machines and material being there."""
    moment = release
    for step in range(network.step_first[node], network.step_first[node + 1]):
        row = network.steps[step]
        work = step_work(network.steps, step, quantity)
        moment = forward(network.calendars, row.calendar, moment + row.queue, work) + row.move
    return int(moment)


@kernel
def order_moment(network: Network, option: int, moment: int) -> int:
    """The first moment from ``moment`` on at which an order may be placed; the closing of an order day counts."""
    calendar = network.options[option].ordering
    if calendar < 0:
        return int(moment)
    work = work_until(network.calendars, calendar, moment)
    if moment_of(network.calendars, calendar, work, latest=False) == moment:
        return int(moment)
    return int(max(moment, moment_of(network.calendars, calendar, work, latest=True)))


@kernel
def arrival(network: Network, option: int, release: int) -> int:
    """When an order that can be placed from ``release`` arrives: after the lead time, on a day of the supplier's."""
    row = network.options[option]
    there = order_moment(network, option, release) + row.lead
    if row.calendar < 0:
        return int(there)
    work = work_until(network.calendars, row.calendar, there)
    return int(max(there, moment_of(network.calendars, row.calendar, work, latest=True)))


@kernel
def latest_release(network: Network, option: int, needed: int) -> int:
    """Latest moment to place an order that must arrive by ``needed``."""
    row = network.options[option]
    there = needed
    if row.calendar >= 0:
        work = work_until(network.calendars, row.calendar, needed)
        there = min(needed, moment_of(network.calendars, row.calendar, work, latest=False))
    release = there - row.lead
    if row.ordering >= 0:
        work = work_until(network.calendars, row.ordering, release)
        release = min(release, moment_of(network.calendars, row.ordering, work, latest=False))
    return int(release)


@kernel
def guarded_ceil(value: float) -> int:
    """``value`` rounded up, blind to what floating point adds to a whole number."""
    if value > LARGEST:  # a structure that multiplies without end; the number still fits
        return LARGEST
    nearest = np.rint(value)
    if abs(value - nearest) <= 1e-9 * max(1.0, abs(nearest)):
        return int(nearest)
    return int(np.ceil(value))


def seconds_of(values: Floats, unit: float) -> Ints:
    """Durations in ``unit`` seconds as whole seconds."""
    seconds: Ints = np.rint(np.nan_to_num(values) * unit).astype(np.int64)
    return seconds
