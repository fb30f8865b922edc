"""Columns that a sheet carries for another table: a list of parts that names suppliers and stock beside each part.

Small companies keep one list where the declarations have two tables. What a heading says of a neighbouring table is
read into that table, with the key that both share, unless the files have a sheet of its own for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from quarterdeck.files.recognise import ColumnMatch, Corrections, SheetMatch, named_by, with_unit
from quarterdeck.files.vocabulary import vocabulary
from quarterdeck.files.words import spellings, split_unit, tight
from quarterdeck.model import TABLES

SEPARATOR = "."
"""Between table and column in the name of a carried column, as a person corrects it."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What the rows of one table may say about another.

    Parameters
    ----------
    table
        The other table.
    shared
        Its columns that hold what a column of the sheet's own table holds, by their name there.
    columns
        Its columns that headings may name, each with more words for it than its declaration has.
    needs
        Those of them without which there is no row.
    listed
        Those whose cells hold several values, such as ``welding, painting``.
    constant
        What its other key columns hold.
    """

    table: str
    shared: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    listed: tuple[str, ...] = ()
    constant: Mapping[str, str] = field(default_factory=dict)


_SUPPLIER = (
    "preferred supplier",
    "main supplier",
    "default supplier",
    "supplier name",
    "vendor name",
    "Hauptlieferant",
)
_STOCK = (
    "stock on hand", "qty on hand", "quantity on hand", "on hand qty", "in stock", "current stock", "available stock",
    "stock qty", "stock quantity", "stock level", "aktueller Bestand", "Bestandsmenge", "en stock", "stock actuel",
    "stock actual", "existencia",
)  # fmt: skip
_WAREHOUSE = ("warehouse", "stock location", "Lagerort", "entrepôt", "almacén")
_MINUTES = ("duration", "duration minutes", "time per piece", "Dauer", "durée", "duración")

NEIGHBOURS: dict[str, tuple[Neighbour, ...]] = {
    "items": (
        Neighbour("supply_options", {"item": "item"}, {"supplier": _SUPPLIER}, ("supplier",)),
        Neighbour("stock_lots", {"item": "item"}, {"quantity": _STOCK, "site": _WAREHOUSE}, ("quantity",)),
        Neighbour(
            "item_sites",
            {"item": "item"},
            {"safety_stock": (), "reorder_point": (), "maximum_stock": (), "service_level": ()},
            ("safety_stock", "reorder_point", "maximum_stock", "service_level"),
        ),
        Neighbour(
            "operations",
            {"item": "item"},
            {"run_minutes": _MINUTES, "work_centre": (), "skill": (), "setup_minutes": ()},
            ("run_minutes",),
            constant={"sequence": "10"},
        ),
    ),
    "stock_lots": (
        Neighbour(
            "items",
            {"item": "item"},
            {"name": (), "family": (), "unit": (), "cost": (), "price": ()},
            ("name", "family", "unit", "cost", "price"),
        ),
    ),
    "people": (Neighbour("person_skills", {"person": "person"}, {"skill": ("skills",)}, ("skill",), ("skill",)),),
}


def carried_columns(table: str) -> list[tuple[str, str]]:
    """The columns that a sheet of ``table`` may carry for others: their names, and titles for people.

    >>> carried_columns("people")
    [('person_skills.skill', 'Skill (Skills)')]
    """
    return [
        (f"{each.table}{SEPARATOR}{name}", f"{TABLES[each.table].column(name).title} ({TABLES[each.table].title})")
        for each in NEIGHBOURS.get(table, ())
        for name in each.columns
    ]


def with_carried(match: SheetMatch, corrections: Corrections, own: Iterable[str]) -> SheetMatch:
    """The match with those headings that nothing of its table explains taken for columns of neighbouring tables.

    ``own`` are the tables that have a sheet of their own: what a sheet carries for these is left out.
    """
    if match.layout != "long":
        return match
    offers = [each for each in NEIGHBOURS.get(match.table, ()) if each.table not in set(own)]
    taken: set[str] = set()
    columns = []
    for found in match.columns:
        chosen = _chosen(found, match.sheet, offers, corrections)
        if chosen and chosen not in taken:
            taken.add(chosen)
            how = "corrected" if (match.sheet, found.header) in corrections.columns else "carried"
            found = replace(found, column="", carried=chosen, how=how, confidence=0.8)  # noqa: PLW2901
        columns.append(found)
    kept = {name for each in offers for name in _complete(each, taken)}
    return replace(
        match, columns=tuple(each if each.carried in kept else replace(each, carried="") for each in columns)
    )


def _chosen(found: ColumnMatch, sheet: str, offers: list[Neighbour], corrections: Corrections) -> str:
    said = corrections.columns.get((sheet, found.header))
    if said is not None:
        return said if SEPARATOR in said else ""
    if found.column or found.period:
        return ""
    names = ((each, name) for each in offers for name in each.columns if _means(found.header, each, name))
    return next((f"{each.table}{SEPARATOR}{name}" for each, name in names), "")


def _means(header: str, neighbour: Neighbour, column: str) -> bool:
    words = {spelling for word in neighbour.columns[column] for spelling in spellings(word)}
    bare = split_unit(header)[0]
    if {tight(header), tight(bare)} & words:
        return True
    known = vocabulary(neighbour.table)
    return any(name == column for said in (header, bare) for name, sure in known.exact(said) if sure >= 0.85)


def _complete(neighbour: Neighbour, taken: set[str]) -> set[str]:
    """The carried columns of a neighbour, if they make a row."""
    mine = {name for name in neighbour.columns if f"{neighbour.table}{SEPARATOR}{name}" in taken}
    return {f"{neighbour.table}{SEPARATOR}{name}" for name in mine} if mine & set(neighbour.needs) else set()


def carried_matches(match: SheetMatch) -> list[SheetMatch]:
    """The sheet once more for each neighbouring table that it has columns for."""
    found = []
    for neighbour in NEIGHBOURS.get(match.table, ()):
        columns = [
            replace(source, column=there)
            for there, here in neighbour.shared.items()
            if (source := _source(match, here)) is not None
        ]
        mine = [
            replace(each, column=each.carried.partition(SEPARATOR)[2], factor=_factor(neighbour.table, each))
            for each in match.columns
            if each.carried.partition(SEPARATOR)[0] == neighbour.table
        ]
        if not mine or len(columns) < len(neighbour.shared):
            continue
        found.append(
            replace(
                match,
                table=neighbour.table,
                columns=(*columns, *mine),
                beside=tuple(each.column for each in mine if each.column in neighbour.needs),
                listed=neighbour.listed,
                constant=dict(neighbour.constant),
            )
        )
    return found


def _source(match: SheetMatch, column: str) -> ColumnMatch | None:
    """Where the sheet has the key that both tables share: in its column, or in that of the name."""
    by_name = match.matched.get("name") if named_by(match.table, column, match.matched) else None
    return match.matched.get(column) or by_name


def _factor(table: str, found: ColumnMatch) -> float:
    return with_unit(table, replace(found, column=found.carried.partition(SEPARATOR)[2])).factor
