"""The workspace that this process serves: opened once, brought up to date, kept in memory."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from quarterdeck.service.current import Current
from quarterdeck.service.data import init_workspace
from quarterdeck.store import django_setup


def open_for_web(path: Path, *, https: bool = False, hosts: tuple[str, ...] = ()) -> Current:
    """Sets Django up for the workspace in ``path`` (made if it is not there) and brings its database up to date."""
    from quarterdeck.web.configuration import configure_web  # noqa: PLC0415 - must come before Django's models

    folder = path.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    configure_web(folder, _database(folder), https=https, hosts=hosts)
    init_workspace(folder).close()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", database="default", verbosity=0, interactive=False)
    return current()


@functools.cache
def current() -> Current:
    """The editions of the workspace that Django was set up for."""
    from django.conf import settings  # noqa: PLC0415

    return Current(settings.QUARTERDECK_WORKSPACE)


def _database(folder: Path) -> dict[str, Any]:
    import os  # noqa: PLC0415

    from quarterdeck.store.workspace import DATABASE_FILE, DATABASE_URL  # noqa: PLC0415

    url = os.environ.get(DATABASE_URL)
    return django_setup.postgresql_settings(url) if url else django_setup.sqlite_settings(folder / DATABASE_FILE)
