"""Two plans side by side: figures, what moved, who is served later or earlier, orders that differ, what it costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import MINUTE
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

MOST = 200
SAME = 1e-9
LITTLE = 5e-5  # share of a figure that nobody would call a change


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both plans in words; ``better`` is ``None`` where neither is, or where it cannot be said.

    ``number`` is the name by which its origin is asked for.
    """

    title: str
    before: str
    after: str
    change: str
    better: bool | None
    formula: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """An operation at another time or place; ``seconds`` is how much later it begins."""

    order: str
    sequence: int
    label: str
    before: str
    after: str
    seconds: int
    text: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A demand that is met later or earlier, or no longer or at last in full; ``worse`` for the customer."""

    order: str
    customer: str
    label: str
    due: str
    before: str
    after: str
    seconds: int
    text: str
    worse: bool


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order that one plan alone has, or that differs: ``what`` is new, gone or changed."""

    what: str
    kind: str
    order: str
    line: str
    label: str
    partner: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """What the second plan has other than the first; long lists are cut, their full lengths are in ``counts``.

    ``counts`` has moved, later, earlier, new, gone, changed.
    """

    headline: str
    kpis: tuple[Figure, ...]
    costs: tuple[Figure, ...]
    options: tuple[Figure, ...]
    moved: tuple[Moved, ...]
    deliveries: tuple[Delivered, ...]
    orders: tuple[Ordered, ...]
    counts: dict[str, int]


def compare(company: Company, before: Plan, after: Plan) -> Comparison:
    """What changes from the plan ``before`` to the plan ``after``."""
    names = Names.of(company)
    moved = _moved(before, after)
    delivered = _delivered(before, after)
    ordered = _ordered(before, after)
    counts = {
        "moved": moved.height,
        "later": delivered.filter("worse").height,
        "earlier": delivered.filter(~pl.col("worse")).height,
        **{what: ordered.filter(pl.col("what") == what).height for what in ("new", "gone", "changed")},
    }
    costs = _costs(before, after, names)
    return Comparison(
        headline=_headline(counts, costs[0]),
        kpis=_kpis(before, after, names),
        costs=costs,
        options=_options(before.settings, after.settings, names),
        moved=tuple(_move(row, names) for row in moved.head(MOST).iter_rows(named=True)),
        deliveries=tuple(_delivery(row, names) for row in delivered.head(MOST).iter_rows(named=True)),
        orders=tuple(_order(row, names) for row in ordered.head(MOST).iter_rows(named=True)),
        counts=counts,
    )


def _headline(counts: dict[str, int], cost: Figure) -> str:
    said = [
        f"{wording.count(counts['later'], 'delivery', 'deliveries')} later" if counts["later"] else "",
        f"{wording.count(counts['earlier'], 'delivery', 'deliveries')} earlier" if counts["earlier"] else "",
        f"{wording.count(counts['moved'], 'operation')} moved" if counts["moved"] else "",
        f"{wording.count(counts['new'], 'order')} new" if counts["new"] else "",
        f"{wording.count(counts['gone'], 'order')} gone" if counts["gone"] else "",
        f"{wording.count(counts['changed'], 'order')} changed" if counts["changed"] else "",
    ]
    parts = [part for part in said if part]
    if not parts:
        return "The two plans deliver, order and schedule the same."
    if not cost.change:
        return f"{', '.join(parts)}."
    amount = cost.change.lstrip(f"+{wording.MINUS}")
    return f"{', '.join(parts)}; orders cost {amount} {'less' if cost.better else 'more'}."


def _figure(title: str, values: tuple[float | None, float | None], unit: str, names: Names, up: bool | None) -> Figure:  # noqa: FBT001
    """A figure of both plans; ``up``: whether more of it is better."""
    was, now = values
    texts = [wording.figure(value, unit, names.currency) for value in values]
    least = 5e-4 if unit == "share" else LITTLE * max(abs(was or 0.0), abs(now or 0.0))
    if was is None or now is None or abs(now - was) <= least:
        return Figure(title, texts[0], texts[1], "", None)
    sign = "+" if now > was else ""
    change = _points(now - was) if unit == "share" else f"{sign}{wording.figure(now - was, unit, names.currency)}"
    return Figure(title, texts[0], texts[1], change, None if up is None else (now > was) == up)


def _points(change: float) -> str:
    return f"{'+' if change > 0 else wording.MINUS}{abs(change) * 100:.1f}{wording.GAP}points"


def _kpis(before: Plan, after: Plan, names: Names) -> tuple[Figure, ...]:
    was = {row["kpi"]: row for row in before["kpis"].iter_rows(named=True)}
    now = {row["kpi"]: row for row in after["kpis"].iter_rows(named=True)}
    found = []
    for kpi in [*now, *(kpi for kpi in was if kpi not in now)]:
        row = now.get(kpi) or was[kpi]
        values = (was.get(kpi, {}).get("value"), now.get(kpi, {}).get("value"))
        made = _figure(row["title"], values, row["unit"], names, row["direction"] == "at_least")
        found.append(Figure(made.title, made.before, made.after, made.change, made.better, row["formula"], kpi))
    return tuple(found)


def _costs(before: Plan, after: Plan, names: Names) -> tuple[Figure, ...]:
    """What orders cost by kind, what safety stock binds, the lowest balance, and the hours of set-up."""
    kinds = {None: "All orders", "buy": "Purchase", "make": "Production", "transfer": "Transfers"}
    rows = [
        _figure(title, (_cost(before, kind), _cost(after, kind)), "currency", names, up=False)
        for kind, title in kinds.items()
    ]
    safety = tuple(float(plan["targets"]["safety_value"].sum()) for plan in (before, after))
    lowest = tuple(_lowest(plan) for plan in (before, after))
    setup = tuple(float(plan["operations"]["setup_seconds"].sum()) / 3600 for plan in (before, after))
    return (
        *rows,
        _figure("Safety stock", (safety[0], safety[1]), "currency", names, up=False),
        _figure("Lowest balance", (lowest[0], lowest[1]), "currency", names, up=True),
        _figure("Set-ups", (setup[0], setup[1]), "h", names, up=False),
    )


def _cost(plan: Plan, kind: str | None) -> float:
    orders = plan["orders"] if kind is None else plan["orders"].filter(pl.col("kind") == kind)
    return float(orders["cost"].sum())


def _lowest(plan: Plan) -> float | None:
    balance = plan["cash_lines"]["balance"].cast(pl.Float64)
    return None if balance.is_empty() else float(balance.to_numpy().min())


def _options(before: Settings, after: Settings, names: Names) -> tuple[Figure, ...]:
    """Options in which the plans differ."""
    found = []
    for field in fields(Settings):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if field.name == "progress" or was == now:
            continue
        unit = field.metadata.get("unit", "")
        texts = [names.moment(value) if field.name == "as_of" else _setting(value, unit) for value in (was, now)]
        found.append(Figure(field.metadata["meaning"], texts[0], texts[1], "", None))
    return tuple(found)


def _setting(value: object, unit: str) -> str:
    if unit == "share" and isinstance(value, float):
        return wording.figure(value, unit)
    return f"{value:g} {unit}".strip() if isinstance(value, float) else f"{value} {unit}".strip()


def _moved(before: Plan, after: Plan) -> pl.DataFrame:
    """Operations of both plans that begin a minute or more apart or on another machine, the most moved first."""
    columns = ["order", "sequence", "work_centre", "machine", "setup_start"]
    was = before["operations"].select(columns)
    now = after["operations"].select(*columns, "item")
    both = now.join(was, on=["order", "sequence"], suffix="_before")
    seconds = (pl.col("setup_start") - pl.col("setup_start_before")).dt.total_seconds()
    elsewhere = pl.col("machine").ne_missing(pl.col("machine_before"))
    elsewhere |= pl.col("work_centre").ne_missing(pl.col("work_centre_before"))
    sites = after["orders"].filter(pl.col("line") == "").select("order", "site")
    both = both.with_columns(seconds=seconds, elsewhere=elsewhere).join(sites, on="order", how="left")
    found = both.filter((pl.col("seconds").abs() >= MINUTE) | pl.col("elsewhere"))
    return found.sort(pl.col("seconds").abs(), "order", "sequence", descending=[True, False, False])


def _move(row: dict[str, Any], names: Names) -> Moved:
    parts = [_shift(row["seconds"])] if abs(row["seconds"]) >= MINUTE else []
    if row["elsewhere"]:
        places = [_machine(row[f"machine{end}"], row[f"work_centre{end}"], names) for end in ("", "_before")]
        parts.append(f"on {places[0]} instead of {places[1]}")
    return Moved(
        order=row["order"],
        sequence=row["sequence"],
        label=f"{names.subject(row['item'], row['order'])} · step {row['sequence']}",
        before=names.moment(row["setup_start_before"], row["site"]),
        after=names.moment(row["setup_start"], row["site"]),
        seconds=row["seconds"],
        text=", ".join(parts),
    )


def _shift(seconds: int) -> str:
    return f"{wording.duration(abs(seconds))} {'later' if seconds > 0 else 'earlier'}"


def _machine(machine: str | None, centre: str | None, names: Names) -> str:
    if machine in names.other("machine"):
        return names.name("machine", machine)
    return " ".join(filter(None, (names.name("work_centre", centre), machine))) or "no machine"


KEY = ("kind", "order", "line", "item", "site", "due", "number")
"""By what a demand is known in both plans; a plan's own demand codes may differ from the next plan's."""


def _met(plan: Plan) -> pl.DataFrame:
    wanted = plan["requirements"].join(plan["deliveries"].drop("due", "quantity"), on="demand")
    known = pl.when(pl.col("kind") == "sales_order").then(None).otherwise(pl.col("due")).alias("due")
    met = wanted.select(
        "kind", "order", pl.col("line").fill_null(""), "item", "site", known, "customer", "quantity", "short",
        "delivered", "late_seconds", wanted_by="due",
    )  # fmt: skip
    number = pl.int_range(pl.len()).over("kind", "order", "line", "item", "site", "due").alias("number")
    return met.with_columns(number)


def _delivered(before: Plan, after: Plan) -> pl.DataFrame:
    """Demands of both plans that are met a minute or more apart, or short by another quantity, the worst first."""
    both = _met(after).join(_met(before), on=list(KEY), nulls_equal=True, suffix="_before")
    seconds = (pl.col("delivered") - pl.col("delivered_before")).dt.total_seconds().fill_null(0)
    lost = pl.col("short") - pl.col("short_before")
    late = pl.max_horizontal("late_seconds", "late_seconds_before") > 0
    both = both.with_columns(seconds=seconds, lost=lost, late=late)
    found = both.filter((pl.col("late") & (pl.col("seconds").abs() >= MINUTE)) | (pl.col("lost").abs() > SAME))
    worse = pl.when(pl.col("lost").abs() > SAME).then(pl.col("lost") > 0).otherwise(pl.col("seconds") > 0)
    found = found.with_columns(worse=worse)
    return found.sort(
        pl.col("kind") != "sales_order", ~pl.col("worse"), -pl.col("lost").abs(), -pl.col("seconds").abs(), *KEY
    )


def _delivery(row: dict[str, Any], names: Names) -> Delivered:
    texts = [_state(row, end, names) for end in ("_before", "")]
    change = f"{names.amount(abs(row['lost']), row['item'])} {'more' if row['lost'] > 0 else 'less'} short"
    return Delivered(
        order=row["order"] or wording.REQUIREMENTS[row["kind"]],
        customer=names.name("customer", row["customer"]),
        label=f"{names.amount(row['quantity'], row['item'])} {names.item(row['item'])}",
        due=names.day(row["wanted_by"], row["site"]),
        before=texts[0],
        after=texts[1],
        seconds=row["seconds"],
        text=change if abs(row["lost"]) > SAME else _shift(row["seconds"]),
        worse=row["worse"],
    )


def _state(row: dict[str, Any], end: str, names: Names) -> str:
    if row[f"delivered{end}"] is None:
        return "not within the horizon"
    late = row[f"late_seconds{end}"]
    day = names.day(row[f"delivered{end}"], row["site"])
    return f"{day}, {wording.duration(late)} late" if late else f"{day}, on time"


def _ordered(before: Plan, after: Plan) -> pl.DataFrame:
    """Orders that are new, gone, or differ in quantity, day or partner; the largest in money first."""
    columns = ["kind", "state", "item", "site", "quantity", "partner", "available", "cost"]
    key = ["order", "line"]
    was, now = (plan["orders"].select(*key, *columns) for plan in (before, after))
    both = now.join(was, on=key, how="full", coalesce=True, suffix="_before")
    quantity = (pl.col("quantity") - pl.col("quantity_before")).abs() > SAME
    day = pl.col("available").dt.date() != pl.col("available_before").dt.date()
    differs = quantity | day | pl.col("partner").ne_missing(pl.col("partner_before"))
    what = (
        pl.when(pl.col("item_before").is_null()).then(pl.lit("new"))
        .when(pl.col("item").is_null()).then(pl.lit("gone"))
        .when(differs).then(pl.lit("changed"))
    )  # fmt: skip
    worth = pl.max_horizontal(pl.col("cost").cast(pl.Float64), pl.col("cost_before").cast(pl.Float64)).fill_null(0.0)
    found = both.with_columns(what=what, worth=worth).filter(pl.col("what").is_not_null())
    rank = pl.col("what").replace_strict({"new": 0, "gone": 1, "changed": 2}, return_dtype=pl.Int64)
    return found.sort(rank, -pl.col("worth"), *key)


def _order(row: dict[str, Any], names: Names) -> Ordered:
    end = "_before" if row["what"] == "gone" else ""
    kind, item = row[f"kind{end}"], row[f"item{end}"]
    return Ordered(
        what=row["what"],
        kind=wording.ORDER_KINDS[kind],
        order=row["order"],
        line=row["line"],
        label=names.subject(item, row["order"]),
        partner=names.partner(kind, row[f"partner{end}"]) if row[f"partner{end}"] else "",
        before="" if row["what"] == "new" else _placed(row, "_before", names),
        after="" if row["what"] == "gone" else _placed(row, "", names),
    )


def _placed(row: dict[str, Any], end: str, names: Names) -> str:
    amount = names.amount(row[f"quantity{end}"], row[f"item{end}"])
    return f"{amount}, there {names.day(row[f'available{end}'], row[f'site{end}'])}"
