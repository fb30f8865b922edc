"""Pictures of every page: at a desk and on a tablet, light and dark, into ``docs/images/screens``.

Needs Debian's Chromium. Run it as ``make screenshots``; single pages as ``python tools/screenshots.py today schedule``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.web.browser import CHROMIUM  # noqa: E402 - the project's root must be on the path
from tests.web.server import PASSWORD, Served, serve_demo  # noqa: E402
from tests.web.test_import_stories import workbook  # noqa: E402
from tests.web.test_plan_stories import started  # noqa: E402

PAGES = {
    "today": "/",
    "schedule": "/schedule",
    "stock": "/stock",
    "stock-capital": "/stock/capital",
    "stock-item": "/stock/item?item=FORK-CARB&site=plant",
    "demand": "/demand",
    "demand-series": "/demand/series?item=CARGO-BLK&site=plant",
    "demand-segments": "/demand/segments",
    "volumes": "/volumes",
    "orders": "/orders",
    "orders-purchase": "/orders?kind=purchase",
    "enquiry": "/orders/enquiry?item=CARGO-BLK&quantity=5",
    "order": "/orders/sales?order=SO-40331&line=10",
    "station": "/station?centre=ASSEMBLY",
    "money": "/money",
    "cost": "/money/cost?item=CARGO-BLK",
    "plans": "/plans",
    "plans-compare": "/plans/compare",
    "data": "/data",
    "data-items": "/data/items",
    "data-changes": "/data/changes",
    "import": "/import",
    "import-check": "/import",
    "settings": "/settings",
    "welcome": "/welcome",
    "why": "/why/stock_now",
    "sign-in": "/sign-in",
}
SIZES = {"desk": (1400, 900), "tablet": (820, 1180)}
THEMES = ("light", "dark")
FOLDER = ROOT / "docs/images/screens"
QUALITY = 70
PATIENCE = 120_000


def _checked_import(page: Page) -> None:
    """A workbook with faults, read and checked."""
    with tempfile.TemporaryDirectory() as folder:
        path = workbook(Path(folder) / "parts.xlsx")
        page.goto("/import")
        page.set_input_files("[type=file]", path)
        page.locator("#faults").wait_for()


def _comparison(page: Page) -> None:
    """Two plans beside each other; the second, with more service, is made where there is only one."""
    page.goto("/plans")
    if page.locator("tr[data-plan]").count() == 1:
        started(page, "more service", service_level="0.99")
        page.locator("tr[data-plan]").nth(1).wait_for()
    page.goto("/plans/compare")


def _signed_out(page: Page) -> None:
    """What a stranger sees; the last picture of its context."""
    page.context.clear_cookies()
    page.goto("/sign-in")


PREPARED = {"import-check": _checked_import, "plans-compare": _comparison, "sign-in": _signed_out}


def main(wanted: list[str]) -> None:
    """Takes the pictures of the pages called so, or of all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve_demo(Path(folder) / "served", Path(folder) / "demo") as served,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for size in SIZES:
            for theme in THEMES:
                _pictures(browser, served, (size, theme), wanted or list(PAGES))
        browser.close()


def _pictures(browser: Browser, served: Served, form: tuple[str, str], names: list[str]) -> None:
    size, theme = form
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=served.url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto("/sign-in")
    page.fill("[name=name]", "administrator")
    page.fill("[name=password]", PASSWORD)
    page.click("button.go")
    page.wait_for_load_state("networkidle")
    for name in names:
        PREPARED.get(name, lambda _: None)(page)
        if name not in PREPARED:
            page.goto(PAGES[name])
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(600)
        taken = Path(tempfile.gettempdir()) / f"quarterdeck-{name}.png"
        page.screenshot(path=taken)
        Image.open(taken).convert("RGB").save(FOLDER / f"{name}-{size}-{theme}.webp", quality=QUALITY, method=6)
        taken.unlink()
        sys.stdout.write(f"{name} {size} {theme}\n")
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
