"""The levelled volumes of a plan: what to make when within hours and money, what an hour is worth, and what if."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.currency import SIGNS
from quarterdeck.service.levelling import Change, centres, families, levelled, said_of
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

CALM = "Hours and money allow to make everything in the week that wants it."
WITHOUT_FAMILY = "Without a family"
EPOCH = dt.date(1970, 1, 1)
NOTHING = 0.5
DRAWN = {"demand": "demand", "make": "make", "outside": "outside", "stock": "stock", "late": "late"}


@dataclass(frozen=True)
class Volumes:
    """The levelled plan in words, rows and numbers to draw.

    Parameters
    ----------
    sentences
        What is worth knowing.
    families
        Per family: ``family``, ``title``, ``demand``, ``make``, ``outside``, ``late``, ``lost`` over the horizon.
    centres
        Per work centre: ``work_centre``, ``title``, hours there, used and overtime, ``share`` used in its busiest
        ``week``, ``people`` in addition at most, ``hour_value`` where an hour is worth most.
    compared
        What a change would do: ``what``, ``now`` and ``then`` in words, ``better`` or not; empty without one.
    drawn
        Weeks and series for the charts.
    """

    sentences: tuple[str, ...]
    families: tuple[dict[str, Any], ...]
    centres: tuple[dict[str, Any], ...]
    compared: tuple[dict[str, Any], ...]
    drawn: dict[str, Any]

    @property
    def others(self) -> bool:
        """Whether anything is made outside."""
        return any(row["outside"] >= NOTHING for row in self.families)


def volumes(
    company: Company, plan: Plan, change: Change | None = None, hire: float | None = None, leave: float | None = None
) -> Volumes | None:  # fmt: skip
    """The levelled plan of what the plan foresees; ``None`` where nothing is wanted.

    ``hire`` and ``leave``: what hiring and letting go of one person would cost [currency], where that is asked.

    Raises
    ------
    ValueError
        If the change names what there is none of.
    """
    rates = {"hire": hire, "leave": leave}
    found = levelled(company, plan, rates, change)
    if found["level_volumes"].is_empty():
        return None
    asked = bool(change) or hire is not None or leave is not None
    before = levelled(company, plan, {}, None) if asked else None
    return Volumes(
        tuple(said_of(company, found)) or (CALM,),
        tuple(_families(found)),
        tuple(_centres(company, found)),
        tuple(_compared(before, found, Names.of(company).currency)) if before is not None else (),
        _drawn(company, found),
    )


def volume_rows(company: Company, plan: Plan) -> pl.DataFrame:
    """What of each product is wanted, made, kept and late in each week, by its name."""
    names = Names.of(company)
    found = levelled(company, plan, {}, None)["level_volumes"]
    titles = [names.item(code) for code in found["item"]]
    return found.with_columns(item_name=pl.Series(titles, dtype=pl.String))


def _families(found: Plan) -> list[dict[str, Any]]:
    rows = families(found).sort("demand", "family", descending=[True, False])
    return [{**row, "title": row["family"] or WITHOUT_FAMILY} for row in rows.iter_rows(named=True)]


def _centres(company: Company, found: Plan) -> list[dict[str, Any]]:
    """Work centres, those first whose hours are worth most, then the fullest."""
    names = Names.of(company).other("work_centre")
    hours = found["level_hours"].with_columns(
        share=pl.when(pl.col("capacity_hours") > 0).then(pl.col("used_hours") / pl.col("capacity_hours")).otherwise(0.0)
    )
    fullest = hours.sort("share", "week", descending=[True, False]).unique("work_centre", keep="first")
    worth = hours.group_by("work_centre").agg(pl.col("hour_value").max())
    rows = centres(found).join(fullest.select("work_centre", "share", "week"), on="work_centre")
    rows = rows.join(worth, on="work_centre").filter(pl.col("used_hours") > 0)
    rows = rows.sort("hour_value", "share", "work_centre", descending=[True, True, False])
    return [
        {**row, "title": names.get(row["work_centre"]) or row["work_centre"], "week_text": wording.day(row["week"])}
        for row in rows.iter_rows(named=True)
    ]


def _compared(before: Plan, after: Plan, currency: str) -> list[dict[str, Any]]:
    """Both plans side by side, in words."""
    figures: list[tuple[str, Callable[[Plan], float], int, Callable[[float], str]]] = [
        ("Sales less what the plan decides", _profit, 1, lambda value: wording.money(value, currency)),
        ("Pieces lost", _lost, -1, wording.plain),
        ("Pieces owed at the end", _owed, -1, wording.plain),
        ("Hours of overtime", _overtime, -1, wording.plain),
        ("Most credit in a week", _credit, -1, lambda value: wording.money(value, currency)),
        ("Most money lacking", _lacking, -1, lambda value: wording.money(value, currency)),
    ]
    rows = []
    for what, figure, good, words in figures:
        now, then = figure(before), figure(after)
        if now or then:
            gain = (then - now) * good
            state = "good" if gain > NOTHING else "bad" if gain < -NOTHING else ""
            rows.append({"what": what, "now": words(now), "then": words(then), "change": words(then - now),
                         "state": state})  # fmt: skip
    return rows


def _profit(plan: Plan) -> float:
    return float(plan.figures["level_profit"])


def _lost(plan: Plan) -> float:
    return float(plan["level_volumes"]["lost"].sum())


def _owed(plan: Plan) -> float:
    return float(families(plan)["late"].sum())


def _overtime(plan: Plan) -> float:
    return float(plan["level_hours"]["overtime_hours"].sum())


def _credit(plan: Plan) -> float:
    return _most(plan, "credit")


def _lacking(plan: Plan) -> float:
    return _most(plan, "lacking")


def _most(plan: Plan, name: str) -> float:
    column = plan["level_cash"][name]
    return max(float(column.max()), 0.0) if column.len() else 0.0  # type: ignore[arg-type]


def _drawn(company: Company, found: Plan) -> dict[str, Any]:
    """Weeks as days since 1970, and the series of each family, work centre and the bank."""
    names = Names.of(company)
    table = found["level_volumes"].with_columns(pl.col("family").fill_null(""))
    prices = company["items"].select("item", price=pl.col("price").cast(pl.Float64).fill_null(0.0))
    worth = table.join(prices, on="item", how="left")
    weeks = sorted(set(table["week"]))
    groups = [("Everything, at selling value", names.currency, _weekly(worth, pl.col("price")))] if (
        worth["price"].sum() > 0
    ) else []  # fmt: skip
    order = [row["family"] for row in _families(found)]
    groups += [
        (family or WITHOUT_FAMILY, "", _weekly(table.filter(pl.col("family") == family), pl.lit(1.0)))
        for family in order
    ]
    hours = found["level_hours"].sort("week")
    rows = _centres(company, found)
    return {
        "weeks": [(week - EPOCH).days for week in weeks],
        "groups": [{"name": name, "unit": unit, **series} for name, unit, series in groups],
        "centres": [
            {"name": row["title"], **_rounded(hours.filter(pl.col("work_centre") == row["work_centre"]),
             ("capacity_hours", "used_hours", "overtime_hours", "hour_value"))}
            for row in rows
        ],
        "cash": _rounded(found["level_cash"].sort("week"), ("cash", "credit", "lacking")),
        "sign": SIGNS.get(names.currency, names.currency),
    }  # fmt: skip


def _weekly(table: pl.DataFrame, weight: pl.Expr) -> dict[str, list[float]]:
    """Sums by week of what is drawn, each row times its weight."""
    sums = table.group_by("week").agg((pl.col(name) * weight).sum().alias(name) for name in DRAWN).sort("week")
    return _rounded(sums, tuple(DRAWN))


def _rounded(table: pl.DataFrame, columns: tuple[str, ...]) -> dict[str, list[float]]:
    return {name: table[name].round(2).to_list() for name in columns}
