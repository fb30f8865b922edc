"""Which encoding a text file is in, and its content as UTF-8."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import numpy as np

SAMPLE = 1 << 16
CONTROL = np.array([code for code in range(32) if code not in {9, 10, 12, 13}] + [127])
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text as UTF-8 bytes without byte order mark, and the encoding it came in; no encoding: it is not text."""

    data: bytes
    encoding: str


def decode(data: bytes) -> Decoded:
    r"""The text in ``data`` as UTF-8, by its byte order mark, else UTF-8, else Windows-1252.

    >>> decode("Größe".encode("latin-1"))
    Decoded(data=b'Gr\xc3\xb6\xc3\x9fe', encoding='Windows-1252')
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _transcoded(data, encoding)
    if wide := _wide_without_mark(data):
        return _transcoded(data, wide)
    if looks_binary(data):
        return Decoded(b"", "")
    try:
        codecs.utf_8_decode(data, "strict", True)  # noqa: FBT003 - positional-only in the codec
    except UnicodeDecodeError:
        return Decoded(data.decode("cp1252", errors="replace").encode(), "Windows-1252")
    return Decoded(data, "UTF-8")


def looks_binary(data: bytes) -> bool:
    """Whether control characters are more than a few, and more than one byte in a hundred, of the beginning."""
    sample = np.frombuffer(data[:SAMPLE], dtype=np.uint8)
    control = np.isin(sample, CONTROL)
    return int(control.sum()) > 4 and float(control.mean()) > 0.01


def _wide_without_mark(data: bytes) -> str:
    sample = np.frombuffer(data[: SAMPLE & ~1], dtype=np.uint8)
    if sample.size < 8:
        return ""
    pairs = sample[: sample.size // 2 * 2].reshape(-1, 2) == 0
    even, odd = pairs.mean(axis=0)
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else ""


def _transcoded(data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return Decoded(b"", "")
    encoded = text.encode("utf-8", errors="replace")
    return Decoded(b"", "") if looks_binary(encoded) else Decoded(encoded, NAMES[encoding])
