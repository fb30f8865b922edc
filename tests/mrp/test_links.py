"""What pegs tie together by rows says the same as their codes."""

from __future__ import annotations

import polars as pl

from benchmarks.peer import blank_plan, company_of
from benchmarks.peer_models import generated
from quarterdeck.disciplines.mrp import stage
from quarterdeck.model import Plan


def _netted() -> Plan:
    model = generated("orders=50,levels=4,branches=0.4,components=10", 5)
    plan = blank_plan(model, 1)
    return stage.run(company_of(model), plan, plan.settings)


def test_rows_and_codes_agree():
    """The supplying order, the consuming order and the requirement of every peg."""
    plan = _netted()
    links, pegs = plan.links, plan["pegs"]
    assert links is not None
    for rows, kind, column, table, key in (
        (links.supplier, "supply_kind", "supply", "orders", "order"),
        (links.consumer, "demand_kind", "demand", "orders", "order"),
        (links.wanted, None, "demand", "requirements", "demand"),
    ):
        codes = pegs[column].filter(pl.Series(rows >= 0))
        assert plan[table][key].gather(rows[rows >= 0]).to_list() == codes.to_list()
        if kind:
            assert ((pegs[kind] == "order").to_numpy() == (rows >= 0)).all()


def test_they_end_with_the_tables_they_were_made_for():
    """Another table of orders may have other rows."""
    plan = _netted()
    assert plan.with_figures(seen=True).links is not None
    assert plan.with_tables(orders=plan["orders"].head(3)).links is None
