"""Import: bring files, see what was recognised, correct it, mend faults, write, take back."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from quarterdeck.model import TABLES
from quarterdeck.service import jobs, uploads
from quarterdeck.service.data import available_mappings, template_file
from quarterdeck.service.rights import Right
from quarterdeck.web.access import Route
from quarterdeck.web.asked import refused, sent
from quarterdeck.web.configuration import UPLOAD_MEGABYTES
from quarterdeck.web.page import Desk, desk, show, told
from quarterdeck.web.tasks import start_job

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def begin(request: HttpRequest) -> HttpResponse:
    """Where files are dropped."""
    here = desk(request)
    context = {
        "most": UPLOAD_MEGABYTES,
        "mappings": available_mappings(),
        "waiting": uploads.uploads_of(here.current.workspace, here.author),
    }
    return show(request, "import.html", context, at=here)


def upload(request: HttpRequest) -> HttpResponse:
    """Takes files and has them checked."""
    here = desk(request)
    files = [(each.name or "file", each.chunks()) for each in request.FILES.getlist("files")]
    try:
        kept = uploads.keep_upload(here.current.workspace, files, author=here.author, most_bytes=UPLOAD_MEGABYTES << 20)
    except uploads.UploadError as error:
        return refused(str(error))
    kept = uploads.correct(kept, {name: request.POST[name] for name in ("mapping", "as_of") if name in request.POST})
    _start(here, kept, write=False)
    return JsonResponse({"location": f"/import/{kept.token}"})


def look(request: HttpRequest, token: str) -> HttpResponse:
    """What was recognised in an upload, what it would change, and its faults."""
    here = desk(request)
    found = _found(here, token)
    job = jobs.job(here.current.workspace, int(found.said.get("job", 0)))
    checked = found.checked
    choices = [
        {"name": each.name, "title": each.title, "columns": uploads.column_choices(each.name)}
        for each in TABLES.values()
    ]
    counts = [(TABLES[name], *each) for name, each in checked.get("counts", {}).items() if name in TABLES]
    context = {
        "upload": found,
        "names": ", ".join(found.said.get("names", [])),
        "job": job if job is not None and job.state != jobs.DONE else None,
        "open": job is not None and job.state in jobs.OPEN_STATES,
        "checked": checked,
        "counts": counts,
        "writable": sum(new + changed for _, new, changed, *_ in counts),
        "choices": choices,
        "guarded": [] if here.may(Right.SETTINGS) else uploads.guarded_tables(found),
        "setup": {"token": token, "sheets": checked.get("sheets", []), "choices": choices},
        "corrections": len(found.said.get("cells", [])),
    }
    return show(request, "import_check.html", context, at=here)


def correct(request: HttpRequest, token: str) -> HttpResponse:
    """Takes corrections and has the files checked again."""
    here = desk(request)
    found = uploads.correct(_found(here, token), sent(request))
    return JsonResponse({"job": _start(here, found, write=False)})


def commit(request: HttpRequest, token: str) -> HttpResponse:
    """Has the good rows written."""
    here = desk(request)
    found = _found(here, token)
    guarded = [] if here.may(Right.SETTINGS) else uploads.guarded_tables(found)
    if guarded:
        return refused(f"{', '.join(guarded)} need the right to {Right.SETTINGS.value}. Leave these sheets out.", 403)
    return JsonResponse({"job": _start(here, found, write=True)})


def marked(request: HttpRequest, token: str) -> HttpResponse:
    """The person's own workbook with the faults marked."""
    here = desk(request)
    found = _found(here, token)
    if not found.held and found.marked is None:
        raise Http404("These files are no longer there.")
    path = uploads.marked_workbook(here.current.workspace, found)
    if not path.is_file():
        raise Http404("There is nothing to mark in these files.")
    stem = found.said["names"][0].rsplit(".", 1)[0]
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{stem} with faults.xlsx", content_type=WORKBOOK)


def discard(request: HttpRequest, token: str) -> HttpResponse:
    """Gives the files up."""
    here = desk(request)
    uploads.discard(_found(here, token))
    told(request, "The files were given up; nothing was written.")
    return redirect("/import")


def template(_request: HttpRequest) -> HttpResponse:
    """An empty workbook with every table and its headings."""
    answer = HttpResponse(template_file(), content_type=WORKBOOK)
    answer["Content-Disposition"] = 'attachment; filename="company.xlsx"'
    return answer


def _found(here: Desk, token: str) -> uploads.Upload:
    found = uploads.find_upload(here.current.workspace, token, here.author)
    if found is None:
        raise Http404("These files are no longer there. Bring them again.")
    return found


def _start(here: Desk, found: uploads.Upload, *, write: bool) -> int:
    number = start_job("import", here.author, token=found.token, write=write)
    uploads.say(found, job=number)
    return number


ROUTES = (
    Route("import", begin, "import", Right.EDIT_DATA),
    Route("import/upload", upload, "import_upload", Right.EDIT_DATA, ("POST",)),
    Route("import/template", template, "import_template", Right.EDIT_DATA),
    Route("import/<str:token>", look, "import_check", Right.EDIT_DATA),
    Route("import/<str:token>/correct", correct, "import_correct", Right.EDIT_DATA, ("POST",)),
    Route("import/<str:token>/commit", commit, "import_commit", Right.EDIT_DATA, ("POST",)),
    Route("import/<str:token>/marked", marked, "import_marked", Right.EDIT_DATA),
    Route("import/<str:token>/discard", discard, "import_discard", Right.EDIT_DATA, ("POST",)),
)
