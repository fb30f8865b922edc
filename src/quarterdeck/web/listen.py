"""The processes that answer browsers. Nothing is loaded before the server has made them.

Polars keeps threads that do not survive a fork; so this runs apart from the command that started it, and each process
opens the workspace for itself. What one of them keeps in memory holds as long as the database says so.
"""

from __future__ import annotations

import os

PROCESSES = "QUARTERDECK_PROCESSES"
MOST_PROCESSES = 4
THREADS = 8


def main() -> None:
    """Serves until it is told to end; address and workspace come in the environment."""
    from granian import Granian  # noqa: PLC0415 - only the server needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    # Requests are many and small: one thread each is faster than several that share its tables among themselves.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    Granian(
        target="quarterdeck.web.wsgi:application",
        address=os.environ["QUARTERDECK_HOST"],
        port=int(os.environ["QUARTERDECK_PORT"]),
        interface=Interfaces.WSGI,
        workers=processes(),
        blocking_threads=THREADS,
        log_enabled=False,
    ).serve()


def processes() -> int:
    """How many processes answer: one per core, four at most, or as many as the environment asks for."""
    asked = os.environ.get(PROCESSES, "")
    return max(1, int(asked)) if asked.isdecimal() else min(os.cpu_count() or 1, MOST_PROCESSES)


if __name__ == "__main__":
    main()
