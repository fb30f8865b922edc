"""The schedule as columns of numbers that a chart draws: thousands of bars, laid out in rows four ways.

Times are minutes on the clock of the company's home since the midnight before the plan's now. What a single bar has to
tell is asked for when somebody looks at it (see ``views/step.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import DAY, MINUTE, as_seconds
from quarterdeck.model.working_time import WorkingTime, working_time
from quarterdeck.service.views import rows, wording
from quarterdeck.service.views.maintenance import maintenance_bars
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.rows import By, Key, Places
from quarterdeck.service.views.schedule import span_of, steps_of

Chart = dict[str, Any]
Seconds = npt.NDArray[np.int64]
TITLES: dict[By, str] = {"machine": "Machines", "work_centre": "Work centres", "order": "Orders", "person": "People"}
PLACES = "Places"  # of a company that names no machines: rooms, desks, teams
READINESS = ("begun", "ready now", "waits for the step before", "waits for material")
LATENESS = ("on time", "up to a day late", "later")
TONES = 7  # colours that orders take in turn
DAY_MINUTES = DAY // MINUTE


@dataclass(frozen=True)
class Clock:
    """Minutes since ``base``, a midnight on the home's clock [min since 1970]."""

    zone: str
    base: int

    def minutes(self, moments: pl.Series) -> list[int | None]:
        """Each instant on the clock; nothing stays nothing."""
        wall = moments.dt.convert_time_zone(self.zone).dt.replace_time_zone(None)
        return (wall.dt.epoch("s") // MINUTE - self.base).to_list()

    def of_seconds(self, seconds: npt.ArrayLike) -> list[int | None]:
        """The same for seconds since 1970, UTC."""
        instants = pl.Series(np.asarray(seconds, dtype=np.int64) * 1_000_000, dtype=pl.Int64)
        return self.minutes(instants.cast(pl.Datetime("us", "UTC")))


def gantt(company: Company, plan: Plan) -> Chart | None:
    """Bars as columns, and for each way to lay them out the row of every bar; ``None`` where nothing is scheduled."""
    steps = steps_of(plan).sort("setup_start", "order", "sequence")
    if steps.is_empty():
        return None
    places, clock = Places.of(company), clock_of(company, plan)
    span = span_of(plan, steps)
    times: list[list[int | None]] = []
    views = [_view(company, plan, (steps, by), places, (clock, times, span)) for by in TITLES]
    _maintained(views, maintenance_bars(company, plan), clock)
    return {
        "now": clock.of_seconds([as_seconds(plan.settings.as_of)])[0],
        "base": clock.base,
        "first": min(0, *clock.of_seconds([span[0]])),  # type: ignore[type-var]
        "last": max(clock.minutes(steps["end"])) + DAY_MINUTES,  # type: ignore[type-var, operator]
        "weeks": clock.of_seconds(_weeks(span)),
        "times": times,
        "views": [view for view in views if view],
        "bars": _bars(steps, places.names, clock, plan),
    }


def _maintained(views: list[Chart | None], bars: list[Chart], clock: Clock) -> None:
    """Gives each row of a machine or work centre its maintenance: from, to, title and text."""
    if not bars:
        return
    begin, end = (clock.minutes(pl.Series([bar[name] for bar in bars])) for name in ("start", "end"))
    for view in (view for view in views if view and view["by"] in {"machine", "work_centre"}):
        index = {(row["centre"], row["code"]): row for row in view["rows"]}
        for bar, low, high in zip(bars, begin, end, strict=True):
            key = ("", bar["work_centre"]) if view["by"] == "work_centre" else (bar["work_centre"], bar["machine"])
            if key in index:
                index[key].setdefault("maintenance", []).append([low, high, bar["title"], bar["text"]])


def clock_of(company: Company, plan: Plan) -> Clock:
    """The clock of a plan's chart."""
    zone = Names.of(company).home
    now = wording.local(plan.settings.as_of, zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return Clock(zone, int((now - now.__class__(1970, 1, 1)).total_seconds()) // MINUTE)


def _bars(steps: pl.DataFrame, names: Names, clock: Clock, plan: Plan) -> Chart:
    families, family = _coded(steps["item"].replace_strict(names.families, default="", return_dtype=pl.String), "other")
    setups, setup = _coded(steps["setup_family"].fill_null(""), "no set-up family")
    named, name = _coded(_step_names(steps, names), "step")
    items, item = _coded(steps.select(names.column("item", "item")).to_series(), "")
    orders = steps["order"].rank("dense").cast(pl.Int64) - 1
    return {
        "order": steps["order"].to_list(),
        "sequence": steps["sequence"].to_list(),
        "item": item,
        "items": items,
        "step": name,
        "steps": named,
        "from": clock.minutes(steps["setup_start"]),
        "start": clock.minutes(steps["start"]),
        "end": clock.minutes(steps["end"]),
        "pinned": steps["pinned"].cast(pl.Int8).to_list(),
        "colour": {
            "order": (orders % TONES).to_list(),
            "family": family,
            "late": _lateness(steps),
            "setup": setup,
            "ready": _readiness(steps, plan),
        },
        "named": {"order": [], "family": families, "late": LATENESS, "setup": setups, "ready": READINESS},
    }


def _step_names(steps: pl.DataFrame, names: Names) -> pl.Series:
    """What is done and where: for rows that name the order already."""
    machine = pl.when(pl.col("machine").is_in(list(names.other("machine")))).then(names.column("machine", "machine"))
    place = machine.otherwise(names.column("work_centre", "work_centre"))
    return steps.select(pl.concat_str("name", place, separator=" · ", ignore_nulls=True)).to_series()


def _coded(texts: pl.Series, nameless: str) -> tuple[list[str], list[int]]:
    """The texts by how often they occur, and the number of each; the empty one is called ``nameless``."""
    counted = texts.alias("text").to_frame().group_by("text").len().sort("len", "text", descending=[True, False])
    known = counted["text"].to_list()
    place = {text: number for number, text in enumerate(known)}
    return [text or nameless for text in known], [place[text] for text in texts]


def _lateness(steps: pl.DataFrame) -> list[int]:
    """Whether the customer an operation works for gets it on time (0), within a day (1), or later (2)."""
    late = pl.col("demand_late").fill_null(0)
    return steps.select((late > 0).cast(pl.Int64) + (late > DAY).cast(pl.Int64)).to_series().to_list()


def _readiness(steps: pl.DataFrame, plan: Plan) -> list[int]:
    """What stands between now and each operation, as a number of :data:`READINESS`."""
    now = pl.lit(plan.settings.as_of)
    begun = pl.col("setup_start") <= now
    ready = pl.when(pl.col("ready") <= now).then(1).when(pl.col("ready_after") == "material").then(3).otherwise(2)
    return steps.select(pl.when(begun).then(0).otherwise(ready)).to_series().to_list()


def _view(
    company: Company,
    plan: Plan,
    laid: tuple[pl.DataFrame, By],
    places: Places,
    drawn: tuple[Clock, list[list[int | None]], tuple[int, int]],
) -> Chart | None:
    """One way to lay the bars out; -1 is the row of a bar that has none there."""
    whole, by = laid
    steps = whole.filter(pl.col(by).is_not_null())
    if steps.is_empty():
        return None
    found = rows.keys(company, steps, by)
    clock, times, span = drawn
    calendars = [places.calendar(by, key) for key in found]
    kinds = sorted(set(calendars), key=str)
    open_times = [working_time(company, calendar, zone, span) for calendar, zone in kinds]
    first = len(times)
    for each in open_times:
        times.append(clock.of_seconds(np.column_stack([each.starts, each.ends]).ravel()))
    opened = [open_times[kinds.index(calendar)] for calendar in calendars]
    items = dict(steps.select("order", "item").unique("order").iter_rows()) if by == "order" else {}
    titles = [places.title(by, key, items.get(key[1], "")) for key in found]
    at = _row_of(whole, by, found)
    drawn_rows = [
        {"title": title, "group": group, "code": key[1], "centre": key[0], "calendar": first + kinds.index(calendar)}
        for key, (title, group), calendar in zip(found, titles, calendars, strict=True)
    ]
    more = _due(plan, found, clock) if by == "order" else _load(company, (steps, by), found, opened, (plan, span))
    title = PLACES if by == "machine" and company["machines"].is_empty() else TITLES[by]
    return {"by": by, "title": title, "rows": [{**row, **own} for row, own in zip(drawn_rows, more, strict=True)],
            "at": at}  # fmt: skip


def _row_of(steps: pl.DataFrame, by: By, found: list[Key]) -> list[int]:
    centre = pl.col("work_centre").fill_null("") if by == "machine" else pl.lit("")
    index = {key: place for place, key in enumerate(found)}
    return [index.get(key, -1) for key in steps.select(centre, pl.col(by).alias("code")).iter_rows()]


def _due(plan: Plan, found: list[Key], clock: Clock) -> list[Chart]:
    """When each order is needed."""
    orders = plan["orders"].filter(pl.col("line") == "").select("order", "needed")
    wanted = pl.DataFrame({"order": [code for _, code in found]}, schema={"order": pl.String})
    needed = wanted.join(orders, on="order", how="left", maintain_order="left")["needed"]
    return [{"due": minute, "load": None, "load_text": "", "strip": []} for minute in clock.minutes(needed)]


def _load(
    company: Company,
    laid: tuple[pl.DataFrame, By],
    found: list[Key],
    opened: list[WorkingTime],
    planned: tuple[Plan, tuple[int, int]],
) -> list[Chart]:
    """Share of its open time that is taken on each row: over the first four weeks, and week by week."""
    steps, by = laid
    plan, span = planned
    now = as_seconds(plan.settings.as_of)
    at = _row_of(steps, by, found)
    busy = rows.taken(steps, at, opened, rows.first_weeks(now))[:, 0]
    units = _units(company) if by == "work_centre" else {}
    edges = _weeks(span)
    weekly = rows.taken(steps, at, opened, edges)
    answer = []
    for row, key in enumerate(found):
        count = max(units.get(key[1], 1), 1)
        share, text = rows.load_share(float(busy[row]) / count, opened[row], now)
        capacity = np.diff(opened[row].work_until(edges)) * count
        strip = [None if have <= 0 else round(float(done) / float(have), 3)
                 for done, have in zip(weekly[row], capacity, strict=True)]  # fmt: skip
        answer.append({"due": None, "load": share, "load_text": text, "strip": strip})
    return answer


def _units(company: Company) -> dict[str, int]:
    """How many jobs each work centre does at once: its machines, or its units where none are listed."""
    machines = dict(company["machines"].group_by("work_centre").len().iter_rows())
    listed = company["work_centres"].select("work_centre", "units").iter_rows()
    return {centre: machines.get(centre, units or 1) for centre, units in listed}


def _weeks(span: tuple[int, int]) -> Seconds:
    """Monday midnights, UTC, from before the span to behind it [s]."""
    week = 7 * DAY
    monday = (span[0] - 4 * DAY) // week * week + 4 * DAY
    return np.arange(monday, span[1] + week, week, dtype=np.int64)
