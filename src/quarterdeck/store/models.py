"""Django's models: one per declared table of the company, and the store's own records.

The company's models exist for migrations and for pages; bulk reading and writing goes past them (``rows_sqlite``,
``rows_postgresql``). Each has a surrogate ``id`` and the declared key as a unique constraint. References are not
foreign keys: a broken one is a problem to be shown, not a row to be refused.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from quarterdeck.model.table import ColumnInfo, Table
from quarterdeck.model.tables import TABLES
from quarterdeck.store.fields import ExactTextField, MoneyField, WallClockField
from quarterdeck.store.shared_records import AccessToken, Dismissal, Job, SavedView, SetupLink, User
from quarterdeck.store.stored_form import table_name

__all__ = [
    "COMPANY_MODELS",
    "AccessToken",
    "ChangeSetRecord",
    "ChangedTable",
    "Dismissal",
    "Identity",
    "Job",
    "PlanRow",
    "SavedView",
    "SetupLink",
    "User",
]

FIELDS: dict[str, type] = {
    "code": ExactTextField,
    "text": ExactTextField,
    "choice": ExactTextField,
    "time": ExactTextField,
    "money": MoneyField,
    "quantity": models.FloatField,
    "number": models.FloatField,
    "fraction": models.FloatField,
    "whole": models.BigIntegerField,
    "day": models.DateField,
    "moment": WallClockField,
    "flag": models.BooleanField,
}


def _field(column: ColumnInfo) -> Any:  # noqa: ANN401 - Django ships no types
    return FIELDS[column.kind](null=column.nullable)


def _model(table: Table) -> type:
    unique = models.UniqueConstraint(fields=list(table.key), name=f"company_{table.name}_key")
    meta = type("Meta", (), {"app_label": "store", "db_table": table_name(table.name), "constraints": [unique]})
    fields = {column.name: _field(column) for column in table.columns}
    name = "".join(word.capitalize() for word in table.name.split("_"))
    return type(name, (models.Model,), {"__module__": __name__, "__doc__": table.description, "Meta": meta, **fields})


COMPANY_MODELS: dict[str, type] = {table.name: _model(table) for table in TABLES.values()}


class Identity(models.Model):
    """One row: which workspace folder this database belongs to."""

    workspace = ExactTextField()


class ChangeSetRecord(models.Model):
    """Who changed the company's data, when and why; ``undoes`` names the change set that this one takes back."""

    at = models.DateTimeField()
    author = ExactTextField()
    reason = ExactTextField()
    source = ExactTextField()
    undoes = models.BigIntegerField(null=True)

    class Meta:
        """Where it is kept."""

        db_table = "store_change_sets"


class ChangedTable(models.Model):
    """The rows of one table that one change set touched, as Parquet: as they were and as they are since.

    ``key_low`` and ``key_high`` are the least and greatest text of the first key column among them, so that the history
    of one row need not open every record.
    """

    change_set = models.ForeignKey(ChangeSetRecord, on_delete=models.CASCADE, related_name="tables")
    table = ExactTextField()
    key_low = ExactTextField()
    key_high = ExactTextField()
    inserted = models.BigIntegerField()
    updated = models.BigIntegerField()
    deleted = models.BigIntegerField()
    before = models.BinaryField()
    after = models.BinaryField()

    class Meta:
        """Where it is kept, and what is looked up."""

        db_table = "store_changed_tables"
        indexes = (models.Index(fields=["table", "change_set"], name="store_changed_by_table"),)


class PlanRow(models.Model):
    """A plan that is kept as a folder of the workspace."""

    at = models.DateTimeField()
    as_of = models.DateTimeField()
    author = ExactTextField()
    note = ExactTextField()
    problems = models.BigIntegerField()

    class Meta:
        """Where it is kept."""

        db_table = "store_plans"
