"""What a change really changes: rows as they were and as they are since, with rows that stay the same left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model.table import Table

ROW = "__row"
AFTER = "__after"


@dataclass(frozen=True, slots=True)
class TableChange:
    """Rows of one table to write and to take away.

    Parameters
    ----------
    upserts
        Rows to add, or to put in the place of those with the same key. Columns it lacks keep their value in rows that
        exist, and take their default in new ones. Of several rows with one key the last counts.
    deletes
        Keys of rows to take away: a frame with at least the key columns. A row in ``upserts`` stays.
    """

    upserts: pl.DataFrame | None = None
    deletes: pl.DataFrame | None = None


Changes = Mapping[str, TableChange]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change does to one table.

    Parameters
    ----------
    before, after
        Rows in the declared form, without those that stay the same. A key in ``before`` alone was deleted, one in
        ``after`` alone is new, one in both has changed.
    new, changed, deleted, unchanged
        Numbers of rows.
    """

    before: pl.DataFrame
    after: pl.DataFrame
    new: int
    changed: int
    deleted: int
    unchanged: int

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.new or self.changed or self.deleted)


def difference(table: Table, current: pl.DataFrame, change: TableChange) -> Difference:
    """What ``change`` does to rows ``current`` (at least those it names) of ``table``."""
    upserts = _unique(table, change.upserts) if change.upserts is not None else table.empty()
    keys = upserts.select(table.key)
    at = positions(keys, current.select(table.key))
    known = at.is_not_null()
    differs = ~known
    if known.any():
        differs = differs | (known & _differs(upserts, current, at))
        upserts, at = (upserts, at) if differs.all() else (upserts.filter(differs), at.filter(differs))
    before = current[at.drop_nulls()] if known.any() else current.clear()
    gone = _gone(table, current, change.deletes, keys)
    return Difference(
        before=pl.concat([before, gone]),
        after=_completed(table, upserts, current, at),
        new=int((~known).sum()),
        changed=before.height,
        deleted=gone.height,
        unchanged=known.len() - upserts.height,
    )


def positions(keys: pl.DataFrame, current: pl.DataFrame) -> pl.Series:
    """Where each key stands among the current ones, null where it does not.

    Rows are matched by a hash of the key, which takes a fraction of the memory that matching texts takes, and then
    compared; should two keys ever share a hash, all are matched by value.
    """
    if current.is_empty():
        return pl.Series(ROW, [None], dtype=pl.UInt32).new_from_index(0, keys.height)
    if keys.height == current.height and all(keys[name].equals(current[name]) for name in keys.columns):
        return pl.Series(ROW, np.arange(keys.height, dtype=np.uint32))
    at = _by_hash(keys.hash_rows().to_numpy(), current.hash_rows().to_numpy())
    if at is not None:
        found = at.is_not_null()
        if all(current[name].gather(at).eq_missing(keys[name]).filter(found).all() for name in keys.columns):
            return at
    indexed = current.with_row_index(ROW)
    return keys.join(indexed, on=keys.columns, how="left", maintain_order="left")[ROW]


def _by_hash(wanted: npt.NDArray[np.uint64], hashes: npt.NDArray[np.uint64]) -> pl.Series | None:
    """Where each hash stands among ``hashes``; none if two of these are equal."""
    order = hashes.argsort().astype(np.uint32)
    ranked = hashes[order]
    if bool((ranked[1:] == ranked[:-1]).any()):
        return None
    place = np.searchsorted(ranked, wanted)
    place[place == ranked.size] = 0
    found = pl.Series(ranked[place] == wanted)
    return pl.Series(ROW, order[place]).set(~found, None)


def changed(table: Table, frame: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with the rows ``after`` in the place of ``before``, in the order that the database keeps.

    Rows whose key stays keep their place, new ones come last, the others go. Done twice it is as if done once.
    """
    places = frame.select(table.key).with_row_index(ROW)
    touched = pl.concat([before.select(table.key), after.select(table.key)]).unique()
    gone = places.join(touched, on=table.key, how="semi", maintain_order="left")
    stay = after.select(table.key).with_row_index(AFTER).join(gone, on=table.key, how="left", maintain_order="left")
    order = np.arange(frame.height + after.height, dtype=np.int64)
    kept = stay.filter(pl.col(ROW).is_not_null())
    taken = kept[ROW].to_numpy()
    order[taken] = frame.height + kept[AFTER].to_numpy()
    leave = np.zeros(order.size, dtype=np.bool_)
    leave[np.setdiff1d(gone[ROW].to_numpy(), taken)] = True
    leave[order[taken]] = False
    leave[frame.height + kept[AFTER].to_numpy()] = True
    return pl.concat([frame, after.select(frame.columns)], rechunk=True)[order[~leave]]


def canonical(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` in the declared form, in the one way of writing each value that a database gives back unchanged."""
    shaped = table.shape(frame)
    floats = [name for name, dtype in shaped.schema.items() if dtype.is_float()]
    return shaped.with_columns(_plain(name) for name in floats)


def _plain(name: str) -> pl.Expr:
    """A float as SQLite gives it back: no value for what is no number, zero without a sign."""
    value = pl.col(name).fill_nan(None)
    return pl.when(value == 0.0).then(0.0).otherwise(value).alias(name)


def key_frame(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Only the key columns, in their declared types."""
    return canonical(table, frame.select(name for name in table.key if name in frame.columns)).select(table.key)


def _unique(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in canonical form with the columns the caller gave, the last of those with one key."""
    given = [column.name for column in table.columns if column.name in frame.columns or column.key]
    shaped = canonical(table, frame).select(given)
    if shaped.select(table.key).hash_rows().n_unique() == shaped.height:
        return shaped
    return shaped.unique(subset=table.key, keep="last", maintain_order=True)


def _refuse_gaps(table: Table, frame: pl.DataFrame) -> None:
    for name in frame.columns:
        gaps = frame[name].null_count()
        if gaps and not table.column(name).nullable:
            raise ValueError(f"Expected a value in {table.name}.{name} of every row, got {gaps} rows without.")


def _completed(table: Table, upserts: pl.DataFrame, current: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    """The rows with all columns: those not given come from the current row, or from the default where there is none."""
    full = canonical(table, upserts)
    absent = [column.name for column in table.columns if column.name not in upserts.columns]
    if absent and current.height:
        known = at.is_not_null()
        full = full.with_columns(
            pl.when(known).then(current[name].gather(at)).otherwise(full[name]).alias(name) for name in absent
        )
    _refuse_gaps(table, full)
    return full


def _differs(given: pl.DataFrame, current: pl.DataFrame, at: pl.Series) -> pl.Series:
    """Whether a row has another value in any given column, one column at a time to keep memory low."""
    found = pl.Series(values=[False]).new_from_index(0, given.height)
    for name in given.columns:
        found = found | given[name].ne_missing(current[name].gather(at))
    return found


def _gone(table: Table, current: pl.DataFrame, deletes: pl.DataFrame | None, stay: pl.DataFrame) -> pl.DataFrame:
    """Rows to take away, those whose keys are in ``stay`` left out."""
    if deletes is None or deletes.is_empty():
        return current.clear()
    keys = key_frame(table, deletes)
    return current.join(keys.join(stay, on=table.key, how="anti") if stay.height else keys, on=table.key, how="semi")
