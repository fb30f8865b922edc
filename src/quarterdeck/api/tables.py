"""Every table of the company: list, read, make, change, delete."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Header, Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from quarterdeck.api import schemas
from quarterdeck.api.access import caller
from quarterdeck.model import TABLES
from quarterdeck.model.table import Table
from quarterdeck.service import records
from quarterdeck.service.current import Current
from quarterdeck.service.rights import Right

MOST = 1_000
REFUSALS = {403: schemas.Refusal, 401: schemas.Refusal, 422: schemas.Refusal, 400: schemas.Refusal}


class Paging(Schema):
    """Which part of a list, in which order."""

    sort: schemas.Text = Field("", description="Columns, separated by commas; a minus before one lets it fall")
    page: int = Field(1, ge=1, le=1_000_000, description="Number of the page, from 1")
    size: int = Field(100, ge=1, le=MOST, description="Rows a page")


def tables_router(current: Current) -> Router:
    """The routes of all tables."""
    router = Router()
    for table in TABLES.values():
        _add_lists(router, current, table)
        _add_records(router, current, table)
    return router


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose money is text, exactly."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def query_of(table: Table, filters: Mapping[str, Any], sort: str) -> records.Query:
    """A query from the parameters of a call."""
    parts: dict[str, dict[str, Any]] = {"equal": {}, "least": {}, "most": {}, "words": {}}
    suffixes = {"__from": "least", "__to": "most", "__has": "words"}
    names = {column.name for column in table.columns}
    for name, value in filters.items():
        if value is None:
            continue
        suffix = next((each for each in suffixes if name.endswith(each) and name not in names), "")
        parts[suffixes.get(suffix, "equal")][name.removesuffix(suffix)] = value
    return records.Query(**parts, sort=tuple(filter(None, (part.strip() for part in sort.split(",")))))


def _add_lists(router: Router, current: Current, table: Table) -> None:
    row_schema, entry = schemas.answer_schema(table), schemas.entry_schema(table)
    filters, page_schema = schemas.filter_schema(table), schemas.page_schema(table, row_schema)

    def rows(request: HttpRequest, paging: Query[Paging], narrowed: Query[filters]) -> Any:  # noqa: ANN401
        caller(request, Right.VIEW)
        frame = current.edition_of_data().company[table.name]
        try:
            found = records.chosen(frame, query_of(table, narrowed.dict(), paging.sort))
        except ValueError as error:
            raise HttpError(422, str(error)) from error
        part = found.slice((paging.page - 1) * paging.size, paging.size)
        listed = [plain(row) for row in part.iter_rows(named=True)]
        return {"count": found.height, "page": paging.page, "rows": listed}

    def create(request: HttpRequest, response: HttpResponse, row: Body[entry]) -> Any:  # noqa: ANN401
        who = caller(request, Right.EDIT_DATA)
        given = {name: value for name, value in row.dict().items() if value is not None}
        try:
            made = records.create_record(current, table.name, given, author=who.name)
        except records.RecordExistsError as error:
            return 409, {"message": str(error), "current": _told(error.current), "yours": _told(given)}
        response["ETag"] = f'"{records.entity_tag(made)}"'
        return 201, plain(made)

    named = {"tags": [table.title], "by_alias": True}
    router.get(
        f"/{table.name}", response={200: page_schema, **REFUSALS}, summary=f"List {table.title.lower()}",
        operation_id=f"list_{table.name}", description=table.description, **named,
    )(rows)  # fmt: skip
    router.post(
        f"/{table.name}", response={201: row_schema, 409: schemas.Conflict, **REFUSALS},
        summary=f"Add a row to {table.title.lower()}", operation_id=f"create_{table.name}", **named,
    )(create)  # fmt: skip


def _add_records(router: Router, current: Current, table: Table) -> None:
    row_schema, change, key = schemas.answer_schema(table), schemas.change_schema(table), schemas.key_schema(table)
    tagged = Header(..., alias="If-Match", description="The ETag under which you read the row", max_length=200)

    def read(request: HttpRequest, response: HttpResponse, wanted: Query[key]) -> Any:  # noqa: ANN401
        caller(request, Right.VIEW)
        found = _found(current, table, wanted.dict())
        response["ETag"] = f'"{records.entity_tag(found)}"'
        return plain(found)

    def write(
        request: HttpRequest,
        response: HttpResponse,
        wanted: Query[key],
        row: Body[change],
        if_match: str = tagged,
    ) -> Any:  # noqa: ANN401
        who = caller(request, Right.EDIT_DATA)
        given = {**row.dict(exclude_unset=True), **wanted.dict()}
        _refuse_nulls(table, given)
        try:
            made = records.change_record(current, table.name, given, tag=if_match.strip('" '), author=who.name)
        except records.RecordMissingError as error:
            raise HttpError(404, str(error)) from error
        except records.RecordChangedError as error:
            return 409, {"message": str(error), "current": _told(error.current), "yours": _told(error.wanted)}
        response["ETag"] = f'"{records.entity_tag(made)}"'
        return 200, plain(made)

    def delete(request: HttpRequest, wanted: Query[key], if_match: str = tagged) -> Any:  # noqa: ANN401
        who = caller(request, Right.EDIT_DATA)
        given = wanted.dict()
        try:
            records.delete_record(current, table.name, given, tag=if_match.strip('" '), author=who.name)
        except records.RecordMissingError as error:
            raise HttpError(404, str(error)) from error
        except records.RecordChangedError as error:
            return 409, {"message": str(error), "current": _told(error.current), "yours": None}
        return 204, None

    named = {"tags": [table.title]}
    place, title, gone = f"/{table.name}/record", table.title.lower(), {404: schemas.Refusal, **REFUSALS}
    router.get(
        place, response={200: row_schema, **gone}, summary=f"One row of {title}",
        operation_id=f"read_{table.name}", **named,
    )(read)  # fmt: skip
    router.put(
        place, response={200: row_schema, 409: schemas.Conflict, **gone}, summary=f"Change a row of {title}",
        operation_id=f"change_{table.name}", **named,
    )(write)  # fmt: skip
    router.delete(
        place, response={204: None, 409: schemas.Conflict, **gone}, summary=f"Delete a row of {title}",
        operation_id=f"delete_{table.name}", **named,
    )(delete)  # fmt: skip


def _found(current: Current, table: Table, key: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return records.record(current.edition_of_data().company[table.name], table, key)
    except records.RecordMissingError as error:
        raise HttpError(404, str(error)) from error


def _refuse_nulls(table: Table, given: Mapping[str, Any]) -> None:
    empty = [name for name, value in given.items() if value is None and not table.column(name).nullable]
    if empty:
        raise HttpError(422, f"Expected a value for {', '.join(empty)}, got null.")


def _told(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        name: value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
        for name, value in plain(row).items()
    }
