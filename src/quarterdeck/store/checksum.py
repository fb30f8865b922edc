"""Checksums of a table's content: the same for the same rows in any order, in any database, in any version."""

from __future__ import annotations

import hashlib

import polars as pl

from quarterdeck.model.table import Table
from quarterdeck.store.difference import canonical

BLOCK = 100_000


def checksum(table: Table, frame: pl.DataFrame) -> str:
    """SHA-256 of the rows in the order of their keys, written as text with strings in quotes."""
    ordered = canonical(table, frame).sort(table.key)
    digest = hashlib.sha256()
    for block in ordered.iter_slices(BLOCK):
        digest.update(block.write_csv(quote_style="non_numeric", null_value="\\N", include_header=False).encode())
    return digest.hexdigest()
