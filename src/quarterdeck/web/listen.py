"""The process that answers browsers. It loads nothing before the server has made its worker process.

Polars keeps threads that do not survive a fork; so this runs apart from the command that started it.
"""

from __future__ import annotations

import os

THREADS = 8


def main() -> None:
    """Serves until it is told to end; address and workspace come in the environment."""
    from granian import Granian  # noqa: PLC0415 - only the server needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    Granian(
        target="quarterdeck.web.wsgi:application",
        address=os.environ["QUARTERDECK_HOST"],
        port=int(os.environ["QUARTERDECK_PORT"]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main()
