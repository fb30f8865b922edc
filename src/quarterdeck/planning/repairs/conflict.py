"""Conflicts: a smallest set of orders, shifts and deliveries that cannot all hold.

An order is late because of others that want the same machines, of hours that are closed and of material that comes
late. Of all of these a set is sought from which nothing can be left out: give up any one of its members, and the rest
can be kept. The set is found by dividing (Junker, QuickXplain, AAAI 2004), each question being answered by planning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from quarterdeck.disciplines.mrp import stage as mrp
from quarterdeck.disciplines.mrp.deliveries import deliveries
from quarterdeck.disciplines.mrp.purpose import purposes
from quarterdeck.disciplines.scheduling import stage as scheduling
from quarterdeck.model import TABLES, Company, Plan
from quarterdeck.model.settings import silent
from quarterdeck.planning.repairs.edits import new_row
from quarterdeck.planning.repairs.supply import Case

MOST_BLOCKERS = 5
MOST_ORDERS = 60
MOST_QUESTIONS = 16
_MANY = 200
_TOLERANCE = 3600
_FORESEEN = {"forecast", "safety_stock"}
_QUEUES = {"capacity", "person", "setup"}
_ALWAYS = "always open (conflict)"


@dataclass(frozen=True, order=True)
class Member:
    """A member of a conflict: ``kind`` is order, work_centre, material, forecast or safety_stock; ``code`` names it."""

    kind: str
    code: str


@dataclass(frozen=True)
class Conflict:
    """Members that cannot all hold, the late order first; ``whole`` is whether nothing more can be left out."""

    members: tuple[Member, ...]
    whole: bool
    questions: int


def conflict(case: Case) -> Conflict | None:
    """A smallest conflict that makes the case's order late; None where it is late even with nothing in its way.

    Looked for first among the orders that were worked on while this one waited, then among all.
    """
    own = Member("order", case.requirement["demand"])
    oracle = _Oracle(case)
    if oracle.fails([own], []):
        return None
    for others in (_restrictions(case, _blockers(case)), _restrictions(case, _competitors(case))):
        if oracle.fails([own], others):
            firm = [
                each for each in others if each.kind not in _FORESEEN
            ]  # without what is foreseen, planning is quick
            found = minimal([own], firm if oracle.fails([own], firm) else others, oracle.fails)
            return Conflict((own, *found), not oracle.exhausted, oracle.questions)
    return None


def minimal(
    background: Sequence[Member], rest: Sequence[Member], fails: Callable[[Sequence[Member], Sequence[Member]], bool]
) -> list[Member]:
    """A smallest part of ``rest`` that fails together with ``background``; ``rest`` itself must fail with it.

    >>> letters = [Member("order", letter) for letter in "abcdefgh"]
    >>> together = lambda base, more: {"b", "g"} <= {each.code for each in (*base, *more)}
    >>> [each.code for each in minimal([], letters, together)]
    ['b', 'g']
    """

    def divided(base: list[Member], added: Sequence[Member], left: Sequence[Member]) -> list[Member]:
        if added and fails(base, []):
            return []
        if len(left) == 1:
            return list(left)
        middle = len(left) // 2
        first, second = left[:middle], left[middle:]
        lower = divided([*base, *first], first, second)
        upper = divided([*base, *lower], lower, first)
        return [*upper, *lower]

    return divided(list(background), [], list(rest))


def _restrictions(case: Case, orders: Sequence[str]) -> list[Member]:
    """What may be in the way: work centres and material of the chain, these orders, forecast and stock targets."""
    return [
        *_named(case), Member("safety_stock", ""), Member("forecast", ""),
        *(Member("order", code) for code in orders),
    ]  # fmt: skip


def _named(case: Case) -> list[Member]:
    """Work centres that the chain queued for, or all it uses where it queued for none, and bought material on it."""
    orders = [case.order(link.order) for link in case.links if link.cause in {"material", "lead_time"}]
    material = {order["item"] for order in orders if order is not None and order["kind"] == "buy"}
    waited = {link.object for link in case.links if link.cause in _QUEUES}
    centres = sorted(waited & set(case.company["work_centres"]["work_centre"]))
    if not centres:
        made = case.plan["operations"].filter(pl.col("order").is_in([link.order for link in case.links]))
        centres = sorted(set(made["work_centre"].drop_nulls()))
    return [
        *(Member("work_centre", code) for code in centres), *(Member("material", code) for code in sorted(material)),
    ]  # fmt: skip


def _blockers(case: Case) -> list[str]:
    """Customers' order lines that were worked for while this one queued, those that took most time first."""
    served = purposes(case.plan)
    took: dict[str, float] = {}
    operations = case.plan["operations"].with_columns(pl.col("setup_start", "end").dt.epoch("s"))
    for link in case.links:
        if link.cause not in _QUEUES:
            continue
        begin, end = link.until - link.seconds, link.until
        there = operations.filter(
            pl.col("work_centre") == link.object, pl.col("setup_start") < end, pl.col("end") > begin
        )
        for order, start, stop in there.select("order", "setup_start", "end").iter_rows():
            purpose = served.get((order, ""))
            if purpose is not None and purpose.rank == 0 and purpose.demand != case.requirement["demand"]:
                took[purpose.demand] = took.get(purpose.demand, 0.0) + min(stop, end) - max(start, begin)
    return sorted(took, key=lambda code: (-took[code], code))[:MOST_BLOCKERS]


def _competitors(case: Case) -> list[str]:
    """Other customers' order lines, those due nearest to this one first."""
    wanted = case.plan["requirements"].filter(
        pl.col("kind") == "sales_order", pl.col("demand") != case.requirement["demand"]
    )
    apart = (pl.col("due") - pl.lit(case.requirement["due"])).abs()
    return wanted.sort(apart, "demand")["demand"].head(MOST_ORDERS).to_list()


class _Oracle:
    """Answers whether orders can all be on time under the given restrictions, by planning just them."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.settings = replace(case.plan.settings, effort=0, progress=silent)
        self.known: dict[frozenset[Member], bool] = {}
        self.questions = 0
        self.exhausted = False
        self.named = _named(case)
        lines = case.company["bom_lines"].group_by("parent").agg("component")
        self.below: dict[str, list[str]] = dict(lines.iter_rows())
        self.late = dict(case.plan["deliveries"].select("demand", "late_seconds").iter_rows())
        self.late[case.requirement["demand"]] = 0

    def fails(self, base: Sequence[Member], more: Sequence[Member]) -> bool:
        """Whether the late order cannot be on time, and the others no later than planned, while all members hold."""
        members = frozenset((*base, *more))
        if members not in self.known:
            if self.questions >= MOST_QUESTIONS:
                self.exhausted = True
                return True
            self.questions += 1
            self.known[members] = self._late(members)
        return self.known[members]

    def _about(self, items: Sequence[str]) -> Company:
        """The company as far as these items and what goes into them are concerned."""
        found, waiting = set(items), list(items)
        while waiting:
            for component in self.below.get(waiting.pop(), ()):
                if component not in found:
                    found.add(component)
                    waiting.append(component)
        return _restricted(self.case.company, found)

    def _late(self, members: frozenset[Member]) -> bool:
        plan, settings = self.case.plan, self.settings
        codes = [each.code for each in members if each.kind == "order"]
        kept = pl.col("demand").is_in(codes)
        if any(each.kind == "forecast" for each in members):
            kept = kept | (pl.col("kind") == "forecast")
        blank = Plan.blank(settings).with_tables(requirements=plan["requirements"].filter(kept))
        if any(each.kind == "safety_stock" for each in members):
            blank = blank.with_tables(targets=plan["targets"])
        items = blank["requirements"]["item"].to_list() + blank["targets"]["item"].to_list()
        company = _relaxed(self._about(items), [each for each in self.named if each not in members])
        made = scheduling.run(company, mrp.run(company, blank, settings), settings)
        met = deliveries(company, made, settings).filter(pl.col("demand").is_in(codes))
        return any(
            state == "short" or late > self.late[demand] + _TOLERANCE
            for demand, state, late in met.select("demand", "state", "late_seconds").iter_rows()
        )


def _restricted(company: Company, items: set[str]) -> Company:
    """What the company needs to plan these items and nothing else; the plan of them is the same."""
    frames = dict(company.frames)
    mine = list(items)
    for table in ("items", "operations", "item_sites", "operation_alternates", "supply_options", "stock_lots"):
        frames[table] = frames[table].filter(pl.col("item").is_in(mine))
    frames["bom_lines"] = frames["bom_lines"].filter(pl.col("parent").is_in(mine))
    centres = pl.concat([frames[name]["work_centre"] for name in ("operations", "operation_alternates")]).drop_nulls()
    for table in ("work_centres", "machines", "setup_times"):
        frames[table] = frames[table].filter(pl.col("work_centre").is_in(centres.unique().to_list()))
    return Company(frames)


def _relaxed(company: Company, free: Sequence[Member]) -> Company:
    """The company with these work centres always free and this material in plenty."""
    centres = [each.code for each in free if each.kind == "work_centre"]
    items = [each.code for each in free if each.kind == "material"]
    frames = dict(company.frames)
    if centres:
        mine = pl.col("work_centre").is_in(centres)
        always = new_row("calendars", calendar=_ALWAYS, open_by_default=True)
        frames["calendars"] = pl.concat([frames["calendars"], always])
        frames["work_centres"] = frames["work_centres"].with_columns(
            calendar=pl.when(mine).then(pl.lit(_ALWAYS)).otherwise("calendar"),
            units=pl.when(mine).then(pl.lit(_MANY, pl.Int64)).otherwise("units"),
        )
        frames["machines"] = frames["machines"].filter(~mine)
        frames["operations"] = frames["operations"].with_columns(skill=pl.when(mine).then(None).otherwise("skill"))
    if items:
        sites = company.sites_or_main["site"].to_list()
        rows = [(f"plenty {item}", item, site, 1e9) for item in items for site in sites]
        plenty = pl.DataFrame(rows, schema=["lot", "item", "site", "quantity"], orient="row")
        frames["stock_lots"] = pl.concat([frames["stock_lots"], TABLES["stock_lots"].shape(plenty)])
    return Company(frames)
