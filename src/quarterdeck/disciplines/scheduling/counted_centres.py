"""Which work centres have their hours counted by period, and the company in which they do as much at once as comes."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Company

AT_ONCE = 300


def counted(company: Company) -> pl.DataFrame:
    """Work centres whose hours are counted by period."""
    return company["work_centres"].filter(pl.col("counted") != "in_turn")


def opened(company: Company) -> Company:
    """The company whose counted work centres do as many jobs at once as come."""
    codes = counted(company)["work_centre"].to_list()
    if not codes:
        return company
    mine = pl.col("work_centre").is_in(codes)
    units = pl.when(mine).then(pl.lit(AT_ONCE, pl.Int64)).otherwise("units")
    return company.replace(
        work_centres=company["work_centres"].with_columns(units=units), machines=company["machines"].filter(~mine)
    )
