"""JSON: a list of records, or an object of tables; numbers stay as they are written until they are checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from quarterdeck.files.raw import RawFiles, RawSheet, cell_names
from quarterdeck.files.readers.encoding import decode
from quarterdeck.model import Problem

LONGEST_NUMBER = 40


class RefusedJsonError(ValueError):
    """Valid JSON that cannot be a table; the message says why."""


def read_json(data: bytes, file: str) -> RawFiles:
    """The tables in a JSON text.

    A list of objects is one table, named like the file; an object whose values are such lists is several; an object
    of plain values is a table of one row. Rows are numbered from 1.
    """
    decoded = decode(data)
    try:
        content = json.loads(
            decoded.data, object_pairs_hook=_pairs, parse_int=_number, parse_float=_number, parse_constant=str
        )
        tables = _tables(content, Path(file).stem)
    except (ValueError, RecursionError) as error:
        return RawFiles(problems=(_refused(file, str(error)),))
    sheets = [_sheet(file, name, rows) for name, rows in tables.items() if rows]
    if not sheets:
        return RawFiles(problems=(_empty(file),))
    return RawFiles(tuple(sheets))


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise RefusedJsonError(f"the name {double[:40]!r} stands twice in one record")
    return found


def _number(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        raise RefusedJsonError(f"the number {text[:12]}… has {len(text)} characters")
    return text


def _tables(content: object, name: str) -> dict[str, list[dict[str, Any]]]:
    if isinstance(content, list):
        return {name: _rows(content, name)}
    if not isinstance(content, dict):
        raise RefusedJsonError(f"expected a list of records, got {str(content)[:40]!r}")
    if content and all(isinstance(value, list) for value in content.values()):
        return {table: _rows(value, table) for table, value in content.items()}
    return {name: _rows([content], name)}


def _rows(records: list[Any], name: str) -> list[dict[str, Any]]:
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            raise RefusedJsonError(f"expected records in {name}, got {str(record)[:40]!r} as record {number}")
        for key, value in record.items():
            if isinstance(value, dict | list):
                raise RefusedJsonError(
                    f"expected a single value for {key!r} in record {number}, got {type(value).__name__}"
                )
    return records


def _sheet(file: str, name: str, records: list[dict[str, Any]]) -> RawSheet:
    header = tuple(dict.fromkeys(key for record in records for key in record))
    columns = {
        cell: pl.Series([_text(record.get(key)) for record in records], dtype=pl.String)
        for cell, key in zip(cell_names(len(header)), header, strict=True)
    }
    return RawSheet(file, name, "json", pl.DataFrame(columns), header=header)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refused(file: str, reason: str) -> Problem:
    return Problem(
        "error", "json-refused", f"{file} cannot be read: {reason[:200]}.",
        "Write a list of records, or an object with one list of records per table.",
        file=file, found=reason[:60], expected='[{"item": "A", …}, …]',
    )  # fmt: skip


def _empty(file: str) -> Problem:
    return Problem("error", "file-empty", f"There are no records in {file}.", "Export the data again.", file=file)
