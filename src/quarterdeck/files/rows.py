"""Rules about whole rows: keys that repeat or look alike, periods that end before they start, generated codes."""

from __future__ import annotations

import polars as pl

from quarterdeck.files.codes import skeletons
from quarterdeck.files.layouts import ROW
from quarterdeck.files.raw import shown
from quarterdeck.files.telling import MOST_ERRORS, MOST_WARNINGS, Place
from quarterdeck.model import Problem, Table

SPANS = (("start", "end"), ("valid_from", "valid_to"), ("launch", "discontinued"), ("available_from", "available_to"))
NUMBERED = {"sales_orders": "line", "purchase_orders": "line", "bom_lines": "position", "co_products": "position"}
SUMMED = {"demand_history": ("quantity", "revenue")}


def generate_orders(frame: pl.DataFrame) -> pl.DataFrame:
    """Sales order lines that came without order number: item and due day name the order, the lines are counted.

    The same rows get the same numbers at every import.
    """
    order = pl.format("{} {}", pl.col("item"), pl.col("due").dt.strftime("%Y-%m-%d")).alias("order")
    if "line" in frame.columns:
        return frame.with_columns(order)
    # Whole numbers group with a fraction of the memory that texts take; a day is well below 2^22.
    day = pl.col("due").dt.date().to_physical().cast(pl.Int64)
    item = pl.col("item").rank("dense").cast(pl.Int64)
    same = frame.select((item * (1 << 23) + day).alias("x")).to_series()
    line = frame.select(pl.int_range(1, pl.len() + 1).over(same).cast(pl.String)).to_series()
    return frame.with_columns(order, line.alias("line"))


def reversed_spans(frame: pl.DataFrame, place: Place) -> tuple[list[Problem], pl.Series]:
    """Rows whose end lies before their start: problems, and a mask of them."""
    bad = pl.Series([False]).new_from_index(0, frame.height)
    problems: list[Problem] = []
    for first, last in SPANS:
        if first not in frame.columns or last not in frame.columns:
            continue
        mask = (frame[last] < frame[first]).fill_null(value=False)
        for row in frame.filter(mask).head(MOST_ERRORS).select(ROW, first, last).iter_rows(named=True):
            message = f"It ends {_when(row[last])}, before it starts {_when(row[first])}."
            problems.append(
                place.problem(
                    "error", "period-reversed", message, "Swap or correct the two.", row=row[ROW], column=last,
                    found=_when(row[last]), expected=f"{_when(row[first])} or later",
                )
            )  # fmt: skip
        bad = bad | mask
    return problems, bad


def _when(moment: object) -> str:
    text = moment.strftime("%a %-d %b %Y %H:%M") if hasattr(moment, "strftime") else str(moment)
    return text.removesuffix(" 00:00")


def number_lines(
    frame: pl.DataFrame, table: Table, given: list[str], place: Place
) -> tuple[pl.DataFrame, list[Problem]]:
    """Rows that share a key only because the file has no line numbers get them, in the file's order."""
    column = NUMBERED.get(table.name, "")
    if not column or column in given or column not in frame.columns:
        return frame, []
    others = [name for name in table.key if name != column]
    repeated = frame.select(others).is_duplicated()
    if not repeated.any():
        return frame, []
    content = [name for name in frame.columns if name != ROW]
    distinct = _first_of_equals(frame, content)
    counted = distinct.cast(pl.Int64)
    numbers = frame.with_columns(__c=counted).select(pl.col("__c").cum_sum().over(others)).to_series()
    frame = frame.with_columns(pl.when(repeated).then(numbers.cast(pl.String)).otherwise(pl.col(column)).alias(column))
    if table.name != "bom_lines":
        return frame, []
    told = frame.filter(repeated).group_by(others, maintain_order=True).agg(pl.col(ROW))
    return frame, [_twice(place, others, row) for row in told.head(MOST_WARNINGS).iter_rows(named=True)]


def _twice(place: Place, others: list[str], row: dict[str, object]) -> Problem:
    rows = row[ROW]
    assert isinstance(rows, list)  # noqa: S101 - from agg
    message = (
        f"{row['component']} goes into {row['parent']} more than once (rows {_listed(rows)}); the lines are added."
    )
    return place.problem(
        "warning", "component-repeated", message, "Delete one line if it was meant once.",
        row=rows[0], key=" / ".join(str(row[name]) for name in others),
    )  # fmt: skip


def differing_units(frame: pl.DataFrame, place: Place) -> tuple[list[Problem], pl.Series]:
    """Lines of one component under one parent that count in different units."""
    nothing = pl.Series([False]).new_from_index(0, frame.height)
    if "unit" not in frame.columns:
        return [], nothing
    groups = frame.group_by("parent", "component", maintain_order=True).agg(
        pl.col("unit").drop_nulls().unique(maintain_order=True), pl.col(ROW)
    )
    groups = groups.filter(pl.col("unit").list.len() > 1)
    problems = [
        place.problem(
            "error", "units-differ",
            f"{line['component']} in {line['parent']} is counted in {' and '.join(line['unit'])}"
            f" (rows {_listed(line[ROW])}).",
            "Use the unit of the component in both lines.", row=row, column="unit",
            found=", ".join(line["unit"]), expected="one unit", key=f"{line['parent']} / {line['component']}",
        )
        for line in groups.head(MOST_ERRORS).iter_rows(named=True)
        for row in line[ROW]
    ]  # fmt: skip
    rows = [row for line in groups[ROW].to_list() for row in line]
    return problems, frame[ROW].is_in(rows) if rows else nothing


def repeated_keys(frame: pl.DataFrame, table: Table, place: Place) -> tuple[pl.DataFrame, list[Problem], list[int]]:
    """Rows that share a key: equal ones are taken once, different ones are rejected, sales of one day are added up.

    Returns
    -------
    The rows that remain, the problems, and the numbers of the rejected rows.
    """
    keys = list(table.key)
    repeated = frame.select(keys).is_duplicated()
    if not repeated.any():
        return frame, [], []
    if table.name in SUMMED:
        return _summed(frame, table, place, int(repeated.sum()))
    content = [name for name in frame.columns if name != ROW]
    first = _first_of_equals(frame, content)
    once, dropped = frame.filter(first), frame.filter(~first)
    problems = [_same_row(place, row, keys) for row in dropped.head(MOST_WARNINGS).iter_rows(named=True)]
    clash = once.select(keys).is_duplicated()
    groups = once.filter(clash).group_by(keys, maintain_order=True).agg(pl.col(ROW))
    problems += [
        _same_key(place, line, keys, row)
        for line in groups.head(MOST_ERRORS).iter_rows(named=True)
        for row in line[ROW]
    ]
    return once.filter(~clash), problems, once.filter(clash)[ROW].to_list()


def _first_of_equals(frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    return frame.select(pl.struct(columns).is_first_distinct().alias("x")).to_series()


def _summed(
    frame: pl.DataFrame, table: Table, place: Place, count: int
) -> tuple[pl.DataFrame, list[Problem], list[int]]:
    amounts = [name for name in SUMMED[table.name] if name in frame.columns]
    others = [name for name in frame.columns if name not in {*table.key, *amounts}]
    added = frame.group_by(table.key, maintain_order=True).agg(pl.col(amounts).sum(), pl.col(others).first())
    message = f"{count:,} rows share item, site, customer and day with another; their quantities are added up."
    told = place.problem("info", "rows-added-up", message, "Nothing to do if every row is a sale of its own.")
    return added.select(frame.columns), [told], []


def _same_row(place: Place, row: dict[str, object], keys: list[str]) -> Problem:
    key = _key(row, keys)
    message = f"{key} stands here again with the same values; it is taken once."
    return place.problem(
        "warning", "row-repeated", message, "Delete the second row.", row=_number(row), key=key, found=key
    )


def _same_key(place: Place, line: dict[str, object], keys: list[str], row: int) -> Problem:
    key, rows = _key(line, keys), line[ROW]
    assert isinstance(rows, list)  # noqa: S101 - from agg
    message = f"{key} stands in rows {_listed(rows)} with different values."
    return place.problem(
        "error", "key-repeated", message, "Keep one of the rows, or give them different codes.",
        row=row, column=keys[0], key=key, found=key, expected="each code once",
    )  # fmt: skip


def alike_codes(frame: pl.DataFrame, table: Table, place: Place) -> list[Problem]:
    """Codes of a master table that differ only by capitals, blanks or look-alike letters."""
    if len(table.key) != 1 or table.column(table.key[0]).kind != "code" or table.name == "settings":
        return []
    name = table.key[0]
    codes = frame.select(name, ROW).unique(name, keep="first", maintain_order=True)
    seen = codes.with_columns(__seen=skeletons(codes[name]))
    alike = seen.filter(pl.col("__seen").is_duplicated())
    groups = alike.group_by("__seen", maintain_order=True).agg(name, ROW).head(MOST_ERRORS)
    return [
        _alike(place, name, code, row, [other for other in line[name] if other != code])
        for line in groups.iter_rows(named=True)
        for code, row in zip(line[name], line[ROW], strict=True)
    ]


def _alike(place: Place, column: str, code: str, row: int, others: list[str]) -> Problem:
    others_shown = ", ".join(
        f"{shown(other)} ({_letters(other)})" if not other.isascii() else shown(other) for other in others[:3]
    )
    return place.problem(
        "warning", "codes-alike", f"{shown(code)} looks like {others_shown}, which is another code.",
        "If both are the same thing, write them the same way.", row=row, column=column, key=code, found=code,
        expected="codes that can be told apart",
    )  # fmt: skip


def _letters(code: str) -> str:
    import unicodedata  # noqa: PLC0415 - only where look-alike letters were found

    foreign = next((letter for letter in code if not letter.isascii()), "")
    return f"with {unicodedata.name(foreign, 'a foreign letter').lower()}" if foreign else ""


def _key(row: dict[str, object], keys: list[str]) -> str:
    return " / ".join(shown(row[name], 30) for name in keys if row[name] not in {None, ""})


def _number(row: dict[str, object]) -> int | None:
    value = row[ROW]
    return int(value) if isinstance(value, int) else None


def _listed(rows: list[int]) -> str:
    return ", ".join(str(row) for row in rows[:4]) + (" and more" if len(rows) > 4 else "")
