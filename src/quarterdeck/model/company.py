"""A company as data: one frame per declared table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from quarterdeck.model.table import Table
from quarterdeck.model.tables import TABLES


class UnknownTableError(KeyError):
    """Asked for a table that is not declared."""


@dataclass(frozen=True)
class Bundle:
    """Frames by table name, each in its declared form; base of ``Company`` and ``Plan``."""

    frames: Mapping[str, pl.DataFrame]

    def __getitem__(self, name: str) -> pl.DataFrame:
        """The table called ``name``."""
        if name not in self.frames:
            raise UnknownTableError(f"Expected one of {', '.join(self.frames)}, got {name!r}.")
        return self.frames[name]

    def column(self, table: str, name: str) -> pl.Series:
        """One column of a table, for what needs no other; whoever watches what is read learns that it was this one."""
        watched: Callable[[str, str], pl.Series] | None = getattr(self.frames, "column", None)
        return self[table][name] if watched is None else watched(table, name)

    def __getattr__(self, name: str) -> pl.DataFrame:
        """The same as an attribute: ``company.items``."""
        if name.startswith("__") or name == "frames" or name not in self.frames:
            raise AttributeError(f"Expected a field or table of {type(self).__name__}, got {name!r}.")
        return self.frames[name]


def shape_frames(declared: Mapping[str, Table], frames: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    """Every declared table in its declared form; those not in ``frames`` are empty."""
    given = shaped(declared, frames)
    return MappingProxyType({name: given[name] if name in given else declared[name].empty() for name in declared})


def shaped(declared: Mapping[str, Table], frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Only the given frames, each in its declared form."""
    unknown = sorted(set(frames) - set(declared))
    if unknown:
        raise UnknownTableError(f"Expected tables among {', '.join(declared)}, got {', '.join(unknown)}.")
    return {name: declared[name].shape(frame) for name, frame in frames.items()}


@dataclass(frozen=True)
class Company(Bundle):
    """A frozen bundle of frames, one per table of :data:`quarterdeck.model.tables.TABLES`.

    >>> import polars as pl
    >>> company = Company.of(items=pl.DataFrame({"item": ["bolt"], "cost": [0.12]}))
    >>> company.items["lot_rule"].item(), company["sites"].height
    ('lot_for_lot', 0)
    """

    @classmethod
    def of(cls, **frames: pl.DataFrame) -> Company:
        """A company with these tables; absent columns take their defaults, absent tables are empty."""
        return cls(shape_frames(TABLES, frames))

    def replace(self, **frames: pl.DataFrame) -> Company:
        """The company with these tables instead."""
        return Company(MappingProxyType({**self.frames, **shaped(TABLES, frames)}))

    def setting(self, name: str, default: str = "") -> str:
        """The value of a company-wide setting such as ``currency``."""
        settings = self["settings"]
        if settings.is_empty():
            return default
        at = settings["setting"].index_of(name)
        value = None if at is None else settings["value"][at]
        return default if value is None else str(value)

    @property
    def sites_or_main(self) -> pl.DataFrame:
        """The sites; a company that declares none has one, called ``main``, in UTC and always open."""
        sites = self["sites"]
        if sites.height:
            return sites
        zone = self.setting("time_zone", "UTC")
        return TABLES["sites"].shape(pl.DataFrame({"site": ["main"], "name": ["Main site"], "time_zone": [zone]}))
