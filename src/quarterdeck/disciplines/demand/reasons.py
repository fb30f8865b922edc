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
WAYS = {
    COMBINATION: "regular enough for many methods at once, so forecast by the mean of sixteen without the extremes,"
    " and where there are fifty such series by what they share",
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
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def series_reason(pattern: str, method: int, facts: dict[str, float]) -> str:
    """The sentence for one series.

    ``facts`` holds ``mean`` (a week), ``age`` (weeks), ``turn``, ``seasonal``, ``error``, ``naive_error``, ``bias``,
    ``ended`` and ``overridden`` (weeks a person set).
    """
    if facts["ended"]:
        return f"{KINDS[pattern]}; no longer sold, so nothing is expected."
    if method == NOTHING:
        tail = "; only what people entered is expected." if facts["overridden"] else ", so nothing is expected."
        return KINDS[pattern] + tail
    parts = [f"{KINDS[pattern]} of about {amount(facts['mean'])} a week{_shape(facts)}"]
    if pattern == "new":
        parts = [f"New ({facts['age']:.0f} weeks of history), about {amount(facts['mean'])} a week"]
    return f"{parts[0]}; {WAYS[method]}{_record(facts)}."


def bare_reason(facts: dict[str, Any], period: str) -> str:
    """The sentence for a series of a bare history, in periods of ``period``; ``facts`` is a row of its series."""
    if facts["method"] == NOTHING:
        return KINDS[facts["pattern"]] + ", so nothing is expected."
    season = " with a season" if facts["seasonal"] else ""
    head = f"{KINDS[facts['pattern']]} of about {amount(facts['mean'])} a {period}{season}"
    scores = {name: math.nan if facts[name] is None else facts[name] for name in ("error", "naive_error", "bias")}
    return f"{head}; {WAYS[facts['method']]}{_record(scores, period)}."


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
