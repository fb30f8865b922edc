"""Cell styles with another fill: everything else of the cell's own style stays."""

from __future__ import annotations

from quarterdeck.files.marking.xml import UnusualXmlError, appended, counted, region, shadow, tag, with_attribute

MINIMAL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)
ERROR, WARNING = "FFFFB3A6", "FFFFE699"
XF = tag("xf")


class StyleSheet:
    """The styles of a workbook, to which marked ones are added as they are needed."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._fills: dict[bool, int] = {}
        self._marked: dict[tuple[int, bool], int] = {}
        self._styles = self._read()

    def marked(self, base: int, *, severe: bool) -> int:
        """Number of the style that is like number ``base``, filled with the colour of errors or of warnings."""
        if (base, severe) not in self._marked:
            style = self._styles[base] if 0 <= base < len(self._styles) else self._styles[0]
            self._marked[base, severe] = self._add(style, self._fill(severe=severe))
        return self._marked[base, severe]

    def _read(self) -> list[bytes]:
        seen = shadow(self.data)
        start, end, prefix = region(seen, "cellXfs")
        found = []
        for each in XF.finditer(seen, start, end):
            close = b"</" + prefix + b"xf>"
            stop = each.end() if each[2].endswith(b"/") else seen.index(close, each.end()) + len(close)
            found.append(self.data[each.start() : stop])
        return found or [b"<" + prefix + b'xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>']

    def _fill(self, *, severe: bool) -> int:
        if severe not in self._fills:
            start, end, _ = region(shadow(self.data), "fills")
            count = len(tag("fill").findall(self.data[start:end]))
            colour = ERROR if severe else WARNING
            self.data = appended(self.data, "fills", lambda p: _fill(p, colour))
            self.data = counted(self.data, "fills", count + 1)
            self._fills[severe] = count
        return self._fills[severe]

    def _add(self, style: bytes, fill: int) -> int:
        opened = XF.match(style)
        if opened is None:
            raise UnusualXmlError(f"Expected a cell style, got {style[:40]!r}.")
        attributes = with_attribute(with_attribute(opened[2], "fillId", fill), "applyFill", 1)
        copy = style[: opened.start(2)] + attributes + style[opened.end(2) :]
        self._styles.append(copy)
        self.data = appended(self.data, "cellXfs", lambda _: copy.decode("utf-8"))
        self.data = counted(self.data, "cellXfs", len(self._styles))
        return len(self._styles) - 1


def _fill(prefix: str, colour: str) -> str:
    p = prefix
    return (
        f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/>'
        f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
    )
