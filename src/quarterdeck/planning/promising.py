"""Promises: when an enquiry could be delivered from what a plan leaves free, in what ways, and at whose cost.

What is available to promise is stock and orders that no customer's order has, the forecast of the item itself (an order
is what the forecast stood for) and safety stock. What is missing is ordered, level by level, and its work is put into
the gaps of the schedule, so that nothing that is promised already moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.enquiry import (
    FORECAST,
    FREE,
    SAFETY,
    SOLD,
    Enquiry,
    NewOrder,
    StockBook,
    Supplied,
    arrival_after,
    ask,
    stock_book,
)
from quarterdeck.disciplines.mrp.purpose import purposes
from quarterdeck.disciplines.mrp.records import MICRO
from quarterdeck.disciplines.scheduling.jobs import Jobs, read_jobs
from quarterdeck.disciplines.scheduling.resources import Resources, read_resources
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import as_seconds, from_seconds
from quarterdeck.planning.gaps import Ledger, Slot, Work, ledger
from quarterdeck.planning.ways import Loser, Needed, Part, Way

PATIENCE = (0.0, 0.25, 1.0, 1e9)
_NEW = "new {:06d}"


@dataclass(frozen=True)
class Desk:
    """A plan made ready for enquiries; opening one takes longer than any enquiry.

    ``ledger`` knows all work of the plan, ``sold_ledger`` only what serves customers' orders and what has begun.
    """

    company: Company
    plan: Plan
    settings: Settings
    book: StockBook
    resources: Resources
    ledger: Ledger
    sold_ledger: Ledger
    costs: dict[str, Decimal]
    own_costs: dict[str, Decimal]
    prices: dict[tuple[str, str], Decimal]
    choices: frozenset[int]
    blank: Plan


def open_desk(company: Company, plan: Plan) -> Desk:
    """The desk of a plan; ``company`` is the one it was made for."""
    settings = plan.settings
    resources, _ = read_resources(company, settings)
    book = stock_book(company, plan, settings)
    counts = np.diff(book.network.option_first)
    totals = plan["item_costs"].group_by("item").agg(pl.col("total").sum(), pl.col("own").sum())
    standard = {item: cost or Decimal(0) for item, cost in company["items"].select("item", "cost").iter_rows()}
    prices = company["supply_options"].drop_nulls("price").select("item", "supplier", "price").iter_rows()
    return Desk(
        company, plan, settings, book, resources, ledger(resources, plan["operations"]),
        ledger(resources, _sold_work(plan)),
        {**standard, **dict(totals.select("item", "total").iter_rows())},
        {**standard, **dict(totals.select("item", "own").iter_rows())},
        {(item, supplier): price for item, supplier, price in prices},
        frozenset(np.flatnonzero(counts > 1).tolist()), Plan.blank(settings),
    )  # fmt: skip


def _sold_work(plan: Plan) -> pl.DataFrame:
    """Operations of orders that serve customers' orders, and of those that have begun."""
    sold = {order for (order, _), found in purposes(plan).items() if found.rank == 0}
    begun = plan["orders"].filter(pl.col("state") == "started")["order"]
    return plan["operations"].filter(pl.col("order").is_in([*sold, *begun]))


def knows(desk: Desk, item: str, site: str) -> bool:
    """Whether the item can be planned at the site."""
    return desk.book.node(item, site) >= 0


def ways(desk: Desk, item: str, site: str, quantity: float, asked: int | None, reserved_for: str = "") -> list[Way]:
    """Ways of delivering ``quantity``, the gentlest first; ``asked`` is when it is wanted [s], None: soon.

    ``reserved_for``: the name under which items made to order are kept for it.

    ``free`` takes nothing that anybody counts on; ``cheapest`` orders from preferred suppliers only; ``forecast``
    takes what is meant for forecasts too, material and machines; ``swap`` takes the item from customers' orders, which
    then get it later.
    """
    node, now = desk.book.node(item, site), desk.book.as_of
    base = Enquiry(node, quantity, now, reserved_for=reserved_for)
    free = _best(desk, "free", (replace(base, patience=patience) for patience in PATIENCE))
    found = [free]
    if desk.choices and free.orders:
        preferred = replace(base, cheapest=True)
        cheap = _best(desk, "cheapest", (replace(preferred, patience=patience) for patience in PATIENCE))
        if cheap.cost < free.cost:
            found.append(cheap)
    if free.moment is None or free.moment > max(asked or now, now):
        other = replace(base, uses=(SAFETY, FORECAST))
        tried = _best(desk, "forecast", (replace(other, patience=patience) for patience in PATIENCE))
        found += [way for way in (tried,) if _sooner(way, free)]
        swapped = replace(base, own=(SOLD,))
        found += [way for way in (_swap(desk, swapped, free),) if _sooner(way, free)]
    return found


def hold(desk: Desk, way: Way) -> None:
    """Keeps what a way takes from later enquiries at this desk."""
    columns = desk.book.columns
    for row, quantity in way.drawn:
        left = round(quantity * MICRO)
        for use in (FREE, SAFETY, FORECAST, SOLD):
            part = min(left, int(columns[use][row]))
            columns[use][row] -= part
            left -= part
    for book in (desk.ledger, desk.sold_ledger):
        book.keep(way.slots)


def _sooner(way: Way, free: Way) -> bool:
    return way.moment is not None and (free.moment is None or way.moment < free.moment)


def _best(desk: Desk, code: str, enquiries: Iterable[Enquiry]) -> Way:
    """The way that is complete first."""
    answers: list[tuple[Enquiry, Supplied]] = []
    for enquiry in enquiries:
        supplied = ask(desk.book, enquiry)
        if all(supplied != known for _, known in answers):
            answers.append((enquiry, supplied))
    tried = [_way(desk, code, enquiry, supplied) for enquiry, supplied in answers]
    return min(tried, key=lambda way: (way.lacking, way.moment if way.moment is not None else 1 << 60, way.cost))


def _way(desk: Desk, code: str, enquiry: Enquiry, supplied: Supplied) -> Way:
    there, orders, slots = _placed(desk, supplied, before_forecast=FORECAST in enquiry.uses)
    columns, now = desk.book.columns, desk.book.as_of
    parts: dict[int, float] = {}
    for draw in supplied.draws:
        moment = max(there[draw.source] if draw.new else int(columns["available"][draw.source]), now)
        parts[moment] = parts.get(moment, 0.0) + draw.quantity
    listed = tuple(Part(round(parts[moment], 6), moment) for moment in sorted(parts))
    whole = supplied.lacking <= 0 and bool(listed)
    complete = listed[-1].moment if whole else None
    drawn = _drawn(supplied)
    losers = _losers(desk, drawn)
    return Way(code, complete, listed, tuple(orders), tuple(losers), _cost(desk, supplied, drawn), supplied.lacking,
               tuple(drawn.items()), tuple(slots))  # fmt: skip


def _drawn(supplied: Supplied) -> dict[int, float]:
    """What is taken of each supply of the plan."""
    taken: dict[int, float] = {}
    for draws in (supplied.draws, *(order.draws for order in supplied.orders)):
        for draw in draws:
            if not draw.new:
                taken[draw.source] = taken.get(draw.source, 0.0) + draw.quantity
    return taken


def _cost(desk: Desk, supplied: Supplied, drawn: dict[int, float]) -> Decimal:
    """What the quantity costs: material at its price, work at its cost, stock at its value."""
    total = Decimal(0)
    for order in supplied.orders:
        if order.kind == "buy":
            price = desk.prices.get((order.item, order.partner or ""), desk.costs.get(order.item))
        else:
            price = desk.own_costs.get(order.item) if order.kind == "make" else None
        total += (price or Decimal(0)) * Decimal(str(order.quantity))
    items = desk.book.supplies["item"]
    for row, quantity in drawn.items():
        total += desk.costs.get(items[row], Decimal(0)) * Decimal(str(quantity))
    return total.quantize(Decimal("0.01"))


def _losers(desk: Desk, drawn: dict[int, float]) -> list[Loser]:
    """Who had what is taken beyond what was free: safety stock, then forecasts, then customers' orders."""
    columns, supplies = desk.book.columns, desk.book.supplies
    found: dict[tuple[str, str, str], float] = {}
    for row, quantity in drawn.items():
        left = float(quantity - columns[FREE][row] / MICRO)
        for use in (SAFETY, FORECAST, SOLD):
            part = float(min(left, columns[use][row] / MICRO))
            if part > 1e-9:
                key = (use, supplies["item"][row], supplies["site"][row])
                found[key] = found.get(key, 0.0) + part
            left -= max(part, 0.0)
    return [Loser(use, "", item, site, round(quantity, 6), 0) for (use, item, site), quantity in found.items()]


def _placed(desk: Desk, supplied: Supplied, *, before_forecast: bool) -> tuple[list[int], list[Needed], list[Slot]]:
    """When each new order is there once its work has a place in the gaps of the schedule."""
    orders, now = supplied.orders, desk.book.as_of
    steps = _Steps.of(desk, orders)
    free = (desk.sold_ledger if before_forecast else desk.ledger).fresh()
    columns = desk.book.columns
    there, begun = [0] * len(orders), [0] * len(orders)
    taken: list[Slot] = []
    for index in _suppliers_first(orders):
        order = orders[index]
        material: dict[int | None, int] = {}
        for draw in order.draws:
            moment = there[draw.source] if draw.new else int(columns["available"][draw.source])
            material[draw.sequence] = max(material.get(draw.sequence, now), moment)
        if index in steps.of_order:
            own, there[index] = _through(free, steps, index, material, now)
            begun[index] = own[0].start
            taken += own
            continue
        ready = max([now, *material.values()])
        begun[index] = max(order.release, ready) if order.kind == "buy" else ready
        there[index] = order.available if order.kind == "buy" else arrival_after(desk.book, order, ready)
    needed = [
        Needed(order.kind, order.item, order.site, order.partner or "", order.quantity, begun[index], there[index])
        for index, order in enumerate(orders)
    ]
    return there, needed, [slot for slot in taken if slot.machine >= 0]


def _suppliers_first(orders: list[NewOrder]) -> list[int]:
    """The orders from the last to the first, but each after those it takes from: a co-product's parent comes before."""
    ranked: dict[int, None] = {}
    for last in range(len(orders) - 1, -1, -1):
        waiting = [last]
        while waiting:
            sources = [draw.source for draw in orders[waiting[-1]].draws if draw.new]
            missing = [source for source in sources if source not in ranked and source not in waiting]
            if missing:
                waiting.append(missing[0])
            else:
                ranked.setdefault(waiting.pop())
    return list(ranked)


@dataclass(frozen=True)
class _Steps:
    """Operations of the new orders: rows by order and the modes of each row."""

    of_order: dict[int, list[dict[str, int]]]
    modes: dict[int, list[tuple[int, int, int]]]
    own_setups: Resources

    @classmethod
    def of(cls, desk: Desk, orders: list[NewOrder]) -> _Steps:
        made = [(index, order) for index, order in enumerate(orders) if order.kind == "make"]
        if not made:
            return cls({}, {}, desk.resources)
        jobs = read_jobs(_narrowed(desk.company, made), _plan_of(desk, made), desk.resources)
        return cls(_step_rows(jobs, [index for index, _ in made], desk.resources), _mode_rows(jobs), desk.resources)


def _narrowed(company: Company, made: list[tuple[int, NewOrder]]) -> Company:
    """The company with only the routings of these orders and no work in progress."""
    items = sorted({order.item for _, order in made})
    kept = {name: company[name].filter(pl.col("item").is_in(items)) for name in ("operations", "operation_alternates")}
    empty = {name: company[name].clear() for name in ("work_orders", "work_order_operations")}
    return Company({**company.frames, **kept, **empty})


def _plan_of(desk: Desk, made: list[tuple[int, NewOrder]]) -> Plan:
    """A plan of just these orders."""
    frame = pl.DataFrame({
        "order": [_NEW.format(number) for number in range(len(made))],
        "kind": ["make"] * len(made), "state": ["planned"] * len(made),
        "item": [order.item for _, order in made], "site": [order.site for _, order in made],
        "routing": [order.routing for _, order in made],
        "quantity": [order.quantity for _, order in made],
        "start_quantity": [order.start_quantity for _, order in made],
        "release": from_seconds([order.release for _, order in made]),
        "needed": from_seconds([order.available for _, order in made]),
        "available": from_seconds([order.available for _, order in made]), "level": [0] * len(made),
    }, schema_overrides={"routing": pl.String})  # fmt: skip
    return desk.blank.with_tables(orders=frame)


def _step_rows(jobs: Jobs, made: list[int], resources: Resources) -> dict[int, list[dict[str, int]]]:
    """Steps by order; orders without operations have none."""
    family = {name: number for number, name in enumerate(resources.families)}
    found: dict[int, list[dict[str, int]]] = {}
    columns = ("row", "number", "sequence", "work", "setup", "queue", "move", "skill_number", "setup_family")
    having = [name for name in columns if name in jobs.steps.columns]
    for row in jobs.steps.select(having).iter_rows(named=True):
        if row.get("sequence") is None:
            continue
        facts = {name: -1 if row.get(name) is None else int(row[name]) for name in having if name != "setup_family"}
        facts["family"] = family.get(row.get("setup_family") or "", 0)
        found.setdefault(made[facts["number"]], []).append(facts)
    return found


def _mode_rows(jobs: Jobs) -> dict[int, list[tuple[int, int, int]]]:
    found: dict[int, list[tuple[int, int, int]]] = {}
    for row, pool, work, rank in jobs.modes.select("row", "pool", "work", "rank").iter_rows():
        found.setdefault(row, []).append((rank, pool, work))
    return found


def _through(
    free: Ledger, steps: _Steps, index: int, material: dict[int | None, int], now: int
) -> tuple[list[Slot], int]:
    """Puts an order's operations into gaps one after the other: the gaps, and when it is there."""
    rows = steps.of_order[index]
    numbers = {row["sequence"] for row in rows}
    at_first = max([moment for step, moment in material.items() if step not in numbers], default=now)
    moment, slots = max(now, at_first), []
    for row in rows:
        ready = max(moment, material.get(row["sequence"], now)) + row["queue"]
        slot = _step(free, steps, row, ready)
        slots.append(slot)
        moment = slot.end + row["move"]
    return slots, moment


def _step(free: Ledger, steps: _Steps, row: dict[str, int], ready: int) -> Slot:
    """The gap that ends first among the work centres that can do the step; it is booked."""
    choices = []
    for rank, pool, work in steps.modes.get(row["row"], []):
        setup = _setup(steps.own_setups, pool, row["family"], row["setup"])
        choices.append((free.find(pool, Work(ready, setup, work, row["skill_number"])), rank))
    if not choices:
        return Slot(-1, -1, ready, ready + row["work"])
    slot, _ = min(choices, key=lambda choice: (choice[0].end, choice[1]))
    free.book(slot)
    return slot


def _setup(resources: Resources, pool: int, family: int, own: int) -> int:
    """Set-up seconds of a step in a gap: the longest change-over into its family, for it is not known from which."""
    table = int(resources.pools["table"][pool])
    declared = int(resources.setups[table][:, family].max()) if table >= 0 and family > 0 else -1
    return declared if declared >= 0 else own


def _swap(desk: Desk, enquiry: Enquiry, free: Way) -> Way:
    """The way that takes the item from customers' orders, which get what the enquiry would have got."""
    way = _way(desk, "swap", enquiry, ask(desk.book, enquiry))
    given = [loser for loser in way.losers if loser.use == SOLD]
    if not given or free.moment is None:
        return replace(way, moment=None)
    rest = tuple(loser for loser in way.losers if loser.use != SOLD)
    quantity = sum(loser.quantity for loser in given)
    displaced = _displaced(desk, given[0].item, given[0].site, quantity, free.moment)
    return replace(way, losers=(*displaced, *rest), cost=free.cost)


def _displaced(desk: Desk, item: str, site: str, quantity: float, moment: int) -> tuple[Loser, ...]:
    """Customers' orders that give up so much of the item, those first that lose the least time by it."""
    wanted = desk.plan["requirements"].filter(
        (pl.col("kind") == SOLD) & (pl.col("item") == item) & (pl.col("site") == site)
    )
    wanted = wanted.join(desk.plan["deliveries"].select("demand", "delivered"), on="demand")
    rows = []
    for row in wanted.filter(pl.col("delivered").is_not_null()).iter_rows(named=True):
        before = max(as_seconds(row["due"]), as_seconds(row["delivered"]))
        if as_seconds(row["delivered"]) < moment:
            rows.append((max(0, moment - before), -row["priority"], row["demand"], row["quantity"]))
    found, left = [], quantity
    for seconds, _, demand, has in sorted(rows):
        if left <= 1e-9:
            break
        found.append(Loser(SOLD, demand, item, site, min(has, left), seconds))
        left -= has
    return tuple(found)
