"""Bills of material and routings as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.calendars import CalendarBook
from quarterdeck.disciplines.mrp.codes import Codes, Spots, day_seconds, micro, offsets
from quarterdeck.disciplines.mrp.offsets import seconds_of
from quarterdeck.disciplines.mrp.records import MAKE, STEP, Flags, Floats, Ints, Records, records
from quarterdeck.model import Company
from quarterdeck.model.clock import HOUR, MINUTE, home_zone


@dataclass(frozen=True)
class Lines:
    """Bill-of-material lines sorted by parent; ``first`` has shape (items + 1), the rest shape (lines).

    ``factor`` is the quantity per unit started, with the share lost in use. A line with alternatives is followed or
    preceded by them: ``choice`` counts them all on the first of these, is -1 on the others, and 0 on lines without.
    ``main`` tells the component itself, ``use_up`` what is only taken as far as it is there.
    """

    first: Ints
    component: Ints
    factor: Floats
    per_order: Flags
    sequence: Ints
    valid_from: Ints
    valid_to: Ints
    choice: Ints
    main: Flags
    use_up: Flags


def bom_lines(company: Company, codes: Codes, operations: pl.DataFrame) -> Lines:
    """All lines between known items; ``operations`` are the main ones."""
    frame = alternatives(company["bom_lines"], company["material_alternates"])
    frame = frame.with_columns(
        _parent=pl.Series(codes.index_of(frame["parent"]), dtype=pl.Int64),
        _component=pl.Series(codes.index_of(frame["component"]), dtype=pl.Int64),
    )
    frame = frame.filter(pl.col("_parent") >= 0, pl.col("_component") >= 0)
    frame = frame.join(
        _passed_shares(operations), left_on=("parent", "sequence"), right_on=("item", "sequence"), how="left"
    )
    frame = frame.sort(
        "_parent", "_line", "position", "_from", "_per", "_rank", "_component", "valid_from", "quantity_per"
    )
    line = ["_parent", "_line", "position", "_from", "_per"]
    known = pl.len().over(line)
    first = pl.int_range(pl.len()).over(line) == 0
    choosing = pl.col("_choosing")
    frame = frame.with_columns(_choice=pl.when(~choosing).then(0).when(first).then(known).otherwise(-1).cast(pl.Int64))
    factor = frame["quantity_per"] / (1.0 - frame["scrap"]) * frame["passed"].fill_null(1.0)
    zone = home_zone(company)
    return Lines(
        first=offsets(frame["_parent"].to_numpy(), len(codes.items)),
        component=frame["_component"].to_numpy().astype(np.int64),
        factor=factor.to_numpy().astype(np.float64),
        per_order=frame["per_order"].to_numpy().astype(np.bool_),
        sequence=frame["sequence"].fill_null(-1).to_numpy().astype(np.int64),
        valid_from=day_seconds(frame, "valid_from", zone, after=False),
        valid_to=day_seconds(frame, "valid_to", zone, after=True),
        choice=frame["_choice"].to_numpy(),
        main=frame["_main"].to_numpy(),
        use_up=frame["_use_up"].to_numpy(),
    )


def alternatives(lines: pl.DataFrame, alternates: pl.DataFrame) -> pl.DataFrame:
    """The lines, and beside each a line for everything that may go into it instead.

    ``_line``, ``position``, ``_from`` and ``_per`` tell which belong together; ``_rank`` says what is preferred.
    """
    # two lines of one component and position differ by these
    own = pl.col("component").alias("_line"), pl.col("valid_from").alias("_from"), pl.col("quantity_per").alias("_per")
    marks = {"_rank": 1, "_main": True, "_use_up": False}
    frame = lines.with_columns(*own, *(pl.lit(value).alias(name) for name, value in marks.items()))
    if alternates.is_empty():
        return frame.with_columns(_choosing=pl.lit(False))  # noqa: FBT003 - a column of it
    other = alternates.select(
        "parent", "component", "alternate", "ratio", use="use", priority="priority", begins="valid_from",
        ends="valid_to",
    )  # fmt: skip
    more = frame.join(other, on=["parent", "component"], how="inner", maintain_order="left_right")
    use_up = pl.col("use") == "use_up"
    more = more.with_columns(
        component="alternate", quantity_per=pl.col("quantity_per") * pl.col("ratio"), valid_from="begins",
        valid_to="ends", _main=pl.lit(False), _use_up=use_up,  # noqa: FBT003 - a column of it
        _rank=pl.when(use_up).then(pl.col("priority") - 1000).otherwise(2 * pl.col("priority") - 1).cast(pl.Int32),
    )  # fmt: skip
    chosen = frame.join(other.select("parent", "component").unique(), on=["parent", "component"], how="semi")
    key = ["parent", "component", "position", "valid_from"]
    marked = frame.join(
        chosen.select(*key, _choosing=pl.lit(True)).unique(), on=key, how="left", nulls_equal=True,  # noqa: FBT003
        maintain_order="left",
    )  # fmt: skip
    marked = marked.with_columns(pl.col("_choosing").fill_null(value=False))
    return pl.concat([marked, more.select(frame.columns).with_columns(_choosing=pl.lit(True))], how="vertical_relaxed")  # noqa: FBT003


def main_operations(company: Company) -> pl.DataFrame:
    """Operations of the routing that new orders take: ``main``, else the first by code; in sequence."""
    if (company["operations"]["routing"] == "main").all():
        return company["operations"].sort("item", "sequence")
    chosen = (
        company["operations"]
        .select("item", "routing")
        .unique()
        .sort("item", pl.col("routing") != "main", "routing")
        .unique("item", keep="first", maintain_order=True)
    )
    return company["operations"].join(chosen, on=["item", "routing"], how="semi").sort("item", "sequence")


def good_shares(company: Company, codes: Codes, operations: pl.DataFrame) -> Floats:
    """Share of a started quantity of each item that comes out good, over all operations and the item itself."""
    own = np.ones(len(codes.items))
    own[codes.index_of(company["items"]["item"])] = company["items"]["yield_share"].to_numpy()
    lossy = operations.filter(pl.col("item").is_in(operations.filter(pl.col("yield_share") != 1.0)["item"].implode()))
    per_item = lossy.group_by("item").agg(pl.col("yield_share").product())
    index = codes.index_of(per_item["item"])
    own[index[index >= 0]] *= per_item["yield_share"].to_numpy()[index >= 0]
    return own


def separable(codes: Codes, operations: pl.DataFrame) -> Ints:
    """Whether orders of an item may be several instead of one, shape (items).

    1: they take no more of any work centre than one of them all; 2: no more than their set-ups; 0: they go in batches.
    """
    each = (pl.col("setup_minutes") > 0) | (pl.col("fixed_minutes") > 0) | pl.col("setup_family").is_not_null()
    rows = operations.filter(pl.col("work_centre").is_not_null())
    found = np.ones(len(codes.items), np.int64)
    for code, held in ((2, each), (0, pl.col("batch_size").is_not_null())):
        items = codes.index_of(rows.filter(held)["item"])
        found[items[items >= 0]] = code
    return found


@dataclass(frozen=True)
class StepList:
    """Operations of all nodes; those of a node begin at ``first``."""

    first: Ints
    rows: Records

    def positions(self, owner: Ints, sequence: Ints) -> Ints:
        """Position within the node's routing of the operation with each ``sequence``; 0 where there is none."""
        step_owner = np.repeat(np.arange(self.first.size - 1), np.diff(self.first))
        steps = pl.DataFrame({"owner": step_owner, "sequence": self.rows["number"], "row": np.arange(step_owner.size)})
        asked = pl.DataFrame({"owner": owner, "sequence": sequence.astype(np.int64)})
        found = asked.join(steps, on=["owner", "sequence"], how="left", maintain_order="left")["row"].fill_null(-1)
        row = found.to_numpy().astype(np.int64)
        return np.where(row < 0, 0, row - self.first[owner]).astype(np.int64)


def steps(
    company: Company, spots: Spots, book: CalendarBook, operations: pl.DataFrame
) -> tuple[Ints, Records, dict[str, str]]:
    """Operations of each made node with their offsets, and the routing of each item that has one."""
    codes = spots.codes
    frame = operations.with_columns(_index=pl.Series(codes.index_of(operations["item"]), dtype=pl.Int64))
    frame = frame.filter(pl.col("_index") >= 0).sort("_index", "sequence")
    speeds = company["work_centres"].select("work_centre", "efficiency")
    efficiency = (
        frame.join(speeds, on="work_centre", how="left", maintain_order="left")["efficiency"].fill_null(1.0).to_numpy()
    )
    per_item = offsets(frame["_index"].to_numpy(), len(codes.items))
    count = np.where(spots.kind == MAKE, per_item[spots.item + 1] - per_item[spots.item], 0)
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    owner = np.repeat(np.arange(spots.kind.size), count)
    row = per_item[spots.item[owner]] + np.arange(owner.size) - first[owner]
    fixed = seconds_of((frame["setup_minutes"] + frame["fixed_minutes"]).to_numpy() / efficiency, MINUTE)
    rows = records(
        STEP, owner.size, number=frame["sequence"].to_numpy()[row], fixed=fixed[row],
        run=(frame["run_minutes"].to_numpy() * MINUTE / efficiency)[row], batch=micro(frame["batch_size"])[row],
        queue=seconds_of(frame["queue_hours"].to_numpy(), HOUR)[row],
        move=seconds_of(frame["move_hours"].to_numpy(), HOUR)[row],
        buffer=seconds_of(frame["buffer_hours"].to_numpy(), HOUR)[row],
        calendar=_step_calendars(frame, spots, owner, row, book),
    )  # fmt: skip
    return first, rows, dict(zip(frame["item"].to_list(), frame["routing"].to_list(), strict=True))


def _passed_shares(operations: pl.DataFrame) -> pl.DataFrame:
    """Share of a started quantity that reaches each operation, where it is not all of it."""
    lossy = operations.filter(pl.col("item").is_in(operations.filter(pl.col("yield_share") != 1.0)["item"].implode()))
    before = pl.col("yield_share").cum_prod().shift(1, fill_value=1.0).over("item")
    return lossy.select("item", "sequence", before.alias("passed"))


def _step_calendars(frame: pl.DataFrame, spots: Spots, owner: Ints, row: Ints, book: CalendarBook) -> Ints:
    """Calendar of each step: its work centre's, else its site's."""
    of_site, of_centre = book.of_sites(), book.of_work_centres()
    always = book.number(None, "UTC")
    by_site = np.array([of_site.get(code, always) for code in spots.codes.sites] or [always], np.int64)
    by_row = _looked_up(frame["work_centre"], of_centre)[row]
    return np.where(by_row >= 0, by_row, by_site[spots.site[owner]]).astype(np.int64)


def _looked_up(names: pl.Series, numbers: dict[str, int]) -> Ints:
    """Number of each name, -1 where it has none."""
    if not numbers:
        return np.full(names.len(), -1, np.int64)
    return names.replace_strict(numbers, default=-1, return_dtype=pl.Int64).to_numpy()
