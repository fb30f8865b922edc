"""Long work in the background: asked for by a person, done by a worker, watched by a progress bar."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

WAITING, RUNNING, DONE, FAILED, STOPPED = "waiting", "running", "done", "failed", "stopped"
OPEN_STATES = (WAITING, RUNNING)
STOPPED_MESSAGE = "Stopped on request; nothing was changed."
TELL_SECONDS = 0.2
DEAD_SECONDS = 120

Work = Callable[["Workspace", Mapping[str, Any], Callable[[str, float], None], str], dict[str, Any]]


class StopAskedError(RuntimeError):
    """Somebody asked for the job to be stopped."""


def create_job(workspace: Workspace, kind: str, author: str, **options: Any) -> Any:  # noqa: ANN401
    """A job that waits for a worker; ``options`` must be plain data."""
    return _jobs(workspace).create(kind=kind, author=author, options=options)


def job(workspace: Workspace, number: int) -> Any | None:  # noqa: ANN401
    """The job with this number, if there is one."""
    return _jobs(workspace).filter(pk=number).first()


def jobs(workspace: Workspace, limit: int = 20, kind: str | None = None) -> list[Any]:
    """The newest jobs, or those of one kind, newest first."""
    found = _jobs(workspace).filter(kind=kind) if kind else _jobs(workspace)
    return list(found.order_by("-pk")[:limit])


def running_jobs(workspace: Workspace, kind: str | None = None) -> list[Any]:
    """Jobs that wait or run."""
    found = _jobs(workspace).filter(state__in=OPEN_STATES)
    return list((found.filter(kind=kind) if kind else found).order_by("pk"))


def ask_to_stop(workspace: Workspace, number: int) -> bool:
    """Asks a job to stop at its next step; one that still waits is stopped at once."""
    waiting = _jobs(workspace).filter(pk=number, state=WAITING)
    if waiting.update(state=STOPPED, stop_asked=True, ended=dt.datetime.now(dt.UTC), message=STOPPED_MESSAGE):
        return True
    return bool(_jobs(workspace).filter(pk=number, state=RUNNING).update(stop_asked=True))


def run_job(workspace: Workspace, number: int) -> None:
    """Does a waiting job; whatever happens is written to its record."""
    now = dt.datetime.now(dt.UTC)
    mine = _jobs(workspace).filter(pk=number, state=WAITING)
    if not mine.update(state=RUNNING, started=now, beat=now):
        return
    record = _jobs(workspace).get(pk=number)
    done: dict[str, Any] = {}
    try:
        work = KINDS[record.kind]
        done["result"] = work(workspace, record.options, _telling(workspace, number), record.author)
        done.update(state=DONE, share=1.0)
    except StopAskedError:
        done.update(state=STOPPED, message=STOPPED_MESSAGE)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person who waits must learn of it
        done.update(state=FAILED, message=f"{error}" or type(error).__name__)
    _jobs(workspace).filter(pk=number).update(ended=dt.datetime.now(dt.UTC), **done)


def give_up_dead_jobs(workspace: Workspace) -> int:
    """Marks running jobs whose worker no longer tells of itself as failed; how many there were."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=DEAD_SECONDS)
    dead = _jobs(workspace).filter(state=RUNNING, beat__lt=before)
    told = "The program ended before this was done. Nothing was changed; start it again."
    return int(dead.update(state=FAILED, message=told, ended=dt.datetime.now(dt.UTC)))


def _telling(workspace: Workspace, number: int) -> Callable[[str, float], None]:
    """Progress that is written at most five times a second, and stops the work when somebody asked for it."""
    told: dict[str, Any] = {"at": 0.0, "stage": ""}

    def tell(stage: str, share: float) -> None:
        now = time.monotonic()
        if stage == told["stage"] and now - told["at"] < TELL_SECONDS:
            return
        told.update(at=now, stage=stage)
        record = _jobs(workspace).filter(pk=number)
        record.update(stage=stage, share=share, beat=dt.datetime.now(dt.UTC))
        if record.values_list("stop_asked", flat=True).first():
            raise StopAskedError

    return tell


def _plan(
    workspace: Workspace, options: Mapping[str, Any], progress: Callable[[str, float], None], author: str
) -> dict[str, Any]:
    from quarterdeck.service.planning import plan_workspace  # noqa: PLC0415 - loads the numerical libraries

    code, plan, _ = plan_workspace(workspace, author=author, progress=progress, **options)
    return {"plan": code, "problems": len(plan.problems)}


def _demo(
    workspace: Workspace, _options: Mapping[str, Any], progress: Callable[[str, float], None], author: str
) -> dict[str, Any]:
    from quarterdeck.demo import demo_path  # noqa: PLC0415 - data that only the demo needs
    from quarterdeck.service.data import import_files  # noqa: PLC0415

    result = import_files(
        workspace, demo_path(), author=author, progress=lambda stage, share: progress(stage, share / 3)
    )
    made = _plan(workspace, {}, lambda stage, share: progress(stage, (1 + 2 * share) / 3), author)
    return {**made, "change_set": result.change_set}


def _import(
    workspace: Workspace, options: Mapping[str, Any], progress: Callable[[str, float], None], author: str
) -> dict[str, Any]:
    from quarterdeck.service.uploads import check_upload  # noqa: PLC0415 - loads parsers that few jobs need

    return check_upload(workspace, author=author, progress=progress, **options)


def _repairs(
    workspace: Workspace, options: Mapping[str, Any], progress: Callable[[str, float], None], author: str
) -> dict[str, Any]:
    from quarterdeck.service.finding import search_repairs  # noqa: PLC0415 - loads the numerical libraries

    return search_repairs(workspace, options, progress, author)


def _conflict(
    workspace: Workspace, options: Mapping[str, Any], progress: Callable[[str, float], None], author: str
) -> dict[str, Any]:
    from quarterdeck.service.finding import search_conflict  # noqa: PLC0415 - loads the numerical libraries

    return search_conflict(workspace, options, progress, author)


KINDS: dict[str, Work] = {
    "import": _import, "plan": _plan, "demo": _demo, "repairs": _repairs, "conflict": _conflict,
}  # fmt: skip


def _jobs(workspace: Workspace) -> Any:  # noqa: ANN401
    from quarterdeck.store.models import Job  # noqa: PLC0415 - needs Django set up

    return Job.objects.using(workspace.alias)
