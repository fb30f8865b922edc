"""Best known values of published instances: the tables ``bks*.csv`` beside them or in a folder above."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

NAMES = ("instance", "file", "name")
VALUES = ("ub", "bks", "best_known", "best", "upper_bound", "optimum", "makespan")
LEVELS = 5  # folders above a file in which a table is looked for
PROGEN = re.compile(r"^(j30|j60|j90|j120)(\d+)_(\d+)$")  # PSPLIB's j12011_3 is j120_11_3 elsewhere


@dataclass
class BestKnown:
    """Best values by instance and, where the same names are used twice, by the kind of problem."""

    values: dict[str, dict[str, float]] = field(default_factory=dict)

    def read(self, text: str) -> None:
        """Add the rows of a table; columns may stand in any order, rows without a number are left out."""
        for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff"))):
            cells = {(key or "").strip().lower(): value for key, value in row.items() if isinstance(value, str)}
            name = next((cells[key].strip() for key in NAMES if cells.get(key)), "")
            value = _number(next((cells[key] for key in VALUES if cells.get(key)), ""))
            if name and value is not None:
                kinds = self.values.setdefault(PurePosixPath(name).as_posix(), {})
                kinds[(cells.get("problem") or "").strip()] = value

    def of(self, path: str, folder: str) -> float | None:
        """The value of the instance with this path; ``folder`` tells kinds of problem with the same names apart."""
        found = self._kinds(PurePosixPath(path))
        inside = folder.lower()
        named = [value for kind, value in found.items() if kind and kind.split(" ")[0].lower() in inside]
        if named:
            return named[0]
        return next(iter(found.values())) if len(set(found.values())) == 1 else None

    def _kinds(self, path: PurePosixPath) -> dict[str, float]:
        """The row of an instance: by its path, its name with or without an ending, or as the end of a longer path."""
        short = path.name.split(".", maxsplit=1)[0]
        other = PROGEN.sub(r"\1_\2_\3", short.lower())
        names = (path.as_posix(), path.name, path.stem, short, f"{short}.txt", other, f"{other}.rcp", f"{other}.sm")
        for name in names:
            if name in self.values:
                return self.values[name]
        ends = [key for key in self.values if PurePosixPath(key).name in names or path.as_posix().endswith(f"/{key}")]
        return self.values[ends[0]] if len(ends) == 1 else {}


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def best_known_above(file: Path) -> tuple[BestKnown, Path | None]:
    """The tables of the nearest folder that has any, and the folder where its instances begin."""
    for folder in list(file.absolute().parents)[:LEVELS]:
        known = BestKnown()
        for table in sorted(folder.glob("bks*.csv")):
            known.read(table.read_text(encoding="utf-8-sig", errors="replace"))
        if known.values:
            inside = folder / "instances"
            return known, inside if inside in file.absolute().parents else folder
    return BestKnown(), None
