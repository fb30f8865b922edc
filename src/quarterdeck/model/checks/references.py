"""Codes that name a row of another table: where that row is missing, and what planning does then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from quarterdeck.model.checks.finding import ROW, Finding, Words, found, listed, numbered
from quarterdeck.model.checks.isolated import isolated_lines
from quarterdeck.model.company import Company
from quarterdeck.model.problem import Problem, Severity
from quarterdeck.model.routing import ROUTING, named_before
from quarterdeck.model.table import ColumnInfo, Table
from quarterdeck.model.tables import TABLES

ASSUMED = {
    "customers": ("sales_orders",),
    "suppliers": ("purchase_orders", "supply_options"),
    "work_centres": ("machines", "operations"),
}
"""Tables in which an unknown code becomes a row of its own where one of these names it: nothing is lost by that."""

IMPLIED = ("sites", "customers", "suppliers", "items", "work_centres", "people")
"""Tables that may be left out altogether: what other tables name is then taken to exist."""


def check_references(company: Company) -> Iterator[Finding]:
    """Every column that references another table, as the declarations say."""
    for name in TABLES:
        yield from references_of(company, name)


def references_of(company: Company, name: str) -> Iterator[Finding]:
    """:func:`check_references` of one table."""
    for column in TABLES[name].columns:
        if column.references and company[name].height and _is_declared(company, column.references):
            yield from _check_reference(company, TABLES[name], column)


def check_absent_tables(company: Company) -> Iterator[Finding]:
    """Tables without any row that other tables refer to: their rows follow from what is said elsewhere."""
    witnessed = _witnessed(company)
    for name in IMPLIED:
        named = _named_in(witnessed, name)
        if name == "sites" and _main_is_unsaid(company, named):
            named.remove("main")
        if company[name].is_empty() and named and not (name == "sites" and named == ["main"]):
            yield _implied(company, name, named)


def check_alternates(company: Company) -> Iterator[Finding]:
    """Alternatives for steps that no routing has."""
    step = ("item", "routing", "sequence")
    orphans = numbered(company, "operation_alternates").join(company["operations"], on=step, how="anti")
    words = Words(
        "error",
        "alternate-without-operation",
        "{item} has an alternative for step {sequence} of routing {routing}, which has no such step.",
        "Correct the step's number, or add the step to Operations.",
    )
    yield from found("operation_alternates", orphans, words, mend="drop")


def check_predecessors(company: Company) -> Iterator[Finding]:
    """Steps that follow what is no earlier step of their routing."""
    named = numbered(company, "operations").filter(pl.col("predecessors").fill_null("") != "")
    if named.is_empty():
        return
    known = company["operations"].select(*ROUTING, before="sequence")
    sound = named_before(named).join(known, on=[*ROUTING, "before"], how="semi")
    sound = sound.filter(pl.col("before") < pl.col("sequence"))
    faulty = named.join(sound, on=[*ROUTING, "sequence"], how="anti", maintain_order="left")
    lost = named_before(named).join(sound, on=[*ROUTING, "sequence", "before"], how="anti").select(*ROUTING, "sequence")
    partly = named.join(lost.unique(), on=[*ROUTING, "sequence"], how="semi", maintain_order="left")
    partly = partly.join(faulty, on=ROW, how="anti", maintain_order="left")
    words = Words(
        "warning",
        "predecessor-unknown",
        "Step {sequence} of {item} comes after {predecessors}, not all of which are earlier steps of its routing;"
        " the others are passed over.",
        "Write the numbers of earlier steps, separated by commas.",
        "numbers of earlier steps such as 10, 20",
    )
    yield from found("operations", pl.concat([faulty, partly]).sort(ROW), words, column="predecessors")


def check_consuming_steps(company: Company) -> Iterator[Finding]:
    """Components used by a step that the routing does not have."""
    steps = company["operations"].select(parent="item", sequence="sequence").unique()
    made = numbered(company, "bom_lines").filter(pl.col("sequence").is_not_null()).join(steps, on="parent", how="semi")
    words = Words(
        "warning",
        "bom-step-unknown",
        "{component} is used at step {sequence} of {parent}, which has no such step; the first step is taken.",
        "Correct the step's number in Bill of materials.",
    )
    faulty = made.join(steps, on=("parent", "sequence"), how="anti")
    yield from found("bom_lines", faulty, words, column="sequence", mend="blank")


def _is_declared(company: Company, table: str) -> bool:
    return table not in IMPLIED or company.column(table, TABLES[table].key[0]).len() > 0


def _check_reference(company: Company, table: Table, column: ColumnInfo) -> Iterator[Finding]:
    target = TABLES[column.references]
    named = pl.col(column.name).is_not_null() & (pl.col(column.name) != "")
    known = _known(company, table, target).rename(column.name)
    lost = numbered(company, table.name).filter(named & ~pl.col(column.name).is_in(known.implode()))
    if lost.is_empty():
        return
    if target.name == "sites" and column.default == "main":
        yield from _main_site(company, table, lost.filter(pl.col(column.name) == "main"), column)
        lost = lost.filter(pl.col(column.name) != "main")
    if table.name in ASSUMED.get(target.name, ()):
        yield from _added(table, lost, column, target)
    elif column.key or column.required or column.default is not None:
        yield from found(table.name, lost, _lost(table, column, target), column=column.name, mend="drop")
    else:
        yield from found(table.name, lost, _blanked(column, target), column=column.name, mend="blank")


def _known(company: Company, table: Table, target: Table) -> pl.Series:
    """Codes that ``target`` has, and those that it will have because another table names them."""
    codes = [company.column(target.name, target.key[0])]
    for other in ASSUMED.get(target.name, ()):
        if table.name not in ASSUMED[target.name]:
            codes += [
                company.column(other, column.name)
                for column in TABLES[other].columns
                if column.references == target.name
            ]
    return pl.concat([code.rename("code") for code in codes]).drop_nulls().unique()


def _lost(table: Table, column: ColumnInfo, target: Table) -> Words:
    value, title = f"{{{column.name}}}", target.title
    message = f"{table.title} refers to {value}, which is not in {title}; the row cannot be used."
    hint = f"Add {value} to {title}, or correct {column.title.lower()}."
    return Words("error", "reference-unknown", message, hint, f"a code of {title}")


def _blanked(column: ColumnInfo, target: Table) -> Words:
    value, title = f"{{{column.name}}}", target.title
    message = f"{column.title} is {value}, which is not in {title}; the row is used as if it were empty."
    hint = f"Add {value} to {title}, or correct {column.title.lower()}."
    return Words("warning", "reference-ignored", message, hint, f"a code of {title}")


def _added(table: Table, lost: pl.DataFrame, column: ColumnInfo, target: Table) -> Iterator[Finding]:
    """Unknown partners and work centres, one problem per code, and the row that stands for it."""
    problems = []
    codes = lost[column.name].unique(maintain_order=True).sort().to_list()
    for code in codes:
        message = f"{table.title} names {code}, which is not in {target.title}; it is planned with the usual values."
        hint = f"Add {code} to {target.title}, or correct it in {table.title}."
        problems.append(
            Problem("warning", "reference-assumed", message, hint, table.name, code, column.name, found=code)
        )
    if codes:
        rows = {target.name: pl.DataFrame({target.key[0]: codes}, schema={target.key[0]: pl.String})}
        yield Finding(tuple(problems), table.name, added=rows)


def _main_site(company: Company, table: Table, rows: pl.DataFrame, column: ColumnInfo) -> Iterator[Finding]:
    """Rows left at the default site of a company that has sites, but none called main."""
    if rows.is_empty():
        return
    sites = company["sites"]["site"].to_list()
    message = f"{rows.height:,} rows of {table.title} name no site of Sites; {sites[0]} is taken."
    hint = f"Fill in {column.title.lower()} in {table.title}." if len(sites) > 1 else ""
    severity: Severity = "warning" if len(sites) > 1 else "info"
    problem = Problem(
        severity, "site-assumed", message, hint, table.name, column=column.name, found="main", expected=listed(sites)
    )
    values = pl.Series([sites[0]] * rows.height, dtype=pl.String)
    yield Finding((problem,), table.name, rows[ROW], "set", column.name, values)


def _main_is_unsaid(company: Company, named: list[str]) -> bool:
    """Whether ``main`` is only what tables without a site say, the stock lying elsewhere."""
    lots = company["stock_lots"]["site"]
    return "main" in named and len(named) > 1 and lots.len() > 0 and not (lots == "main").any()


def _witnessed(company: Company) -> Company:
    """The company without lines whose codes nothing else names: nothing follows from these."""
    isolated = isolated_lines(company)[ROW]
    if isolated.is_empty():
        return company
    return company.replace(
        bom_lines=numbered(company, "bom_lines").filter(~pl.col(ROW).is_in(isolated.implode())).drop(ROW)
    )


def _named_in(company: Company, target: str) -> list[str]:
    """Codes by which other tables refer to ``target``, sorted."""
    codes: set[str] = set()
    for table in TABLES.values():
        for column in table.columns:
            if column.references == target and table.name != target:
                codes.update(company[table.name][column.name].drop_nulls().unique().to_list())
    return sorted(codes - {""})


def _implied(company: Company, name: str, codes: list[str]) -> Finding:
    table = TABLES[name]
    follow = "follows" if len(codes) == 1 else "follow"
    message = f"{table.title} is empty; {listed(codes)} {follow} from other tables, with the usual values."
    problem = Problem("info", "table-assumed", message, f"Fill in {table.title} to plan with your own values.", name)
    columns: dict[str, Any] = {table.key[0]: codes}
    if name == "items":
        made = {*company["bom_lines"]["parent"].to_list(), *company["operations"]["item"].to_list()}
        columns["source"] = ["make" if code in made else "buy" for code in codes]
    if name == "sites":
        columns["time_zone"] = [company.setting("time_zone", "UTC")] * len(codes)
    return Finding((problem,), name, added={name: pl.DataFrame(columns)})
