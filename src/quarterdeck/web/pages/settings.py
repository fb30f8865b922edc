"""Settings: oneself, people, keys for programs, the company, planning, targets, and starting anew."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from quarterdeck.api.access import SCOPES
from quarterdeck.service import accounts, company_settings, jobs
from quarterdeck.service.rights import ROLES, Right
from quarterdeck.web.access import Route
from quarterdeck.web.asked import sent, whole
from quarterdeck.web.page import Desk, desk, part, show, told

EMPTY_WORD = "empty"


def settings(request: HttpRequest) -> HttpResponse:
    """The page, with the sections that the person may use."""
    here = desk(request)
    company = here.edition.company
    own = company["item_sites"]["service_level"]
    context = {
        **_keys(here),
        **_people(here),
        "facts": company_settings.facts(company),
        "currencies": company_settings.currencies(),
        "zones": company_settings.time_zones(),
        "options": company_settings.planning_options(company),
        "targets": here.view(company_settings.targets),
        "own_levels": own.len() - own.null_count(),
        "confirm_word": _confirm_word(here),
        "rows": sum(frame.height for frame in company.frames.values()),
        "running": jobs.running_jobs(here.current.workspace, "demo"),
    }
    return show(request, "settings.html", context, at=here)


def own_password(request: HttpRequest) -> HttpResponse:
    """The person's own password."""
    here, body = desk(request), sent(request)
    new, again = str(body.get("password", "")), str(body.get("again", ""))
    if new != again:
        error = "Expected the same password twice, got two different ones."
        return part(request, "parts/password.html", {"error": error}, at=here)
    try:
        accounts.change_password(here.current.workspace, request.user, str(body.get("old", "")), new)
    except accounts.AccountError as error:
        return part(request, "parts/password.html", {"error": str(error)}, at=here)
    update_session_auth_hash(request, request.user)
    return part(request, "parts/password.html", {"done": True}, at=here)


def keys(request: HttpRequest) -> HttpResponse:
    """Makes or ends a key of the person's own."""
    here, body = desk(request), sent(request)
    workspace, made = here.current.workspace, ""
    if body.get("revoke"):
        accounts.revoke_token(workspace, request.user, whole(body["revoke"], 0))
    elif "label" in body:
        scopes = tuple(scope for scope in SCOPES if body.get(f"scope_{scope}")) or ("read",)
        made = accounts.add_access_token(workspace, request.user, str(body["label"])[:100], scopes)
    return part(request, "parts/keys.html", {**_keys(here), "made": made}, at=here)


def people(request: HttpRequest) -> HttpResponse:
    """Adds a person, changes one, or makes a new link with which to choose a password."""
    here, body = desk(request), sent(request)
    workspace, name = here.current.workspace, str(body.get("name", ""))
    role, centre = str(body.get("role", "")), str(body.get("work_centre", ""))
    link, error = "", ""
    try:
        if body.get("act") == "add":
            link = _link(request, accounts.add_user(workspace, name, role, work_centre=centre))
        elif body.get("act") == "link":
            known = [user for user in accounts.users(workspace) if user.name == name]
            link = _link(request, known[0]) if known else ""
        elif body.get("act") == "change":
            accounts.change_user(workspace, name, role=role, work_centre=centre, active=bool(body.get("active")))
    except accounts.AccountError as refusal:
        error = str(refusal)
    context = {**_people(here), "link": link, "for_whom": name, "error": error}
    return part(request, "parts/people.html", context, at=here)


def facts(request: HttpRequest) -> HttpResponse:
    """The company's name, currency and time zone."""
    here, body = desk(request), _texts(request)
    reasons: dict[str, str] = {}
    try:
        company_settings.save_facts(here.current.workspace, body, author=here.author)
    except company_settings.SettingError as error:
        reasons = error.reasons
    if body.get("then") == "data" and not reasons:
        return redirect("/welcome?step=data")
    for reason in reasons.values():
        told(request, reason, bad=True)
    if not reasons:
        told(request, "Kept.")
    return redirect("/welcome" if body.get("then") == "data" else "/settings#company")


def planning(request: HttpRequest) -> HttpResponse:
    """The options of planning."""
    here, body = desk(request), _texts(request)
    context: dict[str, Any] = {}
    try:
        company_settings.save_options(here.current.workspace, body, author=here.author)
        context["done"] = True
    except company_settings.SettingError as error:
        context |= {"reasons": error.reasons, "typed": body}
    now = desk(request)
    context["options"] = company_settings.planning_options(now.edition.company)
    return part(request, "parts/options.html", context, at=now)


def targets(request: HttpRequest) -> HttpResponse:
    """The targets of the KPIs."""
    here, body = desk(request), _texts(request)
    context: dict[str, Any] = {}
    try:
        company_settings.save_targets(here.current.workspace, body, author=here.author)
        context["done"] = True
    except company_settings.SettingError as error:
        context |= {"reasons": error.reasons, "typed": body}
    now = desk(request)
    context["targets"] = now.view(company_settings.targets)
    return part(request, "parts/targets.html", context, at=now)


def empty(request: HttpRequest) -> HttpResponse:
    """Takes all data away, when the word was typed."""
    here, body = desk(request), _texts(request)
    word = _confirm_word(here)
    if body.get("confirm", "").strip().lower() != word.lower():
        told(request, f"Nothing was taken away: expected {word!r} to be typed.", bad=True)
        return redirect("/settings#data")
    made = company_settings.empty_company(here.current.workspace, author=here.author)
    told(request, f"Everything was taken away ({made.deleted:,} rows). Changes can bring it back.")
    return redirect("/data/changes")


def _keys(here: Desk) -> dict[str, Any]:
    scopes = {name: ", ".join(sorted(right.value for right in rights)) for name, rights in SCOPES.items()}
    return {
        "keys": accounts.access_tokens(here.current.workspace, here.request.user),
        "scopes": scopes,
    }


def _people(here: Desk) -> dict[str, Any]:
    if not here.may(Right.MANAGE_USERS):
        return {"people": []}
    centres = here.edition.company["work_centres"].select("work_centre", "name").iter_rows()
    return {
        "people": accounts.users(here.current.workspace),
        "roles": list(ROLES.values()),
        "centres": [(code, name or code) for code, name in centres],
    }


def _link(request: HttpRequest, user: Any) -> str:  # noqa: ANN401
    from quarterdeck.web.opening import current  # noqa: PLC0415 - the workspace of this process

    return str(request.build_absolute_uri(f"/setup/{accounts.setup_token(current().workspace, user)}"))


def _confirm_word(here: Desk) -> str:
    return company_settings.facts(here.edition.company).company or EMPTY_WORD


def _texts(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in sent(request).items()}


ROUTES = (
    Route("settings", settings, "settings", Right.SIGN_IN),
    Route("settings/password", own_password, "settings_password", Right.SIGN_IN, ("POST",)),
    Route("settings/keys", keys, "settings_keys", Right.SIGN_IN, ("POST",)),
    Route("settings/people", people, "settings_people", Right.MANAGE_USERS, ("POST",)),
    Route("settings/facts", facts, "settings_facts", Right.SETTINGS, ("POST",)),
    Route("settings/planning", planning, "settings_planning", Right.SETTINGS, ("POST",)),
    Route("settings/targets", targets, "settings_targets", Right.SETTINGS, ("POST",)),
    Route("settings/empty", empty, "settings_empty", Right.SETTINGS, ("POST",)),
)
