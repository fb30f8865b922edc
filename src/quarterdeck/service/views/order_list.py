"""Orders as people look through them: what is open by the tables now, what the plan adds, and how it stands."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import home_zone, site_zones, to_instant
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.orders import orders
from quarterdeck.service.views.wants import demands

LIVE = ("released", "started")
KINDS = {"purchase": "buy", "work": "make", "transfer": "transfer"}
TABLES_OF = {
    "sales": "sales_orders",
    "purchase": "purchase_orders",
    "work": "work_orders",
    "transfer": "transfer_orders",
}
TITLES = {"sales": "Sales", "purchase": "Purchase", "work": "Production", "transfer": "Transfers"}
STATES = {
    "short": "Short",
    "late": "Late",
    "on_time": "On time",
    "open": "Open",
    "started": "Started",
    "planned": "Planned",
    "new": "Not in the plan yet",
}
FOUND_BY = ("order", "item", "item_name", "partner_name", "site_name", "serves", "serves_customer")


def kinds_used(company: Company, plan: Plan) -> tuple[str, ...]:
    """The kinds of orders that a company has or plans: who makes nothing, or has one site, is spared the others."""
    planned = set(plan["orders"]["kind"].unique())
    used = ("sales", "purchase", *(kind for kind in ("work", "transfer") if _used(company, kind, planned)))
    return tuple(kind for kind in TITLES if kind in used)


def _used(company: Company, kind: str, planned: set[str]) -> bool:
    return KINDS[kind] in planned or company[TABLES_OF[kind]].height > 0


def order_list(company: Company, plan: Plan, kind: str, released: tuple[str, ...] = ()) -> pl.DataFrame:
    """Orders of a kind: sales, purchase, work, transfer.

    Columns: ``order``, ``line``, ``item``, ``item_name``, ``unit``, ``site``, ``site_name``, ``partner``,
    ``partner_name`` (customer, supplier, sending site), ``quantity`` still to come, ``ordered``, ``state`` (a key of
    :data:`STATES`), ``release``, ``due`` (when it is wanted), ``there`` (when it comes), ``promised``,
    ``late_seconds``, ``value``, ``reason``, ``serves``, ``serves_customer``, ``progress`` (share).

    Parameters
    ----------
    released
        Planned orders that became real ones since the plan was made; they are left out.
    """
    return _sales(company, plan) if kind == "sales" else _supply(company, plan, kind, released)


def order_rows(company: Company, rows: pl.DataFrame, now: dt.datetime) -> list[dict[str, Any]]:
    """Rows of :func:`order_list` with their days and amounts in words."""
    names = Names.of(company)
    found = []
    for row in rows.iter_rows(named=True):
        days = {name: names.day(row[name], row["site"], now) for name in ("release", "due", "there", "promised")}
        found.append(
            {
                **row,
                **{f"{name}_text": text for name, text in days.items()},
                "quantity_text": names.amount(row["quantity"], row["item"]),
                "late_text": wording.duration(row["late_seconds"]) if (row["late_seconds"] or 0) >= 60 else "",
                "state_text": STATES[row["state"]],
                "value_text": wording.money(row["value"], names.currency) if row["value"] else "",
                "progress_text": wording.percent(row["progress"]) if row["progress"] is not None else "",
            }
        )
    return found


def _sales(company: Company, plan: Plan) -> pl.DataFrame:
    names = Names.of(company)
    lines = company["sales_orders"].filter(pl.col("status") == "open", pl.col("quantity") > pl.col("delivered"))
    zones, home = site_zones(company), home_zone(company)
    dated = lines.with_columns(
        due=to_instant("due", "site", zones, home),
        promised=to_instant("promised", "site", zones, home),
        ordered=pl.col("quantity"),
        quantity=pl.col("quantity") - pl.col("delivered"),
        worth=(pl.col("quantity") - pl.col("delivered")) * pl.col("price").cast(pl.Float64),
        line=pl.col("line").fill_null(""),
    )
    wanted = demands(plan).filter(pl.col("kind") == "sales_order").with_columns(pl.col("line").fill_null(""))
    met = wanted.select(
        "order", "line", "state", "rank", "late_seconds", "reason", there="delivered", planned_value="value"
    )
    joined = dated.join(met, on=["order", "line"], how="left").with_columns(pl.col("state").fill_null("new"))
    return _named(
        joined.with_columns(
            partner=pl.col("customer"),
            partner_name=names.column("customer", "customer"),
            value=pl.coalesce(pl.col("planned_value").cast(pl.Float64), "worth"),
            release=pl.lit(None, pl.Datetime("us", "UTC")),
            serves=pl.lit(""),
            serves_customer=pl.lit(""),
            progress=pl.lit(None, pl.Float64),
        ).sort("rank", "due", "order", "line", nulls_last=True),
        names,
    )


def _supply(company: Company, plan: Plan, kind: str, released: tuple[str, ...]) -> pl.DataFrame:
    names = Names.of(company)
    known = orders(company, plan).filter(pl.col("kind") == KINDS[kind])
    planned = known.filter(pl.col("state") == "planned", ~pl.col("order").is_in(list(released)))
    planned = planned.with_columns(
        ordered=pl.col("quantity"), due="needed", there="available", progress=pl.lit(None, pl.Float64)
    )
    current = _open(company, kind)
    facts = known.filter(pl.col("state") != "planned").select(
        "order", "line", "release", "needed", "late_seconds", "cost", "serves", "serves_customer", there="available",
        seen="state",
    )  # fmt: skip
    live = current.join(facts, on=["order", "line"], how="left").with_columns(
        state=pl.when(pl.col("seen").is_null()).then(pl.lit("new")).otherwise(pl.col("live")),
        due=pl.coalesce("needed", "due"),
        there=pl.coalesce("there", "due"),
    )
    columns = [
        "order", "line", "item", "site", "partner", "quantity", "ordered", "state", "release", "due", "there",
        "late_seconds", "cost", "serves", "serves_customer", "progress",
    ]  # fmt: skip
    both = pl.concat([live.select(columns), planned.select(columns)], how="vertical_relaxed")
    partner = names.column("site" if kind == "transfer" else "supplier", "partner")
    return _named(
        both.with_columns(
            partner_name=partner,
            promised=pl.lit(None, pl.Datetime("us", "UTC")),
            value=pl.col("cost").cast(pl.Float64),
            reason=pl.lit(""),
        ).sort("there", "order", "line", nulls_last=True),
        names,
    )


def _open(company: Company, kind: str) -> pl.DataFrame:
    """Open orders of the tables with what they still bring."""
    table = company[TABLES_OF[kind]].filter(pl.col("status").is_in(LIVE))
    site = "to_site" if kind == "transfer" else "site"
    due = to_instant("due", site, site_zones(company), home_zone(company))
    done = {"purchase": pl.col("received"), "work": pl.col("completed"), "transfer": pl.lit(0.0)}[kind]
    partner = {"purchase": pl.col("supplier"), "work": pl.lit(None, pl.String), "transfer": pl.col("from_site")}[kind]
    begun = pl.col("shipped").is_not_null() if kind == "transfer" else pl.col("status") == "started"
    found = table.with_columns(
        line=pl.col("line").fill_null("") if "line" in table.columns else pl.lit(""),
        site=pl.col(site),
        partner=partner,
        ordered=pl.col("quantity"),
        quantity=pl.col("quantity") - done,
        due=due,
        live=pl.when(begun).then(pl.lit("started")).otherwise(pl.lit("open")),
        progress=pl.lit(None, pl.Float64),
    )
    return found.drop("progress").join(_progress(company), on="order", how="left") if kind == "work" else found


def _progress(company: Company) -> pl.DataFrame:
    """Share of the pieces of all steps that each work order has behind it."""
    work = company["work_orders"].select("order", "item", "routing", ordered="quantity")
    steps = company["operations"].select("item", "routing", "sequence").join(work, on=["item", "routing"])
    made = company["work_order_operations"].select("order", "sequence", "completed", "scrapped", "finished")
    joined = steps.join(made, on=["order", "sequence"], how="left")
    part = ((pl.col("completed") + pl.col("scrapped")) / pl.col("ordered")).clip(0.0, 1.0).fill_null(0.0)
    share = pl.when(pl.col("finished").is_not_null()).then(1.0).otherwise(part)
    return joined.group_by("order").agg(progress=share.mean())


def _named(frame: pl.DataFrame, names: Names) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("late_seconds").fill_null(0),
        item_name=names.column("item", "item"),
        unit=pl.col("item").replace_strict(dict(names.units), default="", return_dtype=pl.String),
        site_name=names.column("site", "site"),
    ).select(
        "order", "line", "item", "item_name", "unit", "site", "site_name", "partner", "partner_name", "quantity",
        "ordered", "state", "release", "due", "there", "promised", "late_seconds", "value", "reason", "serves",
        "serves_customer", "progress",
    )  # fmt: skip
