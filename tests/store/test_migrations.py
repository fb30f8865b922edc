"""The database follows the declarations."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.core.management import call_command

from quarterdeck.model import TABLES
from quarterdeck.store import Workspace
from quarterdeck.store.errors import WorkspaceError
from quarterdeck.store.models import COMPANY_MODELS


def test_migrations_match_the_declarations(capsys: pytest.CaptureFixture[str]) -> None:
    """Law: no declaration has changed without a migration; else run python -m quarterdeck.store.make_migrations."""
    try:
        call_command("makemigrations", "store", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(f"Run python -m quarterdeck.store.make_migrations for:\n{capsys.readouterr().out}")


def test_every_table_has_its_key_as_a_constraint() -> None:
    """Law: one model per declared table, with its columns and its key."""
    assert set(COMPANY_MODELS) == set(TABLES)
    for name, table in TABLES.items():
        meta = COMPANY_MODELS[name]._meta
        assert [field.name for field in meta.get_fields()] == ["id", *(column.name for column in table.columns)]
        assert meta.constraints[0].fields == table.key


def test_newer_workspace_is_refused(tmp_path: Path) -> None:
    """Refusal: a database that a newer version has changed."""
    Workspace.create(tmp_path).close()
    with sqlite3.connect(tmp_path / "company.sqlite3") as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', '2030-01-01')"
        )
    connection.close()
    with pytest.raises(WorkspaceError, match="9999_later"):
        Workspace.open(tmp_path)
