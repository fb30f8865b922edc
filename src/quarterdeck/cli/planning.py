"""Commands about plans: demo, plan, show, report, serve."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quarterdeck.cli import exits
from quarterdeck.cli.options import HERE, AsOfOption, JsonOption, WorkspaceOption, fail, opened

if TYPE_CHECKING:
    from quarterdeck.model import Company, Plan
    from quarterdeck.store import Workspace


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    for name, command in (
        ("demo", demo),
        ("plan", plan),
        ("show", show),
        ("report", report),
        ("serve", serve),
        ("warm-up", warm_up),
    ):
        app.command(name)(command)


def demo(
    workspace: WorkspaceOption = Path("demo-workspace"),
    effort: Annotated[int, typer.Option(help="Work units spent on searching.")] = 100,
    open_pages: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Serve it and open the browser; by default where a person sits there."),
    ] = None,
    port: Annotated[int, typer.Option(help="Port to serve at.", min=1, max=65535)] = 8000,
    json: JsonOption = False,
) -> None:
    """Import the bicycle maker that ships with Quarterdeck, plan it, write the report and open it in the browser."""
    from quarterdeck.cli.output import progress_bar
    from quarterdeck.service.demo import run_demo

    with progress_bar(quiet=json) as progress:
        shown, company, path = run_demo(workspace, effort=effort, progress=progress)
    _show_plan(company, shown, json=json, extra={"report": str(path)})
    if not json:
        typer.echo(f"\nOpen the report: {path.resolve()}")
        typer.echo(f"Look around:     quarterdeck show late --workspace {workspace}")
        typer.echo(f"In the browser:  quarterdeck serve --workspace {workspace}\n")
    if open_pages if open_pages is not None else (not json and sys.stdin.isatty() and sys.stdout.isatty()):
        serve(workspace, port=port)


def plan(
    as_of: AsOfOption = None,
    horizon: Annotated[int | None, typer.Option(help="Weeks to plan ahead.")] = None,
    effort: Annotated[
        int | None, typer.Option(help="Work units spent on searching; same effort and seed, same plan.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Cap on the seconds of searching.")] = None,
    seed: Annotated[int | None, typer.Option(help="Start of the random numbers.")] = None,
    outlook: Annotated[int | None, typer.Option(help="Weeks to net by weeks, beyond the horizon of orders.")] = None,
    mode: Annotated[
        str | None,
        typer.Option(help="constrained (what can be), unconstrained (what should be) or repair (nothing new)."),
    ] = None,
    author: Annotated[str, typer.Option(help="Who plans.")] = "command line",
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Make a plan and keep it in the workspace."""
    from quarterdeck.cli.output import progress_bar
    from quarterdeck.service.planning import plan_workspace

    kept = opened(workspace)
    options: dict[str, Any] = {
        "as_of": as_of, "horizon_weeks": horizon, "effort": effort, "seconds": seconds, "seed": seed,
        "mode": mode, "outlook_weeks": outlook,
    }  # fmt: skip
    with progress_bar(quiet=json) as progress:
        try:
            name, made, company = plan_workspace(kept, author=author, progress=progress, **options)
        except ValueError as error:
            fail(str(error), exits.USAGE)
    _show_plan(company, made, json=json, extra={"plan": name})


def show(
    what: Annotated[
        str,
        typer.Argument(help="kpis, actions, late, problems, plans, changes, or any table of the plan or the company."),
    ] = "kpis",
    limit: Annotated[int, typer.Option(help="Rows to print.")] = 30,
    item: Annotated[str | None, typer.Option(help="Only rows of this item.")] = None,
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Print a part of the newest plan, or a table of the company."""
    from quarterdeck.cli.output import print_frame, print_json
    from quarterdeck.model.clock import home_zone
    from quarterdeck.service.tables import find_table

    kept = opened(workspace)
    found = find_table(kept, what, item=item)
    if found is None:
        fail(
            f"Expected a table or one of kpis, actions, late, problems, plans, changes; got {what!r}.",
            exits.USAGE,
        )
    if found.frame is None:
        fail(
            f"There is no plan in {workspace}. Make one with: quarterdeck plan --workspace {workspace}",
            exits.NO_WORKSPACE,
        )
    if json:
        print_json(found.frame.head(limit).to_dicts())
    else:
        print_frame(found.title, found.frame, home_zone(kept.load()), limit)


def report(
    output: Annotated[Path, typer.Option("--output", "-o", help="HTML file to write.")] = Path("plan.html"),
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Write the newest plan as one HTML file that needs nothing else."""
    from quarterdeck.cli.output import print_json
    from quarterdeck.service.report import write_report

    kept = opened(workspace)
    write_report(kept.load(), newest_plan(kept), output)
    if json:
        print_json({"report": str(output)})
    else:
        typer.echo(f"Wrote {output.resolve()}")


def serve(
    workspace: WorkspaceOption = HERE,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)] = 8000,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Serve the workspace to browsers; a new workspace is made where there is none."""
    from quarterdeck.web.server import Address
    from quarterdeck.web.server import serve as serve_workspace

    serve_workspace(workspace, Address(host, port), browser=browser)


def warm_up() -> None:
    """Compile the numerical kernels, once per installation; the first plan then starts at once."""
    from quarterdeck.service.warm_up import warm_up as compile_kernels

    compile_kernels()


def newest_plan(workspace: Workspace) -> Plan:
    """The workspace's newest plan; ends the command with advice if there is none."""
    if not workspace.plans():
        fail(
            f"There is no plan in {workspace.path}. Make one with: quarterdeck plan --workspace {workspace.path}",
            exits.NO_WORKSPACE,
        )
    return workspace.load_plan()


def _show_plan(company: Company, made: Plan, *, json: bool, extra: dict[str, Any]) -> None:
    """KPIs, what to do first, what is late, and where the time went."""
    from quarterdeck.cli.data import problems_as_json
    from quarterdeck.cli.output import print_json
    from quarterdeck.cli.summary import print_summary

    if json:
        facts = {
            "kpis": made["kpis"].to_dicts(),
            "figures": dict(made.figures),
            "problems": problems_as_json(made.problems),
        }
        print_json({**extra, **facts, "rows": {name: frame.height for name, frame in made.frames.items()}})
    else:
        print_summary(company, made)
