"""The worker process beside the server: it takes jobs from the database, one after the other."""

from __future__ import annotations

import os
from pathlib import Path

from quarterdeck.web.opening import current, open_for_web

NICE = 10


def main() -> None:
    """Works until it is told to end, and lets the pages go first."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    open_for_web(Path(os.environ["QUARTERDECK_WORKSPACE"]))
    from django.core.management import call_command  # noqa: PLC0415 - Django must be set up first

    from quarterdeck.service.jobs import give_up_dead_jobs  # noqa: PLC0415

    give_up_dead_jobs(current().workspace)
    call_command("db_worker", interval=0.5, verbosity=0, startup_delay=False)


if __name__ == "__main__":
    main()
