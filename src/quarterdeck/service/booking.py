"""Writing down what happened to orders: receipts, completions, transfers; stock and order change together.

Each is one change set that can be taken back. Goods come out of the lots that expire first.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import TABLES, Company
from quarterdeck.service.current import Edition, newest_company
from quarterdeck.service.releasing import now_of, wall
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

Row = dict[str, Any]
LIVE = ("released", "started")
TINY = 1e-9
THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")


class BookingError(ValueError):
    """Something that cannot be written down; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What was written down, in words, and the change set that takes it back."""

    change_set: int
    text: str
    notes: tuple[str, ...] = ()


@dataclass
class Entry:
    """What one booking changes: rows by table and key, in words."""

    company: Company
    text: str = ""
    notes: list[str] = field(default_factory=list)
    rows: dict[str, dict[tuple[Any, ...], Row]] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """The company's names."""
        return Names.of(self.company)

    def row(self, table: str, **key: Any) -> Row | None:  # noqa: ANN401
        """A row as it will be; ``None`` if there is none."""
        found = self.rows.get(table, {}).get(tuple(key.values()))
        if found is not None:
            return found
        rows = self.company[table].filter(*[pl.col(name) == value for name, value in key.items()])
        return rows.row(0, named=True) if rows.height else None

    def put(self, table: str, row: Row) -> None:
        """Sets a row; its key must be in it."""
        key = tuple(row[name] for name in TABLES[table].key)
        self.rows.setdefault(table, {})[key] = row

    def into_stock(self, item: str, site: str, quantity: float, lot: str = "") -> None:
        """Adds to a lot, which is made if it is not there."""
        if quantity > TINY:
            there = self.row("stock_lots", lot=lot, item=item, site=site)
            kept = there or {"lot": lot, "item": item, "site": site, "quantity": 0.0, "expiry": None, "hold": False}
            self.put("stock_lots", {**kept, "quantity": kept["quantity"] + quantity})

    def out_of_stock(self, item: str, site: str, quantity: float) -> float:
        """Takes from the lots that expire first; what is lacking."""
        left = quantity
        lots = self.company["stock_lots"].filter(pl.col("item") == item, pl.col("site") == site, ~pl.col("hold"))
        for lot in lots.sort("expiry", "lot", nulls_last=True).iter_rows(named=True):
            there = self.row("stock_lots", lot=lot["lot"], item=item, site=site) or lot
            taken = min(left, there["quantity"])
            if taken > TINY:
                self.put("stock_lots", {**there, "quantity": round(there["quantity"] - taken, 9)})
                left -= taken
        if left > 1e-6:
            self.notes.append(f"{self.names.amount(left, item)} {self.names.item(item)} are lacking in the store")
        return left


def book(
    workspace: Workspace,
    make: Callable[[Entry], None],
    *,
    author: str,
    source: str = "orders",
    standing: Edition | None = None,
) -> Booked:
    """Writes what ``make`` enters; nobody else writes meanwhile.

    ``standing`` is the edition that is open already, which saves reading the tables.

    Raises
    ------
    BookingError
        As ``make`` raises it, or if nothing would change.
    """
    from quarterdeck.store import TableChange  # noqa: PLC0415 - the store waits until it is needed

    with workspace.alone():
        entry = Entry(newest_company(workspace, standing))
        make(entry)
        changes = {
            table: TableChange(pl.DataFrame(list(rows.values()), schema=TABLES[table].dtypes))
            for table, rows in entry.rows.items()
        }
        made = workspace.commit(changes, author=author, reason=_plain(entry.text), source=source)
    if not made.number:
        raise BookingError("Expected something to change, but it is written down so already.")
    return Booked(made.number, entry.text, tuple(entry.notes))


def receive_purchase(entry: Entry, order: str, line: str, asked: Mapping[str, str]) -> None:
    """Goods of a purchase order arrived: ``quantity``, if wanted ``lot``, ``expiry`` and ``close``.

    The line is closed when all of it is there, or nothing more comes.

    Raises
    ------
    BookingError
        If the line is not open or the quantity cannot be read.
    """
    row = _open(entry.row("purchase_orders", order=order, line=line), f"{order} line {line}")
    quantity = amount(asked.get("quantity", ""), "quantity")
    received = row["received"] + quantity
    whole = received >= row["quantity"] - 1e-6 or asked.get("close") == "1"
    came = wall(now_of(entry.company), entry.names.zone(row["site"])) if whole else row["received_on"]
    status = "done" if whole else row["status"]
    entry.put("purchase_orders", {**row, "received": received, "status": status, "received_on": came})
    lot = asked.get("lot", "").strip()
    entry.into_stock(row["item"], row["site"], quantity, lot)
    expiry = _day(asked.get("expiry", ""))
    if expiry:
        there = entry.row("stock_lots", lot=lot, item=row["item"], site=row["site"])
        entry.put("stock_lots", {**(there or {}), "expiry": expiry})
    names = entry.names
    rest = "" if whole else f", {names.amount(row['quantity'] - received, row['item'])} to come"
    entry.text = (
        f"Received {names.amount(quantity, row['item'])} {names.item(row['item'])} of {order} line {line}{rest}"
    )
    if received > row["quantity"] + 1e-6:
        entry.notes.append(f"{names.amount(received - row['quantity'], row['item'])} more than ordered")


def send_transfer(entry: Entry, order: str) -> None:
    """A transfer left: its goods go out of the store that sends.

    Raises
    ------
    BookingError
        If it is not open or left already.
    """
    row = _open(entry.row("transfer_orders", order=order), order)
    if row["shipped"] is not None:
        raise BookingError(f"{order} left on {wording.day(row['shipped'].date())} already.")
    entry.out_of_stock(row["item"], row["from_site"], row["quantity"])
    left = wall(now_of(entry.company), entry.names.zone(row["from_site"]))
    entry.put("transfer_orders", {**row, "shipped": left, "status": "started"})
    entry.text = f"Sent {_goods(entry, row)} of {order} to {entry.names.name('site', row['to_site'])}"


def receive_transfer(entry: Entry, order: str, asked: Mapping[str, str]) -> None:
    """A transfer arrived: its goods go into the store that receives, and the order is closed.

    Raises
    ------
    BookingError
        If it is not open, has not left, or the quantity cannot be read.
    """
    row = _open(entry.row("transfer_orders", order=order), order)
    if row["shipped"] is None:
        raise BookingError(f"{order} has not left yet. Write down that it was sent first.")
    quantity = amount(asked.get("quantity", ""), "quantity")
    if quantity > row["quantity"] + 1e-6:
        raise BookingError(f"Expected at most {_goods(entry, row)}, got {wording.quantity(quantity)}.")
    entry.into_stock(row["item"], row["to_site"], quantity, asked.get("lot", "").strip())
    entry.put("transfer_orders", {**row, "status": "done"})
    names = entry.names
    entry.text = f"Received {names.amount(quantity, row['item'])} {names.item(row['item'])} of {order}"
    if quantity < row["quantity"] - 1e-6:
        entry.notes.append(f"{names.amount(row['quantity'] - quantity, row['item'])} were lost on the way")


def amount(text: str, what: str, *, least: float = TINY) -> float:
    """A quantity as a person types it.

    >>> amount("2,5", "quantity"), amount("1,200", "quantity"), amount(" 12 ", "scrap")
    (2.5, 1200.0, 12.0)

    Raises
    ------
    BookingError
        If it is none, or less than ``least``.
    """
    plain = text.strip().replace(" ", "").replace(wording.GAP, "")
    plain = plain.replace(",", "") if THOUSANDS.fullmatch(plain) else plain.replace(",", ".")
    try:
        found = float(plain)
    except ValueError as error:
        raise BookingError(f"Expected a number for the {what}, got {text.strip()!r}.") from error
    if not math.isfinite(found) or found < least or found > 1e9:
        bound = "above 0" if least == TINY else f"of at least {least:g}"
        raise BookingError(f"Expected a {what} {bound}, got {text.strip()}.")
    return found


def _open(row: Row | None, what: str) -> Row:
    if row is None:
        raise BookingError(f"Expected an order of the company, got {what}.")
    if row["status"] not in LIVE:
        raise BookingError(f"{what} is {row['status']}; nothing more can come of it.")
    return row


def _goods(entry: Entry, row: Row) -> str:
    return f"{entry.names.amount(row['quantity'], row['item'])} {entry.names.item(row['item'])}"


def _day(text: str) -> dt.date | None:
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise BookingError(f"Expected a day such as 2026-03-02, got {text!r}.") from error


def _plain(text: str) -> str:
    return text.replace(wording.GAP, " ")
