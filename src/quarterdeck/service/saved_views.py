"""Views of a grid that somebody wants to come back to: columns, filters and order under a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

LONGEST_NAME = 80
MOST_VIEWS = 50


def saved_views(workspace: Workspace, page: str, author: str) -> list[dict[str, Any]]:
    """The person's views of a page, by name."""
    mine = _views(workspace).filter(author=author, page=page).order_by("name")
    return [{"name": each.name, "state": each.state} for each in mine]


def save_view(workspace: Workspace, page: str, author: str, name: str, state: Mapping[str, Any]) -> None:
    """Keeps a view; one of the same name is replaced.

    Raises
    ------
    ValueError
        If the name is empty or too long, or there are too many views.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"Expected a name of 1 to {LONGEST_NAME} characters, got {len(name)}.")
    mine = _views(workspace).filter(author=author, page=page)
    if mine.count() >= MOST_VIEWS and not mine.filter(name=name).exists():
        raise ValueError(f"Expected at most {MOST_VIEWS} views of one page. Delete one first.")
    _views(workspace).update_or_create(author=author, page=page, name=name, defaults={"state": dict(state)})


def delete_view(workspace: Workspace, page: str, author: str, name: str) -> bool:
    """Takes a view away; whether there was one."""
    return bool(_views(workspace).filter(author=author, page=page, name=name).delete()[0])


def _views(workspace: Workspace) -> Any:  # noqa: ANN401
    from quarterdeck.store.models import SavedView  # noqa: PLC0415 - needs Django set up

    return SavedView.objects.using(workspace.alias)
