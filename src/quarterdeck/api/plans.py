"""Plans: making them, watching the work, and reading every table of them as JSON, CSV or Arrow."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Literal

import polars as pl
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from quarterdeck.api.access import caller
from quarterdeck.api.schemas import Refusal, Text
from quarterdeck.api.tables import MOST, REFUSALS, plain
from quarterdeck.model import RESULTS, Plan
from quarterdeck.service import jobs, records
from quarterdeck.service.current import Current
from quarterdeck.service.rights import Right
from quarterdeck.store import PlanMissingError

StartJob = Callable[..., int]
Format = Literal["json", "csv", "arrow"]


class PlanOptions(Schema):
    """How a plan is made; what is left out is taken from the company's settings."""

    as_of: Text | None = Field(None, description="The plan's now, such as 2026-03-02; left out: this moment")
    horizon_weeks: int | None = Field(None, ge=1, le=520, description="How far ahead is planned [weeks]")
    effort: int | None = Field(None, ge=0, le=100_000, description="Work spent on searching [work units]")
    seconds: float | None = Field(None, ge=0, le=3_600, allow_inf_nan=False, description="Cap on searching [s]")
    mode: Literal["constrained", "unconstrained", "repair"] | None = Field(None, description="What kind of plan")


class JobState(Schema):
    """A piece of work in the background."""

    job: int
    kind: str
    state: str = Field(description="waiting, running, done, failed or stopped")
    stage: str
    share: float = Field(description="How far it is, 0 to 1")
    message: str
    result: dict[str, Any] = Field(description="When done: the code of the plan")


class PlanSummary(Schema):
    """A plan that is kept."""

    plan: str
    at: str
    as_of: str
    author: str
    note: str
    problems: int


class TableQuery(Schema):
    """Which part of a plan's table, in which form."""

    format: Format = Field("json", description="json gives a page; csv and arrow give the whole table")
    sort: Text = Field("", description="Columns, separated by commas; a minus before one lets it fall")
    page: int = Field(1, ge=1, le=1_000_000)
    size: int = Field(100, ge=1, le=MOST)


def plans_router(current: Current, start_job: StartJob) -> Router:
    """The routes of plans and jobs."""
    router = Router()
    _add_jobs(router, current, start_job)
    _add_plans(router, current)
    return router


def _add_jobs(router: Router, current: Current, start_job: StartJob) -> None:
    missing = {404: Refusal, **REFUSALS}

    @router.post("/jobs/plan", response={202: JobState, **REFUSALS}, summary="Make a plan", tags=["Plans"])
    def run_plan(request: HttpRequest, options: PlanOptions) -> Any:  # noqa: ANN401
        """Starts planning in the background; ask for the job until its state is done."""
        who = caller(request, Right.PLAN)
        number = start_job("plan", who.name, **options.dict(exclude_none=True))
        return 202, _state(jobs.job(current.workspace, number))

    @router.get("/jobs/{number}", response={200: JobState, **missing}, summary="How far a job is", tags=["Plans"])
    def job(request: HttpRequest, number: int) -> Any:  # noqa: ANN401
        """State, stage and share of a job."""
        caller(request, Right.VIEW)
        return _state(_job(current, number))

    @router.delete("/jobs/{number}", response={200: JobState, **missing}, summary="Stop a job", tags=["Plans"])
    def stop(request: HttpRequest, number: int) -> Any:  # noqa: ANN401
        """Asks a job to stop at its next step."""
        caller(request, Right.PLAN)
        _job(current, number)
        jobs.ask_to_stop(current.workspace, number)
        return _state(_job(current, number))


def _add_plans(router: Router, current: Current) -> None:
    missing = {404: Refusal, **REFUSALS}

    @router.get("/plans", response={200: list[PlanSummary], **REFUSALS}, summary="List plans", tags=["Plans"])
    def plans(request: HttpRequest) -> Any:  # noqa: ANN401
        """Newest first."""
        caller(request, Right.VIEW)
        return [
            {**{name: getattr(each, name) for name in ("plan", "author", "note", "problems")},
             "at": each.at.isoformat(), "as_of": each.as_of.isoformat()}
            for each in current.workspace.plans()
        ]  # fmt: skip

    @router.get("/plans/{plan}", response={200: dict[str, Any], **missing}, summary="One plan", tags=["Plans"])
    def plan(request: HttpRequest, plan: str) -> Any:  # noqa: ANN401
        """Figures and number of rows per table; ``newest`` names the newest plan."""
        caller(request, Right.VIEW)
        found = _plan(current, plan)
        rows = {name: frame.height for name, frame in found.frames.items()}
        return {"plan": plan, "rows": rows, "problems": len(found.problems), "figures": dict(found.figures)}

    @router.get(
        "/plans/{plan}/{table}", response={200: dict[str, Any], **missing}, summary="A table of a plan", tags=["Plans"]
    )
    def table(request: HttpRequest, plan: str, table: str, wanted: Query[TableQuery]) -> Any:  # noqa: ANN401
        """Rows of a result, such as ``orders``, ``operations``, ``actions`` or ``kpis``."""
        caller(request, Right.VIEW)
        if table not in RESULTS:
            raise HttpError(404, f"Expected a table among {', '.join(RESULTS)}, got {table!r}.")
        sort = tuple(filter(None, (part.strip() for part in wanted.sort.split(","))))
        try:
            frame = records.chosen(_plan(current, plan)[table], records.Query({}, {}, {}, {}, sort))
        except ValueError as error:
            raise HttpError(422, str(error)) from error
        if wanted.format != "json":
            return _file(frame, table, wanted.format)
        part = frame.slice((wanted.page - 1) * wanted.size, wanted.size)
        rows = [plain(row) for row in part.iter_rows(named=True)]
        return {"count": frame.height, "page": wanted.page, "rows": rows}


def _file(frame: pl.DataFrame, name: str, form: Format) -> HttpResponse:
    if form == "csv":
        content, kind = frame.write_csv().encode(), "text/csv; charset=utf-8"
    else:
        buffer = io.BytesIO()
        frame.write_ipc(buffer)
        content, kind = buffer.getvalue(), "application/vnd.apache.arrow.file"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _plan(current: Current, code: str) -> Plan:
    try:
        plan = current.edition("" if code == "newest" else code).plan
    except PlanMissingError as error:
        raise HttpError(404, str(error)) from error
    if plan is None:
        raise HttpError(404, "There is no plan yet.")
    return plan


def _job(current: Current, number: int) -> Any:  # noqa: ANN401
    found = jobs.job(current.workspace, number) if 0 < number < 2**62 else None
    if found is None:
        raise HttpError(404, f"There is no job {number}.")
    return found


def _state(found: Any) -> dict[str, Any]:  # noqa: ANN401
    names = ("kind", "state", "stage", "share", "message", "result")
    return {"job": found.pk, **{name: getattr(found, name) for name in names}}
