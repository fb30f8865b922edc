"""Stock: items by risk and by worth, and one item in depth with everything that comes and goes."""

from __future__ import annotations

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse

from quarterdeck.service.charts import stock_item_chart
from quarterdeck.service.rights import Right
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.pegging import Trees
from quarterdeck.service.views.stock_page import stock_detail, stock_list, stock_totals
from quarterdeck.service.views.uses import uses
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer, listing, matching
from quarterdeck.web.page import desk, part, show

ORDERS = {"risk": [], "worth": ["worth"], "excess": ["excess"], "cover": ["days_cover"]}
EXPORTED = (
    "item", "item_name", "site", "abc", "stock", "unit", "safety_stock", "order_up_to", "lowest", "lowest_day", "risk",
    "worth", "excess", "days_cover",
)  # fmt: skip


def stock(request: HttpRequest) -> HttpResponse:
    """The list, filtered by risk and words, sorted by risk or by money."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    listed = here.view(stock_list)
    totals = here.view(stock_totals)
    risk, order = request.GET.get("risk", ""), request.GET.get("sort", "risk")
    if listed.height:
        listed = listed.filter(pl.col("risk") == risk) if risk in totals.risks else listed
        listed = matching(listed, request.GET.get("q", ""), ("item", "item_name", "site_name"))
        if ORDERS.get(order):
            listed = listed.sort(ORDERS[order], descending=True, nulls_last=True, maintain_order=True)
    if request.GET.get("as") == "csv":
        return csv_answer(listed.select(name for name in EXPORTED if name in listed.columns), "stock.csv")
    sites = listed["site"].n_unique() > 1 if listed.height else False
    context = {**listing(request, listed), "totals": totals, "risk": risk, "sort": order, "several_sites": sites}
    return show(request, "stock.html", context, at=here)


def stock_item(request: HttpRequest) -> HttpResponse:
    """One item at one site."""
    here = desk(request)
    item, site = request.GET.get("item", ""), request.GET.get("site", "")
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    found = here.view(stock_detail, item, site)
    if found is None:
        raise Http404(f"The plan has no stock of {item or 'no item'} at {site or 'no site'}.")
    chart = here.view(stock_item_chart, item, site)
    return show(request, "stock_item.html", {"found": found, "chart": chart, "item": item, "site": site}, at=here)


def pegs(request: HttpRequest) -> HttpResponse:
    """Where an order goes, up to the customers, and what it hangs on, down to the materials."""
    here = desk(request)
    order, line = request.GET.get("order", ""), request.GET.get("line", "")
    if here.edition.plan is None:
        raise Http404("There is no plan yet.")
    rows = here.edition.plan["orders"].filter((pl.col("order") == order) & (pl.col("line").fill_null("") == line))
    if rows.is_empty():
        raise Http404(f"The plan has no order {order}.")
    item = rows["item"][0]
    context = {
        "up": here.view(uses, order, line),
        "down": Trees(here.edition.company, here.edition.plan).of_order(order, line),
        "title": Names.of(here.edition.company).subject(item, order),
    }
    return part(request, "parts/pegs.html", context, at=here)


ROUTES = (
    Route("stock", stock, "stock", Right.VIEW),
    Route("stock/item", stock_item, "stock_item", Right.VIEW),
    Route("pegs", pegs, "pegs", Right.VIEW),
)
