"""Changing rows of any table by hand: checked cell by cell, written as one change, refused where others were faster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import TABLES, Company, Table
from quarterdeck.service.cells import Refusal, texts_of, typed
from quarterdeck.service.grid import as_rows
from quarterdeck.service.views.tables_page import table_problems
from quarterdeck.store import TableChange

if TYPE_CHECKING:
    from quarterdeck.service.current import Current, Edition

MOST_EDITS = 20_000
FEW = 20


@dataclass(frozen=True, slots=True)
class RowEdit:
    """What somebody typed into one row.

    Parameters
    ----------
    ref
        By which whoever asks knows the row.
    values
        Texts by column; only those that were typed.
    key, etag
        Of the row as it was seen; a row without key is new.
    delete
        Take the row away.
    """

    ref: str
    values: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    etag: str = ""
    delete: bool = False


@dataclass(frozen=True, slots=True)
class CellRefusal:
    """A cell that was not taken, or (``warning``) taken with a reservation; without ``column`` it is the row."""

    ref: str
    column: str
    severity: str
    found: str
    message: str
    hint: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that somebody else changed meanwhile: as it is now (``None`` if it is gone), and what was typed."""

    ref: str
    theirs: dict[str, Any] | None
    mine: dict[str, str]


@dataclass(frozen=True)
class Edited:
    """What came of edits.

    Parameters
    ----------
    change_set
        Number under which they can be taken back; 0 if nothing was written.
    saved
        Rows as they are now, by ref; ``None`` for those taken away.
    refusals, conflicts
        What was not written and why, and what was written with a reservation.
    """

    change_set: int = 0
    saved: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    refusals: tuple[CellRefusal, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass
class _Work:
    """Edits of one table being worked out against the rows as they are."""

    table: Table
    frame: pl.DataFrame
    seen: dict[tuple[str, ...], dict[str, Any]]
    values: dict[tuple[str, ...], dict[str, Any]]
    refusals: list[CellRefusal] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    taken_away: set[str] = field(default_factory=set)

    @cached_property
    def keys(self) -> set[tuple[Any, ...]]:
        """The keys that are there."""
        return set(self.frame.select(self.table.key).iter_rows())

    def has(self, key: tuple[Any, ...]) -> bool:
        """Whether a row has this key; for a few edits it is looked up, for many all keys are listed once."""
        if len(self.seen) + len(self.rows) > FEW:
            return key in self.keys
        alike = [pl.col(name) == value for name, value in zip(self.table.key, key, strict=True)]
        return not self.frame.filter(alike).is_empty()

    def key(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """The key of a row of values."""
        return tuple(row[name] for name in self.table.key)

    def stands(self, row: Mapping[str, Any]) -> bool:
        """Whether another row has this key, one that the same edit takes away aside."""
        key = self.key(row)
        return key not in self.gone.values() and self.has(key)


def edit_rows(current: Current, name: str, edits: Sequence[RowEdit], *, author: str, reason: str = "") -> Edited:
    """Writes what was typed as one change: good cells are kept, faulty ones come back with the reason.

    A row that is new is written when it is complete; a row that changed since it was seen is not touched.

    Raises
    ------
    ValueError
        If there are too many edits, or a column that the table does not have.
    """
    if len(edits) > MOST_EDITS:
        raise ValueError(f"Expected at most {MOST_EDITS:,} rows at once, got {len(edits):,}. Import them as a file.")
    with current.alone() as edition:
        work = _worked_out(edition.company, name, edits)
        upserts, deletes = _frames(work)
        if upserts is None and deletes is None:
            return Edited(refusals=tuple(work.refusals), conflicts=tuple(work.conflicts))
        made = current.workspace.commit(
            {name: TableChange(upserts, deletes)}, author=author, reason=reason or _reason(work), source="grid"
        )
    return _told(current, name, work, made.number)


def _worked_out(company: Company, name: str, edits: Sequence[RowEdit]) -> _Work:
    table, frame = TABLES[name], company[name]
    rows = _rows(table, frame, {edit.key for edit in edits if edit.key})
    seen = {tuple(row["_key"]): row for row in as_rows(table, rows)}
    values = dict(zip(seen, rows.iter_rows(named=True), strict=True))
    work = _Work(table, frame, seen, values)
    texts, bad = _typed(table, edits, work)
    for place, edit in enumerate(edits):
        if edit.key:
            _change(work, edit, texts[place], bad[place])
        else:
            _add(work, edit, texts[place], bad[place])
    _refuse_repeated(work)
    return work


def _rows(table: Table, frame: pl.DataFrame, wanted: set[tuple[str, ...]]) -> pl.DataFrame:
    """The rows with these keys; keys are compared as texts, column by column."""
    if not wanted or frame.is_empty():
        return frame.clear()
    texts = [at for at, name in enumerate(table.key) if table.dtypes[name] == pl.String]
    near = [pl.col(table.key[at]).is_in([key[at] for key in wanted if len(key) > at]) for at in texts]
    places = frame.select(table.key).with_row_index("__at").filter(near)
    keys = texts_of(table, places.drop("__at")).with_columns(places["__at"])
    asked = pl.DataFrame([list(key) for key in wanted], schema=dict.fromkeys(table.key, pl.String), orient="row")
    return frame[keys.join(asked, on=table.key, how="semi")["__at"]]


def _typed(table: Table, edits: Sequence[RowEdit], work: _Work) -> tuple[list[dict[str, Any]], list[set[str]]]:
    """The values that were typed, row by row, and the columns that were refused in each."""
    values: list[dict[str, Any]] = [{} for _ in edits]
    bad: list[set[str]] = [set() for _ in edits]
    unknown = sorted({name for edit in edits for name in edit.values} - set(table.dtypes))
    if unknown:
        raise ValueError(f"Expected columns of {table.title}, got {', '.join(unknown)}.")
    for column in table.columns:
        at = [place for place, edit in enumerate(edits) if column.name in edit.values]
        if not at:
            continue
        read = typed(table, column.name, [edits[place].values[column.name] for place in at])
        for place, value in zip(at, read.values.to_list(), strict=True):
            values[place][column.name] = value
        for index, told in read.refusals.items():
            place = at[index]
            work.refusals += [_refusal(edits[place].ref, column.name, each) for each in told]
            if any(each.severity == "error" for each in told):
                bad[place].add(column.name)
                values[place].pop(column.name)
    return values, bad


def _refusal(ref: str, column: str, told: Refusal) -> CellRefusal:
    return CellRefusal(ref, column, told.severity, told.found, told.message, told.hint, told.expected)


def _change(work: _Work, edit: RowEdit, values: dict[str, Any], bad: set[str]) -> None:
    row = work.seen.get(edit.key)
    mine = dict(edit.values)
    if row is None or (edit.etag and row["_etag"] != edit.etag):
        work.conflicts.append(Conflict(edit.ref, row, mine))
        return
    before = work.values[edit.key]
    key = work.key(before)
    if edit.delete:
        work.gone[edit.ref] = key
        work.taken_away.add(edit.ref)
        return
    new = {**before, **values}
    if not values or (bad & set(work.table.key)):
        return
    if work.key(new) != key:
        if work.stands(new):
            work.refusals.append(_taken(work.table, edit.ref, new))
            return
        work.gone[edit.ref] = key
    work.rows[edit.ref] = new


def _add(work: _Work, edit: RowEdit, values: dict[str, Any], bad: set[str]) -> None:
    if edit.delete or not any(text.strip() for text in edit.values.values()):
        return
    missing = [
        column
        for column in work.table.columns
        if not column.nullable and column.default is None and values.get(column.name) is None
    ]
    for column in missing:
        if column.name not in bad:
            hint = f"Fill in {column.title.lower()}: {column.description}."
            message = f"{column.title} is missing; the row is kept when it is there."
            work.refusals.append(CellRefusal(edit.ref, column.name, "error", "", message, hint, "a value"))
    if missing or bad:
        return
    blank = {column.name: column.default for column in work.table.columns}
    new = {**blank, **{name: value for name, value in values.items() if value is not None}}
    if work.stands(new):
        work.refusals.append(_taken(work.table, edit.ref, new))
        return
    work.rows[edit.ref] = new


def _taken(table: Table, ref: str, row: dict[str, Any]) -> CellRefusal:
    key = " / ".join(text for text in texts_of(table, _frame(table, [row])).select(table.key).row(0) if text)
    return CellRefusal(
        ref,
        table.key[-1] if len(table.key) > 1 else table.key[0],
        "error",
        key,
        f"{key} is in {table.title} already.",
        "Change that row, or give this one a key of its own.",
        "a key that is not there yet",
    )


def _refuse_repeated(work: _Work) -> None:
    """Of new rows with one key only the first is taken."""
    seen: set[tuple[Any, ...]] = set()
    for ref in list(work.rows):
        key = work.key(work.rows[ref])
        if key in seen:
            work.refusals.append(_taken(work.table, ref, work.rows.pop(ref)))
            work.gone.pop(ref, None)
        seen.add(key)


def _frames(work: _Work) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    table = work.table
    upserts = _frame(table, list(work.rows.values())) if work.rows else None
    schema = {name: table.dtypes[name] for name in table.key}
    deletes = pl.DataFrame(list(work.gone.values()), schema=schema, orient="row") if work.gone else None
    return upserts, deletes


def _frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    columns = {column.name: [row[column.name] for row in rows] for column in table.columns}
    return table.shape(pl.DataFrame({n: pl.Series(n, v, strict=False) for n, v in columns.items()}, strict=False))


def _reason(work: _Work) -> str:
    title = work.table.title
    known = {work.key(row) for row in work.values.values()}
    new = sum(
        ref not in work.gone and (key := work.key(row)) not in known and not work.has(key)
        for ref, row in work.rows.items()
    )
    changed, gone = len(work.rows) - new, len(work.taken_away)
    parts = [f"{count:,} {word}" for count, word in ((new, "added"), (changed, "changed"), (gone, "deleted")) if count]
    return f"{title} by hand: {', '.join(parts)}"


def _told(current: Current, name: str, work: _Work, number: int) -> Edited:
    """The rows as they are now, with what the checks of the whole company say about them."""
    edition = current.edition_of_data()
    saved: dict[str, dict[str, Any] | None] = dict.fromkeys(work.taken_away)
    if work.rows:
        rows = as_rows(work.table, _frame(work.table, list(work.rows.values())))
        saved.update(zip(work.rows, rows, strict=True))
    return Edited(number, saved, (*work.refusals, *_reservations(current, edition, name, saved)), tuple(work.conflicts))


def _reservations(
    current: Current, edition: Edition, name: str, saved: Mapping[str, dict[str, Any] | None]
) -> list[CellRefusal]:
    """What is wrong with the rows in the whole company: they are kept, but planning may leave them out."""
    refs = {" / ".join(text for text in row["_key"] if text): ref for ref, row in saved.items() if row}
    return [
        CellRefusal(refs[each.key], each.column, "warning", each.found, each.message, each.hint, each.expected)
        for each in (current.view(table_problems, edition, name) if refs else ())
        if each.key in refs and each.severity != "info"
    ]
