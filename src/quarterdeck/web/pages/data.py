"""Data: the company's tables, and one grid for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from quarterdeck.model import TABLES, Table
from quarterdeck.model.clock import home_zone
from quarterdeck.service import changes, grid, saved_views
from quarterdeck.service.editing import RowEdit, edit_rows
from quarterdeck.service.rights import Right
from quarterdeck.service.views import tables_page, wording
from quarterdeck.service.views.problems import problem_groups
from quarterdeck.web.access import Route
from quarterdeck.web.asked import asked, refused, sent, whole
from quarterdeck.web.page import Desk, desk, part, show, told

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def tables(request: HttpRequest) -> HttpResponse:
    """Every table in its group."""
    here = desk(request)
    problems = problem_groups(here.view(tables_page.company_problems), examples=3)
    context = {"groups": here.view(tables_page.table_groups), "problems": problems}
    return show(request, "data.html", context, at=here)


def table(request: HttpRequest, name: str) -> HttpResponse:
    """The grid of one table."""
    here, declared = desk(request), _declared(name)
    may_edit = grid.may_edit(str(request.user.role), name)
    setup = {
        "table": name,
        "title": declared.title,
        "columns": grid.grid_columns(declared),
        "may_edit": may_edit,
        "views": saved_views.saved_views(here.current.workspace, _page(name), here.author),
        "key": list(declared.key),
        "titles": {each.name: each.title for each in TABLES.values()},
    }
    context = {
        "table": declared,
        "rows": here.edition.company[name].height,
        "problems": here.view(tables_page.table_problems, name),
        "may_edit": may_edit,
        "setup": setup,
        "others": here.view(tables_page.table_groups),
    }
    return show(request, "table.html", context, at=here)


def rows(request: HttpRequest, name: str) -> HttpResponse:
    """One page of rows for the grid."""
    here = desk(request)
    _declared(name)
    size = whole(request.GET.get("size"), 100)
    try:
        page = grid.grid_page(
            here.edition.company, name, _query(asked(request, "q")), whole(request.GET.get("page"), 1), size
        )
    except ValueError as error:
        return JsonResponse({"data": [], "last_page": 1, "total": 0, "all": 0, "message": str(error)})
    pages = max(1, -(-page.total // max(size, 1)))
    return JsonResponse({"data": page.rows, "last_page": pages, "total": page.total, "all": page.all})


def choices(request: HttpRequest, name: str) -> HttpResponse:
    """Codes that a cell may refer to."""
    here, declared = desk(request), _declared(name)
    column = request.GET.get("column", "")
    if column not in declared.dtypes:
        return JsonResponse({"choices": []})
    found = grid.reference_choices(here.edition.company, name, column, request.GET.get("text", ""))
    return JsonResponse({"choices": found})


def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Writes what was typed; what was refused comes back with the reason."""
    here, body = desk(request), sent(request)
    _declared(name)
    if not grid.may_edit(str(request.user.role), name):
        return refused(f"This needs the right to {grid.editing_right(name).value}.", 403)
    edits = body.get("edits", [])
    if not isinstance(edits, list) or not all(isinstance(each, dict) for each in edits):
        return refused("Expected a list of edits.", 400)
    try:
        done = edit_rows(here.current, name, [_edit(each) for each in edits], author=here.author)
    except ValueError as error:
        return refused(str(error))
    return JsonResponse(asdict(done))


def history(request: HttpRequest, name: str) -> HttpResponse:
    """Who changed a row or a cell, when, from what to what."""
    here, declared = desk(request), _declared(name)
    key, column = asked(request, "key"), request.GET.get("column", "")
    try:
        lines = changes.cell_history(here.current.workspace, name, key if isinstance(key, list) else [], column)
    except ValueError as error:
        return refused(str(error), 400)
    zone = home_zone(here.edition.company)
    told_lines = [(each, wording.local_moment(each.at, zone, year=True)) for each in lines]
    context = {
        "lines": told_lines,
        "table": declared,
        "key": " / ".join(str(each) for each in key if each),
        "column": declared.column(column).title if column in declared.dtypes else "",
        "may_edit": grid.may_edit(str(request.user.role), name),
    }
    return part(request, "parts/history.html", context, at=here)


def export(request: HttpRequest, name: str) -> HttpResponse:
    """What is seen, as a file."""
    here, declared = desk(request), _declared(name)
    kind = request.GET.get("kind", "csv")
    if kind not in KINDS:
        raise Http404(f"Expected csv or xlsx, got {kind}.")
    columns = asked(request, "columns")
    try:
        content = grid.export_rows(
            here.edition.company, name, _query(asked(request, "q")), columns if isinstance(columns, list) else [], kind
        )
    except ValueError as error:
        return refused(str(error))
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{declared.name}.{kind}"'
    return answer


def keep_view(request: HttpRequest, name: str) -> HttpResponse:
    """Keeps or deletes a view of the grid."""
    here, body = desk(request), sent(request)
    _declared(name)
    workspace, label = here.current.workspace, str(body.get("name", ""))
    state = body.get("state", {})
    try:
        if body.get("delete"):
            saved_views.delete_view(workspace, _page(name), here.author, label)
        else:
            saved_views.save_view(workspace, _page(name), here.author, label, state if isinstance(state, dict) else {})
    except ValueError as error:
        return refused(str(error))
    return JsonResponse({"views": saved_views.saved_views(workspace, _page(name), here.author)})


def change_log(request: HttpRequest) -> HttpResponse:
    """Every change of the company's data, newest first."""
    here = desk(request)
    zone = home_zone(here.edition.company)
    listed = changes.change_list(here.current.workspace)
    lines = [(each, wording.local_moment(each.at, zone, year=True)) for each in listed]
    return show(request, "changes.html", {"lines": lines}, at=here)


def undo(request: HttpRequest) -> HttpResponse:
    """Takes a change back: the one with the number, else the person's newest."""
    here, body = desk(request), sent(request)
    workspace = here.current.workspace
    number = whole(body.get("number"), 0) or changes.newest_of(workspace, here.author)
    if not number:
        return _undone(request, here, "There is no change of yours left to take back.", bad=True)
    if not all(grid.may_edit(str(request.user.role), each) for each in changes.tables_of(workspace, number)):
        return _undone(request, here, "Taking this back needs the right to change settings and goals.", bad=True)
    done, problem = changes.take_back(workspace, number, author=here.author)
    if problem is not None:
        return _undone(request, here, f"{problem.message} {problem.hint}".strip(), bad=True)
    return _undone(request, here, f"Taken back: {done.tables if done else ''}.")


def _undone(request: HttpRequest, here: Desk, text: str, *, bad: bool = False) -> HttpResponse:
    if request.content_type.startswith("application/json"):
        return refused(text, 409) if bad else JsonResponse({"message": text})
    told(request, text, bad=bad)
    return redirect("/data/changes" if here.may(Right.VIEW) else "/")


def _declared(name: str) -> Table:
    if name not in TABLES:
        raise Http404(f"There is no table called {name}.")
    return TABLES[name]


def _page(name: str) -> str:
    return f"data/{name}"


def _query(found: Any) -> grid.GridQuery:  # noqa: ANN401 - whatever the browser sent
    """A query from plain data; what cannot be read is left out."""
    said: Mapping[str, Any] = found if isinstance(found, dict) else {}
    filters = [each for each in said.get("filters", []) if isinstance(each, list) and len(each) == 2]
    sort = [each for each in said.get("sort", []) if isinstance(each, list) and len(each) == 2]
    return grid.GridQuery(
        filters=tuple((str(column), str(text)) for column, text in filters),
        sort=tuple((str(column), bool(down)) for column, down in sort),
        words=str(said.get("words", "")),
    )


def _edit(found: Mapping[str, Any]) -> RowEdit:
    values, key = found.get("values") or {}, found.get("key") or []
    return RowEdit(
        ref=str(found.get("ref", "")),
        values={str(name): "" if text is None else str(text) for name, text in values.items()},
        key=tuple(str(each) for each in key),
        etag=str(found.get("etag", "")),
        delete=bool(found.get("delete")),
    )


ROUTES = (
    Route("data", tables, "data", Right.VIEW),
    Route("data/changes", change_log, "data_changes", Right.VIEW),
    Route("data/undo", undo, "data_undo", Right.EDIT_DATA, ("POST",)),
    Route("data/<str:name>", table, "data_table", Right.VIEW),
    Route("data/<str:name>/rows", rows, "data_rows", Right.VIEW),
    Route("data/<str:name>/choices", choices, "data_choices", Right.VIEW),
    Route("data/<str:name>/history", history, "data_history", Right.VIEW),
    Route("data/<str:name>/export", export, "data_export", Right.VIEW),
    Route("data/<str:name>/edit", edit, "data_edit", Right.EDIT_DATA, ("POST",)),
    Route("data/<str:name>/views", keep_view, "data_views", Right.VIEW, ("POST",)),
)
