"""Starting the application: the server, its worker, the link for the first person, the browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from quarterdeck.service.accounts import has_users, setup_token
from quarterdeck.web.opening import open_for_web


@dataclass(frozen=True, slots=True)
class Address:
    """Where the application is found."""

    host: str
    port: int

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in {"127.0.0.1", "localhost", "::1"}

    @property
    def url(self) -> str:
        """The address to type into a browser."""
        shown = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - only compared
        return f"http://{shown}:{self.port}/"


def serve(workspace: Path, address: Address, *, browser: bool) -> None:
    """Serves the workspace until the process is ended."""
    start = first_page(workspace, address)
    environment = {
        **os.environ,
        "QUARTERDECK_WORKSPACE": str(workspace.resolve()),
        "QUARTERDECK_HOST": address.host,
        "QUARTERDECK_PORT": str(address.port),
        "QUARTERDECK_HOSTS": os.environ.get("QUARTERDECK_HOSTS", "" if address.local else "*"),
    }
    processes = [
        subprocess.Popen([sys.executable, "-m", f"quarterdeck.web.{name}"], env=environment)  # noqa: S603 - our own
        for name in ("listen", "worker")
    ]
    signal.signal(signal.SIGTERM, _end)
    try:
        if browser:
            webbrowser.open(start)
        processes[0].wait()
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            _ended(process)


def _ended(process: subprocess.Popen[bytes], seconds: float = 8) -> None:
    """Waits for a process to end; one in the middle of a job is ended hard, which leaves nothing half written."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end(*_signal: object) -> None:
    raise KeyboardInterrupt


def first_page(workspace: Path, address: Address) -> str:
    """The page to open first; where nobody can sign in yet, a link that makes the first person, told on the console."""
    current = open_for_web(workspace)
    if has_users(current.workspace):
        sys.stdout.write(f"Quarterdeck is at {address.url}\nEnd it with Ctrl-C.\n")
        return address.url
    link = f"{address.url}setup/{setup_token(current.workspace)}"
    sys.stdout.write(
        f"Nobody can sign in yet. Open this link to make the first person; it works once:\n\n    {link}\n\n"
        "End the program with Ctrl-C.\n"
    )
    sys.stdout.flush()
    return link
