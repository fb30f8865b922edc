"""Codes as integer indices, and frames as the arrays that kernels take."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.records import FOREVER, MICRO, Ints
from quarterdeck.model import Company
from quarterdeck.model.clock import localised


@dataclass(frozen=True)
class Codes:
    """Items and sites in the order of their codes; a *place* is ``item index * sites + site index``."""

    items: list[str]
    sites: list[str]

    @property
    def size(self) -> int:
        """Number of places, whether anything is wanted there or not."""
        return len(self.items) * len(self.sites)

    def index_of(self, values: pl.Series, *, site: bool = False) -> Ints:
        """Index of each code; -1 where it is unknown or absent."""
        if site and len(self.sites) == 1:
            return values.eq_missing(self.sites[0]).cast(pl.Int64).to_numpy() - 1
        if values.is_empty():
            return np.zeros(0, np.int64)
        known = self._known_sites if site else self._known_items
        found = values.rename("code").to_frame().join(known, on="code", how="left", maintain_order="left")
        index = found["index"]
        return (index.fill_null(-1) if index.null_count() else index).to_numpy()

    @cached_property
    def _known_items(self) -> pl.DataFrame:
        return _numbered(self.items)

    @cached_property
    def _known_sites(self) -> pl.DataFrame:
        return _numbered(self.sites)

    def places(self, items: pl.Series, sites: pl.Series) -> Ints:
        """Place of each pair; -1 where the item or the site is unknown."""
        item, site = self.index_of(items), self.index_of(sites, site=True)
        return np.where((item < 0) | (site < 0), -1, item * len(self.sites) + site)


@dataclass(frozen=True)
class Spots:
    """The places that take part: each node's ``place`` and ``kind``; ``sending`` is the source site of every place."""

    codes: Codes
    place: Ints
    kind: Ints
    sending: Ints

    @property
    def sites(self) -> int:
        """Number of sites, at least 1."""
        return max(len(self.codes.sites), 1)

    @property
    def item(self) -> Ints:
        """Item index of each node."""
        return self.place // self.sites

    @property
    def site(self) -> Ints:
        """Site index of each node."""
        return self.place % self.sites


def codes_of(company: Company, requirements: pl.DataFrame) -> Codes:
    """All items and sites that the company's tables or the requirements name."""
    sites = set(company.sites_or_main["site"])
    for table, column in (
        ("item_sites", "site"), ("item_sites", "source_site"), ("stock_lots", "site"), ("purchase_orders", "site"),
        ("work_orders", "site"), ("transfer_orders", "from_site"), ("transfer_orders", "to_site"),
        ("lanes", "from_site"), ("lanes", "to_site"),
    ):  # fmt: skip
        if company[table].height:
            sites |= set(company[table][column].drop_nulls().unique())
    sites |= set(requirements["site"].unique())
    return Codes(sorted(company["items"]["item"].to_list()), sorted(sites))


def _numbered(names: list[str]) -> pl.DataFrame:
    schema = {"code": pl.String, "index": pl.Int64}
    return pl.DataFrame({"code": names, "index": np.arange(len(names))}, schema=schema)


def micro(quantities: pl.Series) -> Ints:
    """Quantities in millionths, as whole numbers; absent ones are 0."""
    known = quantities.fill_null(0.0) if quantities.null_count() else quantities
    whole: Ints = np.rint(known.to_numpy() * MICRO).astype(np.int64)
    return whole


def units(quantities: Ints) -> pl.Series:
    """Millionths as quantities."""
    return pl.Series(quantities / MICRO)


def day_seconds(frame: pl.DataFrame, column: str, zone: str, *, after: bool) -> Ints:
    """Days as seconds: their first moment, or with ``after`` the first moment behind them.

    An absent day is the beginning, or the end, of all time.
    """
    if frame[column].null_count() == frame.height:
        return np.full(frame.height, FOREVER if after else -FOREVER, np.int64)
    shift = pl.duration(days=1 if after else 0)
    moment = localised(pl.col(column).cast(pl.Datetime("us")) + shift, zone).dt.epoch("s")
    return frame.select(moment.fill_null(FOREVER if after else -FOREVER)).to_series().to_numpy().astype(np.int64)


def offsets(owner: Ints, owners: int) -> Ints:
    """Where each owner's rows begin in a list sorted by owner, shape (owners + 1)."""
    return np.searchsorted(owner, np.arange(owners + 1)).astype(np.int64)
