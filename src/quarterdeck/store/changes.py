"""The change log: who changed what and when, and the way back.

Every commit keeps, per table, the rows it touched as they were and as they are since. Taking it back puts the one
in the place of the other. Everything here follows from the declarations: a new table needs nothing more.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from quarterdeck.model import TABLES, Problem
from quarterdeck.model.table import Table
from quarterdeck.store.difference import Difference, TableChange, changed, difference, positions
from quarterdeck.store.models import ChangedTable, ChangeSetRecord
from quarterdeck.store.records import CellChange, ChangeSet, Signature, UndoRefusedError
from quarterdeck.store.rows import Rows

FEW_CHANGES, FEW_ROWS = 30, 1_000
"""Up to so many changes and rows are put into a table in memory; for more the table is read anew."""


def record(alias: str, signature: Signature, made: Mapping[str, Difference]) -> ChangeSet:
    """Writes a change set to the log, inside the transaction that makes the change."""
    entry = _entry(alias, signature)
    touched = [
        ChangedTable.objects.using(alias).create(change_set=entry, **_touched(TABLES[name], each))
        for name, each in made.items()
    ]
    return _change_set(entry, touched, set())


def change_sets(alias: str, number: int | None = None, limit: int | None = None) -> list[ChangeSet]:
    """Every change set, newest first; the newest ``limit`` of them, or the one with this number."""
    records = ChangeSetRecord.objects.using(alias).order_by("-pk")
    wanted = list(records[:limit] if number is None else records.filter(pk=number))
    undone = _undone(list(records.exclude(undoes=None)))
    touched = ChangedTable.objects.using(alias).defer("before", "after").order_by("pk")
    if number is not None or limit is not None:
        touched = touched.filter(change_set_id__in=[each.pk for each in wanted])
    by_set: dict[int, list[Any]] = {}
    for row in touched:
        by_set.setdefault(row.change_set_id, []).append(row)
    return [_change_set(each, by_set.get(each.pk, []), undone) for each in wanted]


def take_back(alias: str, rows: Rows, number: int | None, author: str) -> ChangeSet:
    """Restores what a change set changed, inside a transaction; without a number the newest that still stands.

    Raises
    ------
    UndoRefusedError
        If there is none, if it is taken back already, or if rows it touched have changed since.
    """
    chosen = _chosen(change_sets(alias), number)
    entry = _entry(alias, Signature(author, f"Undo of change {chosen.number}", chosen.source), chosen.number)
    for touched in ChangedTable.objects.using(alias).filter(change_set_id=chosen.number).order_by("-pk"):
        table = TABLES[touched.table]
        before, after = _frame(table, touched.before), _frame(table, touched.after)
        if not _stands(table, rows, before, after):
            raise UndoRefusedError(_changed_since(alias, chosen, table))
        rows.apply(table, Difference(after, before, touched.deleted, touched.updated, touched.inserted, 0))
        ChangedTable.objects.using(alias).create(change_set=entry, **_turned(touched))
    return change_sets(alias, entry.pk)[0]


def touched_since(
    alias: str, since: int, frames: Mapping[str, pl.DataFrame]
) -> tuple[list[str], dict[str, pl.DataFrame]]:
    """What change sets after ``since`` touched: tables to be read anew, and tables as they are now.

    ``frames`` are the tables as they were after ``since``; where little has changed, that is put into them.
    """
    touched = ChangedTable.objects.using(alias).filter(change_set_id__gt=since).order_by("pk")
    sizes: dict[str, list[int]] = {}
    for name, *counts in touched.values_list("table", "inserted", "updated", "deleted"):
        sizes.setdefault(name, []).append(sum(counts))
    known = [name for name in sizes if name in TABLES]
    few = [name for name in known if len(sizes[name]) <= FEW_CHANGES and sum(sizes[name]) <= FEW_ROWS]
    found = {name: frames[name] for name in few}
    for change in touched.filter(table__in=few) if few else ():
        table = TABLES[change.table]
        found[table.name] = changed(table, found[table.name], _frame(table, change.before), _frame(table, change.after))
    return [name for name in known if name not in found], found


def newest_change(alias: str) -> int:
    """Number of the newest change set; 0 before the first."""
    newest = ChangeSetRecord.objects.using(alias).order_by("-pk").values_list("pk", flat=True).first()
    return int(newest or 0)


def history(alias: str, table: Table, key: Mapping[str, Any]) -> list[CellChange]:
    """Every change of the row with ``key``, oldest first, cell by cell."""
    first = str(pl.Series([key[table.key[0]]], dtype=table.dtypes[table.key[0]]).cast(pl.String)[0])
    touching = ChangedTable.objects.using(alias).filter(table=table.name, key_low__lte=first, key_high__gte=first)
    found: list[CellChange] = []
    for touched in touching.select_related("change_set").order_by("change_set_id"):
        before, after = (_row(table, blob, key) for blob in (touched.before, touched.after))
        found += _cells(table, touched.change_set, before, after)
    return found


def _cells(table: Table, entry: Any, before: dict[str, Any], after: dict[str, Any]) -> Iterator[CellChange]:  # noqa: ANN401
    for column in table.columns:
        old, new = before.get(column.name), after.get(column.name)
        if old != new:
            yield CellChange(entry.pk, entry.at, entry.author, entry.reason, column.name, old, new)


def _row(table: Table, blob: bytes, key: Mapping[str, Any]) -> dict[str, Any]:
    wanted = pl.DataFrame(
        [{name: key[name] for name in table.key}], schema={name: table.dtypes[name] for name in table.key}
    )
    found = _frame(table, blob).join(wanted, on=table.key, how="semi")
    return found.row(0, named=True) if found.height else {}


def _chosen(log: list[ChangeSet], number: int | None) -> ChangeSet:
    standing = [each for each in log if not each.undone and each.undoes is None]
    if number is None:
        if not standing:
            raise UndoRefusedError(Problem("error", "undo-nothing", "There is no change left to take back."))
        return standing[0]
    chosen = next((each for each in log if each.number == number), None)
    if chosen is None:
        raise UndoRefusedError(
            Problem("error", "undo-unknown", f"There is no change {number}.", "Choose one from the list of changes.")
        )
    if chosen.undone:
        raise UndoRefusedError(Problem("error", "undo-twice", f"Change {number} is taken back already."))
    return chosen


def _entry(alias: str, signature: Signature, undoes: int | None = None) -> Any:  # noqa: ANN401
    return ChangeSetRecord.objects.using(alias).create(
        at=dt.datetime.now(dt.UTC),
        author=signature.author,
        reason=signature.reason,
        source=signature.source,
        undoes=undoes,
    )


def _turned(touched: Any) -> dict[str, Any]:  # noqa: ANN401
    """A logged change the other way round."""
    same = {name: getattr(touched, name) for name in ("table", "key_low", "key_high")}
    counts = {"inserted": touched.deleted, "updated": touched.updated, "deleted": touched.inserted}
    return {**same, **counts, "before": touched.after, "after": touched.before}


def _stands(table: Table, rows: Rows, before: pl.DataFrame, after: pl.DataFrame) -> bool:
    """Whether the rows are still as the change set left them: ``after``, and none of those it took away."""
    keys = after.select(table.key)
    gone = before.select(table.key)
    if gone.height:
        gone = gone.join(keys, on=table.key, how="anti")
    current = rows.read_keys(table, pl.concat([keys, gone]) if gone.height else keys)
    if gone.height and positions(gone, current.select(table.key)).is_not_null().any():
        return False
    now = difference(table, current, TableChange(upserts=after))
    return now.empty


def _changed_since(alias: str, chosen: ChangeSet, table: Table) -> Problem:
    later = ChangedTable.objects.using(alias).filter(table=table.name, change_set_id__gt=chosen.number)
    numbers = sorted(set(later.values_list("change_set_id", flat=True)), reverse=True)
    culprits = [
        each for each in change_sets(alias) if each.number in numbers and not each.undone and each.undoes is None
    ]
    named = ", ".join(str(each.number) for each in culprits) or "another program"
    return Problem(
        "error",
        "undo-conflict",
        f"Rows of {table.title.lower()} that change {chosen.number} touched have changed since, by {named}.",
        "Take back the later changes first, the newest before the others.",
        table=table.name,
    )


def _undone(records: list[Any]) -> set[int]:
    """Numbers of those taken back: by a later one that stands itself. ``records`` come newest first."""
    undone: set[int] = set()
    for entry in records:
        if entry.undoes is not None and entry.pk not in undone:
            undone.add(entry.undoes)
    return undone


def _change_set(entry: Any, touched: list[Any], undone: set[int]) -> ChangeSet:  # noqa: ANN401
    return ChangeSet(
        number=entry.pk,
        at=entry.at,
        author=entry.author,
        reason=entry.reason,
        source=entry.source,
        new=sum(row.inserted for row in touched),
        changed=sum(row.updated for row in touched),
        deleted=sum(row.deleted for row in touched),
        tables="; ".join(_in_words(row) for row in touched),
        undoes=entry.undoes,
        undone=entry.pk in undone,
    )


def _in_words(row: Any) -> str:  # noqa: ANN401
    title = TABLES[row.table].title if row.table in TABLES else row.table
    counts = ((row.inserted, "new"), (row.updated, "changed"), (row.deleted, "removed"))
    return f"{title}: " + ", ".join(f"{count:,} {word}" for count, word in counts if count)


def _touched(table: Table, made: Difference) -> dict[str, Any]:
    first = pl.concat([made.before[table.key[0]], made.after[table.key[0]]]).cast(pl.String)
    return {
        "table": table.name,
        "key_low": first.min(),
        "key_high": first.max(),
        "inserted": made.new,
        "updated": made.changed,
        "deleted": made.deleted,
        "before": _parquet(made.before),
        "after": _parquet(made.after),
    }


def _parquet(frame: pl.DataFrame) -> bytes:
    if frame.is_empty():
        return b""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _frame(table: Table, blob: bytes) -> pl.DataFrame:
    return table.shape(pl.read_parquet(io.BytesIO(blob))) if blob else table.empty()
