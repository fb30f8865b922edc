"""What to do today: orders to release, expedite, defer, cancel or change, the most urgent first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names


@dataclass(frozen=True, slots=True)
class Change:
    """A date as it stands and as it should be, in words."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: what, why, what it brings, what it costs."""

    action: str
    verb: str
    order: str
    line: str
    kind: str
    item: str
    title: str
    partner: str
    quantity: str
    by: str
    change: Change | None
    reason: str
    effect: str
    value: float
    money: str


def actions(company: Company, plan: Plan) -> tuple[Action, ...]:
    """The actions of the plan in order of urgency."""
    names = Names.of(company)
    ordered = plan["actions"].sort("urgency", "by", "order", "line", descending=[True, False, False, False])
    return tuple(_action(row, names, plan.settings.as_of) for row in ordered.iter_rows(named=True))


def _action(row: dict[str, Any], names: Names, now: dt.datetime) -> Action:
    return Action(
        action=row["action"],
        verb=wording.ACTIONS[row["action"]],
        order=row["order"],
        line=row["line"],
        kind=wording.ORDER_KINDS[row["kind"]],
        item=row["item"],
        title=names.item(row["item"]),
        partner=names.partner(row["kind"], row["partner"]),
        quantity=names.amount(row["quantity"], row["item"]),
        by=names.day(row["by"], row["site"], now),
        change=_change(row, names, now),
        reason=row["reason"],
        effect=row["effect"],
        value=float(row["value"]),
        money=wording.money(row["value"], names.currency) if row["value"] else wording.NOTHING,
    )


def _change(row: dict[str, Any], names: Names, now: dt.datetime) -> Change | None:
    if row["from_date"] is None or row["to_date"] is None or row["action"] == "release":
        return None
    before, after = (names.day(row[name], row["site"], now) for name in ("from_date", "to_date"))
    return None if before == after else Change(before, after)
