"""What a levelled plan says, in sentences."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.currency import priced

MOST = 5
LEAST_PERSON = 0.05


def sentences(company: Company, plan: Plan) -> list[str]:
    """The few things worth knowing: what hours are worth, what is built ahead, what money lacks."""
    currency = company.setting("currency")
    return [
        *_hours(company, plan["level_hours"], currency),
        *_people(company, plan["level_hours"]),
        *_ahead(company, plan["level_volumes"]),
        *_money(plan, currency),
    ]


def _hours(company: Company, hours: pl.DataFrame, currency: str) -> list[str]:
    names = {code: name or code for code, name in company["work_centres"].select("work_centre", "name").iter_rows()}
    dear = hours.filter(pl.col("hour_value") >= 0.01).sort("hour_value", "week", descending=[True, False])
    dear = dear.unique("work_centre", keep="first", maintain_order=True).head(MOST)
    return [
        f"One more hour on {names.get(row['work_centre'], row['work_centre'])} in the week of {row['week']:%a %-d %b} "
        f"is worth {priced(row['hour_value'], currency, 2)}."
        for row in dear.iter_rows(named=True)
    ]


def _people(company: Company, hours: pl.DataFrame) -> list[str]:
    names = {code: name or code for code, name in company["work_centres"].select("work_centre", "name").iter_rows()}
    lines = []
    for column, verb in (("hired", "Hire"), ("left", "Let go")):
        moves = hours.filter(pl.col(column) >= LEAST_PERSON).sort(
            column, "work_centre", "week", descending=[True, False, False]
        )
        lines += [
            f"{verb} {row[column]:,.1f} people on {names.get(row['work_centre'], row['work_centre'])} in the week of "
            f"{row['week']:%a %-d %b}.".replace(".0 people", " people").replace(" 1 people", " 1 person")
            for row in moves.head(MOST).iter_rows(named=True)
        ]
    return lines


def _ahead(company: Company, volumes: pl.DataFrame) -> list[str]:
    names = {code: name or code for code, name in company["items"].select("item", "name").iter_rows()}
    more = (pl.col("make") + pl.col("outside")).cum_sum().over("item", order_by="week")
    least = (pl.col("demand") - pl.col("lost")).cum_sum().over("item", order_by="week")
    ahead = volumes.with_columns(ahead=more - least).filter(pl.col("make") > pl.col("demand"), pl.col("ahead") > 0.5)
    most = ahead.sort("ahead", "item", descending=[True, False]).unique("item", keep="first", maintain_order=True)
    return [
        f"{row['ahead']:,.0f} of {names.get(row['item'], row['item'])} are made ahead by the end of the week of "
        f"{row['week']:%a %-d %b}."
        for row in most.head(MOST).iter_rows(named=True)
    ]


def _money(plan: Plan, currency: str) -> list[str]:
    money = plan["level_cash"]
    if money.is_empty():
        return []
    lines = []
    most = money.sort("credit", descending=True).row(0, named=True)
    if most["credit"] >= 1:
        lines.append(f"Credit of {priced(most['credit'], currency)} is needed in the week of {most['week']:%a %-d %b}.")
    worst = money.sort("lacking", descending=True).row(0, named=True)
    if worst["lacking"] >= 1:
        lines.append(f"You need {priced(worst['lacking'], currency)} more in the week of {worst['week']:%a %-d %b}.")
    return lines
