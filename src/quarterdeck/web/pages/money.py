"""Money: cash over time and what moves it, what items and customers earn, what an item costs and why."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from quarterdeck.model import Company, Plan
from quarterdeck.service.charts import cash_chart
from quarterdeck.service.rights import Right
from quarterdeck.service.views import wording
from quarterdeck.service.views.cash import CashLine, cash_line
from quarterdeck.service.views.costs import cost_tree
from quarterdeck.service.views.margins import margins
from quarterdeck.service.views.names import Names
from quarterdeck.web.access import Route
from quarterdeck.web.listing import csv_answer, listing, matching
from quarterdeck.web.page import desk, show

GROUPS = {"item": "Items", "family": "Families", "customer": "Customers"}


def money(request: HttpRequest) -> HttpResponse:
    """Cash and margins."""
    here = desk(request)
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    by, far = request.GET.get("by", "item"), request.GET.get("far") == "1"
    by = by if by in GROUPS else "item"
    earned = matching(here.view(margins, by, forecast=far), request.GET.get("q", ""), ("group", "title"))
    if request.GET.get("as") == "csv":
        return csv_answer(earned, f"margins-by-{by}.csv")
    line = here.view(cash_line)
    context = {
        **listing(request, earned),
        "by": by,
        "far": far,
        "groups": GROUPS,
        "line": line,
        "payments": _payments(here.edition.company, line) if line else [],
        "cash": here.view(cash_figures) if line else None,
    }
    return show(request, "money.html", context, at=here)


def cash_figures(company: Company, plan: Plan) -> dict[str, object]:
    """What the cash chart draws."""
    line = cash_line(company, plan)
    return cash_chart(company, plan, line) if line else {}


def _payments(company: Company, line: CashLine) -> list[dict[str, str]]:
    currency = Names.of(company).currency
    return [
        {"day": wording.day(row["date"]), "title": row["title"], "amount": wording.money(-row["amount"], currency)}
        for row in line.payments.iter_rows(named=True)
    ]


def cost(request: HttpRequest) -> HttpResponse:
    """The cost of one unit of an item as a tree."""
    here = desk(request)
    item = request.GET.get("item", "")
    if here.edition.plan is None:
        return show(request, "no_plan.html", {}, at=here)
    if item not in Names.of(here.edition.company).units and item not in set(here.edition.company["items"]["item"]):
        raise Http404(f"There is no item {item or 'without a code'}.")
    return show(request, "cost.html", {"tree": here.view(cost_tree, item), "item": item}, at=here)


ROUTES = (
    Route("money", money, "money", Right.VIEW),
    Route("money/cost", cost, "cost", Right.VIEW),
)
