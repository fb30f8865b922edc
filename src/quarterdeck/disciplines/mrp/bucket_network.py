"""Any network of items as the arrays of bucket netting: numbered by low-level code, edges turned round."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from quarterdeck.disciplines.mrp.buckets import LARGEST_FACTOR, ODD_EDGE, Given, WhereUsed
from quarterdeck.disciplines.mrp.levels import grouped, where_used
from quarterdeck.disciplines.mrp.records import Flags, Floats, Ints, Records, records

_CLOSE = 1e-9


class BucketLines(NamedTuple):
    """What each item consumes: ``child[first[i] : first[i + 1]]``, in counting units of both.

    ``begin`` and ``end`` [buckets]: the line holds for what is started from ``begin`` on, before ``end``.
    """

    first: Ints
    child: Ints
    factor: Floats
    per_order: Flags
    begin: Ints
    end: Ints

    @classmethod
    def lasting(cls, first: Ints, child: Ints, factor: Floats, buckets: int) -> BucketLines:
        """Lines that hold all the time, per unit."""
        blank = np.zeros(child.size, np.int64)
        return cls(first, child, factor, blank.astype(np.bool_), blank, blank + buckets)


def arranged(order: Ints, lines: BucketLines, buckets: int) -> WhereUsed:
    """Parents of each item by its position in ``order``."""
    first, parent, edge = where_used(order, lines.first, lines.child)
    nearest = np.rint(lines.factor)
    close = np.abs(lines.factor - nearest) <= _CLOSE * np.maximum(nearest, 1.0)
    plain = close & (nearest <= LARGEST_FACTOR) & ~lines.per_order & (lines.begin <= 0) & (lines.end >= buckets)
    whole = np.where(plain, nearest, 0).astype(np.int32)[edge]
    rows = np.flatnonzero(~plain[edge])
    whole[rows] = -1 - np.arange(rows.size)
    odd = edge[rows]
    table = records(
        ODD_EDGE, rows.size, factor=lines.factor[odd], per_order=lines.per_order[odd],
        first=np.clip(lines.begin[odd], 0, buckets), last=np.clip(lines.end[odd], 0, buckets), parent=parent[rows],
    )  # fmt: skip
    return WhereUsed(first.astype(np.int32), parent.astype(np.int32), whole, table)


def given_of(order: Ints, item: Ints, bucket: Ints, quantity: Ints) -> Given:
    """Requirements (positive) and open orders (negative) by the position of their item; unknown items are left out."""
    position = np.full(int(max(order.max(initial=-1), item.max(initial=-1))) + 2, -1, np.int64)
    position[order] = np.arange(order.size)
    at = position[item]
    at[at < 0] = order.size
    first, ranked = grouped(at, order.size + 1)
    ranked = ranked[: first[order.size]]
    kind = np.dtype(np.int32 if np.abs(quantity).max(initial=0) < 1 << 30 else np.int64)
    return Given(first[:-1].astype(np.int32), bucket[ranked].astype(np.uint16), quantity[ranked].astype(kind))


def in_order(order: Ints, items: Records) -> Records:
    """Rows of items in the order of ``order``, as one pass reads them."""
    return np.ascontiguousarray(items[order])
