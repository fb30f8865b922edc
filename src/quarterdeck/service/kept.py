"""Results that are kept as long as what they were made from is the same.

What a function reads of a company is watched: whole tables, and parts (see :mod:`quarterdeck.service.parts`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import polars as pl

from quarterdeck.model import Company

T = TypeVar("T")
Frames = Mapping[str, pl.DataFrame]
KEPT_PARTS = 2_000


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that was used: how it is made, and what it was."""

    function: Callable[..., Any]
    more: tuple[Hashable, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class _Made:
    """A result with the tables and parts that it came from."""

    watched: Watched
    value: Any


class Kept:
    """A shelf of results; each is made by one thread at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, _Made] = OrderedDict()
        self._parts: OrderedDict[Hashable, _Made] = OrderedDict()
        self._makers: dict[Hashable, threading.RLock] = {}

    def get(self, key: Hashable, make: Callable[[Company], T], frames: Frames) -> T:
        """What is kept under ``key`` if it holds for ``frames``, else what ``make`` gives now."""
        found = self._found(self._made, key, frames)
        if found is None:
            with self._maker(key):
                found = self._found(self._made, key, frames)  # another thread may have made it meanwhile
                if found is None:
                    watched = Watched(frames, self)
                    found = _Made(watched, make(Company(watched)))
                    self._put(self._made, key, found, self._most)
        value: T = found.value
        return value

    def part(self, function: Callable[..., Any], more: tuple[Hashable, ...], frames: Frames) -> Any:  # noqa: ANN401
        """A part of the company in ``frames``; as long as it is equal, it is the same object."""
        key = (f"{function.__module__}.{function.__qualname__}", *more)
        found = self._found(self._parts, key, frames)
        if found is None:
            with self._maker(key):
                found = self._found(self._parts, key, frames)
                if found is None:
                    watched = Watched(frames, self)
                    value, before = function(Company(watched), *more), self._parts.get(key)
                    same = before is not None and before.value == value
                    found = _Made(watched, before.value if before is not None and same else value)
                    self._put(self._parts, key, found, KEPT_PARTS)
        return found.value

    def _found(self, shelf: OrderedDict[Hashable, _Made], key: Hashable, frames: Frames) -> _Made | None:
        made = shelf.get(key)
        if made is None or not made.watched.holds(frames):
            return None
        with self._lock:
            if key in shelf:
                shelf.move_to_end(key)
        return made

    def _maker(self, key: Hashable) -> threading.RLock:
        with self._lock:
            return self._makers.setdefault(key, threading.RLock())

    def _put(self, shelf: OrderedDict[Hashable, _Made], key: Hashable, made: _Made, most: int) -> None:
        with self._lock:
            shelf[key] = made
            shelf.move_to_end(key)
            while len(shelf) > most:
                gone, _ = shelf.popitem(last=False)
                self._makers.pop(gone, None)


class Watched(Mapping[str, pl.DataFrame]):
    """A company's frames that remember which of them were read."""

    def __init__(self, frames: Frames, kept: Kept) -> None:
        self.frames = frames
        self.kept = kept
        self.read: dict[str, pl.DataFrame] = {}
        self.parts: dict[Hashable, _Part] = {}
        self.columns: dict[tuple[str, str], pl.Series] = {}

    def column(self, table: str, name: str) -> pl.Series:
        """One column; what reads it depends on its values alone."""
        found = self.columns[table, name] = self.frames[table][name]
        return found

    def part(self, function: Callable[..., Any], *more: Hashable) -> Any:  # noqa: ANN401
        """A part of the company; what reads it depends on its value, not on the tables behind it."""
        value = self.kept.part(function, more, self.frames)
        self.parts[(function, more)] = _Part(function, more, value)
        return value

    def holds(self, frames: Frames) -> bool:
        """Whether what was read is the same in ``frames``."""
        # Copies, because a result may go on reading while another thread asks.
        return (
            all(frames[name] is frame for name, frame in list(self.read.items()))
            and all(
                frames[table] is self.frames[table] or frames[table][name].equals(column)
                for (table, name), column in list(self.columns.items())
            )
            and all(
                self.kept.part(each.function, each.more, frames) is each.value for each in list(self.parts.values())
            )
        )

    def __getitem__(self, name: str) -> pl.DataFrame:
        self.read[name] = self.frames[name]
        return self.frames[name]

    def __iter__(self) -> Iterator[str]:
        self.read.update(self.frames)
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    def __contains__(self, name: object) -> bool:
        return name in self.frames
