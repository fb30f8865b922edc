"""Whole tables of a PostgreSQL database: ``COPY`` in and out, as text that polars writes and reads in bulk."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import polars as pl

from quarterdeck.model.table import ColumnInfo, Table
from quarterdeck.store.rows import Rows, quoted
from quarterdeck.store.stored_form import table_name

BLOCK = 100_000
FEW = 10_000
"""Up to so many rows are looked up by key; for more the whole table is read."""
STAGED = "staged_rows"


class PostgresqlRows(Rows):
    """Rows of the company's tables in PostgreSQL."""

    begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def lock(self) -> None:
        """Other writers wait until the transaction ends; readers do not."""
        self._execute("LOCK TABLE store_change_sets IN SHARE ROW EXCLUSIVE MODE")

    def is_empty(self, table: Table) -> bool:
        """Whether the table has no row."""
        return self._execute(f"SELECT 1 FROM {table_name(table.name)} LIMIT 1").fetchone() is None  # noqa: S608

    def read(self, table: Table) -> pl.DataFrame:
        """Every row in the declared form, in the order in which they came."""
        names = [column.name for column in table.columns]
        return self._copied_out(table, f"SELECT {quoted(names)} FROM {table_name(table.name)} ORDER BY id")  # noqa: S608

    def read_keys(self, table: Table, keys: pl.DataFrame) -> pl.DataFrame:
        """The rows with these keys, or all rows where the keys are many."""
        if keys.height > FEW:
            return self.read(table)
        columns = quoted([column.name for column in table.columns], "t.")
        arrays = ", ".join(f"%s::{_array_type(table.column(name))}" for name in table.key)
        found = self.driver.cursor().execute(
            f"SELECT {columns} FROM {table_name(table.name)} t "  # noqa: S608 - declared names
            f"JOIN unnest({arrays}) AS s({quoted(table.key)}) ON {_matching(table)} ORDER BY t.id",
            [keys[name].to_list() for name in table.key],
        )
        return pl.DataFrame(found.fetchall(), schema=table.dtypes, orient="row")

    def insert(self, table: Table, frame: pl.DataFrame) -> None:
        """Adds rows whose keys are not there."""
        if frame.height:
            self._copied_in(table_name(table.name), frame)

    def update(self, table: Table, frame: pl.DataFrame) -> None:
        """Puts rows in the place of those with the same keys."""
        others = [name for name in frame.columns if name not in table.key]
        if frame.is_empty() or not others:
            return
        self._stage(table, frame)
        values = ", ".join(f'"{name}" = s."{name}"' for name in others)
        self._execute(
            f"UPDATE {table_name(table.name)} t SET {values} FROM {STAGED} s WHERE {_matching(table)}"  # noqa: S608
        )
        self._execute(f"DROP TABLE {STAGED}")

    def delete(self, table: Table, keys: pl.DataFrame) -> None:
        """Takes away the rows with these keys."""
        if keys.is_empty():
            return
        self._stage(table, keys)
        self._execute(f"DELETE FROM {table_name(table.name)} t USING {STAGED} s WHERE {_matching(table)}")  # noqa: S608
        self._execute(f"DROP TABLE {STAGED}")

    def _stage(self, table: Table, frame: pl.DataFrame) -> None:
        """Puts rows into a temporary table."""
        self._execute(
            f"CREATE TEMPORARY TABLE {STAGED} ON COMMIT DROP AS "  # noqa: S608 - declared names
            f"SELECT {quoted(frame.columns)} FROM {table_name(table.name)} WITH NO DATA"
        )
        self._copied_in(STAGED, frame)
        self._execute(f"ANALYZE {STAGED}")

    def _execute(self, statement: str) -> Any:  # noqa: ANN401 - psycopg's cursor
        return self.driver.cursor().execute(statement)

    def _copied_in(self, target: str, frame: pl.DataFrame) -> None:
        statement = f"COPY {target} ({quoted(frame.columns)}) FROM STDIN WITH (FORMAT csv, NULL '\\N')"
        with self.driver.cursor().copy(statement) as copy:
            for block in frame.iter_slices(BLOCK):
                text = block.write_csv(quote_style="non_numeric", null_value="\\N", include_header=False)
                copy.write(text.encode())

    def _copied_out(self, table: Table, query: str) -> pl.DataFrame:
        texts = [column.name for column in table.columns if column.dtype == pl.String]
        statement = f"COPY ({query}) TO STDOUT WITH (FORMAT csv, NULL '', FORCE_QUOTE ({quoted(texts)}))"
        buffer = io.BytesIO()
        with self.driver.cursor().copy(statement) as copy:
            for piece in copy:
                buffer.write(piece)
        return _frame(table.columns, buffer)


def _array_type(column: ColumnInfo) -> str:
    """What an array of the column's keys is to PostgreSQL."""
    types = {"day": "date", "moment": "timestamp", "whole": "bigint", "flag": "boolean", "money": "numeric"}
    return types.get(column.kind, "float8" if column.dtype.is_float() else "text") + "[]"


def _matching(table: Table) -> str:
    return " AND ".join(f't."{name}" = s."{name}"' for name in table.key)


def _frame(columns: Sequence[ColumnInfo], buffer: io.BytesIO) -> pl.DataFrame:
    schema = {column.name: _text_dtype(column) for column in columns}
    if not buffer.tell():
        return pl.DataFrame(schema={column.name: column.dtype for column in columns})
    buffer.seek(0)
    raw = pl.read_csv(buffer, has_header=False, schema=schema)
    return raw.select(_declared(column) for column in columns)


def _text_dtype(column: ColumnInfo) -> pl.DataType:
    """The type in which a column is read before it is made what it is declared to be."""
    return pl.String() if column.kind in {"flag", "day", "moment", "money"} else column.dtype


def _declared(column: ColumnInfo) -> pl.Expr:
    expr = pl.col(column.name)
    if column.kind == "flag":
        return expr == "t"
    if column.kind == "day":
        return expr.str.to_date("%Y-%m-%d")
    if column.kind == "moment":
        return expr.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
    return expr.cast(column.dtype)
