"""A small maker of bicycles in a workspace of its own, planned in a second: what the stories about orders work with."""

import datetime as dt
from pathlib import Path

import polars as pl

from quarterdeck.service.planning import plan_workspace
from quarterdeck.store import TableChange, Workspace

AS_OF = dt.datetime(2026, 3, 2, 7, 0)


def tables():
    """The company: a bicycle of a frame and two wheels, made in two steps; orders, stock, what is on its way."""
    day = dt.timedelta(days=1)
    return {
        "settings": pl.DataFrame({"setting": ["as_of", "company"], "value": ["2026-03-02T07:00", "Small Wheels"]}),
        "sites": pl.DataFrame(
            {"site": ["main", "shop"], "name": ["Works", "Shop"], "time_zone": ["Europe/Berlin", "Europe/Berlin"]}
        ),
        "customers": pl.DataFrame({"customer": ["C1"], "name": ["Alpine"]}),
        "suppliers": pl.DataFrame({"supplier": ["S1", "S2"], "name": ["Tubes Ltd", "Wheels Ltd"]}),
        "items": pl.DataFrame(
            {
                "item": ["bike", "frame", "wheel", "bell"],
                "name": ["Bicycle", "Frame", "Wheel", "Bell"],
                "source": ["make", "buy", "buy", "buy"],
                "cost": [150, 60, 20, 3],
                "price": [400, None, None, None],
            }
        ),
        "bom_lines": pl.DataFrame(
            {"parent": ["bike", "bike"], "component": ["frame", "wheel"], "quantity_per": [1.0, 2.0]}
        ),
        "work_centres": pl.DataFrame({"work_centre": ["WELD", "ASSY"], "name": ["Welding", "Assembly"]}),
        "machines": pl.DataFrame({"machine": ["W1", "A1"], "work_centre": ["WELD", "ASSY"]}),
        "operations": pl.DataFrame(
            {
                "item": ["bike", "bike"],
                "sequence": [10, 20],
                "name": ["Weld", "Assemble"],
                "work_centre": ["WELD", "ASSY"],
                "run_minutes": [30.0, 20.0],
            }
        ),
        "supply_options": pl.DataFrame(
            {
                "item": ["frame", "wheel", "bell"],
                "supplier": ["S1", "S2", "S2"],
                "lead_time_days": [5.0, 4.0, 3.0],
                "price": [60, 20, 3],
            }
        ),
        "stock_lots": pl.DataFrame(
            {"lot": ["", "old", "new"], "item": ["frame", "wheel", "wheel"], "quantity": [12.0, 10.0, 30.0],
             "expiry": [None, dt.date(2026, 9, 1), dt.date(2027, 9, 1)]}
        ),
        "sales_orders": pl.DataFrame(
            {
                "order": ["SO-1", "SO-2", "SO-3"],
                "customer": ["C1"] * 3,
                "item": ["bike"] * 3,
                "quantity": [8.0, 20.0, 10.0],
                "due": [AS_OF + 4 * day, AS_OF + 12 * day, AS_OF + 30 * day],
            }
        ),
        "purchase_orders": pl.DataFrame(
            {
                "order": ["PO-1", "PO-2", "PO-3"],
                "line": ["1", "1", "1"],
                "supplier": ["S1", "S2", "S2"],
                "item": ["frame", "bell", "wheel"],
                "quantity": [10.0, 50.0, 4.0],
                "due": [AS_OF + 40 * day, AS_OF + 5 * day, AS_OF + 3 * day],
            }
        ),
        "work_orders": pl.DataFrame(
            {"order": ["WO-1"], "item": ["bike"], "quantity": [8.0], "due": [AS_OF + 4 * day], "status": ["released"]}
        ),
        "transfer_orders": pl.DataFrame(
            {"order": ["TO-1"], "item": ["wheel"], "from_site": ["main"], "to_site": ["shop"], "quantity": [5.0],
             "due": [AS_OF + 3 * day]}
        ),
    }  # fmt: skip


def shop(folder: Path) -> Workspace:
    """The workspace with the company and its first plan."""
    workspace = Workspace.create(folder)
    workspace.commit({name: TableChange(frame) for name, frame in tables().items()}, author="Ada", reason="First data")
    plan_workspace(workspace, author="Ada", horizon_weeks=8, effort=0)
    return workspace
