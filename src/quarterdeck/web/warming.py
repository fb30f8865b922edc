"""What most pages need, computed before anybody asks: at the start, and when a plan was made."""

from __future__ import annotations

import logging
import threading
import time

from quarterdeck.service.current import Current, newest_plan
from quarterdeck.service.views.actions import actions
from quarterdeck.service.views.demand_page import demand_overview, series_list
from quarterdeck.service.views.lateness import causes_in_all, late_orders
from quarterdeck.service.views.order_list import order_list
from quarterdeck.service.views.overview import overview
from quarterdeck.service.views.schedule_tiles import schedule_tiles
from quarterdeck.service.views.stock_page import stock_list, stock_totals
from quarterdeck.service.views.tables_page import table_groups
from quarterdeck.web.navigation import waiting
from quarterdeck.web.pages.schedule import packed_chart

VIEWS = (
    waiting, actions, overview, late_orders, causes_in_all, schedule_tiles, stock_list, stock_totals, series_list,
    demand_overview, table_groups, packed_chart,
)  # fmt: skip
LOOK_SECONDS = 1.0
logger = logging.getLogger(__name__)


def keep_warm(current: Current) -> threading.Thread:
    """Starts a thread that computes what pages show of each new plan; it ends with the process."""
    thread = threading.Thread(target=_watch, args=(current,), name="warm", daemon=True)
    thread.start()
    return thread


def warm(current: Current) -> None:
    """Computes the views of the newest plan."""
    edition = current.edition()
    if edition.plan is not None:
        for view in VIEWS:
            current.view(view, edition)
            time.sleep(0)  # pages go first
        current.view(order_list, edition, "sales", ())


def _watch(current: Current) -> None:
    known = ""
    while True:
        newest = known
        try:
            newest = newest_plan(current.workspace)
            if newest != known:
                warm(current)
        except Exception:
            # A page that needs what cannot be computed will say so to the person who asks for it.
            logger.debug("Not computed ahead for %s", newest, exc_info=True)
        known = newest
        time.sleep(LOOK_SECONDS)
