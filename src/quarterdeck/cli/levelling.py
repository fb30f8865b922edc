"""The command level: sales and operations planning."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from quarterdeck.cli import exits
from quarterdeck.cli.options import HERE, AsOfOption, JsonOption, WorkspaceOption, fail, opened


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("level")(level)


def level(
    as_of: AsOfOption = None,
    horizon: Annotated[int | None, typer.Option(help="Weeks to level.")] = None,
    hire: Annotated[float | None, typer.Option(help="What if one person cost so much to hire.", min=0)] = None,
    leave: Annotated[float | None, typer.Option(help="What if letting one person go cost so much.", min=0)] = None,
    more_demand: Annotated[float, typer.Option(help="What if so many percent more were wanted.", min=-100)] = 0.0,
    family: Annotated[str, typer.Option(help="Of which family more would be wanted.")] = "",
    more_hours: Annotated[float, typer.Option(help="What if there were so many percent more hours.", min=-100)] = 0.0,
    work_centre: Annotated[str, typer.Option(help="On which work centre there would be more hours.")] = "",
    more_money: Annotated[float, typer.Option(help="What if so much more were in the bank.")] = 0.0,
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Level volumes over the horizon: make, stock, overtime, people and credit within capacity and cash."""
    from quarterdeck.cli.output import console, print_json, print_rows
    from quarterdeck.service.levelling import Change, centres, families, said_of
    from quarterdeck.service.levelling import level as run

    company = opened(workspace).load()
    options: dict[str, Any] = {"as_of": as_of, "horizon_weeks": horizon}
    change = Change(more_demand / 100, family, more_hours / 100, work_centre, more_money)
    try:
        plan = run(company, {"hire": hire, "leave": leave}, change, **options)
    except ValueError as error:
        fail(str(error), exits.USAGE)
    said = said_of(company, plan)
    if json:
        tables = {name: plan[name].to_dicts() for name in ("level_volumes", "level_hours", "level_cash")}
        print_json({"sentences": said, "figures": dict(plan.figures), **tables})
        return
    for sentence in said or ["Capacity and cash allow to make everything in the week that wants it."]:
        console().print(sentence)
    columns = ("demand", "make", "outside", "late", "lost")
    rows = [
        (row["family"] or "no family", *(f"{row[name]:,.0f}" for name in columns))
        for row in families(plan).iter_rows(named=True)
    ]
    print_rows("Families", ("Family", "Demand", "Make", "Outside", "Late", "Lost"), rows, numeric=(1, 2, 3, 4, 5))
    names = dict(company["work_centres"].select("work_centre", "name").iter_rows())
    hours = [
        (names.get(row["work_centre"]) or row["work_centre"],
         *(f"{row[name]:,.0f}" for name in ("capacity_hours", "used_hours", "overtime_hours")), f"{row['people']:,.1f}")
        for row in centres(plan).iter_rows(named=True)
    ]  # fmt: skip
    heads = ("Work centre", "Hours", "Used", "Overtime", "Most people more")
    print_rows("Work centres", heads, hours, numeric=(1, 2, 3, 4))
