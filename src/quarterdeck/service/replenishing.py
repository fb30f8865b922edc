"""How stock is replenished beyond single levels: orders placed together, kanban loops, call-offs, and what expires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

JOINT, KANBAN, CALLED = "joint orders", "kanban cards", "called off"
WORTH_TELLING = 0.5


@dataclass(frozen=True)
class Replenishing:
    """Rows in words, each list empty where the company does nothing of the kind.

    Parameters
    ----------
    together
        Per supplier with common orders: ``supplier``, ``items``, ``every``, ``on``, ``minimum``, ``next``, ``worth``.
    kanban
        Per loop: ``item``, ``site``, ``cards``, ``container``, ``safety``.
    call_offs
        Per day: ``supplier``, ``item``, ``site``, ``day``, ``quantity``, and ``total`` called off since now.
    chosen
        Per item whose policy was chosen: ``item``, ``site``, ``policy`` and the ``rule`` by which it is ordered.
    suppliers
        Per supplier whose purchases came: ``supplier``, ``receipts``, how long they ``took`` and were ``stated`` to
        take, and how many ``kept`` the day.
    expiring
        Per item whose stock is expected to pass its shelf life: ``item``, ``site``, ``quantity`` and ``cost`` a year.
    headline
        One sentence.
    """

    together: tuple[dict[str, Any], ...]
    kanban: tuple[dict[str, Any], ...]
    call_offs: tuple[dict[str, Any], ...]
    expiring: tuple[dict[str, Any], ...]
    headline: str
    chosen: tuple[dict[str, Any], ...] = ()
    suppliers: tuple[dict[str, Any], ...] = ()

    def __bool__(self) -> bool:
        return bool(
            self.together or self.kanban or self.call_offs or self.expiring or self.chosen or self.suppliers
        )  # fmt: skip


def replenishing(company: Company, plan: Plan) -> Replenishing:
    """What the plan's targets and orders say of it."""
    names = Names.of(company)
    targets = plan["targets"]
    together = tuple(_together(company, plan, names))
    kanban = tuple(
        {
            **_named(row, names), "cards": row["kanban_cards"],
            "container": names.amount(row["order_quantity"], row["item"]),
            "safety": names.amount(row["safety_stock"], row["item"]),
        }
        for row in targets.filter(pl.col("policy") == KANBAN).sort("item", "site").iter_rows(named=True)
    )  # fmt: skip
    called = tuple(_call_offs(plan, names))
    wasted = targets.filter(pl.col("waste_per_year") >= WORTH_TELLING).sort(
        "waste_value", "item", descending=[True, False]
    )
    expiring = tuple(
        {
            **_named(row, names), "quantity": names.amount(row["waste_per_year"], row["item"]),
            "cost": wording.money(float(row["waste_value"]), names.currency),
        }
        for row in wasted.iter_rows(named=True)
    )  # fmt: skip
    lost = wording.money(float(wasted["waste_value"].cast(pl.Float64).sum() or 0), names.currency)
    chosen, suppliers = tuple(_chosen(targets, names)), tuple(_reliability(company, plan, names))
    parts = [
        wording.count(len(together), "supplier") + " ordered from together" if together else "",
        wording.count(len(kanban), "kanban loop") if kanban else "",
        wording.count(len(called), "call-off") if called else "",
        wording.count(len(chosen), "item") + " by a policy of their own" if chosen else "",
        f"{lost} a year expected to expire" if expiring else "",
    ]
    told = ", ".join(part for part in parts if part) or "what came from suppliers"
    return Replenishing(together, kanban, called, expiring, told, chosen, suppliers)


RULES = {
    "base stock": "whatever is used is ordered again, up to {top}",
    "reorder point": "at {point}, {lot} are ordered",
    "min-max": "at {point} or below, ordered up to {top}",
    "periodic review": "{often}, ordered up to {top}",
}


def _chosen(targets: pl.DataFrame, names: Names) -> list[dict[str, Any]]:
    """Item-sites with a policy of their own, each with its rule in numbers."""
    rows = targets.filter(pl.col("policy").is_in(list(RULES))).sort("item", "site")
    return [
        {
            **_named(row, names), "policy": row["policy"],
            "rule": RULES[row["policy"]].format(
                top=names.amount(row["order_up_to"], row["item"]),
                point=names.amount(row["reorder_point"], row["item"]),
                lot=names.amount(row["order_quantity"], row["item"]), often=every(row["review_days"]),
            ),
        }
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def _reliability(company: Company, plan: Plan, names: Names) -> list[dict[str, Any]]:
    """Suppliers by what came in the last two years, the least reliable first."""
    from quarterdeck.disciplines.inventory.receipts import past_receipts  # noqa: PLC0415 - loads the methods

    rows = past_receipts(company, plan.settings)
    options = company["supply_options"].select("item", "supplier", stated="lead_time_days")
    rows = rows.join(options.unique(["item", "supplier"], keep="first"), on=["item", "supplier"], how="left")
    found = rows.group_by("supplier").agg(
        pl.len().alias("receipts"), pl.col("days").mean(), spread=pl.col("days").std(), stated=pl.col("stated").mean(),
        on_time=pl.col("on_time").mean(),
    )  # fmt: skip
    return [
        {
            "supplier": row["supplier"], "supplier_name": names.name("supplier", row["supplier"]) or row["supplier"],
            "receipts": row["receipts"], "took": _took(row), "kept": f"{wording.percent(row['on_time'])} on the day",
            "stated": "" if row["stated"] is None else f"{row['stated']:.3g} days",
        }
        for row in found.sort("on_time", "supplier").iter_rows(named=True)
    ]  # fmt: skip


def _took(row: dict[str, Any]) -> str:
    spread = f", give or take {row['spread']:.2g}" if row["spread"] else ""
    said = f", stated {row['stated']:.3g}" if row["stated"] else ""
    return f"{row['days']:.3g} days{spread}{said}"


def _named(row: dict[str, Any], names: Names) -> dict[str, Any]:
    return {
        "item": row["item"], "item_name": names.item(row["item"]),
        "site": row["site"], "site_name": names.name("site", row["site"]),
    }  # fmt: skip


def _together(company: Company, plan: Plan, names: Names) -> list[dict[str, Any]]:
    terms = {row["supplier"]: row for row in company["suppliers"].iter_rows(named=True)}
    joint = plan["targets"].filter((pl.col("policy") == JOINT) & pl.col("supplier").is_not_null())
    groups = joint.group_by("supplier").agg(pl.len().alias("items"), pl.col("cycle_days").min()).sort("supplier")
    return [_of_supplier(row, terms.get(row["supplier"], {}), plan, names) for row in groups.iter_rows(named=True)]


def _of_supplier(row: dict[str, Any], terms: dict[str, Any], plan: Plan, names: Names) -> dict[str, Any]:
    supplier = row["supplier"]
    planned = plan["orders"].filter(
        (pl.col("kind") == "buy") & (pl.col("state") == "planned") & (pl.col("partner") == supplier)
    )
    days = planned.with_columns(day=pl.col("release").dt.convert_time_zone(names.home).dt.date())
    first = days.group_by("day").agg(pl.col("cost").cast(pl.Float64).sum()).sort("day").head(1).to_dicts()
    minimum = terms.get("minimum_value")
    return {
        "supplier": supplier,
        "supplier_name": names.name("supplier", supplier) or supplier,
        "items": row["items"],
        "every": every(row["cycle_days"]),
        "on": terms.get("order_days") or "",
        "minimum": wording.money(float(minimum), names.currency) if minimum else "",
        "next": wording.day(first[0]["day"]) if first else "",
        "worth": wording.money(first[0]["cost"], names.currency) if first else "",
    }


def every(days: float | None) -> str:
    """A cycle in words.

    >>> every(1), every(7), every(28), every(10)
    ('every day', 'every week', 'every 4 weeks', 'every 10 days')
    """
    whole = round(days or 0)
    if whole > 1 and whole % 7 == 0:
        return "every week" if whole == 7 else f"every {whole // 7} weeks"
    return "every day" if whole <= 1 else f"every {whole} days"


def _call_offs(plan: Plan, names: Names) -> list[dict[str, Any]]:
    """Planned purchases of what is called off, day by day, with the running total that both sides count."""
    called = plan["targets"].filter(pl.col("policy") == CALLED).select("item", "site")
    rows = plan["orders"].filter((pl.col("kind") == "buy") & (pl.col("state") == "planned"))
    rows = rows.join(called, on=["item", "site"], how="semi").with_columns(
        day=pl.col("available").dt.convert_time_zone(names.home).dt.date()
    )
    daily = (
        rows.group_by("partner", "item", "site", "day")
        .agg(pl.col("quantity").sum())
        .sort("partner", "item", "site", "day")
    )
    daily = daily.with_columns(total=pl.col("quantity").cum_sum().over("partner", "item", "site"))
    return [
        {
            **_named(row, names), "supplier": row["partner"] or "", "day": wording.day(row["day"]),
            "quantity": names.amount(row["quantity"], row["item"]), "total": names.amount(row["total"], row["item"]),
        }
        for row in daily.iter_rows(named=True)
    ]  # fmt: skip
