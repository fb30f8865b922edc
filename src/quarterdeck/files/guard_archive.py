"""The guard of zip archives and workbooks: names, sizes, and what the XML of each sheet would unfold to."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from quarterdeck.files.guard import MEGABYTE, Limits, refusal
from quarterdeck.model import Problem

CHUNK = 1 << 20
OVERLAP = 64
ROW = re.compile(rb'<row\b[^>]{0,40}?\br="(\d{1,10})"')
WIDE_CELL = re.compile(rb'<c\b[^>]{0,40}?\br="([A-Z]{2,4})\d')
DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
SAVE_AGAIN = "Open it in your spreadsheet program and save it again as .xlsx."


def guard_archive(path: Path, limits: Limits, file: str, kind: str) -> tuple[Problem, ...]:
    """Why an archive must not be unpacked; empty if it may."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            problem = _entries(entries, limits, file)
            if problem is None and kind == "xlsx":
                problem = _workbook(archive, limits, file)
            return (problem,) if problem else ()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, zipfile.LargeZipFile) as error:
        return (refusal("zip-damaged", f"{file} cannot be unpacked: {error}.", SAVE_AGAIN, file),)
    except Exception as error:  # noqa: BLE001 - zlib and others raise their own kinds on damaged data
        return (refusal("zip-damaged", f"{file} is damaged: {error}.", SAVE_AGAIN, file),)


def _entries(entries: list[zipfile.ZipInfo], limits: Limits, file: str) -> Problem | None:
    if len(entries) > limits.entries:
        return refusal(
            "zip-entries",
            f"{file} holds {len(entries):,} parts; at most {limits.entries:,} are opened.",
            SAVE_AGAIN,
            file,
        )
    for entry in entries:
        if _leaves(entry.filename):
            return refusal(
                "zip-path", f"{file} holds a part named {entry.filename!r}, which would be written outside of it.",
                "Do not trust this file; ask who sent it.", file, entry.filename, "names inside the archive",
            )  # fmt: skip
        if entry.flag_bits & 1:
            return refusal("zip-password", f"{file} is protected by a password.", "Save it without password.", file)
        if entry.file_size > limits.ratio_from and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            return _bomb(file, entry, limits)
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        return refusal(
            "zip-too-large",
            f"{file} unpacks to {total / MEGABYTE:,.0f} MB; {limits.unpacked_bytes / MEGABYTE:,.0f} MB are read.",
            "Split it.",
            file,
        )
    return None


def _leaves(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts or ":" in name[:3] or "\0" in name


def _bomb(file: str, entry: zipfile.ZipInfo, limits: Limits) -> Problem:
    ratio = entry.file_size / max(entry.compress_size, 1)
    return refusal(
        "zip-ratio",
        f"{entry.filename} in {file} unpacks to {entry.file_size / MEGABYTE:,.0f} MB, {ratio:,.0f} times its size.",
        "Delete empty or repeated rows and save the file again.",
        file,
        f"ratio {ratio:,.0f}",
        f"at most {limits.ratio:,.0f}",
    )


def _workbook(archive: zipfile.ZipFile, limits: Limits, file: str) -> Problem | None:
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        return refusal("file-not-workbook", f"{file} is an archive, but not an Excel workbook.", SAVE_AGAIN, file)
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        problem = _part(archive, entry, limits, file)
        if problem is not None:
            return problem
    return None


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, file: str) -> Problem | None:
    is_sheet = entry.filename.startswith("xl/worksheets/")
    area = _Area()
    for window, fresh in _windows(archive, entry):
        if DECLARATION.search(window) or b"\0" in window:
            return refusal(
                "xml-entities", f"{entry.filename} in {file} declares entities of its own, which workbooks never do.",
                "Do not trust this file; ask who sent it.", file, "<!DOCTYPE", "plain XML",
            )  # fmt: skip
        if is_sheet:
            area.add(window, fresh)
            if area.problem(limits):
                break
    found = area.problem(limits)
    return (
        refusal(
            "sheet-too-large",
            f"A sheet of {file} {found}.",
            "Delete what lies far outside the table and save again.",
            file,
            found,
        )
        if found
        else None
    )


def _windows(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Pieces of a part, each with the end of the one before, and where the new bytes begin."""
    tail = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            yield tail + chunk, len(tail)
            tail = chunk[-OVERLAP:]


class _Area:
    """The used area of a sheet, as far as its XML has been seen."""

    def __init__(self) -> None:
        self.rows = self.columns = self.cells = self.bare_rows = 0

    def add(self, window: bytes, fresh: int) -> None:
        """Takes in a piece of the sheet's XML."""
        new = window[fresh:]
        self.cells += new.count(b"<c ") + new.count(b"<c>")
        self.bare_rows += new.count(b"<row")
        numbers = ROW.findall(window)
        if numbers:
            self.rows = max(self.rows, *map(int, numbers))
        wide = WIDE_CELL.findall(window)
        if wide:
            self.columns = max(self.columns, *map(_column_number, set(wide)))

    def problem(self, limits: Limits) -> str:
        """What is wrong with the area, or nothing."""
        rows, columns = max(self.rows, self.bare_rows), max(self.columns, 26)
        if rows > 1_048_576 or columns > limits.columns:
            return f"has {rows:,} rows and {columns:,} columns, more than a sheet can have"
        area = rows * columns
        if self.cells > limits.cells:
            return f"has {self.cells:,} cells; at most {limits.cells:,} are read"
        if area > 5_000_000 and self.cells < area / 50:
            return f"reaches to row {rows:,} and column {columns:,} with only {self.cells:,} cells filled"
        return ""


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
