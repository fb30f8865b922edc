"""CSV and its relatives: encoding and separator found, every row kept with the number the user sees."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np
import polars as pl

from quarterdeck.files.raw import RawFiles, RawSheet, cell_names
from quarterdeck.files.readers.encoding import decode
from quarterdeck.files.readers.records import Records, scan
from quarterdeck.model import Problem

SEPARATORS = (",", ";", "\t", "|")
MOST_COLUMNS = 16_384
LONGEST_FIELD = 1_000_000
HEAD = 200


def read_delimited(data: bytes, file: str, sheet: str) -> RawFiles:
    """The rows of a CSV file.

    Parameters
    ----------
    data
        The file's bytes, in any usual encoding.
    file, sheet
        Names for messages and recognition.
    """
    decoded = decode(data)
    del data
    if not decoded.encoding:
        return RawFiles(problems=(_not_text(file),))
    text = _lines(decoded.data)
    if not text.strip():
        return RawFiles(problems=(_empty(file),))
    text, separator = _separator(text)
    records = scan(text, separator)
    problems = [_encoding_told(file, decoded.encoding)] if decoded.encoding == "Windows-1252" else []
    if int(records.fields[:HEAD].max()) > MOST_COLUMNS:
        return RawFiles(problems=(_too_wide(file, int(records.fields[:HEAD].max())),))
    if records.unterminated >= 0 and not records.odd_quotes:
        problems.append(_unterminated(file, sheet, records))
        text = text[: records.starts[records.unterminated]]
        records = scan(text, separator) if text else records
    if not text.strip():
        return RawFiles(problems=tuple(problems))
    cells, widths, more = _parsed(text, separator, records, file, sheet)
    found = RawSheet(file, sheet, "csv", cells, widths=widths, separator=separator)
    return RawFiles((found,), (*problems, *more))


def _lines(data: bytes) -> bytes:
    r"""Lines ended by ``\n``; carriage returns alone (old Macs) count as line ends."""
    if b"\r" in data and b"\n" not in data:
        return data.replace(b"\r", b"\n")
    return data


def _separator(text: bytes) -> tuple[bytes, str]:
    """The separator, and the text without a line ``sep=;`` that names it."""
    if text[:4].lower() == b"sep=":
        line, _, rest = text.partition(b"\n")
        named = line[4:].decode(errors="replace").strip("\r")
        if named in SEPARATORS:
            return b"\n" + rest, named
    head = text[: 1 << 16]
    if len(text) > len(head):
        head = head[: head.rfind(b"\n") + 1] or head
    return text, max(SEPARATORS, key=lambda separator: _fitness(head, separator))


def _fitness(head: bytes, separator: str) -> float:
    """How well a separator explains the first lines: many rows with the same number of cells."""
    fields = scan(head, separator).fields
    fields = fields[fields > 0][:HEAD]
    if not fields.size:
        return 0.0
    counts = np.bincount(fields)
    usual = int(counts[2:].argmax()) + 2 if counts.size > 2 else 1
    return float(counts[usual] / fields.size) * (1 + np.log(usual)) if usual > 1 else 0.0


def _parsed(
    text: bytes, separator: str, records: Records, file: str, sheet: str
) -> tuple[pl.DataFrame, np.ndarray, list[Problem]]:
    width = max(1, int(records.fields[:HEAD].max()))
    if not records.odd_quotes:
        try:
            cells = pl.read_csv(
                text,
                has_header=False,
                schema=dict.fromkeys(cell_names(width), pl.String),
                separator=separator,
                truncate_ragged_lines=True,
            )
        except (pl.exceptions.PolarsError, OSError):
            cells = None
        if cells is not None and cells.height == records.fields.size:
            return cells, records.fields, []
    return _forgiving(text, separator, file, sheet)


def _forgiving(text: bytes, separator: str, file: str, sheet: str) -> tuple[pl.DataFrame, np.ndarray, list[Problem]]:
    """Read row by row, quotes inside a cell being part of it, as spreadsheets do."""
    rows: list[list[str]] = []
    problems: list[Problem] = []
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        rows.extend(_rows(text, separator))
    except csv.Error as error:
        problems.append(
            Problem(
                "error", "csv-unreadable", f"Row {len(rows) + 1} cannot be read: {error}.",
                "Open the file in a spreadsheet, put that row right and save it as CSV again.",
                file=file, sheet=sheet, row=len(rows) + 1,
            )
        )  # fmt: skip
    finally:
        csv.field_size_limit(limit)
    if rows and sum(cell.count("\n") for cell in rows[-1]) > 2:
        problems.append(_open_quote(file, sheet, len(rows), sum(cell.count("\n") for cell in rows[-1])))
        rows.pop()
    width = max((len(row) for row in rows[:HEAD]), default=1)
    padded = [(row + [""] * (width - len(row)))[:width] for row in rows]
    cells = pl.DataFrame(padded, schema=dict.fromkeys(cell_names(width), pl.String), orient="row")
    return cells, np.array([len(row) for row in rows], dtype=np.int32), problems


def _rows(text: bytes, separator: str) -> Iterator[list[str]]:
    yield from csv.reader(io.StringIO(text.decode(errors="replace"), newline=""), delimiter=separator)


def _not_text(file: str) -> Problem:
    return Problem(
        "error", "file-binary", f"{file} holds no text that could be a table.",
        "Save the table as .xlsx or as CSV (UTF-8) and import that file.",
        file=file, found="binary content", expected="text in UTF-8, UTF-16 or Windows-1252",
    )  # fmt: skip


def _empty(file: str) -> Problem:
    return Problem(
        "error", "file-empty", f"{file} is empty.", "Export the table again; there is nothing in this file.", file=file
    )


def _too_wide(file: str, width: int) -> Problem:
    return Problem(
        "error", "file-too-wide", f"{file} has {width:,} columns; a table may have {MOST_COLUMNS:,}.",
        "Check the separator, or put periods into rows instead of columns.",
        file=file, found=f"{width} columns", expected=f"at most {MOST_COLUMNS}",
    )  # fmt: skip


def _encoding_told(file: str, encoding: str) -> Problem:
    return Problem(
        "info", "encoding-assumed", f"{file} is not in UTF-8; it is read as {encoding}.",
        "If letters with accents look wrong, save the file as CSV UTF-8.",
        file=file, found=encoding, expected="UTF-8",
    )  # fmt: skip


def _unterminated(file: str, sheet: str, records: Records) -> Problem:
    return _open_quote(file, sheet, records.unterminated + 1, 0)


def _open_quote(file: str, sheet: str, row: int, lost: int) -> Problem:
    more = f", with the {lost} lines after it," if lost > 1 else ""
    return Problem(
        "error", "quote-unclosed", f'A quote (") opened in row {row} is never closed; the row{more} cannot be read.',
        'Close the quote, or write "" for a quote inside a cell.',
        file=file, sheet=sheet, row=row, found='"', expected='a closing "',
    )  # fmt: skip
