# ruff: noqa: E501 - tables read better with one row a line
"""A small bicycle maker with a plan made by hand: every table of a plan is filled, nothing is computed."""

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl

from quarterdeck import Company, Plan, Problem, Settings

AS_OF = dt.datetime(2026, 3, 2, 5, 0, tzinfo=dt.UTC)
CENTRES = {"SAW": "Saw", "WELD": "Weld", "PAINT": "Paint", "TRUE": "Wheel truing", "ASSY": "Assembly"}
MACHINES = {"SAW": 2, "WELD": 3, "PAINT": 1, "TRUE": 1, "ASSY": 3}
PEOPLE = ("Ada Lind", "Ben Okafor", "Chiara Russo", "Dmitri Volkov")
BIKES = (
    ("B54", "Road 54", "Road"),
    ("B58", "Touring 58", "Touring"),
    ("B50", "City 50", "City"),
    ("BT", "Tandem", "Tandem"),
)
PARTS = (("FORK", "Carbon fork 700C"), ("TUBE", "Inner tube 28″"), ("SADL", "Saddle Comfort"))
ROUTE = ("SAW", "WELD", "PAINT", "TRUE", "ASSY")


def utc(days, hour=8.0):
    """The instant that many days after Monday, 2 March 2026, at an hour of Berlin's clock."""
    return dt.datetime(2026, 3, 2, tzinfo=dt.UTC) + dt.timedelta(days=days, hours=hour - 1)


def company():
    """The company: two sites' worth of words, one of them used."""
    machines = [
        (f"{centre}-{i}", f"{CENTRES[centre]} {i}", centre) for centre, n in MACHINES.items() for i in range(1, n + 1)
    ]
    items = [(code, name, family, "make", 1900) for code, name, family in BIKES]
    items += [(code, name, "Parts", "buy", None) for code, name in PARTS]
    return Company.of(
        settings=pl.DataFrame({"setting": ["company", "currency"], "value": ["Velo & Söhne", "EUR"]}),
        sites=pl.DataFrame({"site": ["main"], "name": ["Works"], "time_zone": ["Europe/Berlin"], "calendar": ["day"]}),
        calendars=pl.DataFrame({"calendar": ["day"]}),
        shifts=pl.DataFrame({"calendar": ["day"], "shift": ["early"], "start_time": ["07:00"], "end_time": ["16:00"]}),
        customers=pl.DataFrame({"customer": ["C1", "C2"], "name": ["Alpine Outfitters", "Cycle Republic"]}),
        suppliers=pl.DataFrame({"supplier": ["S1"], "name": ["Meridian Forks"]}),
        items=pl.DataFrame(items, schema=["item", "name", "family", "source", "price"], orient="row"),
        bom_lines=pl.DataFrame(
            {"parent": ["B54", "B54", "B58"], "component": ["FORK", "TUBE", "FORK"], "quantity_per": [1, 2, 1], "scrap": [0.0, 0.0, 0.5]}
        ),
        work_centres=pl.DataFrame({"work_centre": list(CENTRES), "name": list(CENTRES.values())}),
        machines=pl.DataFrame(machines, schema=["machine", "name", "work_centre"], orient="row"),
        people=pl.DataFrame({"person": ["P1", "P2", "P3", "P4"], "name": PEOPLE}),
        demand_history=history(),
        cash_accounts=pl.DataFrame({"account": ["bank"], "date": [dt.date(2026, 3, 1)], "balance": [90_000], "credit_limit": [20_000]}),
    )  # fmt: skip


def history():
    """Two years of weekly sales with a season."""
    rows = []
    for place, (code, _, _) in enumerate(BIKES):
        for week in range(104):
            level = (40 - 9 * place) * (1 + 0.5 * np.sin(2 * np.pi * (week - 20) / 52))
            rows.append(
                (code, dt.date(2024, 3, 4) + dt.timedelta(weeks=week), float(round(level + (week * 7919 % 11) - 5, 0)))
            )
    return pl.DataFrame(rows, schema=["item", "date", "quantity"], orient="row").with_columns(
        pl.col("quantity").clip(0)
    )


def plan(orders=60):
    """A plan of that many production orders."""
    made, steps = _orders_and_steps(orders)
    blank = Plan.blank(Settings(as_of=AS_OF, horizon_weeks=13))
    return blank.with_tables(
        orders=pl.concat([made, _purchases()], how="diagonal"),
        operations=steps,
        requirements=_requirements(),
        deliveries=_deliveries(),
        causes=_causes(),
        pegs=_pegs(),
        actions=_actions(),
        loads=_loads(),
        projected_stock=_stock(),
        targets=_targets(),
        series=_series(),
        forecasts=_forecasts(),
        item_costs=_costs(),
        cash_lines=_cash(),
        kpis=_kpis(),
    ).with_problems(
        (
            Problem("error", "unknown-item", "Sales order SO-9 asks for item XX, which is not known.", "Add the item or correct the order."),
            Problem("warning", "no-lead-time", "Item SADL has no lead time; 14 days are taken.", "Give a lead time.", table="items", key="SADL"),
            Problem("warning", "no-lead-time", "Item TUBE has no lead time; 14 days are taken.", "Give a lead time.", table="items", key="TUBE"),
        )
    )  # fmt: skip


def _orders_and_steps(count):
    orders, steps = [], []
    free = {f"{centre}-{i}": 0.0 for centre, n in MACHINES.items() for i in range(1, n + 1)}
    for number in range(count):
        code, _, family = BIKES[number * 7 % len(BIKES)]
        at = 0.0
        for place, centre in enumerate(ROUTE):
            machine = min((name for name in free if name.startswith(centre)), key=lambda name: (free[name], name))
            setup, hours = (0.5, 2.0 + (number * 13 + place * 5) % 7 / 2) if place != 2 else (1.0, 1.0)
            begin = max(at, free[machine])
            start, end = _open(begin + setup), _open(begin + setup + hours)
            steps.append({
                "order": f"WO-{884 + number}", "sequence": 10 * (place + 1), "item": code, "name": f"{CENTRES[centre]} {family.lower()}",
                "quantity": 20.0, "work_centre": centre, "machine": machine, "person": f"P{1 + number % 4}" if place == 4 else None,
                "setup_family": family, "ready": _open(at), "setup_start": _open(begin), "start": start, "end": end,
                "setup_seconds": int(setup * 3600), "run_seconds": int(hours * 3600),
                "waited_for": "machine" if begin > at else "nothing", "blocker": f"WO-{883 + number}" if begin > at else None,
            })  # fmt: skip
            at = free[machine] = begin + setup + hours
        orders.append({
            "order": f"WO-{884 + number}", "line": "", "kind": "make", "state": "planned", "item": code, "site": "main",
            "quantity": 20.0, "start_quantity": 20.0, "release": steps[-5]["setup_start"], "needed": utc(9), "available": _open(at),
            "level": 0, "late_seconds": max(0, int((_open(at) - utc(9)).total_seconds())),
        })  # fmt: skip
    return pl.DataFrame(orders), pl.DataFrame(steps, infer_schema_length=None)


def _open(work_hours):
    """The instant after that many working hours of nine-hour days, Monday to Friday."""
    days, hours = divmod(work_hours, 9)
    weeks, weekday = divmod(int(days), 5)
    return utc(7 * weeks + weekday, 7 + hours)


def _purchases():
    return pl.DataFrame([{
        "order": "PO-2291", "line": "1", "kind": "buy", "state": "open", "item": "FORK", "site": "main", "quantity": 80.0,
        "start_quantity": 80.0, "partner": "S1", "release": utc(-10), "needed": utc(9), "available": utc(14), "level": 1,
        "cost": Decimal(9600), "late_seconds": 432_000,
    }])  # fmt: skip


def _requirements():
    wanted = [("D000001", "sales_order", "SO-1182", "C1", "B58", 6.0, 9), ("D000002", "sales_order", "SO-1174", "C2", "B54", 20.0, 3),
              ("D000003", "sales_order", "SO-1201", "C2", "B50", 4.0, 20), ("D000004", "forecast", None, None, "B54", 12.0, 30)]  # fmt: skip
    return pl.DataFrame([
        {"demand": code, "kind": kind, "order": order, "line": "1" if order else None, "customer": customer, "item": item,
         "site": "main", "quantity": amount, "due": utc(days, 18), "value": Decimal(1900) * int(amount)}
        for code, kind, order, customer, item, amount, days in wanted
    ], infer_schema_length=None)  # fmt: skip


def _deliveries():
    late = {
        "D000001": ("late", 432_000, 0.0),
        "D000002": ("late", 66_000, 0.0),
        "D000003": ("on_time", 0, 0.0),
        "D000004": ("short", 0, 12.0),
    }
    rows = []
    for row in _requirements().iter_rows(named=True):
        state, seconds, short = late[row["demand"]]
        there = None if state == "short" else row["due"] + dt.timedelta(seconds=seconds)
        rows.append({"demand": row["demand"], "state": state, "due": row["due"], "delivered": there, "quantity": row["quantity"],
                     "on_time": 0.0 if seconds else row["quantity"] - short, "short": short, "late_seconds": seconds,
                     "reason": "Carbon fork late from Meridian Forks." if state == "late" else ""})  # fmt: skip
    return pl.DataFrame(rows)


def _causes():
    return pl.DataFrame([
        {"demand": "D000001", "step": 1, "cause": "material", "seconds": 432_000, "order": "PO-2291", "item": "FORK", "object": "S1", "text": "Carbon fork late from Meridian Forks"},
        {"demand": "D000002", "step": 1, "cause": "capacity", "seconds": 44_400, "order": "WO-884", "item": "B54", "object": "PAINT-1", "text": "queue at Paint"},
        {"demand": "D000002", "step": 2, "cause": "setup", "seconds": 21_600, "order": "WO-884", "item": "B54", "object": "PAINT-1", "text": "colour change blue to white"},
    ])  # fmt: skip


def _pegs():
    rows = [("B54", "order", "WO-884", "", "requirement", "D000002", ""), ("B58", "order", "WO-887", "", "requirement", "D000001", ""),
            ("FORK", "order", "PO-2291", "1", "order", "WO-887", ""), ("FORK", "order", "PO-2291", "1", "order", "WO-884", ""),
            ("B50", "stock", "", "", "requirement", "D000003", "")]  # fmt: skip
    return pl.DataFrame([
        {"peg": number, "item": item, "site": "main", "quantity": 6.0, "supply_kind": kind, "supply": supply, "supply_line": line,
         "demand_kind": wants, "demand": demand, "demand_line": demand_line, "needed": utc(9)}
        for number, (item, kind, supply, line, wants, demand, demand_line) in enumerate(rows)
    ])  # fmt: skip


def _actions():
    rows = [("expedite", "PO-2291", "1", "buy", "FORK", "S1", 80.0, 0, 14, 9, "Needed Wed 11 Mar, promised Mon 16 Mar.", "Saves 5 days on SO-1182.", 240, 9.0),
            ("release", "WO-885", "", "make", "B54", None, 24.0, 1, None, None, "Start Tue 07:00 on Weld 2; material complete.", "Keeps SO-1201 on time.", 0, 5.0),
            ("increase", "WO-886", "", "make", "B50", None, 32.0, 1, None, None, "Yield fell to 91 % last week.", "Covers 8 short on 12 Mar.", 560, 4.0),
            ("defer", "PO-2278", "1", "buy", "SADL", "S1", 300.0, 2, 5, 19, "Demand is fading; 61 days of stock.", "Frees money for 14 days.", -3900, 1.0)]  # fmt: skip
    return pl.DataFrame([
        {"action": action, "order": order, "line": line, "kind": kind, "item": item, "site": "main", "partner": partner, "quantity": amount,
         "by": utc(by), "from_date": before and utc(before), "to_date": after and utc(after), "reason": reason, "effect": effect,
         "value": Decimal(value), "urgency": urgency}
        for action, order, line, kind, item, partner, amount, by, before, after, reason, effect, value, urgency in rows
    ], infer_schema_length=None)  # fmt: skip


def _loads():
    return pl.DataFrame([
        {"work_centre": centre, "week": dt.date(2026, 3, 2) + dt.timedelta(weeks=week), "capacity_hours": 45.0 * MACHINES[centre],
         "setup_hours": 4.0, "run_hours": 45.0 * MACHINES[centre] * max(0.1, 1.05 - 0.07 * week - 0.1 * place)}
        for place, centre in enumerate(CENTRES) for week in range(13)
    ])  # fmt: skip


def _stock():
    rows = []
    for place, code in enumerate(["B54", "B58", "B50", "FORK", "TUBE", "SADL"]):
        stock = 60.0 - 8 * place
        for week in range(13):
            incoming = 30.0 if week % 3 == place % 3 else 0.0
            outgoing = 12.0 + week % 4
            stock += incoming - outgoing
            rows.append((code, "main", dt.date(2026, 3, 4) + dt.timedelta(weeks=week), incoming, outgoing, stock))
    return pl.DataFrame(rows, schema=["item", "site", "date", "incoming", "outgoing", "stock"], orient="row")


def _targets():
    return pl.DataFrame([
        {"item": code, "site": "main", "abc": "A", "xyz": "X", "service_level": 0.95, "lead_time_days": 14.0, "lead_time_spread_days": 3.0,
         "lead_time_demand": 24.0, "safety_stock": safety, "reorder_point": safety + 24, "order_up_to": safety + 40,
         "reason": "Covers 95 % of demand over 14 ± 3 days."}
        for code, safety in (("B54", 10.0), ("B58", 8.0), ("FORK", 14.0), ("SADL", 0.0))
    ])  # fmt: skip


def _series():
    return pl.DataFrame([
        {"item": code, "site": "main", "pattern": "smooth", "method": "combination", "reason": "Steady demand with a summer season; the forecast was 12 % off.",
         "mean_per_week": 30.0 - 7 * place, "spread_per_week": 6.0, "seasonal": True}
        for place, (code, _, _) in enumerate(BIKES)
    ])  # fmt: skip


def _forecasts():
    rows = []
    for place, (code, _, _) in enumerate(BIKES):
        for week in range(13):
            level = (40 - 9 * place) * (1 + 0.5 * np.sin(2 * np.pi * (week - 20) / 52))
            q05, q25, q75, q95 = (
                max(0.0, level * (1 + shift * (1 + week / 26))) for shift in (-0.4, -0.15, 0.15, 0.45)
            )
            rows.append({"item": code, "site": "main", "start": dt.date(2026, 3, 2) + dt.timedelta(weeks=week), "days": 7, "baseline": level, "quantity": level,
                         "q05": q05, "q25": q25, "q50": level, "q75": q75, "q95": q95, "ordered": max(0.0, 10.0 - 4 * week)})  # fmt: skip
    return pl.DataFrame(rows)


def _costs():
    rows = [
        ("B54", "material", 0, 190),
        ("B54", "labour", 80, 80),
        ("FORK", "material", 120, 120),
        ("TUBE", "material", 5, 5),
    ]
    return pl.DataFrame(
        [{"item": i, "part": p, "own": Decimal(own), "total": Decimal(total)} for i, p, own, total in rows]
    )


def _cash():
    rows, balance = [], Decimal(90_000)
    moves = [(0, "opening", 0, False)]
    for week in range(13):
        moves += [
            (7 * week + 1, "purchase", -14_000 if week < 6 else -7_000, False),
            (7 * week + 3, "sales", 9_000 + 900 * week, week > 4),
            (7 * week + 4, "fixed", -3_500, False),
        ]
    for number, (days, kind, amount, expected) in enumerate(moves):
        balance += Decimal(amount)
        partner = {"purchase": "S1", "sales": "C1"}.get(kind, "")
        rows.append({"number": number, "date": dt.date(2026, 3, 2) + dt.timedelta(days=days), "kind": kind, "reference": "PO-2291" if kind == "purchase" else "",
                     "partner": partner, "amount": Decimal(amount), "balance": balance, "expected": expected})  # fmt: skip
    return pl.DataFrame(rows)


def _kpis():
    rows = [("on_time_in_full", "On time in full", 0.941, "share", 0.96, "at_least", False, ""), ("stock_value", "Stock", 412_300.0, "EUR", 430_000.0, "at_most", True, "31 days of sales"),
            ("turns", "Stock turns", 11.8, "a year", 12.0, "at_least", False, ""), ("utilisation", "Utilisation of Paint", 0.93, "share", None, "at_least", None, "busiest work centre"),
            ("lowest_cash", "Lowest cash", 58_000.0, "EUR", 25_000.0, "at_least", True, "Thu 26 Mar")]  # fmt: skip
    return pl.DataFrame([
        {"kpi": k, "title": t, "value": v, "unit": u, "target": goal, "direction": d, "met": met, "note": note, "formula": f"How {t.lower()} is computed."}
        for k, t, v, u, goal, d, met, note in rows
    ], infer_schema_length=None)  # fmt: skip
