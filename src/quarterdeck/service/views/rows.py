"""The rows of a schedule: what they are called, when they are open, and how loaded they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model import Company
from quarterdeck.model.clock import epoch_seconds
from quarterdeck.model.working_time import WorkingTime
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

By = Literal["machine", "work_centre", "person", "order"]
Key = tuple[str, str]
Records = Mapping[str, Mapping[str, Any]]
TABLE = {"machine": "machines", "work_centre": "work_centres", "person": "people"}
LOAD_SECONDS = 4 * 7 * 86_400


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the schedule: ``load`` is the share of its open time in the first four weeks that is taken."""

    row: str
    title: str
    group: str
    calendar: int
    load: float | None
    load_text: str


@dataclass(frozen=True)
class Places:
    """The company's resources by code, to find the calendar and the name of a row."""

    machines: Records
    work_centres: Records
    people: Records
    sites: Records
    names: Names

    @classmethod
    def of(cls, company: Company) -> Places:
        """The resources of ``company``."""
        return cls(
            machines=_by_key(company["machines"]),
            work_centres=_by_key(company["work_centres"]),
            people=_by_key(company["people"]),
            sites=_by_key(company["sites"]),
            names=Names.of(company),
        )

    def calendar(self, by: By, key: Key) -> tuple[str | None, str]:
        """Calendar and time zone of a row: its own, else the work centre's, else the site's, else always open."""
        centre, code = key
        if by == "order":
            return None, self.names.home
        if by == "machine":
            own = self.machines.get(code, {}).get("calendar")
            above, zone = self._placed(self.work_centres.get(centre, {}))
            return own or above, zone
        return self._placed((self.people if by == "person" else self.work_centres).get(code, {}))

    def _placed(self, record: Mapping[str, Any]) -> tuple[str | None, str]:
        site = record.get("site")
        calendar = record.get("calendar") or self.sites.get(site or "", {}).get("calendar")
        return calendar or None, self.names.zone(site)

    def title(self, by: By, key: Key, item: str) -> tuple[str, str]:
        """Name of a row and of the group it stands in."""
        centre, code = key
        if by == "order":
            return self.names.subject(item, code), ""
        group = self.names.name("work_centre", centre) if by == "machine" else ""
        name = self.names.name(by, code)
        if by == "machine" and code not in self.machines and group not in name:
            name = f"{group} {code}".strip()
        return name, group


def keys(company: Company, steps: pl.DataFrame, by: By) -> list[Key]:
    """The rows that have work, in the company's own order; orders by their first start."""
    centre = pl.col("work_centre").fill_null("") if by == "machine" else pl.lit("")
    used = steps.select(centre.alias("centre"), pl.col(by).alias("code")).unique(maintain_order=True)
    if by == "order":
        return list(used.iter_rows())
    centres = {code: place for place, code in enumerate(company["work_centres"]["work_centre"])}
    listed = {code: place for place, code in enumerate(company[TABLE[by]][by])}
    return sorted(
        used.iter_rows(), key=lambda key: (centres.get(key[0], -1), listed.get(key[1], 10**9), natural(key[1]))
    )


def natural(code: str) -> tuple[tuple[int, str], ...]:
    """A sorting key by which 2 comes before 10.

    >>> sorted(["M10", "M2", "A"], key=natural)
    ['A', 'M2', 'M10']
    """
    parts = re.split(r"(\d+)", code)
    return tuple((int(part) if part.isdecimal() else -1, part) for part in parts)


def taken(
    steps: pl.DataFrame, at: Sequence[int], opened: Sequence[WorkingTime], edges: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Seconds of set-up and run of each row between each two edges, shape (rows, edges - 1).

    Work is done in open time; what runs in one load is counted once. ``at``: the row of each step, -1 for none;
    ``opened``: the open time of each row; ``edges``: moments in ascending order [s].
    """
    start, end = epoch_seconds(steps["setup_start"]), epoch_seconds(steps["end"])
    work = (steps["setup_seconds"] + steps["run_seconds"]).to_numpy().astype(np.float64)
    work[_along_with_others(steps)] = 0.0
    placed = np.argsort(np.array(at, dtype=np.int64), kind="stable")
    limits = np.searchsorted(np.array(at, dtype=np.int64)[placed], np.arange(len(opened) + 1))
    found = np.zeros((len(opened), edges.size - 1))
    for row, hours in enumerate(opened):
        mine = placed[limits[row] : limits[row + 1]]
        passed = hours.work_until(np.clip(edges[None, :], start[mine, None], end[mine, None]))
        whole = (hours.work_until(end[mine]) - hours.work_until(start[mine])).astype(np.float64)
        share = np.divide(work[mine], whole, out=np.zeros(mine.size), where=whole > 0)
        found[row] = (np.diff(passed, axis=1) * share[:, None]).sum(axis=0)
    return found


def _along_with_others(steps: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Steps whose run is that of another step as well, but for the first of each load."""
    load = pl.struct("work_centre", "machine", "setup_family", "start", "end")
    return steps.select((pl.col("along") > 0) & ~load.is_first_distinct()).to_series().to_numpy()


def first_weeks(begin: int) -> npt.NDArray[np.int64]:
    """The four weeks over which the load of a row is told [s]."""
    return np.array([begin, begin + LOAD_SECONDS], dtype=np.int64)


def load_share(busy: float, open_time: WorkingTime, begin: int) -> tuple[float | None, str]:
    """Load of a row as share of its open time, in numbers and words; none where it is never open."""
    first, last = open_time.work_until(first_weeks(begin))
    if last <= first:
        return None, ""
    share = busy / float(last - first)
    return share, wording.percent(share)


def _by_key(frame: pl.DataFrame) -> dict[str, Mapping[str, Any]]:
    return {row[frame.columns[0]]: row for row in frame.iter_rows(named=True)}
