"""Sheets that are not one row per record: periods across, and bills of materials told by levels."""

from __future__ import annotations

import polars as pl

from quarterdeck.files.fault import Fault, where
from quarterdeck.files.recognise import SheetMatch
from quarterdeck.files.vocabulary import LEVEL

ROW, HEADER = "__row", "__header"
DEEPEST = 200


def to_long(frame: pl.DataFrame, match: SheetMatch) -> pl.DataFrame:
    """Wide demand as one row per item and period; empty cells are left out.

    Parameters
    ----------
    frame
        Text columns named as declared, those of periods ``p0``, ``p1``, …, and the row numbers.
    """
    periods = [found for found in match.columns if found.period]
    names = {f"p{found.position}": found for found in periods}
    kept = [name for name in frame.columns if name not in names and name not in {"quantity", "date"}]
    long = frame.unpivot(on=list(names), index=kept, variable_name=HEADER, value_name="quantity")
    days = [str(found.period) for found in periods]
    headers = [found.header for found in periods]
    return long.filter(pl.col("quantity").is_not_null()).with_columns(
        date=pl.col(HEADER).replace_strict(list(names), days, return_dtype=pl.String),
        **{HEADER: pl.col(HEADER).replace_strict(list(names), headers, return_dtype=pl.String)},
    )


def to_lines(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Fault]]:
    """An indented bill of materials with each line's parent; lines of an assembly listed again are left out.

    Parameters
    ----------
    frame
        Text columns ``level``, ``component`` and others, in the order of the sheet, and the row numbers.

    Returns
    -------
    The lines with ``parent`` and ``position`` (tops have none and are left out), and faults as masks over ``frame``.
    """
    level = depth_of(frame[LEVEL])
    bad = level.is_null() | (level > DEEPEST).fill_null(value=False)
    filled = level.fill_null(-1)
    before = filled.shift(1, fill_value=int(filled[0]) if filled.len() else 0)
    jumps = (filled > before + 1) & ~bad
    faults = _faults(bad, jumps)
    parents, origins = _parents(filled, frame["component"])
    lines = frame.with_columns(parent=parents, __origin=origins).filter(pl.col("parent").is_not_null() & ~bad)
    lines = lines.with_columns(position=pl.int_range(1, pl.len() + 1).over("__origin", "component").cast(pl.String))
    same = [name for name in lines.columns if name not in {ROW, "__origin", LEVEL}]
    return lines.unique(subset=same, keep="first", maintain_order=True).drop("__origin", LEVEL), faults


def depth_of(levels: pl.Series) -> pl.Series:
    """Levels as numbers: ``2``, ``..2``, ``+++`` or ``1.2.1``.

    >>> depth_of(pl.Series(["0", "..2", "1.2.1", ".", "x"])).to_list()
    [0, 2, 3, 1, None]
    """
    x = pl.col("x")
    number = x.str.extract(r"^[.\-+> ]*(\d{1,3})(?:\.0)?$").cast(pl.Int64)
    outline = pl.when(x.str.contains(r"^\d+(\.\d+)+\.?$") & ~x.str.contains(r"^\d+\.0$")).then(
        x.str.count_matches(r"\d+")
    )
    dots = pl.when(x.str.contains(r"^[.\-+>*]+$")).then(x.str.len_chars())
    found = pl.coalesce(outline.cast(pl.Int64), number, dots.cast(pl.Int64))
    return levels.alias("x").to_frame().select(found.alias("x")).to_series()


def _parents(level: pl.Series, component: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The last row one level up, for every row: its item and its index."""
    frame = pl.DataFrame({"level": level, "item": component}).with_row_index("at")
    origin = pl.Series([None], dtype=pl.UInt32).new_from_index(0, level.len())
    for depth in sorted(set(level.unique().to_list()) - {-1})[1 : DEEPEST + 1]:
        above = frame.select(
            pl.when(pl.col("level") == depth - 1).then("at").when(pl.col("level") < depth - 1).then(None).forward_fill()
        ).to_series()
        origin = above.zip_with((level == depth), origin)
    return component.gather(origin.fill_null(0)).zip_with(origin.is_not_null(), component.clear(level.len())), origin


def _faults(bad: pl.Series, jumps: pl.Series) -> list[Fault]:
    faults = []
    if bad.any():
        faults.append(
            Fault(
                bad,
                "error",
                "level-unreadable",
                "{found} is not a level.",
                "Write 0 for the top, 1 for its components.",
                "0, 1, 2, …",
            )
        )
    if where(jumps, pl.col("x")).any():
        faults.append(
            Fault(
                jumps,
                "error",
                "level-skipped",
                "The level jumps to {found}; the line has no parent.",
                "Add the missing line above it.",
                "one level deeper at most",
            )
        )
    return faults
