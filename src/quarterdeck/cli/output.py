"""What the terminal shows: tables for people, JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    import polars as pl

    from quarterdeck.model import Problem
    from quarterdeck.model.settings import Progress as Report

PIPED_WIDTH = 160
STYLE = {"error": "bold red", "warning": "yellow", "info": "cyan"}


def console() -> Console:
    """Where people read."""
    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False, indent=2) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    return str(value)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Report]:
    """A progress bar on standard error; nothing where nobody watches."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("Starting", total=1.0)

        def report(title: str, share: float) -> None:
            bar.update(task, description=title, completed=share)

        yield report


def print_rows(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Sequence[int] = ()
) -> None:
    """A table for people; columns whose index is in ``numeric`` are aligned to the right."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console().print(table)


def print_frame(title: str, frame: pl.DataFrame, zone: str, limit: int) -> None:
    """The first rows of a frame, in the words and times of people; columns without any value are left out."""
    shown = frame.head(limit)
    filled = [name for name in shown.columns if any(value not in {None, ""} for value in shown[name])]
    shown = shown.select(filled or shown.columns)
    numeric = [index for index, dtype in enumerate(shown.dtypes) if dtype.is_numeric()]
    rows = ([cell_text(value, zone) for value in row] for row in shown.iter_rows())
    more = f" — first {limit} of {frame.height:,} rows" if frame.height > limit else f" — {frame.height:,} rows"
    print_rows(title + more, [name.replace("_", " ") for name in shown.columns], rows, numeric=numeric)


def cell_text(value: Any, zone: str) -> str:  # noqa: ANN401 - any cell
    """One cell for people.

    >>> cell_text(None, "UTC"), cell_text(True, "UTC"), cell_text(1234.5, "UTC"), cell_text(dt.date(2026, 3, 2), "UTC")
    ('', 'yes', '1,234.5', 'Mon 2 Mar 2026')
    """
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return _moment_text(value, zone)
    if isinstance(value, dt.date):
        return f"{value:%a} {value.day} {value:%b %Y}"
    if isinstance(value, float | Decimal):
        return f"{float(value):,.4f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _moment_text(value: dt.datetime, zone: str) -> str:
    from zoneinfo import ZoneInfo

    local = value.astimezone(ZoneInfo(zone)) if value.tzinfo else value
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def print_problems(problems: Sequence[Problem], *, limit: int = 20) -> None:
    """Problems by severity, each with its place and what to do."""
    order = {"error": 0, "warning": 1, "info": 2}
    out = console()
    for problem in sorted(problems, key=lambda each: order[each.severity])[:limit]:
        place = f"{problem.where}: " if problem.where else ""
        out.print(f"[{STYLE[problem.severity]}]{problem.severity}[/] {escape(place + problem.message)}")
        if problem.hint:
            out.print(f"        [dim]{escape(problem.hint)}[/]")
    if len(problems) > limit:
        out.print(f"[dim]… and {len(problems) - limit:,} more.[/]")
