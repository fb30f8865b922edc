"""Planned orders made real: rows of purchase, work and transfer orders under codes of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from quarterdeck.model import TABLES, Company
from quarterdeck.service.planning import settings_for
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

Row = dict[str, Any]
TABLE_OF = {"buy": "purchase_orders", "make": "work_orders", "transfer": "transfer_orders"}
LETTERS = {"buy": "PO", "make": "WO", "transfer": "TO"}
LEAST_PRICE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Released:
    """Rows to write per table, and for each planned order the real order and line that it became."""

    rows: Mapping[str, pl.DataFrame]
    became: Mapping[str, tuple[str, str]]


def release(company: Company, planned: Sequence[Row], now: dt.datetime) -> Released:
    """Real orders for planned ones, which are rows of the plan's orders.

    Purchases from one supplier for one site become lines of one order. ``now`` is the instant of release.
    """
    names, codes = Names.of(company), _Codes(company)
    rows: dict[str, list[Row]] = {}
    became: dict[str, tuple[str, str]] = {}
    together: dict[tuple[str, str], tuple[str, int]] = {}
    for row in planned:
        kind, line = row["kind"], ""
        if kind == "buy":
            whose = (row["partner"] or "", row["site"])
            code, number = together.get(whose) or (codes.next(kind), 0)
            together[whose] = (code, number + 1)
            line = str(number + 1)
        else:
            code = codes.next(kind)
        zone = names.zone(row["site"])
        rows.setdefault(TABLE_OF[kind], []).append(MAKERS[kind](row, (code, line), zone, now))
        became[row["order"]] = (code, line)
    shaped = {table: shaped_rows(table, found) for table, found in rows.items()}
    return Released(shaped, became)


def shaped_rows(table: str, rows: Iterable[Row]) -> pl.DataFrame:
    """Rows of one table in its types, with only the columns they give."""
    rows = list(rows)
    dtypes = TABLES[table].dtypes
    return pl.DataFrame(rows, schema={name: dtypes[name] for name in rows[0]})


def wall(moment: dt.datetime, zone: str) -> dt.datetime:
    """An instant on a site's clock, as tables hold it; to the whole second."""
    return wording.local(moment, zone).replace(tzinfo=None, microsecond=0)


def now_of(company: Company) -> dt.datetime:
    """The company's now: the one that its settings fix, else the clock's."""
    return settings_for(company).as_of


def price_of(row: Row) -> Decimal | None:
    """Price of one unit that the plan reckoned with; none where it knows none."""
    cost, quantity = row["cost"], row["quantity"]
    if not cost or not quantity:
        return None
    return max((Decimal(cost) / Decimal(str(quantity))).quantize(Decimal("0.0001")), LEAST_PRICE)


def _purchase(row: Row, code: tuple[str, str], zone: str, now: dt.datetime) -> Row:
    return {
        "order": code[0],
        "line": code[1],
        "supplier": row["partner"] or None,
        "item": row["item"],
        "site": row["site"],
        "quantity": row["quantity"],
        "due": wall(row["available"], zone),
        "ordered": wall(now, zone),
        "price": price_of(row),
        "status": "released",
    }


def _work(row: Row, code: tuple[str, str], zone: str, _now: dt.datetime) -> Row:
    return {
        "order": code[0],
        "item": row["item"],
        "site": row["site"],
        "quantity": row["quantity"],
        "routing": row["routing"] or "main",
        "start": wall(row["release"], zone),
        "due": wall(row["needed"], zone),
        "status": "released",
    }


def _transfer(row: Row, code: tuple[str, str], zone: str, _now: dt.datetime) -> Row:
    return {
        "order": code[0],
        "item": row["item"],
        "from_site": row["partner"],
        "to_site": row["site"],
        "quantity": row["quantity"],
        "due": wall(row["available"], zone),
        "status": "released",
    }


MAKERS = {"buy": _purchase, "make": _work, "transfer": _transfer}


class _Codes:
    """Codes that no order has yet."""

    def __init__(self, company: Company) -> None:
        self.taken = {kind: set(company[table]["order"]) for kind, table in TABLE_OF.items()}
        self.number = {kind: len(taken) for kind, taken in self.taken.items()}

    def next(self, kind: str) -> str:
        """The next free code of a kind of order; no other kind has it either."""
        while True:
            self.number[kind] += 1
            code = f"{LETTERS[kind]}-{self.number[kind]:05d}"
            if all(code not in taken for taken in self.taken.values()):
                self.taken[kind].add(code)
                return code
