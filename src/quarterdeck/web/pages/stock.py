"""Stock: items by risk and by worth, and one item in depth with everything that comes and goes."""

from __future__ import annotations

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from quarterdeck.service.charts import may_run_out, stock_item_chart
from quarterdeck.service.replenishing import replenishing
from quarterdeck.service.rights import Right
from quarterdeck.service.stocking import (
    StockingError,
    pick_point,
    placed_stock,
    promises_compared,
    service_against_capital,
    surplus,
)
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.pegging import Trees
from quarterdeck.service.views.stock_page import stock_detail, stock_list, stock_totals
from quarterdeck.service.views.uses import uses
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer, listing, matching
from quarterdeck.web.page import desk, part, show, told

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
    if not site:
        kept = here.view(stock_list).filter(pl.col("item") == item).sort("worth", descending=True, nulls_last=True)
        site = kept["site"][0] if kept.height else ""
    found = here.view(stock_detail, item, site)
    if found is None and here.edition.company["items"].filter(pl.col("item") == item).height:
        told(request, f"The plan keeps no stock of {item}{f' at {site}' if site else ''}. This is its row.")
        return redirect(f"/data/items?{urlencode({'find': item})}")
    if found is None:
        raise Http404(f"Nobody knows an item {item or 'without a code'}.")
    chart = here.view(stock_item_chart, item, site)
    context = {
        "found": found,
        "chart": chart,
        "item": item,
        "site": site,
        "unlikely": here.view(may_run_out, item, site),
    }
    return show(request, "stock_item.html", context, at=here)


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


def capital(request: HttpRequest) -> HttpResponse:
    """Stock as a whole: service against capital, where to keep it, what is too much."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    curve, placed = here.view(service_against_capital), here.view(placed_stock)
    too_much = here.view(surplus)
    if request.GET.get("as") == "csv":
        return csv_answer(too_much, "surplus.csv")
    drawn = curve and {
        "points": [[point.capital, point.service, point.capital_text, point.service_text] for point in curve.points],
        "now": [curve.now.capital, curve.now.service, curve.now.capital_text, curve.now.service_text],
    }
    context = {
        "curve": curve,
        "drawn": drawn,
        "promises": here.view(promises_compared),
        "service_level": here.edition.plan.settings.service_level,
        "least_service": here.edition.plan.settings.service_least,
        "placed": placed,
        "stages": list(placed.stages.head(40).iter_rows(named=True)) if placed else [],
        "surplus": list(too_much.head(100).iter_rows(named=True)),
        "ways": here.view(replenishing),
    }
    return show(request, "stock_capital.html", context, at=here)


def pick(request: HttpRequest) -> HttpResponse:
    """Takes a point of the frontier for all items."""
    here = desk(request)
    found = here.view(service_against_capital) if here.edition.plan is not None else None
    number = request.POST.get("point", "")
    if found is None:
        told(request, "There is no plan with stocked items yet.", bad=True)
        return redirect("/stock")
    try:
        chosen = int(number) if number.isdecimal() else -1
        told(request, pick_point(here.current.workspace, found, chosen, author=here.author))
    except StockingError as error:
        told(request, str(error), bad=True)
    return redirect("/stock/capital")


ROUTES = (
    Route("stock/capital", capital, "stock_capital", Right.VIEW),
    Route("stock/capital/pick", pick, "stock_pick", Right.SETTINGS, ("POST",)),
    Route("stock", stock, "stock", Right.VIEW),
    Route("stock/item", stock_item, "stock_item", Right.VIEW),
    Route("pegs", pegs, "pegs", Right.VIEW),
)
