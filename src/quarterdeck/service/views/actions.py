"""What to do today: orders to release, expedite, defer, cancel or change, the most urgent first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.rights import OWNERS, ROLES
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names


@dataclass(frozen=True, slots=True)
class Change:
    """A date as it stands and as it should be, in words."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: what, why, what it brings, what it costs.

    ``kind`` in words, ``order_kind`` as in the plan: buy, make, transfer. ``owner`` is the role that decides about it.
    ``need`` tells quantity and dates apart from the wording: as long as it is the same, a dismissal holds.
    """

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
    order_kind: str = ""
    owner: str = ""
    owner_title: str = ""
    need: str = ""


def actions(company: Company, plan: Plan) -> tuple[Action, ...]:
    """The actions of the plan in order of urgency."""
    names = Names.of(company)
    ordered = plan["actions"].sort("urgency", "by", "order", "line", descending=[True, False, False, False])
    needs = _needs(company, plan, names)
    return tuple(_action(row, names, plan.settings.as_of, needs) for row in ordered.iter_rows(named=True))


def _needs(company: Company, plan: Plan, names: Names) -> dict[tuple[str, str], tuple[str, str]]:
    """When each order with an action is needed, and the date that the company's tables give it, as days at the site.

    Neither depends on when the plan was made, so an action that is dismissed stays the same until its need changes.
    """
    asked = plan["actions"].select("order", "line").unique()
    orders = plan["orders"].with_columns(pl.col("line").fill_null("")).join(asked, on=["order", "line"], how="semi")
    due: dict[tuple[str, str], dt.datetime] = {}
    for table in ("purchase_orders", "work_orders", "transfer_orders"):
        rows = company[table].join(asked.select("order").unique(), on="order", how="semi")
        line = pl.col("line") if "line" in rows.columns else pl.lit("")
        due.update({(row[0], row[1]): row[2] for row in rows.select("order", line.alias("line"), "due").rows()})
    found = {}
    for row in orders.select("order", "line", "site", "needed").iter_rows(named=True):
        key = (row["order"], row["line"])
        needed = wording.local(row["needed"], names.zone(row["site"])).date()
        found[key] = (needed.isoformat(), due[key].date().isoformat() if key in due else "")
    return found


def _action(
    row: dict[str, Any], names: Names, now: dt.datetime, needs: Mapping[tuple[str, str], tuple[str, str]]
) -> Action:
    needed, due = needs.get((row["order"], row["line"]), ("", ""))
    owner = OWNERS[row["kind"]]
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
        order_kind=row["kind"],
        owner=owner,
        owner_title=ROLES[owner].title,
        need=f"{row['action']} {round(row['quantity'], 6)} needed {needed} due {due}",
    )


def _change(row: dict[str, Any], names: Names, now: dt.datetime) -> Change | None:
    if row["from_date"] is None or row["to_date"] is None or row["action"] == "release":
        return None
    before, after = (names.day(row[name], row["site"], now) for name in ("from_date", "to_date"))
    return None if before == after else Change(before, after)
