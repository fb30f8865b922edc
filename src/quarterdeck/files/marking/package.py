"""The parts of a workbook file and how they refer to each other."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path

from defusedxml import ElementTree

from quarterdeck.files.marking.xml import UnusualXmlError, appended, text

TYPES = "[Content_Types].xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STRICT = b"purl.oclc.org/ooxml"


class Package:
    """A workbook that is read part by part, with the parts that have changed or come new.

    Raises
    ------
    UnusualXmlError
        If it is written in the rare strict form, which has other names for everything.
    """

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        self._names = set(self._archive.namelist())
        self._changed: dict[str, bytes] = {}
        self._gone: set[str] = set()
        if STRICT in self.read("xl/workbook.xml"):
            raise UnusualXmlError("Expected a workbook in the usual form, got the strict one.")

    @property
    def archive(self) -> zipfile.ZipFile:
        """The file as it was."""
        return self._archive

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        return self._changed[name] if name in self._changed else self._archive.read(name)

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._changed or (name in self._names and name not in self._gone)

    def write(self, name: str, data: bytes) -> None:
        """Changes a part, or adds it."""
        self._changed[name] = data

    def drop(self, name: str) -> None:
        """Takes a part out."""
        self._gone.add(name)

    def free_name(self, stem: str, suffix: str) -> str:
        """A name for a new part, such as ``xl/comments3.xml``."""
        taken = {name.lower() for name in (*self._names, *self._changed)}
        return next(name for number in range(1, 100_000) if (name := f"{stem}{number}{suffix}").lower() not in taken)

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationships of a part: identity to kind (last word of its type) and target part."""
        name = relations_of(part)
        if not self.has(name):
            return {}
        found = {}
        for each in ElementTree.fromstring(self.read(name)):
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), each.get("Target", "")))
                found[each.get("Id", "")] = (each.get("Type", "").rpartition("/")[2], target.lstrip("/"))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Adds a relationship; its identity."""
        name = relations_of(part)
        if not self.has(name):
            self.write(name, DECLARATION + f'<Relationships xmlns="{RELATIONSHIPS}"></Relationships>'.encode())
        taken = set(re.findall(rb"""\bId\s*=\s*["']([^"']*)""", self.read(name)))
        identity = next(each for number in range(1, 100_000) if (each := f"rIdQ{number}").encode() not in taken)
        written = f'Id="{identity}" Type="{OFFICE}/{kind}" Target="/{text(target)}"'
        self.write(name, appended(self.read(name), "Relationships", lambda p: f"<{p}Relationship {written}/>"))
        return identity

    def declare(self, part: str, content_type: str) -> None:
        """Says of what type a part is."""
        written = f'PartName="/{text(part)}" ContentType="{content_type}"'
        self.write(TYPES, appended(self.read(TYPES), "Types", lambda p: f"<{p}Override {written}/>"))

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Says of what type all parts with an extension are, unless it is said already."""
        said = re.compile(rb"""\bExtension\s*=\s*["']""" + extension.encode() + rb"""["']""", re.IGNORECASE)
        if not said.search(self.read(TYPES)):
            written = f'Extension="{extension}" ContentType="{content_type}"'
            self.write(TYPES, appended(self.read(TYPES), "Types", lambda p: f"<{p}Default {written}/>"))

    def save(self, path: Path) -> None:
        """Writes all parts, the unchanged ones as they are."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in self._archive.infolist():
                if entry.filename not in self._gone:
                    data = self._changed.pop(entry.filename, None)
                    target.writestr(entry, self._archive.read(entry) if data is None else data, zipfile.ZIP_DEFLATED)
            for name, data in self._changed.items():
                target.writestr(name, data)
        self._archive.close()


def relations_of(part: str) -> str:
    """The part that holds the relationships of a part.

    >>> relations_of("xl/worksheets/sheet1.xml")
    'xl/worksheets/_rels/sheet1.xml.rels'
    """
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"
