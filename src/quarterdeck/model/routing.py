"""Which step of a routing follows which: the one before, or those that its predecessors name."""

from __future__ import annotations

import polars as pl

ROUTING = ("item", "routing")


def step_links(operations: pl.DataFrame) -> pl.DataFrame:
    """Which step comes before which, for the routings in which any step names its predecessors.

    A step that names none follows the one before; what a step names wrongly is passed over. The network begins with its
    first step and ends with its last: a step that nothing follows comes before the last.

    Parameters
    ----------
    operations
        Rows of the table, with ``item``, ``routing``, ``sequence`` and ``predecessors``.

    Returns
    -------
    A frame with ``item``, ``routing``, ``before`` and ``sequence``; empty where all routings are chains.

    >>> rows = {"item": ["A"] * 4, "routing": ["main"] * 4, "sequence": [10, 20, 30, 40]}
    >>> step_links(pl.DataFrame({**rows, "predecessors": [None, None, "10", None]})).select("before", "sequence").rows()
    [(10, 20), (10, 30), (20, 40), (30, 40)]
    """
    named = operations.filter(pl.col("predecessors").fill_null("") != "")
    if named.is_empty():
        return named.select(*ROUTING, before="sequence", sequence="sequence")
    steps = operations.join(named.select(ROUTING).unique(), on=ROUTING, how="semi")
    steps = steps.select(*ROUTING, "sequence", "predecessors").sort(*ROUTING, "sequence")
    said = (
        named_before(steps)
        .join(steps.select(*ROUTING, before="sequence"), on=[*ROUTING, "before"], how="semi")
        .filter(pl.col("before") < pl.col("sequence"))
    )
    chained = steps.with_columns(before=pl.col("sequence").shift(1).over(*ROUTING)).filter(
        pl.col("before").is_not_null()
    )
    silent = chained.join(said, on=[*ROUTING, "sequence"], how="anti")
    columns = [*ROUTING, "before", "sequence"]
    links = pl.concat([said.select(columns), silent.select(columns)])
    last = steps.group_by(ROUTING).agg(last=pl.col("sequence").max())
    ends = steps.join(links, left_on=[*ROUTING, "sequence"], right_on=[*ROUTING, "before"], how="anti")
    ends = ends.join(last, on=ROUTING).filter(pl.col("sequence") < pl.col("last"))
    closing = ends.select(*ROUTING, before="sequence", sequence="last")
    return pl.concat([links, closing]).unique().sort(*ROUTING, "sequence", "before")


def named_before(operations: pl.DataFrame) -> pl.DataFrame:
    """One row per predecessor that a step names, with its number as ``before``, as it stands."""
    numbers = pl.col("predecessors").fill_null("").str.extract_all(r"\d+")
    return (
        operations.select(*ROUTING, "sequence", before=numbers)
        .explode("before")
        .filter(pl.col("before").is_not_null())
        .with_columns(pl.col("before").cast(pl.Int64, strict=False))
        .filter(pl.col("before").is_not_null())
        .unique(maintain_order=True)
    )
