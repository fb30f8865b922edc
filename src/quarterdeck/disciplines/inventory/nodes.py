"""Item-sites to set targets for, with everything known about each, and the edges along which demand is passed on."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Company, Plan, Settings

NODE = ["item", "site"]


def item_sites(company: Company, plan: Plan) -> pl.DataFrame:
    """Item-sites with demand of their own, kept somewhere, or going into such; sorted by item and site."""
    start = pl.concat(
        [
            plan["series"].select(NODE),
            plan["requirements"].select(NODE),
            company["item_sites"].select(NODE),
            company["item_sites"].filter(pl.col("source_site") != "").select("item", site="source_site"),
        ]
    ).unique()
    made = company["items"].filter(pl.col("source").is_in(["make", "both"]) | pl.col("phantom")).select("item")
    lines = company["bom_lines"].join(made, left_on="parent", right_on="item", how="semi")
    lines = lines.select("parent", "component").unique()
    moved = company["item_sites"].filter(pl.col("source_site").fill_null("") != "").select(NODE)
    found, fresh = start, start
    while fresh.height:
        local = fresh.join(moved, on=NODE, how="anti")
        below = local.join(lines, left_on="item", right_on="parent", how="inner")
        fresh = below.select("site", item="component").select(NODE).unique().join(found, on=NODE, how="anti")
        found = pl.concat([found, fresh])
    return found.sort(NODE)


def with_facts(company: Company, plan: Plan, nodes: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Nodes with the item's and the item-site's columns and the demand foreseen; ``kind`` is how it is supplied."""
    items = company["items"].select(
        "item", "source", "phantom", "unit", "decimals", "cost", "price", "lead_time_days", "lot_rule", "lot_size",
        "lot_minimum", "lot_multiple", "lot_days", "yield_share", "shelf_life_days", "substitute", "substitute_share",
        "order_cost",
    ).unique("item")  # fmt: skip
    kept = company["item_sites"].select(
        *NODE, "source_site", "maximum_stock", "policy", "container", "shortage_cost",
        own_review="review_days",
        wanted_service="service_level", fixed_safety="safety_stock", fixed_reorder="reorder_point",
    )  # fmt: skip
    foreseen = plan["series"].select(
        *NODE,
        "pattern",
        own_mean="mean_per_week",
        own_spread="spread_per_week",
        own_correlation="error_correlation",
    )
    today = settings.as_of.date()
    seen = company["demand_history"].filter(pl.col("date") < today).group_by(NODE).agg(pl.col("date").min())
    seen = seen.select(*NODE, history_weeks=(pl.lit(today) - pl.col("date")).dt.total_days() / 7.0)
    has_bom = company["bom_lines"].select(item="parent").unique().with_columns(has_bom=pl.lit(value=True))
    wide = nodes
    for table, on in ((items, ["item"]), (kept, NODE), (foreseen, NODE), (has_bom, ["item"]), (seen, NODE)):
        wide = wide.join(table, on=on, how="left", maintain_order="left")
    return wide.with_columns(kind=_kind()).with_columns(
        pl.col("own_mean", "own_spread", "own_correlation", "lot_minimum", "lot_multiple").fill_null(0.0),
        pl.col("substitute_share").fill_null(0.0),
        pl.col("policy").fill_null("computed"),
        pl.col("yield_share").fill_null(1.0),
        pl.col("decimals").fill_null(0),
        pl.col("unit").fill_null("pcs"),
        pl.col("pattern").fill_null("none"),
        pl.col("phantom").fill_null(value=False),
    )


def _kind() -> pl.Expr:
    moved = pl.col("source_site").fill_null("") != ""
    both = (pl.col("source") == "both") & pl.col("has_bom").fill_null(value=False)
    return (
        pl.when(pl.col("source") == "none").then(pl.lit("none"))
        .when(moved).then(pl.lit("transfer"))
        .when((pl.col("source") == "make") | both).then(pl.lit("make"))
        .otherwise(pl.lit("buy"))
    )  # fmt: skip


def edges(company: Company, facts: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Who needs how much of what: ``parent`` and ``child`` as row numbers of ``facts``, and ``quantity`` per unit."""
    today = settings.as_of.date()
    rows = facts.with_row_index("node")
    numbers = rows.select("node", *NODE)
    lines = company["bom_lines"].filter(
        pl.col("valid_from").fill_null(today) <= today,
        pl.col("valid_to").fill_null(today) >= today,
        ~pl.col("per_order"),
    )
    needs = lines.select("parent", "component", gross=pl.col("quantity_per") / (1.0 - pl.col("scrap").clip(0.0, 0.99)))
    parents = rows.filter((pl.col("kind") == "make") | pl.col("phantom"))
    below = (
        parents.join(needs, left_on="item", right_on="parent", how="inner")
        .join(numbers.rename({"node": "child"}), left_on=["component", "site"], right_on=NODE, how="inner")
        .with_columns(quantity=pl.col("gross") / pl.col("yield_share").clip(0.01, 1.0))
        .group_by("child", parent="node")
        .agg(pl.col("quantity").sort().sum())
    )
    senders = rows.filter(pl.col("kind") == "transfer").join(
        numbers.rename({"node": "child"}), left_on=["item", "source_site"], right_on=NODE, how="inner"
    )
    sent = senders.select("child", parent="node", quantity=pl.lit(1.0))
    return pl.concat([below.select(sent.columns), sent]).sort("parent", "child")
