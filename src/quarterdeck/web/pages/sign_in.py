"""Signing in and out, and choosing a password by a link."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from quarterdeck.service.accounts import AccountError, choose_password, setup_link
from quarterdeck.service.rights import Right, may
from quarterdeck.web.access import Route
from quarterdeck.web.configuration import LOCK_OUT_MINUTES
from quarterdeck.web.opening import current


def sign_in(request: HttpRequest) -> HttpResponse:
    """The form, and the try."""
    if request.user.is_authenticated:
        return redirect(home_of(request.user.role))
    if request.method == "GET":
        return render(request, "sign_in.html", {"next": request.GET.get("next", "")})
    name, password = request.POST.get("name", "").strip(), request.POST.get("password", "")
    user = authenticate(request, name=name, username=name, password=password)
    if user is None:
        told = "Name and password do not belong together."
        return render(request, "sign_in.html", {"error": told, "name": name, "next": _next(request)}, status=400)
    login(request, user)
    return redirect(_next(request) or home_of(user.role))


def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("/sign-in")


def setup(request: HttpRequest, token: str) -> HttpResponse:
    """A password is chosen; the first person of all is made."""
    workspace = current().workspace
    link = setup_link(workspace, token)
    if link is None:
        return render(request, "setup.html", {"gone": True}, status=410)
    context = {"name": link.user.name if link.user else "", "first": link.user is None}
    if request.method == "GET":
        return render(request, "setup.html", context)
    name = link.user.name if link.user else request.POST.get("name", "")
    password, again = request.POST.get("password", ""), request.POST.get("again", "")
    if password != again:
        told = "Expected the same password twice, got two different ones."
        return render(request, "setup.html", {**context, "name": name, "error": told}, status=400)
    try:
        user = choose_password(workspace, token, name, password)
    except AccountError as error:
        return render(request, "setup.html", {**context, "name": name, "error": str(error)}, status=400)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("/welcome" if context["first"] else home_of(user.role))


def locked_out(request: HttpRequest, credentials: dict[str, str] | None = None, *_rest: object) -> HttpResponse:
    """After too many failed tries."""
    told = f"Too many failed tries. Wait {LOCK_OUT_MINUTES} minutes, or ask an administrator for a new link."
    return render(request, "sign_in.html", {"error": told, "name": (credentials or {}).get("username", "")}, status=429)


def health(_request: HttpRequest) -> HttpResponse:
    """Whether the server answers."""
    return HttpResponse("ok", content_type="text/plain")


def home_of(role: str) -> str:
    """Where a person of this role begins."""
    return "/" if may(role, Right.VIEW) else "/station"


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else ""


ROUTES = (
    Route("sign-in", sign_in, "sign_in", None, ("GET", "POST")),
    Route("sign-out", sign_out, "sign_out", Right.SIGN_IN, ("POST",)),
    Route("setup/<str:token>", setup, "setup", None, ("GET", "POST")),
    Route("health", health, "health", None),
)
