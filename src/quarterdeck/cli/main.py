"""``quarterdeck``: the commands, by name."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from quarterdeck.cli import asking, data, forecasting, levelling, planning, stocking
from quarterdeck.version import __version__

EPILOG = "Exit codes: 0 done · 1 the data has errors · 2 wrong usage · 3 no workspace or no plan."

app = typer.Typer(
    name="quarterdeck",
    help="The tables of a company go in, one optimised and explained plan comes out.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
data.register(app)
planning.register(app)
asking.register(app)
forecasting.register(app)
levelling.register(app)
stocking.register(app)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"quarterdeck {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The tables of a company go in, one optimised and explained plan comes out."""


def main() -> None:
    """Entry point of the console script."""
    if (
        sys.stdout.encoding
        and sys.stdout.encoding.lower() not in {"utf-8", "utf8"}
        and hasattr(sys.stdout, "reconfigure")
    ):
        sys.stdout.reconfigure(encoding="utf-8")
    app()


if __name__ == "__main__":
    main()
