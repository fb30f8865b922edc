"""Files in, changes back, enquiries, explanations and repairs."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from ninja import File, Query, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import Field

from quarterdeck.api.access import caller
from quarterdeck.api.plain import plain_value
from quarterdeck.api.schemas import Refusal, Text
from quarterdeck.api.tables import REFUSALS
from quarterdeck.model import Plan
from quarterdeck.service.current import Current, Edition
from quarterdeck.service.data import import_files, undo_last
from quarterdeck.service.explaining import OrderMissingError, explain
from quarterdeck.service.levelling import Change
from quarterdeck.service.promising import EnquiryError, accept, promise
from quarterdeck.service.repairing import RepairError, apply_repair, repairs_of
from quarterdeck.service.rights import Right
from quarterdeck.service.views.volumes import volumes

UPLOAD_BYTES = 200 * 2**20


class ImportQuery(Schema):
    """How a file is taken in."""

    dry_run: bool = Field(default=False, description="Say what would change, write nothing")
    take_good_rows: bool = Field(default=False, description="Write the good rows while faulty ones wait")
    mapping: Text | None = Field(None, description="Built-in mapping of another system's export")


class Enquiry(Schema):
    """What a customer asks for."""

    item: Text
    quantity: float = Field(gt=0, le=1e9, allow_inf_nan=False)
    date: dt.date | None = Field(None, description="When the customer wants it; left out: as soon as possible")
    customer: Text = ""
    site: Text | None = Field(None, description="Site that delivers; left out: the usual one")
    reserved_for: Text | None = Field(
        None, description="Name under which stock and orders of items made to order are kept for it"
    )


class LevelQuery(Schema):
    """What if more or less were wanted, there or in the bank."""

    demand: float = Field(0.0, ge=-1, le=1e6, description="How much more is wanted, as a share: 0.1 is a tenth")
    family: Text = Field("", description="Of which family; left out: of all")
    hours: float = Field(0.0, ge=-1, le=1e6, description="How many more hours there are, as a share")
    work_centre: Text = Field("", description="On which work centre; left out: on all")
    money: float = Field(0.0, ge=-1e12, le=1e12, description="How much more is in the bank at the start")


class OrderQuery(Schema):
    """An order, and which line of it."""

    order: Text
    line: Text | None = None


class Decision(Schema):
    """Which repair to make."""

    number: int = Field(ge=1, le=1_000)


def decisions_router(current: Current) -> Router:
    """The routes."""
    router = Router()
    _add_files(router, current)
    _add_enquiries(router, current)
    _add_orders(router, current)
    _add_levels(router, current)
    return router


def _add_files(router: Router, current: Current) -> None:
    @router.post("/import", response={200: dict[str, Any], **REFUSALS}, summary="Import a file", tags=["Files"])
    def import_file(request: HttpRequest, options: Query[ImportQuery], file: File[UploadedFile]) -> Any:  # noqa: ANN401
        """A workbook, CSV, zip of CSV, Parquet or JSON; with the counts of new, changed, unchanged, rejected rows."""
        who = caller(request, Right.EDIT_DATA)
        if (file.size or 0) > UPLOAD_BYTES:
            raise HttpError(422, f"Expected a file of at most {UPLOAD_BYTES // 2**20} MB.")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / (Path(file.name or "").name.replace("\x00", "") or "upload.csv")
            try:
                with path.open("wb") as target:
                    target.writelines(file.chunks())
                done = import_files(current.workspace, path, author=who.name, **options.dict())
            except (OSError, ValueError) as error:
                raise HttpError(422, str(error)) from error
        found = plain_value(done)
        return {name: found[name] for name in ("ok", "written", "counts", "problems", "change_set")}

    @router.post(
        "/undo", response={200: dict[str, Any], **REFUSALS}, summary="Take the newest change back", tags=["Files"]
    )
    def undo(request: HttpRequest) -> Any:  # noqa: ANN401
        """What was taken back, or why nothing could be."""
        who = caller(request, Right.EDIT_DATA)
        text, problems = undo_last(current.workspace, author=who.name)
        return {"undone": text, "problems": plain_value(problems)}


def _add_enquiries(router: Router, current: Current) -> None:
    missing = {404: Refusal, **REFUSALS}

    @router.post("/promise", response={200: dict[str, Any], **missing}, summary="Answer an enquiry", tags=["Orders"])
    def enquire(request: HttpRequest, enquiry: Enquiry) -> Any:  # noqa: ANN401
        """The earliest date, the cheapest way, and what it would delay."""
        caller(request, Right.VIEW)
        _planned(current)
        try:
            return plain_value(promise(current.workspace, **enquiry.dict()))
        except EnquiryError as error:
            raise HttpError(422, str(error)) from error

    @router.post(
        "/promise/accept", response={200: dict[str, Any], **missing}, summary="Accept an enquiry", tags=["Orders"]
    )
    def accept_enquiry(request: HttpRequest, enquiry: Enquiry) -> Any:  # noqa: ANN401
        """Makes it a sales order with its promise."""
        who = caller(request, Right.DECIDE_SALES)
        _planned(current)
        try:
            found = promise(current.workspace, **enquiry.dict())
            return {"order": accept(current.workspace, found, author=who.name)}
        except EnquiryError as error:
            raise HttpError(422, str(error)) from error


def _add_levels(router: Router, current: Current) -> None:
    missing = {404: Refusal, **REFUSALS}

    @router.get(
        "/levels", response={200: dict[str, Any], **missing}, summary="Level volumes over the horizon", tags=["Plans"]
    )
    def levels(request: HttpRequest, asked: Query[LevelQuery]) -> Any:  # noqa: ANN401
        """What to make when within hours and money, what an hour is worth, and what a change would do."""
        caller(request, Right.VIEW)
        edition, _ = _planned(current)
        try:
            found = current.view(volumes, edition, Change(**asked.dict()))
        except ValueError as error:
            raise HttpError(422, str(error)) from error
        return plain_value(found) if found is not None else {}


def _add_orders(router: Router, current: Current) -> None:
    missing = {404: Refusal, **REFUSALS}

    @router.get("/why", response={200: list[dict[str, Any]], **missing}, summary="Explain an order", tags=["Orders"])
    def why(request: HttpRequest, wanted: Query[OrderQuery]) -> Any:  # noqa: ANN401
        """Causes in words with their seconds, what the order hangs on, and whom it serves."""
        caller(request, Right.VIEW)
        edition, plan = _planned(current)
        try:
            return plain_value(explain(edition.company, plan, wanted.order, wanted.line))
        except OrderMissingError as error:
            raise HttpError(404, str(error)) from error

    @router.get("/repairs", response={200: dict[str, Any], **missing}, summary="What would mend it", tags=["Orders"])
    def repairs(request: HttpRequest, wanted: Query[OrderQuery]) -> Any:  # noqa: ANN401
        """Repairs of a late order, each tried by planning again, the best first."""
        caller(request, Right.VIEW)
        _planned(current)
        return plain_value(_repairs(current, wanted))

    @router.post("/repairs", response={200: dict[str, Any], **missing}, summary="Make a repair", tags=["Orders"])
    def repair(request: HttpRequest, wanted: Query[OrderQuery], decision: Decision) -> Any:  # noqa: ANN401
        """Writes a repair into the company's tables, as one change that can be taken back."""
        who = caller(request, Right.DECIDE_PRODUCTION)
        _planned(current)
        try:
            return {
                "done": apply_repair(current.workspace, _repairs(current, wanted), decision.number, author=who.name)
            }
        except RepairError as error:
            raise HttpError(422, str(error)) from error


def _repairs(current: Current, wanted: OrderQuery) -> Any:  # noqa: ANN401
    try:
        return repairs_of(current.workspace, wanted.order, wanted.line)
    except (RepairError, LookupError) as error:
        raise HttpError(404, str(error.args[0] if error.args else error)) from error


def _planned(current: Current) -> tuple[Edition, Plan]:
    """The company and its newest plan; refuses where none was made yet."""
    edition = current.edition()
    if edition.plan is None:
        raise HttpError(404, "There is no plan yet.")
    return edition, edition.plan
