"""Files in and out: workbooks, CSV, Parquet and JSON in; the same workbook form, CSV folders and templates out.

``read(path)`` gives an :class:`Intake`: the tables in declared form, what was recognised and what is wrong.
``write_workbook`` and ``write_template`` write the form that ``read`` understands; ``write_faults`` marks what is
wrong in the user's own workbook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quarterdeck.files.faults import write_faults
    from quarterdeck.files.intake import Intake, read
    from quarterdeck.files.readers import read_sheets
    from quarterdeck.files.recognise import Corrections, Recognition
    from quarterdeck.files.template import write_template
    from quarterdeck.files.workbook import write_workbook

_HOMES = {
    "Corrections": "recognise",
    "Intake": "intake",
    "Recognition": "recognise",
    "read": "intake",
    "read_sheets": "readers",
    "write_faults": "faults",
    "write_template": "template",
    "write_workbook": "workbook",
}

__all__ = [
    "Corrections",
    "Intake",
    "Recognition",
    "read",
    "read_sheets",
    "write_faults",
    "write_template",
    "write_workbook",
]


def __getattr__(name: str) -> object:
    """Public names load on first use, so that importing the package stays light."""
    from importlib import import_module  # noqa: PLC0415

    if name not in _HOMES:
        raise AttributeError(f"Expected one of {', '.join(__all__)}, got {name!r}.")
    return getattr(import_module(f"quarterdeck.files.{_HOMES[name]}"), name)
