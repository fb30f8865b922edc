"""Lot rules: how a need becomes the quantities of one or more orders."""

from __future__ import annotations

from numba import njit

from quarterdeck.disciplines.mrp.records import FIXED, Nodes, Options


@njit(cache=True)
def rounded_up(quantity: int, multiple: int) -> int:
    """The least multiple that holds ``quantity``; ``multiple`` 0 changes nothing."""
    return -(-quantity // multiple) * multiple if multiple > 0 else quantity


@njit(cache=True)
def lot_limits(nodes: Nodes, options: Options, node: int, option: int) -> tuple[int, int, int]:
    """Minimum, multiple and maximum of one order: the stricter of the item's and the supplier's; maximum 0 is none."""
    step = nodes.step[node]
    minimum, multiple, maximum = nodes.minimum[node], nodes.multiple[node], nodes.maximum[node]
    if option >= 0:
        minimum = max(minimum, options.minimum[option])
        multiple = options.multiple[option] if options.multiple[option] > 0 else multiple
        if options.maximum[option] > 0:
            maximum = min(maximum, options.maximum[option]) if maximum > 0 else options.maximum[option]
    if nodes.rule[node] == FIXED and nodes.lot_size[node] > 0:
        minimum, multiple, maximum = nodes.lot_size[node], nodes.lot_size[node], nodes.lot_size[node]
    multiple = rounded_up(multiple, step) if multiple > 0 else step
    minimum = rounded_up(minimum, multiple)
    if maximum > 0:
        maximum = max(maximum // multiple * multiple, multiple)
        minimum = min(minimum, maximum)
    return minimum, multiple, maximum


@njit(cache=True)
def next_lot(need: int, minimum: int, multiple: int, maximum: int) -> int:
    """Quantity of the next order towards ``need``: at most the maximum, at least the minimum, whole multiples.

    >>> next_lot(130, 50, 20, 0), next_lot(130, 50, 20, 100), next_lot(30, 50, 20, 100)
    (140, 100, 60)
    """
    lot = rounded_up(max(need, minimum), multiple)
    return maximum if 0 < maximum < lot else lot
