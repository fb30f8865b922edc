"""The company and plan that everybody looks at now, kept in memory between requests.

What was computed from them is kept as well: a view is a pure function of both, so the same numbers serve every page
until somebody makes a plan or changes one of the tables that the view read.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.store import Workspace

KEPT_PLANS = 3
KEPT_VIEWS = 400
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Edition:
    """A company and a plan as they are at one moment; ``plan`` is ``None`` where none was made yet.

    Parameters
    ----------
    data
        Number of the newest change set of the company.
    code
        The plan's code; empty where there is none.
    """

    data: int
    code: str
    company: Company
    plan: Plan | None


class Current:
    """Editions of one workspace, for all threads of a process."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._threads = threading.local()
        self._lock = threading.RLock()
        self._companies: OrderedDict[int, Company] = OrderedDict()
        self._plans: OrderedDict[str, Plan] = OrderedDict()
        self._views: OrderedDict[Hashable, Any] = OrderedDict()

    @property
    def workspace(self) -> Workspace:
        """The workspace, opened once per thread: a database connection belongs to one thread."""
        found: Workspace | None = getattr(self._threads, "workspace", None)
        if found is None:
            found = self._threads.workspace = Workspace.open(self.path)
        return found

    def edition(self, plan: str | None = None) -> Edition:
        """The company as it is and the newest plan, or the one with the code ``plan``.

        Raises
        ------
        PlanMissingError
            If a code is given of which no plan is kept.
        """
        data, newest = newest_change(self.workspace), newest_plan(self.workspace)
        code = plan or newest
        return Edition(data, code, self._company(data), self._plan(code) if code else None)

    def edition_of_data(self) -> Edition:
        """The company as it is, without any plan."""
        data = newest_change(self.workspace)
        return Edition(data, "", self._company(data), None)

    def view(self, function: Callable[..., T], edition: Edition, *more: Hashable, **options: Hashable) -> T:
        """``function(company, plan, *more, **options)``, computed again only when a table changed that it read."""
        key = (f"{function.__module__}.{function.__qualname__}", edition.code, more, *options.items())
        with self._lock:
            kept = self._views.get(key)
            if kept is not None and all(edition.company.frames[name] is frame for name, frame in kept[0].items()):
                self._views.move_to_end(key)
                found: T = kept[1]
                return found
        watched = _Watched(edition.company.frames)
        made = function(Company(watched), edition.plan, *more, **options)
        self._keep(self._views, key, (watched.read, made), KEPT_VIEWS)
        return made

    def _company(self, data: int) -> Company:
        with self._lock:
            if data not in self._companies:
                older = max(self._companies, default=0)
                before = self._companies.get(older)
                fresh = self.workspace.load() if before is None else self.workspace.refresh(before, older)
                self._keep(self._companies, data, fresh, 2)
            return self._companies[data]

    def _plan(self, code: str) -> Plan:
        with self._lock:
            if code not in self._plans:
                self._keep(self._plans, code, self.workspace.load_plan(code), KEPT_PLANS)
            self._plans.move_to_end(code)
            return self._plans[code]

    def _keep(self, shelf: OrderedDict[Any, Any], key: Hashable, value: Any, most: int) -> None:  # noqa: ANN401
        with self._lock:
            shelf[key] = value
            while len(shelf) > most:
                shelf.popitem(last=False)


class _Watched(Mapping[str, pl.DataFrame]):
    """A company's frames that remember which of them were read."""

    def __init__(self, frames: Mapping[str, pl.DataFrame]) -> None:
        self.frames = frames
        self.read: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        self.read[name] = self.frames[name]
        return self.frames[name]

    def __iter__(self) -> Iterator[str]:
        self.read.update(self.frames)
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    def __contains__(self, name: object) -> bool:
        return name in self.frames


def newest_change(workspace: Workspace) -> int:
    """Number of the newest change set; 0 before the first."""
    from quarterdeck.store.changes import newest_change as newest  # noqa: PLC0415 - needs Django set up

    return newest(workspace.alias)


def newest_plan(workspace: Workspace) -> str:
    """Code of the newest plan; empty before the first."""
    kept = workspace.plans()
    return kept[0].plan if kept else ""
