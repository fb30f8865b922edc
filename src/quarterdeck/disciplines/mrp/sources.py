"""Where item-sites are supplied from: suppliers with their lead times, other sites over lanes."""

from __future__ import annotations

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.calendars import CalendarBook
from quarterdeck.disciplines.mrp.codes import Codes, Spots, day_seconds, micro, offsets
from quarterdeck.disciplines.mrp.offsets import seconds_of
from quarterdeck.disciplines.mrp.ordering import order_calendars
from quarterdeck.disciplines.mrp.records import BUY, FOREVER, MAKE, OPTION, TRANSFER, Flags, Ints, Records, records
from quarterdeck.model import Company
from quarterdeck.model.clock import DAY, home_zone


def sending_sites(company: Company, codes: Codes) -> Ints:
    """Site index that replenishes each place, -1 where it is made or bought there; shape (places).

    What ``item_sites`` says counts; else a lane for just this item, unless a supplier delivers it to the site.
    """
    sending = np.full(codes.size, -1, np.int64)
    lanes = company["lanes"].filter(pl.col("item") != "").sort("priority", "from_site", descending=True)
    direct = company["supply_options"].filter(pl.col("site") != "").select("item", pl.col("site").alias("to_site"))
    lanes = lanes.join(direct, on=["item", "to_site"], how="anti", maintain_order="left")
    _fill(sending, codes.places(lanes["item"], lanes["to_site"]), codes.index_of(lanes["from_site"], site=True))
    own = company["item_sites"].drop_nulls("source_site").filter(pl.col("source_site") != pl.col("site"))
    _fill(sending, codes.places(own["item"], own["site"]), codes.index_of(own["source_site"], site=True))
    return sending


def _fill(sending: Ints, places: Ints, sites: Ints) -> None:
    good = (places >= 0) & (sites >= 0)
    sending[places[good]] = sites[good]


def options(
    company: Company, spots: Spots, without_steps: Flags, book: CalendarBook, targets: pl.DataFrame
) -> tuple[Ints, Records, list[str | None], list[str]]:
    """Suppliers and lanes of each node with their offsets, the partner of each, and what nobody supplies."""
    ordering = order_calendars(company, targets, book)
    bought = _supplier_rows(company, spots, book, ordering)
    found = pl.concat([_as_receipts_say(bought, spots, targets), _lane_rows(company, spots)])
    usual = _usual_rows(company, spots, without_steps, found)
    rows = pl.concat([found, usual]).sort("node", "priority", "any_site", "lead", "partner", nulls_last=True)
    names = ("lead", "minimum", "multiple", "maximum", "calendar", "ordering", "valid_from", "valid_to", "quota")
    table = records(OPTION, rows.height, **{name: rows[name].to_numpy() for name in names})
    bare = usual["node"].to_numpy()[spots.kind[usual["node"].to_numpy()] == BUY]
    unsourced = sorted({spots.codes.items[item] for item in spots.item[bare]})
    return offsets(rows["node"].to_numpy(), spots.kind.size), table, rows["partner"].to_list(), unsourced


def _rows(node: Ints, partner: pl.Series, lead: Ints, limits: tuple[Ints, Ints, Ints], **more: Ints) -> pl.DataFrame:
    minimum, multiple, maximum = limits
    blank = np.zeros(node.size, np.int64)
    values = {
        "node": node, "lead": lead, "minimum": minimum, "multiple": multiple, "maximum": maximum,
        "priority": more.get("priority", blank), "any_site": more.get("any_site", blank),
        "calendar": more.get("calendar", blank - 1), "ordering": more.get("ordering", blank - 1),
        "valid_from": more.get("valid_from", blank - FOREVER),
        "valid_to": more.get("valid_to", blank + FOREVER), "quota": more.get("quota", blank),
    }  # fmt: skip
    frame = pl.DataFrame({name: pl.Series(array, dtype=pl.Int64) for name, array in values.items()})
    return frame.with_columns(partner=partner.cast(pl.String))


def _supplier_rows(company: Company, spots: Spots, book: CalendarBook, ordering: dict[str, int]) -> pl.DataFrame:
    """Every supply option of every bought node."""
    codes = spots.codes
    bought = np.flatnonzero(spots.kind == BUY)
    nodes = pl.DataFrame(
        {"node": bought, "_item": spots.item[bought], "_site": spots.site[bought]},
        schema={"node": pl.Int64, "_item": pl.Int64, "_site": pl.Int64},
    )
    table = company["supply_options"]
    table = table.with_columns(
        _item=pl.Series(codes.index_of(table["item"]), dtype=pl.Int64),
        _at=pl.Series(codes.index_of(table["site"], site=True), dtype=pl.Int64),
    )
    frame = nodes.join(table, on="_item", how="inner", maintain_order="left_right")
    frame = frame.filter((pl.col("site") == "") | (pl.col("_at") == pl.col("_site")))
    calendars, zone = book.of_suppliers(), home_zone(company)
    return _rows(
        frame["node"].to_numpy(), frame["supplier"], seconds_of(frame["lead_time_days"].to_numpy(), DAY),
        (micro(frame["minimum"]), micro(frame["multiple"]), micro(frame["maximum"])),
        priority=frame["priority"].to_numpy(), any_site=(frame["site"] == "").cast(pl.Int64).to_numpy(),
        calendar=_numbers(frame["supplier"], calendars), ordering=_numbers(frame["supplier"], ordering),
        valid_from=day_seconds(frame, "valid_from", zone, after=False),
        valid_to=day_seconds(frame, "valid_to", zone, after=True), quota=micro(frame["quota"]),
    )  # fmt: skip


def _as_receipts_say(rows: pl.DataFrame, spots: Spots, targets: pl.DataFrame) -> pl.DataFrame:
    """The options of suppliers with the lead times that receipts have taught, in whole days."""
    learnt = targets.filter((pl.col("receipts") > 0) & pl.col("supplier").is_not_null())
    if learnt.is_empty() or rows.is_empty():
        return rows
    node_of = np.full(spots.codes.size, -1, np.int64)
    node_of[spots.place] = np.arange(spots.place.size)
    place = spots.codes.places(learnt["item"], learnt["site"])
    taught = learnt.select(
        partner=pl.col("supplier"), _lead=(pl.col("lead_time_days").round(0) * DAY).cast(pl.Int64),
        node=pl.Series(np.where(place >= 0, node_of[place], -1), dtype=pl.Int64),
    )  # fmt: skip
    wide = rows.join(taught, on=["node", "partner"], how="left", maintain_order="left")
    return wide.with_columns(lead=pl.coalesce("_lead", "lead")).drop("_lead")


def _numbers(names: pl.Series, known: dict[str, int]) -> Ints:
    """Number of each name, -1 where it has none."""
    if not known:
        return np.full(names.len(), -1, np.int64)
    return np.array([known.get(name, -1) for name in names], np.int64)


def _lane_rows(company: Company, spots: Spots) -> pl.DataFrame:
    """The lane of every node that another site replenishes; without a lane the transport takes no time."""
    codes = spots.codes
    moved = np.flatnonzero(spots.kind == TRANSFER)
    lanes = company["lanes"].sort("priority")
    known: dict[tuple[str, str, str], tuple[float, float]] = {}
    for item, origin, to, days, multiple in lanes.select(
        "item", "from_site", "to_site", "transport_days", "multiple"
    ).iter_rows():
        known.setdefault((item, origin, to), (days, multiple))
    origins = [codes.sites[site] for site in spots.sending[spots.place[moved]]]
    targets = [codes.sites[site] for site in spots.site[moved]]
    items = [codes.items[item] for item in spots.item[moved]]
    found = [
        known.get((item, origin, to)) or known.get(("", origin, to)) or (0.0, 0.0)
        for item, origin, to in zip(items, origins, targets, strict=True)
    ]
    days = np.array([row[0] for row in found], np.float64)
    multiple = micro(pl.Series([row[1] for row in found], dtype=pl.Float64))
    blank = np.zeros(moved.size, np.int64)
    return _rows(moved, pl.Series(origins, dtype=pl.String), seconds_of(days, DAY), (blank, multiple, blank))


def _usual_rows(company: Company, spots: Spots, without_steps: Flags, found: pl.DataFrame) -> pl.DataFrame:
    """The item's usual lead time for nodes that have neither supplier, lane nor routing."""
    has_option = np.zeros(spots.kind.size, np.bool_)
    has_option[found["node"].to_numpy()] = True
    bare = np.flatnonzero(((spots.kind == BUY) & ~has_option) | ((spots.kind == MAKE) & without_steps))
    usual = dict(company["items"].drop_nulls("lead_time_days").select("item", "lead_time_days").iter_rows())
    days = [usual.get(spots.codes.items[item]) or 0.0 for item in spots.item[bare]]
    blank = np.zeros(bare.size, np.int64)
    partner = pl.Series([None] * bare.size, dtype=pl.String)
    return _rows(bare, partner, seconds_of(np.array(days, np.float64), DAY), (blank, blank, blank))
