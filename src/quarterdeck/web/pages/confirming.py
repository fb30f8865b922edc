"""Shipments written down, and whole orders confirmed: one line in part, or many in one go."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse

from quarterdeck.service.confirming import CONFIRMS, confirm_orders, ship_order
from quarterdeck.service.rights import Right
from quarterdeck.web.access import Route
from quarterdeck.web.pages.orders import DECIDE, booked


def ship(request: HttpRequest) -> HttpResponse:
    """Goods of a sales order went out, all or in part."""
    order, line, asked = request.POST.get("order", ""), request.POST.get("line", ""), request.POST.dict()
    return booked(request, lambda entry: ship_order(entry, order, line, asked), Right.DECIDE_SALES)


def confirm(request: HttpRequest) -> HttpResponse:
    """All that is open of the ticked orders happened as ordered."""
    kind, chosen = request.POST.get("kind", ""), [_order(text) for text in request.POST.getlist("live")]
    right = CONFIRMS.get(kind, Right.DECIDE_PRODUCTION)
    return booked(request, lambda entry: confirm_orders(entry, kind, [each for each in chosen if each]), right)


def _order(text: str) -> tuple[str, str] | None:
    """Order and line of a tick; ``None`` for what is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    fits = isinstance(found, list) and len(found) == 2 and all(isinstance(each, str) for each in found)
    return (found[0], found[1]) if fits else None


ROUTES = (
    Route("orders/ship", ship, "order_ship", Right.DECIDE_SALES, ("POST",)),
    Route("orders/confirm", confirm, "order_confirm", DECIDE, ("POST",)),
)
