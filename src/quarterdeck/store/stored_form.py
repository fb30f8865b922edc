"""Frames as the databases keep them, and back: SQLite has no exact decimals, dates or truth values of its own."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from quarterdeck.model.table import ColumnInfo, Table

WALL_CLOCK = "%Y-%m-%d %H:%M:%S%.f"
_SMALLEST = Decimal("0.0001")


def table_name(table: str) -> str:
    """Name of the database table in which a declared table is kept."""
    return f"company_{table}"


def to_sqlite(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with values that SQLite can hold; columns may be fewer than declared."""
    return frame.select(_to_sqlite(table.column(name)) for name in frame.columns)


def _to_sqlite(column: ColumnInfo) -> pl.Expr:
    expr = pl.col(column.name)
    if column.kind == "money":
        return expr.to_physical().cast(pl.Int64)
    if column.kind == "day":
        return expr.dt.to_string("%Y-%m-%d")
    if column.kind == "moment":
        return expr.dt.to_string(WALL_CLOCK)
    return expr.cast(pl.Int64) if column.kind == "flag" else expr


def raw_dtype(column: ColumnInfo) -> pl.DataType:
    """The polars type of a column as it comes from SQLite."""
    if column.kind in {"money", "flag"}:
        return pl.Int64()
    return pl.String() if column.kind in {"day", "moment"} else column.dtype


def from_sqlite(table: Table, raw: pl.DataFrame) -> pl.DataFrame:
    """The frame in its declared form."""
    return raw.select(_from_sqlite(column) for column in table.columns)


def _from_sqlite(column: ColumnInfo) -> pl.Expr:
    expr = pl.col(column.name)
    if column.kind == "money":
        return (expr.cast(pl.Decimal(24, 4)) * pl.lit(_SMALLEST)).cast(column.dtype)
    if column.kind == "day":
        return expr.str.to_date("%Y-%m-%d")
    if column.kind == "moment":
        return expr.str.to_datetime(WALL_CLOCK, time_unit="us")
    return expr.cast(column.dtype)
