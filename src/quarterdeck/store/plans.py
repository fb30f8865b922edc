"""Plans as immutable folders of Parquet files, each with one row in the database.

A plan is written under a temporary name, forced to the disk and renamed; then its row is committed. A folder without a
row, left by a process that died in between, counts for nothing and is swept away when the workspace is opened next.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
from django.db import transaction

from quarterdeck.model import RESULTS, Plan, Settings
from quarterdeck.model.problem import problems_from_frame, problems_to_frame
from quarterdeck.store.errors import PlanMissingError
from quarterdeck.store.models import PlanRow
from quarterdeck.store.records import PlanRecord

FORMAT = 1
TEMPORARY = ".writing-"
MANIFEST = "manifest.json"
FOLDER = "plans"


def save_plan(alias: str, folder: Path, plan: Plan, author: str, note: str) -> str:
    """Keeps a plan and gives its code."""
    folder.mkdir(exist_ok=True)
    with _shared(folder):
        written = folder / f"{TEMPORARY}{uuid.uuid4().hex}"
        write_folder(plan, written)
        with transaction.atomic(using=alias):
            row = PlanRow.objects.using(alias).create(
                at=dt.datetime.now(dt.UTC),
                as_of=plan.settings.as_of,
                author=author,
                note=note,
                problems=len(plan.problems),
            )
            kept = folder / code_of(row.pk)
            shutil.rmtree(kept, ignore_errors=True)  # left by a process that died before its row was committed
            written.rename(kept)
            _sync(folder)
        return kept.name


def plans(alias: str) -> list[PlanRecord]:
    """The plans that are kept, newest first."""
    rows = PlanRow.objects.using(alias).order_by("-pk")
    return [PlanRecord(code_of(row.pk), row.at, row.as_of, row.author, row.note, row.problems) for row in rows]


def load_plan(alias: str, folder: Path, plan: str | None) -> Plan:
    """The plan with this code, or the newest.

    Raises
    ------
    PlanMissingError
        If it is not kept.
    """
    kept = [each.plan for each in plans(alias)]
    if not kept or (plan is not None and plan not in kept):
        raise PlanMissingError(
            f"Expected one of the plans {', '.join(kept) or '(none yet)'}, got {plan or 'the newest'}."
        )
    return read_folder(folder / (plan or kept[0]))


@functools.lru_cache(maxsize=128)
def plan_table(workspace: Path, plan: str, table: str) -> pl.DataFrame:
    """One table of a kept plan, without loading the rest; a plan never changes, so it is read once."""
    path = workspace / FOLDER / plan / f"{table}.parquet"
    return RESULTS[table].shape(pl.read_parquet(path)) if path.exists() else RESULTS[table].empty()


def read_table(folder: Path, plan: str, table: str) -> pl.DataFrame:
    """One table of a plan that is kept, without reading the others; empty where the plan has none."""
    path = folder / plan / f"{table}.parquet"
    return RESULTS[table].shape(pl.read_parquet(path)) if path.exists() else RESULTS[table].empty()


def note_plan(alias: str, plan: str, note: str) -> None:
    """Writes a note to a plan.

    Raises
    ------
    PlanMissingError
        If it is not kept.
    """
    known = {code_of(pk): pk for pk in PlanRow.objects.using(alias).values_list("pk", flat=True)}
    if plan not in known:
        raise PlanMissingError(f"Expected one of the plans {', '.join(known) or '(none yet)'}, got {plan}.")
    PlanRow.objects.using(alias).filter(pk=known[plan]).update(note=note)


def delete_plan(alias: str, folder: Path, plan: str) -> None:
    """Takes a plan away for good.

    Raises
    ------
    PlanMissingError
        If it is not kept.
    """
    known = {code_of(pk): pk for pk in PlanRow.objects.using(alias).values_list("pk", flat=True)}
    if plan not in known:
        raise PlanMissingError(f"Expected one of the plans {', '.join(known) or '(none yet)'}, got {plan}.")
    PlanRow.objects.using(alias).filter(pk=known[plan]).delete()
    shutil.rmtree(folder / plan, ignore_errors=True)


def sweep(alias: str, folder: Path) -> list[str]:
    """Takes away folders that no row names, unless a living process is writing just now; gives their names."""
    if not folder.is_dir():
        return []
    with _alone(folder) as alone:
        if not alone:
            return []
        kept = {each.plan for each in plans(alias)}
        left = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name not in kept)
        for name in left:
            shutil.rmtree(folder / name, ignore_errors=True)
        return left


def code_of(number: int) -> str:
    """The code of a plan by its running number.

    >>> code_of(7)
    'plan-7'
    """
    return f"plan-{number}"


def write_folder(plan: Plan, folder: Path) -> None:
    """Writes a plan to a new folder and forces it to the disk."""
    folder.mkdir(parents=True)
    for name, frame in plan.frames.items():
        frame.write_parquet(folder / f"{name}.parquet", compression="zstd")
    problems_to_frame(plan.problems).write_parquet(folder / "problems.parquet", compression="zstd")
    manifest = {
        "format": FORMAT,
        "settings": _settings_to_json(plan.settings),
        "figures": plan.figures,
        "rows": {name: frame.height for name, frame in plan.frames.items()},
        "problems": len(plan.problems),
    }
    text = json.dumps(manifest, default=_plain, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        _sync(path)
    _sync(folder)


def read_folder(folder: Path) -> Plan:
    """The plan that :func:`write_folder` wrote."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    frames = {
        name: table.shape(pl.read_parquet(path)) if (path := folder / f"{name}.parquet").exists() else table.empty()
        for name, table in RESULTS.items()
    }
    problems = problems_from_frame(pl.read_parquet(folder / "problems.parquet"))
    return Plan(MappingProxyType(frames), _settings_from_json(manifest["settings"]), problems, manifest["figures"])


def _settings_to_json(settings: Settings) -> dict[str, Any]:
    values = {field.name: getattr(settings, field.name) for field in fields(Settings) if field.name != "progress"}
    return {**values, "as_of": settings.as_of.isoformat()}


def _settings_from_json(values: dict[str, Any]) -> Settings:
    known = {field.name for field in fields(Settings)}
    kept = {name: value for name, value in values.items() if name in known}
    return Settings(**{**kept, "as_of": dt.datetime.fromisoformat(kept["as_of"])})


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a stage put into the figures
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)


def _sync(path: Path) -> None:
    """Forces a file or folder to the disk."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(folder: Path, how: str) -> Iterator[bool]:
    """A lock on the folder that the system lets go when the process dies; where there is none, nobody is alone."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        yield how == "shared"
        return
    flags = fcntl.LOCK_SH if how == "shared" else fcntl.LOCK_EX | fcntl.LOCK_NB
    with (folder / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, flags)
        except OSError:
            yield False
        else:
            yield True


def _shared(folder: Path) -> Any:  # noqa: ANN401 - a context
    return _locked(folder, "shared")


def _alone(folder: Path) -> Any:  # noqa: ANN401 - a context
    return _locked(folder, "alone")
