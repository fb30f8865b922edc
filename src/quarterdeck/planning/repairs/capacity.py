"""Repairs of capacity: overtime at the work centres that the order queues for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from quarterdeck.model import TABLES, Company
from quarterdeck.model.clock import DAY, HOUR, as_seconds, home_zone, site_zones
from quarterdeck.model.working_time import WorkingTime, working_time
from quarterdeck.planning.repairs.edits import Candidate, Edit
from quarterdeck.planning.repairs.supply import Case

EVENING = 3 * HOUR
"""Most overtime after a shift [s]."""
SATURDAY = 8 * HOUR
OVERTIME_FACTOR = 1.5
"""Pay of overtime relative to ordinary time where the company's cost rates name none."""
_CAUSES = {"capacity", "calendar", "setup", "person"}
_MOST = 3
Span = tuple[int, int]


class Wait(NamedTuple):
    """How long an order waits at a work centre, and from when to when [s]."""

    seconds: int
    begin: int
    end: int


@dataclass
class _Tables:
    """Rows to write, gathered over several calendars."""

    rows: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

    def add(self, table: str, frame: pl.DataFrame) -> None:
        self.rows.setdefault(table, []).append(frame)

    def edits(self) -> dict[str, Edit]:
        return {name: Edit(pl.concat(frames)) for name, frames in self.rows.items()}


def capacity_repairs(case: Case) -> Iterator[Candidate]:
    """Overtime at each of the work centres that cost most time, and at all of them together."""
    waits: dict[str, Wait] = {}
    centres = set(case.company["work_centres"]["work_centre"])
    for link in case.links:
        centre = link.object if link.object in centres else _centre_of(case, link.order)
        if link.cause in _CAUSES and centre:
            known = waits.get(centre, Wait(0, link.until, link.until))
            begin, end = min(known.begin, link.until - link.seconds), max(known.end, link.until)
            waits[centre] = Wait(known.seconds + link.seconds, begin, end)
    ranked = sorted(waits, key=lambda centre: (-waits[centre].seconds, centre))[:_MOST]
    for centre in ranked:
        yield from _overtime(case, {centre: waits[centre]})
    if len(ranked) > 1:
        yield from _overtime(case, {centre: waits[centre] for centre in ranked})


def _centre_of(case: Case, order: str) -> str:
    rows = case.plan["operations"].filter(pl.col("order") == order).drop_nulls("work_centre")
    return str(rows.sort("sequence")["work_centre"][0]) if rows.height else ""


def _overtime(case: Case, waits: dict[str, Wait]) -> Iterator[Candidate]:
    tables, price, hours, added = _Tables(), Decimal(0), 0.0, {}
    company = case.company
    for centre, wait in waits.items():
        spans = _extra_spans(case, centre, wait)
        if not spans:
            return
        people = _people(company, centre)
        _open_longer(company, tables, centre, people, spans)
        length = sum(end - start for start, end in spans) / HOUR
        hours += length
        price += _price(case, centre, people, length)
        added[centre] = (length, spans[0][0], spans[-1][1])
    facts = {"hours": hours, "centres": added}
    yield Candidate("overtime", " + ".join(waits), "", facts, price.quantize(Decimal("0.01")), tables.edits())


def _extra_spans(case: Case, centre: str, wait: Wait) -> list[Span]:
    """Evenings and Saturdays that make up for the wait, those while the order waited first, then those before."""
    company, now = case.company, as_seconds(case.now)
    calendar, zone = _calendar(company, centre)
    time = working_time(company, calendar, zone, (now - 7 * DAY, wait.end + 7 * DAY))
    left, found = float(wait.seconds), []
    spans = sorted(_closed_evenings(time, now, wait.end), key=lambda span: (span[1] <= wait.begin, -span[0]))
    for span in spans:
        if left <= 0:
            break
        found.append(span)
        left -= span[1] - span[0]
    return sorted(found)


def _closed_evenings(time: WorkingTime, now: int, last: int) -> list[Span]:
    """Time after each working day, and a shift on a day off that follows one: as long as the gap allows."""
    spans = []
    for end, following in zip(time.ends[:-1].tolist(), time.starts[1:].tolist(), strict=True):
        gap = following - end
        if gap < 2 * HOUR:
            continue
        spans.append((end, min(end + EVENING, following - HOUR)))
        if gap > 1.5 * DAY:
            day_off = _last_start(time, end) + DAY
            spans.append((day_off, min(day_off + SATURDAY, following - HOUR)))
    return [(start, end) for start, end in spans if now <= start < end and start < last]


def _last_start(time: WorkingTime, end: int) -> int:
    """When the working day began that ends at ``end``: breaks of less than two hours do not end a day."""
    index = int((time.ends <= end).sum()) - 1
    while index > 0 and time.starts[index] - time.ends[index - 1] < 2 * HOUR:
        index -= 1
    return int(time.starts[index])


def _calendar(company: Company, centre: str) -> tuple[str | None, str]:
    """Calendar and time zone by which a work centre works."""
    row = company["work_centres"].row(by_predicate=pl.col("work_centre") == centre, named=True)
    zone = site_zones(company).get(row["site"], home_zone(company))
    machines = company["machines"].filter(pl.col("work_centre") == centre).drop_nulls("calendar").sort("machine")
    site = company.sites_or_main.filter(pl.col("site") == row["site"])["calendar"]
    own = row["calendar"] or (machines["calendar"][0] if machines.height else None)
    return own or (site[0] if site.len() else None), zone


def _people(company: Company, centre: str) -> list[str]:
    """Who works at a work centre: those with a skill that its operations ask for."""
    skills = company["operations"].filter(pl.col("work_centre") == centre)["skill"].drop_nulls().unique()
    able = company["person_skills"].filter(pl.col("skill").is_in(skills.to_list()))["person"].unique().sort()
    return list(able)


def _price(case: Case, centre: str, people: list[str], hours: float) -> Decimal:
    """Machines at their hourly cost, people at overtime pay; as many people as machines where there are more."""
    company = case.company
    row = company["work_centres"].row(by_predicate=pl.col("work_centre") == centre, named=True)
    machines = company["machines"].filter(pl.col("work_centre") == centre).height or row["units"]
    paid = company["people"].filter(pl.col("person").is_in(people))["hourly_cost"]
    mean = sum(float(each) for each in paid) / paid.len() if paid.len() else case.rate("labour", 0.0)
    crew = min(len(people), machines) if people else row["operators"] * machines
    factor = case.rate("overtime", OVERTIME_FACTOR)
    return Decimal(str(round(hours * (float(row["hourly_cost"]) * machines + mean * crew * factor), 4)))


def _open_longer(company: Company, tables: _Tables, centre: str, people: list[str], spans: list[Span]) -> None:
    """Extra working time for the work centre, its machines and its people, and for nobody else."""
    calendar, zone = _calendar(company, centre)
    if calendar is None:
        return
    centres = company["work_centres"].filter(pl.col("work_centre") == centre)
    _with_own_calendar(
        company, tables, ("work_centres", centres, f"{calendar}, overtime {centre}", calendar), zone, spans
    )
    machines = company["machines"].filter(pl.col("work_centre") == centre).drop_nulls("calendar")
    for (own,), rows in machines.partition_by("calendar", as_dict=True, maintain_order=True).items():
        _with_own_calendar(
            company, tables, ("machines", rows, f"{own}, overtime machines of {centre}", str(own)), zone, spans
        )
    sites = dict(company.sites_or_main.select("site", "calendar").iter_rows())
    workers = company["people"].filter(pl.col("person").is_in(people))
    workers = workers.with_columns(
        _own=pl.coalesce("calendar", pl.col("site").replace_strict(sites, default=None, return_dtype=pl.String))
    )
    for (own,), rows in workers.drop_nulls("_own").partition_by("_own", as_dict=True, maintain_order=True).items():
        name = f"{own}, overtime people of {centre}"
        _with_own_calendar(company, tables, ("people", rows.drop("_own"), name, str(own)), zone, spans)


def _with_own_calendar(
    company: Company, tables: _Tables, whose: tuple[str, pl.DataFrame, str, str], zone: str, spans: list[Span]
) -> None:
    """Gives rows a copy of their calendar that is open longer."""
    table, rows, name, calendar = whose
    for part in ("calendars", "shifts", "calendar_exceptions"):
        copied = company[part].filter(pl.col("calendar") == calendar).with_columns(calendar=pl.lit(name))
        if copied.height:
            tables.add(part, copied)
    extra = pl.DataFrame({
        "calendar": [name] * len(spans), "start": [_wall(start, zone) for start, _ in spans],
        "end": [_wall(end, zone) - dt.timedelta(seconds=1) for _, end in spans], "working": [True] * len(spans),
        "note": ["Overtime"] * len(spans),
    })  # fmt: skip
    tables.add("calendar_exceptions", TABLES["calendar_exceptions"].shape(extra))
    tables.add(table, rows.with_columns(calendar=pl.lit(name)))


def _wall(moment: int, zone: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(moment, ZoneInfo(zone)).replace(tzinfo=None)
