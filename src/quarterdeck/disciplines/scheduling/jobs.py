"""The steps that the orders of a plan still need, one row each, with their work in seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from quarterdeck.disciplines.scheduling.resources import Resources
from quarterdeck.model import Company, Plan, Problem
from quarterdeck.model.clock import site_zones, to_instant
from quarterdeck.model.routing import step_links


@dataclass(frozen=True)
class Jobs:
    """Orders with a number each, and the steps of those that are scheduled, sorted by order and sequence.

    ``orders``: the plan's orders with ``number``, ``moves`` (whether the schedule sets their dates) and epoch seconds.
    ``steps``: one row per operation still to do, or one without ``sequence`` for an order that needs none.
    ``modes``: where each step (``row``) can be done: ``pool``, ``work`` [s], ``rank``.
    ``follows``: rows of steps of one order of which the second may begin when the first is done: ``source``, ``to``.
    """

    orders: pl.DataFrame
    steps: pl.DataFrame
    modes: pl.DataFrame
    problems: tuple[Problem, ...]
    follows: pl.DataFrame


UNUSED = ("predecessors", "buffer_hours", "quota", "cost")
DONE_WITH = (
    "setup_minutes", "run_minutes", "fixed_minutes", "queue_hours", "move_hours", "yield_share", "reached", "ordered",
    "stocked", "scrapped", "scrap_reason", "total",
)  # fmt: skip

READ = ("good", "really_started", "finished", "pinned_start", "done", "on", "by", "start_quantity")


def read_jobs(company: Company, plan: Plan, resources: Resources) -> Jobs:
    """What has to be scheduled; operations that no machine can do leave their order to its usual duration."""
    orders = _numbered(plan)
    steps = _steps(company, orders)
    modes = _modes(company, steps, resources)
    lost, problems = _without_machine(steps, modes)
    steps = steps.filter(~pl.col("number").is_in(lost)) if lost else steps
    steps, more = _skills(steps, resources)
    bare = orders["moves"].to_numpy().copy()
    bare[steps["number"].to_numpy()] = False
    if bare.any():
        dated = orders.filter(pl.Series(bare)).select(
            "number", "order", "line", "item", "site", work=pl.col("available_s") - pl.col("release_s")
        )
        finished = _finished(company, orders, lost)
        dated = dated.with_columns(work=pl.when(pl.col("number").is_in(finished)).then(0).otherwise(pl.col("work")))
        steps = pl.concat([steps, dated.with_columns(pl.col("work").clip(0))], how="diagonal")
    joined = _in_order(steps).with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))
    key = ["number", "sequence"]
    joined = joined.drop(READ, strict=False)
    modes = modes.join(joined.select(*key, "row"), on=key).sort("row", "rank", "pool")
    return Jobs(orders, joined, modes, (*problems, *more), _follows(joined, step_links(company["operations"])))


def _in_order(steps: pl.DataFrame) -> pl.DataFrame:
    """The steps by order and sequence; a large table that is so already is not copied."""
    number, sequence = steps["number"].to_numpy(), steps["sequence"].fill_null(-1).to_numpy()
    later = (number[1:] > number[:-1]) | ((number[1:] == number[:-1]) & (sequence[1:] > sequence[:-1]))
    return steps if later.all() else steps.sort("number", "sequence")


def _follows(steps: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Which step of an order follows which: the one before it, or those that its routing's network names."""
    numbers = steps["number"].to_numpy()
    before = np.flatnonzero(numbers[1:] == numbers[:-1])
    chained = pl.DataFrame({"source": before, "to": before + 1}, schema={"source": pl.Int64, "to": pl.Int64})
    if links.is_empty():
        return chained
    mine = steps.select("row", "number", "item", "routing", "sequence")
    net = mine.join(links, on=["item", "routing", "sequence"])
    named = net.join(mine.select("number", before="sequence", source="row"), on=["number", "before"]).select(
        "source", to="row"
    )
    netted = mine.join(links.select("item", "routing").unique(), on=["item", "routing"], how="semi")["row"]
    return pl.concat([chained.filter(~pl.col("to").is_in(netted.implode())), named]).sort("source", "to")


def _numbered(plan: Plan) -> pl.DataFrame:
    orders = plan["orders"].with_row_index("place").sort("order", "line").with_row_index("number")
    moves = (pl.col("kind") == "make") | ((pl.col("kind") == "transfer") & (pl.col("state") == "planned"))
    return orders.with_columns(
        pl.col("number").cast(pl.Int64),
        moves=moves,
        release_s=pl.col("release").dt.epoch("s"),
        available_s=pl.col("available").dt.epoch("s"),
        needed_s=pl.col("needed").dt.epoch("s"),
    )


def _steps(company: Company, orders: pl.DataFrame) -> pl.DataFrame:
    """Operations of the make orders with quantity and seconds left."""
    make = orders.filter(pl.col("kind") == "make").with_columns(pl.col("routing").fill_null("main"))
    chosen = make.select("number", "order", "line", "item", "site", "routing", "quantity", "start_quantity")
    steps = _routed(chosen, company["operations"])
    reached = pl.col("yield_share").cum_prod().shift(1).over("number").fill_null(1.0)
    steps = steps.with_columns(reached=reached if (steps["yield_share"] != 1.0).any() else pl.lit(1.0))
    steps = _with_progress(company, steps).filter(~pl.col("done"))
    batches = (
        pl.when(pl.col("batch_size").is_null())
        .then(pl.col("left"))
        .otherwise((pl.col("left") / pl.col("batch_size")).ceil())
    )
    share = pl.when(pl.col("total") > 0).then((pl.col("left") / pl.col("total")).clip(0, 1)).otherwise(1.0)
    minutes = pl.col("run_minutes") * batches + pl.col("fixed_minutes") * share
    return (
        steps.with_columns(
            work=(minutes * 60).round().cast(pl.Int64),
            setup=pl.when("started").then(0.0).otherwise(pl.col("setup_minutes") * 60).round().cast(pl.Int64),
            queue=(pl.col("queue_hours") * 3600).round().cast(pl.Int64),
            move=(pl.col("move_hours") * 3600).round().cast(pl.Int64),
        )
        .drop(DONE_WITH, strict=False)
        .with_row_index("row")
    )


def _routed(orders: pl.DataFrame, operations: pl.DataFrame) -> pl.DataFrame:
    """Every operation of the routing of each order, by order and sequence."""
    ranked = operations.sort("item", "routing", "sequence").with_row_index("at")
    length = pl.len().cast(pl.Int64)
    runs = ranked.group_by("item", "routing").agg(first=pl.col("at").min().cast(pl.Int64), count=length)
    found = orders.select("item", "routing").join(runs, on=["item", "routing"], how="left", maintain_order="left")
    first, count = found["first"].fill_null(0).to_numpy(), found["count"].fill_null(0).to_numpy()
    owner = np.repeat(np.arange(count.size), count)
    begin = np.cumsum(count) - count
    row = first[owner] + np.arange(owner.size) - begin[owner]
    facts = ranked.drop("at", "item", "routing", *UNUSED, strict=False).select(pl.all().gather(pl.Series(row)))
    return orders.select(pl.all().gather(pl.Series(owner))).hstack(facts)


def _joined(steps: pl.DataFrame, table: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """The steps with the columns of a table of which there is at most one row for each."""
    if table.is_empty():
        missing = {name: dtype for name, dtype in table.schema.items() if name not in on}
        return steps.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in missing.items())
    return steps.join(table, on=on, how="left")


def _instants(steps: pl.DataFrame, column: str, zones: dict[str, str]) -> pl.Expr:
    """A column of wall-clock times as UTC instants."""
    if steps[column].null_count() == steps.height:
        return pl.lit(None, pl.Datetime("us", "UTC"))
    return to_instant(column, "site", zones)


def _with_progress(company: Company, steps: pl.DataFrame) -> pl.DataFrame:
    """``total`` quantity of each step, what is ``left`` of it, and whether it is ``started`` or ``done``."""
    ordered = company["work_orders"].select("order", ordered="quantity", stocked="completed")
    progress = company["work_order_operations"].rename({"completed": "good", "machine": "on", "person": "by"})
    zones = site_zones(company)
    steps = _joined(_joined(steps, ordered, ["order"]), progress, ["order", "sequence"])
    left_of_order = (pl.col("ordered") - pl.col("stocked")).clip(1e-9)
    whole = (
        pl.when(pl.col("ordered").is_null() | (pl.col("ordered") <= pl.col("stocked")))
        .then(1.0)
        .otherwise(pl.col("ordered") / left_of_order)
    )
    total = pl.col("start_quantity") * pl.col("reached")
    reported = pl.col("good").is_not_null()
    left = pl.when(reported).then(total * whole - pl.col("good") - pl.col("scrapped")).otherwise(total).clip(0)
    return steps.with_columns(
        total=pl.when(reported).then(total * whole).otherwise(total),
        left=left,
        started=pl.col("started").is_not_null() | (pl.col("good").fill_null(0) > 0),
        done=pl.col("finished").is_not_null() | (reported & (left <= 0) & (total > 0)),
        pinned=_instants(steps, "pinned_start", zones).dt.epoch("s"),
        really_started=_instants(steps, "started", zones),
    )


def _finished(company: Company, orders: pl.DataFrame, lost: list[int]) -> list[int]:
    """Orders whose operations are all done."""
    routed = orders.filter((pl.col("kind") == "make") & ~pl.col("number").is_in(lost))
    keys = company["operations"].select("item", "routing").unique()
    found = routed.with_columns(pl.col("routing").fill_null("main")).join(keys, on=["item", "routing"], how="semi")
    return found["number"].to_list()


def _modes(company: Company, steps: pl.DataFrame, resources: Resources) -> pl.DataFrame:
    """Every pool on which a step can be done: the preferred work centre, its alternates, or the machine it is on."""
    pools = pl.DataFrame({"work_centre": resources.work_centres, "pool": range(len(resources.work_centres))})
    pools = pools.cast({"work_centre": pl.String, "pool": pl.Int64})
    usable = pools.filter(~pl.col("work_centre").is_in(sorted(resources.unusable)))
    key = ["number", "sequence"]
    steps = steps.with_columns(whole=pl.when(pl.col("batch_size").is_null()).then(pl.col("left")))
    preferred = steps.select(*key, "work_centre", "work", "on", "whole", rank=pl.lit(1, pl.Int64), factor=pl.lit(1.0))
    alternates = company["operation_alternates"].select(
        "item", "routing", "sequence", "work_centre", rank=pl.col("priority"), factor=pl.col("time_factor")
    )
    others = steps.drop("work_centre").join(alternates, on=["item", "routing", "sequence"]).select(preferred.columns)
    every = pl.concat([preferred, others]).join(usable, on="work_centre")
    every = every.sort(*key, "rank", "pool").unique([*key, "pool"], keep="first", maintain_order=True)
    every = every.with_columns(work=(pl.col("work") * pl.col("factor") * _loads(resources)).ceil().cast(pl.Int64))
    return _on_their_machine(every, resources).select(*key, "pool", "work", "rank", "machine_number")


def _loads(resources: Resources) -> pl.Expr:
    """How many loads of a batch machine an order fills, 1 elsewhere."""
    capacity = pl.lit(pl.Series(resources.pools["capacity"])).gather(pl.col("pool")) / 1000
    return pl.when(capacity > 0).then((pl.col("whole") / capacity).ceil().clip(1)).otherwise(1).fill_null(1)


def _on_their_machine(modes: pl.DataFrame, resources: Resources) -> pl.DataFrame:
    """Steps that run or are pinned on a machine keep only that one."""
    if modes["on"].null_count() == modes.height:
        return modes.with_columns(machine_number=pl.lit(None, pl.Int64))
    machines = (
        pl.DataFrame(
            {
                "on": resources.machine_codes,
                "machine_number": range(len(resources.machine_codes)),
                "machine_pool": resources.machines["pool"],
            },
            schema={"on": pl.String, "machine_number": pl.Int64, "machine_pool": pl.Int64},
        )
        .filter(pl.col("on") != "")
        .unique("on", keep="none")
    )
    found = modes.join(machines, on="on", how="left")
    here = (pl.col("machine_pool") == pl.col("pool")).fill_null(False)  # noqa: FBT003 - a polars literal
    anywhere = here.any().over("number", "sequence")
    first = pl.col("rank").cum_count().over("number", "sequence") == 1
    kept = found.filter(pl.col("machine_number").is_null() | here | (~anywhere & first))
    return kept.with_columns(pool=pl.coalesce("machine_pool", "pool"))


def _without_machine(steps: pl.DataFrame, modes: pl.DataFrame) -> tuple[list[int], list[Problem]]:
    """Orders with a step that names a work centre but has no usable machine."""
    having = modes.select("number", "sequence").unique()
    lost = steps.filter(pl.col("work_centre").is_not_null()).join(having, on=["number", "sequence"], how="anti")
    problems = [
        Problem(
            "error",
            "operation-unschedulable",
            f"Step {row['sequence']} of {row['item']} has no usable machine at work centre {row['work_centre']};"
            f" {row['orders']} order(s) are planned by their usual duration instead.",
            "Give the work centre a machine with working time, or the step an alternative work centre.",
            table="operations",
            key=f"{row['item']} / {row['routing']} / {row['sequence']}",
            column="work_centre",
        )
        for row in lost.group_by("item", "routing", "sequence", "work_centre")
        .agg(orders=pl.len())
        .sort("item", "routing", "sequence")
        .iter_rows(named=True)
    ]
    return lost["number"].unique().sort().to_list(), problems


def _skills(steps: pl.DataFrame, resources: Resources) -> tuple[pl.DataFrame, list[Problem]]:
    """Number of each step's skill; a skill that nobody has is named and not asked for."""
    if steps["skill"].null_count() == steps.height:
        return steps.with_columns(skill_number=pl.lit(None, pl.Int64)), []
    numbers = pl.DataFrame(
        {"skill": resources.skill_codes, "skill_number": range(len(resources.skill_codes))},
        schema={"skill": pl.String, "skill_number": pl.Int64},
    )
    steps = steps.join(numbers, on="skill", how="left", maintain_order="left")
    missing = steps.filter(pl.col("skill").is_not_null() & pl.col("skill_number").is_null())
    problems = [
        Problem(
            "warning",
            "skill-missing",
            f"Nobody has the skill {row['skill']}; {row['len']} step(s) are planned as if anyone could do them.",
            "Give a person the skill, or take it off the operations.",
            table="person_skills",
            key=row["skill"],
        )
        for row in missing.group_by("skill").len().sort("skill").iter_rows(named=True)
    ]
    return steps, problems
