"""Draws the moving part of the demo company: three years of demand, the order book, stock and open purchases.

The tables that describe the bicycle maker (products, routings, people, suppliers, money …) are kept by hand in
``src/quarterdeck/demo/data``. This script reads them and writes the four tables beside them that have to fit them,
the same on every run: ``python tools/make_demo.py``.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

Row = dict[str, str]
Rows = list[Row]
Random = np.random.Generator

FOLDER = Path(__file__).parents[1] / "src" / "quarterdeck" / "demo" / "data"
AS_OF = dt.date(2026, 3, 2)
WEEKS = 156
SEED = 20260302
MONTHS = (0.70, 0.78, 1.02, 1.22, 1.28, 1.20, 1.08, 1.00, 0.96, 0.86, 0.76, 0.84)
"""Demand of a month relative to the year's average: bicycles sell in spring."""

COMING_SEASON = 1.12
"""Demand of the coming half year relative to the year's average."""

COVER = (0.95, 0.9, 0.8, 0.65, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05)
"""Share of each coming week's demand that is ordered already."""

REBATES = {"chain": 0.08, "fleet": 0.06, "dealer": 0.0}
WESTERN = {"Benelux", "France", "United Kingdom"}
BEHIND = {"FORK-CARB": 0.3, "GROUP-TOUR": 0.55}
"""Share of the usual stock that is there of parts whose suppliers are behind."""


@dataclass(frozen=True)
class Bicycle:
    """How a bicycle sells.

    ``weekly`` is its average demand today, ``west`` the share of the western warehouse, ``seasonal`` how strongly it
    follows the season, ``growth`` a year, ``launch_week`` the week of the history in which it came.
    """

    item: str
    weekly: float
    west: float
    seasonal: float = 1.0
    growth: float = 0.0
    launch_week: int | None = None


@dataclass(frozen=True)
class Spare:
    """A part that is sold on its own: orders a week, and pieces an order."""

    item: str
    orders: float
    pieces: float
    site: str = "plant"


@dataclass(frozen=True)
class Head:
    """What the lines of a sales order share."""

    order: str
    customer: str
    site: str
    due: str
    placed: str


BICYCLES = (
    Bicycle("CITY-BLU", 22, 0.35, growth=0.05),
    Bicycle("CITY-RED", 14, 0.35, growth=0.03),
    Bicycle("STEP-WHT", 20, 0.40, growth=0.08),
    Bicycle("ROAD-BLK", 13, 0.30, seasonal=1.2, growth=0.02),
    Bicycle("TOUR-GRN", 15, 0.30, seasonal=1.15, growth=0.04),
    Bicycle("ECITY-BLU", 15, 0.35, seasonal=0.8, launch_week=131),
    Bicycle("CARGO-BLK", 11, 0.45, seasonal=0.6, growth=0.15),
    Bicycle("CLASSIC-BLK", 4, 0.25, growth=-0.38),
    Bicycle("JUNIOR-RED", 10, 0.30),
)
SPARES = (
    Spare("BATT-500", 0.35, 1.5),
    Spare("DISPLAY", 0.25, 1.2),
    Spare("MOTOR-E", 0.12, 1.1),
    Spare("CARGOBOX", 0.22, 1.3),
    Spare("WSET-ROAD", 0.30, 1.2),
    Spare("FORK-CARB", 0.15, 1.2),
    Spare("ROAD-BLK-P", 0.08, 1.0),
    Spare("PAD-HYD", 9.0, 2.0, site="west"),
    Spare("INSPECTION", 5.0, 1.2),
)
EFFECTS = {
    "SPRING-24": 1.45,
    "SPRING-25": 1.40,
    "SUMMER-25": 1.50,
    "CARGO-WEEK-25": 1.60,
    "SPRING-26": 1.40,
    "SUMMER-26": 1.50,
}
"""What each promotion really did, or will do; the company has to learn it."""

HARD_ORDERS = (
    ("SO-40190", "LYON-VELO", "CARGO-BLK", "west", 40, "2026-03-18", "2026-02-27"),
    ("SO-40191", "BERLIN-RAD", "STEP-WHT", "plant", 64, "2026-03-12", "2026-02-26"),
    ("SO-40172", "HH-HAFEN", "ROAD-BLK", "plant", 6, "2026-02-27", "2026-02-10"),
    ("SO-40175", "WIEN-PEDAL", "ECITY-BLU", "plant", 5, "2026-02-26", "2026-02-05"),
    ("SO-40195", "KBH-CYKEL", "TOUR-GRN", "plant", 56, "2026-03-26", "2026-02-20"),
)
"""Orders that are too large, too early or overdue: order, customer, item, site, pieces, due, placed."""

HELD = (("SEALANT-0611", "SEALANT", "4", "2026-03-20"), ("RIM-28-Q17", "RIM-28", "120", ""))
"""Lots that quality has blocked: lot, item, quantity, expiry."""


class Maker:
    """The bicycle maker as its hand-kept tables describe it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.items = {row["item"]: row for row in self.table("items")}
        self.customers = self.table("customers")
        self.offers = {row["item"]: row for row in self.table("supply_options") if row["priority"] == "1"}

    def table(self, name: str) -> Rows:
        """The rows of one CSV."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def price(self, item: str) -> float:
        """Usual selling price."""
        return float(self.items[item]["price"])

    def customers_of(self, site: str) -> list[Row]:
        """Customers that a site delivers to."""
        return [row for row in self.customers if (row["region"] in WESTERN) == (site == "west")]

    @cached_property
    def usage(self) -> dict[str, float]:
        """Pieces a week of every item that the coming weeks need, from the bicycles down."""
        components: dict[str, list[tuple[str, float]]] = {}
        for line in self.table("bom_lines"):
            components.setdefault(line["parent"], []).append((line["component"], float(line["quantity_per"])))
        usage: dict[str, float] = {}

        def need(item: str, pieces: float) -> None:
            usage[item] = usage.get(item, 0.0) + pieces
            for component, quantity in components.get(item, ()):
                need(component, pieces * quantity)

        for bicycle in BICYCLES:
            need(bicycle.item, bicycle.weekly * COMING_SEASON)
        for spare in SPARES:
            usage[spare.item] = usage.get(spare.item, 0.0) + spare.orders * spare.pieces
        return usage

    @cached_property
    def promotions(self) -> list[tuple[str, dt.date, dt.date, float]]:
        """Item, first and last day, and true effect of each promotion."""
        return [
            (row["item"], _day(row["start"]), _day(row["end"]), EFFECTS[row["promotion"]])
            for row in self.table("promotions")
        ]


def main(folder: Path = FOLDER) -> None:
    """Writes the four tables into ``folder``."""
    maker = Maker(folder)
    random = np.random.default_rng(SEED)
    for name, draw in DRAWN.items():
        rows = list(draw(maker, random))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def season(day: dt.date, bicycle: Bicycle) -> float:
    """Demand of a week relative to the year's average."""
    middle = day + dt.timedelta(days=3)
    if bicycle.item == "JUNIOR-RED" and middle.month in {11, 12} and middle.day <= 22:
        return 1.7
    place = (middle.month - 1) + (middle.day - 15) / 30.5
    usual = float(np.interp(place, np.arange(-1, 13), (MONTHS[-1], *MONTHS, MONTHS[0])))
    return 1 + (usual - 1) * bicycle.seasonal


def level(week: int, bicycle: Bicycle) -> float:
    """Average weekly demand in a week, counted from the first of the history."""
    if bicycle.launch_week is None:
        return float(bicycle.weekly / (1 + bicycle.growth) ** ((WEEKS - week) / 52))
    since = week - bicycle.launch_week
    return 0.0 if since < 0 else float(bicycle.weekly * (1 - np.exp(-(since + 2) / 9)))


def uplift(maker: Maker, day: dt.date, item: str) -> float:
    """Effect of the promotions on a week's demand; the two weeks after one are a little weaker."""
    factor = 1.0
    for promoted, start, end, effect in maker.promotions:
        if promoted == item and start <= day <= end:
            factor *= effect
        elif promoted == item and 0 < (day - end).days <= 14:
            factor *= 0.92
    return factor


def demand_history(maker: Maker, random: Random) -> Iterator[Row]:
    """Three years of weekly demand per item and site."""
    first = AS_OF - dt.timedelta(weeks=WEEKS)
    weeks = [(week, first + dt.timedelta(weeks=week)) for week in range(WEEKS)]
    for bicycle in BICYCLES:
        for week, day in weeks:
            mean = level(week, bicycle) * season(day, bicycle) * uplift(maker, day, bicycle.item)
            for site, share in (("plant", 1 - bicycle.west), ("west", bicycle.west)):
                if mean * share > 0:
                    yield _sold(maker, bicycle.item, site, day, _spread(random, mean * share))
    for spare in SPARES:
        for _, day in weeks:
            yield _sold(maker, spare.item, spare.site, day, _spare_pieces(random, spare))


def _spread(random: Random, mean: float, size: float = 14.0) -> int:
    """A negative binomial draw: a little wilder than Poisson."""
    return int(random.negative_binomial(size, size / (size + mean)))


def _spare_pieces(random: Random, spare: Spare) -> int:
    if spare.orders > 2:
        return _spread(random, spare.orders * spare.pieces)
    return sum(int(random.geometric(1 / spare.pieces)) for _ in range(int(random.poisson(spare.orders))))


def _sold(maker: Maker, item: str, site: str, day: dt.date, pieces: int) -> Row:
    revenue = f"{pieces * maker.price(item) * 0.97:.2f}"
    return {"item": item, "site": site, "date": str(day), "quantity": str(pieces), "revenue": revenue}


def sales_orders(maker: Maker, random: Random) -> Iterator[Row]:
    """Orders of the next weeks, the nearer the fuller, and those that hurt."""
    number = 40_210
    for week in range(len(COVER)):
        for site in ("plant", "west"):
            lots = _wanted(maker, random, week, site)
            while lots:
                number += int(random.integers(1, 4))
                yield from _order(maker, random, number, week, site, lots)
    for order, customer, item, site, pieces, due, placed in HARD_ORDERS:
        yield _line(maker, Head(order, customer, site, due, placed), 1, (item, pieces), complete=False)


def _wanted(maker: Maker, random: Random, week: int, site: str) -> list[tuple[str, int]]:
    """Items and pieces that are ordered for a week, in random order."""
    monday = AS_OF + dt.timedelta(weeks=week)
    lots = []
    for bicycle in BICYCLES:
        share = bicycle.west if site == "west" else 1 - bicycle.west
        mean = bicycle.weekly * season(monday, bicycle) * uplift(maker, monday, bicycle.item) * share
        pieces = int(random.poisson(mean * COVER[week]))
        while pieces > 0:
            lots.append((bicycle.item, min(pieces, int(random.integers(2, 9)))))
            pieces -= lots[-1][1]
    return [lots[place] for place in random.permutation(len(lots))]


def _order(
    maker: Maker, random: Random, number: int, week: int, site: str, lots: list[tuple[str, int]]
) -> Iterator[Row]:
    """One order of one to three lines, taken from ``lots``; the first customers of the list order most."""
    customers = maker.customers_of(site)
    weights = np.array([1 / (rank + 2) for rank in range(len(customers))])
    customer = customers[int(random.choice(len(customers), p=weights / weights.sum()))]
    due = AS_OF + dt.timedelta(weeks=week, days=int(random.choice(5)))
    placed = AS_OF - dt.timedelta(days=int(random.integers(2, 12 + 5 * week)))
    head = Head(f"SO-{number}", customer["customer"], site, str(due), str(placed))
    for line in range(1, 1 + min(len(lots), int(random.integers(1, 4)))):
        yield _line(maker, head, line, lots.pop(), complete=line < 3)


def _line(maker: Maker, head: Head, line: int, lot: tuple[str, int], *, complete: bool) -> Row:
    segment = next(row["segment"] for row in maker.customers if row["customer"] == head.customer)
    item, pieces = lot
    return {
        "order": head.order,
        "line": str(line * 10),
        "customer": head.customer,
        "item": item,
        "site": head.site,
        "quantity": str(pieces),
        "delivered": "0",
        "due": head.due,
        "promised": head.due,
        "ordered": head.placed,
        "ship_complete": "yes" if complete else "no",
        "price": f"{maker.price(item) * (1 - REBATES[segment]):.2f}",
        "status": "open",
    }


def stock_lots(maker: Maker, random: Random) -> Iterator[Row]:
    """What lies in stock: bicycles at both sites, assemblies, and parts, by lot where they age."""
    for bicycle in BICYCLES:
        weekly = 4.0 if bicycle.growth < -0.2 else 2.3
        yield _lot("", bicycle.item, "plant", round(bicycle.weekly * (1 - bicycle.west) * weekly))
        yield _lot("", bicycle.item, "west", round(bicycle.weekly * bicycle.west * (weekly + 0.3)))
    for item, row in maker.items.items():
        pieces = maker.usage.get(item, 0.0)
        if row["source"] == "make" and item not in {bicycle.item for bicycle in BICYCLES}:
            yield _lot("", item, "plant", round(pieces))
        if row["source"] == "buy":
            pieces *= _weeks_in_stock(maker, item) * BEHIND.get(item, 1.0)
            yield from _bought_lots(random, row, pieces)
    yield _lot("", "PAD-HYD", "west", 64)
    for lot, item, quantity, expiry in HELD:
        yield {**_lot(lot, item, "plant", float(quantity), expiry), "hold": "yes"}


def _weeks_in_stock(maker: Maker, item: str) -> float:
    """Weeks of usage in stock: two, and what is kept against surprises."""
    return 2.2 + _safety_weeks(maker, item)


def _safety_weeks(maker: Maker, item: str) -> float:
    return 1.0 + float(maker.offers[item]["lead_time_spread_days"]) / 7


def _bought_lots(random: Random, item: Row, pieces: float) -> Iterator[Row]:
    decimals = int(item["decimals"])
    if not item["shelf_life_days"]:
        yield _lot("", item["item"], "plant", round(pieces, decimals))
        return
    number = int(random.integers(1000, 9000))
    for share, age, lot in ((0.45, 0.12, number), (0.75, 0.8, number + 37)):
        expiry = AS_OF + dt.timedelta(days=int(float(item["shelf_life_days"]) * age))
        yield _lot(f"{item['item']}-{lot}", item["item"], "plant", round(pieces * share, decimals), str(expiry))


def _lot(lot: str, item: str, site: str, quantity: float, expiry: str = "") -> Row:
    return {"lot": lot, "item": item, "site": site, "quantity": f"{quantity:g}", "expiry": expiry, "hold": "no"}


def purchase_orders(maker: Maker, random: Random) -> Iterator[Row]:
    """Open purchase orders: what the lead time needs and the stock does not cover."""
    number = 71_804
    for item, offer in maker.offers.items():
        weekly = maker.usage[item] * 1.08
        minimum, step = float(offer["minimum"]), float(offer["multiple"])
        quantity = max(float(np.ceil(max(2.0, minimum / weekly) * weekly / step)) * step, minimum)
        covered = _weeks_in_stock(maker, item) - _safety_weeks(maker, item)
        while covered < float(offer["lead_time_days"]) / 7 + 2:
            number += int(random.integers(1, 5))
            late = max(random.normal(0, float(offer["lead_time_spread_days"]) / 2), -3)
            due = AS_OF + dt.timedelta(days=max(round(covered * 7) - 5, 2))
            placed = min(due - dt.timedelta(days=int(offer["lead_time_days"])), AS_OF - dt.timedelta(days=4))
            yield _purchase(f"PO-{number}", offer, quantity, _workday(due + dt.timedelta(days=int(late))), placed)
            covered += quantity / weekly


def _purchase(order: str, offer: Row, quantity: float, due: dt.date, placed: dt.date) -> Row:
    return {
        "order": order,
        "line": "1",
        "supplier": offer["supplier"],
        "item": offer["item"],
        "site": "plant",
        "quantity": f"{quantity:g}",
        "received": "0",
        "due": str(due),
        "ordered": str(placed),
        "price": offer["price"],
        "status": "released",
    }


def _workday(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


DRAWN = {
    "demand_history": demand_history,
    "sales_orders": sales_orders,
    "stock_lots": stock_lots,
    "purchase_orders": purchase_orders,
}

if __name__ == "__main__":
    main()
