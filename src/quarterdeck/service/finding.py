"""Searches that take seconds, done in the background: repairs of a late order, and what makes it late.

What is found is kept with its job, for the plan and the data it was found for: whoever asks next sees it at once, and
people who ask for the same thing wait for the same search.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model.settings import Progress
from quarterdeck.service import jobs
from quarterdeck.service.current import Edition
from quarterdeck.service.repairing import Harmed, Repair, RepairError, RepairList, repairs

if TYPE_CHECKING:
    from quarterdeck.planning.repairs.trial import Trial
    from quarterdeck.store import Workspace

REPAIRS = "repairs"
CONFLICT = "conflict"
OLD = "The company has changed since these were found. Ask again for what holds now."


def search(
    workspace: Workspace, kind: str, edition: Edition, order: str, line: str, *, start: Callable[..., int], author: str
) -> Any:  # noqa: ANN401 - a job
    """The job that searches for this edition: one that is done or under way, else a new one.

    Parameters
    ----------
    start
        Hands a job of a kind to the worker: ``start(kind, author, **options)`` gives its number.
    """
    options = {"order": order, "line": line, "plan": edition.code, "data": edition.data}
    jobs.give_up_dead_jobs(workspace)
    for each in jobs.jobs(workspace, kind=kind):
        if each.options == options and each.state in {*jobs.OPEN_STATES, jobs.DONE}:
            return each
    return jobs.job(workspace, start(kind, author, **options))


def is_old(edition: Edition, job: Any) -> bool:  # noqa: ANN401
    """Whether plan or data have changed since a search was asked for."""
    return (job.options.get("plan"), job.options.get("data")) != (edition.code, edition.data)


def search_repairs(
    workspace: Workspace, options: Mapping[str, Any], progress: Progress, _author: str
) -> dict[str, Any]:
    """The repairs of an order as plain data, with the rows that each would write."""
    company, plan = workspace.load(), workspace.load_plan(options["plan"])
    found = repairs(company, plan, options["order"], options["line"] or None, progress)
    return {**asdict(found_without_trials(found)), "trials": [_edits_as_text(trial) for trial in found.trials]}


def search_conflict(
    workspace: Workspace, options: Mapping[str, Any], progress: Progress, _author: str
) -> dict[str, Any]:
    """What cannot all hold beside an order, as plain data."""
    from quarterdeck.service.conflicts import conflict  # noqa: PLC0415 - loads the numerical libraries

    progress("looking for what cannot all hold", 0.1)
    company, plan = workspace.load(), workspace.load_plan(options["plan"])
    return asdict(conflict(company, plan, options["order"], options["line"] or None))


def found_repairs(job: Any) -> RepairList:  # noqa: ANN401
    """The repairs that a job has found, ready to be shown and applied.

    Raises
    ------
    RepairError
        If it was no search for repairs, or it is not done.
    """
    if job is None or job.kind != REPAIRS or job.state != jobs.DONE:
        raise RepairError("Expected repairs that were found, got none. Ask for them again.")
    kept = dict(job.result)
    told = tuple(
        Repair(**{**each, "harmed": tuple(Harmed(**harm) for harm in each["harmed"])}) for each in kept["repairs"]
    )
    return RepairList(**{**kept, "repairs": told, "trials": tuple(_trial(each) for each in kept["trials"])})


def refuse_old(workspace: Workspace, job: Any, found: RepairList, number: int) -> None:  # noqa: ANN401
    """Refuses repair ``number`` if it was found for another plan, or a table that it writes to has changed since.

    Raises
    ------
    RepairError
        If so.
    """
    from quarterdeck.store.models import ChangedTable  # noqa: PLC0415 - needs Django set up

    newest = next((record.plan for record in workspace.plans()), "")
    tables = found.trials[number - 1].candidate.edits if 1 <= number <= len(found.trials) else {}
    later = ChangedTable.objects.using(workspace.alias).filter(change_set_id__gt=job.options["data"])
    if job.options["plan"] != newest or later.filter(table__in=list(tables)).exists():
        raise RepairError(OLD)


def found_without_trials(found: RepairList) -> RepairList:
    """What is told of repairs, without what they were worked out from."""
    return RepairList(**{**{name: getattr(found, name) for name in RepairList.__slots__}, "trials": ()})


def _edits_as_text(trial: Trial) -> dict[str, dict[str, str]]:
    """The rows that a repair writes and takes away, by table."""
    return {
        table: {name: _packed(frame) for name in ("upserts", "deletes") if (frame := getattr(edit, name)) is not None}
        for table, edit in trial.candidate.edits.items()
    }


def _trial(kept: Mapping[str, Mapping[str, str]]) -> Trial:
    from quarterdeck.planning.repairs.edits import Candidate, Edit  # noqa: PLC0415 - loads the numerical libraries
    from quarterdeck.planning.repairs.trial import Trial  # noqa: PLC0415

    edits = {table: Edit(**{name: _unpacked(text) for name, text in each.items()}) for table, each in kept.items()}
    return Trial(Candidate("", "", "", {}, Decimal(0), edits), 0, 0, 0.0, 0.0, None)


def _packed(frame: pl.DataFrame) -> str:
    buffer = io.BytesIO()
    frame.write_ipc(buffer)
    return base64.b64encode(buffer.getvalue()).decode()


def _unpacked(text: str) -> pl.DataFrame:
    return pl.read_ipc(io.BytesIO(base64.b64decode(text)))
