"""Comments of a sheet's cells: their texts, and the drawing that shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from quarterdeck.files.marking.cells import column_of, reference, with_drawing
from quarterdeck.files.marking.package import DECLARATION, Package
from quarterdeck.files.marking.xml import UnusualXmlError, appended, attribute, edited, region, shadow, tag, text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
AUTHOR = "Quarterdeck"
EMPTY = DECLARATION + f'<comments xmlns="{MAIN}"><authors></authors><commentList></commentList></comments>'.encode()
EMPTY_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b'</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    b' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
LONGEST = 2000

Texts = Mapping[tuple[int, int], str]
"""Row, from 1, and column, from 0, to what the comment says."""


def comment(package: Package, sheet: str, texts: Texts) -> None:
    """Adds comments to a sheet; a cell that has one already gets the text below its own."""
    related = package.related(sheet)
    part = next((target for kind, target in related.values() if kind == "comments"), "")
    if not part:
        part = package.free_name("xl/comments", ".xml")
        package.write(part, EMPTY)
        package.declare(part, TYPE)
        package.relate(sheet, "comments", part)
    data, known = _extended(package.read(part), texts)
    fresh = {at: words for at, words in texts.items() if at not in known}
    package.write(part, _with_comments(data, fresh) if fresh else data)
    if fresh:
        drawing = _drawing(package, sheet)
        package.write(drawing, _with_shapes(package.read(drawing), list(fresh)))


def _extended(data: bytes, texts: Texts) -> tuple[bytes, set[tuple[int, int]]]:
    """The comments with texts added to those that are there, and the cells that have one."""
    seen = shadow(data)
    known, edits = set(), []
    for each in tag("comment").finditer(seen):
        name = attribute(each[2], "ref") or "A1"
        at = (int(re.sub(r"\D", "", name) or 1), column_of(name))
        known.add(at)
        if at in texts:
            place = seen.find(b"</" + each[1] + b"text", each.end())
            inner = re.compile(rb"<(?:[\w.-]+:)?(?:rPh|phoneticPr)\b").search(seen, each.end(), max(place, each.end()))
            if place < 0:
                raise UnusualXmlError(f"Expected the comment of {name} to have a text, it has none.")
            p = each[1].decode()
            new = f'<{p}r><{p}t xml:space="preserve">{text(chr(10) + texts[at][:LONGEST])}</{p}t></{p}r>'
            start = inner.start() if inner else place
            edits.append((start, start, new.encode("ascii", "xmlcharrefreplace")))
    return edited(data, edits), known


def _with_comments(data: bytes, texts: Texts) -> bytes:
    start, end, _ = region(shadow(data), "authors")
    author = len(tag("author").findall(data[start:end]))
    data = appended(data, "authors", lambda p: f"<{p}author>{AUTHOR}</{p}author>")

    def written(p: str) -> str:
        return "".join(
            f'<{p}comment ref="{reference(*at)}" authorId="{author}"><{p}text><{p}r>'
            f'<{p}t xml:space="preserve">{text(words[:LONGEST])}</{p}t></{p}r></{p}text></{p}comment>'
            for at, words in sorted(texts.items())
        )

    return appended(data, "commentList", written)


def _drawing(package: Package, sheet: str) -> str:
    """The drawing that shows the sheet's comments."""
    found = tag("legacyDrawing").search(shadow(package.read(sheet)))
    if found is not None:
        identity = re.search(rb"""[\w.-]+:id\s*=\s*["']([^"']+)""", found[2])
        target = package.related(sheet).get(identity[1].decode() if identity else "", ("", ""))[1]
        if not target or not package.has(target):
            raise UnusualXmlError("Expected the drawing of the comments in the workbook, it is not there.")
        return target
    part = package.free_name("xl/drawings/vmlDrawing", ".vml")
    package.write(part, EMPTY_DRAWING)
    package.declare_extension("vml", DRAWING_TYPE)
    package.write(sheet, with_drawing(package.read(sheet), package.relate(sheet, "vmlDrawing", part)))
    return part


def _with_shapes(data: bytes, cells: list[tuple[int, int]]) -> bytes:
    """A drawing, which need not be sound XML, with a hidden note beside each cell."""
    at = data.rfind(b"</xml>")
    if at < 0:
        raise UnusualXmlError("Expected the drawing of the comments to end, it does not.")
    taken = [int(number) for number in re.findall(rb"_x0000_s(\d{1,9})", data)]
    first = max([1024, *taken]) + 1
    shapes = [_shape(first + number, *cell) for number, cell in enumerate(cells)]
    return edited(data, [(at, at, "".join(shapes).encode())])


def _shape(number: int, row: int, column: int) -> str:
    top = max(row - 2, 0)
    return (
        '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
        f' id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;width:240pt;height:90pt;z-index:1;'
        'visibility:hidden" fillcolor="#fff7e0" o:insetmode="auto"><v:fill color2="#fff7e0"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{column + 1}, 15, {top}, 4, {column + 6}, 15, {top + 6}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )
