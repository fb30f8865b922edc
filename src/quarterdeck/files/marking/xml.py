"""Small changes to XML as bytes: what is not touched stays exactly as its author's program wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

ATTRIBUTES = rb"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+"""
TAG = re.compile(rb"<(/?)((?:[\w.-]+:)?)([\w.-]+)(" + ATTRIBUTES + rb")>")
UNREAD = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

Edit = tuple[int, int, bytes]


class UnusualXmlError(ValueError):
    """XML that lacks an element which such a part always has."""


def tag(name: str) -> re.Pattern[bytes]:
    """A pattern of opening tags: prefix with its colon, and attributes (ending in ``/`` in an empty element)."""
    return re.compile(rb"<((?:[\w.-]+:)?)" + name.encode() + rb"(?![\w.:-])(" + ATTRIBUTES + rb")>")


def shadow(data: bytes) -> bytes:
    """The same bytes with comments and unparsed text blanked, for finding tags."""
    if b"<!" not in data:
        return data
    return UNREAD.sub(lambda found: b" " * len(found[0]), data)


def attribute(attributes: bytes, name: str) -> str | None:
    """The value of an attribute as it is written."""
    found = re.search(rb"(?<![\w.:-])" + name.encode() + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""", attributes)
    return None if found is None else (found[1] if found[1] is not None else found[2]).decode(errors="replace")


def with_attribute(attributes: bytes, name: str, value: object) -> bytes:
    r"""Attributes with one of them set.

    >>> with_attribute(b' r="A1" s="3"/', "s", 7), with_attribute(b' r="A1"/', "s", 7)
    (b' r="A1" s="7"/', b' r="A1" s="7"/')
    """
    written = f'{name}="{value}"'.encode()
    pattern = re.compile(rb"(?<![\w.:-])" + name.encode() + rb"""\s*=\s*(?:"[^"]*"|'[^']*')""")
    if pattern.search(attributes):
        return pattern.sub(lambda _: written, attributes, count=1)
    bare = attributes.removesuffix(b"/").rstrip()
    return bare + b" " + written + attributes[len(attributes.removesuffix(b"/")) :]


def without_attribute(attributes: bytes, name: str) -> bytes:
    """Attributes without one of them."""
    return re.sub(rb"\s+(?<![\w.:-])" + name.encode() + rb"""\s*=\s*(?:"[^"]*"|'[^']*')""", b"", attributes, count=1)


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """``data`` with pieces replaced: (start, end, replacement), which do not overlap."""
    pieces, at = [], 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [data[at:start], replacement]
        at = end
    return b"".join([*pieces, data[at:]])


def region(data: bytes, name: str) -> tuple[int, int, bytes]:
    """Start and end of what is within the first element of this name, and its prefix; equal in an empty element.

    Raises
    ------
    UnusualXmlError
        If there is none.
    """
    found = tag(name).search(data)
    if found is None:
        raise UnusualXmlError(f"Expected an element {name}, got none.")
    if found[2].endswith(b"/"):
        return found.end(), found.end(), found[1]
    close = data.find(b"</" + found[1] + name.encode(), found.end())
    if close < 0:
        raise UnusualXmlError(f"Expected the element {name} to end, it does not.")
    return found.end(), close, found[1]


def appended(data: bytes, parent: str, child: Callable[[str], str]) -> bytes:
    """``data`` with a child at the end of the first ``parent``; ``child`` is given the prefix of names.

    A count among the attributes of the parent is left to the caller.
    """
    seen = shadow(data)
    _, end, prefix = region(seen, parent)
    new = child(prefix.decode()).encode("ascii", "xmlcharrefreplace")
    found = tag(parent).search(seen)
    if found is not None and found[2].endswith(b"/"):
        opened = b"<" + prefix + parent.encode() + found[2].removesuffix(b"/").rstrip() + b">"
        return edited(data, [(found.start(), found.end(), opened + new + b"</" + prefix + parent.encode() + b">")])
    return edited(data, [(end, end, new)])


def counted(data: bytes, parent: str, count: int) -> bytes:
    """``data`` with the attribute ``count`` of an element set."""
    found = tag(parent).search(shadow(data))
    if found is None:
        raise UnusualXmlError(f"Expected an element {parent}, got none.")
    return edited(data, [(found.start(2), found.end(2), with_attribute(found[2], "count", count))])


def text(value: object) -> str:
    """A value as text or attribute of XML, without characters that XML cannot hold."""
    return escape(FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(value)), quote=True)
