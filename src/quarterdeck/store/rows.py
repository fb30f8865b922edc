"""Reading and writing whole tables, past the ORM; what both databases have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl

from quarterdeck.model.table import Table
from quarterdeck.store.difference import Difference


class Rows(ABC):
    """Rows of the company's tables in one database.

    Parameters
    ----------
    alias
        Django's name of the database; every thread has a connection of its own to it.
    """

    begin_reading: str

    def __init__(self, alias: str) -> None:
        self.alias = alias

    @property
    def connection(self) -> Any:  # noqa: ANN401 - Django ships no types
        """Django's connection of this thread."""
        from django.db import connections  # noqa: PLC0415 - needs Django set up

        return connections[self.alias]

    @property
    def driver(self) -> Any:  # noqa: ANN401 - sqlite3's or psycopg's connection
        """The driver's connection, opened if need be."""
        self.connection.ensure_connection()
        return self.connection.connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reading inside sees one and the same state, and hinders nobody who writes."""
        if self.connection.in_atomic_block:
            yield
            return
        cursor = self.driver.cursor()
        cursor.execute(self.begin_reading)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")

    def apply(self, table: Table, change: Difference) -> None:
        """Writes a difference: rows go, rows change, rows come."""
        known = change.before.select(table.key)
        wanted = change.after.select(table.key)
        if wanted.is_empty():
            self.delete(table, known)
            return
        if known.is_empty():
            self.insert(table, change.after)
            return
        self.delete(table, known.join(wanted, on=table.key, how="anti"))
        self.update(table, change.after.join(known, on=table.key, how="semi"))
        self.insert(table, change.after.join(known, on=table.key, how="anti", maintain_order="left"))

    def stamp(self) -> Hashable | None:
        """What stays the same as long as nobody writes to the database, seen from this thread; ``None``: not known."""
        return None

    @abstractmethod
    def lock(self) -> None:
        """Inside a transaction: nobody else may write until it ends."""

    @abstractmethod
    def is_empty(self, table: Table) -> bool:
        """Whether the table has no row."""

    @abstractmethod
    def read(self, table: Table) -> pl.DataFrame:
        """Every row in the declared form, in the order in which they came."""

    @abstractmethod
    def read_keys(self, table: Table, keys: pl.DataFrame) -> pl.DataFrame:
        """The rows with these keys; may give more rows than asked for."""

    @abstractmethod
    def insert(self, table: Table, frame: pl.DataFrame) -> None:
        """Adds rows whose keys are not there."""

    @abstractmethod
    def update(self, table: Table, frame: pl.DataFrame) -> None:
        """Puts rows in the place of those with the same keys."""

    @abstractmethod
    def delete(self, table: Table, keys: pl.DataFrame) -> None:
        """Takes away the rows with these keys."""


def rows_of(connection: Any) -> Rows:  # noqa: ANN401
    """The way of reading and writing for the connection's kind of database."""
    if connection.vendor == "postgresql":
        from quarterdeck.store.rows_postgresql import PostgresqlRows  # noqa: PLC0415 - needs an extra package

        return PostgresqlRows(connection.alias)
    from quarterdeck.store.rows_sqlite import SqliteRows  # noqa: PLC0415

    return SqliteRows(connection.alias)


def quoted(names: tuple[str, ...] | list[str], prefix: str = "") -> str:
    """Column names for SQL, separated by commas.

    >>> quoted(("order", "line"), "t.")
    't."order", t."line"'
    """
    return ", ".join(f'{prefix}"{name}"' for name in names)
