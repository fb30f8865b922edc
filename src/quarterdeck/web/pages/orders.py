"""Orders: sales with promise and risk, purchases, production and transfers; released, received, reported."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from quarterdeck.service.acting import Acted, ActionError, Decider, release_orders
from quarterdeck.service.booking import (
    Booked,
    BookingError,
    Entry,
    book,
    receive_purchase,
    receive_transfer,
    send_transfer,
)
from quarterdeck.service.confirming import CONFIRMS
from quarterdeck.service.decided import decided, told
from quarterdeck.service.progress import SCRAP_REASONS, complete_order
from quarterdeck.service.promising import EnquiryError, Promise, accept, promiser_of
from quarterdeck.service.rights import DECIDES, Right
from quarterdeck.service.views import wording
from quarterdeck.service.views.order_detail import order_detail, order_history
from quarterdeck.service.views.order_list import FOUND_BY, KINDS, STATES, TITLES, kinds_used, order_list, order_rows
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer, listing, matching
from quarterdeck.web.page import Desk, desk, show
from quarterdeck.web.page import told as say

SORTS = {
    "": ("late_seconds", True),
    "due": ("due", False),
    "there": ("there", False),
    "release": ("release", False),
    "value": ("value", True),
    "order": ("order", False),
}
DECIDE = (Right.DECIDE_PURCHASE, Right.DECIDE_PRODUCTION, Right.DECIDE_SALES)
SUPPLY = (Right.DECIDE_PURCHASE, Right.DECIDE_PRODUCTION)


def order_table(request: HttpRequest) -> HttpResponse:
    """The list of one kind of order."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    kind = request.GET.get("kind", "sales")
    kind = kind if kind in TITLES else "sales"
    listed = here.view(order_list, kind, _released(here) if kind != "sales" else ())
    counts = dict(listed.group_by("state").len().rows())
    state, sort = request.GET.get("state", ""), request.GET.get("sort", "")
    if state in STATES:
        listed = listed.filter(pl.col("state") == state)
    listed = matching(listed, request.GET.get("q", ""), FOUND_BY)
    if sort in SORTS and (sort or kind != "sales"):
        column, down = SORTS[sort]
        listed = listed.sort(column, descending=down, nulls_last=True, maintain_order=True)
    if request.GET.get("as") == "csv":
        return csv_answer(listed, f"{kind}_orders.csv")
    turned = listing(request, listed.with_row_index("place").select("place"))
    places = [row["place"] for row in turned["rows"]]
    context = {
        **turned,
        "rows": order_rows(here.edition.company, listed[places], here.edition.plan.settings.as_of),
        "kind": kind,
        "titles": {each: TITLES[each] for each in TITLES if each == kind or each in here.view(kinds_used)},
        "states": [(key, title, counts[key]) for key, title in STATES.items() if key in counts],
        "state": state,
        "sort": sort,
        "undo": request.session.pop("undo", 0),
        "releases": kind in KINDS and here.may(DECIDES[KINDS[kind]]),
        "confirms": here.may(CONFIRMS[kind]),
    }
    return show(request, "orders.html", context, at=here)


def order_page(request: HttpRequest, kind: str) -> HttpResponse:
    """One order: facts, what it hangs on, why it is late, what may be done, and its history."""
    here = desk(request)
    order, line = request.GET.get("order", ""), request.GET.get("line") or None
    if kind not in TITLES:
        raise Http404(f"There is no kind of order called {kind}.")
    found = here.view(order_detail, kind, order, line)
    if found is None and request.session.pop("undone", False):
        return redirect(f"/orders?{urlencode({'kind': kind})}")
    if found is None:
        raise Http404(f"Neither the tables nor the plan have the order {order}{f' line {line}' if line else ''}.")
    plan, code = here.edition.plan, here.edition.code
    released = decided(here.current.workspace, plan, code).get(told("release", order, line or "")) if plan else None
    context = {
        "found": found,
        "history": order_history(here.current.workspace, here.edition.company, kind, order, line),
        "kind": kind,
        "kind_title": TITLES[kind],
        "order": order,
        "line": line or "",
        "may_decide": here.may(CONFIRMS[kind]),
        "open_lines": sum(each.open for each in found.lines),
        "may_report": here.may(Right.REPORT_PROGRESS),
        "reasons": SCRAP_REASONS,
        "released": released,
        "undo": request.session.pop("undo", 0),
    }
    request.session.pop("undone", None)
    return show(request, "order.html", context, at=here)


def release(request: HttpRequest) -> HttpResponse:
    """Releases the ticked planned orders."""
    here = desk(request)
    try:
        acted = release_orders(
            here.current.workspace,
            request.POST.getlist("order"),
            plan=request.POST.get("plan", ""),
            by=Decider(here.author, request.user.role, request.POST.get("note", "")),
            standing=here.edition,
        )
    except ActionError as error:
        say(request, str(error), bad=True)
        return _back(request)
    _say_acted(request, acted)
    return _back(request)


def undo(request: HttpRequest) -> HttpResponse:
    """Takes back what was done to orders."""
    here = desk(request)
    try:
        what = here.undo_asked()
        say(request, f"Taken back: {what}.")
        request.session["undone"] = True
    except ActionError as error:
        say(request, str(error), bad=True)
    return _back(request)


def receive(request: HttpRequest) -> HttpResponse:
    """Goods of a purchase or transfer order arrived."""
    order, line, asked = request.POST.get("order", ""), request.POST.get("line", ""), request.POST.dict()

    def write(entry: Entry) -> None:
        if request.POST.get("kind") == "transfer":
            receive_transfer(entry, order, asked)
        else:
            receive_purchase(entry, order, line, asked)

    right = Right.DECIDE_PRODUCTION if request.POST.get("kind") == "transfer" else Right.DECIDE_PURCHASE
    return booked(request, write, right)


def send(request: HttpRequest) -> HttpResponse:
    """A transfer left."""
    return booked(request, lambda entry: send_transfer(entry, request.POST.get("order", "")), Right.DECIDE_PRODUCTION)


def complete(request: HttpRequest) -> HttpResponse:
    """Good pieces and scrap of the steps of a work order, in one go."""
    order, asked = request.POST.get("order", ""), request.POST.dict()
    return booked(request, lambda entry: complete_order(entry, order, asked), Right.DECIDE_PRODUCTION)


def enquiry(request: HttpRequest) -> HttpResponse:
    """When could we deliver? The form and its answer."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    asked = {name: request.GET.get(name, "").strip() for name in ("item", "quantity", "date", "customer", "site")}
    context: dict[str, Any] = {"asked": asked, **_choices(here)}
    if asked["item"]:
        try:
            context["answer"] = _answer(here, asked)
        except EnquiryError as error:
            context["fault"] = str(error)
    return show(request, "enquiry.html", context, at=here)


def take(request: HttpRequest) -> HttpResponse:
    """Makes an answered enquiry an order with its promise."""
    here = desk(request)
    asked = {name: request.POST.get(name, "").strip() for name in ("item", "quantity", "date", "customer", "site")}
    again = redirect(f"/orders/enquiry?{urlencode(asked)}")
    if here.edition.plan is None:
        return again
    way = request.POST.get("way", "")
    try:
        answer = _answer(here, asked)
        promised = {each.code: each.date_text for each in answer.ways}.get(way or answer.way)
        if promised != request.POST.get("promised", promised):
            say(request, "The date has changed since you asked. Look at the new answer first.", bad=True)
            return again
        code = accept(here.current.workspace, answer, author=here.author, way=way or None)
    except EnquiryError as error:
        say(request, str(error), bad=True)
        return again
    request.session["undo"] = here.current.workspace.newest_change()
    say(request, f"{code} is promised. Plan again to fit it in.")
    return redirect(f"/orders/sales?{urlencode({'order': code})}")


def _answer(here: Desk, asked: dict[str, str]) -> Promise:
    try:
        quantity = float(asked["quantity"].replace(",", ".") or "0")
    except ValueError as error:
        raise EnquiryError(f"Expected a quantity, got {asked['quantity']!r}.") from error
    item = _code(here.edition.company["items"], "item", asked["item"])
    customer = _code(here.edition.company["customers"], "customer", asked["customer"])
    promiser = promiser_of(here.current.workspace)
    return promiser.enquire(item, quantity, asked["date"] or None, customer or None, asked["site"] or None)


def _code(frame: pl.DataFrame, column: str, text: str) -> str:
    """The code that a person named by code or by name."""
    if not text or frame.filter(pl.col(column) == text).height:
        return text
    named = frame.filter(pl.col("name").fill_null("").str.to_lowercase() == text.lower())
    return str(named[column][0]) if named.height else text


def _choices(here: Desk) -> dict[str, Any]:
    company = here.edition.company
    sold = here.edition.plan["requirements"]["item"].unique() if here.edition.plan else pl.Series([], dtype=pl.String)
    items = company["items"].filter(pl.col("item").is_in(sold.implode()))
    return {
        "items": items.select("item", "name").sort("item").head(3000).rows(),
        "customers": company["customers"].select("customer", "name").sort("name").head(3000).rows(),
        "sites": company.sites_or_main.select("site", "name").rows(),
    }


def booked(request: HttpRequest, write: Any, right: Right) -> HttpResponse:  # noqa: ANN401
    """Writes something down if the person may, and goes back to the page."""
    here = desk(request)
    if not here.may(right):
        say(request, f"Your role may not: {right.value}.", bad=True)
        return _back(request)
    try:
        made = book(here.current.workspace, write, author=here.author, standing=here.edition)
        _saybooked(request, made)
    except BookingError as error:
        say(request, str(error), bad=True)
    return _back(request)


def _released(here: Desk) -> tuple[str, ...]:
    """Planned orders that were released since the plan was made."""
    if here.edition.plan is None:
        return ()
    made = decided(here.current.workspace, here.edition.plan, here.edition.code)
    start = told("release", "", "")
    return tuple(sorted(words.removeprefix(start) for words in made if words.startswith(start)))


def _say_acted(request: HttpRequest, acted: Acted) -> None:
    for each in acted.refused[:5]:
        say(request, f"{each.subject}: {each.reason}", bad=True)
    if acted.done:
        what = acted.done[0] if len(acted.done) == 1 else f"{wording.count(len(acted.done), 'order')} released"
        say(request, f"{what}. Plan again to see it in the plan.")
        request.session["undo"] = acted.change_set


def _saybooked(request: HttpRequest, made: Booked) -> None:
    say(request, ". ".join([made.text, *made.notes]) + ".")
    request.session["undo"] = made.change_set


def _back(request: HttpRequest) -> HttpResponse:
    """Back to the page the form was on; only a path of ours is followed."""
    path = request.POST.get("back", "/orders")
    return redirect(path if path.startswith("/orders") and "//" not in path else "/orders")


ROUTES = (
    Route("orders", order_table, "orders", Right.VIEW),
    Route("orders/enquiry", enquiry, "enquiry", Right.VIEW),
    Route("orders/enquiry/accept", take, "enquiry_accept", Right.DECIDE_SALES, ("POST",)),
    Route("orders/release", release, "order_release", SUPPLY, ("POST",)),
    Route("orders/receive", receive, "order_receive", SUPPLY, ("POST",)),
    Route("orders/send", send, "order_send", Right.DECIDE_PRODUCTION, ("POST",)),
    Route("orders/complete", complete, "order_complete", Right.DECIDE_PRODUCTION, ("POST",)),
    Route("orders/undo", undo, "order_undo", DECIDE, ("POST",)),
    Route("orders/<str:kind>", order_page, "order", Right.VIEW),
)
