"""Lot rules: how a need becomes the quantities of one or more orders."""

from __future__ import annotations

from typing import Any

from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.records import FIXED, Records


@kernel
def rounded_up(quantity: int, multiple: int) -> int:
    """The least multiple that holds ``quantity``; ``multiple`` 0 changes nothing."""
    return -(-quantity // multiple) * multiple if multiple > 0 else quantity


@kernel
def lot_limits(node: Any, options: Records, option: int) -> tuple[int, int, int]:  # noqa: ANN401 - a row
    """Minimum, multiple and maximum of one order: the stricter of the item's and the supplier's; maximum 0 is none."""
    minimum, multiple, maximum = node.minimum, node.multiple, node.maximum
    if option >= 0:
        terms = options[option]
        minimum = max(minimum, terms.minimum)
        multiple = terms.multiple if terms.multiple > 0 else multiple
        if terms.maximum > 0:
            maximum = min(maximum, terms.maximum) if maximum > 0 else terms.maximum
    if node.rule == FIXED and node.lot_size > 0:
        minimum, multiple, maximum = node.lot_size, node.lot_size, node.lot_size
    multiple = rounded_up(multiple, node.step) if multiple > 0 else node.step
    minimum = rounded_up(minimum, multiple)
    if maximum > 0:
        maximum = max(maximum // multiple * multiple, multiple)
        minimum = min(minimum, maximum)
    return minimum, multiple, maximum


@kernel
def next_lot(need: int, minimum: int, multiple: int, maximum: int) -> int:
    """Quantity of the next order towards ``need``: at most the maximum, at least the minimum, whole multiples.

    >>> next_lot(130, 50, 20, 0), next_lot(130, 50, 20, 100), next_lot(30, 50, 20, 100)
    (140, 100, 60)
    """
    lot = rounded_up(max(need, minimum), multiple)
    return maximum if 0 < maximum < lot else lot
