"""The words by which tables and columns are recognised, taken from their declarations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from quarterdeck.files.words import CODE_WORDS, fold, nearness, spellings, tight
from quarterdeck.model import TABLES, ColumnInfo
from quarterdeck.model.columns import _synonyms as synonyms_of

LEVEL = "level"
NEAR = 0.84
LEVEL_WORDS = (
    "level",
    "lvl",
    "bom level",
    "indent",
    "indent level",
    "Stufe",
    "Ebene",
    "Dispostufe",
    "niveau",
    "nivel",
    "structure level",
    "depth",
    "outline",
)
GENERATED = frozenset({("sales_orders", "order"), ("sales_orders", "quantity")})
"""Columns that sheets can do without."""
BORROWED = {
    "calendar_exceptions": {
        "calendar": (
            ("machines", "machine"),
            ("people", "person"),
            ("work_centres", "work_centre"),
            ("sites", "site"),
            ("suppliers", "supplier"),
        )
    }
}


@dataclass(frozen=True)
class Vocabulary:
    """Folded words of one table, each with the columns it may mean and how surely."""

    words: dict[str, dict[str, float]]
    entity: frozenset[str]

    def exact(self, header: str) -> list[tuple[str, float]]:
        """The columns that a header names: as it stands, without ``id`` or ``no``, or without the table's own word."""
        said = tight(header)
        found = self.words.get(said) or self.words.get(f"{said.removesuffix('nr')}nummer" if said[-2:] == "nr" else "")
        if found:
            return list(found.items())
        words = fold(header).split()
        trimmed = [word for word in words if word not in CODE_WORDS]
        without = [word for word in words if word not in self.entity]
        for kept in (trimmed, without):
            key = "".join(kept)
            if kept and len(kept) < len(words) and key in self.words:
                return [(column, sure * 0.9) for column, sure in self.words[key].items()]
        return []


@cache
def vocabulary(table: str) -> Vocabulary:
    """The words of a table's columns."""
    words: dict[str, dict[str, float]] = {}
    for column in TABLES[table].columns:
        for word, sure in _column_words(column):
            _add(words, word, column.name, sure)
    for column_name, sources in BORROWED.get(table, {}).items():
        for other, borrowed in sources:
            for word, sure in _column_words(TABLES[other].column(borrowed)):
                _add(words, word, column_name, sure * 0.6)
    if table == "bom_lines":
        for word in LEVEL_WORDS:
            _add(words, tight(word), LEVEL, 0.9)
        for word, sure in _column_words(TABLES["items"].column("item")):
            _add(words, word, "component", sure * 0.7)
    entity = {word for said in _table_words(table) for word in fold(said).split() if len(word) > 2}
    return Vocabulary(words, frozenset(entity | {word.rstrip("s") for word in entity}))


@cache
def all_words() -> frozenset[str]:
    """Every word of every table: what a header row is told by."""
    return frozenset(word for table in TABLES for word in vocabulary(table).words)


@cache
def near_words(said: str) -> tuple[tuple[str, float], ...]:
    """Declared words that a folded header nearly spells; none if it is a declared word itself."""
    if said in all_words():
        return ()
    alike = ((word, nearness(said, word)) for word in all_words())
    return tuple((word, share) for word, share in alike if share >= NEAR)


@cache
def table_name_bonus(table: str, sheet: str) -> float:
    """How strongly a sheet's name speaks for a table, from 0 to 3.

    >>> table_name_bonus("items", "Artikelstamm"), table_name_bonus("items", "Items (2)")
    (3.0, 3.0)
    """
    plain = fold(sheet)
    said = " ".join(word for word in plain.split() if not word.isdigit())
    if not said:
        return 0.0
    best = 0.0
    for word in _table_words(table):
        folded = fold(word)
        if tight(said) in spellings(word) or tight(said) == folded.replace(" ", ""):
            return 3.0
        if f" {folded} " in f" {said} ":
            best = max(best, 0.6 + 0.6 * len(folded) / len(said))
        elif nearness(tight(said), tight(word)) > 0.88:
            best = max(best, 1.5)
    return best


def _table_words(table: str) -> Iterator[str]:
    declared = TABLES[table]
    yield declared.name
    yield declared.title
    for words in synonyms_of(declared.also).values():
        yield from words


def _column_words(column: ColumnInfo) -> Iterator[tuple[str, float]]:
    yield tight(column.name), 1.0
    for words in column.synonyms.values():
        for word in words:
            for spelling in spellings(word):
                yield spelling, 0.9


def _add(words: dict[str, dict[str, float]], word: str, column: str, sure: float) -> None:
    meant = words.setdefault(word, {})
    meant[column] = max(meant.get(column, 0.0), sure)
