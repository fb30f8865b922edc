"""Where the records of a CSV begin and how many fields each has, found without a loop over rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BLOCK = 1 << 22
QUOTE, NEWLINE, RETURN = 34, 10, 13
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a CSV text.

    Parameters
    ----------
    starts
        Byte at which each record begins, shape (records).
    fields
        Number of fields of each record, shape (records); 0 for an empty line.
    unterminated
        Record in which a quote is opened that is never closed, or -1.
    odd_quotes
        Whether quotes stand where the CSV form (RFC 4180) has none: a slower, forgiving reader is needed.
    """

    starts: npt.NDArray[np.int64]
    fields: npt.NDArray[np.int32]
    unterminated: int
    odd_quotes: bool


def scan(data: bytes, separator: str) -> Records:
    r"""The records of UTF-8 text ``data``.

    >>> found = scan(b'a,b\n"x\n1",2\n\n', ",")
    >>> found.starts.tolist(), found.fields.tolist(), found.unterminated
    ([0, 4, 12], [2, 2, 0], -1)
    """
    quoted = b'"' in data
    breaks, commas, parity, odd, last_open = [], [], 0, False, -1
    for at in range(0, len(data), BLOCK):
        block = np.frombuffer(data, dtype=np.uint8, count=min(BLOCK, len(data) - at), offset=at)
        free = None
        if quoted:
            inside, odd_here = _inside_quotes(data, at, block, parity, separator)
            odd, free = odd or odd_here, ~inside
            opened = np.flatnonzero((block == QUOTE) & inside)
            last_open = at + int(opened[-1]) if opened.size else last_open
            parity = int(inside[-1])
        breaks.append(at + _positions(block, NEWLINE, free))
        commas.append(at + _positions(block, ord(separator), free))
    return _records(data, np.concatenate(breaks), np.concatenate(commas), last_open if parity else -1, odd_quotes=odd)


def _positions(block: npt.NDArray[np.uint8], byte: int, free: Bools | None) -> npt.NDArray[np.int64]:
    mask = block == byte
    return np.flatnonzero(mask if free is None else mask & free)


def _inside_quotes(
    data: bytes, at: int, block: npt.NDArray[np.uint8], parity: int, separator: str
) -> tuple[Bools, bool]:
    quotes = block == QUOTE
    inside = (np.cumsum(quotes, dtype=np.int64) + parity) % 2 == 1
    before = np.concatenate(([data[at - 1] if at else NEWLINE], block[:-1]))
    after = np.concatenate((block[1:], [data[at + block.size] if at + block.size < len(data) else NEWLINE]))
    ends = np.array([ord(separator), NEWLINE, RETURN, QUOTE])
    wrong_open = quotes & inside & ~np.isin(before, ends)
    wrong_close = quotes & ~inside & ~np.isin(after, ends)
    return inside, bool(wrong_open.any() or wrong_close.any())


def _records(
    data: bytes, breaks: npt.NDArray[np.int64], commas: npt.NDArray[np.int64], opened: int, *, odd_quotes: bool
) -> Records:
    ends = breaks if breaks.size and breaks[-1] == len(data) - 1 else np.append(breaks, len(data))
    starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64)
    fields = np.diff(np.searchsorted(commas, np.append(starts, len(data) + 1))).astype(np.int32) + 1
    lengths = ends - starts
    only_return = lengths == 1
    only_return[only_return] = [data[start] == RETURN for start in starts[only_return]]
    fields[(lengths == 0) | only_return] = 0
    unterminated = int(np.searchsorted(starts, opened, side="right")) - 1 if opened >= 0 else -1
    return Records(starts, fields, unterminated, odd_quotes)
