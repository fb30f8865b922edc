"""Parquet files: typed columns as text, so that they pass the same checks as every other source."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from quarterdeck.files.raw import RawFiles, RawSheet, SourceKind, cell_names
from quarterdeck.model import Problem


def read_parquet(path: Path, file: str) -> RawFiles:
    """The rows of a Parquet file, numbered from 1; columns of lists or records are left out with a problem."""
    try:
        frame = pl.read_parquet(path, glob=False)
    except Exception as error:  # noqa: BLE001 - the parser raises many kinds on damaged files
        return RawFiles(problems=(_damaged(file, error),))
    sheet = Path(file).stem
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype in (pl.Binary, pl.Object)]
    problems = tuple(_nested(file, name, str(frame.schema[name])) for name in nested)
    return RawFiles((typed_sheet(frame.drop(nested), file, sheet, "parquet"),), problems)


def typed_sheet(frame: pl.DataFrame, file: str, sheet: str, kind: SourceKind = "parquet") -> RawSheet:
    """A typed frame as a raw sheet whose header is known."""
    texts = frame.select(_as_text(frame[name]) for name in frame.columns)
    header = tuple(texts.columns)
    texts.columns = cell_names(texts.width)
    return RawSheet(file, sheet, kind, texts, header=header)


def _as_text(values: pl.Series) -> pl.Series:
    """Values as text; datetimes that are all at midnight are days."""
    dtype = values.dtype
    if not isinstance(dtype, pl.Datetime):
        return values.cast(pl.String)
    wall = values.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if dtype.time_zone else values
    only_days = bool((wall.dt.truncate("1d") == wall).all())
    return wall.dt.to_string("%Y-%m-%d" if only_days else "%Y-%m-%dT%H:%M:%S%.f")


def _damaged(file: str, error: Exception) -> Problem:
    return Problem(
        "error", "parquet-damaged", f"{file} cannot be read as Parquet: {str(error).splitlines()[0][:120]}.",
        "Write the file again; it may be cut off.", file=file, expected="a Parquet file",
    )  # fmt: skip


def _nested(file: str, name: str, dtype: str) -> Problem:
    return Problem(
        "warning", "column-nested", f"Column {name} of {file} holds {dtype[:60]}, not single values; it is left out.",
        "Write one value per row and column.", file=file, column=name, found=dtype[:60], expected="single values",
    )  # fmt: skip
