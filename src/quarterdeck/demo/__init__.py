"""The demo company: a bicycle maker in CSV files, invented but plausible in every figure.

Most tables are kept by hand; ``tools/make_demo.py`` draws demand, order book, stock and purchases to fit them.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def demo_path() -> Path:
    """The folder with one CSV per table."""
    return Path(str(files(__name__) / "data"))
