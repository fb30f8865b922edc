"""What people say will be wanted, in the place of the forecast: written with author and note, taken away again."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import polars as pl

from quarterdeck.model import TABLES
from quarterdeck.service.views import wording
from quarterdeck.store import TableChange

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

TABLE = "forecast_overrides"
Period = tuple[str, str, str]


class OverrideError(ValueError):
    """An override that cannot be used; the message says why."""


def override_demand(workspace: Workspace, period: Period, quantity: str, *, note: str, author: str) -> str:
    """Sets the demand of a period of an item at a site; what was done, in words.

    Parameters
    ----------
    period
        Item, site and first day of the period as ISO text.
    quantity
        As a person types it.

    Raises
    ------
    OverrideError
        If the day or the quantity cannot be read, the item is not known, or the note is missing.
    """
    item, site, day = period
    start, amount = _day(day), _quantity(quantity)
    if item not in set(workspace.read("items")["item"]):
        raise OverrideError(f"Expected an item of the company, got {item!r}.")
    if not note.strip():
        raise OverrideError("Expected a note that says why; it is shown when the forecast is judged later.")
    row = {"item": [item], "site": [site], "date": [start], "quantity": [amount], "author": [author], "note": [note]}
    table = TABLES[TABLE]
    frame = table.shape(pl.DataFrame(row))
    said = f"Demand for {item} from {wording.day(start)} set to {wording.quantity(amount)}"
    workspace.commit({TABLE: TableChange(frame)}, author=author, reason=f"{said}: {note.strip()}", source="demand")
    return f"{said}. Plan again to see what it changes."


def remove_override(workspace: Workspace, item: str, site: str, day: str, *, author: str) -> str:
    """Gives a period back to the forecast; what was done, in words.

    Raises
    ------
    OverrideError
        If there is no override of that day.
    """
    start = _day(day)
    held = workspace.read(TABLE)
    rows = held.filter((pl.col("item") == item) & (pl.col("site") == site) & (pl.col("date") == start))
    if rows.is_empty():
        raise OverrideError(f"Expected an override from {wording.day(start)}, found none for {item}.")
    said = f"Demand for {item} from {wording.day(start)} left to the forecast"
    workspace.commit({TABLE: TableChange(deletes=rows)}, author=author, reason=said, source="demand")
    return f"{said}. Plan again to see what it changes."


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise OverrideError(f"Expected a day such as 2026-03-02, got {text!r}.") from error


def _quantity(text: str) -> float:
    try:
        amount = float(text.strip().replace(",", "."))
    except ValueError as error:
        raise OverrideError(f"Expected a quantity, got {text!r}.") from error
    if not math.isfinite(amount) or amount < 0:
        raise OverrideError(f"Expected a quantity of at least 0, got {text!r}.")
    return amount
