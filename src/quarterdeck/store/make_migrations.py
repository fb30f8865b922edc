"""Writes the migration that brings databases to the present declarations.

Run it as ``python -m quarterdeck.store.make_migrations`` after a declaration has changed. Rows that exist already take
the declared default of a new column.
"""

from __future__ import annotations

from typing import Any

from quarterdeck.store.django_setup import configure


def _declared_default(_questioner: object, field_name: str, model_name: str) -> object:
    from quarterdeck.model.tables import TABLES  # noqa: PLC0415 - Django must be set up first

    table = next(table for name, table in TABLES.items() if name.replace("_", "") == model_name.lower())
    default = table.column(field_name).default
    if default is None:
        raise ValueError(f"Expected a default for the required new column {table.name}.{field_name}, got none.")
    return default


if __name__ == "__main__":
    configure()
    from django.core.management import call_command
    from django.db.migrations.questioner import InteractiveMigrationQuestioner

    asking: Any = InteractiveMigrationQuestioner
    asking.ask_not_null_addition = _declared_default
    call_command("makemigrations", "store")
