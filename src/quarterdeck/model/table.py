"""What a declared table is, and how a frame is brought to its form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import dataframely as dy
import polars as pl


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """Everything declared about one column."""

    name: str
    kind: str
    description: str
    unit: str
    dtype: pl.DataType
    key: bool
    nullable: bool
    default: Any
    references: str
    synonyms: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]
    date_only: str

    @property
    def title(self) -> str:
        """The heading people read.

        >>> from quarterdeck.model.tables import TABLES
        >>> TABLES["items"].column("shelf_life_days").title
        'Shelf life days'
        """
        return self.name.replace("_", " ").capitalize()

    @property
    def required(self) -> bool:
        """Whether a row without a value here is rejected."""
        return not self.nullable and self.default is None


@dataclass(frozen=True)
class Table:
    """One table of the company or of a plan: its name, its words for people and its schema.

    Parameters
    ----------
    name
        Key in ``Company`` or ``Plan``, file name and database table, plural and in snake case.
    title, description
        For screens and documents.
    group
        Heading under which screens and the data dictionary list it.
    schema
        Columns with bounds and metadata.
    also
        Synonyms by which a sheet is recognised, per language as in :mod:`quarterdeck.model.columns`.
    """

    name: str
    title: str
    group: str
    description: str
    schema: type[dy.Schema]
    also: str = ""

    @cached_property
    def columns(self) -> tuple[ColumnInfo, ...]:
        """The columns in declared order."""
        return tuple(_column_info(name, column) for name, column in self.schema.columns().items())

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns if column.key)

    def column(self, name: str) -> ColumnInfo:
        """The column called ``name``; ``KeyError`` if there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, ColumnInfo]:
        return {column.name: column for column in self.columns}

    @cached_property
    def dtypes(self) -> dict[str, pl.DataType]:
        """Column name to polars type."""
        return {column.name: column.dtype for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """A frame with the columns and no rows."""
        return self._empty.clone()

    @cached_property
    def _empty(self) -> pl.DataFrame:
        return pl.DataFrame(schema=self.dtypes)

    def shape(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` with exactly the declared columns and types: absent ones defaulted, unknown ones dropped.

        Values that cannot be cast raise; files check and cast cell by cell before they come here.
        """
        given = frame.schema
        fitting = {column.name for column in self.columns if _fits(frame, given, column)}
        if len(fitting) == len(self.columns) and frame.columns == list(self.dtypes):
            return frame
        return frame.select(
            pl.col(column.name) if column.name in fitting else _as_declared(given, column) for column in self.columns
        )


def _fits(frame: pl.DataFrame, given: pl.Schema, column: ColumnInfo) -> bool:
    """Whether the frame has the column in its declared form."""
    if given.get(column.name) != column.dtype:
        return False
    return column.default is None or not frame[column.name].null_count()


def _as_declared(given: pl.Schema, column: ColumnInfo) -> pl.Expr:
    default = pl.lit(column.default)
    if column.name not in given:
        return default.cast(column.dtype).alias(column.name)
    expr = pl.col(column.name)
    if isinstance(column.dtype, pl.Decimal) and given[column.name].is_float():
        expr = expr.round(4)
    expr = expr.cast(column.dtype)
    return expr if column.default is None else expr.fill_null(default.cast(column.dtype))


def _column_info(name: str, column: dy.Column) -> ColumnInfo:
    metadata = column.metadata or {}
    return ColumnInfo(
        name=name,
        kind=metadata["kind"],
        description=column.description or "",
        unit=metadata["unit"],
        dtype=column.dtype,
        key=column.primary_key,
        nullable=column.nullable,
        default=metadata["default"],
        references=metadata["references"],
        synonyms=metadata["synonyms"],
        words=metadata.get("words", {}),
        date_only=metadata.get("date_only", ""),
    )
