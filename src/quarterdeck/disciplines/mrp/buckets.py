"""Netting by time buckets: for long horizons and very large companies, without orders and pegs.

Items are numbered by low-level code, so that one pass over them in storage order meets every parent before its
components. What an item's parents release is gathered row by row (*pull*), netted and turned into lots at once, and
never stored as gross requirements: the fewer bytes move, the faster it goes.

Quantities are whole numbers of the item's smallest unit, in 32 bits. Sums that could leave them are computed in 64 bits
first; if they do leave them, the whole pass is made again in 64 bits.
"""

# mypy: disable-error-code="no-any-return,assignment,return-value,arg-type"

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.mrp.offsets import guarded_ceil
from quarterdeck.disciplines.mrp.prefetch import prefetch_row
from quarterdeck.disciplines.mrp.records import Records

Whole = npt.NDArray[np.int32] | npt.NDArray[np.int64]
Indices = npt.NDArray[np.int32]

BUCKET_ITEM = np.dtype(
    [
        ("stock", "i8"),  # usable stock less safety stock
        ("minimum", "i8"),
        ("multiple", "i8"),  # at least 1
        ("maximum", "i8"),  # 0: none
        ("lead", "i4"),  # [buckets]
        ("window", "i4"),  # [buckets] whose requirements one order covers, at least 1
        ("good", "f8"),  # share of a started quantity that comes out good
    ]
)
ODD_EDGE = np.dtype(
    [
        ("factor", "f8"),  # units of the component per unit started, or per order
        ("per_order", "i4"),
        ("first", "i4"),  # [buckets] in which the line holds: from first, before last
        ("last", "i4"),
        ("parent", "i4"),
    ]
)
LARGEST_FACTOR = 1 << 20
_AHEAD = 12


class WhereUsed(NamedTuple):
    """Parents of each item: ``parent[first[i] : first[i + 1]]``, all of them before ``i``.

    ``factor`` is a whole number, up to ``LARGEST_FACTOR``, of the component per unit of the parent; a negative one,
    -1 - row, points to a row of ``odd``: parts of a unit, quantities per order, lines that hold for some time only.
    """

    first: Indices
    parent: Indices
    factor: Indices
    odd: Records


class Given(NamedTuple):
    """What is known from the start, per item: independent requirements less open orders.

    ``bucket[first[i] : first[i + 1]]`` and ``quantity`` (negative for what comes in).
    """

    first: Indices
    bucket: npt.NDArray[np.uint16]
    quantity: Whole


class Lots(NamedTuple):
    """Planned orders by item: ``bucket[first[i] : first[i + 1]]`` is when they are there, ``quantity`` how much.

    ``overflow`` is the first item whose quantities leave the range of whole numbers used, -1 if none. ``wanted`` has
    requirements less open orders of each item and bucket, or no rows where nobody asked for it.
    """

    first: npt.NDArray[np.int64]
    bucket: npt.NDArray[np.uint16]
    quantity: Whole
    overflow: int
    wanted: Whole


def net_buckets(items: Records, used: WhereUsed, given: Given, buckets: int, *, keep: bool = False) -> Lots:
    """Lots of all items over ``buckets`` buckets.

    Parameters
    ----------
    items
        Rows of ``BUCKET_ITEM`` in the order of low-level codes, shape (items).
    used, given
        Parents, and independent requirements less open orders.
    keep
        Whether ``wanted`` is kept.

    Returns
    -------
    Lots
        In each bucket whose projected stock would fall below safety stock: the shortage, with what the following
        ``window - 1`` buckets need, brought to minimum, multiple and maximum (split). The release lies ``lead`` buckets
        before, in the first bucket if that would be in the past.
    """
    kinds = ((np.int32, 1 << 30), (np.int64, 1 << 38))
    for dtype, limit in kinds[given.quantity.dtype == np.int64 :]:
        given = given._replace(quantity=given.quantity.astype(dtype, copy=False))
        wanted = np.zeros((items.size if keep else 0, buckets), dtype)
        lots = _net(items, used, given, (np.empty((_parents(used), buckets + 1), dtype), wanted), limit)
        if lots.overflow < 0:
            break
    return lots


def _parents(used: WhereUsed) -> int:
    """How many items at the beginning include all parents."""
    odd = used.odd["parent"].max(initial=-1)
    return int(max(used.parent.max(initial=-1), odd)) + 1


@njit(cache=True)
def _net(items: Records, used: WhereUsed, given: Given, room: tuple[Whole, Whole], limit: int) -> Lots:
    """One pass over all items.

    The first of ``room`` is for what each parent starts in each bucket, and, behind it and so at hand with it, the most
    of these: the sum of such products tells whether a number can leave its range at all. The second is for ``wanted``.
    """
    released, kept = room
    number, buckets = items.size, released.shape[1] - 1
    first = np.zeros(number + 1, np.int64)
    bucket, quantity = np.empty((number + 1) * buckets, np.uint16), np.empty((number + 1) * buckets, released.dtype)
    wanted, filled = np.zeros(buckets, released.dtype), 0
    for item in range(number):
        if not _gather(used, given, item, released, limit, wanted):
            return Lots(first, bucket[:filled], quantity[:filled], item, kept)
        if kept.shape[0]:
            kept[item] = wanted
        row, begin = items[item], filled
        filled, largest = _lots_of(row, wanted, bucket, quantity, filled)
        first[item + 1] = filled
        if item < released.shape[0] and largest <= limit:
            largest = _release(row, bucket[begin:filled], quantity[begin:filled], released[item], limit)
        if largest > limit:
            return Lots(first, bucket[:filled], quantity[:filled], item, kept)
    return Lots(first, bucket[:filled], quantity[:filled], -1, kept)


@njit(cache=True)
def _gather(used: WhereUsed, given: Given, item: int, released: Whole, limit: int, wanted: Whole) -> bool:
    """Fills ``wanted`` with requirements less open orders per bucket; False if a number could leave its range."""
    wanted[:] = 0
    reach = 0
    for row in range(given.first[item], given.first[item + 1]):
        reach += abs(np.int64(given.quantity[row]))
        wanted[given.bucket[row]] += given.quantity[row]
    last = used.parent.size - _AHEAD
    for edge in range(used.first[item], used.first[item + 1]):
        if edge < last:
            prefetch_row(released, np.intp(used.parent[edge + _AHEAD]))
        parent, factor = used.parent[edge], used.factor[edge]
        rows = released[parent]
        if factor >= 0:
            reach += min(np.int64(rows[wanted.size]) * factor, limit + 1)
            for bucket in range(wanted.size):
                wanted[bucket] += factor * rows[bucket]
        else:
            odd = used.odd[-1 - factor]
            reach += np.int64(min(np.ceil(rows[wanted.size] * odd.factor) + 1, limit + 1.0))
            if reach <= limit:
                _gather_odd(odd, rows, wanted)
    return reach <= limit


@njit(cache=True)
def _gather_odd(odd: Any, rows: Whole, wanted: Whole) -> None:  # noqa: ANN401 - a row
    for bucket in range(max(odd.first, 0), min(odd.last, wanted.size)):
        if rows[bucket] > 0:
            base = 1 if odd.per_order else rows[bucket]
            wanted[bucket] += guarded_ceil(base * odd.factor)


@njit(cache=True)
def _lots_of(row: Any, wanted: Whole, bucket: Any, quantity: Whole, filled: int) -> tuple[int, int]:  # noqa: ANN401
    """Appends the lots of one item; the new length and the largest lot. Exact lots go without a branch."""
    stock, largest = row.stock, np.int64(0)
    if row.window <= 1 and row.minimum <= 1 and row.multiple <= 1 and row.maximum == 0:
        for now in range(wanted.size):
            stock -= wanted[now]
            lot = max(-stock, 0)
            stock += lot
            bucket[filled], quantity[filled] = now, lot
            filled += lot > 0
            largest = max(largest, lot)
        return filled, largest
    for now in range(wanted.size):
        stock -= wanted[now]
        if stock < 0:
            need = -stock
            for later in range(now + 1, min(now + row.window, wanted.size)):
                need += wanted[later]
            lot = lots_for(max(need, -stock), row.minimum, row.multiple, row.maximum)
            bucket[filled], quantity[filled] = now, lot
            filled += 1
            stock += lot
            largest = max(largest, lot)
    return filled, largest


@njit(cache=True)
def lots_for(need: int, minimum: int, multiple: int, maximum: int) -> int:
    """What orders for ``need`` bring in all: at least the minimum each, whole multiples, split at the maximum.

    >>> lots_for(130, 50, 20, 0), lots_for(130, 50, 20, 100), lots_for(30, 50, 20, 100)
    (140, 160, 60)
    """
    full = 0
    if maximum > 0:
        most = max(maximum // multiple * multiple, multiple)
        full = (need - 1) // most * most
        need -= full
        minimum = min(minimum, most)
    least = max(need, minimum)
    return int(full + least if multiple == 1 else full + _times(least, multiple) * multiple)


@njit(cache=True, error_model="numpy")
def _times(quantity: int, part: int) -> int:
    """How many parts hold the quantity; division in 32 bits takes half the time."""
    top = np.uint64(quantity + part - 1)
    if top < 1 << 32:
        return np.int64(np.uint32(top) // np.uint32(part))
    return np.int64(top // np.uint64(part))


@njit(cache=True)
def _release(row: Any, bucket: Any, quantity: Whole, started: Whole, limit: int) -> int:  # noqa: ANN401
    """What is started in each bucket, and the most of it."""
    started[:] = 0
    most = 0
    whole, lead = row.good >= 1.0, row.lead
    for lot in range(bucket.size):
        size = np.int64(quantity[lot])
        if not whole:
            size = np.int64(guarded_ceil(size / row.good))
        when = np.uint64(max(np.int64(bucket[lot]) - lead, 0))
        total = started[when] + size
        started[when] = min(total, limit)
        most = max(most, total)
    started[-1] = min(most, limit)
    return int(most)
