"""Every route of the application, screen by screen."""

from __future__ import annotations

from quarterdeck.web.access import Route
from quarterdeck.web.pages import (
    confirming,
    data,
    demand,
    importing,
    mending,
    money,
    orders,
    people,
    plans,
    schedule,
    search,
    settings,
    sign_in,
    station,
    stock,
    today,
    volumes,
    why,
    working,
)

ROUTES: tuple[Route, ...] = (
    *sign_in.ROUTES,
    *today.ROUTES,
    *mending.ROUTES,
    *schedule.ROUTES,
    *plans.ROUTES,
    *stock.ROUTES,
    *demand.ROUTES,
    *volumes.ROUTES,
    *confirming.ROUTES,
    *orders.ROUTES,
    *station.ROUTES,
    *money.ROUTES,
    *why.ROUTES,
    *data.ROUTES,
    *importing.ROUTES,
    *settings.ROUTES,
    *search.ROUTES,
    *working.ROUTES,
    *people.ROUTES,
)
