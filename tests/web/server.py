"""Starting the application for browser stories: its own process, port and workspace."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "a long sentence for tests"
PREPARE = """
import sys
from pathlib import Path
from quarterdeck.web.opening import open_for_web
from quarterdeck.service import accounts, jobs
from quarterdeck.service.rights import ROLES

current = open_for_web(Path(sys.argv[1]))
known = {user.name for user in accounts.users(current.workspace)}
for role in sorted(set(ROLES) - known):
    user = accounts.add_user(current.workspace, role, role)
    user.set_password(sys.argv[2])
    user.save()
if "demo" in sys.argv[3:]:
    made = jobs.create_job(current.workspace, "demo", "planner")
    jobs.run_job(current.workspace, made.pk)
    done = jobs.job(current.workspace, made.pk)
    assert done.state == "done", done.message
"""


@dataclass(frozen=True)
class Served:
    """Where the application answers, its workspace, and what the start wrote to the console."""

    url: str
    workspace: Path
    told: str = ""


@contextlib.contextmanager
def serve_demo(workspace: Path, kept: Path) -> Iterator[Served]:
    """The demo company served, with a person per role, named like the role.

    It is planned once in ``kept`` and copied, so that the processes of one run share the work.
    """
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            prepare(making := kept.with_suffix(".making"), "demo")
            making.rename(kept)
    shutil.copytree(kept, workspace, dirs_exist_ok=True)
    with serve(workspace) as running:
        yield running


def prepare(workspace: Path, *what: str) -> None:
    """Makes the workspace and its people, in a process of its own."""
    subprocess.run([sys.executable, "-c", PREPARE, str(workspace), PASSWORD, *what], check=True, timeout=400)


@contextlib.contextmanager
def serve(workspace: Path) -> Iterator[Served]:
    """``quarterdeck serve`` on a free port until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "quarterdeck.cli.main", "serve", "--workspace", str(workspace)]
    with subprocess.Popen(
        [*command, "--no-browser", "--port", str(port)], stdout=subprocess.PIPE, env=dict(os.environ)
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url)
            yield Served(url, workspace, _told(process))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def _told(process: subprocess.Popen[bytes]) -> str:
    """What a process has written so far."""
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    return (process.stdout.read() or b"").decode()


def _wait(url: str, seconds: int = 90) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
