"""Single rows of the company's tables: found by their key, made, changed and deleted without losing anybody's work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import TABLES
from quarterdeck.model.table import Table
from quarterdeck.service.current import Current
from quarterdeck.store import TableChange

Row = dict[str, Any]


class RecordMissingError(LookupError):
    """There is no row with this key."""


class RecordExistsError(ValueError):
    """There is a row with this key already; ``current`` is it."""

    def __init__(self, message: str, current: Row) -> None:
        super().__init__(message)
        self.current = current


class RecordChangedError(ValueError):
    """Somebody else changed the row: ``current`` is the row now, ``wanted`` what was to be written."""

    def __init__(self, message: str, current: Row | None, wanted: Row | None) -> None:
        super().__init__(message)
        self.current, self.wanted = current, wanted


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows of a table, in which order.

    Parameters
    ----------
    equal, least, most, words
        Column → value it must have; → least and greatest value; → text it must contain, whatever the capitals.
    sort
        Columns, with a minus before those that fall.
    """

    equal: Mapping[str, Any]
    least: Mapping[str, Any]
    most: Mapping[str, Any]
    words: Mapping[str, str]
    sort: tuple[str, ...] = ()


def chosen(frame: pl.DataFrame, query: Query) -> pl.DataFrame:
    """The rows of a frame that a query names, in its order.

    Raises
    ------
    ValueError
        If it sorts by a column that is not there.
    """
    tests = [pl.col(name) == value for name, value in query.equal.items()]
    tests += [pl.col(name) >= value for name, value in query.least.items()]
    tests += [pl.col(name) <= value for name, value in query.most.items()]
    tests += [
        pl.col(name).str.to_lowercase().str.contains(text.lower(), literal=True) for name, text in query.words.items()
    ]
    kept = frame.filter(tests) if tests else frame
    names = [name.removeprefix("-") for name in query.sort]
    unknown = sorted(set(names) - set(frame.columns))
    if unknown:
        raise ValueError(f"Expected columns among {', '.join(frame.columns)} to sort by, got {', '.join(unknown)}.")
    falling = [name.startswith("-") for name in query.sort]
    return kept.sort(names, descending=falling, nulls_last=True, maintain_order=True) if names else kept


def record(frame: pl.DataFrame, table: Table, key: Mapping[str, Any]) -> Row:
    """The row with this key.

    Raises
    ------
    RecordMissingError
        If there is none.
    """
    found = frame.filter([pl.col(name) == key[name] for name in table.key])
    if found.is_empty():
        told = ", ".join(f"{name} {key[name]}" for name in table.key)
        raise RecordMissingError(f"Expected a row of {table.title.lower()} with {told}, found none.")
    return found.row(0, named=True)


def entity_tag(row: Mapping[str, Any]) -> str:
    """A tag that changes whenever the row does."""
    told = json.dumps({name: str(value) for name, value in sorted(row.items()) if value is not None})
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def create_record(current: Current, name: str, row: Row, *, author: str) -> Row:
    """Adds a row; absent columns take their default.

    Raises
    ------
    RecordExistsError
        If there is a row with this key.
    """
    table = TABLES[name]
    shaped = table.shape(pl.DataFrame([row], schema_overrides=_types(table, row)))
    with current.alone() as edition:
        try:
            held = record(edition.company[name], table, shaped.row(0, named=True))
        except RecordMissingError:
            _write(current, name, TableChange(shaped), author)
            return shaped.row(0, named=True)
    raise RecordExistsError(f"Expected a new key for {table.title.lower()}, got one that is there.", held)


def change_record(current: Current, name: str, row: Row, *, tag: str, author: str) -> Row:
    """Puts a row in the place of the one with its key, if that still has the tag; columns left out stay as they are.

    Raises
    ------
    RecordMissingError
        If there is no such row.
    RecordChangedError
        If somebody else has changed it.
    """
    table = TABLES[name]
    with current.alone() as edition:
        held = record(edition.company[name], table, row)
        _refuse_changed(held, tag, row)
        wanted = {**held, **row}
        shaped = table.shape(pl.DataFrame([wanted], schema_overrides=dict(table.dtypes)))
        _write(current, name, TableChange(shaped), author)
        return shaped.row(0, named=True)


def delete_record(current: Current, name: str, key: Row, *, tag: str, author: str) -> None:
    """Takes a row away, if it still has the tag.

    Raises
    ------
    RecordMissingError
        If there is no such row.
    RecordChangedError
        If somebody else has changed it.
    """
    table = TABLES[name]
    with current.alone() as edition:
        held = record(edition.company[name], table, key)
        _refuse_changed(held, tag, None)
        keys = pl.DataFrame([held], schema_overrides=dict(table.dtypes)).select(table.key)
        _write(current, name, TableChange(deletes=keys), author)


def _refuse_changed(held: Row, tag: str, wanted: Row | None) -> None:
    if tag != entity_tag(held):
        raise RecordChangedError("Somebody else changed this row since you read it.", held, wanted)


def _write(current: Current, name: str, change: TableChange, author: str) -> None:
    reason = f"{TABLES[name].title}: one row {'deleted' if change.upserts is None else 'written'}"
    current.workspace.commit({name: change}, author=author, reason=reason, source="API")


def _types(table: Table, row: Row) -> dict[str, pl.DataType]:
    return {name: dtype for name, dtype in table.dtypes.items() if name in row}
