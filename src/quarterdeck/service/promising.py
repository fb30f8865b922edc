"""Use cases of promising: what can be delivered when, in which ways, and an enquiry made an order."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import as_seconds, home_zone, site_zones
from quarterdeck.service.planning import aware
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names, known_zone
from quarterdeck.service.views.promises import Delay, Part, Promise, SupplyOrder, Way

if TYPE_CHECKING:
    from quarterdeck.planning.promising import Desk
    from quarterdeck.planning.ways import Loser, Needed
    from quarterdeck.planning.ways import Way as Found
    from quarterdeck.store import Workspace

WAYS = {
    "free": "Without touching anything promised",
    "cheapest": "With preferred suppliers only",
    "forecast": "Ahead of what is made for forecasts",
    "swap": "From stock and production that other orders have",
}
_DESKS: OrderedDict[tuple[str, str], Promiser] = OrderedDict()
_KEPT = 4


class EnquiryError(ValueError):
    """An enquiry that cannot be answered; the message says what was expected."""


class Promiser:
    """A plan made ready for many enquiries; each then takes a fraction of a second."""

    def __init__(self, company: Company, plan: Plan) -> None:
        from quarterdeck.model.checks import usable  # noqa: PLC0415 - takes a while to load
        from quarterdeck.planning.promising import open_desk  # noqa: PLC0415 - loads the numerical libraries

        self.company, _ = usable(company)
        self.plan = plan
        self.names = Names.of(self.company)
        self.desk: Desk = open_desk(self.company, plan)
        self._hold_what_is_not_planned_yet()

    def enquire(
        self,
        item: str,
        quantity: float,
        date: dt.date | dt.datetime | str | None = None,
        customer: str | None = None,
        site: str | None = None,
        reserved_for: str | None = None,
    ) -> Promise:
        """The earliest date and the cheapest way for an enquiry.

        Parameters
        ----------
        item, quantity, customer
            What is wanted, how much [item unit], by whom.
        date
            When it is wanted; a bare date means the end of that day at the site; without it as soon as possible.
        site
            Site that delivers; without it the one that usually delivers the item.
        reserved_for
            Name under which stock and orders of items made to order are kept for it; without it what nobody has
            reserved is promised.

        Raises
        ------
        EnquiryError
            If the item, site or customer is unknown, or the quantity is not above 0.
        """
        from quarterdeck.planning.promising import ways  # noqa: PLC0415

        chosen = self._checked(item, quantity, customer, site)
        asked = self._moment(date, chosen)
        moment = None if asked is None else as_seconds(asked)
        found = ways(self.desk, item, chosen, float(quantity), moment, reserved_for or "")
        answer = self._worded(item, chosen, customer or "", float(quantity), asked, found)
        return replace(answer, reserved_for=reserved_for or "")

    def _hold_what_is_not_planned_yet(self) -> None:
        """Keeps supply for order lines that came in after the plan was made, in the order of their promises."""
        from quarterdeck.planning.promising import hold, knows, ways  # noqa: PLC0415

        key = ["order", "line"]
        lines = self.company["sales_orders"].filter(
            pl.col("status") == "open", pl.col("quantity") > pl.col("delivered")
        )
        fresh = lines.join(self.plan["requirements"].drop_nulls("order").select(key), on=key, how="anti")
        for row in fresh.sort(pl.coalesce("promised", "due"), *key).iter_rows(named=True):
            if knows(self.desk, row["item"], row["site"]):
                left, name = row["quantity"] - row["delivered"], row["reserved_for"] or ""
                found = ways(self.desk, row["item"], row["site"], left, None, name)
                hold(self.desk, recommended(found, None))

    def _checked(self, item: str, quantity: float, customer: str | None, site: str | None) -> str:
        from quarterdeck.planning.promising import knows  # noqa: PLC0415

        if not 0 < float(quantity) <= 1e9:
            raise EnquiryError(f"Expected a quantity above 0, got {quantity:g}.")
        if item not in self.company["items"]["item"]:
            raise EnquiryError(f"Expected an item of the company, got {item!r}.{_like(item, self.company)}")
        if customer and customer not in self.company["customers"]["customer"]:
            raise EnquiryError(f"Expected a customer of the company, got {customer!r}.")
        chosen = site or self._usual_site(item)
        if not knows(self.desk, item, chosen):
            raise EnquiryError(f"Expected a site that keeps or makes {item}, got {chosen!r}.")
        return chosen

    def _usual_site(self, item: str) -> str:
        """The site that delivers most of the item's demand, else one that keeps it, else the first."""
        wanted = self.plan["requirements"].filter(pl.col("item") == item).group_by("site").len()
        kept = self.company["item_sites"].filter(pl.col("item") == item)
        for frame in (wanted.sort("len", "site", descending=[True, False]), kept.sort("site")):
            if frame.height:
                return str(frame["site"][0])
        return str(self.company.sites_or_main["site"][0])

    def _moment(self, date: dt.date | dt.datetime | str | None, site: str) -> dt.datetime | None:
        if date is None or date == "":
            return None
        zone = known_zone(site_zones(self.company).get(site, home_zone(self.company)))
        if isinstance(date, str) and len(date.strip()) == len("2026-03-02"):
            date = _day_of(date)
        if isinstance(date, dt.date) and not isinstance(date, dt.datetime):
            date = dt.datetime.combine(date, dt.time(23, 59, 59))
        try:
            return aware(date, zone)
        except ValueError as error:
            raise EnquiryError(str(error)) from error

    def _worded(
        self, item: str, site: str, customer: str, quantity: float, asked: dt.datetime | None, found: list[Found]
    ) -> Promise:
        best = recommended(found, None if asked is None else as_seconds(asked))
        told = tuple(self._way(way, site, asked, found) for way in found)
        chosen = next(way for way in told if way.code == best.code)
        now = self.desk.book.as_of
        in_stock = sum(part.quantity for part in found[0].parts if part.moment <= now)
        late = chosen.late_seconds
        state = "impossible" if chosen.date is None else "late" if late > 0 else "on_time"
        return Promise(
            item=item, title=self.names.item(item), site=site, customer=customer,
            customer_name=self.names.name("customer", customer), quantity=quantity,
            quantity_text=self.names.amount(quantity, item), asked=asked,
            asked_text=self._day(asked, site) if asked else "as soon as possible",
            state=state, date=chosen.date, date_text=chosen.date_text, late_seconds=late,
            late_text=wording.duration(late) if late else "", in_stock=in_stock, way=best.code,
            reason=self._reason(chosen, in_stock, item, state), ways=told,
        )  # fmt: skip

    def _reason(self, way: Way, in_stock: float, item: str, state: str) -> str:
        if state == "impossible":
            return "Nothing supplies it within the horizon; give the item a supplier or a routing."
        amount = self.names.amount(in_stock, item)
        if in_stock and way.parts and way.parts[-1].date <= self.plan.settings.as_of:
            return "All of it is in stock."
        slowest = max(way.orders, key=lambda order: order.available, default=None)
        stocked = f"{amount} are in stock; the rest" if in_stock else "It"
        if slowest is None:
            return f"{stocked} is on its way and free."
        first = max((o for o in way.orders if o.kind != "make"), key=lambda o: o.available, default=slowest)
        words = f"{first.title} {'comes' if first.kind != 'make' else 'is made'} by {first.available_text}"
        return f"{stocked} has to be ordered: {words}."

    def _way(self, way: Found, site: str, asked: dt.datetime | None, every: list[Found]) -> Way:
        date = None if way.moment is None else self._at(max(way.moment, as_seconds(asked) if asked else 0))
        complete = [other for other in every if other.moment is not None]
        late = 0 if way.moment is None or asked is None else max(0, way.moment - as_seconds(asked))
        return Way(
            code=way.code, title=WAYS[way.code], date=date,
            date_text=self._day(date, site) if date else "not within the horizon", late_seconds=late,
            cost=float(way.cost), cost_text=wording.money(way.cost, self.names.currency),
            earliest=bool(complete) and way is min(complete, key=lambda each: each.moment or 0),
            cheapest=bool(complete) and way is min(complete, key=lambda each: each.cost),
            parts=tuple(self._part(part.quantity, part.moment, site) for part in way.parts),
            orders=tuple(self._order(order) for order in way.orders),
            delays=tuple(self._delay(loser) for loser in way.losers),
        )  # fmt: skip

    def _part(self, quantity: float, moment: int, site: str) -> Part:
        date = self._at(moment)
        return Part(quantity, wording.quantity(quantity), date, self._day(date, site))

    def _order(self, order: Needed) -> SupplyOrder:
        verb = {"buy": "Order", "make": "Make", "transfer": "Send"}[order.kind]
        release, available = self._at(order.release), self._at(order.available)
        return SupplyOrder(
            order.kind, verb, order.item, self.names.item(order.item), self.names.partner(order.kind, order.partner),
            order.quantity, self.names.amount(order.quantity, order.item), release, self._day(release, order.site),
            available, self._day(available, order.site),
        )  # fmt: skip

    def _delay(self, loser: Loser) -> Delay:
        facts: dict[str, str] = {"order": "", "line": "", "customer": ""}
        if loser.demand:
            row = self.plan["requirements"].row(by_predicate=pl.col("demand") == loser.demand, named=True)
            facts = {name: row[name] or "" for name in facts}
        amount, title = self.names.amount(loser.quantity, loser.item), self.names.item(loser.item)
        customer = self.names.name("customer", facts["customer"])
        whose = f"{facts['order']}{' of ' + customer if customer else ''}"
        text = {
            "sales_order": f"{whose} waits {wording.duration(loser.seconds)} longer for {amount} {title}"
            if loser.seconds else f"{whose} gets {amount} {title} from later supply, still in time",
            "forecast": f"{amount} {title} planned for forecasts",
            "safety_stock": f"{amount} of the safety stock of {title}",
        }[loser.use]  # fmt: skip
        return Delay(
            loser.use, facts["order"], facts["line"], customer, loser.item, title, loser.quantity, loser.seconds,
            wording.duration(loser.seconds), text,
        )  # fmt: skip

    def _at(self, moment: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(moment, dt.UTC)

    def _day(self, moment: dt.datetime | None, site: str) -> str:
        return self.names.day(moment, site, self.plan.settings.as_of)


def recommended(found: list[Found], asked: int | None) -> Found:
    """The cheapest way that is in time and makes no customer wait; else the earliest that makes none wait."""
    complete = [way for way in found if way.moment is not None]
    gentle = [way for way in complete if not any(loser.seconds > 0 for loser in way.losers)] or complete
    if not gentle:
        return found[0]
    in_time = [way for way in gentle if asked is not None and (way.moment or 0) <= asked]
    if in_time:
        return min(in_time, key=lambda way: (way.cost, found.index(way)))
    return min(gentle, key=lambda way: (way.moment or 0, way.cost, found.index(way)))


def promiser_of(workspace: Workspace) -> Promiser:
    """The promiser of a workspace's newest plan; kept ready as long as plan and data stay the same.

    Raises
    ------
    quarterdeck.store.PlanMissingError
        If there is no plan.
    """
    newest = workspace.newest_change()
    plans = workspace.plans()
    key = (str(workspace.path.resolve()), f"{plans[0].plan if plans else ''} {newest}")
    if key not in _DESKS:
        _DESKS[key] = Promiser(workspace.load(), workspace.load_plan())
        while len(_DESKS) > _KEPT:
            _DESKS.popitem(last=False)
    _DESKS.move_to_end(key)
    return _DESKS[key]


def promise(
    workspace: Workspace,
    item: str,
    quantity: float,
    date: dt.date | dt.datetime | str | None = None,
    customer: str | None = None,
    site: str | None = None,
    *,
    reserved_for: str | None = None,
) -> Promise:
    """The answer to an enquiry against the workspace's newest plan; see :meth:`Promiser.enquire`."""
    return promiser_of(workspace).enquire(item, quantity, date, customer, site, reserved_for)


def accept(
    workspace: Workspace, answer: Promise, *, author: str, way: str | None = None, order: str | None = None
) -> str:
    """Makes an answered enquiry a sales order with its promise pinned; the code of the order.

    The change is in the log and can be taken back. ``way`` is the way agreed upon, else the recommended one; ``order``
    a code for the order, else the next free one.

    Raises
    ------
    EnquiryError
        If the way delivers nothing, is unknown, or the code is taken.
    """
    from quarterdeck.store import TableChange  # noqa: PLC0415 - the store waits until it is needed

    agreed = next((each for each in answer.ways if each.code == (way or answer.way)), None)
    if agreed is None or agreed.date is None:
        raise EnquiryError(f"Expected a way that can be delivered, got {way or answer.way!r}.")
    company = workspace.load()
    code = order or _next_code(company)
    if code in company["sales_orders"]["order"]:
        raise EnquiryError(f"Expected a code that no sales order has, got {code!r}.")
    zone = known_zone(site_zones(company).get(answer.site, home_zone(company)))
    promised = _up_to_the_second(wording.local(agreed.date, zone)).replace(tzinfo=None)
    due = promised if answer.asked is None else wording.local(answer.asked, zone).replace(tzinfo=None)
    row = pl.DataFrame(
        [(code, "1", answer.customer or None, answer.item, answer.site, answer.quantity, due, promised, "open",
          answer.reserved_for or None)],
        schema={
            "order": pl.String, "line": pl.String, "customer": pl.String, "item": pl.String, "site": pl.String,
            "quantity": pl.Float64, "due": pl.Datetime("us"), "promised": pl.Datetime("us"), "status": pl.String,
            "reserved_for": pl.String,
        }, orient="row",
    )  # fmt: skip
    text = f"Promise of {answer.quantity_text} {answer.title} for {agreed.date_text}".replace(wording.GAP, " ")
    workspace.commit({"sales_orders": TableChange(row)}, author=author, reason=text, source="promise")
    return code


def _up_to_the_second(moment: dt.datetime) -> dt.datetime:
    return (moment + dt.timedelta(microseconds=999_999)).replace(microsecond=0)


def _next_code(company: Company) -> str:
    taken = set(company["sales_orders"]["order"])
    number = 1
    while f"ENQ-{number:04d}" in taken:
        number += 1
    return f"ENQ-{number:04d}"


def _day_of(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise EnquiryError(f"Expected a date such as 2026-03-02, got {text!r}.") from error


def _like(item: str, company: Company) -> str:
    """A hint at an item with a similar code."""
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(item, company["items"]["item"].to_list(), n=3, cutoff=0.6)
    return f" Did you mean {', '.join(near)}?" if near else ""


__all__ = ["EnquiryError", "Promise", "Promiser", "Way", "accept", "promise", "promiser_of", "recommended"]
