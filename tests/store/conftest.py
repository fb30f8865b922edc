"""The databases that the tests of the store run on: SQLite always, PostgreSQL where Debian's server is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections

from quarterdeck.store import Workspace, django_setup

DATABASE = "company"


class Server:
    """A PostgreSQL server of its own, in a temporary folder, reached over a socket there."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="qd-pg-", dir="/tmp"))
        self.account = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name

    def run(self, program: str, *arguments: str) -> None:
        """Runs one of the server's programs as an ordinary user, which the server insists on."""
        user = {"user": self.account, "group": self.account, "extra_groups": []} if os.getuid() == 0 else {}
        command = [str(self.binaries / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, timeout=60, **user)

    def start(self) -> None:
        """Makes and starts the server."""
        if os.getuid() == 0:
            shutil.chown(self.folder, self.account, self.account)
        data = str(self.folder / "data")
        self.run("initdb", "-D", data, "-A", "trust", "-U", "quarterdeck", "-E", "UTF8", "--no-locale", "-N")
        options = f"-c listen_addresses='' -k {self.folder} -c fsync=off -c full_page_writes=off"
        self.run("pg_ctl", "-D", data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stops the server and takes its folder away."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://quarterdeck@/{database}?host={self.folder}"


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found and (found[-1] / "initdb").exists() else None


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A running server with one database in the present form."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("needs PostgreSQL's server in /usr/lib/postgresql")
    server = Server(binaries)
    server.start()
    try:
        server.run("createdb", "-h", str(server.folder), "-U", "quarterdeck", DATABASE)
        django_setup.register("shared", django_setup.postgresql_settings(server.url(DATABASE)))
        django_setup.migrate(connections["shared"])
        yield server
    finally:
        connections["shared"].close()
        server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def fresh_url(request: pytest.FixtureRequest) -> str | None:
    """``None`` for SQLite, then the URL of an empty PostgreSQL database."""
    if request.param == "sqlite":
        return None
    server: Server = request.getfixturevalue("postgresql_server")
    tables = ", ".join(model._meta.db_table for model in apps.get_app_config("store").get_models())
    with connections["shared"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    return server.url(DATABASE)


@pytest.fixture
def workspace(tmp_path: Path, fresh_url: str | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A new, empty workspace, once on each database."""
    monkeypatch.delenv("QUARTERDECK_DATABASE_URL", raising=False)
    with Workspace.create(tmp_path / "workspace", database_url=fresh_url) as made:
        yield made
