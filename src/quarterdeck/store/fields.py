"""Database fields that keep what the declarations promise: exact text, exact money, wall-clock times."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models

MONEY_SCALE = 10_000
"""Money has four decimals; SQLite keeps it as a whole number of these parts, because it has no exact decimals."""


class ExactTextField(models.TextField):
    """Text that is equal only to itself: capitals, accents and leading zeros count, in either database."""

    def db_parameters(self, connection: Any) -> dict[str, Any]:  # noqa: ANN401
        """The column's type with the collation that compares bytes."""
        collation = "C" if connection.vendor == "postgresql" else "BINARY"
        return {**super().db_parameters(connection), "collation": collation}


class MoneyField(models.DecimalField):
    """An exact amount with 18 digits, four of them decimals."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**{"max_digits": 18, "decimal_places": 4, **options})

    def get_internal_type(self) -> str:
        """Not a decimal to Django, which would convert SQLite's whole number once more."""
        return "MoneyField"

    def db_type(self, connection: Any) -> str:  # noqa: ANN401
        """A whole number in SQLite, ``numeric`` elsewhere."""
        return "bigint" if connection.vendor == "sqlite" else f"numeric({self.max_digits}, {self.decimal_places})"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ANN401, ARG002, FBT001, FBT002
        """The value as the database keeps it."""
        if connection.vendor != "sqlite" or value is None:
            return value
        return int((Decimal(str(value)) * MONEY_SCALE).to_integral_value())

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:  # noqa: ANN401
        """The same when a row is written."""
        return self.get_db_prep_value(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:  # noqa: ANN401, ARG002
        """The value as people know it."""
        return Decimal(value).scaleb(-4) if connection.vendor == "sqlite" and value is not None else value


class WallClockField(models.Field):
    """A date and time as the clock on the site's wall shows it, without a time zone."""

    def db_type(self, connection: Any) -> str:  # noqa: ANN401
        """ISO text in SQLite, ``timestamp without time zone`` elsewhere."""
        return "text" if connection.vendor == "sqlite" else "timestamp"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ANN401, ARG002, FBT001, FBT002
        """The value as the database keeps it."""
        return value.isoformat(" ") if connection.vendor == "sqlite" and value is not None else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> dt.datetime | None:  # noqa: ANN401, ARG002
        """The value as a naive datetime."""
        return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
