"""The command that forecasts: of a workspace's company, or of a bare history file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quarterdeck.cli import exits
from quarterdeck.cli.options import HERE, AsOfOption, JsonOption, WorkspaceOption, fail, opened

if TYPE_CHECKING:
    from quarterdeck.service.forecasting import Foresight


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("forecast")(forecast)


def forecast(
    file: Annotated[
        Path | None, typer.Argument(help="CSV or Parquet file with a history; default: the workspace's company.")
    ] = None,
    item: Annotated[list[str] | None, typer.Option(help="Only this item or series; may be given again.")] = None,
    horizon: Annotated[int | None, typer.Option(help="Weeks to look ahead, or periods of the file.", min=1)] = None,
    quantiles: Annotated[str, typer.Option(help="Probabilities of the quantiles.")] = "0.05,0.5,0.95",
    as_of: AsOfOption = None,
    boost: Annotated[
        bool, typer.Option("--boost", help="Half by trees over all series of the file (needs the extra ml).")
    ] = False,
    show: Annotated[
        str, typer.Option(help="series, or of the workspace: launches, segments, mix or corrections.")
    ] = "series",
    by: Annotated[str, typer.Option(help="For segments and mix: family, segment, region, site, customer, item.")] = (
        "family"
    ),
    target: Annotated[
        list[str] | None, typer.Option(help="ITEM=QUANTITY or ITEM@SITE=QUANTITY of a first year.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Series to print.", min=1)] = 20,
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Say what will be wanted, how sure that is, and why, without making a plan."""
    from quarterdeck.cli.output import print_json
    from quarterdeck.service.forecasting import foresee, foresee_file

    if show != "series":
        _list(show, by, target or [], (as_of, workspace, limit, json))
        return
    try:
        levels = tuple(float(part) for part in quantiles.split(",") if part.strip())
    except ValueError:
        fail(f"Expected quantiles such as 0.05,0.5,0.95, got {quantiles!r}.", exits.USAGE)
    try:
        if file is not None:
            found = foresee_file(file, horizon=horizon, levels=levels, items=item or (), boost=boost)
        else:
            kept = opened(workspace)
            found = foresee(kept.load(), as_of=as_of, horizon=horizon, levels=levels, items=item or ())
    except ValueError as error:
        fail(str(error), exits.USAGE)
    if json:
        print_json({
            "period": found.period,
            "series": found.series.to_dicts(),
            "forecasts": found.forecasts.to_dicts(),
            "notes": list(found.notes),
        })  # fmt: skip
    else:
        _show(found, limit, details=bool(item))


def _list(show: str, by: str, targets: list[str], way: tuple[str | None, Path, int, bool]) -> None:
    """A list about the demand of the workspace's company; ``way`` is now, workspace, rows to print, and as JSON."""
    from quarterdeck.cli.output import print_frame, print_json
    from quarterdeck.service.demand_lists import demand_list, read_targets

    as_of, workspace, limit, json = way
    try:
        found = demand_list(opened(workspace).load(), show, by=by, targets=read_targets(targets), as_of=as_of)
    except ValueError as error:
        fail(str(error), exits.USAGE)
    if json:
        print_json({show: found.to_dicts()})
    elif found.is_empty():
        typer.echo(f"There are no {show} yet.")
    else:
        print_frame(show.capitalize(), found, "UTC", limit)


def _show(found: Foresight, limit: int, *, details: bool) -> None:
    """The series with their reasons; the periods too where few series were asked for."""
    from quarterdeck.cli.output import cell_text, print_frame, print_rows

    keys = [name for name in ("item", "site", "series") if name in found.series.columns]
    shown = found.series.sort("mean", descending=True).head(limit)
    rows = [
        (
            *(str(row[key]) for key in keys),
            cell_text(row["mean"], "UTC"),
            _share(row["error"]),
            _share(row["bias"]),
            row["reason"],
        )
        for row in shown.iter_rows(named=True)
    ]
    title = f"{found.series.height:,} series" + (f", the largest {limit}" if found.series.height > limit else "")
    for note in found.notes:
        typer.echo(note)
    print_rows(
        title,
        (*keys, f"{'an' if found.period == 'hour' else 'a'} {found.period}", "error", "bias", ""),
        rows,
        numeric=(len(keys),),
    )
    if details or found.series.height == 1:
        part = found.forecasts.join(shown.select(keys), on=keys, how="semi")
        print_frame("\nForecast", part, "UTC", part.height)


def _share(value: float | None) -> str:
    return "" if value is None else f"{min(value, 99.99):.0%}"
