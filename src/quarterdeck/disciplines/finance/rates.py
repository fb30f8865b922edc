"""Rates of the company, each taken from the narrowest scope that has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from quarterdeck.model import Company

Rates = Mapping[tuple[str, str], float]


def rates_of(company: Company) -> Rates:
    """Value by kind of rate and scope; the scope ``""`` is everything."""
    return {(rate, scope or ""): value for rate, scope, value in company["cost_rates"].rows()}


def rate(rates: Rates, kind: str, scopes: Sequence[str], default: float = 0.0) -> float:
    """The rate of the first scope that has one, else that of everything, else ``default``.

    >>> rate({("labour", "welding"): 30.0, ("labour", ""): 24.0}, "labour", ["welding", "W1"])
    30.0
    """
    return next((rates[kind, scope] for scope in (*scopes, "") if (kind, scope) in rates), default)


def scoped(rates: Rates, kind: str, columns: Sequence[str]) -> pl.Expr:
    """The rate of each row, the scopes being in these columns, the narrowest first; empty where none has one."""
    choices = [
        pl.col(column).replace_strict(known, default=None, return_dtype=pl.Float64)
        for column in columns
        if (known := {scope: value for (name, scope), value in rates.items() if name == kind and scope})
    ]
    return pl.coalesce(*choices, pl.lit(None, dtype=pl.Float64))


def wages(company: Company) -> tuple[dict[str, float], float | None]:
    """Mean hourly cost of the people with each skill, and of all people; nothing where nobody has a cost."""
    paid = company["people"].filter(pl.col("hourly_cost") > 0)
    hourly = paid.select("person", pl.col("hourly_cost").cast(pl.Float64))
    skilled = company["person_skills"].join(hourly, on="person").group_by("skill").agg(pl.col("hourly_cost").mean())
    mean = hourly["hourly_cost"].mean()
    return dict(skilled.sort("skill").iter_rows()), float(mean) if isinstance(mean, float) else None
