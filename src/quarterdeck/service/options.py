"""The options of planning as people see and set them: one list, with titles, limits and values, for every screen."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any

from quarterdeck.model import Company, Settings
from quarterdeck.model.clock import home_zone
from quarterdeck.model.settings import MODES, OBJECTIVES, PROMISES
from quarterdeck.service.planning import settings_for
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import known_zone

MODE_TITLES = {"constrained": "What can be", "unconstrained": "What should be", "repair": "What is on order"}
OBJECTIVE_TITLES = {"lexicographic": "Lateness first, then costs", "money": "Everything in money"}
PROMISE_TITLES = {"each": "By every item", "items": "In the mean of all items", "value": "In the mean, by value"}
CHOICES = {
    "mode": (MODES, MODE_TITLES),
    "objective": (OBJECTIVES, OBJECTIVE_TITLES),
    "service_promise": (PROMISES, PROMISE_TITLES),
}


@dataclass(frozen=True, slots=True)
class Option:
    """An option of planning.

    Parameters
    ----------
    name, title, meaning, unit
        What it is, for programs and for people.
    kind
        ``moment``, ``choice`` or ``number``; ``whole`` where the number has no fraction.
    default
        What holds where nobody says anything.
    chosen
        What the company's own settings say; empty where they say nothing.
    value
        What the next plan takes.
    choices
        What can be chosen, each with its title.
    least, most
        Limits of a number.
    """

    name: str
    title: str
    meaning: str
    unit: str
    kind: str
    whole: bool
    default: str
    chosen: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    least: float = 0.0
    most: float = 0.0


def options(company: Company) -> tuple[Option, ...]:
    """The options that a plan can be made with, in the order of their declaration."""
    taken = settings_for(company)
    zone = known_zone(home_zone(company))
    return tuple(
        _option(field, getattr(taken, field.name), company.setting(field.name).strip(), zone)
        for field in fields(Settings)
        if field.name != "progress"
    )


def _option(field: Any, value: Any, chosen: str, zone: str) -> Option:  # noqa: ANN401 - a field and its value
    said, moment = field.metadata, field.name == "as_of"
    shown = wording.local(value, zone).strftime("%Y-%m-%dT%H:%M") if moment else figure(value)
    choice = field.name in CHOICES
    known, titles = CHOICES.get(field.name, ((), {}))
    return Option(
        name=field.name,
        title=said["title"],
        meaning=said["meaning"],
        unit="clock of the company" if moment else said["unit"],
        kind="moment" if moment else "choice" if choice else "number",
        whole=isinstance(field.default, int),
        default="" if field.default is MISSING else figure(field.default),
        chosen=chosen,
        value=shown,
        choices=tuple((name, titles.get(name, name)) for name in known),
        least=said.get("least", 0.0),
        most=said.get("most", 0.0),
    )


def read_option(option: Option, text: str) -> str | int | float:
    """What somebody typed for an option, in the option's own type.

    Raises
    ------
    ValueError
        If it cannot be, with what was expected and what was found.
    """
    if option.kind == "choice" and text not in dict(option.choices):
        known = ", ".join(name for name, _ in option.choices)
        raise ValueError(f"Expected a {option.title.lower()} among {known}, got {text!r}.")
    if option.kind != "number":
        return text
    value = read_number(text, option.title)
    if not option.least <= value <= option.most or (option.whole and value != int(value)):
        kind = "a whole number" if option.whole else "a number"
        limits = f"from {figure(option.least)} to {figure(option.most)}"
        raise ValueError(f"Expected {kind} {limits} for {option.title}, got {text}.")
    return int(value) if option.whole else value


def read_number(text: str, title: str) -> float:
    """A number as people write it; a percentage is a share.

    Raises
    ------
    ValueError
        If it is none.
    """
    bare = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        return float(bare.removesuffix("%")) / 100 if bare.endswith("%") else float(bare)
    except ValueError as error:
        raise ValueError(f"Expected a number for {title}, got {text!r}.") from error


def figure(value: Any) -> str:  # noqa: ANN401 - a number or a word
    """A setting as it is written into a field: no needless decimals.

    >>> figure(7.0), figure(0.9999), figure("repair")
    ('7', '0.9999', 'repair')
    """
    return f"{value:.10g}" if isinstance(value, float) else str(value)
