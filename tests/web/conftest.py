"""A served workspace with the demo company, planned, and a person of each role."""

from __future__ import annotations

import os

import pytest

from tests.web.server import PASSWORD, Served, serve_demo


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """The application on a port of its own, with the demo company and its plan; all browser stories share it."""
    own = tmp_path_factory.getbasetemp()
    together = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with serve_demo(tmp_path_factory.mktemp("served"), together / "demo") as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, without a window."""
    playwright = pytest.importorskip("playwright.sync_api")
    from tests.web.browser import CHROMIUM

    if not CHROMIUM.exists():
        pytest.skip(f"needs Chromium at {CHROMIUM}")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def person(served: Served, chromium):
    """``person("planner")`` gives a page signed in as that role; it fails on console errors and foreign requests."""
    from tests.web.browser import Visits

    visits = Visits(chromium, served.url, PASSWORD)
    yield visits.page
    visits.end()
