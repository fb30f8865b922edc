"""Values that their declaration does not allow: missing, out of bounds, unknown words, keys that come twice."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from quarterdeck.model.checks.finding import Finding, Mend, Words, found, numbered
from quarterdeck.model.company import Company
from quarterdeck.model.table import ColumnInfo, Table
from quarterdeck.model.tables import TABLES

REPEATED = "__repeated"
SAME = "__same"


def check_values(company: Company) -> Iterator[Finding]:
    """Every rule that the column declarations state, for every row of every table."""
    for name, table in TABLES.items():
        if company[name].height:
            for column in table.columns:
                yield from _check_column(company, table, column)


def check_empty_codes(company: Company) -> Iterator[Finding]:
    """Key columns that hold an empty text although a row without the code means nothing."""
    for name, table in TABLES.items():
        frame = numbered(company, name)
        for column in table.columns:
            if column.key and column.default is None and column.dtype == pl.String and frame.height:
                yield from found(
                    name,
                    frame.filter(pl.col(column.name) == ""),
                    _missing(table, column),
                    column=column.name,
                    mend="drop",
                )


def check_duplicate_keys(company: Company) -> Iterator[Finding]:
    """Rows whose key another row above has already; the first one counts."""
    for name, table in TABLES.items():
        frame = company[name]
        if frame.height < 2 or not frame.select(table.key).is_duplicated().any():
            continue
        marked = numbered(company, name).with_columns(
            pl.struct(table.key).is_first_distinct().not_().alias(REPEATED),
            pl.struct(frame.columns).is_first_distinct().not_().alias(SAME),
        )
        yield from found(name, marked.filter(pl.col(REPEATED) & pl.col(SAME)), _repeated(table, same=True), mend="drop")
        yield from found(
            name, marked.filter(pl.col(REPEATED) & ~pl.col(SAME)), _repeated(table, same=False), mend="drop"
        )


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
    return f"{value:,.12g}" if isinstance(value, int | float) else str(value)


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
