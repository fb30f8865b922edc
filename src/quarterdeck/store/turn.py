"""Whose turn it is to write: threads and processes wait for each other without asking again and again.

The database would keep writers apart too, but who waits there sleeps and tries again, up to a tenth of a second each
time, while others pass by.
"""

from __future__ import annotations

import threading
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self


class Turn:
    """A lock that a thread may take several times; the system lets it go when the process dies.

    Parameters
    ----------
    path
        File that stands for the turn among processes of this machine.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._file: TextIOWrapper | None = None

    def __enter__(self) -> Self:
        self._lock.acquire()
        if self._depth == 0:
            self._file = _locked(self._path)
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0 and self._file is not None:
            self._file.close()  # which lets the lock go
            self._file = None
        self._lock.release()


def _locked(path: Path) -> TextIOWrapper | None:
    """The file with the lock on it; nothing where there are no such locks, and the database alone keeps order."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return None
    try:
        handle = path.open("w")
    except OSError:  # a folder that may only be read
        return None
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle
