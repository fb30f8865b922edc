"""What people did about a plan's actions: read from the change log, so that undoing there undoes it here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quarterdeck.model import Plan

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

SOURCE = "action"


@dataclass(frozen=True, slots=True)
class Decision:
    """A change set that carried out one or several actions; ``together`` is how many."""

    number: int
    author: str
    note: str
    together: int


def told(action: str, order: str, line: str) -> str:
    """How the change log names an action that was carried out; it is found there by these words."""
    return f"{action.capitalize()} {order}" + (f" line {line}" if line else "")


def decided(workspace: Workspace, plan: Plan | None, code: str) -> Mapping[str, Decision]:
    """The decisions since a plan was made that still stand, by the words of the action."""
    if plan is None:
        return {}
    made = next((record.at for record in workspace.plans() if record.plan == code), None)
    return {} if made is None else workspace.remembered(("decided", made), lambda: _since(workspace, made))


def reason_of(lines: list[str], note: str) -> str:
    """The reason that the change log keeps: one line for each action, then the person's own."""
    return "\n".join([*lines, *([f"Because: {note.strip()}"] if note.strip() else [])])


def _since(workspace: Workspace, moment: dt.datetime) -> dict[str, Decision]:
    from quarterdeck.store.models import ChangeSetRecord  # noqa: PLC0415 - needs Django set up

    records = list(ChangeSetRecord.objects.using(workspace.alias).filter(source=SOURCE, at__gte=moment).order_by("-pk"))
    gone: set[int] = set()
    found: dict[str, Decision] = {}
    for record in records:
        if record.undoes is not None:
            if record.pk not in gone:
                gone.add(record.undoes)
        elif record.pk not in gone:
            lines = record.reason.split("\n")
            note = next((line.removeprefix("Because: ") for line in lines if line.startswith("Because: ")), "")
            deeds = [line for line in lines if not line.startswith("Because: ")]
            for line in deeds:
                words = line.partition(": ")[0]
                found.setdefault(words, Decision(record.pk, record.author, note, len(deeds)))
    return found
