"""What is missing between tables: routings, suppliers, skills, lanes, costs."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from quarterdeck.model.checks.finding import ROW, Finding, Words, found, listed, numbered
from quarterdeck.model.company import Company
from quarterdeck.model.problem import Problem


def check_make_items(company: Company) -> Iterator[Finding]:
    """Items that are made, but have no routing, no bill of materials, or neither."""
    made = numbered(company, "items").filter((pl.col("source") == "make") & ~pl.col("phantom"))
    steps = company["operations"].select("item").unique()
    lines = company["bom_lines"].select(item="parent").unique()
    without_steps = made.join(steps, on="item", how="anti", maintain_order="left")
    without_lines = made.join(lines, on="item", how="anti", maintain_order="left")
    neither = without_steps.join(lines, on="item", how="anti", maintain_order="left")
    only_steps = without_steps.join(neither, on="item", how="anti", maintain_order="left")
    only_lines = without_lines.join(neither, on="item", how="anti", maintain_order="left")
    yield from found("items", neither, MAKE_WITHOUT_BOTH)
    yield from found("items", only_steps, MAKE_WITHOUT_ROUTING)
    yield from found("items", only_lines, MAKE_WITHOUT_BOM)


MAKE_WITHOUT_BOTH = Words(
    "warning",
    "make-without-routing-and-bom",
    "{item} is made, but has neither routing nor bill of materials; it is made from nothing within its lead time.",
    "Add its steps to Operations and its components to Bill of materials, or say that it is bought.",
)
MAKE_WITHOUT_ROUTING = Words(
    "warning",
    "make-without-routing",
    "{item} is made, but has no routing; it takes its lead time and no machine.",
    "Add its steps to Operations.",
)
MAKE_WITHOUT_BOM = Words(
    "info",
    "make-without-bom",
    "{item} is made, but has no bill of materials; it needs work and no material.",
    "Add its components to Bill of materials, if it has any.",
)


def check_unsaid_sources(company: Company) -> Iterator[Finding]:
    """Items with a routing or a bill of materials that nobody supplies: they are made, though nothing says so."""
    made = _bought(company).join(_unsaid(company), on="item", how="semi", maintain_order="left")
    if made.is_empty():
        return
    are = "is" if made.height == 1 else "are"
    message = f"{listed(made['item'].to_list())} {are} made: nobody supplies what has a routing or a bill of materials."
    problem = Problem("info", "source-assumed", message, "Say in Items how it is obtained.", "items", column="source")
    values = pl.Series(["make"] * made.height)
    yield Finding((problem,), "items", made[ROW], "set", "source", values)


def _unsaid(company: Company) -> pl.DataFrame:
    """Items said to be bought, or not said to be made, that can be made here and come from no supplier."""
    ways = pl.concat([company["operations"].select("item"), company["bom_lines"].select(item="parent")]).unique()
    told = ("supply_options", "price_breaks", "purchase_orders")
    bought = pl.concat([company[name].select("item") for name in told])
    return ways.join(bought, on="item", how="anti")


def _bought(company: Company) -> pl.DataFrame:
    return numbered(company, "items").filter(pl.col("source") == "buy")


def check_phantoms(company: Company) -> Iterator[Finding]:
    """Phantoms without components, whose requirements would pass into nothing."""
    phantoms = numbered(company, "items").filter(pl.col("phantom"))
    faulty = phantoms.join(company["bom_lines"].select(item="parent"), on="item", how="anti", maintain_order="left")
    words = Words(
        "warning",
        "phantom-without-bom",
        "{item} is a phantom without components; it is treated as a usual item.",
        "Add its components to Bill of materials, or say no in phantom.",
    )
    yield from found("items", faulty, words, column="phantom", mend="blank")


def check_buy_items(company: Company) -> Iterator[Finding]:
    """Items that are bought, but from nobody."""
    if company["supply_options"].is_empty() and company["purchase_orders"].is_empty():
        return
    bought = _bought(company).join(_unsaid(company), on="item", how="anti", maintain_order="left")
    faulty = bought.join(company["supply_options"], on="item", how="anti", maintain_order="left")
    yielded = company["co_products"].select(item="co_product")
    faulty = faulty.join(yielded, on="item", how="anti", maintain_order="left")
    days = pl.col("lead_time_days").fill_null(0.0).alias("days")
    words = Words(
        "warning",
        "buy-without-supplier",
        "{item} is bought, but no supplier delivers it; it is planned with a lead time of {days} days.",
        "Add a supplier to Supply options.",
    )
    yield from found("items", faulty.with_columns(days), words)


def check_costs(company: Company) -> Iterator[Finding]:
    """Bought items that cost nothing."""
    priced = company["supply_options"].filter(pl.col("price") > 0).select("item")
    breaks = company["price_breaks"].select("item")
    bought = _bought(company).filter(pl.col("cost").fill_null(0) == 0)
    bought = bought.join(_unsaid(company), on="item", how="anti", maintain_order="left")
    yielded = company["co_products"].select(item="co_product")
    faulty = bought.join(pl.concat([priced, breaks, yielded]), on="item", how="anti", maintain_order="left")
    words = Words(
        "warning",
        "item-without-cost",
        "{item} has neither cost nor price of a supplier; it counts as free of charge.",
        "Fill in its cost in Items, or its price in Supply options.",
    )
    yield from found("items", faulty, words, column="cost")


def check_skills(company: Company) -> Iterator[Finding]:
    """Skills that steps need and nobody has."""
    needing = numbered(company, "operations").filter(pl.col("skill").fill_null("") != "")
    if company["people"].is_empty() and company["person_skills"].is_empty():
        return
    faulty = needing.join(company["person_skills"], on="skill", how="anti", maintain_order="left")
    words = Words(
        "warning",
        "skill-nobody-has",
        "Step {sequence} of {item} needs the skill {skill}, which nobody has; it is planned without a person.",
        "Add the skill to somebody in Skills.",
        "a skill of the table Skills",
    )
    yield from found("operations", faulty, words, column="skill", mend="blank")


def check_teams(company: Company) -> Iterator[Finding]:
    """Steps that need a skill and no work centre: those who have the skill are a team that does them."""
    steps = numbered(company, "operations").filter(
        pl.col("work_centre").fill_null("").eq("") & pl.col("skill").fill_null("").ne("")
    )
    sizes = company["person_skills"].group_by("skill").agg(units=pl.len().cast(pl.Int64))
    for row in sizes.join(steps, on="skill", how="semi").sort("skill").iter_rows(named=True):
        skill, units = row["skill"], row["units"]
        mine = steps.filter(pl.col("skill") == skill)[ROW]
        people = "the one person" if units == 1 else f"the {units} people"
        message = f"Steps that need {skill} name no work centre; {people} with that skill do them."
        problem = Problem("info", "team-assumed", message, "Name a work centre in Operations.", "operations", skill)
        team = pl.DataFrame({"work_centre": [skill], "name": [skill], "units": [units]})
        known = skill in company["work_centres"]["work_centre"]
        added = {} if known else {"work_centres": team}
        values = pl.Series([skill] * mine.len(), dtype=pl.String)
        yield Finding((problem,), "operations", mine, "set", "work_centre", values, added)


def check_working_time(company: Company) -> Iterator[Finding]:
    """Work without any working time: machines and people are then there day and night."""
    works = company["operations"].height and (company["people"].height or company["work_centres"].height)
    if works and company["shifts"].is_empty():
        message = "No working time is given; machines and people are planned day and night, every day."
        hint = "Enter it in Calendars and Shifts, and name the calendar in Sites."
        yield Finding((Problem("info", "working-time-missing", message, hint, table="shifts"),))


def check_work_orders(company: Company) -> Iterator[Finding]:
    """Work orders of items that cannot be made."""
    made = pl.concat([company["operations"].select("item"), company["bom_lines"].select(item="parent")])
    bought = company["items"].filter(pl.col("source").is_in(["buy", "none"])).select("item", "source")
    orders = numbered(company, "work_orders").join(bought, on="item", how="semi", maintain_order="left")
    faulty = orders.join(made, on="item", how="anti", maintain_order="left")
    words = Words(
        "warning",
        "work-order-of-bought-item",
        "{order} makes {item}, which is not made here; it is taken to arrive when it is due.",
        "Say in Items that {item} is made, or enter a purchase order instead.",
    )
    yield from found("work_orders", faulty, words, column="item")


def check_progress(company: Company) -> Iterator[Finding]:
    """Progress of steps that the order's routing does not have."""
    orders = company["work_orders"].unique("order", keep="first").select("order", "item", "routing")
    known = company["operations"].select("item", "routing", "sequence")
    steps = numbered(company, "work_order_operations").join(orders, on="order", maintain_order="left")
    faulty = steps.join(known, on=("item", "routing", "sequence"), how="anti", maintain_order="left")
    words = Words(
        "warning",
        "progress-of-unknown-step",
        "{order} reports on step {sequence}, which {item} does not have; the report is ignored.",
        "Correct the step's number in Work order progress, or add it to Operations.",
    )
    yield from found("work_order_operations", faulty, words, column="sequence", mend="drop")


def check_lanes(company: Company) -> Iterator[Finding]:
    """Sites replenished by another one to which no lane leads."""
    lanes = company["lanes"].select(source_site="from_site", site="to_site")
    rows = numbered(company, "item_sites").filter(pl.col("source_site").fill_null("") != "")
    faulty = rows.join(lanes, on=("source_site", "site"), how="anti", maintain_order="left")
    words = Words(
        "warning",
        "lane-missing",
        "{site} is supplied with {item} from {source_site}, but no lane leads there; transport takes no time.",
        "Add the lane from {source_site} to {site} to Lanes.",
    )
    yield from found("item_sites", faulty, words, column="source_site")


def check_price_breaks(company: Company) -> Iterator[Finding]:
    """Prices by quantity of suppliers that do not deliver the item."""
    offered = company["supply_options"].select("item", "supplier")
    faulty = numbered(company, "price_breaks").join(offered, on=("item", "supplier"), how="anti", maintain_order="left")
    words = Words(
        "warning",
        "price-break-without-supply",
        "{supplier} has a price for {item} from {from_quantity} on, but does not deliver it; the price is ignored.",
        "Add {item} from {supplier} to Supply options.",
    )
    yield from found("price_breaks", faulty, words)


def check_idle_machines(company: Company) -> Iterator[Finding]:
    """Work centres that steps need while every one of their machines is out of use for good."""
    machines = (
        company["machines"]
        .group_by("work_centre")
        .agg(pl.col("available_to").is_not_null().all().alias("ends"), pl.col("available_to").max().alias("last"))
    )
    rows = numbered(company, "work_centres").join(
        machines.filter(pl.col("ends")), on="work_centre", maintain_order="left"
    )
    words = Words(
        "info",
        "work-centre-ends",
        "After {last} no machine of {work_centre} can be used any more.",
        "Add the machine that follows, or clear the date.",
    )
    yield from found("work_centres", rows, words)


def check_cash(company: Company) -> Iterator[Finding]:
    """A company that trades, but says nothing about its bank account."""
    trades = any(
        company[name].height for name in ("sales_orders", "purchase_orders", "fixed_cash_lines", "demand_history")
    )
    if company["cash_accounts"].is_empty() and trades:
        yield Finding(
            (
                Problem(
                    "info",
                    "cash-account-missing",
                    "There is no cash account; the cash forecast starts from 0.",
                    "Enter the balance of your bank account in Cash accounts.",
                    table="cash_accounts",
                ),
            )
        )


def check_unmade_lines(company: Company) -> Iterator[Finding]:
    """Bought items with a bill of materials, which planning does not use."""
    bought = _bought(company).join(_unsaid(company), on="item", how="anti").select(parent="item")
    lines = numbered(company, "bom_lines").join(bought, on="parent", how="semi", maintain_order="left")
    parents = lines["parent"].unique(maintain_order=True).to_list()
    if parents:
        message = f"{listed(parents)} are bought, but have a bill of materials; it is not used."
        problem = Problem(
            "info", "bom-of-bought-item", message, "Say make or both in Items where they are made.", "bom_lines"
        )
        yield Finding((problem,), "bom_lines", lines[ROW])
