"""Edits of a company's tables as data: rows to write and rows to take away, and the company with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from quarterdeck.model import TABLES, Company


@dataclass(frozen=True)
class Edit:
    """Rows of one table to write in the place of those with the same key, and keys of rows to take away."""

    upserts: pl.DataFrame | None = None
    deletes: pl.DataFrame | None = None


Edits = Mapping[str, Edit]


@dataclass(frozen=True)
class Candidate:
    """A repair that could be made.

    ``kind`` says what it is, ``subject`` the order or work centre it is about, ``facts`` what a sentence about it
    needs. ``price`` is what it costs more than the plan as it stands; ``concession`` marks what the customer has to
    agree to. ``arrivals`` are new dates of purchases by order, ``part`` the quantity that is split off the subject.
    """

    kind: str
    subject: str
    item: str
    facts: Mapping[str, Any]
    price: Decimal
    edits: Edits = field(compare=False)
    concession: bool = False
    arrivals: Mapping[str, dt.datetime] = field(default_factory=dict, compare=False)
    part: float = 0.0


def row_of(table: str, company: Company, changes: Mapping[str, Any], **key: str) -> pl.DataFrame:
    """The row with this key as it would be with these changes."""
    found = company[table].filter(*(pl.col(name) == value for name, value in key.items()))
    schema = company[table].schema
    return found.with_columns(pl.lit(value, dtype=schema[name]).alias(name) for name, value in changes.items())


def new_row(table: str, **values: Any) -> pl.DataFrame:  # noqa: ANN401 - cells of any table
    """One row of a table; columns that are not given take their defaults."""
    dtypes = TABLES[table].dtypes
    frame = pl.DataFrame({name: pl.Series([value], dtype=dtypes[name]) for name, value in values.items()})
    return TABLES[table].shape(frame)


def edited(company: Company, edits: Edits) -> Company:
    """The company as it would be."""
    frames = dict(company.frames)
    for name, edit in edits.items():
        table, frame = TABLES[name], company[name]
        if edit.deletes is not None:
            frame = frame.join(edit.deletes.select(table.key), on=table.key, how="anti", maintain_order="left")
        if edit.upserts is not None:
            rows = table.shape(edit.upserts)
            frame = frame.join(rows.select(table.key), on=table.key, how="anti", maintain_order="left")
            frame = pl.concat([frame, rows])
        frames[name] = frame
    return Company(frames)


def free_code(company: Company, table: str, stem: str) -> str:
    """A code that no order of the table has."""
    taken = set(company[table]["order"])
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
