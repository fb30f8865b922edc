"""The guard before any parser: what a file may be, told from its size and first bytes, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quarterdeck.model import Problem

MEGABYTE = 1 << 20
KINDS = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".json": "json",
    ".zip": "zip",
}
FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office file", "Open it without password and save it as .xlsx."),
    (b"%PDF", "a PDF", "Import the table the PDF was made from."),
    (b"\x89PNG", "a picture", "Import the table itself, not a picture of it."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is still read.

    Parameters
    ----------
    file_bytes, unpacked_bytes
        Size of a file, and of all parts of an archive together [bytes].
    json_bytes
        Size of a JSON file [bytes].
    ratio
        Unpacked over packed size of an archive part from ``ratio_from`` bytes on.
    entries
        Parts of an archive.
    columns, cells
        Columns of a sheet, and cells in its used area.
    nesting
        Levels of a JSON text.
    """

    file_bytes: int = 512 * MEGABYTE
    unpacked_bytes: int = 1024 * MEGABYTE
    json_bytes: int = 64 * MEGABYTE
    ratio: float = 100.0
    ratio_from: int = 8 * MEGABYTE
    entries: int = 2_000
    columns: int = 16_384
    cells: int = 40_000_000
    nesting: int = 12


def kind_of(path: Path) -> str:
    """What a file is read as: ``xlsx``, ``csv``, ``parquet``, ``json``, ``zip``; empty for other files."""
    return KINDS.get(path.suffix.lower(), "")


def guard(path: Path, limits: Limits, file: str = "") -> tuple[Problem, ...]:
    """Why ``path`` must not be given to a parser; empty if it may.

    Raises nothing: a file that cannot be opened is a problem too.
    """
    file = file or path.name
    try:
        return _look(path, limits, file)
    except OSError as error:
        reason = error.strerror or str(error)
        return (refusal("file-unreadable", f"{file} cannot be opened: {reason}.", "Check that you may read it.", file),)


def refusal(code: str, message: str, hint: str, file: str, found: str = "", expected: str = "") -> Problem:
    """An error that concerns a whole file."""
    return Problem("error", code, message, hint, file=file, found=found, expected=expected)


def _look(path: Path, limits: Limits, file: str) -> tuple[Problem, ...]:
    kind = kind_of(path)
    if not path.is_file() or not kind:
        known = ", ".join(KINDS)
        return (
            refusal(
                "file-kind",
                f"{file} is not a kind of file that can be read.",
                f"Import one of {known}.",
                file,
                path.suffix,
                known,
            ),
        )
    size = path.stat().st_size
    most = limits.json_bytes if kind == "json" else limits.file_bytes
    if size > most:
        return (_too_large(file, size, most),)
    if size == 0:
        return (
            refusal("file-empty", f"{file} is empty.", "Export the table again; there is nothing in this file.", file),
        )
    with path.open("rb") as stream:
        head = stream.read(8)
    for magic, what, hint in FOREIGN:
        if head.startswith(magic):
            return (refusal("file-foreign", f"{file} is {what}, not a table.", hint, file, what, kind),)
    return _by_kind(path, limits, file, head)


def _by_kind(path: Path, limits: Limits, file: str, head: bytes) -> tuple[Problem, ...]:
    kind, packed = kind_of(path), head.startswith(b"PK")
    if kind in {"xlsx", "zip"} and not packed:
        what = "a workbook" if kind == "xlsx" else "a zip archive"
        hint = "Open it in the program that made it and save it again."
        return (
            refusal(
                "file-not-zip", f"{file} is called {path.suffix} but is not {what}.", hint, file, repr(head)[2:-1], what
            ),
        )
    if kind == "parquet" and not head.startswith(b"PAR1"):
        return (
            refusal(
                "file-not-parquet",
                f"{file} is called .parquet but is not.",
                "Write it again.",
                file,
                repr(head)[2:-1],
                "PAR1",
            ),
        )
    if kind in {"csv", "json"} and (packed or head.startswith(b"PAR1")):
        right = ".parquet" if head.startswith(b"PAR1") else ".xlsx or .zip"
        return (
            refusal(
                "file-misnamed",
                f"{file} is called {path.suffix} but holds something else.",
                f"Rename it to {right}.",
                file,
            ),
        )
    if packed:
        from quarterdeck.files.guard_archive import guard_archive  # noqa: PLC0415 - only for archives

        return guard_archive(path, limits, file, kind)
    if kind == "json":
        from quarterdeck.files.guard_json import guard_json  # noqa: PLC0415 - only for JSON

        return guard_json(path.read_bytes(), limits, file)
    return ()


def _too_large(file: str, size: int, most: int) -> Problem:
    return refusal(
        "file-too-large",
        f"{file} has {size / MEGABYTE:,.0f} MB; at most {most / MEGABYTE:,.0f} MB are read.",
        "Split it into several files.",
        file,
        f"{size} bytes",
        f"at most {most} bytes",
    )
