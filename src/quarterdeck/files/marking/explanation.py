"""The one sheet that is added to a marked workbook: every fault with its place, and a link to the cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quarterdeck.files.marking.cells import reference
from quarterdeck.files.marking.package import DECLARATION, Package
from quarterdeck.files.marking.xml import appended, attribute, shadow, tag, text
from quarterdeck.model import Problem

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
NAME = "Faults"
COLUMNS = (
    ("Severity", 10),
    ("Sheet", 20),
    ("Cell", 9),
    ("Column", 20),
    ("Found", 24),
    ("Expected", 28),
    ("What is wrong", 70),
    ("What to do", 60),
)
TITLE = "What was found in this workbook. The cells are coloured and carry a comment; correct them and import again."
FIRST_ROW = 4

Cells = Mapping[Problem, tuple[int, int]]
"""Problems to the cells they mark: row, from 1, and column, from 0."""


def explain(package: Package, problems: Sequence[Problem], cells: Cells, colours: tuple[int, int]) -> str:
    """Adds the sheet at the end, so that nothing that counts sheets is disturbed; its name.

    Parameters
    ----------
    problems
        What is listed, in this order.
    cells
        Where those stand that have a cell.
    colours
        Styles of errors and of warnings.
    """
    part = package.free_name("xl/worksheets/sheet", ".xml")
    package.write(part, _sheet(problems, cells, colours))
    package.declare(part, TYPE)
    identity = package.relate("xl/workbook.xml", "worksheet", part)
    book = package.read("xl/workbook.xml")
    sheets = [found[2] for found in tag("sheet").finditer(shadow(book))]
    name = _free_name({(attribute(each, "name") or "").lower() for each in sheets})
    number = max((int(attribute(each, "sheetId") or 0) for each in sheets), default=0) + 1
    written = f'sheet xmlns:r="{RELATED}" name="{name}" sheetId="{number}" r:id="{identity}"/>'
    package.write("xl/workbook.xml", appended(book, "sheets", lambda p: f"<{p}{written}"))
    return name


def _free_name(taken: set[str]) -> str:
    return next(
        name for number in range(1, 1000) if (name := f"{NAME} {number}".removesuffix(" 1")).lower() not in taken
    )


def _sheet(problems: Sequence[Problem], cells: Cells, colours: tuple[int, int]) -> bytes:
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, (_, width) in enumerate(COLUMNS, start=1)
    )
    rows = [_row(1, [TITLE]), _row(FIRST_ROW - 1, [title for title, _ in COLUMNS])]
    links = []
    for number, problem in enumerate(problems, start=FIRST_ROW):
        at = cells.get(problem)
        style = colours[0] if problem.severity == "error" else colours[1]
        rows.append(_row(number, _values(problem, at), style))
        if at is not None:
            target = f"'{problem.sheet.replace(chr(39), chr(39) * 2)}'!{reference(*at)}"
            links.append(f'<hyperlink ref="C{number}" location="{text(target)}" display="{reference(*at)}"/>')
    pane = f'<pane ySplit="{FIRST_ROW - 1}" topLeftCell="A{FIRST_ROW}" activePane="bottomLeft" state="frozen"/>'
    content = (
        f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FFC00000"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews><cols>{widths}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + "</worksheet>"
    )
    return DECLARATION + content.encode()


def _values(problem: Problem, at: tuple[int, int] | None) -> list[str]:
    place = reference(*at) if at else (f"row {problem.row}" if problem.row is not None else "")
    sheet = problem.sheet or problem.file
    return [
        problem.severity, sheet, place, problem.column, problem.found, problem.expected, problem.message, problem.hint,
    ]  # fmt: skip


def _row(number: int, values: Sequence[str], first_style: int = 0) -> str:
    cells = "".join(
        f'<c r="{reference(number, place)}"{f" s={chr(34)}{first_style}{chr(34)}" if first_style and not place else ""}'
        f' t="inlineStr"><is><t xml:space="preserve">{text(value[:32_000])}</t></is></c>'
        for place, value in enumerate(values)
        if value
    )
    return f'<row r="{number}">{cells}</row>'
