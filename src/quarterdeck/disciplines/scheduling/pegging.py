"""Pegs by numbers: which order supplies which other order or requirement, and the arcs that follow from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.scheduling.instance import Integers
from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.model import Plan

Flags = npt.NDArray[np.bool_]
NO_SEQUENCE = -(1 << 62)


@dataclass(frozen=True)
class NumberedPegs:
    """Pegs from an order of the plan to somebody known, in the order of their numbers; one entry per peg.

    ``supplier`` and ``consumer`` are numbers of orders, ``wanted`` is the number of the requirement in
    :func:`ranked_requirements`; -1 where it is the other kind. ``sequence`` is that of the consuming step.
    ``idle`` tells of every order whether no peg names it as supply.
    """

    supplier: Integers
    consumer: Integers
    wanted: Integers
    sequence: Integers
    idle: Flags

    def where(self, rows: Flags) -> NumberedPegs:
        """Only these pegs."""
        return NumberedPegs(
            self.supplier[rows], self.consumer[rows], self.wanted[rows], self.sequence[rows], self.idle
        )  # fmt: skip


def ranked_requirements(plan: Plan) -> pl.DataFrame:
    """The plan's requirements in the order of their codes; a requirement's number is its row, ``place`` its old one."""
    return plan["requirements"].with_row_index("place").sort("demand")


def numbered_pegs(plan: Plan, jobs: Jobs, requirements: pl.DataFrame) -> NumberedPegs:
    """The pegs of the plan, by numbers."""
    links = plan.links
    pegs = plan["pegs"] if links or plan["pegs"]["peg"].is_sorted() else plan["pegs"].sort("peg")
    if links is not None and "place" in jobs.orders.columns:
        orders = _moved(jobs.orders)
        supplier, consumer = orders[links.supplier], orders[links.consumer]
        wanted = _moved(requirements)[links.wanted]
    else:
        supplier, consumer, wanted = _by_codes(pegs, jobs, requirements)
    idle = np.ones(jobs.orders.height, np.bool_)
    idle[supplier[supplier >= 0]] = False
    found = NumberedPegs(supplier, consumer, wanted, pegs["sequence"].fill_null(NO_SEQUENCE).to_numpy(), idle)
    return found.where((supplier >= 0) & ((consumer >= 0) | (wanted >= 0)))


def _moved(rows: pl.DataFrame) -> Integers:
    """Where each row of the plan's table stands now, and -1 for the row -1."""
    number = np.full(rows.height + 1, -1, np.int64)
    number[rows["place"].to_numpy()] = np.arange(rows.height)
    return number


def _by_codes(pegs: pl.DataFrame, jobs: Jobs, requirements: pl.DataFrame) -> tuple[Integers, Integers, Integers]:
    """Numbers of supplying and consuming orders and of requirements, found by their codes."""
    to_order = (pegs["demand_kind"] == "order").to_numpy()
    supplier = _numbers(jobs.orders, ("order", "line"), pegs, ("supply", "supply_line"))
    supplier = np.where((pegs["supply_kind"] == "order").to_numpy(), supplier, -1)
    consumer = np.where(to_order, _numbers(jobs.orders, ("order", "line"), pegs, ("demand", "demand_line")), -1)
    return supplier, consumer, np.where(to_order, -1, _numbers(requirements, ("demand",), pegs, ("demand",)))


def _numbers(known: pl.DataFrame, key: tuple[str, ...], asked: pl.DataFrame, by: tuple[str, ...]) -> Integers:
    """Row in ``known`` of the key that each row of ``asked`` names, -1 for none; an absent line is an empty one."""
    lined = "line" in key and bool((known["line"] != "").any())
    kept = key if lined else key[:1]
    rows = known.select(*kept, _row=pl.int_range(pl.len(), dtype=pl.Int64))
    wanted = asked.select(pl.col(name).fill_null("").alias(own) for own, name in zip(key, by, strict=True))
    found = wanted.join(rows, on=kept, how="left", maintain_order="left")
    if found.height != wanted.height:
        found = wanted.join(rows.unique(kept, keep="first"), on=kept, how="left", maintain_order="left")
    row = found["_row"].fill_null(-1).to_numpy()
    return np.where((wanted["line"] != "").to_numpy(), -1, row) if "line" in key and not lined else row
