"""The figures of Today: what matters first with its way over the last plans, the rest in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.overview import Kpi, kpis

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

FIRST = ("on_time_in_full", "late_orders", "stock_value", "bottleneck_utilisation", "cash_low", "forecast_error")
GROUPS = {
    "Service": ("on_time_in_full", "on_time_in_full_value", "late_orders", "mean_lateness", "service_level"),
    "Stock": ("stock_value", "days_of_stock", "stock_turns", "holding_cost"),
    "Production": ("utilisation", "bottleneck_utilisation", "setup_share", "schedule_cost"),
    "Money": ("plan_cost", "late_cost", "revenue", "cash_low", "cash_end"),
    "Forecast": ("forecast_error", "forecast_bias"),
}
LINKS = {
    "on_time_in_full": "/orders?kind=sales",
    "late_orders": "/orders?kind=sales&state=late",
    "stock_value": "/stock?sort=worth",
    "bottleneck_utilisation": "/schedule",
    "cash_low": "/money",
    "forecast_error": "/demand?sort=error",
}
PLANS_BACK = 12
WIDTH, HEIGHT, INSET = 74.0, 22.0, 2.0
STEADY = 1e-9


@dataclass(frozen=True, slots=True)
class Trend:
    """How a figure went over the last plans: ``points`` of a line in a box of 74 by 22, the oldest first.

    ``change_text`` is the change since the plan before, ``better`` whether it is one for the better (``None``: equal).
    """

    points: str
    change_text: str
    better: bool | None
    plans: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its trend and the page that shows what is behind it."""

    kpi: Kpi
    trend: Trend | None
    link: str

    @property
    def figure(self) -> str:
        """The figure without a unit of words."""
        head, _, unit = self.kpi.text.partition(wording.GAP)
        return head if _worded(unit) else self.kpi.text

    @property
    def unit(self) -> str:
        """The unit, where it is words that the title does not say."""
        unit = self.kpi.text.partition(wording.GAP)[2]
        return unit if _worded(unit) and unit not in self.kpi.title.lower() else ""

    @property
    def target(self) -> str:
        """The target without a unit of words."""
        head, _, unit = self.kpi.target_text.partition(wording.GAP)
        return head if _worded(unit) else self.kpi.target_text


@dataclass(frozen=True, slots=True)
class Tiles:
    """``first`` are shown large, ``groups`` hold all figures under a title."""

    first: tuple[Tile, ...]
    groups: tuple[tuple[str, tuple[Tile, ...]], ...]


def _worded(unit: str) -> bool:
    return len(unit) > 3 and unit[0].isalpha()


def tiles(figures: Sequence[Kpi], histories: Mapping[str, Sequence[float]], units: Mapping[str, str]) -> Tiles:
    """The figures laid out; ``histories`` holds each one's values over the last plans, the oldest first.

    ``units`` tells for each figure how a change is written: as KPIs name them.
    """
    made = {
        each.kpi: Tile(each, trend(each, histories.get(each.kpi, ()), units.get(each.kpi, "")), LINKS.get(each.kpi, ""))
        for each in figures
    }
    first = [made[kpi] for kpi in FIRST if kpi in made and made[kpi].kpi.value is not None]
    first += [tile for tile in made.values() if tile not in first and tile.kpi.met is False][: max(0, 5 - len(first))]
    grouped = [(title, tuple(made[kpi] for kpi in members if kpi in made)) for title, members in GROUPS.items()]
    known = {kpi for members in GROUPS.values() for kpi in members}
    rest = tuple(tile for kpi, tile in made.items() if kpi not in known)
    return Tiles(tuple(first), tuple((title, each) for title, each in [*grouped, ("Own goals", rest)] if each))


def trend(kpi: Kpi, values: Sequence[float], unit: str) -> Trend | None:
    """The line and the last change; ``None`` where fewer than two plans know the figure."""
    if len(values) < 2:
        return None
    change = values[-1] - values[-2]
    tiny = STEADY * max(abs(values[-1]), abs(values[-2]), 1.0)
    better = None if abs(change) <= tiny or kpi.direction not in {"at_least", "at_most"} else (
        (change > 0) == (kpi.direction == "at_least")
    )  # fmt: skip
    return Trend(line(values), "" if abs(change) <= tiny else change_text(change, unit), better, len(values))


def change_text(change: float, unit: str) -> str:
    """A change with its sign, in points where the figure is a share.

    >>> change_text(-0.006, "share").replace(wording.GAP, " "), change_text(6000, "EUR").replace(wording.GAP, " ")
    ('−0.6 pts', '+€ 6,000')
    """
    sign = "+" if change > 0 else wording.MINUS
    if unit in {"share", "%"}:
        size = abs(change) * (100 if unit == "share" else 1)
        return f"{sign}{wording.grouped(size, 1 if size >= 0.05 else 3)}{wording.GAP}pts"
    text = wording.money(abs(change), unit) if len(unit) == 3 and unit.isupper() else wording.plain(abs(change))
    return f"{sign}{text}"


def line(values: Sequence[float]) -> str:
    """Points of a line through the values, the least at the foot of the box.

    >>> line([1.0, 3.0, 2.0])
    '0,20 37,2 74,11'
    """
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    flat = high == low
    step = WIDTH / (len(values) - 1)
    heights = [HEIGHT / 2 if flat else HEIGHT - INSET - (each - low) / span * (HEIGHT - 2 * INSET) for each in values]
    return " ".join(f"{number * step:.4g},{height:.4g}" for number, height in enumerate(heights))


def kpi_histories(workspace: Workspace, code: str) -> dict[str, list[float]]:
    """Values of each KPI over the last plans up to the one with this code, the oldest first."""
    from quarterdeck.store.plans import plan_table  # noqa: PLC0415 - needs Django set up

    kept = [record.plan for record in workspace.plans()]
    upto = kept[kept.index(code) :] if code in kept else kept
    found: dict[str, list[float]] = {}
    for plan in reversed(upto[:PLANS_BACK]):
        rows = plan_table(workspace.path, plan, "kpis").filter(pl.col("value").is_not_null())
        for kpi, value in rows.select("kpi", "value").iter_rows():
            found.setdefault(kpi, []).append(float(value))
    return found


def today_tiles(workspace: Workspace, company: Company, plan: Plan, code: str) -> Tiles:
    """The figures of a plan as Today shows them."""
    currency = Names.of(company).currency
    units = {kpi: currency if unit == "currency" else unit for kpi, unit in plan["kpis"].select("kpi", "unit").rows()}
    return tiles(kpis(plan, currency), kpi_histories(workspace, code), units)
