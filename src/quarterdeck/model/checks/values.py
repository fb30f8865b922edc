"""Values that their declaration does not allow: missing, out of bounds, unknown words, keys that come twice."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from quarterdeck.model.checks.finding import ROW, Finding, Mend, Words, found, numbered
from quarterdeck.model.company import Company
from quarterdeck.model.problem import Problem
from quarterdeck.model.table import ColumnInfo, Table
from quarterdeck.model.tables import TABLES

REPEATED = "__repeated"
SAME = "__same"
SUMMED = {"demand_history": ("quantity", "revenue"), "stock_lots": ("quantity",)}
"""Tables whose rows of one key add up, and the columns that do: sales of one day, bins of one site."""

ALIKE = {"demand_history": (), "stock_lots": ("expiry", "hold")}
"""Columns in which rows must be alike to add up."""


def check_values(company: Company) -> Iterator[Finding]:
    """Every rule that the column declarations state, for every row of every table."""
    for name in TABLES:
        yield from values_of(company, name)


def values_of(company: Company, name: str) -> Iterator[Finding]:
    """:func:`check_values` of one table."""
    if company[name].height:
        for column in TABLES[name].columns:
            yield from _check_column(company, TABLES[name], column)


def check_empty_codes(company: Company) -> Iterator[Finding]:
    """Key columns that hold an empty text although a row without the code means nothing."""
    for name in TABLES:
        yield from empty_codes_of(company, name)


def empty_codes_of(company: Company, name: str) -> Iterator[Finding]:
    """:func:`check_empty_codes` of one table."""
    if company[name].is_empty():
        return
    table, frame = TABLES[name], numbered(company, name)
    for column in table.columns:
        if column.key and column.default is None and column.dtype == pl.String:
            empty = frame.filter(pl.col(column.name) == "")
            yield from found(name, empty, _missing(table, column), column=column.name, mend="drop")


def check_duplicate_keys(company: Company) -> Iterator[Finding]:
    """Rows whose key another row above has already; the first one counts."""
    for name in TABLES:
        yield from duplicate_keys_of(company, name)


def duplicate_keys_of(company: Company, name: str) -> Iterator[Finding]:
    """:func:`check_duplicate_keys` of one table."""
    table, keys = TABLES[name], company[name].select(TABLES[name].key)
    if keys.hash_rows().n_unique() == keys.height or not keys.is_duplicated().any():
        return  # hashes, which take little memory, are enough to know that no key comes twice
    frame = numbered(company, name)
    if name in SUMMED:
        addable = _addable(frame, table)
        yield from _summed(frame.filter(addable), table)
        frame = frame.filter(~addable)
    marked = frame.with_columns(
        pl.struct(table.key).is_first_distinct().not_().alias(REPEATED),
        pl.struct(company[name].columns).is_first_distinct().not_().alias(SAME),
    )
    yield from found(name, marked.filter(pl.col(REPEATED) & pl.col(SAME)), _repeated(table, same=True), mend="drop")
    yield from found(name, marked.filter(pl.col(REPEATED) & ~pl.col(SAME)), _repeated(table, same=False), mend="drop")


def _addable(frame: pl.DataFrame, table: Table) -> pl.Series:
    """Rows whose key comes several times and that can simply be added up."""
    key = list(table.key)
    sound = pl.col("quantity").is_not_null() & pl.all_horizontal(pl.col(key).is_not_null())
    alike = [pl.struct(ALIKE[table.name]).n_unique().over(key) == 1] if ALIKE[table.name] else []
    return frame.select(pl.all_horizontal(sound.all().over(key), pl.len().over(key) > 1, *alike)).to_series()


def _summed(rows: pl.DataFrame, table: Table) -> Iterator[Finding]:
    """The first row of each key takes the sum; the others go."""
    if rows.is_empty():
        return
    first = rows.filter(pl.struct(table.key).is_first_distinct())
    message = f"{first.height:,} keys of {table.title} come more than once; their {rows.height:,} rows are added up."
    problem = Problem("info", "rows-added-up", message, "Nothing, if these are separate sales or places.", table.name)
    for column in SUMMED[table.name]:
        totals = rows.with_columns(pl.col(column).sum().over(table.key)).join(first.select(ROW), on=ROW, how="semi")
        told = (problem,) if column == "quantity" else ()
        yield Finding(told, table.name, totals[ROW], "set", column, totals[column])
    rest = rows.join(first.select(ROW), on=ROW, how="anti", maintain_order="left")
    yield Finding((), table.name, rest[ROW], "drop")


def _check_column(company: Company, table: Table, column: ColumnInfo) -> Iterator[Finding]:
    rules = table.schema.columns()[column.name].validation_rules(pl.col(column.name))
    passed = company[table.name].select(
        (
            rule.fill_null(value=True)
            | (pl.col(column.name).is_null() if name != "nullability" else pl.lit(value=False))
        ).alias(name)
        for name, rule in rules.items()
    )
    broken = [name for name in passed.columns if not passed[name].all()]
    if not broken:
        return
    frame = numbered(company, table.name)
    if "nullability" in broken:
        missing = frame.filter(~passed["nullability"])
        yield from found(table.name, missing, _missing(table, column), column=column.name, mend=_mend(column))
    wrong = frame.filter(~passed.select(pl.all_horizontal(pl.lit(value=True), pl.exclude("nullability"))).to_series())
    yield from found(table.name, wrong, _wrong(table, column), column=column.name, mend=_mend(column))


def _mend(column: ColumnInfo) -> Mend:
    return "drop" if column.key or column.required else "blank"


def _missing(table: Table, column: ColumnInfo) -> Words:
    if _mend(column) == "blank":
        message = f"{column.title} is missing; {_shown_default(column)} is taken."
        return Words("warning", "value-missing", message, f"Fill in {column.title.lower()} in {table.title}.")
    message = f"{column.title} is missing, so the row cannot be used."
    return Words(
        "error", "value-missing", message, f"Fill in {column.title.lower()} in {table.title}.", allowed(table, column)
    )


def _wrong(table: Table, column: ColumnInfo) -> Words:
    limits = allowed(table, column)
    told = f"{column.title} is {{{column.name}}}, but should be {limits}"
    hint = f"Correct {column.title.lower()} in {table.title}."
    if _mend(column) == "blank":
        return Words(
            "warning", "value-out-of-bounds", f"{told}; {_shown_default(column)} is taken instead.", hint, limits
        )
    return Words("error", "value-out-of-bounds", f"{told}; the row cannot be used.", hint, limits)


def _shown_default(column: ColumnInfo) -> str:
    if column.default is None:
        return "nothing"
    return repr(column.default) if isinstance(column.default, str) else str(column.default)


def allowed(table: Table, column: ColumnInfo) -> str:
    """What a column accepts, in words.

    >>> allowed(TABLES["bom_lines"], TABLES["bom_lines"].column("quantity_per"))
    'more than 0 and at most 1,000,000,000,000'
    """
    if column.words:
        return "one of " + ", ".join(column.words)
    declared = table.schema.columns()[column.name]
    above, least, most = (getattr(declared, name, None) for name in ("min_exclusive", "min", "max"))
    parts = (
        [f"more than {above:g}"] if above is not None else [f"at least {_bound(least)}"] if least is not None else []
    )
    parts += [f"at most {_bound(most)}"] if most is not None else []
    plain = {"time": "a time such as 07:30", "code": "a code", "text": "a text"}
    return " and ".join(parts) or plain.get(column.kind, "a value")


def _bound(value: object) -> str:
    return f"{value:,.13g}" if isinstance(value, int | float) else str(value)


def _repeated(table: Table, *, same: bool) -> Words:
    key = " / ".join(f"{{{name}}}" for name in table.key)
    if same:
        message = f"The row {key} is there twice with the same values; it counts once."
        return Words("warning", "row-repeated", message, f"Delete the second row in {table.title}.")
    message = f"{table.title} has {key} more than once with different values; the first row counts."
    return Words(
        "error",
        "key-repeated",
        message,
        f"Keep one row per {' and '.join(table.key).replace('_', ' ')}, or give the second its own code.",
    )
