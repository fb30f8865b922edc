"""A small maker of bicycles: frames are welded and painted, then bikes assembled by people."""

from __future__ import annotations

import datetime as dt

import polars as pl

from quarterdeck.model import Company, Plan, Settings

AS_OF = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)  # a Monday
SETTINGS = Settings(as_of=AS_OF, horizon_weeks=8, effort=2)


def day(number: float) -> dt.datetime:
    """A moment so many days after now."""
    return AS_OF + dt.timedelta(days=number)


def company(**changes: pl.DataFrame) -> Company:
    """The company, with other tables where given."""
    base = Company.of(
        items=pl.DataFrame({"item": ["bike", "frame"], "source": ["make", "make"]}),
        calendars=pl.DataFrame({"calendar": ["two shifts"]}),
        shifts=pl.DataFrame(
            {
                "calendar": ["two shifts"] * 2,
                "shift": ["early", "late"],
                "start_time": ["06:00", "14:00"],
                "end_time": ["14:00", "22:00"],
            }
        ),
        work_centres=pl.DataFrame({"work_centre": ["weld", "bench"], "calendar": ["two shifts"] * 2, "units": [1, 2]}),
        machines=pl.DataFrame({"machine": ["W1", "W2"], "work_centre": ["weld"] * 2, "efficiency": [1.0, 0.8]}),
        people=pl.DataFrame({"person": ["ann", "bob"], "calendar": ["two shifts"] * 2}),
        person_skills=pl.DataFrame({"person": ["ann", "bob"], "skill": ["assembly"] * 2, "level": [1.0, 0.9]}),
        operations=pl.DataFrame(
            {
                "item": ["frame", "frame", "bike"],
                "sequence": [10, 20, 10],
                "work_centre": ["weld", "bench", "bench"],
                "setup_minutes": [30.0, 0.0, 10.0],
                "run_minutes": [10.0, 5.0, 20.0],
                "setup_family": ["steel", None, None],
                "skill": [None, None, "assembly"],
                "queue_hours": [0.0, 1.0, 0.0],
                "move_hours": [0.0, 0.0, 2.0],
            }
        ),
        setup_times=pl.DataFrame(
            {"work_centre": ["weld"], "from_family": ["*"], "to_family": ["*"], "minutes": [45.0]}
        ),
    )
    return base.replace(**changes)


def order(code: str, kind: str, item: str, start: float, end: float, **more: object) -> dict[str, object]:
    """One row of the plan's orders; times in days from now."""
    row = {
        "order": code, "kind": kind, "state": "planned", "item": item, "site": "main", "quantity": 20.0,
        "start_quantity": 20.0, "routing": "main", "release": day(start), "needed": day(end), "available": day(end),
        "level": 0,
    }  # fmt: skip
    return row | more


def plan(orders: list[dict[str, object]], pegs: list[tuple[str, str, str]], due: dict[str, float]) -> Plan:
    """A plan before scheduling; ``pegs`` are (supply, demand kind, demand), ``due`` the demands in days from now."""
    rows = [
        {
            "peg": number, "item": "any", "site": "main", "quantity": 20.0, "supply_kind": "order", "supply": supply,
            "demand_kind": kind, "demand": demand, "needed": AS_OF,
        }
        for number, (supply, kind, demand) in enumerate(pegs)
    ]  # fmt: skip
    wanted = [
        {
            "demand": name, "kind": "sales_order", "item": "bike", "site": "main", "quantity": 20.0, "due": day(end),
            "priority": 5,
        }
        for name, end in due.items()
    ]  # fmt: skip
    tables = {"orders": orders, "pegs": rows, "requirements": wanted}
    return Plan.blank(SETTINGS).with_tables(
        **{name: pl.DataFrame(table, infer_schema_length=None) for name, table in tables.items() if table}
    )


def usual(count: int, pace: float = 0.5) -> Plan:
    """Bikes one after the other, each from a frame of its own, each frame from bought tubes."""
    orders: list[dict[str, object]] = []
    pegs: list[tuple[str, str, str]] = []
    due: dict[str, float] = {}
    for i in range(count):
        start = i * pace
        orders.append(order(f"F{i:03}", "make", "frame", start, start + 1))
        orders.append(order(f"B{i:03}", "make", "bike", start + 1, start + 2))
        orders.append(order(f"T{i:03}", "buy", "tube", start - 1, start))
        pegs += [(f"T{i:03}", "order", f"F{i:03}"), (f"F{i:03}", "order", f"B{i:03}")]
        pegs.append((f"B{i:03}", "requirement", f"D{i:03}"))
        due[f"D{i:03}"] = start + 2
    return plan(orders, pegs, due)
