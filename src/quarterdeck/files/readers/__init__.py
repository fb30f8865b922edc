"""Readers: a workbook, a folder or zip of CSV, a Parquet or a JSON file as raw sheets."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from quarterdeck.files.guard import Limits, guard, kind_of
from quarterdeck.files.raw import RawFiles
from quarterdeck.model import Problem

__all__ = ["read_sheets"]

SKIPPED = ("readme", "license", "licence", "notice")


def read_sheets(path: str | Path, limits: Limits | None = None) -> RawFiles:
    """All sheets in a file, or in all files of a folder; what the guard refuses becomes a problem.

    Parameters
    ----------
    path
        Workbook, CSV, Parquet or JSON file, a zip of such files, or a folder of them.
    limits
        How large a file may be; the usual limits if not given.
    """
    limits = limits or Limits()
    path = Path(path)
    if not path.exists():
        return RawFiles(problems=(_missing(path),))
    if path.is_dir():
        return _folder(path, limits)
    return _one(path, path.name, limits)


def _folder(folder: Path, limits: Limits) -> RawFiles:
    found = RawFiles()
    names = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "~$")))
    for entry in names:
        if entry.is_symlink():
            found += RawFiles(problems=(_link(entry),))
        elif entry.is_file() and kind_of(entry) and not entry.stem.lower().startswith(SKIPPED):
            found += _one(entry, entry.name, limits)
    if not found.sheets and not found.problems:
        return RawFiles(problems=(_nothing(folder),))
    return found


def _one(path: Path, file: str, limits: Limits) -> RawFiles:
    refused = guard(path, limits, file)
    if refused:
        return RawFiles(problems=refused)
    kind = kind_of(path)
    if kind == "zip":
        return _zip(path, file, limits)
    if kind == "xlsx":
        from quarterdeck.files.readers.workbook import read_workbook  # noqa: PLC0415 - loads the Excel parser

        return read_workbook(path, file)
    if kind == "parquet":
        from quarterdeck.files.readers.columnar import read_parquet  # noqa: PLC0415

        return read_parquet(path, file)
    if kind == "json":
        from quarterdeck.files.readers.records_json import read_json  # noqa: PLC0415

        return read_json(path.read_bytes(), file)
    from quarterdeck.files.readers.delimited import read_delimited  # noqa: PLC0415

    return read_delimited(path.read_bytes(), file, Path(file).stem)


def _zip(path: Path, file: str, limits: Limits) -> RawFiles:
    """The files in a zip; the guard has looked at its names and sizes."""
    found = RawFiles()
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        for number, entry in enumerate(sorted(archive.infolist(), key=lambda info: info.filename)):
            name = Path(entry.filename).name
            if entry.is_dir() or name.startswith((".", "~$")) or "__MACOSX" in entry.filename:
                continue
            target = Path(folder) / f"{number}{Path(name).suffix.lower()}"
            try:
                with archive.open(entry) as source:
                    target.write_bytes(source.read(limits.unpacked_bytes))
            except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
                found += RawFiles(problems=(_unreadable_entry(file, entry.filename, error),))
                continue
            kind = kind_of(target)
            if kind == "zip":
                found += RawFiles(problems=(_nested(file, entry.filename),))
            elif kind and not Path(name).stem.lower().startswith(SKIPPED):
                found += _one(target, name, limits)
            target.unlink(missing_ok=True)
    return found if found.sheets or found.problems else RawFiles(problems=(_nothing(Path(file)),))


def _missing(path: Path) -> Problem:
    return Problem("error", "file-missing", f"There is no file or folder {path}.", "Check the name.", file=path.name)


def _link(entry: Path) -> Problem:
    return Problem(
        "warning", "file-link", f"{entry.name} is a link and was not followed.",
        "Copy the file itself into the folder.", file=entry.name,
    )  # fmt: skip


def _nothing(path: Path) -> Problem:
    return Problem(
        "error", "file-empty", f"{path.name} holds no table: no .xlsx, .csv, .parquet or .json file.",
        "Put the company's tables into it.", file=path.name,
    )  # fmt: skip


def _nested(file: str, entry: str) -> Problem:
    return Problem(
        "error", "zip-nested", f"{file} holds another archive, {entry}, which is not opened.",
        "Unpack it and put its files into one zip or folder.", file=file, found=entry,
    )  # fmt: skip


def _unreadable_entry(file: str, entry: str, error: Exception) -> Problem:
    return Problem(
        "error", "zip-damaged", f"{entry} in {file} cannot be unpacked: {error}.",
        "Make the zip again, without a password.", file=file, found=entry,
    )  # fmt: skip
