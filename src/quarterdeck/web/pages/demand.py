"""Demand: what is expected, how sure that is, who wants more or less, and what people's corrections were worth."""

from __future__ import annotations

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from quarterdeck.service.charts import demand_item_chart
from quarterdeck.service.overriding import OverrideError, override_demand, remove_override
from quarterdeck.service.rights import Right
from quarterdeck.service.views import wording
from quarterdeck.service.views.demand_page import (
    demand_overview,
    mix_list,
    planner_value,
    segment_list,
    series_detail,
    series_list,
)
from quarterdeck.service.views.launches import LaunchRow, launches
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer, listing, matching
from quarterdeck.web.page import Desk, desk, show, told

DIMENSIONS = {
    "family": "Families",
    "item": "Items",
    "segment": "Segments",
    "region": "Regions",
    "customer": "Customers",
}
MOST_TURNED = 12
SORTS = {"value": "value", "growth": "trend_per_year", "error": "error", "bias": "bias"}


def demand(request: HttpRequest) -> HttpResponse:
    """The list of series."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    listed, overview = here.view(series_list), here.view(demand_overview)
    life, sort = request.GET.get("life", ""), request.GET.get("sort", "value")
    if life in overview.lives:
        listed = listed.filter(pl.col("life") == life)
    if life == "alarm":
        listed = listed.filter(pl.col("alarm"))
    listed = matching(listed, request.GET.get("q", ""), ("item", "item_name", "family", "site_name"))
    if sort in SORTS and sort != "value":
        listed = listed.sort(SORTS[sort], descending=True, nulls_last=True, maintain_order=True)
    if request.GET.get("as") == "csv":
        return csv_answer(listed, "demand.csv")
    context = {**listing(request, listed), "overview": overview, "life": life, "sort": sort}
    return show(request, "demand.html", context, at=here)


def series(request: HttpRequest) -> HttpResponse:
    """One series in depth."""
    here = desk(request)
    item, site = request.GET.get("item", ""), request.GET.get("site", "")
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    if not site:
        known = here.view(series_list).filter(pl.col("item") == item)
        site = known["site"][0] if known.height else ""
    found = here.view(series_detail, item, site)
    if found is None:
        raise Http404(f"Nothing is known of the demand for {item or 'no item'} at {site or 'no site'}.")
    context = {
        "found": found,
        "item": item,
        "site": site,
        "orders": list(found.curve.orders.head(50).iter_rows(named=True)),
        "events": list(found.events.iter_rows(named=True)),
        "overrides": list(found.overrides.iter_rows(named=True)),
        "periods": [(row["start"].isoformat(), wording.day(row["start"], year=True), round(row["quantity"], 1))
                    for row in found.curve.forecast.head(26).iter_rows(named=True)],
        "chart": here.view(demand_item_chart, item, site),
        "past": _past(found.past),
    }  # fmt: skip
    return show(request, "demand_series.html", context, at=here)


def _past(past: pl.DataFrame) -> list[dict[str, object]]:
    marked = past.filter(pl.col("outlier")).tail(12) if past.height else past
    return [
        {"day": wording.day(row["start"], year=True), "actual": row["actual"], "cleaned": row["cleaned"]}
        for row in marked.iter_rows(named=True)
    ]


def override(request: HttpRequest) -> HttpResponse:
    """Sets or takes away what a person says will be wanted in a period."""
    here = desk(request)
    item, site, day = (request.POST.get(name, "") for name in ("item", "site", "date"))
    try:
        if request.POST.get("remove"):
            text = remove_override(here.current.workspace, item, site, day, author=here.author)
        else:
            quantity, note = request.POST.get("quantity", ""), request.POST.get("note", "")
            text = override_demand(here.current.workspace, (item, site, day), quantity, note=note, author=here.author)
        told(request, text)
    except OverrideError as error:
        told(request, str(error), bad=True)
    return redirect(f"/demand/series?{urlencode({'item': item, 'site': site})}")


def segments(request: HttpRequest) -> HttpResponse:
    """Who wants more and who wants less, and what people's corrections were worth."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    by = request.GET.get("by", "family")
    by = by if by in DIMENSIONS else "family"
    moved = here.view(segment_list, by)
    if request.GET.get("as") == "csv":
        return csv_answer(moved, f"demand-by-{by}.csv")
    worth = list(here.view(planner_value).iter_rows(named=True))
    turned = here.view(mix_list, by, "family" if by == "segment" else "segment").head(MOST_TURNED)
    context = {
        **listing(request, moved),
        "by": by,
        "dimensions": DIMENSIONS,
        "worth": worth,
        "turned": list(turned.iter_rows(named=True)),
        "fresh": _launches(here, request)[:MOST_TURNED],
    }
    return show(request, "demand_segments.html", context, at=here)


def _launches(here: Desk, request: HttpRequest) -> tuple[LaunchRow, ...]:
    """The new products, judged by the targets that the form names, if any; what is no number is no target."""
    asked = zip(*(request.GET.getlist(name) for name in ("item", "site", "target")), strict=False)
    targets: dict[str | tuple[str, str], float] = {
        (item, site): float(text) for item, site, text in asked if text.replace(".", "", 1).isdecimal()
    }
    plan = here.edition.plan
    if plan is None or not targets:
        return tuple(here.view(launches))
    return launches(here.edition.company, plan, targets)


ROUTES = (
    Route("demand", demand, "demand", Right.VIEW),
    Route("demand/series", series, "demand_series", Right.VIEW),
    Route("demand/segments", segments, "demand_segments", Right.VIEW),
    Route("demand/override", override, "demand_override", Right.DECIDE_SALES, ("POST",)),
)
