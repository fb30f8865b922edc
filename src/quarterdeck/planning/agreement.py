"""Agreement: netting and schedule repeated until what is planned for customers is what they still take.

Netting knows no queue at a machine, so only the schedule shows what comes too late for a customer who gave a last day.
That part is refused, which frees its material and machine time for others, and both are made again. In the end what
would still be late is served from safety stock, as far as it reaches. Stock and open orders that would have expired by
the time the schedule uses them serve others, and what goes bad is ordered for when it is used.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from quarterdeck.disciplines.mrp import stage as mrp
from quarterdeck.disciplines.mrp.deliveries import shipped
from quarterdeck.disciplines.mrp.freshness import kept_fresh
from quarterdeck.disciplines.mrp.relief import relieved
from quarterdeck.disciplines.scheduling import stage as scheduling
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.planning.shelf import SPOILT, added_up, spoiled, spoiled_orders, without

ROUNDS = 4
_LEAST = 1e-7


def run(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan in which nothing is made for a customer who no longer takes it, and safety stock spares lateness."""
    if settings.mode == "unconstrained":
        return kept_fresh(company, relieved(company, plan, settings), settings)
    before = dict(plan.figures.get("problems_before", {})).get("mrp", len(plan.problems))
    rounds, lost = 0, pl.DataFrame(schema=SPOILT)
    for _ in range(ROUNDS):
        refused = _refused(plan, settings)
        spoilt = spoiled(company, plan, settings)
        stale = spoiled_orders(company, plan, settings)
        if refused is None and spoilt.is_empty() and stale.is_empty():
            break
        rounds += 1
        wanted = plan["requirements"] if refused is None else refused
        again = replace(plan, problems=plan.problems[:before]).with_tables(requirements=wanted)
        company, lost = without(company, spoilt), added_up(lost, stale)
        plan = scheduling.run(company, mrp.run(company, again, settings, lost), settings)
    return kept_fresh(company, relieved(company, plan.with_figures(agreement_rounds=rounds), settings), settings)


def _refused(plan: Plan, settings: Settings) -> pl.DataFrame | None:
    """The requirements with what comes after the customer's last day refused; None if that is nothing more."""
    wanted = plan["requirements"]
    if not wanted["latest"].is_not_null().any():
        return None
    limits = wanted.drop_nulls("latest").select("demand", "latest")
    in_time = shipped(plan, settings).join(limits, on="demand").filter(pl.col("ships") <= pl.col("latest"))
    taken = in_time.group_by("demand").agg(_taken=pl.col("quantity").sum())
    joined = wanted.join(taken, on="demand", how="left", maintain_order="left")
    limited = pl.col("latest").is_not_null()
    over = pl.col("quantity") - pl.col("refused") - pl.col("_taken").fill_null(0.0)
    more = pl.when(limited & (over > _LEAST)).then(over).otherwise(0.0)
    if not joined.select((more > 0).any()).item():
        return None
    return joined.with_columns(refused=pl.col("refused") + more).drop("_taken")
