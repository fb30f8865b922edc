"""Finds published scheduling problems in files, folders and zips."""

from __future__ import annotations

import fnmatch
import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from benchmarks.best_known import BestKnown, best_known_above

NO_PROBLEM = {".csv", ".md", ".pdf", ".json", ".html", ".py", ".xlsx"}
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
LONG_NAME = 30


class UnknownFormatError(ValueError):
    """A text that is in none of the formats read here."""


@dataclass(frozen=True)
class Problem:
    """One published problem: its name, family, text and what is known of it."""

    name: str
    family: str
    text: str
    best_known: float | None
    suffix: str = ""


def find_problems(paths: list[Path], only: str = "*") -> Iterator[Problem]:
    """Every problem in files, folders and zips, in order of names, with the best value of the ``bks.csv`` above it.

    What cannot be read is named on standard error and left out.
    """
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_dir() or (path.is_dir() and not _may_be_problem(file.name)):
                continue
            try:
                yield from (found for found in _inside(file) if _wanted(found, only))
            except UNREADABLE as error:
                sys.stderr.write(f"{file} cannot be read: {error}\n")


def _wanted(problem: Problem, only: str) -> bool:
    return fnmatch.fnmatch(problem.name, only) or fnmatch.fnmatch(f"{problem.family}/{problem.name}", only)


def _may_be_problem(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = path.name.startswith((".", "__MACOSX")) or "__MACOSX" in path.parts
    return not hidden and path.suffix.lower() not in NO_PROBLEM and path.stem.upper() not in {"README", "LICENSE"}


def _inside(file: Path) -> Iterator[Problem]:
    known, root = best_known_above(file)
    if file.suffix.lower() != ".zip":
        name = file.absolute().relative_to(root).as_posix() if root else file.name
        yield _problem(file.stem, name, file.absolute().parent, file.read_text(errors="replace"), known)
        return
    with zipfile.ZipFile(file) as archive:
        yield from _members(archive, file.absolute(), known)


def _members(archive: zipfile.ZipFile, file: Path, known: BestKnown) -> Iterator[Problem]:
    """The problems of an archive, those of archives in it too; a table of best values in it counts if none is near."""
    named = [member for member in archive.namelist() if not member.endswith("/")]
    members = sorted(member for member in named if _may_be_problem(member))
    if not known.values:
        for member in sorted(named):
            name = PurePosixPath(member).name
            if name.startswith("bks") and name.endswith(".csv") and (table := _text(archive, member, file)) is not None:
                known.read(table.decode("utf-8-sig", errors="replace"))
    for member in members:
        content = _text(archive, member, file)
        if content is None:
            continue
        path = PurePosixPath(member)
        if path.suffix.lower() == ".zip":
            try:
                with zipfile.ZipFile(io.BytesIO(content)) as inner:
                    yield from _members(inner, file.with_suffix("") / member, known)
            except UNREADABLE as error:
                sys.stderr.write(f"{file.name}: {member} cannot be read: {error}\n")
            continue
        name = file.stem if len(members) == 1 else path.stem
        inside = file.with_suffix("") / path.parent
        yield _problem(name, member, inside, content.decode("utf-8", errors="replace"), known)


def _text(archive: zipfile.ZipFile, member: str, file: Path) -> bytes | None:
    """What a member holds; one that cannot be read is named."""
    try:
        return archive.read(member)
    except UNREADABLE as error:
        sys.stderr.write(f"{file.name}: {member} cannot be read: {error}\n")
        return None


def _problem(stem: str, path: str, folder: Path, text: str, known: BestKnown) -> Problem:
    name = PurePosixPath(path)
    best = known.of(path, folder.as_posix())
    best = known.of(stem, folder.as_posix()) if best is None else best
    best = known.of(path, _kind_of_flow_shop(text)) if best is None else best
    plain = stem.rstrip("0123456789_-")
    family = plain if folder.name in {"instances", ""} or len(folder.name) > LONG_NAME else folder.name
    return Problem(stem, family, text, best, name.suffix.lower())


def _kind_of_flow_shop(text: str) -> str:
    """What tables of best values call a flow shop, told by what stands in it; nothing for other texts.

    Flow shops of several kinds are named by numbers alone, and the folder need not tell the kind.
    """
    head = text.split("\n", 2)
    if len(head) < 3 or not all(line.strip().isdigit() for line in head[:2]):
        return ""
    jobs = int(head[0])
    rows = sum(1 for line in head[2].splitlines() if line.strip())
    return {jobs: "pfsp", jobs + 1: "tt-pfsp"}.get(rows, "sdst-pfsp")
