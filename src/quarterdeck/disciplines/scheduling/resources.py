"""Machines, people, calendars and change-overs of a company as arrays, with the codes to translate them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from quarterdeck.disciplines.scheduling.calendars import Interval
from quarterdeck.disciplines.scheduling.counted_centres import opened
from quarterdeck.disciplines.scheduling.instance import (
    MACHINE,
    PERSON,
    POOL,
    SKILL,
    SKILLED,
    Integers,
    Records,
    pointers,
    records,
)
from quarterdeck.model import Company, Problem, Settings
from quarterdeck.model.clock import DAY, as_seconds, epoch_seconds, home_zone, site_zones, to_instant
from quarterdeck.model.working_time import working_time

ALWAYS = 0
BEYOND = 100 * 365 * DAY


@dataclass
class CalendarBook:
    """Calendars met so far, each computed once: (calendar, zone) to its number; 0 is always open."""

    company: Company
    span: tuple[int, int]
    numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    intervals: list[Interval] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.declared = set(self.company["calendars"]["calendar"])
        self.intervals.append((np.array([self.span[0]]), np.array([self.span[1] + BEYOND])))

    def number(self, calendar: str | None, zone: str, window: tuple[int | None, int | None] = (None, None)) -> int:
        """The number of a calendar in a time zone, cut to a window of moments [s]."""
        known = calendar if calendar in self.declared else None
        key = (known, zone if known else "", *window)
        if key not in self.numbers:
            self.numbers[key] = len(self.intervals)
            self.intervals.append(self.cut_open(known, zone, window))
        return self.numbers[key]

    def cut_open(self, calendar: str | None, zone: str, window: tuple[int | None, int | None]) -> Interval:
        """The open time of a calendar, cut to a window of moments [s]."""
        return self._cut(self._open(calendar, zone), window)

    def _open(self, calendar: str | None, zone: str) -> Interval:
        if calendar is None:
            return self.intervals[ALWAYS]
        found = working_time(self.company, calendar, zone, self.span)
        if not found.starts.size:
            return found.starts, found.ends
        return _continued(found.starts, found.ends, self.span[1])

    def _cut(self, intervals: Interval, window: tuple[int | None, int | None]) -> Interval:
        low = self.span[0] if window[0] is None else window[0]
        high = self.span[1] + BEYOND if window[1] is None else window[1]
        starts, ends = np.maximum(intervals[0], low), np.minimum(intervals[1], high)
        keep = starts < ends
        return starts[keep], ends[keep]


def _continued(starts: Integers, ends: Integers, last: int) -> Interval:
    """After the span the last week of it goes on, ten years long, so that late work still finds its hours."""
    week = 7 * DAY
    inside = (starts >= last - 2 * week) & (ends <= last - week)
    if not inside.any():
        return starts, ends
    keep = ends <= last - week
    shifts = np.arange(1, 53 * 10)[:, None] * week
    later = (starts[inside] + shifts).ravel(), (ends[inside] + shifts).ravel()
    return np.concatenate([starts[keep], later[0]]), np.concatenate([ends[keep], later[1]])


@dataclass
class Resources:
    """Pools, machines, people and calendars; a pool is a work centre, its machines lie side by side."""

    pools: Records
    machines: Records
    work_centres: list[str]
    machine_codes: list[str]
    sites: list[str]  # of the work centres
    skills: Records
    skilled: Records
    persons: Records
    skill_codes: list[str]
    person_codes: list[str]
    families: list[str]  # number to name; 0 is none
    setups: Integers
    calendars: list[Interval]
    site_calendars: dict[str, int]
    unusable: set[str]  # work centres that are closed throughout
    tools: list[str] = field(default_factory=list)  # kinds of tools that steps hold
    tool_units: list[int] = field(default_factory=list)  # how many there are of each
    regular: list[Interval] = field(default_factory=list)  # calendars without overtime, none where nobody works any


def read_resources(company: Company, settings: Settings) -> tuple[Resources, list[Problem]]:
    """The company's resources; a work centre that never opens is named and left out."""
    company = opened(company)
    now = as_seconds(settings.as_of)
    weeks = max(2 * settings.horizon_weeks, 60)
    book = CalendarBook(company, (now - 14 * DAY, now + weeks * 7 * DAY))
    zones = site_zones(company)
    site_calendars = {
        row["site"]: book.number(row["calendar"], row["time_zone"])
        for row in company.sites_or_main.iter_rows(named=True)
    }
    families = _families(company)
    centres = company["work_centres"].sort("work_centre")
    machines, machine_codes, counts = _machines(company, centres, book, zones, families)
    pools = records(POOL, centres.height, first=pointers(counts), count=counts)
    pools["pausable"] = centres["pausable"].to_numpy()
    pools["capacity"] = thousandths(centres["batch_capacity"].fill_null(0))
    pools["fill"] = np.minimum(thousandths(centres["batch_minimum"].fill_null(0)), pools["capacity"])
    pools["room"] = (centres["waiting_places"] + 1).fill_null(0).to_numpy()
    tables, setups = _setup_tables(company, centres["work_centre"].to_list(), families)
    pools["table"] = tables
    pools["uniform"] = _alike(machines, pools.size)
    persons, person_codes, skills, skilled, skill_codes = _people(company, book, zones)
    pools["setter"], nobody = _setters(centres, skill_codes)
    unusable, problems = _closed(centres["work_centre"].to_list(), pools, machines, book.intervals)
    found = Resources(
        pools, machines, centres["work_centre"].to_list(), machine_codes, centres["site"].to_list(), skills, skilled,
        persons, skill_codes, person_codes, ["", *families], setups, book.intervals, site_calendars, unusable,
        *_tools(company), _without_overtime(company, book),
    )  # fmt: skip
    return found, [*problems, *nobody]


def _tools(company: Company) -> tuple[list[str], list[int]]:
    """Kinds of tools that steps hold and how many there are; one where nobody says."""
    units = dict(company["tools"].select("tool", "units").iter_rows())
    held = sorted({tool for tool in company["operations"]["tool"].drop_nulls() if tool})
    return held, [units.get(tool, 1) for tool in held]


def _setters(centres: pl.DataFrame, skills: Sequence[str]) -> tuple[list[int], list[Problem]]:
    """One more than the number of the skill of those who set up, per work centre; a skill that nobody has is named."""
    number = {code: index + 1 for index, code in enumerate(skills)}
    wanted = centres["setup_skill"].fill_null("").to_list()
    problems = [
        Problem(
            "warning",
            "skill-missing",
            f"Nobody has the skill {skill}; work centre {centre} is set up as if whoever works there did it.",
            "Give a person the skill, or take it off the work centre.",
            table="work_centres",
            key=centre,
            column="setup_skill",
            found=skill,
        )
        for centre, skill in zip(centres["work_centre"].to_list(), wanted, strict=True)
        if skill and skill not in number
    ]
    return [number.get(skill, 0) for skill in wanted], problems


def _without_overtime(company: Company, book: CalendarBook) -> list[Interval]:
    """The calendars of a book without overtime, by the same numbers; nothing where there is no overtime."""
    shifts, exceptions = company["shifts"], company["calendar_exceptions"]
    if not (shifts["overtime"].any() or exceptions["overtime"].any()):
        return []
    usual = company.replace(
        shifts=shifts.filter(~pl.col("overtime")), calendar_exceptions=exceptions.filter(~pl.col("overtime"))
    )
    ordinary = CalendarBook(usual, book.span)
    for key in book.numbers:
        calendar, zone, low, high = key
        known = str(calendar) if calendar is not None else None
        span = int(str(low)) if low is not None else None, int(str(high)) if high is not None else None
        ordinary.intervals.append(ordinary.cut_open(known, str(zone), span))
    return ordinary.intervals


def thousandths(units: pl.Series) -> Integers:
    """Quantities as whole thousandths of a unit."""
    return (units * 1000).round().cast(pl.Int64).to_numpy()


def calendar_pairs(resources: Resources, operations: Records, modes: Records) -> set[tuple[int, int]]:
    """Machine and person calendars that some operation needs together."""
    pairs: set[tuple[int, int]] = set()
    owner = np.repeat(np.arange(operations.size), operations["modes"])
    skill = operations["skill"][owner]
    for pool, wanted in {(int(p), int(k)) for p, k in zip(modes["pool"], skill, strict=True) if k >= 0}:
        group, able = resources.pools[pool], resources.skills[wanted]
        of_machines = resources.machines["calendar"][group["first"] : group["first"] + group["count"]]
        people = resources.skilled["person"][able["first"] : able["first"] + able["count"]]
        pairs |= {(int(m), int(p)) for m in of_machines for p in resources.persons["calendar"][people]}
    for pool in np.flatnonzero(resources.pools["setter"]).tolist():
        group, able = resources.pools[pool], resources.skills[resources.pools["setter"][pool] - 1]
        of_machines = resources.machines["calendar"][group["first"] : group["first"] + group["count"]]
        people = resources.skilled["person"][able["first"] : able["first"] + able["count"]]
        pairs |= {(int(m), int(p)) for m in of_machines for p in resources.persons["calendar"][people]}
    return pairs


def _families(company: Company) -> list[str]:
    names = [company["operations"]["setup_family"], company["machines"]["setup_family"]]
    names += [company["setup_times"]["from_family"], company["setup_times"]["to_family"]]
    return sorted({name for column in names for name in column.drop_nulls() if name not in {"", "*"}})


def _machines(
    company: Company, centres: pl.DataFrame, book: CalendarBook, zones: dict[str, str], families: Sequence[str]
) -> tuple[Records, list[str], list[int]]:
    """Machines work centre by work centre; one without machine rows has ``units`` like ones, coded 1, 2, 3."""
    number = {name: index + 1 for index, name in enumerate(families)}
    listed = company["machines"].sort("machine").partition_by("work_centre", as_dict=True)
    fallback = home_zone(company)
    rows: list[tuple[int, int, float, int]] = []
    codes: list[str] = []
    counts: list[int] = []
    site_calendar = dict(zip(company.sites_or_main["site"], company.sites_or_main["calendar"], strict=True))
    for pool, centre in enumerate(centres.iter_rows(named=True)):
        zone = zones.get(centre["site"], fallback)
        own = centre["calendar"] or site_calendar.get(centre["site"])
        members = listed.get((centre["work_centre"],))
        if members is None:
            calendar = book.number(own, zone)
            rows += [(pool, calendar, centre["efficiency"], 0)] * centre["units"]
            codes += [str(unit + 1) if centre["units"] > 1 else "" for unit in range(centre["units"])]
            counts.append(centre["units"])
            continue
        for row, window in zip(members.iter_rows(named=True), _windows(members, zone), strict=True):
            calendar = book.number(row["calendar"] or own, zone, window)
            family = number.get(row["setup_family"] or "", 0)
            rows.append((pool, calendar, row["efficiency"] * centre["efficiency"], family))
            codes.append(row["machine"])
        counts.append(members.height)
    return np.array(rows, dtype=MACHINE), codes, counts


def _windows(members: pl.DataFrame, zone: str) -> list[tuple[int | None, int | None]]:
    placed = members.with_columns(site=pl.lit("here"))
    instants = placed.select(
        to_instant("available_from", "site", {"here": zone}).dt.epoch("s").alias("low"),
        to_instant("available_to", "site", {"here": zone}).dt.epoch("s").alias("high"),
    )
    return list(instants.iter_rows())


def _setup_tables(company: Company, centres: list[str], families: Sequence[str]) -> tuple[list[int], Integers]:
    """Change-over seconds per work centre, -1 where nothing is declared; exact rows win over those with ``*``."""
    declared = company["setup_times"].partition_by("work_centre", as_dict=True)
    having = [centre for centre in centres if (centre,) in declared]
    size = len(families) + 1
    number = {name: index + 1 for index, name in enumerate(families)}
    setups = np.full((len(having), size, size), -1, np.int64)
    for table, centre in enumerate(having):
        rows = list(declared[(centre,)].iter_rows(named=True))
        ranked = sorted(rows, key=lambda row: (row["from_family"] != "*") + (row["to_family"] != "*"))
        for row in ranked:
            _enter(setups[table], number, row["from_family"], row["to_family"], round(row["minutes"] * 60))
    position = {centre: index for index, centre in enumerate(having)}
    return [position.get(centre, -1) for centre in centres], setups


def _enter(table: Integers, number: dict[str, int], origin: str, target: str, seconds: int) -> None:
    """One declared change-over; ``*`` means every other family."""
    before = np.arange(table.shape[0]) if origin == "*" else np.array([number[origin]])
    after = np.arange(1, table.shape[0]) if target == "*" else np.array([number[target]])
    rows, columns = np.meshgrid(before, after, indexing="ij")
    other = (rows != columns) if "*" in {origin, target} else np.ones_like(rows, dtype=bool)
    table[rows[other], columns[other]] = seconds


def _alike(machines: Records, pools: int) -> Integers:
    """1 for each pool of which any machine does as well as another."""
    alike = np.ones(pools, np.int64)
    same = machines["pool"][1:] == machines["pool"][:-1]
    for name in ("calendar", "speed", "family"):
        alike[machines["pool"][1:][same & (machines[name][1:] != machines[name][:-1])]] = 0
    return alike


def _people(
    company: Company, book: CalendarBook, zones: dict[str, str]
) -> tuple[Records, list[str], Records, Records, list[str]]:
    """People and who has which skill; those with few skills come first, so that the versatile stay free."""
    people = company["people"].sort("person")
    site_calendar = dict(zip(company.sites_or_main["site"], company.sites_or_main["calendar"], strict=True))
    fallback = home_zone(company)
    calendars = [
        book.number(row["calendar"] or site_calendar.get(row["site"]), zones.get(row["site"], fallback))
        for row in people.iter_rows(named=True)
    ]
    persons = records(PERSON, people.height, calendar=calendars)
    codes = people["person"].to_list()
    held = company["person_skills"].filter(pl.col("person").is_in(codes))
    held = held.with_columns(pl.len().over("person").alias("versatile")).sort("skill", "versatile", "person")
    index = {code: position for position, code in enumerate(codes)}
    skilled = records(SKILLED, held.height, person=[index[code] for code in held["person"]], level=held["level"])
    counted = held.group_by("skill", maintain_order=True).len()
    skills = records(SKILL, counted.height, first=pointers(counted["len"].to_numpy()), count=counted["len"])
    return persons, codes, skills, skilled, counted["skill"].to_list()


def _closed(
    centres: list[str], pools: Records, machines: Records, calendars: Sequence[Interval]
) -> tuple[set[str], list[Problem]]:
    closed: set[str] = set()
    for centre, pool in zip(centres, pools, strict=True):
        numbers = machines["calendar"][pool["first"] : pool["first"] + pool["count"]]
        if not any(calendars[number][0].size for number in numbers):
            closed.add(centre)
    problems = [
        Problem(
            "error",
            "work-centre-closed",
            f"Work centre {centre} has no machine that is ever open.",
            "Give it working time in its calendar, or a machine.",
            table="work_centres",
            key=centre,
        )
        for centre in sorted(closed)
    ]
    return closed, problems


__all__ = ["ALWAYS", "CalendarBook", "Resources", "calendar_pairs", "epoch_seconds", "read_resources"]
