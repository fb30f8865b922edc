"""Confirming what happened to orders: goods that went to customers, and whole orders that are over, many in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quarterdeck.service.booking import (
    TINY,
    BookingError,
    Entry,
    amount,
    receive_purchase,
    receive_transfer,
    send_transfer,
)
from quarterdeck.service.progress import complete_order, steps_of
from quarterdeck.service.rights import DECIDES, Right
from quarterdeck.service.views import wording

CONFIRMS = {
    "sales": Right.DECIDE_SALES,
    "purchase": DECIDES["buy"],
    "work": DECIDES["make"],
    "transfer": DECIDES["transfer"],
}
"""Right that it takes to confirm an order, by its kind."""
WORDS = {"sales": "shipment", "purchase": "receipt", "work": "completion", "transfer": "transfer"}
MOST = 500


def ship_order(entry: Entry, order: str, line: str, asked: Mapping[str, str]) -> None:
    """Goods of a sales order went to the customer, all or in part: ``quantity``, and ``close`` if no more will.

    They leave the lots that expire first. The line is closed when all of it went.

    Raises
    ------
    BookingError
        If the line is not open or the quantity cannot be read, or is more than is open.
    """
    row = entry.row("sales_orders", order=order, line=line)
    if row is None:
        raise BookingError(f"Expected a sales order of the company, got {order} line {line}.")
    if row["status"] != "open":
        raise BookingError(f"{order} line {line} is {row['status']}; nothing more goes out for it.")
    quantity, left = amount(asked.get("quantity", ""), "quantity"), row["quantity"] - row["delivered"]
    names = entry.names
    if quantity > left + 1e-6:
        raise BookingError(f"Expected at most {names.amount(left, row['item'])}, got {wording.quantity(quantity)}.")
    delivered = row["delivered"] + quantity
    whole = delivered >= row["quantity"] - 1e-6 or asked.get("close") == "1"
    entry.put("sales_orders", {**row, "delivered": delivered, "status": "closed" if whole else "open"})
    entry.out_of_stock(row["item"], row["site"], quantity)
    rest = "" if whole else f", {names.amount(left - quantity, row['item'])} to come"
    to = f" to {names.name('customer', row['customer'])}" if row["customer"] else ""
    entry.text = (
        f"Shipped {names.amount(quantity, row['item'])} {names.item(row['item'])} of {order} line {line}{to}{rest}"
    )
    if row["ship_complete"] and not whole:
        entry.notes.append(f"{order} line {line} was to be delivered only as a whole")


def confirm_orders(entry: Entry, kind: str, chosen: Sequence[tuple[str, str]]) -> None:
    """Everything that is still open of the chosen orders happened as ordered: shipped, received, made or moved.

    An order for which that cannot be is left as it is, and told in a note.

    Parameters
    ----------
    kind
        sales, purchase, work or transfer.
    chosen
        Order and line of each.

    Raises
    ------
    BookingError
        If none of them can be confirmed; the message says why of the first.
    """
    texts, faults = [], []
    for order, line in chosen[:MOST]:
        before = {table: dict(rows) for table, rows in entry.rows.items()}
        try:
            _confirm(entry, kind, order, line)
            texts.append(entry.text)
        except BookingError as fault:
            entry.rows = before
            faults.append(str(fault))
    if not texts:
        raise BookingError(faults[0] if faults else "Tick the orders to confirm first.")
    what = wording.count(len(texts), WORDS.get(kind, "order"))
    entry.text = texts[0] if len(texts) == 1 else f"{what} confirmed: {'; '.join(texts)}"
    entry.notes += faults


def _confirm(entry: Entry, kind: str, order: str, line: str) -> None:
    left = _left(entry, kind, order, line)
    if kind == "sales":
        ship_order(entry, order, line, {"quantity": left})
    elif kind == "purchase":
        receive_purchase(entry, order, line, {"quantity": left})
    elif kind == "transfer":
        row = entry.row("transfer_orders", order=order)
        if row is not None and row["shipped"] is None:
            send_transfer(entry, order)
        else:
            receive_transfer(entry, order, {"quantity": left})
    else:
        complete_order(entry, order, _all_good(entry, order, left))


def _left(entry: Entry, kind: str, order: str, line: str) -> str:
    """What is still open of an order, as a person would type it."""
    tables = {"sales": "delivered", "purchase": "received", "work": "completed", "transfer": ""}
    if kind not in tables:
        raise BookingError(f"Expected sales, purchase, work or transfer, got {kind}.")
    lined = {"line": line} if kind in {"sales", "purchase"} else {}
    row = entry.row(f"{kind}_orders", order=order, **lined)
    if row is None:
        raise BookingError(f"Expected an order of the company, got {order}.")
    done = row[tables[kind]] if tables[kind] else 0.0
    return repr(max(row["quantity"] - done, 0.0))


def _all_good(entry: Entry, order: str, left: str) -> dict[str, str]:
    """A report in which every step made all that it lacks, without scrap."""
    asked = {"finish": "1", "good": left}
    work = entry.row("work_orders", order=order)
    for sequence in steps_of(entry.company, order)["sequence"].to_list():
        made = entry.row("work_order_operations", order=order, sequence=sequence)
        lacking = (work["quantity"] if work else 0.0) - (made["completed"] + made["scrapped"] if made else 0.0)
        asked[f"good-{sequence}"] = repr(lacking) if lacking > TINY else ""
    last = max((int(name[5:]) for name in asked if name.startswith("good-")), default=None)
    return asked if last is None else {**asked, f"good-{last}": left if float(left) > TINY else ""}
