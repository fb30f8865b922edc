"""A workspace: a folder with a company's database and its plans."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import uuid
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import polars as pl

from quarterdeck.model import TABLES, Company, Plan
from quarterdeck.model.company import UnknownTableError
from quarterdeck.model.table import Table
from quarterdeck.store import django_setup
from quarterdeck.store.checksum import checksum
from quarterdeck.store.difference import Changes, Difference, difference, key_frame
from quarterdeck.store.errors import ChangedMeanwhileError, NoWorkspaceError, WorkspaceError
from quarterdeck.store.records import CellChange, ChangeSet, PlanRecord, Signature
from quarterdeck.store.turn import Turn

if TYPE_CHECKING:
    from quarterdeck.store.rows import Rows

T = TypeVar("T")
DATABASE_URL = "QUARTERDECK_DATABASE_URL"
MARKER = "workspace.json"
DATABASE_FILE = "company.sqlite3"
PLANS = "plans"
TURN_FILE = ".turn"


class Workspace:
    """A company's tables with their history, and its plans, in one folder.

    The database is a SQLite file in the folder; where ``QUARTERDECK_DATABASE_URL`` names one when the workspace is
    made, it is PostgreSQL. Use it as a context, or call ``close``, to let the database go. ``alias`` is the name by
    which Django knows the database.
    """

    def __init__(self, path: Path, connection: Any) -> None:  # noqa: ANN401 - Django ships no types
        from quarterdeck.store.rows import rows_of  # noqa: PLC0415 - needs Django set up

        self.path = path
        self.alias: str = connection.alias
        self._rows: Rows = rows_of(connection)
        self._stamp: Hashable | None = None
        self._read: dict[Hashable, Any] = {}

    @classmethod
    def create(cls, path: str | Path, *, database_url: str | None = None) -> Workspace:
        """A new, empty workspace in the folder ``path``; the one that is there if there is one."""
        folder = Path(path)
        if (folder / MARKER).is_file():
            return cls.open(folder, database_url=database_url)
        folder.mkdir(parents=True, exist_ok=True)
        url = database_url or os.environ.get(DATABASE_URL)
        marker: dict[str, Any] = {
            "format": 1,
            "workspace": uuid.uuid4().hex,
            "database": "postgresql" if url else "sqlite",
        }
        made = cls(folder, _connected(folder, url))
        django_setup.migrate(made._rows.connection)
        made._claim(marker["workspace"])
        _write_whole(folder / MARKER, json.dumps(marker, indent=2))
        return made

    @classmethod
    def open(cls, path: str | Path, *, database_url: str | None = None) -> Workspace:
        """The workspace in the folder ``path``, with what dead processes left swept away.

        Raises
        ------
        NoWorkspaceError
            If there is none.
        WorkspaceError
            If its database is not to be reached, belongs to another workspace, or is of a newer version.
        """
        folder = Path(path)
        if not (folder / MARKER).is_file():
            raise NoWorkspaceError(f"Expected a workspace in {folder}, found none.")
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        url = None
        if marker["database"] == "postgresql":
            url = database_url or os.environ.get(DATABASE_URL)
            if not url:
                raise WorkspaceError(
                    f"Expected {DATABASE_URL} to name the PostgreSQL database of {folder}, got nothing."
                )
        opened = cls(folder, _connected(folder, url))
        django_setup.migrate(opened._rows.connection)
        opened._claim(marker["workspace"])
        opened._sweep()
        return opened

    def close(self) -> None:
        """Lets the database go; the next use opens it again."""
        self._rows.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load(self) -> Company:
        """The whole company as it is at one moment."""
        with self._rows.snapshot():
            return Company(MappingProxyType({name: self._rows.read(table) for name, table in TABLES.items()}))

    def read(self, name: str) -> pl.DataFrame:
        """One table as it is now."""
        with self._rows.snapshot():
            return self._rows.read(_declared(name))

    def refresh(self, company: Company, since: int) -> Company:
        """The company as it is now, where ``company`` is as it was after the change set ``since``.

        Only what was touched since is read again: the rows that the log keeps, or the table where they are many.
        """
        from quarterdeck.store.changes import touched_since  # noqa: PLC0415

        with self._rows.snapshot():
            names, found = touched_since(self.alias, since, company.frames)
            found.update((name, self._rows.read(TABLES[name])) for name in names)
        return Company(MappingProxyType({**company.frames, **found}))

    def remembered(self, what: Hashable, read: Callable[[], T]) -> T:
        """What ``read`` gives; read again only after somebody wrote to the database.

        Parameters
        ----------
        what
            Names what is read.
        """
        stamp = self._rows.stamp()
        if stamp is None:
            return read()
        if stamp != self._stamp:
            self._stamp, self._read = stamp, {}
        known = self._read
        if what not in known:
            known[what] = read()
        found: T = known[what]
        return found

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside nobody else writes: what is read stays true until it ends, and all that is written counts at once."""
        from django.db import transaction  # noqa: PLC0415

        with _turn(self.path), transaction.atomic(using=self.alias):
            self._rows.lock()
            yield

    def compare(self, changes: Changes) -> dict[str, Difference]:
        """What a commit of ``changes`` would do, per table, without doing it."""
        with self._rows.snapshot():
            return self._differences(changes)

    def commit(
        self, changes: Changes, *, author: str, reason: str = "", source: str = "", base: int | None = None
    ) -> ChangeSet:
        """Makes all changes in one transaction and logs them; rows that stay the same are not written.

        Parameters
        ----------
        base
            Number of the change set that the changes were worked out from; where given, nothing is written if another
            one came since.

        Returns
        -------
        ChangeSet
            What was done; its number is 0 if nothing changed.

        Raises
        ------
        ChangedMeanwhileError
            If ``base`` is no longer the newest.
        """
        signature = Signature(author, reason, source)
        with self.alone():
            self._refuse_stale(base)
            made = {name: each for name, each in self._differences(changes).items() if not each.empty}
            return self._apply(made, signature)

    def undo(self, change_set: int | None = None, *, author: str = "") -> ChangeSet:
        """Takes back a change set, row for row; without a number the newest that still stands.

        Raises
        ------
        UndoRefusedError
            If it cannot be taken back; its ``problem`` says why.
        """
        from quarterdeck.store.changes import take_back  # noqa: PLC0415

        with self.alone():
            return take_back(self.alias, self._rows, change_set, author)

    def change_sets(self, limit: int | None = None) -> list[ChangeSet]:
        """What was changed, newest first; at most ``limit`` of it."""
        from quarterdeck.store.changes import change_sets  # noqa: PLC0415

        return change_sets(self.alias, limit=limit)

    def newest_change(self) -> int:
        """Number of the newest change set; 0 before the first."""
        from quarterdeck.store.changes import newest_change  # noqa: PLC0415

        return self.remembered("newest change", lambda: newest_change(self.alias))

    def history(self, table: str, key: Mapping[str, Any]) -> list[CellChange]:
        """Every change of one row, oldest first, cell by cell: who, when, before, after."""
        from quarterdeck.store.changes import history  # noqa: PLC0415

        return history(self.alias, _declared(table), key)

    def checksum(self) -> dict[str, str]:
        """A checksum of each table's content, whatever the order of its rows."""
        with self._rows.snapshot():
            return {name: checksum(table, self._rows.read(table)) for name, table in TABLES.items()}

    def save_plan(self, plan: Plan, *, author: str, note: str = "") -> str:
        """Keeps a plan for good and gives its code."""
        from quarterdeck.store.plans import save_plan  # noqa: PLC0415

        return save_plan(self.alias, self.path / PLANS, plan, author, note)

    def plans(self) -> list[PlanRecord]:
        """The plans that are kept, newest first."""
        from quarterdeck.store.plans import plans  # noqa: PLC0415

        return list(self.remembered("plans", lambda: plans(self.alias)))

    def load_plan(self, plan: str | None = None) -> Plan:
        """The plan with this code, or the newest.

        Raises
        ------
        PlanMissingError
            If it is not kept.
        """
        from quarterdeck.store.plans import load_plan  # noqa: PLC0415

        return load_plan(self.alias, self.path / PLANS, plan)

    def plan_table(self, plan: str, table: str) -> pl.DataFrame:
        """One table of a plan that is kept."""
        from quarterdeck.store.plans import read_table  # noqa: PLC0415

        return read_table(self.path / PLANS, plan, table)

    def note_plan(self, plan: str, note: str) -> None:
        """Writes a note to a plan.

        Raises
        ------
        PlanMissingError
            If it is not kept.
        """
        from quarterdeck.store.plans import note_plan  # noqa: PLC0415

        note_plan(self.alias, plan, note)

    def delete_plan(self, plan: str) -> None:
        """Takes a plan away for good.

        Raises
        ------
        PlanMissingError
            If it is not kept.
        """
        from quarterdeck.store.plans import delete_plan  # noqa: PLC0415

        delete_plan(self.alias, self.path / PLANS, plan)

    def _differences(self, changes: Changes) -> dict[str, Difference]:
        found = {}
        for name, change in changes.items():
            table = _declared(name)
            named = [frame for frame in (change.upserts, change.deletes) if frame is not None]
            found[name] = difference(table, self._current(table, named), change)
        return found

    def _apply(self, made: Mapping[str, Difference], signature: Signature) -> ChangeSet:
        from quarterdeck.store.changes import record  # noqa: PLC0415

        if not made:
            return ChangeSet(0, dt.datetime.now(dt.UTC), signature.author, signature.reason, signature.source)
        for name, each in made.items():
            self._rows.apply(TABLES[name], each)
        return record(self.alias, signature, made)

    def _current(self, table: Table, named: list[pl.DataFrame]) -> pl.DataFrame:
        """The rows that a change names, or more."""
        if not named or self._rows.is_empty(table):
            return table.empty()
        return self._rows.read_keys(table, pl.concat([key_frame(table, keys) for keys in named]).unique())

    def _refuse_stale(self, base: int | None) -> None:
        from quarterdeck.store.changes import newest_change  # noqa: PLC0415

        newest = newest_change(self.alias) if base is not None else base
        if newest != base:
            raise ChangedMeanwhileError(f"Expected change {base} to be the newest, got {newest}.")

    def _claim(self, workspace: str) -> None:
        """Makes sure that the database is this workspace's and no other's."""
        from quarterdeck.store.models import Identity  # noqa: PLC0415

        found, _ = Identity.objects.using(self.alias).get_or_create(pk=1, defaults={"workspace": workspace})
        if found.workspace != workspace:
            raise WorkspaceError(f"Expected the database of the workspace {self.path}, got that of another workspace.")

    def _sweep(self) -> None:
        from quarterdeck.store.plans import sweep  # noqa: PLC0415

        sweep(self.alias, self.path / PLANS)


@functools.cache
def _turn(folder: Path) -> Turn:
    """Whose turn it is to write to the workspace in a folder."""
    return Turn(folder / TURN_FILE)


def _declared(name: str) -> Table:
    if name not in TABLES:
        raise UnknownTableError(f"Expected one of {', '.join(TABLES)}, got {name!r}.")
    return TABLES[name]


def _connected(folder: Path, url: str | None) -> Any:  # noqa: ANN401
    django_setup.configure()
    entry = django_setup.postgresql_settings(url) if url else django_setup.sqlite_settings(folder / DATABASE_FILE)
    served = django_setup.served(entry)
    return served if served is not None else django_setup.register(str(folder.resolve()), entry)


def _write_whole(path: Path, text: str) -> None:
    """Writes a file so that it is there whole or not at all."""
    temporary = path.with_name(f"{path.name}.writing")
    with temporary.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)
