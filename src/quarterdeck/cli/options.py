"""Options that several commands share, and what every command does first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from quarterdeck.cli import exits

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", envvar="QUARTERDECK_WORKSPACE", help="Folder of the workspace.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="The plan's now, such as 2026-03-02 or 2026-03-02T07:00; default: the company's setting, else now.",
    ),
]
HERE = Path("workspace")


def fail(message: str, code: int) -> NoReturn:
    """Ends the command with a message on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def opened(path: Path) -> Workspace:
    """The workspace in a folder; ends the command with advice if there is none."""
    from quarterdeck.store import NoWorkspaceError, Workspace

    try:
        return Workspace.open(path)
    except NoWorkspaceError:
        fail(
            f"There is no workspace in {path}. Make one with: quarterdeck init --workspace {path}",
            exits.NO_WORKSPACE,
        )
