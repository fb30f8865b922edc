"""Kills a process in the middle of imports, commits, undos and plan saves, and looks at what it leaves.

Run as ``python -m benchmarks.kill --times 60``: prints one line of JSON. A worker process changes a workspace again and
again, and writes down what the state is after each step; it is killed with SIGKILL at random moments. Afterwards the
database must be sound, its content that of the last state written down or of the one the worker was about to reach,
and the newest plan readable.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

ROWS = 3_000
WARM_UP = 3
"""A worker takes at most so many steps before the one in which it is killed."""
LONGEST = {"commit": 0.06, "import": 0.4, "plan": 0.04, "undo": 0.05}
"""Kinds of steps, with the seconds after a step began at which the worker is killed at the latest."""


def main() -> int:
    """One JSON line; exit code 1 if anything was torn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kinds", nargs="*", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.work, arguments.seed, arguments.kinds)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        result = kill_often(Path(folder), arguments.times, arguments.seed)
    sys.stdout.write(json.dumps(result) + "\n")
    return int(bool(result["torn"]))


def kill_often(folder: Path, times: int, seed: int) -> dict[str, Any]:
    """Kills as many workers on one workspace, and what was found after each."""
    from quarterdeck.store import Workspace

    rng = random.Random(seed)
    began = time.perf_counter()
    with Workspace.create(folder / "workspace") as workspace:
        workspace.save_plan(_plan(0), author="benchmark")
    _write_csv(folder / "items.csv")
    torn: list[str] = []
    during: dict[str, int] = {}
    for number in range(times):
        doing = _start_and_kill(folder, rng, number)
        during[doing] = during.get(doing, 0) + 1
        torn += [f"{number} ({doing}): {fault}" for fault in faults(folder)]
    seconds = round(time.perf_counter() - began, 1)
    return {"kills": times, "torn": torn, "during": during, "steps": _steps(folder), "seconds": seconds}


def _start_and_kill(folder: Path, rng: random.Random, number: int) -> str:
    """Starts a worker, kills it somewhere in its work, and says what it was doing."""
    journal = folder / "journal.jsonl"
    journal.unlink(missing_ok=True)
    kinds = [rng.choice(list(LONGEST)) for _ in range(rng.randrange(WARM_UP + 1))]
    kinds.append(list(LONGEST)[number % len(LONGEST)])
    seed = str(rng.randrange(10**6))
    command = [sys.executable, "-m", "benchmarks.kill", "--work", str(folder), "--seed", seed, "--kinds", *kinds]
    lines = 2 * len(kinds) - 1
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1])
    deadline = time.monotonic() + 60
    while len(_entries(journal)) < lines and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(rng.uniform(0.0, LONGEST[kinds[-1]]))
    process.send_signal(signal.SIGKILL)
    if process.wait() != -signal.SIGKILL:
        raise RuntimeError(f"Expected worker {number} to be killed, got exit code {process.returncode}.")
    entries = _entries(journal)
    if not entries:
        raise RuntimeError(f"Expected worker {number} to write down a step within a minute, got none.")
    with (folder / "steps.txt").open("a") as handle:
        handle.write("x" * sum("after" in entry for entry in entries))
    return str(entries[-1]["doing"]) + (", done" if "after" in entries[-1] else "")


def faults(folder: Path) -> list[str]:
    """What is wrong with the workspace after a kill; nothing if all is well."""
    from quarterdeck.store import Workspace
    from quarterdeck.store.django_setup import is_sound

    with Workspace.open(folder / "workspace") as workspace:
        found = _content(workspace)
        plans = [each.plan for each in workspace.plans()]
        problems = _faults_of_journal(_entries(folder / "journal.jsonl"), found)
        for plan in (plans[0], plans[-1]):
            if workspace.load_plan(plan).figures["size"] != workspace.load_plan(plan)["kpis"].height:
                problems.append(f"{plan} is not whole")
        left = [path.name for path in (folder / "workspace" / "plans").iterdir() if path.is_dir()]
        if sorted(left) != sorted(plans):
            problems.append(f"plan folders {sorted(left)} beside rows {sorted(plans)}")
        if not all(each.new + each.changed + each.deleted for each in workspace.change_sets()):
            problems.append("a change set without its rows")
    if not is_sound(folder / "workspace" / "company.sqlite3"):
        problems.append("integrity check failed")
    return problems


def _faults_of_journal(entries: list[dict[str, Any]], found: str) -> list[str]:
    """A step that was written down as done must be there; one under way is all there or not there at all."""
    last = entries[-1]
    allowed = {last["after"]} if "after" in last else {last["before"], last["expected"]}
    return [] if found in allowed else [f"content {found[:12]} is of no committed state"]


def _content(workspace: Any) -> str:
    import hashlib

    return hashlib.sha256(json.dumps(workspace.checksum(), sort_keys=True).encode()).hexdigest()


def _entries(journal: Path) -> list[dict[str, Any]]:
    lines = journal.read_text().splitlines(keepends=True) if journal.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _steps(folder: Path) -> int:
    return len((folder / "steps.txt").read_text())


def work(folder: Path, seed: int, kinds: list[str]) -> None:
    """What the worker does until it is killed: one step after the other, each written down before and after."""
    from quarterdeck.store import Workspace

    rng = random.Random(seed)
    workspace = Workspace.open(folder / "workspace")
    with (folder / "journal.jsonl").open("w") as journal:
        for kind in itertools.chain(kinds, itertools.repeat(kinds[-1])):
            name, expected, step = _next_step(workspace, folder, kind, rng)
            entry = {"doing": name, "before": _content(workspace), "expected": expected}
            _note(journal, entry)
            step()
            _note(journal, {**entry, "after": _content(workspace)})


def _note(journal: Any, entry: dict[str, Any]) -> None:
    journal.write(json.dumps(entry) + "\n")
    journal.flush()


def _next_step(workspace: Any, folder: Path, wanted: str, rng: random.Random) -> tuple[str, str, Any]:
    """A step's name, the content it leads to, and what does it; where nothing is left to undo, a commit."""
    kind = "commit" if wanted == "undo" and not _standing(workspace) else wanted
    if kind == "plan":
        return kind, _content(workspace), lambda: workspace.save_plan(_plan(rng.randrange(20_000)), author="worker")
    if kind == "undo":
        return kind, _rehearsed(workspace, folder, lambda twin: twin.undo()), workspace.undo
    if kind == "import":
        return (
            kind,
            _rehearsed(workspace, folder, lambda twin: _import(twin, folder)),
            lambda: _import(workspace, folder),
        )
    changes = _changes(rng)
    return (
        kind,
        _rehearsed(workspace, folder, lambda twin: twin.commit(changes, author="worker")),
        lambda: workspace.commit(changes, author="worker"),
    )


def _standing(workspace: Any) -> bool:
    return any(not each.undone and each.undoes is None for each in workspace.change_sets())


def _rehearsed(workspace: Any, folder: Path, step: Any) -> str:
    """The content that a step leads to, found out on a copy of the workspace."""
    import shutil
    import sqlite3

    from quarterdeck.store import Workspace

    copy = folder / "rehearsal"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    shutil.copy(workspace.path / "workspace.json", copy)
    source = sqlite3.connect(workspace.path / "company.sqlite3")
    target = sqlite3.connect(copy / "company.sqlite3")
    source.backup(target)
    source.close()
    target.close()
    with Workspace.open(copy) as twin:
        step(twin)
        return _content(twin)


def _changes(rng: random.Random) -> dict[str, Any]:
    from quarterdeck.store import TableChange

    numbers = [rng.randrange(ROWS) for _ in range(rng.choice([1, 50, ROWS]))]
    upserts = pl.DataFrame({"item": [f"I{i}" for i in numbers], "cost": [rng.randrange(1000) for _ in numbers]})
    deletes = pl.DataFrame({"item": [f"I{rng.randrange(ROWS)}" for _ in range(rng.choice([1, 200]))]})
    history = pl.DataFrame({"item": [f"I{i}" for i in numbers], "quantity": [float(rng.randrange(9)) for _ in numbers]})
    dated = history.with_columns(date=pl.lit(dt.date(2026, 1, 1)))
    return {"items": TableChange(upserts, deletes), "demand_history": TableChange(dated)}


def _import(workspace: Any, folder: Path) -> None:
    from quarterdeck.service.data import import_files

    result = import_files(workspace, folder / "items.csv", author="worker")
    if not result.ok:
        raise RuntimeError(f"Expected the import to work, got {result.problems[:3]}.")


def _write_csv(path: Path) -> None:
    rows = pl.DataFrame({"item": [f"I{i}" for i in range(0, 2 * ROWS, 2)], "name": [f"Item {i}" for i in range(ROWS)]})
    rows.write_csv(path)


def _plan(size: int) -> Any:
    from quarterdeck.model import Plan, Settings

    kpis = pl.DataFrame({"kpi": [f"k{i}" for i in range(size)]}).with_columns(
        title=pl.lit("t"), value=pl.lit(1.0), unit=pl.lit(""), direction=pl.lit("at_least"), formula=pl.lit("-")
    )
    now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    return Plan.blank(Settings(as_of=now)).with_tables(kpis=kpis).with_figures(size=size)


if __name__ == "__main__":
    sys.exit(main())
