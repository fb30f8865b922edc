"""Visits of people to the application: signed in, watched for errors and for requests to other hosts."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 20_000  # [ms] on a busy machine


class Visits:
    """Pages opened in one story; ``end`` fails if any of them had an error or asked another host for anything."""

    def __init__(self, browser, url: str, password: str) -> None:
        self.browser, self.url, self.password = browser, url, password
        self.contexts, self.faults = [], []

    def page(
        self, role: str | None = "planner", *, width: int = 1400, height: int = 900, expected: tuple[int, ...] = ()
    ):
        """A page of a person with this role (``None``: a stranger); a status in ``expected`` is no fault."""
        context = self.browser.new_context(base_url=self.url, viewport={"width": width, "height": height})
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: self._console(message, expected))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._request)
        if role is not None:
            page.goto("/sign-in")
            page.fill("[name=name]", role)
            page.fill("[name=password]", self.password)
            page.click("button.go")
            page.wait_for_url(lambda address: "/sign-in" not in address)
        return page

    def end(self) -> None:
        """Closes everything and tells what was wrong."""
        for context in self.contexts:
            context.close()
        assert not self.faults, "\n".join(self.faults)

    def _console(self, message, expected: tuple[int, ...]) -> None:
        if message.type == "error" and not any(f"status of {status}" in message.text for status in expected):
            self.faults.append(f"console: {message.text} at {message.location}")

    def _request(self, request) -> None:
        host = urlsplit(request.url)
        if host.scheme not in {"data", "blob"} and f"{host.scheme}://{host.netloc}" != self.url:
            self.faults.append(f"request to another host: {request.url}")


def shows(place, text: str) -> None:
    """Waits until there stands exactly this text."""
    _expect(place).to_have_text(text, timeout=PATIENCE)


def tells(place, words: str) -> None:
    """Waits until these words stand there."""
    _expect(place).to_contain_text(words, timeout=PATIENCE)


def counts(place, number: int) -> None:
    """Waits until there are as many of them."""
    _expect(place).to_have_count(number, timeout=PATIENCE)


def seen(place) -> None:
    """Waits until it is in sight."""
    _expect(place).to_be_visible(timeout=PATIENCE)


def _expect(place):
    from playwright.sync_api import expect

    return expect(place)
