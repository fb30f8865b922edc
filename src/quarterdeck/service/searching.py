"""Search over everything that has a name: items, orders, machines, partners, tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import polars as pl

from quarterdeck.model import TABLES, Company, Plan

MOST = 12
MOST_OF_ONE_KIND = 6
KINDS = (
    ("Item", "items", "item", "name"),
    ("Customer", "customers", "customer", "name"),
    ("Supplier", "suppliers", "supplier", "name"),
    ("Machine", "machines", "machine", "name"),
    ("Work centre", "work_centres", "work_centre", "name"),
    ("Person", "people", "person", "name"),
    ("Site", "sites", "site", "name"),
    ("Sales order", "sales_orders", "order", "customer"),
    ("Purchase order", "purchase_orders", "order", "supplier"),
    ("Work order", "work_orders", "order", "item"),
    ("Transfer", "transfer_orders", "order", "item"),
)
"""Kind, table, column of the code and column of what it is called, the most wanted kinds first."""
PLANNED = {"buy": "purchase_orders", "make": "work_orders", "transfer": "transfer_orders"}
"""The table in which a planned order would stand once it is released."""
ORDER_PAGES = {
    "sales_orders": "sales",
    "purchase_orders": "purchase",
    "work_orders": "work",
    "transfer_orders": "transfer",
}
NAMES = {"customer": ("customers", "customer"), "supplier": ("suppliers", "supplier"), "item": ("items", "item")}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, and the address where it is seen."""

    kind: str
    code: str
    title: str
    path: str


def search(index: pl.DataFrame, text: str, most: int = MOST, *, planned: bool = True) -> tuple[Hit, ...]:
    """What fits best: the code itself, codes that begin so, names that begin so, then all that hold every word.

    ``planned`` tells whether there is a plan, which the pages of single items show.
    """
    wanted = " ".join(text.lower().split())
    if not wanted:
        return ()
    code, title = pl.col("low_code"), pl.col("low_title")
    holds = [code.str.contains(word, literal=True) | title.str.contains(word, literal=True) for word in wanted.split()]
    rank = (
        pl.when(code == wanted)
        .then(0)
        .when(title == wanted)
        .then(1)
        .when(code.str.starts_with(wanted))
        .then(2)
        .when(title.str.starts_with(wanted))
        .then(3)
        .when(title.str.contains(f" {wanted}", literal=True))
        .then(4)
        .otherwise(5)
    )
    found = (
        index.filter(holds)
        .with_columns(rank=rank, length=code.str.len_chars())
        .sort("rank", "order", "length", "code")
        .filter(pl.int_range(pl.len()).over("kind") < MOST_OF_ONE_KIND)
        .head(most)
    )
    return tuple(
        Hit(row["kind"], row["code"], row["title"], _path(row["kind"], row["table"], row["code"], planned=planned))
        for row in found.iter_rows(named=True)
    )


def search_index(company: Company, plan: Plan | None) -> pl.DataFrame:
    """Everything that can be found: ``kind``, ``table``, ``code``, ``title`` and both in small letters."""
    parts = [*_of_company(company), *_planned(company, plan), _tables()]
    index = pl.concat(parts).unique(["kind", "code"], keep="first", maintain_order=True)
    return index.with_columns(
        low_code=pl.col("code").str.to_lowercase(), low_title=pl.col("title").str.to_lowercase()
    ).rechunk()


def _of_company(company: Company) -> Iterator[pl.DataFrame]:
    for place, (kind, table, code, named) in enumerate(KINDS):
        frame = company[table]
        if frame.height:
            yield _part(kind, table, place, frame.select(code=pl.col(code), title=_title(company, frame, named)))


def _title(company: Company, frame: pl.DataFrame, named: str) -> pl.Series:
    """What a row is called: its own name, or the name of what it names."""
    texts = frame[named].fill_null("")
    if named not in NAMES:
        return texts
    table, key = NAMES[named]
    names = company[table].select(key, "name").drop_nulls()
    known = dict(names.unique(key).iter_rows())
    return texts.replace_strict(known, default=texts, return_dtype=pl.String) if known else texts


def _planned(company: Company, plan: Plan | None) -> Iterator[pl.DataFrame]:
    """Orders that only the plan knows."""
    if plan is None or plan["orders"].is_empty():
        return
    orders = plan["orders"].filter(pl.col("state") == "planned")
    for kind, name in PLANNED.items():
        some = orders.filter(pl.col("kind") == kind)
        yield _part(
            "Planned order", name, len(KINDS), some.select(code=pl.col("order"), title=_title(company, some, "item"))
        )


def _tables() -> pl.DataFrame:
    listed = pl.DataFrame({"code": [each.title for each in TABLES.values()], "title": ["" for _ in TABLES]})
    return _part("Table", "", len(KINDS) - 5, listed)


def _part(kind: str, table: str, place: int, listed: pl.DataFrame) -> pl.DataFrame:
    return listed.select(
        kind=pl.lit(kind), table=pl.lit(table), order=pl.lit(place), code=pl.col("code"), title=pl.col("title")
    )


def _path(kind: str, table: str, code: str, *, planned: bool) -> str:
    if kind == "Table":
        name = next(each.name for each in TABLES.values() if each.title == code)
        return f"/data/{name}"
    if kind == "Item" and planned:
        return f"/stock/item?{urlencode({'item': code})}"
    if table in ORDER_PAGES:
        return f"/orders/{ORDER_PAGES[table]}?{urlencode({'order': code})}"
    return f"/data/{table}?{urlencode({'find': code})}"
