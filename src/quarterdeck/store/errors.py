"""What can go wrong with a workspace itself, as opposed to the data in it."""

from __future__ import annotations


class WorkspaceError(RuntimeError):
    """A workspace that cannot be used; the message says why and what to do."""


class NoWorkspaceError(WorkspaceError):
    """There is no workspace in the folder."""


class PlanMissingError(WorkspaceError):
    """The workspace has no such plan."""


class ChangedMeanwhileError(WorkspaceError):
    """Somebody else changed the company while a change was worked out."""
