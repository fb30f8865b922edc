"""Late and short deliveries with the chain of causes, each as long as the time it cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.wants import demands


@dataclass(frozen=True, slots=True)
class Cause:
    """One link of the chain: ``share`` of the lateness it explains; the shares of one delivery sum to 1."""

    cause: str
    words: str
    text: str
    seconds: int
    duration: str
    share: float
    order: str
    item: str
    object: str


@dataclass(frozen=True, slots=True)
class LateOrder:
    """A demand that is late or short, for whom, how late and why."""

    demand: str
    kind: str
    state: str
    order: str
    customer: str
    item: str
    title: str
    quantity: str
    short: str
    due: dt.datetime
    due_text: str
    delivered_text: str
    late_seconds: int
    late_text: str
    value: float
    value_text: str
    reason: str
    causes: tuple[Cause, ...]
    line: str = ""

    @property
    def totals(self) -> tuple[Cause, ...]:
        """The causes with those of one kind taken together, the largest first; they sum up to the same."""
        return together(self.causes)


def together(causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """Causes of one kind as one, the largest first; what took no time is left out."""
    found: dict[str, Cause] = {}
    for each in causes:
        known = found.get(each.cause)
        seconds = each.seconds + (known.seconds if known else 0)
        share = each.share + (known.share if known else 0.0)
        text = each.text if known is None else wording.sentence(each.words)
        found[each.cause] = replace(each, seconds=seconds, share=share, text=text, duration=wording.duration(seconds))
    return tuple(sorted((each for each in found.values() if each.seconds > 0), key=lambda each: -each.seconds))


def late_orders(company: Company, plan: Plan, kind: str | None = "sales_order") -> tuple[LateOrder, ...]:
    """Demands that are not met on time, the short ones first, then the latest; ``kind`` None means all kinds."""
    names = Names.of(company)
    late = demands(plan).filter(pl.col("state") != "on_time")
    if kind is not None:
        late = late.filter(pl.col("kind") == kind)
    wanted = late.select("demand")
    chains: dict[str, list[Cause]] = {}
    causes = plan["causes"].join(wanted, on="demand", how="semi").sort("demand", "step")
    totals = dict(causes.group_by("demand").agg(pl.col("seconds").sum()).iter_rows())
    for row in causes.iter_rows(named=True):
        chains.setdefault(row["demand"], []).append(_cause(row, names, totals[row["demand"]]))
    now = plan.settings.as_of
    return tuple(_late(row, names, chains.get(row["demand"], []), now) for row in late.iter_rows(named=True))


def causes_in_all(company: Company, plan: Plan) -> tuple[Cause, ...]:
    """The causes of all late customer orders together, the largest first: where to begin."""
    found: dict[str, int] = {}
    for late in late_orders(company, plan):
        for cause in late.causes:
            found[cause.cause] = found.get(cause.cause, 0) + cause.seconds
    total = sum(found.values())
    return tuple(
        Cause(
            cause=cause,
            words=wording.CAUSES[cause],
            text=wording.sentence(wording.CAUSES[cause]),
            seconds=seconds,
            duration=wording.duration(seconds),
            share=seconds / total,
            order="",
            item="",
            object="",
        )
        for cause, seconds in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        if seconds > 0
    )


def _cause(row: dict[str, Any], names: Names, total: int) -> Cause:
    return Cause(
        cause=row["cause"],
        words=wording.CAUSES[row["cause"]],
        text=row["text"],
        seconds=row["seconds"],
        duration=wording.duration(row["seconds"]),
        share=row["seconds"] / total if total else 0.0,
        order=row["order"] or "",
        item=names.item(row["item"]),
        object=names.thing(row["object"]),
    )


def _late(row: dict[str, Any], names: Names, causes: list[Cause], now: dt.datetime) -> LateOrder:
    never = row["delivered"] is None
    return LateOrder(
        demand=row["demand"],
        kind=row["kind"],
        state=row["state"],
        order=row["order"] or wording.REQUIREMENTS[row["kind"]],
        customer=names.name("customer", row["customer"]),
        item=row["item"],
        title=names.item(row["item"]),
        quantity=names.amount(row["quantity"], row["item"]),
        short=names.amount(row["short"], row["item"]) if row["short"] else "",
        due=row["due"],
        due_text=names.day(row["due"], row["site"], now),
        delivered_text="not within the horizon" if never else names.day(row["delivered"], row["site"], now),
        late_seconds=row["late_seconds"],
        late_text="short" if row["state"] == "short" else wording.duration(row["late_seconds"]),
        value=float(row["value"]),
        value_text=wording.money(row["value"], names.currency) if row["value"] else "",
        reason=row["reason"] or "",
        causes=tuple(causes),
        line=row["line"] or "",
    )
