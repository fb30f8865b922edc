"""What to do now: release planned orders; expedite, defer, cancel, increase or decrease open ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from quarterdeck.disciplines.mrp.purpose import Delay, Purpose, delays, purposes
from quarterdeck.disciplines.mrp.wording import Names, amount, duration
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import DAY

Row = dict[str, Any]
_SURPLUS = 0.05
SAFETY = 2  # rank of safety stock among the purposes
_LATER = 160.0  # what is only for safety stock stands behind releases and increases
_URGENCY = {"expedite": 300.0, "release": 200.0, "increase": 150.0, "cancel": 80.0, "decrease": 60.0, "defer": 40.0}


@dataclass(frozen=True)
class _Desk:
    """What every action is worded with."""

    names: Names
    purpose: dict[tuple[str, str], Purpose]
    costs: dict[str, Decimal]
    minimums: dict[tuple[str, str], float]
    waiting: dict[tuple[str, str], Delay]
    late: dict[str, int]
    settings: Settings

    def why(self, row: Row) -> str:
        """Whom the order serves, in words."""
        found = self.purpose.get((row["order"], row["line"]))
        return found.words(self.names) if found else "nobody"

    def worth(self, row: Row, quantity: float) -> Decimal:
        """Value of a quantity at the item's cost."""
        return (self.costs.get(row["item"]) or Decimal(0)) * Decimal(str(round(quantity, 6)))


def actions(company: Company, plan: Plan, settings: Settings) -> pl.DataFrame:
    """The table ``actions``, the most urgent first."""
    desk = _Desk(
        Names.of(company, settings.as_of), purposes(plan), dict(company["items"].select("item", "cost").iter_rows()),
        _minimums(company), delays(plan), _late(plan), settings,
    )  # fmt: skip
    orders = _with_use(plan)
    found = [*_releases(orders, desk), *_dates(orders, desk), *_quantities(orders, desk), *_increases(orders, desk)]
    if not found:
        return plan["actions"].clear()
    frame = pl.DataFrame(found, infer_schema_length=None)
    return frame.sort("urgency", "action", "order", "line", descending=[True, False, False, False])


def _late(plan: Plan) -> dict[str, int]:
    return dict(plan["deliveries"].filter(pl.col("late_seconds") > 0).select("demand", "late_seconds").iter_rows())


def _minimums(company: Company) -> dict[tuple[str, str], float]:
    rows = company["supply_options"].select("item", "supplier", "minimum").iter_rows()
    return {(item, supplier): minimum for item, supplier, minimum in rows}


def _with_use(plan: Plan) -> pl.DataFrame:
    """Orders with the quantity ``used`` by pegs; safety stock counts as use."""
    used = plan["pegs"].filter(pl.col("supply_kind") == "order")
    orders = plan["orders"].with_columns(pl.col("line").fill_null(""))
    used = used.with_columns(order="supply", line=pl.col("supply_line").fill_null(""))
    if plan["yields"].height:
        used = _without_co_products(used, orders)
    used = used.group_by("order", "line").agg(used=pl.col("quantity").sum())
    return (
        orders.join(used, on=["order", "line"], how="left")
        .with_columns(pl.col("used").fill_null(0.0))
        .sort("order", "line")
    )


def _without_co_products(used: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """The pegs by the item of each order; one whose co-product somebody takes is used whole: less of it yields less."""
    items = orders.select("order", "line", "quantity", made="item")
    told = used.join(items, on=["order", "line"], how="left", maintain_order="left", suffix="_made")
    other = pl.col("item") != pl.col("made")
    whole = told.filter(other).unique(["order", "line"], maintain_order=True).with_columns(quantity="quantity_made")
    rest = told.join(whole, on=["order", "line"], how="anti", maintain_order="left")
    return pl.concat([rest, whole])


def _releases(orders: pl.DataFrame, desk: _Desk) -> Iterator[Row]:
    """Planned orders whose release falls within the release window."""
    settings = desk.settings
    until = settings.as_of + dt.timedelta(days=settings.release_window_days)
    for row in orders.filter(pl.col("state") == "planned", pl.col("release") <= until).iter_rows(named=True):
        verb = {"buy": "Order", "make": "Start", "transfer": "Send"}[row["kind"]]
        partner = _partner(row, desk)
        tail = f" from {partner}" if partner else ""
        when = desk.names.day(row["available"])
        late = f", {duration(row['late_seconds'])} after it is needed" if row["late_seconds"] >= 60 else ""
        wait = (row["release"] - settings.as_of).total_seconds() / DAY
        yield _row(
            "release", row, desk, quantity=row["quantity"], by=row["release"], to_date=row["available"],
            reason=f"{verb} {amount(row['quantity'])} {desk.names.item(row['item'])}{tail}:"
            f" needed on {desk.names.day(row['needed'])} for {desk.why(row)}.",
            effect=f"Arrives on {when}{late}.", value=-desk.worth(row, row["quantity"]),
            weight=row["late_seconds"] / DAY - wait,
        )  # fmt: skip


def _dates(orders: pl.DataFrame, desk: _Desk) -> Iterator[Row]:
    """Open orders that keep somebody waiting, or come much too early for the first demand they serve."""
    settings = desk.settings
    early = dt.timedelta(days=settings.defer_tolerance_days)
    tolerance = max(dt.timedelta(days=settings.expedite_tolerance_days), dt.timedelta(hours=1))
    for row in orders.filter(pl.col("state") != "planned", pl.col("used") > 0).iter_rows(named=True):
        waiting = desk.waiting.get((row["order"], row["line"]))
        gap = row["available"] - row["needed"]
        if waiting is not None and row["available"] - waiting.needed > tolerance:
            yield _expedited(row, waiting, desk)
        elif -gap > early and row["state"] == "open" and row["needed"] > settings.as_of:
            span = duration(int(-gap.total_seconds()))
            yield _row(
                "defer", row, desk, quantity=row["quantity"], by=row["available"],
                from_date=row["available"], to_date=max(row["needed"], settings.as_of),
                reason=f"{_called(row, desk)} comes {span} before {desk.why(row)} needs it"
                f" on {desk.names.day(row['needed'])}.",
                effect=f"Money is bound {span} less.", value=desk.worth(row, row["quantity"]),
                weight=-gap.total_seconds() / DAY / 10,
            )  # fmt: skip


def _expedited(row: Row, waiting: Delay, desk: _Desk) -> Row:
    """The order wanted earlier, for whom it keeps waiting; safety stock is less urgent than anybody."""
    gap = int((row["available"] - waiting.needed).total_seconds())
    who, span = waiting.purpose.words(desk.names), duration(gap)
    late = desk.late.get(waiting.purpose.demand, gap)
    gain = f"Up to {duration(min(gap, late))} less lateness for {who}."
    spare = waiting.purpose.rank == SAFETY
    made = _row(
        "expedite", row, desk, quantity=row["quantity"], by=desk.settings.as_of, from_date=row["available"],
        to_date=max(waiting.needed, desk.settings.as_of),
        reason=f"{_called(row, desk)} comes on {desk.names.day(row['available'])}, {span} after {who} needs it.",
        effect=f"Safety stock is filled up {span} earlier." if spare else gain, value=Decimal(0), weight=gap / DAY,
    )  # fmt: skip
    return {**made, "urgency": made["urgency"] - _LATER} if spare else made


def _quantities(orders: pl.DataFrame, desk: _Desk) -> Iterator[Row]:
    """Open orders that nobody needs, wholly or in part."""
    for row in orders.filter(pl.col("state") == "open").iter_rows(named=True):
        surplus = row["quantity"] - row["used"]
        if row["used"] <= 0:
            yield _row(
                "cancel", row, desk, quantity=0.0, by=desk.settings.as_of, from_date=row["available"],
                reason=f"{_called(row, desk)} serves no order, forecast or stock target within the horizon.",
                effect=f"{amount(row['quantity'])} {desk.names.item(row['item'])} less in stock.",
                value=desk.worth(row, row["quantity"]), weight=0.0,
            )  # fmt: skip
        elif surplus > _SURPLUS * row["quantity"] and row["used"] >= desk.minimums.get(
            (row["item"], row["partner"]), 0.0
        ):
            yield _row(
                "decrease", row, desk, quantity=row["used"], by=desk.settings.as_of, from_date=row["available"],
                reason=f"Only {amount(row['used'])} of the {amount(row['quantity'])} on {_called(row, desk)}"
                " are needed within the horizon.",
                effect=f"{amount(surplus)} {desk.names.item(row['item'])} less in stock.",
                value=desk.worth(row, surplus), weight=0.0,
            )  # fmt: skip


def _increases(orders: pl.DataFrame, desk: _Desk) -> Iterator[Row]:
    """Open purchases that come before a late planned one of the same item, and could bring its quantity."""
    key = ["item", "site", "kind"]
    late = orders.filter(pl.col("state") == "planned", pl.col("kind") == "buy", pl.col("late_seconds") >= DAY)
    late = late.group_by(key).agg(
        extra=pl.col("quantity").sum(), late_by=pl.col("late_seconds").max(), new=pl.col("available").min()
    )
    both = orders.filter(pl.col("state") == "open").join(late, on=key).filter(pl.col("available") < pl.col("new"))
    for row in both.sort("available", "order").unique(key, keep="first", maintain_order=True).iter_rows(named=True):
        yield _row(
            "increase", row, desk, quantity=row["quantity"] + row["extra"], by=desk.settings.as_of,
            from_date=row["available"],
            reason=f"{amount(row['extra'])} more {desk.names.item(row['item'])} are needed before a new order"
            f" can come; {_called(row, desk)} comes first.",
            effect=f"Up to {duration(row['late_by'])} less lateness.", value=-desk.worth(row, row["extra"]),
            weight=row["late_by"] / DAY,
        )  # fmt: skip


def _called(row: Row, desk: _Desk) -> str:
    partner = _partner(row, desk)
    origin = f" from {partner}" if partner else ""
    line = f" line {row['line']}" if row["line"] not in {"", "1"} else ""
    return f"{row['order']}{line} ({amount(row['quantity'])} {desk.names.item(row['item'])}{origin})"


def _partner(row: Row, desk: _Desk) -> str:
    code = row["partner"] or ""
    return desk.names.sites.get(code, code) if row["kind"] == "transfer" else desk.names.suppliers.get(code, code)


def _row(action: str, row: Row, desk: _Desk, *, weight: float, **values: Any) -> Row:  # noqa: ANN401 - cells of a table
    found = desk.purpose.get((row["order"], row["line"]))
    importance = 0.0 if found is None else 10.0 / found.priority
    facts = {name: row[name] for name in ("order", "line", "kind", "item", "site", "partner")}
    urgency = _URGENCY[action] + importance + max(-30.0, min(weight, 30.0))
    dates = {"from_date": None, "to_date": None}
    return {"action": action, **facts, **dates, **values, "urgency": round(urgency, 6)}
