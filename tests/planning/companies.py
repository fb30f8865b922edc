"""Small companies that tests plan."""

import datetime as dt

import polars as pl

from quarterdeck import Company


def lamp_shop():
    """A shop that buys and sells lamps, with a year of history and two orders."""
    weeks = [dt.date(2025, 3, 3) + dt.timedelta(weeks=i) for i in range(52)]
    return Company.of(
        items=pl.DataFrame({"item": ["L1", "L2"], "source": ["buy"] * 2, "cost": [12.5, 30.0], "price": [29.9, 79.0]}),
        suppliers=pl.DataFrame({"supplier": ["LUX"]}),
        supply_options=pl.DataFrame({"item": ["L1", "L2"], "supplier": ["LUX"] * 2, "lead_time_days": [10.0, 21.0]}),
        stock_lots=pl.DataFrame({"item": ["L1", "L2"], "quantity": [40, 3]}),
        demand_history=pl.DataFrame(
            {
                "item": ["L1"] * 52 + ["L2"] * 52,
                "date": weeks * 2,
                "quantity": [8 + i % 3 for i in range(52)] + [2 + i % 3 for i in range(52)],
            }
        ),
        sales_orders=pl.DataFrame(
            {
                "order": ["SO-1", "SO-2"],
                "item": ["L1", "L2"],
                "quantity": [5, 9],
                "due": [dt.datetime(2026, 3, 6, 23, 59, 59), dt.datetime(2026, 3, 5, 23, 59, 59)],
                "price": [29.9, 79.0],
            }
        ),
        cash_accounts=pl.DataFrame({"account": ["bank"], "date": [dt.date(2026, 3, 2)], "balance": [1000]}),
    )


def table_maker():
    """A joiner who makes tables of bought boards on one saw and one bench, with more orders than hours."""
    orders = [f"SO-{i}" for i in range(6)]
    return Company.of(
        items=pl.DataFrame(
            {
                "item": ["table", "top", "board"],
                "source": ["make", "make", "buy"],
                "cost": [None, None, 4.0],
                "price": [200.0, None, None],
            }
        ),
        bom_lines=pl.DataFrame(
            {
                "parent": ["table", "top"],
                "component": ["top", "board"],
                "quantity_per": [1.0, 6.0],
                "scrap": [0.0, 0.05],
            }
        ),
        calendars=pl.DataFrame({"calendar": ["day"]}),
        shifts=pl.DataFrame({"calendar": ["day"], "shift": ["early"], "start_time": ["06:00"], "end_time": ["14:00"]}),
        work_centres=pl.DataFrame({"work_centre": ["saw", "bench"], "calendar": ["day"] * 2, "hourly_cost": [30, 20]}),
        operations=pl.DataFrame(
            {
                "item": ["top", "table"],
                "sequence": [10, 10],
                "work_centre": ["saw", "bench"],
                "setup_minutes": [20.0, 10.0],
                "run_minutes": [30.0, 90.0],
            }
        ),
        suppliers=pl.DataFrame({"supplier": ["mill"]}),
        supply_options=pl.DataFrame(
            {"item": ["board"], "supplier": ["mill"], "lead_time_days": [5.0], "multiple": [10.0]}
        ),
        stock_lots=pl.DataFrame({"item": ["board"], "quantity": [30]}),
        sales_orders=pl.DataFrame(
            {
                "order": orders,
                "item": ["table"] * 6,
                "quantity": [4, 3, 5, 2, 6, 4],
                "due": [dt.datetime(2026, 3, 3 + i, 23, 59, 59) for i in range(6)],
                "price": [200.0] * 6,
            }
        ),
    )
