"""Make or buy: which of the items that can be had both ways are cheaper bought."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Company


def cheaper_bought(company: Company) -> list[str]:
    """Items of source ``both`` whose best price is below what making one costs.

    Making costs the components at their standard cost, the hours of machines at the cost of their work centres for the
    usual lot, and work done outside. What has no price, or nothing that making costs, is no choice.
    """
    both = company["items"].filter(pl.col("source") == "both")
    if both.is_empty():
        return []
    prices = company["supply_options"].filter(pl.col("price") > 0).group_by("item").agg(price=pl.col("price").min())
    compared = both.select("item").join(prices, on="item").join(making_costs(company), on="item")
    return compared.filter(pl.col("making") > 0, pl.col("price").cast(pl.Float64) < pl.col("making"))["item"].to_list()


def making_costs(company: Company) -> pl.DataFrame:
    """Cost of making one unit of each item by its main routing: ``item``, ``making``."""
    return (
        pl.concat([_material(company), _work(company)]).group_by("item").agg(making=pl.col("cost").sum()).sort("item")
    )


def _lots(company: Company) -> pl.DataFrame:
    """The usual lot of each item, over which what is paid once an order is spread."""
    lot = pl.max_horizontal(pl.col("lot_size").fill_null(0.0), "lot_minimum", pl.lit(1.0))
    return company["items"].select("item", lot=lot)


def _material(company: Company) -> pl.DataFrame:
    costs = company["items"].select(component="item", unit_cost=pl.col("cost").cast(pl.Float64).fill_null(0.0))
    lines = company["bom_lines"].rename({"parent": "item"}).join(costs, on="component").join(_lots(company), on="item")
    used = pl.col("quantity_per") / (1.0 - pl.col("scrap"))
    return lines.select(
        "item", cost=pl.col("unit_cost") * pl.when("per_order").then(used / pl.col("lot")).otherwise(used)
    )


def _work(company: Company) -> pl.DataFrame:
    rates = company["work_centres"].select("work_centre", "efficiency", rate=pl.col("hourly_cost").cast(pl.Float64))
    main = company["operations"].sort("item", pl.col("routing") != "main", "routing")
    chosen = main.unique("item", keep="first", maintain_order=True).select("item", "routing")
    steps = main.join(chosen, on=["item", "routing"], how="semi").join(_lots(company), on="item")
    steps = steps.join(rates, on="work_centre", how="left")
    minutes = (pl.col("setup_minutes") + pl.col("fixed_minutes")) / pl.col("lot")
    minutes = minutes + pl.col("run_minutes") / pl.col("batch_size").fill_null(1.0)
    hours = minutes / 60.0 / pl.col("efficiency").fill_null(1.0)
    return steps.select("item", cost=hours * pl.col("rate").fill_null(0.0) + pl.col("cost").cast(pl.Float64))
