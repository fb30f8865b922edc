"""Quarterdeck: the tables of a company go in, one optimised and explained plan comes out.

>>> import quarterdeck as qd
>>> import polars as pl
>>> weeks = ["2026-02-09", "2026-02-16", "2026-02-23"]
>>> history = pl.DataFrame({"item": ["lamp"] * 3, "date": weeks, "quantity": [4, 6, 5]})
>>> company = qd.Company.of(
...     items=pl.DataFrame({"item": ["lamp"], "source": ["buy"], "lead_time_days": [7]}),
...     demand_history=history.with_columns(pl.col("date").str.to_date()),
... )
>>> plan = qd.plan(company, as_of="2026-03-02", horizon_weeks=4)
>>> plan.orders["item"].unique().to_list()
['lamp']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.version import __version__

if TYPE_CHECKING:
    from quarterdeck.library import check, plan, read, write
    from quarterdeck.model import Company, Plan, Problem, Settings

__all__ = ["Company", "Plan", "Problem", "Settings", "__version__", "check", "plan", "read", "write"]


def __getattr__(name: str) -> object:
    """Public names load on first use, so that the command line starts at once."""
    from importlib import import_module  # noqa: PLC0415

    home = "quarterdeck.library" if name in {"check", "plan", "read", "write"} else "quarterdeck.model"
    if name not in __all__:
        raise AttributeError(f"Expected one of {', '.join(__all__)}, got {name!r}.")
    return getattr(import_module(home), name)
