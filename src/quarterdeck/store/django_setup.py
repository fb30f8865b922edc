"""Django's settings, made in code: the store uses its ORM and migrations, a web application can stand on the same.

Every workspace is one more database alias in the same process, so several can be open at a time.
"""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from quarterdeck.store.errors import WorkspaceError

BUSY_SECONDS = 30
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768"
)


def configure(*, apps: Sequence[str] = (), **more: Any) -> None:  # noqa: ANN401 - any setting of Django
    """Sets Django up, once in a process; ``apps`` and ``more`` are for shells that add users, sessions and pages."""
    import django  # noqa: PLC0415 - takes a while to load
    from django.apps import apps as registry  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=["quarterdeck.store.apps.StoreConfig", *apps],
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
            TIME_ZONE="UTC",
            **more,
        )
    if not registry.ready:
        django.setup()


def sqlite_settings(path: Path) -> dict[str, Any]:
    """Django's entry for a SQLite file: write-ahead log, writers that wait for each other instead of failing."""
    options = {"timeout": BUSY_SECONDS, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}


def postgresql_settings(url: str) -> dict[str, Any]:
    """Django's entry for a URL such as ``postgresql://user:password@host:5432/name?sslmode=require``.

    Raises
    ------
    WorkspaceError
        If it is no URL of a PostgreSQL database.

    >>> entry = postgresql_settings("postgresql://ada@/bikes?host=/run/postgresql")
    >>> entry["NAME"], entry["USER"], entry["HOST"]
    ('bikes', 'ada', '/run/postgresql')
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        shown = f"{parts.scheme}://…{parts.path}"
        raise WorkspaceError(f"Expected a database URL such as postgresql://user@host/name, got {shown}.")
    options = dict(parse_qsl(parts.query))
    host, port = options.pop("host", parts.hostname or ""), options.pop("port", str(parts.port or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }


def register(alias: str, entry: dict[str, Any]) -> Any:  # noqa: ANN401 - Django ships no types
    """Django's connection to the database of ``entry``, named ``alias``; an older one of that name is closed."""
    from django.db import connections  # noqa: PLC0415

    defaults = {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "TEST": {"CHARSET": None, "COLLATION": None, "MIGRATE": True, "MIRROR": None, "NAME": None},
    }
    if alias in connections.databases:
        connections[alias].close()
        del connections[alias]
    connections.databases[alias] = {**defaults, **entry}
    return connections[alias]


def served(entry: dict[str, Any]) -> Any | None:  # noqa: ANN401
    """Django's default connection if it leads to the database of ``entry``: in a process that serves this workspace.

    Pages, users and the company's tables then share one connection, and writers never wait for themselves.
    """
    from django.db import connections  # noqa: PLC0415

    default = connections.databases.get("default", {})
    same = all(default.get(name, "") == entry.get(name, "") for name in ("ENGINE", "NAME", "HOST", "PORT"))
    return connections["default"] if same else None


def migrate(connection: Any) -> None:  # noqa: ANN401
    """Brings the database to the present form of the declarations; does nothing, quickly, if it has it.

    Raises
    ------
    WorkspaceError
        If a newer version of the program has changed the database.
    """
    known, done = _known_migrations(), _done_migrations(connection)
    if done - known:
        newest = max(done - known)
        raise WorkspaceError(
            f"Expected a workspace of this version or older, got one with the change {newest}. Update Quarterdeck."
        )
    if known - done:
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", database=connection.alias, verbosity=0, interactive=False)


def _known_migrations() -> set[str]:
    package = importlib.import_module("quarterdeck.store.migrations")
    return {module.name for module in pkgutil.iter_modules(package.__path__)}


def _done_migrations(connection: Any) -> set[str]:  # noqa: ANN401
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'store'")
        return {row[0] for row in cursor.fetchall()}


def is_sound(path: Path) -> bool:
    """Whether SQLite finds every page and index of the database file in order."""
    connection = sqlite3.connect(path)
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    finally:
        connection.close()
