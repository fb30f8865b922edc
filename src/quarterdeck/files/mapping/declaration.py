"""A mapping as declared in its TOML file: sources, steps, target tables."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any, Literal

JoinKind = Literal["left", "inner", "semi", "anti"]


@dataclass(frozen=True, slots=True)
class Source:
    """A table, sheet or file of the other system.

    ``names`` are tried in order, any spelling of capitals, blanks and punctuation; ``columns`` maps the column
    names that expressions use to other spellings of them, a column that the file lacks is empty.
    """

    name: str
    names: tuple[str, ...]
    columns: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    required: bool = True


@dataclass(frozen=True, slots=True)
class Join:
    """Columns of another source or step, found by equal values."""

    source: str
    on: Dict[str, str]
    how: JoinKind = "left"


@dataclass(frozen=True, slots=True)
class Query:
    """How rows come about: read, join, add columns, filter, group, sort.

    Parameters
    ----------
    name
        Of the step, or of the target table.
    sources
        Sources or steps whose rows are read, one after the other.
    joins, let, where, group_by, columns, having, sort, distinct, then
        In the order in which they are applied. ``let`` adds columns that later expressions use; ``columns`` are
        those of the result, one row per group where rows are grouped; ``then`` computes columns from these.
    """

    name: str
    sources: tuple[str, ...]
    joins: tuple[Join, ...] = ()
    let: Dict[str, str] = field(default_factory=dict)
    where: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    columns: Dict[str, str] = field(default_factory=dict)
    having: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    distinct: tuple[str, ...] = ()
    then: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """How another system's export becomes the tables of a company.

    ``parameters`` are fixed values and ``values`` single values computed from sources, both used by name in
    expressions; ``steps`` are intermediate tables, ``tables`` those of the company (several of one name add up).
    """

    name: str
    file: str
    title: str = ""
    description: str = ""
    notes: tuple[str, ...] = ()
    parameters: Dict[str, Any] = field(default_factory=dict)
    values: Dict[str, str] = field(default_factory=dict)
    sources: Dict[str, Source] = field(default_factory=dict)
    steps: tuple[Query, ...] = ()
    tables: tuple[Query, ...] = ()
