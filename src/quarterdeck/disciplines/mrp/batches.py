"""What is reserved for whom: names under which items made to order are kept apart, as numbers."""

from __future__ import annotations

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.records import Ints
from quarterdeck.model import Company


def to_order(company: Company) -> list[str]:
    """Items whose material of different names never mixes."""
    return company["items"].filter(pl.col("strategy") != "to_stock")["item"].to_list()


def batch_numbers(company: Company, *frames: pl.DataFrame) -> list[Ints]:
    """Number of the name for which each row of each frame is reserved, 0 where nobody or the item is not to order.

    Frames have the columns ``item`` and ``reserved_for``. The same name has the same number in all of them, whatever
    the order of the rows.
    """
    special = to_order(company)
    if not special:
        return [np.zeros(frame.height, np.int64) for frame in frames]
    mine = pl.when(pl.col("item").is_in(special)).then(pl.col("reserved_for").fill_null("")).otherwise(pl.lit(""))
    names = [frame.select(mine.alias("name"))["name"] for frame in frames]
    known = pl.concat(names).unique().sort().to_list()
    number = {name: position for position, name in enumerate(["", *(name for name in known if name)])}
    return [np.array([number[name] for name in series], np.int64) for series in names]
