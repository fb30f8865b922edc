"""Causes: the seconds of a demand's lateness shared out over its chain, and the chain in words.

A chain reaches from the delivery back to now, so it is longer than the lateness by the notice the customer gave.
What should not have been there explains the lateness first (late material, busy machines, missing people, set-ups);
only what is left is put down to lead times, queues, closed hours and the work itself. All of it adds up exactly.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from quarterdeck.disciplines.mrp.chains import Link, Peg, Tracer, tracer
from quarterdeck.disciplines.mrp.wording import Names, amount, duration
from quarterdeck.model import Company, Plan, Settings

BLAME = (
    "past_due",
    "material",
    "capacity",
    "maintenance",
    "limit",
    "room",
    "tool",
    "setter",
    "person",
    "setup",
    "lead_time",
    "lot",
    "yield",
    "queue",
    "calendar",
    "processing",
)
_REASON_PARTS = 3
_TELLING = 0.05


def causes(
    company: Company, plan: Plan, deliveries: pl.DataFrame, settings: Settings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table ``causes`` and the deliveries with their ``reason``."""
    names = Names.of(company, settings.as_of)
    trail = tracer(company, plan, settings)
    bad = deliveries.filter(pl.col("state") != "on_time").join(
        plan["requirements"].select("demand", "item"), on="demand"
    )
    rows: list[tuple[object, ...]] = []
    reasons: dict[str, str] = {}
    for row in bad.sort("demand").iter_rows(named=True):
        links = _late_links(trail, row) if row["state"] == "late" else [_short_link(row)]
        texts = [_text(link, trail, names, row) for link in links]
        rows += [
            (row["demand"], step, link.cause, link.seconds, link.order or None, link.item, link.object or None, text)
            for step, (link, text) in enumerate(zip(links, texts, strict=True), start=1)
        ]
        reasons[row["demand"]] = _sentence(links, texts)
    schema = {
        "demand": pl.String, "step": pl.Int64, "cause": pl.String, "seconds": pl.Int64, "order": pl.String,
        "item": pl.String, "object": pl.String, "text": pl.String,
    }  # fmt: skip
    table = pl.DataFrame(rows, schema=schema, orient="row")
    said = pl.DataFrame(
        {"demand": list(reasons), "said": list(reasons.values())}, schema={"demand": pl.String, "said": pl.String}
    )
    told = deliveries.join(said, on="demand", how="left", maintain_order="left")
    return table, told.with_columns(reason=pl.col("said").fill_null("")).drop("said")


def late_links(company: Company, plan: Plan, demand: str, settings: Settings) -> list[Link]:
    """The links that add up to the lateness of one demand; none if it is in time or short."""
    met = plan["deliveries"].filter(pl.col("demand") == demand, pl.col("state") == "late")
    rows = met.join(plan["requirements"].select("demand", "item"), on="demand")
    trail = tracer(company, plan, settings)
    return [link for row in rows.iter_rows(named=True) for link in _late_links(trail, row)]


def order_causes(company: Company, plan: Plan, order: str, line: str, settings: Settings) -> list[tuple[Link, str]]:
    """Why one order is later than it is needed: the links that add up to its lateness, each in words."""
    names = Names.of(company, settings.as_of)
    trail = tracer(company, plan, settings)
    facts = trail.orders[order, line]
    late = max(0, facts.available - max(facts.needed, 0))
    peg = Peg((order, line), by_order=True, there=facts.available, needed=facts.needed, quantity=facts.quantity,
              sequence=None, item=facts.item)  # fmt: skip
    trail.of_demand[""] = [peg]
    row = {
        "demand": "",
        "item": facts.item,
        "due": dt.datetime.fromtimestamp(facts.needed, dt.UTC),
        "late_seconds": late,
    }
    return [(link, _text(link, trail, names, row)) for link in _late_links(trail, row)] if late else []


def _late_links(trail: Tracer, row: dict[str, object]) -> list[Link]:
    due, late = int(_moment(row["due"]).timestamp()), int(str(row["late_seconds"]))
    chain = trail.chain(str(row["demand"])) if str(row["demand"]) in trail.of_demand else []
    if due < trail.now:
        chain = [*chain, Link("past_due", min(late, trail.now - due), "", str(row["item"]), "", due, "")]
    return blamed(chain, late, str(row["item"]))


def blamed(chain: list[Link], late: int, item: str) -> list[Link]:
    """The links of a chain cut down to ``late`` seconds, the most blameable first; order along the chain is kept.

    >>> chain = [Link("processing", 50, "", "a", "", 0, ""), Link("capacity", 30, "", "a", "", 0, "")]
    >>> [(link.cause, link.seconds) for link in blamed(chain, 40, "a")]
    [('processing', 10), ('capacity', 30)]
    """
    left = late
    given = [0] * len(chain)
    for position in sorted(range(len(chain)), key=lambda i: (BLAME.index(chain[i].cause), i)):
        given[position] = min(chain[position].seconds, left)
        left -= given[position]
    links = [link._replace(seconds=part) for link, part in zip(chain, given, strict=True) if part > 0]
    if left > 0:
        links.append(Link("lead_time", left, "", item, "", 0, ""))
    return links


def _short_link(row: dict[str, object]) -> Link:
    return Link("short", 0, "", str(row["item"]), "", 0, "")


def _sentence(links: list[Link], texts: list[str]) -> str:
    """The heaviest causes in the order in which they happened."""
    telling = _TELLING * sum(link.seconds for link in links)
    heaviest = sorted(range(len(links)), key=lambda i: (-links[i].seconds, i))[:_REASON_PARTS]
    heaviest = [i for i in heaviest if links[i].seconds >= telling]
    return "; then ".join(texts[i] for i in sorted(heaviest, reverse=True))


def _text(link: Link, trail: Tracer, names: Names, row: dict[str, object]) -> str:
    item = names.item(link.item)
    span = duration(link.seconds)
    place = names.work_centres.get(link.object) or names.suppliers.get(link.object, link.object)
    at = f" at {place}" if place else ""
    behind = f" behind {_order_text(link.blocker, trail, names)}" if link.blocker else ""
    if link.cause in {"material", "lead_time"}:
        return _supply_text(link, trail, names)
    words = {
        "capacity": _queue_text(link, names, at, behind),
        "person": f"{span} waiting for {names.people.get(link.object, link.object) or 'somebody with the skill'}",
        "setter": f"{span} until {names.people.get(link.object) or 'somebody'} is free to set up for {item}",
        "tool": f"{span} until tool {names.tools.get(link.object, link.object)} is free for {item}",
        "maintenance": f"{span} of maintenance{at}",
        "room": f"{span} until there is room behind {item}{at}",
        "setup": f"{span} set-up of {item}{at}",
        "lot": f"{span} until the rest of the lot of {item} is done{at}",
        "yield": f"{span} to make again what is lost of {item}{at}",
        "limit": f"{span} until what must follow {item}{at} within its time or room had a place",
        "queue": f"{span} queue and move time of {item}{at}",
        "calendar": f"{span} of closed time for {item}{at}",
        "processing": f"{span} of work on {item}{at}",
        "past_due": f"{item} was due on {names.day(_moment(row['due']))}, {span} before the plan begins",
        "short": f"nothing supplies {item} within the horizon",
    }
    return words[link.cause]


def _order_text(code: str, trail: Tracer, names: Names) -> str:
    """What is being made there: a planned order has no number that anybody knows, only what and how much."""
    known = trail.orders.get((code, "")) or trail.orders.get((code, "1"))
    if known is None:
        return code
    what = f"{amount(known.quantity)} {names.item(known.item)}"
    return what if known.state == "planned" else f"{code} ({what})"


def _queue_text(link: Link, names: Names, at: str, behind: str) -> str:
    """Whose capacity was short, in words."""
    span = duration(link.seconds)
    if link.object in names.suppliers and link.object not in names.work_centres:
        return f"{span} until {names.suppliers[link.object]} has capacity for {names.item(link.item)}"
    return f"{span} queue{at}{behind}"


def _supply_text(link: Link, trail: Tracer, names: Names) -> str:
    """Why material came late, in words."""
    item, span = names.item(link.item), duration(link.seconds)
    if not link.order:
        return f"{span} less notice than {item} takes"
    source = names.suppliers.get(link.object, names.sites.get(link.object, link.object))
    origin = f" from {source}" if source else ""
    when = names.day(dt.datetime.fromtimestamp(link.until, dt.UTC))
    if link.cause == "material":
        return f"{item} arrives {when}{origin} ({link.order}), {span} late"
    known = trail.orders.get((link.order, "")) or trail.orders.get((link.order, "1"))
    if known is None or known.state != "planned":
        return f"{item} comes only on {when}{origin} ({link.order})"
    return f"{item} ordered now arrives {when}{origin}, {span} after it is needed"


def _moment(value: object) -> dt.datetime:
    assert isinstance(value, dt.datetime)  # noqa: S101 - the table's declared type
    return value
