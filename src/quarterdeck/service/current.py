"""The company and plan that everybody looks at now, kept in memory between requests.

What was computed from them is kept as well: a view is a pure function of both, so the same numbers serve every page
until somebody makes a plan or changes one of the tables that the view read.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from quarterdeck.model import Company, Plan
from quarterdeck.service.kept import Kept
from quarterdeck.store import Workspace

KEPT_COMPANIES = 2
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
    """Editions of one workspace, for all threads of a process.

    Other processes may write to the same database: which edition is the newest is asked of it every time.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._threads = threading.local()
        self._loading = threading.RLock()
        self._companies: OrderedDict[int, Company] = OrderedDict()
        self._plans: OrderedDict[str, Plan] = OrderedDict()
        self._kept = Kept(KEPT_VIEWS)

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

    @contextmanager
    def alone(self) -> Iterator[Edition]:
        """The company as it is now, and nobody else writes until this ends."""
        with self.workspace.alone():
            yield self.edition_of_data()

    def view(self, function: Callable[..., T], edition: Edition, *more: Hashable, **options: Hashable) -> T:
        """``function(company, plan, *more, **options)``, computed again only when a table changed that it read.

        Several threads that ask for the same at the same time wait for the first of them.
        """
        key = (f"{function.__module__}.{function.__qualname__}", edition.code, more, *options.items())

        def make(company: Company) -> T:
            return function(company, edition.plan, *more, **options)

        return self._kept.get(key, make, edition.company.frames)

    def _company(self, data: int) -> Company:
        found = self._companies.get(data)
        if found is not None:
            return found
        with self._loading:
            if data not in self._companies:
                older = max(self._companies, default=0)
                before = self._companies.get(older)
                fresh = self.workspace.load() if before is None else self.workspace.refresh(before, older)
                _put(self._companies, data, fresh, KEPT_COMPANIES)
            return self._companies[data]

    def _plan(self, code: str) -> Plan:
        with self._loading:
            if code not in self._plans:
                _put(self._plans, code, self.workspace.load_plan(code), KEPT_PLANS)
            self._plans.move_to_end(code)
            return self._plans[code]


def newest_change(workspace: Workspace) -> int:
    """Number of the newest change set; 0 before the first."""
    return workspace.newest_change()


def newest_company(workspace: Workspace, standing: Edition | None) -> Company:
    """The company as it is now; from an edition that is open already only what changed since is read."""
    if standing is None:
        return workspace.load()
    known = standing.data == newest_change(workspace)
    return standing.company if known else workspace.refresh(standing.company, standing.data)


def newest_plan(workspace: Workspace) -> str:
    """Code of the newest plan; empty before the first."""
    kept = workspace.plans()
    return kept[0].plan if kept else ""


def _put(shelf: OrderedDict[Any, Any], key: Hashable, value: Any, most: int) -> None:  # noqa: ANN401
    shelf[key] = value
    while len(shelf) > most:
        shelf.popitem(last=False)
