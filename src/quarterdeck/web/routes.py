"""Every route of the application, screen by screen."""

from __future__ import annotations

from quarterdeck.web.access import Route
from quarterdeck.web.pages import data, demand, importing, money, people, plans, schedule, sign_in, stock, today, working

ROUTES: tuple[Route, ...] = (
    *sign_in.ROUTES,
    *today.ROUTES,
    *schedule.ROUTES,
    *plans.ROUTES,
    *stock.ROUTES,
    *demand.ROUTES,
    *money.ROUTES,
    *data.ROUTES,
    *importing.ROUTES,
    *working.ROUTES,
    *people.ROUTES,
)
