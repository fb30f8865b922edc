"""Whole tables of a SQLite database: ``executemany`` in, blocks of rows out."""

from __future__ import annotations

from collections.abc import Hashable

import polars as pl

from quarterdeck.model.table import Table
from quarterdeck.store.rows import Rows, quoted
from quarterdeck.store.stored_form import from_sqlite, raw_dtype, table_name, to_sqlite

BLOCK = 16_384
FEW = 2_000
"""Up to so many rows are looked up one by one; for more the whole table is read."""


class SqliteRows(Rows):
    """Rows of the company's tables in SQLite."""

    begin_reading = "BEGIN"

    def stamp(self) -> Hashable | None:
        """What others wrote, and what this connection wrote; inside a transaction nothing is certain yet.

        The connection itself is part of it: the counts of another one, opened later, say nothing about this one's.
        """
        if self.connection.in_atomic_block:
            return None
        driver = self.driver
        (others,) = driver.execute("PRAGMA data_version").fetchone()
        return driver, others, driver.total_changes

    def lock(self) -> None:
        """Nothing to do: the transaction began IMMEDIATE."""

    def is_empty(self, table: Table) -> bool:
        """Whether the table has no row."""
        return self.driver.cursor().execute(f"SELECT 1 FROM {table_name(table.name)} LIMIT 1").fetchone() is None  # noqa: S608

    def read(self, table: Table) -> pl.DataFrame:
        """Every row in the declared form, in the order in which they came."""
        cursor = self.driver.cursor().execute(f"{_select(table)} ORDER BY id")
        blocks = []
        while rows := cursor.fetchmany(BLOCK):
            blocks.append(_frame(table, rows))
        return _compact(pl.concat(blocks)) if blocks else table.empty()

    def read_keys(self, table: Table, keys: pl.DataFrame) -> pl.DataFrame:
        """The rows with these keys, or all rows where the keys are many."""
        if keys.height > FEW:
            return self.read(table)
        cursor = self.driver.cursor()
        statement = f"{_select(table)} WHERE {_matching(table)}"
        found = [row for key in to_sqlite(table, keys).iter_rows() for row in cursor.execute(statement, key)]
        return _frame(table, found) if found else table.empty()

    def insert(self, table: Table, frame: pl.DataFrame) -> None:
        """Adds rows whose keys are not there."""
        marks = ", ".join("?" * frame.width)
        self._many(f"INSERT INTO {table_name(table.name)} ({quoted(frame.columns)}) VALUES ({marks})", table, frame)  # noqa: S608

    def update(self, table: Table, frame: pl.DataFrame) -> None:
        """Puts rows in the place of those with the same keys."""
        others = [name for name in frame.columns if name not in table.key]
        if not others:
            return
        values = ", ".join(f'"{name}" = ?' for name in others)
        statement = f"UPDATE {table_name(table.name)} SET {values} WHERE {_matching(table)}"  # noqa: S608 - declared names
        self._many(statement, table, frame.select(*others, *table.key))

    def delete(self, table: Table, keys: pl.DataFrame) -> None:
        """Takes away the rows with these keys."""
        self._many(f"DELETE FROM {table_name(table.name)} WHERE {_matching(table)}", table, keys)  # noqa: S608

    def _many(self, statement: str, table: Table, frame: pl.DataFrame) -> None:
        cursor = self.driver.cursor()
        for block in frame.iter_slices(BLOCK):
            cursor.executemany(statement, to_sqlite(table, block).iter_rows())


def _compact(frame: pl.DataFrame) -> pl.DataFrame:
    """The same frame, a column with one value in all rows held as that one value."""
    same = [name for name in frame.columns if _constant(frame[name])]
    return frame.with_columns(pl.lit(frame[name].head(1)).first().alias(name) for name in same)


def _constant(values: pl.Series) -> bool:
    if values.null_count():
        return values.null_count() == values.len()
    return bool(values[0] == values[-1] and (values == values[0]).all())


def _select(table: Table) -> str:
    # The plus makes an expression of the column, which keeps the driver from converting cell by cell.
    columns = ", ".join(f'+"{column.name}"' for column in table.columns)
    return f"SELECT {columns} FROM {table_name(table.name)}"  # noqa: S608 - declared names


def _matching(table: Table) -> str:
    return " AND ".join(f'"{name}" = ?' for name in table.key)


def _frame(table: Table, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    by_column = zip(table.columns, zip(*rows, strict=True), strict=True)
    series = [pl.Series(column.name, values, dtype=raw_dtype(column)) for column, values in by_column]
    return from_sqlite(table, pl.DataFrame(series))
