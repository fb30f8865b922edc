"""Writes the generated pages of ``docs/reference`` from the declarations.

Run as ``python tools/write_reference.py``; ``--check`` only says whether a page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import MISSING, fields
from pathlib import Path

from quarterdeck.model import RESULTS, TABLES, ColumnInfo, Settings, Table

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}


def tables_page(title: str, intro: str, tables: Iterable[Table]) -> str:
    """A data dictionary: every table with its columns, units, defaults and header words."""
    parts = [f"# {title}", intro]
    for table in tables:
        parts += [f"## {table.title} (`{table.name}`)", f"{table.description}.", _column_table(table)]
    return "\n\n".join(parts) + "\n"


def _column_table(table: Table) -> str:
    lines = ["| Column | Meaning | Kind | Unit | Default | Also recognised as |", "|---|---|---|---|---|---|"]
    return "\n".join(lines + [_column_row(column) for column in table.columns])


def _column_row(column: ColumnInfo) -> str:
    name = f"**`{column.name}`**" if column.key else f"`{column.name}`"
    default = "required" if column.required and column.default is None else _shown(column.default)
    words = [word for language in LANGUAGES for word in column.synonyms.get(language, ())]
    kind = f"code of `{column.references}`" if column.references else column.kind
    if column.words:
        kind = "one of " + ", ".join(f"`{value}`" for value in column.words)
    cells = (name, column.description, kind, column.unit, default, ", ".join(words))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _shown(value: object) -> str:
    if value is None or value == "":
        return ""
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def settings_page() -> str:
    """Every planning option with its default, unit and meaning."""
    lines = ["| Option | Meaning | Default | Unit |", "|---|---|---|---|"]
    for field in fields(Settings):
        default = "required" if field.default is MISSING else field.default
        shown = "" if callable(default) else str(default)
        lines.append(f"| `{field.name}` | {field.metadata['meaning']} | {shown} | {field.metadata['unit']} |")
    intro = (
        "Options of `quarterdeck plan` and `qd.plan`. "
        "A row of the table `settings` with the same name sets the company's own default."
    )
    return "\n\n".join(["# Planning options", intro, "\n".join(lines)]) + "\n"


def pages() -> dict[str, str]:
    """File name to content of every generated page."""
    company = "What you can tell Quarterdeck. Every table and nearly every column may be absent. Keys are **bold**."
    plan = "What a plan holds. Times are in UTC, shown to people in the time zone of the site. Keys are **bold**."
    return {
        "tables.md": tables_page("Tables of the company", company, TABLES.values()),
        "plan.md": tables_page("Tables of a plan", plan, RESULTS.values()),
        "settings.md": settings_page(),
    }


def main() -> int:
    """Writes the pages, or with ``--check`` returns 1 if one is out of date."""
    stale = [name for name, text in pages().items() if not _same(REFERENCE / name, text)]
    if "--check" not in sys.argv:
        for name in stale:
            (REFERENCE / name).write_text(pages()[name], encoding="utf-8")
    sys.stdout.write(f"{len(stale)} of {len(pages())} pages differed: {', '.join(stale) or 'none'}\n")
    return int(bool(stale) and "--check" in sys.argv)


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
