"""Views as the numbers that the report's charts draw: days and minutes as offsets, quantities rounded."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import DAY, MINUTE, home_zone
from quarterdeck.model.currency import SIGNS
from quarterdeck.service.views import wording
from quarterdeck.service.views.cash import CashLine
from quarterdeck.service.views.demand import DemandCurve, demand_curves, demand_list
from quarterdeck.service.views.rows import By
from quarterdeck.service.views.schedule import Bar, Schedule, schedule
from quarterdeck.service.views.stock import StockCurve, item_risks, risk_mark, risk_text, stock_curve, stock_curves
from quarterdeck.service.views.stock_band import stock_band

MOST_ITEMS = 300
MOST_BARS = 8_000
HISTORY_DAYS = 455
TITLES: dict[By, str] = {"machine": "Machines", "person": "People", "order": "Orders"}
RISK_VERBS = {
    "out": ("runs out", "run out"),
    "low": ("falls below safety stock", "fall below safety stock"),
    "high": ("has more than needed", "have more than needed"),
    "calm": ("is calm", "are calm"),
}
EPOCH = dt.date(1970, 1, 1)
Chart = dict[str, Any]


def schedule_chart(company: Company, plan: Plan) -> Chart | None:
    """Bars once, and for each way to lay them out the rows they stand in; ``None`` without operations."""
    everything = schedule(company, plan, "order")
    bars = everything.bars[:MOST_BARS]
    if not bars:
        return None
    place = {(bar.order, bar.sequence): index for index, bar in enumerate(bars)}
    zone = ZoneInfo(everything.zone)
    now = _minute(everything.now, zone)
    base = now // (DAY // MINUTE) * (DAY // MINUTE)
    families = _families(bars)
    times: list[list[int]] = []
    layouts: dict[By, Schedule] = {
        "machine": schedule(company, plan, "machine"),
        "person": schedule(company, plan, "person"),
        "order": everything,
    }
    views = [_layout(laid, TITLES[by], place, times, (zone, base)) for by, laid in layouts.items() if laid.bars]
    drawn = [_bar(bar, families, zone, base) for bar in bars]
    return {
        "base": base,
        "now": now - base,
        "from": min(0, max(min(bar[0] for bar in drawn), -DAY // MINUTE)),
        "first": min(0, *(bar[0] for bar in drawn)),
        "last": max(bar[3] for bar in drawn) + 60,
        "families": [family or "No family" for family in families],
        "times": times,
        "views": views,
        "bars": drawn,
        "labels": [bar.label for bar in bars],
        "cards": [[bar.heading, bar.when, bar.serves, bar.why] for bar in bars],
    }


def _families(bars: tuple[Bar, ...]) -> list[str]:
    """Item families, those with the most work first: the first get colours of their own."""
    spans: dict[str, float] = {}
    for bar in bars:
        spans[bar.family] = spans.get(bar.family, 0.0) + (bar.end - bar.setup_start).total_seconds()
    return sorted(spans, key=lambda family: (-spans[family], family))


def _layout(
    laid: Schedule, title: str, place: dict[tuple[str, int], int], times: list[list[int]], clock: tuple[ZoneInfo, int]
) -> Chart:
    zone, base = clock
    at = [-1] * len(place)
    for bar in laid.bars:
        index = place.get((bar.order, bar.sequence))
        if index is not None:
            at[index] = bar.row
    first = len(times)
    for each in laid.open_times:
        edges = zip(each.starts.tolist(), each.ends.tolist(), strict=True)
        moments = [dt.datetime.fromtimestamp(second, dt.UTC) for pair in edges for second in pair]
        times.append([_minute(moment, zone) - base for moment in moments])
    rows = [
        {"title": row.title, "calendar": first + row.calendar, "load": row.load, "text": row.load_text}
        for row in laid.rows
    ]
    return {"title": title, "rows": rows, "at": at}


def _bar(bar: Bar, families: list[str], zone: ZoneInfo, base: int) -> list[int]:
    """Set-up, start, start, end [min], family, lateness of the customer [min]."""
    setup, start, end = (_minute(moment, zone) - base for moment in (bar.setup_start, bar.start, bar.end))
    return [setup, start, start, end, families.index(bar.family), bar.late_seconds // MINUTE]


def _minute(moment: dt.datetime, zone: ZoneInfo) -> int:
    """Minutes since 1970 on the wall clock of ``zone``."""
    wall = moment.astimezone(zone).replace(tzinfo=dt.UTC)
    return int(wall.timestamp()) // MINUTE


def stock_chart(company: Company, plan: Plan) -> Chart | None:
    """Stock curves of the items at greatest risk, the worst first; ``None`` if nothing is stocked."""
    risks = item_risks(company, plan).head(MOST_ITEMS)
    if risks.is_empty():
        return None
    curves = stock_curves(company, plan, risks)
    base = _today(company, plan)
    end = wording.local(plan.settings.horizon_end, home_zone(company)).date()
    several = risks["site"].n_unique() > 1
    items = [
        _stock_item(row, curves[row["item"], row["site"]], (base, end), several) for row in risks.iter_rows(named=True)
    ]
    return {"base": _offset(base, EPOCH), "last": _offset(end, base), "items": items}


def stock_item_chart(company: Company, plan: Plan, item: str, site: str) -> Chart | None:
    """The stock curve of one item at one site; ``None`` if the plan has none."""
    rows = item_risks(company, plan).filter((pl.col("item") == item) & (pl.col("site") == site))
    if rows.is_empty():
        return None
    base = _today(company, plan)
    end = wording.local(plan.settings.horizon_end, home_zone(company)).date()
    curve = stock_curves(company, plan, rows)[item, site]
    drawn = {**_stock_item(rows.row(0, named=True), curve, (base, end), several=False), **_band(plan, curve, base, end)}
    return {"base": _offset(base, EPOCH), "last": _offset(end, base), "items": [drawn]}


def may_run_out(company: Company, plan: Plan, item: str, site: str) -> str:
    """The first day on which one case in twenty is out of stock, in words; nothing where that is not known."""
    curve = stock_curve(company, plan, item, site)
    end = wording.local(plan.settings.horizon_end, home_zone(company)).date()
    band = stock_band(plan, curve, _today(company, plan), end) if curve else None
    return wording.day(band.may_run_out) if band and band.may_run_out else ""


def _band(plan: Plan, curve: StockCurve, base: dt.date, end: dt.date) -> Chart:
    """How far the stock may come out from the plan; nothing where that is not known."""
    band = stock_band(plan, curve, base, end)
    if band is None:
        return {}
    unlikely = None if band.may_run_out is None else _offset(band.may_run_out, base)
    quantiles = {name: _rounded(pl.Series(getattr(band, name))) for name in ("q05", "q25", "q75", "q95")}
    return {"b": {"d": [_offset(day, base) for day in band.days], **quantiles, "out": unlikely}}


def _stock_item(
    row: dict[str, Any],
    curve: StockCurve,
    span: tuple[dt.date, dt.date],
    several: bool,  # noqa: FBT001
) -> Chart:
    where = row["site_name"] if several else ""
    base, end = span
    days = curve.days.filter(pl.col("date") <= max(end, curve.days["date"][0]))
    risk = "" if row["risk"] == "calm" else f"{wording.sentence(risk_text(row))}, "
    low = f"{risk}lowest {wording.quantity(row['lowest'], row['unit'])} on {wording.day(row['lowest_day'])}"
    return {
        "n": row["item_name"],
        "s": _sub(row, where),
        "p": where,
        "t": risk_mark(row),
        "k": row["risk"],
        "u": row["unit"],
        "w": wording.sentence(f"{low}. {curve.reason}".strip()),
        "d": _offsets(days["date"], base),
        "q": _rounded(days["stock"]),
        "i": _rounded(days["incoming"]),
        "o": _rounded(days["outgoing"] + days["expired"]),
        "ss": _round(curve.safety_stock),
        "up": _round(curve.order_up_to),
        "x": None if curve.stock_out is None else _offset(curve.stock_out, base),
    }


def _sub(row: dict[str, Any], *more: str) -> str:
    """The line below an item's name: its code, where it has a name, and what else there is to say."""
    code = row["item"] if row["item_name"] != row["item"] else ""
    return " · ".join(part for part in (code, *more) if part)


def demand_chart(company: Company, plan: Plan) -> Chart | None:
    """History and forecast of the items that sell for most; ``None`` if nothing is forecast."""
    listed = demand_list(company, plan).filter(pl.col("pattern") != "none").head(MOST_ITEMS)
    curves = demand_curves(company, plan, listed, HISTORY_DAYS)
    base = _today(company, plan)
    several = listed["site"].n_unique() > 1
    items = [
        _demand_item(row, curve, base, several)
        for row in listed.iter_rows(named=True)
        if (curve := curves.get((row["item"], row["site"]))) is not None and curve.forecast.height
    ]
    return {"base": _offset(base, EPOCH), "today": 0, "items": items} if items else None


def demand_item_chart(company: Company, plan: Plan, item: str, site: str) -> Chart | None:
    """History and forecast of one item at one site; ``None`` if nothing is forecast."""
    rows = demand_list(company, plan).filter((pl.col("item") == item) & (pl.col("site") == site))
    curve = demand_curves(company, plan, rows, 2 * HISTORY_DAYS).get((item, site)) if rows.height else None
    if curve is None or curve.forecast.is_empty():
        return None
    base = _today(company, plan)
    drawn = _demand_item(rows.row(0, named=True), curve, base, several=False)
    return {"base": _offset(base, EPOCH), "today": 0, "items": [drawn]}


def _demand_item(row: dict[str, Any], curve: DemandCurve, base: dt.date, several: bool) -> Chart:  # noqa: FBT001
    where = row["site_name"] if several else ""
    forecast = curve.forecast
    weekly = f"{wording.quantity(float(row['mean_per_week']), row['unit'], 1)} a week"
    return {
        "n": row["item_name"],
        "s": " · ".join(filter(None, (weekly, _sub(row, where)))),
        "p": where,
        "t": row["pattern_text"],
        "k": row["pattern"],
        "u": row["unit"],
        "w": curve.reason,
        "m": int(forecast["days"][0]) > 20,
        "hd": _offsets(curve.history["start"], base),
        "h": _rounded(curve.history["quantity"]),
        "f": _offsets(forecast["start"], base),
        "y": _rounded(forecast["quantity"]),
        "o": _rounded(forecast["ordered"]),
        **{band: _rounded(forecast[band]) for band in ("q05", "q25", "q75", "q95")},
    }


def cash_chart(company: Company, plan: Plan, line: CashLine) -> Chart:
    """The balance by day and what is moved by week and kind."""
    base = _today(company, plan)
    end = wording.local(plan.settings.horizon_end, home_zone(company)).date()
    weeks = line.weeks["week"].unique().sort()
    kinds = []
    for kind, words in wording.CASH_KINDS.items():
        amounts = dict(line.weeks.filter(pl.col("kind") == kind).select("week", "amount").iter_rows())
        if amounts:
            kinds.append([words, [_round(amounts.get(week, 0.0)) for week in weeks]])
    currency = company.setting("currency", "EUR").strip().upper()
    offsets = _offsets(line.days["date"], base)
    return {
        "base": _offset(base, EPOCH),
        "d": offsets,
        "b": _rounded(line.days["balance"]),
        "low": int(line.days["balance"].arg_min() or 0),
        "lowest": line.lowest_text,
        "last": max(_offset(end, base), offsets[-1]),
        "limit": line.credit_limit,
        "sign": SIGNS.get(currency, currency),
        "w": _offsets(weeks, base),
        "kinds": kinds,
    }


def risk_words(company: Company, plan: Plan) -> str:
    """How many items run which risk, in words."""
    risks = item_risks(company, plan)
    counted = dict(risks.group_by("risk").len().iter_rows()) if risks.height else {}
    parts = [
        f"{counted[risk]:,} {one if counted[risk] == 1 else many}"
        for risk, (one, many) in RISK_VERBS.items()
        if counted.get(risk)
    ]
    return f"{wording.count(risks.height, 'item')}: {', '.join(parts)}"


def _today(company: Company, plan: Plan) -> dt.date:
    return wording.local(plan.settings.as_of, home_zone(company)).date()


def _offset(day: dt.date, base: dt.date) -> int:
    return (day - base).days


def _offsets(days: pl.Series, base: dt.date) -> list[int]:
    return [_offset(day, base) for day in days]


def _rounded(values: Iterable[float]) -> list[float | None]:
    return [_round(value) for value in values]


def _round(value: float) -> float | None:
    """Five significant digits, whole numbers as such; nothing for what is no number."""
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.5g}") if abs(value) < 10_000 else round(value)
    return int(rounded) if rounded == int(rounded) else rounded
