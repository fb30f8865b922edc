"""Repairs of late orders: each tried by planning again, with days won, orders harmed and price; one can be applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import DAY
from quarterdeck.model.settings import Progress, silent
from quarterdeck.service.explaining import OrderMissingError
from quarterdeck.service.rights import Right
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.wants import demands

if TYPE_CHECKING:
    from quarterdeck.planning.repairs.edits import Candidate
    from quarterdeck.planning.repairs.trial import Harm, Trial
    from quarterdeck.store import Workspace

KINDS = {
    "expedite": "Expedite",
    "alternate": "Other supplier",
    "overtime": "Overtime",
    "machine": "Other machine",
    "split": "Split the lot",
    "swap_priority": "Go first",
    "partial": "Ship in parts",
    "renegotiate": "Agree on a later date",
}
TEXTS = {
    "expedite": "Have {subject} ({quantity} {title}{source}) by {to} instead of {before}",
    "alternate": "Order {quantity} {title}{source} {beside} {subject}, for {to}",
    "overtime": "Work overtime: {hours}",
    "machine": "Do step {sequence} of {subject} ({title}) on {there}",
    "split": "Make {quantity} of the {of} {title} of {subject} as a work order of their own, first",
    "swap_priority": "Give {subject} priority 1 instead of {before}",
    "partial": "Ship {quantity} {title} in time and {rest} on {later}",
    "renegotiate": "Agree on {to} with the customer instead of {before}",
}


class RepairError(ValueError):
    """A repair that cannot be applied; the message says why."""


@dataclass(frozen=True, slots=True)
class Harmed:
    """Another customer's order that a repair makes later."""

    order: str
    line: str
    customer: str
    seconds: int
    days: float
    text: str


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair: ``number`` is its rank, 1 being best. ``delivered_text`` is the new day of delivery.

    ``concession``: the customer has to agree. ``in_time`` is the quantity delivered when it is due.
    """

    number: int
    kind: str
    title: str
    text: str
    effect: str
    days_won: float
    won_text: str
    late_seconds: int
    late_text: str
    delivered_text: str
    in_time: float
    price: float
    price_text: str
    harmed: tuple[Harmed, ...]
    harmed_days: float
    helped: int
    helped_days: float
    concession: bool


@dataclass(frozen=True, slots=True)
class RepairList:
    """Repairs of one late order line, the best first; ``tried`` is how many were tried in all."""

    order: str
    line: str
    demand: str
    customer: str
    item: str
    title: str
    late_seconds: int
    late_text: str
    tried: int
    repairs: tuple[Repair, ...]
    message: str
    trials: tuple[Trial, ...]


def repairs(
    company: Company, plan: Plan, order: str, line: str | None = None, progress: Progress = silent
) -> RepairList:
    """What would make an order come sooner; of several late lines the latest is taken unless ``line`` says which.

    Raises
    ------
    quarterdeck.service.explaining.OrderMissingError
        If the plan knows no such order of a customer.
    """
    from quarterdeck.model.checks import usable  # noqa: PLC0415 - takes a while to load
    from quarterdeck.planning.repairs.finding import Repairs  # noqa: PLC0415 - loads the numerical libraries
    from quarterdeck.planning.repairs.finding import repairs as find  # noqa: PLC0415

    row = late_line(plan, order, line)
    names = Names.of(company)
    if row["state"] == "on_time":
        return _list(row, names, Repairs(row["demand"], 0, (), 0), f"{order} is on time: there is nothing to repair.")
    sound, _ = usable(company)
    found = find(sound, plan, row["demand"], progress)
    message = "" if found.trials else "Nothing that was tried makes it come sooner."
    return _list(row, names, found, message, plan)


def repairs_of(workspace: Workspace, order: str, line: str | None = None, progress: Progress = silent) -> RepairList:
    """The repairs of an order of the workspace's newest plan."""
    return repairs(workspace.load(), workspace.load_plan(), order, line, progress)


def apply_repair(workspace: Workspace, found: RepairList, number: int, *, author: str) -> str:
    """Writes repair ``number`` into the company's tables, as one change that can be taken back; says what it was.

    Raises
    ------
    RepairError
        If there is no such repair, or the rows it changes are no longer there.
    """
    from quarterdeck.store import TableChange  # noqa: PLC0415 - the store waits until it is needed

    chosen = next((each for each in found.repairs if each.number == number), None)
    if chosen is None:
        raise RepairError(f"Expected a repair between 1 and {len(found.repairs)}, got {number}.")
    edits = found.trials[number - 1].candidate.edits
    changes = {name: TableChange(edit.upserts, edit.deletes) for name, edit in edits.items()}
    reason = f"Repair of {found.order}: {chosen.text}".replace(wording.GAP, " ")
    made = workspace.commit(changes, author=author, reason=reason, source="repair")
    if not made.number:
        raise RepairError(f"Expected something to change, got the same tables: {chosen.text} is done already.")
    return reason


RIGHTS = {"purchase_orders": Right.DECIDE_PURCHASE, "sales_orders": Right.DECIDE_SALES}


def repair_rights(found: RepairList, number: int) -> tuple[Right, ...]:
    """The rights that it takes to apply repair ``number``, from the tables it changes; none if there is none."""
    if not 1 <= number <= len(found.trials):
        return ()
    tables = found.trials[number - 1].candidate.edits
    return tuple(sorted({RIGHTS.get(table, Right.DECIDE_PRODUCTION) for table in tables}))


def late_line(plan: Plan, order: str, line: str | None) -> dict[str, Any]:
    """The line of a customer's order, of several the latest unless ``line`` says which.

    Raises
    ------
    quarterdeck.service.explaining.OrderMissingError
        If the plan knows no such order of a customer.
    """
    rows = demands(plan).filter((pl.col("order") == order) | (pl.col("demand") == order))
    if line is not None:
        rows = rows.filter(pl.col("line").fill_null("") == line)
    if rows.is_empty():
        what = f"{order} line {line}" if line else order
        raise OrderMissingError(f"Expected a customer's order of the plan, got {what}.")
    return rows.row(0, named=True)


def _list(row: dict[str, Any], names: Names, found: Any, message: str, plan: Plan | None = None) -> RepairList:  # noqa: ANN401 - Repairs
    told = tuple(_repair(number, trial, names, row, plan) for number, trial in enumerate(found.trials, start=1))
    return RepairList(
        order=row["order"] or row["demand"],
        line=row["line"] or "",
        demand=row["demand"],
        customer=names.name("customer", row["customer"]),
        item=row["item"],
        title=names.item(row["item"]),
        late_seconds=found.late,
        late_text=wording.duration(found.late) if found.late else "",
        tried=len(found.trials) + found.useless,
        repairs=told,
        message=message,
        trials=found.trials,
    )


def _repair(number: int, trial: Trial, names: Names, row: dict[str, Any], plan: Plan | None) -> Repair:
    candidate = trial.candidate
    now = plan.settings.as_of if plan else None
    harmed = tuple(_harmed(each, names, plan) for each in trial.harmed)
    there = None if trial.delivered is None else dt.datetime.fromtimestamp(trial.delivered, dt.UTC)
    price = float(candidate.price)
    return Repair(
        number=number,
        kind=candidate.kind,
        title=KINDS[candidate.kind],
        text=_text(candidate, names, now),
        effect=_effect(trial, names, row),
        days_won=trial.won / DAY,
        won_text=wording.duration(trial.won),
        late_seconds=trial.late_after,
        late_text=wording.duration(trial.late_after) if trial.late_after else "on time",
        delivered_text=names.day(there, row["site"], now) if there else "not within the horizon",
        in_time=trial.in_time_after,
        price=price,
        price_text=wording.money(candidate.price, names.currency) if price else "no cost",
        harmed=harmed,
        harmed_days=trial.harm / DAY,
        helped=trial.helped,
        helped_days=trial.helped_seconds / DAY,
        concession=candidate.concession,
    )


def _harmed(harm: Harm, names: Names, plan: Plan | None) -> Harmed:
    customer = ""
    if plan is not None:
        rows = plan["requirements"].filter(pl.col("demand") == harm.demand)["customer"]
        customer = names.name("customer", rows[0]) if rows.len() else ""
    whose = f"{harm.order}{f' of {customer}' if customer else ''}"
    text = f"{whose} comes {wording.duration(harm.seconds)} later"
    return Harmed(harm.order, harm.line, customer, harm.seconds, harm.seconds / DAY, text)


def _text(candidate: Candidate, names: Names, now: dt.datetime | None) -> str:
    """What to do, in words."""
    facts, subject, item = candidate.facts, candidate.subject, candidate.item
    said: dict[str, str] = {"subject": subject, "title": names.item(item)}
    for name, value in facts.items():
        if isinstance(value, dt.datetime):
            said[name] = names.day(value, facts.get("site"), now)
        elif isinstance(value, float):
            said[name] = names.amount(value, item)
        elif isinstance(value, int | str):
            said[name] = str(value)
    partner = names.name("supplier", facts.get("partner"))
    said["source"] = f" from {partner}" if partner else ""
    said["beside"] = "instead of" if facts.get("planned") else "besides"
    said["there"] = names.name("machine", facts.get("machine"))
    said["hours"] = _hours(facts, names, now) if candidate.kind == "overtime" else ""
    return TEXTS[candidate.kind].format(**said)


def _hours(facts: Mapping[str, Any], names: Names, now: dt.datetime | None) -> str:
    """Overtime per work centre, and from when to when."""
    parts = [
        f"{wording.quantity(hours, 'h', 1)} at {names.name('work_centre', centre)}"
        for centre, (hours, _, _) in facts["centres"].items()
    ]
    first = min(start for _, start, _ in facts["centres"].values())
    last = max(end for _, _, end in facts["centres"].values())
    span = [names.day(dt.datetime.fromtimestamp(moment, dt.UTC), None, now) for moment in (first, last)]
    when = f"on {span[0]}" if span[0] == span[1] else f"between {span[0]} and {span[1]}"
    return f"{' and '.join(parts)} {when}"


def _effect(trial: Trial, names: Names, row: dict[str, Any]) -> str:
    """What it brings and whom it harms, in words."""
    if trial.candidate.kind == "partial":
        brought = f"{names.amount(trial.in_time_after, row['item'])} come in time"
    elif trial.late_after == 0:
        brought = "On time"
    else:
        brought = f"{wording.duration(trial.won)} sooner, still {wording.duration(trial.late_after)} late"
    if not trial.harmed:
        return f"{brought}; no other order is later"
    orders = f"{len(trial.harmed)} order line{'s' if len(trial.harmed) > 1 else ''}"
    return f"{brought}; {orders} later, {wording.duration(trial.harm)} in all"
