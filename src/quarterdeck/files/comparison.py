"""What an import would change, row by row, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from quarterdeck.files.intake import Intake
from quarterdeck.model import TABLES, Company, Table


@dataclass(frozen=True, slots=True)
class TableChange:
    """What an import does to one table.

    ``new`` and ``changed`` are the rows in declared form as they would be; ``unchanged`` and ``rejected`` are counts.
    """

    table: str
    new: pl.DataFrame
    changed: pl.DataFrame
    unchanged: int
    rejected: int


def compare(company: Company, intake: Intake) -> dict[str, TableChange]:
    """Per table of the files: which rows are new, changed, unchanged or rejected."""
    names = [name for name in TABLES if name in intake.tables or intake.rejected.get(name)]
    return {name: _change(TABLES[name], company[name], intake) for name in names}


def merge(company: Company, intake: Intake) -> Company:
    """The company after the import: rows of the files replace those with the same key, all others stay."""
    frames = {}
    for name, change in compare(company, intake).items():
        table, before = TABLES[name], company[name]
        touched = pl.concat([change.changed, change.new])
        stay = before.join(change.changed, on=table.key, how="anti", nulls_equal=True, maintain_order="left")
        frames[name] = pl.concat([stay, touched])
    return company.replace(**frames)


def completed(table: Table, rows: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with all declared columns: absent ones from ``before`` where the key is known, else defaults."""
    absent = [column.name for column in table.columns if column.name not in rows.columns]
    if not absent:
        return table.shape(rows)
    known = before.select(*table.key, *absent, pl.lit(value=True).alias("__known"))
    joined = rows.join(known, on=table.key, how="left", nulls_equal=True, maintain_order="left")
    fresh = table.shape(rows)
    kept = [
        pl.when(joined["__known"].fill_null(value=False)).then(joined[name]).otherwise(fresh[name]).alias(name)
        for name in absent
    ]
    return fresh.with_columns(kept)


def _change(table: Table, before: pl.DataFrame, intake: Intake) -> TableChange:
    rows = intake.tables.get(table.name, table.empty())
    after = completed(table, rows, before)
    is_new = ~_known(table, after, before)
    same = after.join(before, on=after.columns, how="semi", nulls_equal=True).height
    new = after.filter(is_new)
    old = after.filter(~is_new)
    changed = old.join(before, on=old.columns, how="anti", nulls_equal=True, maintain_order="left")
    return TableChange(table.name, new, changed, same, intake.rejected.get(table.name, 0))


def _known(table: Table, after: pl.DataFrame, before: pl.DataFrame) -> pl.Series:
    keys = before.select(*table.key, pl.lit(value=True).alias("__known"))
    joined = after.select(table.key).join(keys, on=table.key, how="left", nulls_equal=True, maintain_order="left")
    return joined["__known"].fill_null(value=False)
