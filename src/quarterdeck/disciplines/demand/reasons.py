"""What a series is, how it is forecast and how wrong that has been, in one sentence."""

from __future__ import annotations

import math
from typing import Any

from quarterdeck.disciplines.demand.engine import COMBINATION, DRIVEN, NOTHING, RECENT, SMOOTHED, STEADY

KINDS = {
    "smooth": "Steady demand",
    "erratic": "Regular demand of strongly varying size",
    "intermittent": "Demand that comes now and then in similar sizes",
    "lumpy": "Demand that comes now and then in very different sizes",
    "new": "New",
    "fading": "Fading demand",
    "none": "No demand so far",
}
TOGETHER = ", and where there are fifty such series by what they share"
IDLE, IDLE_REGULAR = 26.0, 8.0  # weeks without a sale that are worth a word
MOVING = 0.1  # of the mean, from which demand is said to grow or fall
WAYS = {
    COMBINATION: "regular enough for many methods at once, so forecast by the mean of sixteen without the extremes"
    + TOGETHER,
    SMOOTHED: "too many empty periods for trend or season, so forecast by the mean of three smoothed levels",
    RECENT: "too young for anything else, so forecast by the level of its last weeks",
    STEADY: "too short for trend or season, so forecast by its level over the last half year and year",
    DRIVEN: "follows the day of the week, the time of year and promotions, so forecast by what these did before",
    NOTHING: "not forecast",
}
METHODS = {
    COMBINATION: "combination of sixteen methods",
    SMOOTHED: "combination of smoothed levels",
    RECENT: "recent level",
    STEADY: "steady level",
    DRIVEN: "regression on calendar and promotions",
    NOTHING: "none",
}


def amount(value: float) -> str:
    """A quantity as people write it.

    >>> amount(1234.6), amount(12.34), amount(0.056), amount(0)
    ('1,235', '12.3', '0.06', '0')
    """
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def series_reason(pattern: str, method: int, facts: dict[str, float]) -> str:
    """The sentence for one series.

    ``facts`` holds ``mean`` (a week), ``age`` (weeks), ``turn``, ``seasonal``, ``error``, ``naive_error``, ``bias``,
    ``ended``, ``idle`` (weeks without demand until today), ``alone`` (no other series were learnt from),
    ``launched`` (half is by the course of launches) and ``overridden`` (weeks a person set).
    """
    if facts["ended"]:
        return f"{KINDS[pattern]}; no longer sold, so nothing is expected."
    if method == NOTHING:
        tail = "; only what people entered is expected." if facts["overridden"] else ", so nothing is expected."
        return KINDS[pattern] + tail
    parts = [f"{KINDS[pattern]} of about {amount(facts['mean'])} a week{_shape(facts)}"]
    if facts["launched"]:
        parts = [f"Launched {facts['age']:.0f} weeks ago, about {amount(facts['mean'])} a week"]
        return f"{parts[0]}; forecast by its level and by the course that new products take, half each{_record(facts)}."
    if pattern == "new":
        parts = [f"New ({facts['age']:.0f} weeks of history), about {amount(facts['mean'])} a week"]
    return f"{parts[0]}{_idle(pattern, facts)}; {_way(method, alone=bool(facts['alone']))}{_record(facts)}."


def bare_reason(facts: dict[str, Any], period: str) -> str:
    """The sentence for a series of a bare history, in periods of ``period``; ``facts`` is a row of its series."""
    if facts["method"] == NOTHING:
        return KINDS[facts["pattern"]] + ", so nothing is expected."
    head = f"{_moving(facts)} of about {amount(facts['mean'])} {article(period)} {period}{_oddities(facts)}"
    scores = {name: math.nan if facts[name] is None else facts[name] for name in ("error", "naive_error", "bias")}
    return f"{head}; {_way(facts['method'], alone=facts['alone'])}{_record(scores, period)}."


def article(period: str) -> str:
    """The article that goes before a period.

    >>> article("hour"), article("week")
    ('an', 'a')
    """
    return "an" if period == "hour" else "a"


def _way(method: int, *, alone: bool) -> str:
    return WAYS[method].removesuffix(TOGETHER) if alone else WAYS[method]


def _idle(pattern: str, facts: dict[str, float]) -> str:
    """How long nothing was sold, where that is long for what was sold in most weeks, or for anything."""
    long = IDLE_REGULAR if pattern in {"smooth", "erratic", "fading"} else IDLE
    return f", nothing sold for {facts['idle']:.0f} weeks" if facts["idle"] >= long else ""


def _moving(facts: dict[str, Any]) -> str:
    """The kind of a series; whether it goes up or down where it does."""
    if facts["pattern"] != "smooth" or abs(facts["growth"] - 1.0) < MOVING:
        return KINDS[facts["pattern"]]
    return "Growing demand" if facts["growth"] > 1.0 else "Falling demand"


def _oddities(facts: dict[str, Any]) -> str:
    words = " with a season" if facts["seasonal"] else ""
    if facts["shifted"]:
        words += ", whose level shifted: what was before counts as much as today's does"
    if facts["below"]:
        values = "1 value" if facts["below"] == 1 else f"{facts['below']:,} values"
        words += f", with {values} below zero taken as {'it stands' if facts['below'] == 1 else 'they stand'}"
    return words


def _shape(facts: dict[str, float]) -> str:
    words = " with a yearly season" if facts["seasonal"] else ""
    return words + (", ordered in lumps at the same time of the month" if facts["turn"] > 1 else "")


def _record(facts: dict[str, float], period: str = "week") -> str:
    error, naive = facts["error"], facts["naive_error"]
    if math.isnan(error):
        return "; too little history to say how wrong that is"
    text = (
        f"; in past {period}s it was wrong by {_percent(error)} of demand,"
        f" where repeating the last value was wrong by {_percent(naive)}"
    )
    bias = facts["bias"]
    if abs(bias) < 0.05:
        return text
    return f"{text}, and {'too high' if bias > 0 else 'too low'} by {_percent(abs(bias))}"


def _percent(share: float) -> str:
    return f"{min(share, 99.99) * 100:,.0f} %"
