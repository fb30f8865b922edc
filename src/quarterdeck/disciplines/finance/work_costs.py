"""What the steps of a routing cost: machine, labour, set-up, overhead and work done outside."""

from __future__ import annotations

import polars as pl

from quarterdeck.disciplines.finance.rates import Rates, rates_of, scoped, wages
from quarterdeck.model import Company

MINUTES_PER_HOUR = 60.0
RUN = ("machine_run", "labour_run", "overhead_run", "subcontract_run")
FIXED = ("machine_fixed", "labour_fixed", "setup_fixed", "overhead_fixed")


def step_costs(company: Company) -> pl.DataFrame:
    """Every step of every routing with its costs.

    Columns: ``item``, ``routing``, ``sequence``; ``passed`` [share], the part of a started quantity that reaches the
    step; :data:`RUN` [currency per piece that reaches the step]; :data:`FIXED` [currency per order].

    The time of a step costs the hour of its work centre, and of the people at it: as many as the work centre's
    operators, one where only a skill is named. An hour of a person costs the labour rate of the skill, the work
    centre or the site, else what people with the skill cost, else the general labour rate. Overhead is a share of
    machine, labour and set-up; its scope is the work centre, the family, the site or everything.
    """
    steps = _priced(company, rates_of(company)).sort("item", "routing", "sequence")
    batch = pl.col("batch_size").fill_null(1.0)
    hours = pl.col("run_minutes") / batch / MINUTES_PER_HOUR / pl.col("efficiency")
    fixed = pl.col("fixed_minutes") / MINUTES_PER_HOUR / pl.col("efficiency")
    setup = pl.col("setup_minutes") / MINUTES_PER_HOUR / pl.col("efficiency")
    both = pl.col("machine_rate") + pl.col("labour_rate")
    return steps.select(
        "item",
        "routing",
        "sequence",
        _passed(),
        machine_run=hours * pl.col("machine_rate"),
        labour_run=hours * pl.col("labour_rate"),
        overhead_run=hours * both * pl.col("overhead_rate"),
        subcontract_run=pl.col("cost").cast(pl.Float64),
        machine_fixed=fixed * pl.col("machine_rate"),
        labour_fixed=fixed * pl.col("labour_rate"),
        setup_fixed=setup * both,
        overhead_fixed=(fixed + setup) * both * pl.col("overhead_rate"),
    )


def good_shares(company: Company) -> pl.DataFrame:
    """Share of a started quantity that comes out good, per item and routing: columns ``item, routing, good``."""
    shares = company["operations"].group_by("item", "routing").agg(pl.col("yield_share").product().alias("good"))
    own = company["items"].select("item", pl.col("yield_share").alias("own"))
    joined = shares.join(own, on="item", how="left").sort("item", "routing")
    return joined.select("item", "routing", (pl.col("good") * pl.col("own").fill_null(1.0)).alias("good"))


def main_routings(company: Company) -> pl.DataFrame:
    """The routing that stands for each item: ``main``, else the first by code."""
    routings = company["operations"].select("item", "routing").unique()
    return routings.sort("item", pl.col("routing") != "main", "routing").unique(
        "item", keep="first", maintain_order=True
    )


def _passed() -> pl.Expr:
    return pl.col("yield_share").cum_prod().shift(1, fill_value=1.0).over("item", "routing").alias("passed")


def _priced(company: Company, rates: Rates) -> pl.DataFrame:
    """Steps with the rates of an hour: ``machine_rate``, ``labour_rate`` for all people at it, ``overhead_rate``."""
    centres = company["work_centres"].select("work_centre", "site", "hourly_cost", "efficiency", "operators")
    families = company["items"].select("item", "family")
    steps = company["operations"].join(centres, on="work_centre", how="left").join(families, on="item", how="left")
    skilled, mean = wages(company)
    of_skill = (
        pl.col("skill").replace_strict(skilled, default=None, return_dtype=pl.Float64)
        if skilled
        else pl.lit(None, dtype=pl.Float64)
    )
    known = scoped(rates, "labour", ("skill", "work_centre", "site"))
    wage = pl.coalesce(known, of_skill, pl.lit(rates.get(("labour", ""), mean), dtype=pl.Float64), 0.0)
    people = pl.when(pl.col("operators") > 0).then("operators").when(pl.col("skill").fill_null("") != "").then(1.0)
    return steps.with_columns(
        pl.col("efficiency").fill_null(1.0),
        machine_rate=pl.col("hourly_cost").cast(pl.Float64).fill_null(0.0),
        labour_rate=wage.cast(pl.Float64) * people.otherwise(0.0),
        overhead_rate=scoped(rates, "overhead", ("work_centre", "family", "site")).fill_null(
            rates.get(("overhead", ""), 0.0)
        ),
    )
