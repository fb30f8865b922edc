"""Use case: lists about demand without a plan: new products, who wants more or less, what corrections were worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.planning import settings_for
from quarterdeck.service.views.demand_page import mix_list, planner_value, segment_list
from quarterdeck.service.views.launches import launches

LISTS = ("launches", "segments", "mix", "corrections")
DIMENSIONS = ("family", "segment", "region", "site", "customer", "item")


def demand_list(
    company: Company,
    which: str,
    *,
    by: str = "family",
    targets: Mapping[str, float] | None = None,
    as_of: dt.date | dt.datetime | str | None = None,
) -> pl.DataFrame:
    """One of the lists ``launches``, ``segments``, ``mix`` and ``corrections``.

    Parameters
    ----------
    by
        What segments and mix go by: ``family``, ``segment``, ``region``, ``site``, ``customer`` or ``item``.
    targets
        Quantities that new items shall reach in their first year, by item or by item and site as in ``BIKE-9@west``.

    Raises
    ------
    ValueError
        If there is no such list or ``by`` is unknown.
    """
    if which not in LISTS:
        raise ValueError(f"Expected one of {', '.join(LISTS)}, got {which!r}.")
    if by not in DIMENSIONS:
        raise ValueError(f"Expected one of {', '.join(DIMENSIONS)}, got {by!r}.")
    plan = Plan.blank(settings_for(company, as_of=as_of))
    if which == "launches":
        rows = [asdict(row) for row in launches(company, plan, _of_places(company, targets or {}))]
        return pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()
    if which == "segments":
        return segment_list(company, plan, by)
    return mix_list(company, plan, by) if which == "mix" else planner_value(company, plan)


def _of_places(company: Company, targets: Mapping[str, float]) -> dict[str | tuple[str, str], float]:
    """The targets by item, or by item and site where what is before an at sign is an item and the whole is none."""
    items = set(company["items"]["item"].to_list())
    found: dict[str | tuple[str, str], float] = {}
    for text, target in targets.items():
        item, at, site = text.rpartition("@")
        found[(item, site) if at and text not in items and item in items else text] = target
    return found


def read_targets(texts: list[str]) -> dict[str, float]:
    """Targets such as ``BIKE-9=1200``, the code before the last equals sign.

    Raises
    ------
    ValueError
        If one has no number after its last equals sign.

    >>> read_targets(["BIKE=9=1200"])
    {'BIKE=9': 1200.0}
    """
    found = {}
    for text in texts:
        item, _, number = text.rpartition("=")
        try:
            found[item] = float(number)
        except ValueError:
            raise ValueError(f"Expected a target such as BIKE-9=1200, got {text!r}.") from None
    return found
