"""Every route of the application, screen by screen."""

from __future__ import annotations

from quarterdeck.web.access import Route
from quarterdeck.web.pages import people, sign_in, today, working

ROUTES: tuple[Route, ...] = (
    *sign_in.ROUTES,
    *today.ROUTES,
    *working.ROUTES,
    *people.ROUTES,
)
