"""What cannot all hold: a smallest set of orders, shifts and deliveries that makes an order late, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.explaining import OrderMissingError
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.wants import demands

if TYPE_CHECKING:
    from quarterdeck.planning.repairs.conflict import Member


@dataclass(frozen=True, slots=True)
class Held:
    """A member of the set: ``kind`` is order, work_centre, material, forecast or safety_stock."""

    kind: str
    code: str
    line: str
    text: str


@dataclass(frozen=True, slots=True)
class ConflictSet:
    """Members that cannot all hold, the late order first; empty if none was found.

    ``minimal``: whether giving up any one member lets the rest hold; else the search ended before it was that small.
    """

    order: str
    members: tuple[Held, ...]
    minimal: bool
    sentence: str


def conflict(company: Company, plan: Plan, order: str, line: str | None = None) -> ConflictSet:
    """A smallest set of what makes an order late.

    Raises
    ------
    quarterdeck.service.explaining.OrderMissingError
        If the plan knows no such order of a customer.
    """
    from quarterdeck.model.checks import usable  # noqa: PLC0415 - takes a while to load
    from quarterdeck.planning.repairs.conflict import conflict as find  # noqa: PLC0415 - loads the numerical libraries
    from quarterdeck.planning.repairs.finding import case_of  # noqa: PLC0415

    rows = demands(plan).filter((pl.col("order") == order) | (pl.col("demand") == order))
    if line is not None:
        rows = rows.filter(pl.col("line").fill_null("") == line)
    if rows.is_empty():
        raise OrderMissingError(f"Expected a customer's order of the plan, got {order}.")
    row = rows.row(0, named=True)
    if row["state"] != "late":
        return ConflictSet(order, (), minimal=True, sentence=f"{order} is not late: nothing stands in its way.")
    sound, _ = usable(company)
    found = find(case_of(sound, plan, row["demand"]))
    if found is None:
        said = f"{order} is late by itself: no other order, shift or delivery of its chain makes it so."
        return ConflictSet(order, (), minimal=True, sentence=said)
    names = Names.of(company)
    held = tuple(_held(member, plan, names) for member in found.members)
    return ConflictSet(order, held, found.whole, _sentence(held, minimal=found.whole))


def _held(member: Member, plan: Plan, names: Names) -> Held:
    if member.kind == "order":
        row = plan["requirements"].row(by_predicate=pl.col("demand") == member.code, named=True)
        line = row["line"] or ""
        customer = names.name("customer", row["customer"])
        text = f"{row['order'] or member.code}{f' line {line}' if line not in {'', '1'} else ''}"
        return Held("order", row["order"] or member.code, line, f"{text} of {customer}" if customer else text)
    text = {
        "work_centre": f"the working hours of {names.name('work_centre', member.code)}",
        "material": f"the delivery of {names.item(member.code)}",
        "forecast": "what is made for forecasts",
        "safety_stock": "the safety stocks",
    }[member.kind]
    return Held(member.kind, member.code, "", text)


def _sentence(held: tuple[Held, ...], *, minimal: bool) -> str:
    *most, last = [each.text for each in held]
    together = f"{', '.join(most)} and {last}" if most else last
    rest = "; giving up any one of them lets the others hold" if minimal else ""
    return f"{together[0].upper()}{together[1:]} cannot all hold{rest}."
