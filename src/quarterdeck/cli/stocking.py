"""The command about stock as a whole: ``stock``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from quarterdeck.cli import exits
from quarterdeck.cli.options import HERE, JsonOption, WorkspaceOption, fail, opened

if TYPE_CHECKING:
    from quarterdeck.service.replenishing import Replenishing
    from quarterdeck.service.stocking import PromiseMade

EVERY = 6
CALLS = 10


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("stock")(stock)


def stock(
    pick: Annotated[int | None, typer.Option(help="Set the service levels of this point of the frontier.")] = None,
    budget: Annotated[
        float | None, typer.Option(help="Set the service levels of the best point that binds at most this money.")
    ] = None,
    author: Annotated[str, typer.Option(help="Who decides.")] = "command line",
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Show what service each sum of money buys, where to keep safety stock, and what is too much."""
    from quarterdeck.cli.output import print_json
    from quarterdeck.cli.planning import newest_plan
    from quarterdeck.service.replenishing import replenishing
    from quarterdeck.service.stocking import (
        StockingError,
        as_plain,
        pick_point,
        placed_stock,
        promises_compared,
        service_against_capital,
        surplus,
        within_budget,
    )

    kept = opened(workspace)
    plan, company = newest_plan(kept), kept.load()
    curve = service_against_capital(company, plan)
    if pick is not None or budget is not None:
        if curve is None:
            fail("Nothing is stocked against surprises.", exits.USAGE)
        try:
            chosen = within_budget(curve, budget) if pick is None and budget is not None else pick or 0
            typer.echo(pick_point(kept, curve, chosen, author=author))
        except StockingError as error:
            fail(str(error), exits.USAGE)
        return
    placed, left = placed_stock(company, plan), surplus(company, plan)
    ways, made = replenishing(company, plan), promises_compared(company, plan)
    if json:
        found = {"frontier": curve, "promises": made, "placement": placed, "surplus": left, "replenishing": ways}
        print_json({name: as_plain(each) for name, each in found.items()})
        return
    if curve is not None:
        typer.echo(f"{curve.headline}\n")
        for point in curve.points[::EVERY]:
            typer.echo(f"  {point.number:3}  {point.service_text:>8} of demand for {point.capital_text}")
    _tell_promises(made)
    if placed is not None:
        typer.echo(f"\n{placed.headline}")
    if ways:
        _tell_ways(ways)
    typer.echo(f"\nToo much in stock: {left.height or 'nothing'}")
    for row in left.head(10).iter_rows(named=True):
        told = f"{row['item_name']}: {row['quantity_text']}, {row['value_text']}. {row['advice']}"
        typer.echo(f"  {row['kind']:8} {told}")


def _tell_promises(made: tuple[PromiseMade, ...]) -> None:
    if made:
        typer.echo("\nWhat all safety stock binds if the service level is kept (service_promise):")
    for each in made:
        mark = "*" if each.chosen else " "
        typer.echo(f" {mark} {each.name:6} {each.title}: {each.value_text}, no item below {each.least_text}")


def _tell_ways(ways: Replenishing) -> None:
    typer.echo(f"\nReplenished: {ways.headline}")
    for row in ways.together:
        days = f" on {row['on']}" if row["on"] else ""
        least = f", at least {row['minimum']}" if row["minimum"] else ""
        coming = f"; next {row['next']} for {row['worth']}" if row["next"] else ""
        typer.echo(f"  together {row['supplier_name']}: {row['items']} items {row['every']}{days}{least}{coming}")
    for row in ways.chosen:
        typer.echo(f"  {row['policy']:8} {row['item_name']}: {row['rule']}")
    for row in ways.suppliers:
        typer.echo(f"  supplier {row['supplier_name']}: {row['took']}; {row['kept']} ({row['receipts']} receipts)")
    for row in ways.kanban:
        typer.echo(f"  kanban   {row['item_name']}: {row['cards']} cards of {row['container']}")
    for row in ways.call_offs[:CALLS]:
        typer.echo(f"  call off {row['item_name']}: {row['quantity']} for {row['day']}, {row['total']} since now")
    for row in ways.expiring[:CALLS]:
        typer.echo(f"  expiring {row['item_name']}: {row['quantity']} a year, {row['cost']}")
