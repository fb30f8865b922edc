"""Options of planning, each with its unit, default and meaning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MODES = ("constrained", "unconstrained", "repair")
OBJECTIVES = ("lexicographic", "money")
PROMISES = ("each", "items", "value")
Progress = Callable[[str, float], None]


def silent(stage: str, share: float) -> None:
    """A progress report that nobody reads."""


def option(
    default: Any,  # noqa: ANN401 - a number or a word
    meaning: str,
    unit: str = "",
    *,
    title: str,
    least: float = 0.0,
    most: float = 3660.0,
) -> Any:  # noqa: ANN401 - a dataclass field of any type
    """A setting that carries its title, meaning, unit and limits for screens and documents."""
    return field(
        default=default,
        metadata={"title": title, "meaning": meaning, "unit": unit, "least": least, "most": most},
    )


@dataclass(frozen=True)
class Settings:
    """What a plan is made with. ``as_of`` is the plan's now: nothing starts before it."""

    as_of: dt.datetime = field(metadata={"title": "Now", "meaning": "Now: nothing can start before it", "unit": "UTC"})
    horizon_weeks: int = option(26, "How far ahead is planned", "weeks", title="Horizon", least=1, most=520)
    effort: int = option(
        100,
        "Work spent on searching; the same effort and seed give the same plan",
        "work units",
        title="Effort",
        most=1_000_000,
    )
    seconds: float = option(60.0, "Cap on the time of searching", "s", title="Longest search", most=86_400)
    seed: int = option(1, "Start of the random numbers", title="Seed", most=2**31 - 1)
    service_level: float = option(
        0.95, "Share of demand met from stock where an item says nothing", "share", title="Service level", most=0.9999
    )
    service_promise: str = option(
        "each",
        "each: every item keeps the service level of its class; items: the mean over all that say nothing keeps it,"
        " with the least money in stock; value: the same, each counting by the value of its demand",
        title="Service promised",
    )
    service_least: float = option(
        0.8, "No item is promised less where the mean over many is", "share", title="Least service", most=0.9999
    )
    safety_together: int = option(
        0,
        "1: safety stock is placed where all stages together need least money; 0: each stage covers itself",
        title="Stages share safety stock",
        most=1,
    )
    defer_tolerance_days: float = option(
        7.0, "Open orders earlier than needed by more than this are deferred", "days", title="Defer tolerance"
    )
    expedite_tolerance_days: float = option(
        0.0, "Open orders later than needed by more than this are expedited", "days", title="Expedite tolerance"
    )
    release_window_days: float = option(
        7.0, "Planned orders whose release falls within this are to be released", "days", title="Release window"
    )
    confirmed_supply_days: float = option(
        0.0,
        "A demand waits so long for an open order before a new one is planned beside it",
        "days",
        title="Wait for open orders",
    )
    mode: str = option(
        "constrained",
        "constrained: what can be; unconstrained: what should be, machines being free; repair: what is there and on"
        " order, nothing new",
        title="Mode",
    )
    priority_step: float = option(
        2.0,
        "How many times more an order counts than one of the next priority when machines are scarce",
        "factor",
        title="Weight of a priority",
        least=1,
        most=1000,
    )
    priority_first: int = option(
        0,
        "1: what is there goes to the higher priority, whatever others lack; 0: to whom it spares most lateness",
        title="Stock by priority",
        most=1,
    )
    objective: str = option(
        "lexicographic",
        "lexicographic: least lateness, then least cost of set-ups and overtime, then least time in the works; money:"
        " all of them in money, added up",
        title="What a schedule is judged by",
    )
    late_share_per_day: float = option(
        0.02,
        "What a day of lateness costs as a share of the order's value, where the cost rates say nothing",
        "share",
        title="Cost of a late day",
        most=10,
    )
    make_or_buy_by_cost: int = option(
        0,
        "1: what can be made or bought is bought where that costs less; 0: it is made where it is known how",
        title="Make or buy by cost",
        most=1,
    )
    retry_late: int = option(
        0,
        "How many late orders are planned again with another supplier, overtime, a lot in two or material sooner",
        "orders",
        title="Retry late orders",
        most=100,
    )
    levels_guide: int = option(
        0,
        "1: what levelled volumes build ahead of a season is planned as early; 0: everything is planned for its day",
        title="Levelled volumes guide the plan",
        most=1,
    )
    frozen_hours: float = option(
        0.0,
        "What the last plan begins within this time from now stays when and where it is",
        "hours",
        title="Frozen zone",
    )
    steady_days: float = option(
        1.0,
        "An action whose dates move by no more than this stays as the last plan told it",
        "days",
        title="Steadiness of actions",
    )
    outlook_weeks: int = option(
        0,
        "How far ahead is netted by weeks, beyond what is planned order by order; 0: not at all",
        "weeks",
        title="Outlook",
        most=520,
    )
    forecast_consumption_days: int = option(
        28, "Days around an order in which it uses up forecast", "days", title="Forecast consumption"
    )
    forecast_by_trees: int = option(
        0,
        "1: forecasts of fifty items or more are half by trees learnt from all of them (needs the extra ml); 0: not",
        title="Forecast by trees",
        most=1,
    )
    progress: Progress = field(
        default=silent,
        repr=False,
        compare=False,
        metadata={"meaning": "Called with stage and share done", "unit": ""},
    )

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise ValueError(f"Expected as_of with a time zone, got {self.as_of!r}.")
        if self.mode not in MODES:
            raise ValueError(f"Expected a mode among {', '.join(MODES)}, got {self.mode!r}.")
        if self.objective not in OBJECTIVES:
            raise ValueError(f"Expected an objective among {', '.join(OBJECTIVES)}, got {self.objective!r}.")
        if self.service_promise not in PROMISES:
            raise ValueError(f"Expected a service promise among {', '.join(PROMISES)}, got {self.service_promise!r}.")
        if self.horizon_weeks < 1:
            raise ValueError(f"Expected horizon_weeks of at least 1, got {self.horizon_weeks}.")

    @property
    def horizon_end(self) -> dt.datetime:
        """The first moment that is no longer planned."""
        return self.as_of + dt.timedelta(weeks=self.horizon_weeks)
