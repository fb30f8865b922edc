"""Feeds hostile files to the import and watches what it costs and whether the database changes.

Run as ``python -m benchmarks.hostile DIR [--works GLOB ...]``. Each file is imported in a process of its own into a
workspace of its own.

A file passes if it is refused or its faulty rows are named (exit code 1), in under five seconds and 300 MB, and the
database is unchanged in content; files that ``--works`` names must be imported instead.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORKS = ("*latin1*", "*utf16*", "*bom_semicolon*", "*bom_deep*", "*bom_diamond*", "*big_1m*")
SECONDS, MEGABYTES = 5.0, 300.0
BIG_SECONDS, BIG_MEGABYTES = 60.0, 500.0


def main() -> int:
    """One row per file; exit code 0 if all pass."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--works", nargs="*", default=list(WORKS), help="patterns of files that are merely unusual")
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.folder.iterdir() if path.is_file())
    passed = sum(judge(path, arguments.works) for path in files)
    sys.stdout.write(f"{passed} of {len(files)} pass\n")
    return int(passed != len(files))


def judge(path: Path, works: list[str]) -> bool:
    """Imports one file and prints what happened."""
    should_work = any(fnmatch.fnmatch(path.name, pattern) for pattern in works)
    big = path.stat().st_size > 10_000_000 and should_work
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "w"
        _quarterdeck("init", "--workspace", workspace)
        before = _content(workspace)
        done, seconds, megabytes = _quarterdeck("import", path, "--workspace", workspace, "--json")
        unchanged = _content(workspace) == before
    said = json.loads(done.stdout) if done.stdout.startswith("{") else {"problems": []}
    errors = [problem for problem in said["problems"] if problem["severity"] == "error"]
    cheap = seconds < (BIG_SECONDS if big else SECONDS) and megabytes < (BIG_MEGABYTES if big else MEGABYTES)
    right = done.returncode == 0 and not errors if should_work else done.returncode == 1 and unchanged and bool(errors)
    verdict = "pass" if right and cheap else "FAIL"
    first = errors[0]["message"][:70] if errors else done.stderr[-200:].strip()
    cost = f"{seconds:5.1f} s {megabytes:5.0f} MB"
    row = f"{verdict} {path.name:24} exit {done.returncode} {cost} {len(errors):5} errors  {first}"
    sys.stdout.write(row + "\n")
    return verdict == "pass"


def _quarterdeck(*arguments: object) -> tuple[subprocess.CompletedProcess[str], float, float]:
    """A command with its seconds and the peak memory of its process in MB."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        command = [sys.executable, "-m", "quarterdeck.cli.main", *map(str, arguments)]
        process = subprocess.Popen(command, stdout=out, stderr=err, text=True)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        done = subprocess.CompletedProcess(command, process.returncode, out.read(), err.read())
    return done, time.perf_counter() - began, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


def _content(workspace: Path) -> dict[str, str]:
    from quarterdeck.store import Workspace

    return Workspace.open(workspace).checksum()


if __name__ == "__main__":
    sys.exit(main())
