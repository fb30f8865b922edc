"""Parts of views: what several views work out from the company alone, such as the names of its codes.

A view holds as long as the tables that it read are the same. A part comes between: when a table changed but the part
did not (somebody corrected a price; the names are the same), the views that use the part hold.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Hashable
from typing import TypeVar

from quarterdeck.model import Company, Plan

T = TypeVar("T")


def part(company: Company, function: Callable[..., T], *more: Hashable) -> T:
    """``function(company, *more)``; inside a view it is kept, and the view depends on its value alone.

    Parameters
    ----------
    function
        Gives values that ``==`` compares, such as mappings and tuples; no frames.
    """
    kept: Callable[..., T] | None = getattr(company.frames, "part", None)
    return function(company, *more) if kept is None else kept(function, *more)


def once_a_plan(function: Callable[[Plan], T]) -> Callable[[Plan], T]:
    """``function`` of a plan alone, worked out once for each plan that is in memory."""
    kept: dict[int, T] = {}

    @functools.wraps(function)
    def once(plan: Plan) -> T:
        key = id(plan)
        if key not in kept:
            kept[key] = function(plan)
            weakref.finalize(plan, kept.pop, key, None)
        return kept[key]

    return once
