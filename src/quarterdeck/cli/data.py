"""Commands about data: init, template, import, undo, check, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quarterdeck.cli import exits
from quarterdeck.cli.options import HERE, AsOfOption, JsonOption, WorkspaceOption, fail, opened

if TYPE_CHECKING:
    from quarterdeck.service.data import ImportResult


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    for name, command in (
        ("init", init),
        ("template", template),
        ("import", import_),
        ("undo", undo),
        ("check", check),
        ("export", export),
    ):
        app.command(name)(command)


def init(workspace: WorkspaceOption = HERE, json: JsonOption = False) -> None:
    """Make an empty workspace: a folder with its database."""
    from quarterdeck.cli.output import console, print_json
    from quarterdeck.service.data import init_workspace

    made = init_workspace(workspace)
    if json:
        print_json({"workspace": str(made.path)})
    else:
        console().print(f"Workspace ready in {made.path}. Next: quarterdeck import FILE --workspace {made.path}")


def template(
    path: Annotated[Path, typer.Argument(help="Workbook to write, such as company.xlsx.")],
    json: JsonOption = False,
) -> None:
    """Write an empty workbook with every table, its units, explanations and examples."""
    from quarterdeck.cli.output import console, print_json
    from quarterdeck.files import write_template

    write_template(path)
    if json:
        print_json({"template": str(path)})
    else:
        console().print(f"Wrote {path}. Fill in what you have, leave the rest, then: quarterdeck import {path}")


def import_(
    path: Annotated[Path, typer.Argument(help="Workbook, folder or zip of CSV, Parquet or JSON file.")],
    mapping: Annotated[
        str | None, typer.Option(help="Name or TOML file of a mapping of another system's export.")
    ] = None,
    as_of: AsOfOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, write nothing.")] = False,
    good_rows: Annotated[bool, typer.Option("--good-rows", help="Take the good rows while faulty rows wait.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write your workbook back with the faulty cells marked.")] = None,
    author: Annotated[str, typer.Option(help="Who imports, for the change log.")] = "command line",
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Read a company's files into the workspace; with errors nothing is written unless --good-rows is given."""
    from quarterdeck.cli.output import progress_bar
    from quarterdeck.service.data import import_files, init_workspace

    if not path.exists():
        fail(f"Expected a file or folder, found nothing at {path}.", exits.USAGE)
    with progress_bar(quiet=json) as progress:
        result = import_files(
            init_workspace(workspace),
            path,
            mapping=mapping,
            as_of=as_of,
            dry_run=dry_run,
            take_good_rows=good_rows,
            report=report,
            author=author,
            progress=progress,
        )
    _show_import(result, json=json, dry_run=dry_run)
    raise typer.Exit(exits.OK if result.ok else exits.FAULTS)


def _show_import(result: ImportResult, *, json: bool, dry_run: bool) -> None:
    from quarterdeck.cli.output import console, print_json, print_problems, print_rows

    if json:
        print_json(import_as_json(result))
        return
    recognised = [(row["source"], row["table"], row["columns"], row["ignored"]) for row in result.recognised]
    print_rows("Recognised", ("Sheet", "Table", "Columns", "Not understood"), recognised)
    counts = [(name, *(f"{number:,}" for number in numbers)) for name, numbers in result.counts.items()]
    print_rows("Rows", ("Table", "New", "Changed", "Unchanged", "Rejected"), counts, numeric=(1, 2, 3, 4))
    print_problems(result.problems)
    if result.written:
        console().print("Imported. Undo with: quarterdeck undo")
    elif dry_run:
        console().print("Dry run: nothing was written.")
    elif result.ok:
        console().print("Nothing to change: the workspace holds all of it already.")
    else:
        console().print("Nothing was written. Mend the rows above, or take the good ones with --good-rows.")


def import_as_json(result: ImportResult) -> dict[str, Any]:
    """What an import did, for programs."""
    heads = ("new", "changed", "unchanged", "rejected")
    return {
        "ok": result.ok,
        "written": result.written,
        "recognised": result.recognised,
        "tables": {name: dict(zip(heads, numbers, strict=True)) for name, numbers in result.counts.items()},
        "problems": problems_as_json(result.problems),
    }


def problems_as_json(problems: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a sequence of Problem
    """Problems with their fields."""
    from dataclasses import asdict

    return [asdict(problem) for problem in problems]


def undo(workspace: WorkspaceOption = HERE, json: JsonOption = False) -> None:
    """Take back the last change, row for row."""
    from quarterdeck.cli.output import console, print_json, print_problems
    from quarterdeck.service.data import undo_last

    done, problems = undo_last(opened(workspace))
    if json:
        print_json({"undone": done, "problems": problems_as_json(problems)})
    elif done:
        console().print(f"Took back: {done}.")
    else:
        print_problems(problems)
    raise typer.Exit(exits.OK if done else exits.FAULTS)


def check(workspace: WorkspaceOption = HERE, json: JsonOption = False) -> None:
    """List everything that is wrong with the company's data."""
    from quarterdeck.cli.output import console, print_json, print_problems
    from quarterdeck.model.checks import check as check_company

    problems = check_company(opened(workspace).load())
    if json:
        print_json(problems_as_json(problems))
    elif problems:
        print_problems(problems, limit=200)
    else:
        console().print("Nothing is wrong with the data.")
    raise typer.Exit(exits.FAULTS if any(problem.severity == "error" for problem in problems) else exits.OK)


def export(
    path: Annotated[Path, typer.Argument(help="Workbook (.xlsx) or folder to write.")],
    plan: Annotated[bool, typer.Option("--plan", help="Export the newest plan instead of the company's data.")] = False,
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Write the company, in the form that import reads, or its newest plan."""
    from quarterdeck.cli.output import console, print_json
    from quarterdeck.cli.planning import newest_plan
    from quarterdeck.files import write_workbook

    source = opened(workspace)
    write_workbook(newest_plan(source) if plan else source.load(), path)
    if json:
        print_json({"written": str(path)})
    else:
        console().print(f"Wrote {path}.")
