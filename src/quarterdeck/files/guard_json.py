"""The guard of JSON: how deep it is nested, before a parser follows it down."""

from __future__ import annotations

import re

import numpy as np

from quarterdeck.files.guard import Limits, refusal
from quarterdeck.model import Problem

STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def guard_json(data: bytes, limits: Limits, file: str) -> tuple[Problem, ...]:
    """Why a JSON text must not be parsed; empty if it may."""
    depth = nesting(data)
    if depth <= limits.nesting:
        return ()
    return (
        refusal(
            "json-too-deep",
            f"{file} is nested {depth:,} levels deep; tables need 3.",
            "Write a list of records, or an object with one list of records per table.",
            file,
            f"{depth} levels",
            f"at most {limits.nesting} levels",
        ),
    )


def nesting(data: bytes) -> int:
    """How many brackets are open at once at most.

    >>> nesting(b'{"a": ["[[["]}')
    2
    """
    bare = np.frombuffer(STRING.sub(b"", data), dtype=np.uint8)
    opens = (bare == ord("[")) | (bare == ord("{"))
    closes = (bare == ord("]")) | (bare == ord("}"))
    levels = np.cumsum(opens.astype(np.int8) - closes.astype(np.int8), dtype=np.int64)
    return int(levels.max(initial=0))
