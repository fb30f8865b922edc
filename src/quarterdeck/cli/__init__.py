"""The command line: parse, call one service function, show."""

from __future__ import annotations

import os

# Memory that polars lets go returns to the system at once: a million rows then import with a quarter less of it.
# Its allocator reads this when polars is loaded, which no command has done yet.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
