"""Files that somebody brings in step by step: kept aside, checked, corrected, and only then written."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.model import TABLES
from quarterdeck.model.settings import Progress
from quarterdeck.service.data import ImportResult, import_files
from quarterdeck.service.grid import GUARDED

if TYPE_CHECKING:
    from quarterdeck.files import Corrections
    from quarterdeck.files.recognise import SheetMatch
    from quarterdeck.store import Workspace

FOLDER = "uploads"
SOURCE, SAID, CHECKED, MARKED = "source", "said.json", "checked.json", "marked.xlsx"
TOKEN = re.compile(r"^[A-Za-z0-9_-]{20,60}$")
UNSAFE = re.compile(r"[^\w .()\-+]")
KEPT_HOURS = 24
MOST_FILES = 100
MOST_PROBLEMS = 500

File = tuple[str, Iterable[bytes]]


class UploadError(ValueError):
    """Files that cannot be taken; the message says why."""


@dataclass(frozen=True)
class Upload:
    """Files on their way into the company.

    Parameters
    ----------
    token, folder
        Random name, and where they are kept.
    said
        ``author``, ``names`` of the files, ``mapping`` and ``as_of``, and the corrections: ``tables`` by sheet,
        ``columns`` as (sheet, header, column), ``cells`` as (file, sheet, row, column, text), ``job``.
    checked
        What the last check found; empty before the first.
    """

    token: str
    folder: Path
    said: dict[str, Any]
    checked: dict[str, Any]

    @property
    def source(self) -> Path:
        """The file, or the folder where there are several."""
        files = sorted((self.folder / SOURCE).iterdir())
        return files[0] if len(files) == 1 else self.folder / SOURCE

    @property
    def held(self) -> bool:
        """Whether the files are still there."""
        return (self.folder / SOURCE).is_dir()

    @property
    def marked(self) -> Path | None:
        """The user's workbook with the remaining faults marked, if it was written."""
        path = self.folder / MARKED
        return path if path.is_file() else None


def keep_upload(workspace: Workspace, files: Sequence[File], *, author: str, most_bytes: int) -> Upload:
    """Keeps files under a random name until they are written or given up.

    Raises
    ------
    UploadError
        If there is none, there are too many, they are too large or of a kind that cannot be read.
    """
    from quarterdeck.files.guard import KINDS  # noqa: PLC0415 - only where files come in

    sweep_uploads(workspace)
    if not 0 < len(files) <= MOST_FILES:
        raise UploadError(f"Expected 1 to {MOST_FILES} files, got {len(files)}.")
    names = [_safe_name(name) for name, _ in files]
    foreign = [name for name in names if Path(name).suffix.lower() not in KINDS]
    if foreign:
        raise UploadError(f"Expected files of the kinds {', '.join(KINDS)}, got {foreign[0]}.")
    if len(set(names)) < len(names):
        raise UploadError("Expected each file once, got two of the same name.")
    token = secrets.token_urlsafe(24)
    folder = _home(workspace) / token
    (folder / SOURCE).mkdir(parents=True)
    try:
        _write_all(folder / SOURCE, zip(names, (chunks for _, chunks in files), strict=True), most_bytes)
    except UploadError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _write(folder / SAID, {"author": author, "names": names})
    return Upload(token, folder, {"author": author, "names": names}, {})


def _write_all(folder: Path, files: Iterable[File], most_bytes: int) -> None:
    total = 0
    for name, chunks in files:
        with (folder / name).open("wb") as handle:
            for chunk in chunks:
                total += len(chunk)
                if total > most_bytes:
                    raise UploadError(f"Expected at most {most_bytes >> 20:,} MB, got more. Import it in parts.")
                handle.write(chunk)


def _safe_name(name: str) -> str:
    r"""The last part of a name, without what a path could hide in.

    >>> _safe_name("../../etc/x.xlsx"), _safe_name("C:\\data\\März.csv")
    ('x.xlsx', 'März.csv')
    """
    bare = UNSAFE.sub("_", re.split(r"[\\/]", name)[-1]).strip(" .")
    return bare[-100:] or "file"


def find_upload(workspace: Workspace, token: str, author: str) -> Upload | None:
    """The upload with this name, if it is the person's."""
    folder = _home(workspace) / token
    if not TOKEN.match(token) or not (folder / SAID).is_file():
        return None
    said = _read(folder / SAID)
    if said.get("author") != author:
        return None
    return Upload(token, folder, said, _read(folder / CHECKED))


def uploads_of(workspace: Workspace, author: str) -> list[Upload]:
    """The person's uploads that were not written yet, newest first."""
    home = _home(workspace)
    folders = sorted(home.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True) if home.is_dir() else []
    found = (find_upload(workspace, folder.name, author) for folder in folders)
    return [each for each in found if each is not None and each.held]


def say(upload: Upload, **more: Any) -> Upload:  # noqa: ANN401
    """The upload with more said about it, kept on disk."""
    said = {**upload.said, **more}
    _write(upload.folder / SAID, said)
    return Upload(upload.token, upload.folder, said, upload.checked)


def correct(upload: Upload, found: Mapping[str, Any]) -> Upload:
    """Adds a person's corrections to those made before.

    ``tables`` are {sheet: table}; a sheet that becomes another table forgets its column corrections. ``columns`` are
    [sheet, header, column], ``cells`` [file, sheet, row, column, text]; ``mapping`` and ``as_of`` are texts.
    """
    said = upload.said
    tables = {str(sheet): str(table) for sheet, table in _mapping(found.get("tables")).items()}
    before = said.get("tables", {})
    turned = {sheet for sheet, table in tables.items() if before.get(sheet) != table}
    columns = {(sheet, header): column for sheet, header, column in said.get("columns", []) if sheet not in turned}
    columns |= {(str(s), str(h)): str(c) for s, h, c in _lines(found, "columns", 3)}
    cells = {tuple(line[:4]): line[4] for line in said.get("cells", [])}
    cells |= {
        (str(f), str(s), int(r), str(c)): str(t) for f, s, r, c, t in _lines(found, "cells", 5) if str(r).isdecimal()
    }
    more = {name: str(found[name]) for name in ("mapping", "as_of", "decimal") if name in found}
    return say(
        upload,
        tables={**before, **tables},
        columns=[[*key, column] for key, column in columns.items()],
        cells=[[*key, text] for key, text in cells.items()],
        **more,
    )


def _mapping(found: Any) -> Mapping[Any, Any]:  # noqa: ANN401 - whatever was sent
    return found if isinstance(found, dict) else {}


def _lines(found: Mapping[str, Any], name: str, width: int) -> list[list[Any]]:
    listed = found.get(name)
    return (
        [each for each in listed if isinstance(each, list) and len(each) == width] if isinstance(listed, list) else []
    )


def check_upload(workspace: Workspace, token: str, *, author: str, write: bool, progress: Progress) -> dict[str, Any]:
    """Reads an upload as corrected so far and keeps what it would change; with ``write`` its good rows are written.

    Raises
    ------
    UploadError
        If there is no such upload.
    """
    upload = find_upload(workspace, token, author)
    if upload is None or not upload.held:
        raise UploadError("These files are no longer there. Bring them again.")
    faulty = write and bool(upload.checked.get("errors"))
    options: dict[str, Any] = {"report": upload.folder / MARKED} if faulty else {}
    result = import_files(
        workspace,
        upload.source,
        author=author,
        progress=progress,
        dry_run=not write,
        take_good_rows=True,
        mapping=upload.said.get("mapping") or None,
        as_of=upload.said.get("as_of") or None,
        corrections=_corrections(upload.said),
        **options,
    )
    checked = _in_plain(result)
    _write(upload.folder / CHECKED, checked)
    if result.written:
        shutil.rmtree(upload.folder / SOURCE, ignore_errors=True)
    return {"upload": token, "written": result.written, "change_set": result.change_set}


def marked_workbook(workspace: Workspace, upload: Upload) -> Path:
    """The user's workbook with every fault that is left marked."""
    if upload.marked and not upload.held:
        return upload.marked
    path = upload.folder / MARKED
    import_files(
        workspace,
        upload.source,
        author=upload.said["author"],
        dry_run=True,
        report=path,
        mapping=upload.said.get("mapping") or None,
        as_of=upload.said.get("as_of") or None,
        corrections=_corrections(upload.said),
    )
    return path


def guarded_tables(upload: Upload) -> list[str]:
    """Titles of tables it would change that need the right to change settings and goals."""
    counts = upload.checked.get("counts", {})
    return [TABLES[name].title for name, each in counts.items() if name in GUARDED and each[0] + each[1]]


def discard(upload: Upload) -> None:
    """Gives an upload up."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def sweep_uploads(workspace: Workspace) -> None:
    """Deletes uploads that nobody touched for a day."""
    home = _home(workspace)
    limit = time.time() - KEPT_HOURS * 3600
    for folder in home.iterdir() if home.is_dir() else ():
        if folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)


def column_choices(table: str) -> list[dict[str, str]]:
    """What a column of a sheet of ``table`` may be taken for: names, and titles for people."""
    from quarterdeck.files.carried import carried_columns  # noqa: PLC0415 - loads parsers

    own = [(each.name, each.title) for each in TABLES[table].columns]
    own += [("level", "Level")] if table == "bom_lines" else []
    return [{"name": name, "title": title} for name, title in (*own, *carried_columns(table))]


def _corrections(said: Mapping[str, Any]) -> Corrections:
    from quarterdeck.files import Corrections  # noqa: PLC0415 - loads parsers

    return Corrections(
        tables=said.get("tables", {}),
        columns={(sheet, header): column for sheet, header, column in said.get("columns", [])},
        decimal=said.get("decimal", ""),
        cells={(file, sheet, row, column): text for file, sheet, row, column, text in said.get("cells", [])},
    )


def _in_plain(result: ImportResult) -> dict[str, Any]:
    """A result as plain data for a page; errors come first, and no more problems than people read."""
    ranked = sorted(result.problems, key=lambda each: ("error", "warning", "info").index(each.severity))
    return {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "written": result.written,
        "change_set": result.change_set,
        "counts": {name: list(each) for name, each in result.counts.items()},
        "recognised": list(result.recognised),
        "sheets": [_sheet(each) for each in result.sheets],
        "errors": sum(each.severity == "error" for each in result.problems),
        "warnings": sum(each.severity == "warning" for each in result.problems),
        "problems": [asdict(each) for each in ranked[:MOST_PROBLEMS]],
    }


def _sheet(match: SheetMatch) -> dict[str, Any]:
    return {
        "file": match.file,
        "sheet": match.sheet,
        "table": match.table,
        "rows": match.rows,
        "layout": match.layout,
        "header_row": match.header_row,
        "alternatives": list(match.alternatives),
        "columns": [
            {
                "header": found.header,
                "column": found.column or found.carried,
                "how": found.how,
                "period": found.period is not None,
                "samples": list(match.samples.get(found.position, ())),
            }
            for found in match.columns
        ],
    }


def _home(workspace: Workspace) -> Path:
    return workspace.path / FOLDER


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, value: Mapping[str, Any]) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    part.write_text(json.dumps(value), encoding="utf-8")
    part.replace(path)
