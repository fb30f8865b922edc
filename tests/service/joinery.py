"""A joinery in Berlin: a saw, gluing by a person, ten tables for one customer; a real plan is made for it."""

from __future__ import annotations

import datetime as dt

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.planning import make_plan, settings_for

NOON = dt.datetime(2026, 3, 2, 12)  # a Monday


def company(count: int = 10) -> Company:
    """The company with that many orders."""
    return Company.of(
        sites=pl.DataFrame({"site": ["main"], "time_zone": ["Europe/Berlin"]}),
        items=pl.DataFrame({"item": ["table", "wood"], "name": ["Oak table", "Oak"], "source": ["make", "buy"]}),
        bom_lines=pl.DataFrame({"parent": ["table"], "component": ["wood"], "quantity_per": [1.0]}),
        stock_lots=pl.DataFrame({"lot": ["L1"], "item": ["wood"], "site": ["main"], "quantity": [200.0]}),
        customers=pl.DataFrame({"customer": ["C1"], "name": ["Café Linden"]}),
        calendars=pl.DataFrame({"calendar": ["day"]}),
        shifts=pl.DataFrame({"calendar": ["day"], "shift": ["day"], "start_time": ["06:00"], "end_time": ["14:00"]}),
        work_centres=pl.DataFrame(
            {"work_centre": ["saw", "glue"], "name": ["Sawing", "Gluing"], "calendar": ["day"] * 2, "units": [1, 2]}
        ),
        machines=pl.DataFrame({"machine": ["S1", "S2"], "name": ["Saw 1", "Saw 2"], "work_centre": ["saw"] * 2}),
        people=pl.DataFrame({"person": ["ann", "bob"], "name": ["Ann", "Bob"], "calendar": ["day"] * 2}),
        person_skills=pl.DataFrame({"person": ["ann", "bob"], "skill": ["gluing"] * 2}),
        operations=pl.DataFrame(
            {
                "item": ["table"] * 2, "sequence": [10, 20], "name": ["Saw", "Glue"], "work_centre": ["saw", "glue"],
                "run_minutes": [60.0, 90.0], "skill": [None, "gluing"],
            }
        ),
        sales_orders=pl.DataFrame(
            {
                "order": [f"SO-{i}" for i in range(count)], "customer": ["C1"] * count, "item": ["table"] * count,
                "quantity": [4.0] * count, "due": [NOON + dt.timedelta(days=1 + i) for i in range(count)],
                "price": [900.0] * count,
            }
        ),
    )  # fmt: skip


def plan(shop: Company, **options: object) -> Plan:
    """Its plan as of Monday at six."""
    chosen = {"as_of": "2026-03-02T06:00", "effort": 1, "horizon_weeks": 8, **options}
    return make_plan(shop, settings_for(shop, **chosen))
