"""Work on many chunks at once, on threads: for compiled code that lets other threads run."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")
WORKERS = "QUARTERDECK_WORKERS"


def workers() -> int:
    """Threads to use: what the variable ``QUARTERDECK_WORKERS`` says, else as many as there are processors."""
    said = os.environ.get(WORKERS, "")
    return max(int(said), 1) if said.isdigit() else os.cpu_count() or 1


def map_chunks(function: Callable[[Chunk], Result], chunks: Sequence[Chunk]) -> list[Result]:
    """The results of ``function`` for every chunk, in the order of the chunks, whatever the number of threads.

    >>> map_chunks(lambda chunk: sum(chunk), [[1, 2], [3], []])
    [3, 3, 0]
    """
    count = min(workers(), len(chunks))
    if count < 2:
        return [function(chunk) for chunk in chunks]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(function, chunks))
