"""The workspace: a company's tables in a database, every change with its author and its way back, plans as folders.

``Workspace`` is the door: ``create``, ``open``, ``load``, ``commit``, ``undo``, ``history``, ``save_plan``,
``load_plan``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quarterdeck.store.difference import Changes, TableChange
    from quarterdeck.store.errors import ChangedMeanwhileError, NoWorkspaceError, PlanMissingError
    from quarterdeck.store.records import CellChange, ChangeSet, PlanRecord, UndoRefusedError
    from quarterdeck.store.workspace import Workspace

_HOMES = {
    "CellChange": "records",
    "ChangedMeanwhileError": "errors",
    "ChangeSet": "records",
    "UndoRefusedError": "records",
    "Changes": "difference",
    "TableChange": "difference",
    "NoWorkspaceError": "errors",
    "PlanMissingError": "errors",
    "PlanRecord": "records",
    "Workspace": "workspace",
}
__all__ = [
    "CellChange",
    "ChangeSet",
    "ChangedMeanwhileError",
    "Changes",
    "NoWorkspaceError",
    "PlanMissingError",
    "PlanRecord",
    "TableChange",
    "UndoRefusedError",
    "Workspace",
]


def __getattr__(name: str) -> object:
    """Public names load on first use, so that Django waits until a workspace is opened."""
    from importlib import import_module  # noqa: PLC0415

    if name not in _HOMES:
        raise AttributeError(f"Expected one of {', '.join(__all__)}, got {name!r}.")
    return getattr(import_module(f"quarterdeck.store.{_HOMES[name]}"), name)
