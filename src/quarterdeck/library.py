"""The library: a company in, a plan out, no server and no database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from quarterdeck.model import Company, Plan


class UnreadableFileError(ValueError):
    """A file that holds nothing a company can be made of; the message lists why."""


def read(path: str | Path, *, mapping: str | None = None, as_of: dt.date | None = None) -> Company:
    """The company in a workbook, a folder or zip of CSV, a Parquet or a JSON file.

    Parameters
    ----------
    path
        File or folder.
    mapping
        Name or TOML file of a mapping, for another system's export.
    as_of
        With a mapping: nothing that happened later is seen.

    Raises
    ------
    UnreadableFileError
        If nothing could be read; single faulty rows are left out instead, see :func:`quarterdeck.check`.
    """
    from quarterdeck.service.data import read_company  # noqa: PLC0415 - keeps `import quarterdeck` light

    company, problems = read_company(Path(path), mapping=mapping, as_of=as_of)
    if all(frame.is_empty() for frame in company.frames.values()):
        reasons = "\n".join(f"{problem.where}: {problem.message}" for problem in problems[:20])
        raise UnreadableFileError(f"Expected a company in {path}, got nothing usable.\n{reasons}")
    return company


def check(company: Company) -> tuple[Any, ...]:
    """Everything that is wrong with a company, as :class:`quarterdeck.model.Problem` records."""
    from quarterdeck.model.checks import check as check_company  # noqa: PLC0415

    return check_company(company)


def plan(company: Company, **options: Any) -> Plan:  # noqa: ANN401 - the fields of Settings
    """A plan for ``company``.

    Parameters
    ----------
    options
        Fields of :class:`quarterdeck.model.Settings`. ``as_of`` may be a date, a wall-clock time at the company's
        home site or an aware time; without it the company's setting ``as_of`` counts, else now.
    """
    from quarterdeck.service.planning import make_plan, settings_for  # noqa: PLC0415

    return make_plan(company, settings_for(company, **options))


def write(result: Company | Plan, path: str | Path) -> Path:
    """Writes a company or a plan as a workbook (``.xlsx``), or as a folder of CSV files (any other name)."""
    from quarterdeck.files import write_workbook  # noqa: PLC0415

    write_workbook(result, Path(path))
    return Path(path)
