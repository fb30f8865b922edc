"""Progress of work orders: start, finish, good and scrap per step; the last step fills the store.

What is good at the last step goes into stock; the material that a step uses leaves it with the step's report, unless
it was issued before. So the plan made next sees stock, material and the rest of the order as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from quarterdeck.model import Company
from quarterdeck.service.booking import BookingError, Entry, amount
from quarterdeck.service.releasing import now_of, wall

Row = dict[str, Any]
LIVE = ("released", "started")
SCRAP_REASONS = {
    "material": "Faulty material",
    "setup": "Set-up piece",
    "machine": "Machine fault",
    "handling": "Damaged in handling",
    "measure": "Out of tolerance",
    "surface": "Surface",
    "other": "Other",
}


def steps_of(company: Company, order: str) -> pl.DataFrame:
    """The steps of a work order in their sequence, from its routing."""
    orders = company["work_orders"].filter(pl.col("order") == order).select("item", "routing")
    return company["operations"].join(orders, on=["item", "routing"], how="semi").sort("sequence")


def start_step(entry: Entry, order: str, sequence: int, machine: str = "") -> None:
    """A step begins.

    Raises
    ------
    BookingError
        If the order is not open or the step has begun.
    """
    work, step, progress = _at(entry, order, sequence)
    if progress["started"] is not None and progress["finished"] is None:
        raise BookingError(f"Step {sequence} of {order} runs already.")
    if progress["finished"] is not None:
        raise BookingError(f"Step {sequence} of {order} is finished.")
    known = entry.row("machines", machine=machine) if machine else None
    begun = _wall(entry, work)
    used = machine if known is not None else progress["machine"]
    entry.put("work_order_operations", {**progress, "started": begun, "machine": used})
    entry.put(
        "work_orders", {**work, "status": "started", "start": begun if work["status"] != "started" else work["start"]}
    )
    entry.text = f"Started step {sequence} of {order} ({step['name'] or entry.names.item(work['item'])})"


def report_step(entry: Entry, order: str, sequence: int, asked: Mapping[str, str]) -> None:
    """Good pieces and scrap of a step; ``finish`` ends it.

    Parameters
    ----------
    asked
        ``good`` and ``scrap`` as typed (empty is 0), ``reason`` why pieces were lost (a key of
        :data:`SCRAP_REASONS`), ``note``, ``finish`` "1" if the step is over.

    Raises
    ------
    BookingError
        If nothing is reported, scrap has no reason, or the order or step is not open.
    """
    work, step, progress = _at(entry, order, sequence)
    if progress["finished"] is not None:
        raise BookingError(f"Step {sequence} of {order} is finished; take the report back to change it.")
    good, scrap = (amount(asked.get(name) or "0", name, least=0.0) for name in ("good", "scrap"))
    finish = asked.get("finish") == "1"
    if not good and not scrap and not finish:
        raise BookingError("Expected good pieces, scrap or a finish, got none of them.")
    reason = asked.get("reason", "")
    if scrap and reason not in SCRAP_REASONS:
        raise BookingError("Expected a reason for the scrap. Choose one.")
    most = work["quantity"] * 2 + 1
    if progress["completed"] + good > most:
        raise BookingError(
            f"Expected at most {most:g} pieces, as the order is for {work['quantity']:g}; got {good:g} more."
        )
    begun = progress["started"] or _wall(entry, work)
    entry.put(
        "work_order_operations",
        {
            **progress,
            "completed": progress["completed"] + good,
            "scrapped": progress["scrapped"] + scrap,
            "scrap_reason": SCRAP_REASONS[reason] if scrap else progress["scrap_reason"],
            "started": begun,
            "finished": max(_wall(entry, work), begun) if finish else None,
        },
    )
    entry.put("work_orders", {**work, "status": "started", "start": work["start"] or begun})
    entry.text = _said(order, sequence, step, (good, scrap, finish), reason, asked.get("note", ""))
    if step["last"]:
        _stocked(entry, order, good, finish=finish)
    _material(entry, work, sequence, good + scrap)


def complete_order(entry: Entry, order: str, asked: Mapping[str, str]) -> None:
    """Everything that was made of an order, in one go: ``good-10`` and ``scrap-10`` for step 10, and so on.

    An order without steps takes ``good`` and ``scrap``. ``finish`` closes steps and order.

    Raises
    ------
    BookingError
        As :func:`report_step`.
    """
    steps = steps_of(entry.company, order)["sequence"].to_list()
    texts, reported = [], 0
    for sequence in steps:
        given = {name: asked.get(f"{name}-{sequence}", "").strip() for name in ("good", "scrap")}
        progress = entry.row("work_order_operations", order=order, sequence=sequence)
        over = progress is not None and progress["finished"] is not None
        if over or not (any(given.values()) or asked.get("finish") == "1"):
            continue
        report_step(entry, order, sequence, {**asked, **given})
        reported += 1
        if any(given.values()):
            texts.append(f"step {sequence}: {given['good'] or 0} good, {given['scrap'] or 0} scrap")
    if not steps:
        _without_steps(entry, order, asked)
        return
    if not reported:
        raise BookingError("Expected good pieces or scrap of at least one step, got none.")
    entry.text = f"Reported on {order}: {'; '.join(texts) or 'finished'}"


def _without_steps(entry: Entry, order: str, asked: Mapping[str, str]) -> None:
    work = _work(entry, order)
    good, scrap = (amount(asked.get(name) or "0", name, least=0.0) for name in ("good", "scrap"))
    if not good and not scrap:
        raise BookingError("Expected good pieces or scrap, got none.")
    _stocked(entry, order, good, finish=asked.get("finish") == "1")
    _material(entry, work, None, good + scrap)
    entry.text = f"Reported on {order}: {good:g} good, {scrap:g} scrap"


def _work(entry: Entry, order: str) -> Row:
    work = entry.row("work_orders", order=order)
    if work is None:
        raise BookingError(f"Expected a work order of the company, got {order}. A planned one must be released first.")
    if work["status"] not in LIVE:
        raise BookingError(f"{order} is {work['status']}; nothing can be reported on it.")
    return work


def _at(entry: Entry, order: str, sequence: int) -> tuple[Row, Row, Row]:
    """Work order, step and progress of the step; a step without progress has none of everything."""
    work = _work(entry, order)
    steps = steps_of(entry.company, order)
    rows = steps.filter(pl.col("sequence") == sequence)
    if rows.is_empty():
        raise BookingError(f"Expected a step of {order}, got {sequence}.")
    step = {**rows.row(0, named=True), "last": steps["sequence"].max() == sequence}
    blank = {
        "order": order, "sequence": sequence, "completed": 0.0, "scrapped": 0.0, "scrap_reason": None, "machine": None,
        "person": None, "started": None, "finished": None, "pinned_start": None,
    }  # fmt: skip
    found = entry.row("work_order_operations", order=order, sequence=sequence)
    return work, step, found or blank


def _stocked(entry: Entry, order: str, good: float, *, finish: bool) -> None:
    """Puts good pieces into stock and closes the order when it is whole or finished."""
    work = _work(entry, order)
    completed = work["completed"] + good
    whole = finish or completed >= work["quantity"] - 1e-6
    entry.put("work_orders", {**work, "completed": completed, "status": "done" if whole else "started"})
    entry.into_stock(work["item"], work["site"], good)
    if whole and completed < work["quantity"] - 1e-6:
        lacking = entry.names.amount(work["quantity"] - completed, work["item"])
        entry.notes.append(f"{order} is closed with {lacking} less than ordered")


def _material(entry: Entry, work: Row, sequence: int | None, pieces: float) -> None:
    """Takes from the store what the pieces of a step used up, good or not; a line without a step is the first's."""
    if work["materials_issued"] or pieces <= 0:
        return
    today = _wall(entry, work).date()
    lines = entry.company["bom_lines"].filter(
        pl.col("parent") == work["item"],
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= today),
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= today),
    )
    steps = steps_of(entry.company, work["order"])["sequence"].to_list()
    for line in lines.iter_rows(named=True):
        at = line["sequence"] if line["sequence"] in steps else next(iter(steps), None)
        if sequence is not None and at != sequence:
            continue
        first = _done(entry, work["order"], sequence) <= pieces if sequence is not None else not work["completed"]
        used = float(first) if line["per_order"] else pieces
        entry.out_of_stock(line["component"], work["site"], used * line["quantity_per"] / (1.0 - line["scrap"]))


def _done(entry: Entry, order: str, sequence: int) -> float:
    """Pieces that a step has behind it, with those of this report."""
    progress = entry.row("work_order_operations", order=order, sequence=sequence)
    return 0.0 if progress is None else float(progress["completed"] + progress["scrapped"])


def _said(order: str, sequence: int, step: Row, made: tuple[float, float, bool], reason: str, note: str) -> str:
    good, scrap, finish = made
    name = f" ({step['name']})" if step["name"] else ""
    words = f"Step {sequence} of {order}{name}: {good:g} good"
    if scrap:
        words += f", {scrap:g} scrap ({SCRAP_REASONS[reason].lower()})"
    words += ", finished" if finish else ""
    return f"{words}. {note.strip()[:500]}" if note.strip() else words


def _wall(entry: Entry, work: Row) -> Any:  # noqa: ANN401 - a wall-clock time
    return wall(now_of(entry.company), entry.names.zone(work["site"]))
