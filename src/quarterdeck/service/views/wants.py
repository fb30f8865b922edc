"""What each order is for: the customer order, forecast or stock target it serves in the end."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Plan
from quarterdeck.service.parts import once_a_plan

ORDER = ("order", "line")
LONGEST_CHAIN = 10_000


@once_a_plan
def demands(plan: Plan) -> pl.DataFrame:
    """Each independent demand with its delivery, most pressing first: ``rank`` 0 is a customer's and the latest.

    Columns of the table of independent demand, then ``state``, ``delivered``, ``on_time``, ``short``,
    ``late_seconds``, ``reason`` and ``rank``.
    """
    met = plan["deliveries"].drop("due", "quantity")
    joined = plan["requirements"].join(met, on="demand", how="left", maintain_order="left")
    filled = joined.with_columns(pl.col("late_seconds").fill_null(0), pl.col("state").fill_null("on_time"))
    pressing = filled.sort(
        pl.col("kind") != "sales_order",
        pl.col("state") != "short",
        -pl.col("late_seconds"),
        "due",
        "demand",
    )
    return pressing.with_row_index("rank").with_columns(pl.col("rank").cast(pl.Int64))


@once_a_plan
def served(plan: Plan) -> pl.DataFrame:
    """The most pressing demand that each order serves through all levels: ``order``, ``line``, ``demand``.

    Orders that serve none are absent. The pegs are followed from the customers upstream, one level a round.
    """
    ranks = demands(plan).select("demand", "rank")
    pegs = plan["pegs"].filter(pl.col("supply_kind") == "order")
    supply = {"supply": "order", "supply_line": "line"}
    to_demand = pegs.filter(pl.col("demand_kind") == "requirement").join(ranks, on="demand")
    best = _least(to_demand.rename(supply).select(*ORDER, "rank"))
    links = pegs.filter(pl.col("demand_kind") == "order").select("supply", "supply_line", "demand", "demand_line")
    reached = best
    for _ in range(LONGEST_CHAIN):
        on = {"left_on": ["demand", "demand_line"], "right_on": list(ORDER)}
        further = links.join(reached, **on).rename(supply).select(*ORDER, "rank")  # type: ignore[arg-type]
        if further.is_empty():
            break
        before = best
        best = _least(pl.concat([best, further]))
        reached = best.join(before, on=[*ORDER, "rank"], how="anti")
    return best.join(ranks, on="rank").sort(*ORDER).select(*ORDER, "demand")


def _least(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.group_by(*ORDER).agg(pl.col("rank").min())
