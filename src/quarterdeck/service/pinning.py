"""Pins as the company's data: kept in the progress of work orders, obeyed by every later plan, undone like all else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import polars as pl

from quarterdeck.model import TABLES, Company, Plan
from quarterdeck.service.rescheduling import Desk, Drop, Outcome, desk
from quarterdeck.service.views.names import Names
from quarterdeck.store import TableChange, Workspace

ORDER_COLUMNS = {
    "orders": ("order",),
    "operations": ("order", "blocker", "ready_blocker"),
    "actions": ("order",),
    "causes": ("order",),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of pinning: the outcome of the drop, and the plan made around it, empty where the drop is illegal.

    ``orders``: planned orders that became work orders, with their new codes.
    """

    outcome: Outcome
    plan: str = ""
    change_set: int = 0
    orders: tuple[tuple[str, str], ...] = ()


def pin(
    workspace: Workspace,
    drop: Drop,
    *,
    plan: str | None = None,
    author: str,
    others: Sequence[Drop] = (),
    standing: Desk | None = None,
) -> Kept:
    """Pins an operation, plans around it and keeps that plan; where the drop is illegal nothing happens.

    A planned order becomes a work order, since a planned one may have another code in the next plan. ``standing`` is
    the desk of the plan, where it is open already. The figures of the new plan say under ``pinned`` which plan was
    before it and which change set made the pin.
    """
    before = plan or next((record.plan for record in workspace.plans()), "")
    standing = standing or desk(workspace, plan)
    outcome = standing.try_drop(drop, others)
    if not outcome.legal:
        return Kept(outcome)
    drops = [*others, drop]
    names = firm_codes(standing.company, standing.plan, drops)
    changes = pin_changes(standing, drops, names)
    done = workspace.commit(changes, author=author, reason=_reason(drops), source="schedule")
    renamed = with_codes(standing.plan, names)
    made = Desk.open(workspace.load(), renamed, standing.settings.as_of).replan()
    made = made.with_figures(pinned={"before": before, "change_set": done.number, "text": _reason(drops)})
    code = workspace.save_plan(made, author=author, note=_reason(drops))
    return Kept(outcome, code, done.number, tuple(names.items()))


def unpin(workspace: Workspace, order: str, sequence: int, *, author: str) -> int:
    """Lets an operation go wherever planning puts it; the number of the change, 0 if it was not pinned."""
    progress = workspace.load()["work_order_operations"]
    here = (pl.col("order") == order) & (pl.col("sequence") == sequence) & pl.col("pinned_start").is_not_null()
    found = progress.filter(here, pl.col("started").is_null())
    if found.is_empty():
        return 0
    loose = found.with_columns(
        pl.lit(None, pl.String).alias("machine"), pl.lit(None, pl.Datetime).alias("pinned_start")
    )
    reason = f"Step {sequence} of {order} no longer pinned"
    change = {"work_order_operations": TableChange(TABLES["work_order_operations"].shape(loose))}
    return workspace.commit(change, author=author, reason=reason, source="schedule").number


def firm_codes(company: Company, plan: Plan, drops: Sequence[Drop]) -> dict[str, str]:
    """New codes of the planned orders among the drops: F before the planned one, as often as it takes."""
    wanted = sorted({drop.order for drop in drops})
    planned = plan["orders"].filter(pl.col("order").is_in(wanted), pl.col("state") == "planned")["order"].to_list()
    taken = {
        code for table in ("work_orders", "purchase_orders", "transfer_orders") for code in company[table]["order"]
    }
    codes = {}
    for order in planned:
        code = f"F{order}"
        while code in taken:
            code = f"F{code}"
        codes[order] = code
    return codes


def pin_changes(standing: Desk, drops: Sequence[Drop], codes: dict[str, str]) -> dict[str, TableChange]:
    """The rows that pin the drops: progress rows, and work orders for planned orders."""
    names = Names.of(standing.company)
    sites = dict(zip(standing.plan["orders"]["order"], standing.plan["orders"]["site"], strict=True))
    known = set(standing.company["machines"]["machine"])
    on = {(row[0], row[1]): row[2] for row in standing.plan["operations"].select("order", "sequence", "machine").rows()}
    rows = []
    for drop in drops:
        machine = drop.machine if drop.machine is not None else on.get((drop.order, drop.sequence))
        rows.append(
            {
                "order": codes.get(drop.order, drop.order),
                "sequence": drop.sequence,
                "machine": machine if machine in known else None,
                "pinned_start": _wall(drop.start, names.zone(sites.get(drop.order))),
            }
        )
    typed = pl.DataFrame(rows, schema_overrides={"machine": pl.String, "pinned_start": pl.Datetime("us")})
    changes = {"work_order_operations": TableChange(typed)}
    if codes:
        changes["work_orders"] = TableChange(_work_orders(standing.plan, codes, names))
    return changes


def _work_orders(plan: Plan, codes: dict[str, str], names: Names) -> pl.DataFrame:
    rows = [
        {
            "order": codes[row["order"]],
            "item": row["item"],
            "site": row["site"],
            "quantity": row["quantity"],
            "routing": row["routing"] or "main",
            "due": _wall(row["needed"], names.zone(row["site"])),
            "status": "released",
        }
        for row in plan["orders"].filter(pl.col("order").is_in(list(codes))).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema_overrides={"due": pl.Datetime("us")})


def _wall(moment: dt.datetime, zone: str) -> dt.datetime:
    """A moment on the site's clock, as tables hold it."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment.tzinfo else moment


def with_codes(plan: Plan, codes: dict[str, str]) -> Plan:
    """The plan in which planned orders have become open ones under new codes."""
    if not codes:
        return plan
    tables = {}
    for table, columns in ORDER_COLUMNS.items():
        tables[table] = plan[table].with_columns(pl.col(name).replace(codes) for name in columns)
    firm = pl.col("order").is_in(list(codes.values()))
    tables["orders"] = tables["orders"].with_columns(
        state=pl.when(firm & (pl.col("state") == "planned")).then(pl.lit("open")).otherwise("state")
    )
    supply = pl.when(pl.col("supply_kind") == "order").then(pl.col("supply").replace(codes)).otherwise("supply")
    demand = pl.when(pl.col("demand_kind") == "order").then(pl.col("demand").replace(codes)).otherwise("demand")
    tables["pegs"] = plan["pegs"].with_columns(supply.alias("supply"), demand.alias("demand"))
    return replace(plan.with_tables(**tables), settings=plan.settings)


def _reason(drops: Sequence[Drop]) -> str:
    return "Pinned " + ", ".join(f"step {drop.sequence} of {drop.order}" for drop in drops)
