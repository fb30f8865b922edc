"""What a spreadsheet would take for a formula is written with an apostrophe before it; import takes it off again."""

from __future__ import annotations

import polars as pl

RISKY = r"^([=+\-@\t\r]|'[=+\-@'#\t\r])"
RISKY_OR_COMMENT = r"^([=+\-@\t\r#]|'[=+\-@'#\t\r])"


def escaped(texts: pl.Expr, *, first: bool = False) -> pl.Expr:
    """Texts safe to open in a spreadsheet.

    Parameters
    ----------
    first
        Whether they stand in the first column, where ``#`` would begin a comment.

    >>> pl.select(escaped(pl.lit("=1+1"))).item(), pl.select(escaped(pl.lit("M8"))).item()
    ("'=1+1", 'M8')
    """
    return texts.str.replace(RISKY_OR_COMMENT if first else RISKY, "'${1}")
