"""Schemas of requests and answers, made from the tables' declarations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, NaiveDatetime, StringConstraints, WithJsonSchema, create_model

from quarterdeck.model.table import ColumnInfo, Table

WALL_CLOCK = WithJsonSchema({
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?$",
    "examples": ["2026-03-02T06:00:00"],
})  # fmt: skip
"""A time on the site's own clock has no zone, so it is no ``date-time`` of JSON Schema."""
TYPES: dict[str, Any] = {
    "day": dt.date,
    "moment": Annotated[NaiveDatetime, WALL_CLOCK],
    "instant": AwareDatetime,
    "flag": bool,
    "whole": int,
    "quantity": float,
    "number": float,
    "fraction": float,
    "money": Annotated[Decimal, Field(max_digits=18, decimal_places=4)],
}
ORDERED = ("day", "moment", "instant", "whole", "quantity", "number", "fraction", "money")
PRINTABLE = r"^[^\x00]*$"


class Refusal(Schema):
    """Why a call was refused."""

    detail: Any


class Conflict(Schema):
    """Two people changed one row: how it is now, and what you wanted."""

    message: str
    current: dict[str, Any] | None
    yours: dict[str, Any] | None


def answer_schema(table: Table) -> type[Schema]:
    """A row as it is answered: every column, absent values as null."""
    fields: dict[str, Any] = {}
    for column in table.columns:
        kind = _answered(column)
        fields[column.name] = (kind | None if column.nullable else kind, Field(description=told(column)))
    return _made(table, "Row", fields)


def entry_schema(table: Table) -> type[Schema]:
    """A row as it is made: what is left out takes its default."""
    fields = {column.name: _entered(table, column) for column in table.columns}
    return _made(table, "New", fields, Strict)


def change_schema(table: Table) -> type[Schema]:
    """A change of a row: what is left out stays; the key stands in the address."""
    fields: dict[str, Any] = {}
    for column in table.columns:
        if not column.key:
            kind = _typed(table, column)
            fields[column.name] = (kind | None if column.nullable else kind, Field(None, description=told(column)))
    return _made(table, "Change", fields, Strict)


def key_schema(table: Table) -> type[Schema]:
    """The key of a row, as query parameters."""
    fields: dict[str, Any] = {}
    for name in table.key:
        column = table.column(name)
        default = ... if column.default is None else column.default
        fields[name] = (_typed(table, column), Field(default, description=told(column)))
    return _made(table, "Key", fields)


def filter_schema(table: Table) -> type[Schema]:
    """What a list can be narrowed by: each column equal to a value, texts that contain, ordered ones from … to."""
    fields: dict[str, Any] = {}
    for column in table.columns:
        kind = _typed(table, column)
        fields[column.name] = (kind | None, Field(None, description=f"Only rows with this value: {told(column)}"))
        if column.kind in {"code", "text"}:
            fields[f"{column.name}__has"] = (Text | None, Field(None, description="Only rows whose text contains this"))
        if column.kind in ORDERED:
            fields[f"{column.name}__from"] = (kind | None, Field(None, description="Only rows with at least this"))
            fields[f"{column.name}__to"] = (kind | None, Field(None, description="Only rows with at most this"))
    return _made(table, "Filter", fields)


def page_schema(table: Table, row: type[Schema]) -> type[Schema]:
    """A page of a list."""
    rows: Any = list[row]  # type: ignore[valid-type]
    fields: dict[str, Any] = {
        "count": (int, Field(description="Rows in all")),
        "page": (int, Field(description="Number of this page, from 1")),
        "rows": (rows, Field(description="The rows")),
    }
    return _made(table, "Page", fields)


def told(column: ColumnInfo) -> str:
    """The column's description with its unit."""
    return f"{column.description} [{column.unit}]" if column.unit else column.description


class Strict(Schema):
    """A body in which an unknown column is a mistake."""

    model_config = ConfigDict(extra="forbid")


Text = Annotated[str, StringConstraints(pattern=PRINTABLE, max_length=10_000)]


def _answered(column: ColumnInfo) -> Any:  # noqa: ANN401
    if column.kind == "money":
        return str
    return {"moment": Annotated[dt.datetime, WALL_CLOCK], "instant": dt.datetime}.get(column.kind) or TYPES.get(
        column.kind, str
    )


def _typed(table: Table, column: ColumnInfo) -> Any:  # noqa: ANN401
    """The type with the declared bounds."""
    if column.kind == "choice":
        return Literal[tuple(column.words)]
    if column.kind == "time":
        return Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
    if column.kind in {"code", "text"}:
        least = 1 if column.key and column.default is None else 0
        longest = 200 if column.kind == "code" else 10_000
        return Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=least, max_length=longest)]
    bounds = _bounds(table, column)
    return Annotated[TYPES[column.kind], Field(**bounds)] if bounds else TYPES[column.kind]


def _bounds(table: Table, column: ColumnInfo) -> dict[str, Any]:
    declared = table.schema.columns()[column.name]
    named = {"min": "ge", "max": "le", "min_exclusive": "gt", "max_exclusive": "lt"}
    found = {short: getattr(declared, name, None) for name, short in named.items()}
    bounds: dict[str, Any] = {short: value for short, value in found.items() if value is not None}
    if column.kind in {"quantity", "number", "fraction"}:
        bounds["allow_inf_nan"] = False
    return bounds


def _entered(table: Table, column: ColumnInfo) -> Any:  # noqa: ANN401
    kind = _typed(table, column)
    if column.required:
        return (kind, Field(..., description=told(column)))
    return (kind | None, Field(None, description=told(column)))


def _made(table: Table, ending: str, fields: dict[str, Any], base: type[Schema] = Schema) -> type[Schema]:
    name = "".join(word.capitalize() for word in table.name.split("_"))
    made: type[Schema] = create_model(f"{name}{ending}", __base__=base, **fields)
    return made
