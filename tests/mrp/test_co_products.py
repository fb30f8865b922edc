"""Co- and by-products: what else comes out of an order is supply, held beside a computation that shares no code."""

import datetime as dt
import math
from fractions import Fraction

import polars as pl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import stage
from quarterdeck.disciplines.mrp.projection import projected_stock
from quarterdeck.model import Company
from tests.mrp.shop import NOW, SETTINGS, plan, table, wall
from tests.mrp.test_oracle import EARLIEST, explode, lots_of

EXAMPLES = settings(max_examples=200, deadline=None, phases=[Phase.explicit, Phase.generate, Phase.shrink])


def frame(rows):
    """A frame of dictionaries."""
    return pl.DataFrame(rows, infer_schema_length=None)


def sawmill(**changes):
    """Boards of logs yield half a bag of chips each; briquettes are pressed of chips, which nobody sells."""
    tables = {
        "items": table(
            "item source lead_time_days", ("board", "make", 2.0), ("log", "buy", 3.0), ("chips", "buy", None),
            ("briquette", "make", 1.0),
        ),
        "bom_lines": table("parent component quantity_per", ("board", "log", 2.0), ("briquette", "chips", 1.0)),
        "co_products": table("parent co_product quantity_per", ("board", "chips", 0.5)),
        "suppliers": table("supplier", ("forest",)),
        "supply_options": table("item supplier lead_time_days", ("log", "forest", 3.0)),
    }  # fmt: skip
    return Company.of(**{**tables, **changes})


def orders(result, item):
    """Planned orders of an item: quantity and the day it is there."""
    rows = result.orders.filter(pl.col("item") == item, pl.col("state") == "planned").sort("available")
    return [(row["quantity"], (row["available"] - NOW).days) for row in rows.iter_rows(named=True)]


def pegs(result, item):
    """Pegs of an item: quantity, item of the order that supplies it."""
    of = dict(result.orders.select("order", "item").iter_rows())
    return sorted((row["quantity"], of.get(row["supply"], "stock")) for row in
                  result.pegs.filter(pl.col("item") == item).iter_rows(named=True))  # fmt: skip


def test_what_an_order_yields_serves_later_demand():
    """Story: 40 boards yield 20 bags of chips, which are all that 20 briquettes need."""
    result = stage.run(sawmill(), plan(("board", 40, 20), ("briquette", 20, 40)), SETTINGS)
    assert orders(result, "board") == [(40.0, 20)]
    assert pegs(result, "chips") == [(20.0, "board")]
    assert result["yields"].select("item", "quantity").rows() == [("chips", 20.0)]


def test_the_parent_is_made_for_what_has_no_other_way():
    """Story: 30 briquettes wanted first need 60 boards; the boards wanted later are taken of these."""
    result = stage.run(sawmill(), plan(("board", 40, 60), ("briquette", 30, 40)), SETTINGS)
    assert orders(result, "board") == [(60.0, 39)]
    assert pegs(result, "board") == [(40.0, "board")]
    assert orders(result, "log") == [(120.0, 37)]
    assert not result.problems


def test_every_week_counts():
    """Example: boards and briquettes in turn; each run of boards serves both, none is made twice."""
    wanted = [("briquette", 10, 30 + 14 * n) for n in range(4)] + [("board", 20, 37 + 14 * n) for n in range(4)]
    result = stage.run(sawmill(), plan(*wanted), SETTINGS)
    assert orders(result, "board") == [(20.0, 29 + 14 * n) for n in range(4)]


def test_a_supplier_is_asked_where_there_is_one():
    """Example: chips that can be bought are bought where boards do not yield enough in time."""
    items = table(
        "item source lead_time_days", ("board", "make", 2.0), ("log", "buy", 3.0), ("chips", "buy", 5.0),
        ("briquette", "make", 1.0),
    )  # fmt: skip
    result = stage.run(sawmill(items=items), plan(("board", 40, 60), ("briquette", 30, 40)), SETTINGS)
    assert orders(result, "chips") == [(30.0, 39)]
    assert orders(result, "board") == [(40.0, 60)]


def test_open_work_orders_yield_too():
    """Example: a work order for 50 boards brings 25 bags; validity is that of its start."""
    work = table("order item quantity due start", ("WO-1", "board", 50.0, wall(10), wall(8)))
    result = stage.run(sawmill(work_orders=work), plan(("briquette", 25, 30)), SETTINGS)
    assert pegs(result, "chips") == [(25.0, "board")]
    assert orders(result, "board") == []
    late = table("parent co_product quantity_per valid_from", ("board", "chips", 0.5, wall(9).date()))
    result = stage.run(sawmill(work_orders=work, co_products=late), plan(("briquette", 25, 30)), SETTINGS)
    assert orders(result, "board") == [(50.0, 29)]


def test_yields_are_rounded_down_to_what_can_be_counted():
    """Example: 7 boards at half a bag are 3 bags; the fourth takes 2 more boards."""
    result = stage.run(sawmill(), plan(("board", 7, 20), ("briquette", 4, 40)), SETTINGS)
    assert orders(result, "board") == [(7.0, 20), (2.0, 39)]


def test_parts_of_a_piece_take_a_whole_one():
    """Example: half a bag left over takes two boards, as one board yields no whole bag."""
    lines = table("parent component quantity_per", ("board", "log", 2.0), ("briquette", "chips", 0.5))
    result = stage.run(sawmill(bom_lines=lines), plan(("briquette", 1, 40)), SETTINGS)
    assert orders(result, "board") == [(2.0, 39)]
    assert pegs(result, "chips") == [(0.5, "board")]


def test_per_order():
    """Example: a batch gives one bag whatever its size."""
    rows = table("parent co_product quantity_per per_order", ("board", "chips", 1.0, True))
    result = stage.run(sawmill(co_products=rows), plan(("board", 40, 20), ("briquette", 2, 40)), SETTINGS)
    assert result["yields"]["quantity"].to_list() == [1.0, 1.0]
    assert orders(result, "board") == [(40.0, 20), (1.0, 39)]


def test_the_projection_counts_what_comes_out():
    """Example: chips rise by 20 with the boards and are gone with the briquettes."""
    company = sawmill()
    result = stage.run(company, plan(("board", 40, 20), ("briquette", 12, 40)), SETTINGS)
    stock = projected_stock(company, result, SETTINGS).filter(pl.col("item") == "chips")
    assert stock.select("incoming", "outgoing", "stock").rows() == [(20.0, 0.0, 20.0), (0.0, 12.0, 8.0)]


def test_what_goes_back_into_its_own_making():
    """Story: boards take chips and yield chips; an order uses what earlier ones left, never its own."""
    lines = table("parent component quantity_per", ("board", "log", 2.0), ("board", "chips", 0.25))
    lot = table("lot item quantity", ("L1", "chips", 10.0))
    wanted = plan(("board", 40, 40), ("board", 40, 60), ("board", 40, 80))
    result = stage.run(sawmill(bom_lines=lines, stock_lots=lot), wanted, SETTINGS)
    assert pegs(result, "chips") == [(10.0, "board"), (10.0, "board"), (10.0, "stock")]
    of = result.pegs.filter(pl.col("item") == "chips", pl.col("supply_kind") == "order")
    assert of.filter(pl.col("supply") == pl.col("demand")).is_empty()


def test_circles_are_told_and_do_not_count():
    """Refusal: two items that yield each other: neither counts as supply of the other, and that is said."""
    rows = [("petrol", "diesel"), ("diesel", "petrol")]
    items = table("item source lead_time_days", *[(item, "make", 1.0) for item in rows[0]])
    company = Company.of(
        items=items, co_products=table("parent co_product quantity_per", *[(*row, 1.0) for row in rows]),
        bom_lines=table("parent component quantity_per", ("x", "y", 1.0)).clear(),
    )  # fmt: skip
    result = stage.run(company, plan(("petrol", 5, 40), ("diesel", 5, 60)), SETTINGS)
    assert {problem.code for problem in result.problems} >= {"co-product-cycle"}
    assert result.orders["quantity"].to_list() == [5.0, 5.0]


@st.composite
def yielding_companies(draw):
    """Items each made of some behind it and yielding some behind it; every item has a way of its own."""
    number = draw(st.integers(3, 5))
    items = [
        {
            "item": f"i{n}", "source": "make" if n < number - 1 else "buy",
            "lot_rule": draw(st.sampled_from(["lot_for_lot", "fixed", "multiple", "periods"])),
            "lot_size": float(draw(st.integers(1, 12))), "lot_minimum": float(draw(st.integers(0, 9))),
            "lot_multiple": float(draw(st.integers(0, 4))), "lot_days": float(draw(st.integers(1, 9))),
            "lot_maximum": draw(st.sampled_from([None, None, 10.0, 25.0])),
            "lead_time_days": float(draw(st.integers(0, 4))), "yield_share": draw(st.sampled_from([1.0, 1.0, 0.75])),
            "shelf_life_days": draw(st.sampled_from([None, None, 3.0])), "phantom": False,
        }
        for n in range(number)
    ]  # fmt: skip
    pairs = [(a, b) for a in range(number - 1) for b in range(a + 1, number)]
    made = [{"parent": f"i{n}", "component": f"i{number - 1}"} for n in range(number - 1)]
    uses = draw(st.sets(st.sampled_from(pairs), max_size=5))
    lines = [{"parent": f"i{a}", "component": f"i{b}"} for a, b in sorted(uses)]
    lines = [*lines, *[line for line in made if line not in lines]]
    for line in lines:
        line.update(quantity_per=draw(st.sampled_from([1.0, 2.0, 0.5])), scrap=0.0, per_order=False, valid_to=None)
    yields = [
        {
            "parent": f"i{a}", "co_product": f"i{b}", "quantity_per": draw(st.sampled_from([1.0, 0.5, 0.3, 2.0])),
            "per_order": draw(st.integers(0, 5)) == 0,
            "valid_to": draw(st.sampled_from([None, None, (NOW + dt.timedelta(days=60)).date()])),
        }
        for a, b in sorted(draw(st.sets(st.sampled_from(pairs), min_size=1, max_size=4)))
    ]  # fmt: skip
    wanted = draw(
        st.lists(
            st.tuples(st.integers(0, number - 1), st.integers(1, 30), st.integers(EARLIEST, 90)), min_size=1, max_size=8
        )
    )
    return items, lines, yields, [(f"i{n}", quantity, due) for n, quantity, due in wanted]


def planned(items, lines, yields, wanted):
    """Item, quantity, days of release and arrival of every order that the product plans."""
    company = Company.of(
        items=frame(items), bom_lines=frame(lines),
        co_products=pl.DataFrame(yields, infer_schema_length=None, schema_overrides={"valid_to": pl.Date}),
    )  # fmt: skip
    rows = stage.run(company, plan(*wanted), SETTINGS)["orders"]
    return sorted(
        (row["item"], row["quantity"], (row["release"] - NOW) / dt.timedelta(days=1),
         (row["available"] - NOW) / dt.timedelta(days=1))
        for row in rows.iter_rows(named=True)
    )  # fmt: skip


def by_hand(items, lines, yields, wanted):
    """The same without the product: one item after the other, with unbounded numbers."""
    need = {item["item"]: [(Fraction(due), Fraction(quantity), False) for name, quantity, due in wanted
                           if name == item["item"]] for item in items}  # fmt: skip
    made_by = {item["item"]: [] for item in items}
    back = recycled(lines, yields)
    result = []
    for item in items:
        code, lead, shelf = item["item"], Fraction(item["lead_time_days"]), item["shelf_life_days"]
        coming = [
            [Fraction(quantity), there, there + Fraction(shelf) if shelf else None, (line["parent"], code) in back]
            for line in yields if line["co_product"] == code
            for lot, release, there in made_by[line["parent"]]
            if (quantity := yielded(line, lot, release)) > 0
        ]  # fmt: skip
        coming.sort(key=lambda lot: (lot[1] if lot[2] is None else lot[2], lot[1]))
        own, asked = [], sorted(need[code], key=lambda row: row[0])
        left = [row[1] for row in asked]
        for at, (moment, _, by_order) in enumerate(asked):
            left[at] = taken(left[at], moment, by_order, coming)
            left[at] = taken(left[at], moment, by_order, own)
            if left[at] == 0:
                continue
            window = Fraction(item["lot_days"] if item["lot_rule"] == "periods" else 1)
            ahead = sum(left[after] for after in range(at + 1, len(asked)) if asked[after][0] < moment + window)
            ahead -= sum(lot[0] for lot in coming if moment < lot[1] < moment + window)
            for lot in lots_of(left[at] + max(ahead, 0), item):
                result.append((code, float(lot), float(moment - lead), float(moment)))
                made_by[code].append((lot, moment - lead, moment))
                own.append([lot, moment, moment + Fraction(shelf) if shelf else None, False])
                explode(item, lines, lot, moment - lead, need)
            left[at] = taken(left[at], moment, by_order, own)
    return sorted(result)


def recycled(lines, yields):
    """Pairs of a parent and what it yields that is needed again, through whatever else, to make it."""
    arcs = {(line["parent"], line["component"]) for line in lines}
    arcs |= {(line["co_product"], line["parent"]) for line in yields}
    while True:
        more = {(a, d) for a, b in arcs for c, d in arcs if b == c} - arcs
        if not more:
            break
        arcs |= more
    return {(line["parent"], line["co_product"]) for line in yields if (line["parent"], line["co_product"]) in arcs}


def yielded(line, lot, release):
    """Whole pieces that an order yields."""
    if line["valid_to"] and release >= (line["valid_to"] - NOW.date()).days + 1:
        return 0
    return math.floor((1 if line["per_order"] else lot) * Fraction(str(line["quantity_per"])))


def taken(need, moment, by_order, lots):
    """What is left of a need after taking what is there in time; what goes back, only once it has been there."""
    for lot in lots:
        there = lot[1] < moment or (lot[1] == moment and not (lot[3] and by_order))
        if there and (lot[2] is None or moment <= lot[2]):
            part = min(need, lot[0])
            lot[0] -= part
            need -= part
    return need


@EXAMPLES
@given(yielding_companies(), st.randoms(use_true_random=False))
def test_same_planned_orders_as_by_hand(company, chance):
    """Law: a small company whose making yields other items gets the same orders, in whatever order its rows come."""
    before = planned(*company)
    assert before == by_hand(*company)
    for rows in company:
        chance.shuffle(rows)
    assert planned(*company) == before


@st.composite
def mills(draw):
    """Sawmills with lots, losses, several co-products, some of which go back into boards, and what is wanted."""
    some, flag = st.integers(0, 9), st.booleans()
    items = [
        {
            "item": item, "source": source, "lead_time_days": lead and float(draw(st.integers(0, 4))),
            "lot_rule": draw(st.sampled_from(["lot_for_lot", "multiple", "fixed", "periods"])),
            "lot_size": float(draw(st.integers(9, 12))), "lot_minimum": float(draw(some)),
            "lot_multiple": float(draw(st.integers(0, 4))), "lot_days": float(draw(st.integers(1, 9))),
            "lot_maximum": draw(st.sampled_from([None, None, 10.0])),
            "yield_share": draw(st.sampled_from([1.0, 0.8])) if source == "make" else 1.0,
        }
        for item, source, lead in (
            ("board", "make", True), ("log", "buy", True), ("chips", "buy", draw(flag) or None), ("bark", "buy", None),
            ("briquette", "make", True), ("mulch", "make", True),
        )
    ]  # fmt: skip
    lines = [("board", "log", 2.0), ("briquette", "chips", 1.0), ("mulch", "bark", 0.5), ("mulch", "chips", 0.5)]
    if draw(flag):
        lines.append(("board", draw(st.sampled_from(["chips", "briquette"])), 0.1))
    yields = [
        ("board", "chips", draw(st.sampled_from([0.5, 0.3, 1.0]))), ("board", "bark", draw(st.sampled_from([0.2, 1.0])))
    ]  # fmt: skip
    if draw(flag):
        yields.append(("briquette", "bark", 0.5))
    lots = [
        {"lot": f"L{n}", "item": draw(st.sampled_from(["board", "chips", "bark", "log"])),
         "quantity": float(draw(st.integers(1, 30)))}
        for n in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    making = [
        {"order": f"WO-{n}", "item": "board", "quantity": float(draw(st.integers(1, 20))),
         "due": wall(draw(st.integers(5, 40)))}
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    wanted = draw(
        st.lists(
            st.tuples(st.sampled_from(["board", "chips", "bark", "briquette", "mulch"]), st.integers(1, 30),
                      st.integers(0, 60)), min_size=1, max_size=6,
        )
    )  # fmt: skip
    names = "parent component quantity_per"
    tables = {
        "items": frame(items), "bom_lines": table(names, *lines),
        "co_products": table("parent co_product quantity_per", *yields), "stock_lots": lots, "work_orders": making,
    }  # fmt: skip
    return {name: frame(rows) if isinstance(rows, list) else rows for name, rows in tables.items() if len(rows)}, wanted


def short(result):
    """What each requirement lacks."""
    got = (
        result.pegs.filter(pl.col("demand_kind") == "requirement").group_by("demand").agg(got=pl.col("quantity").sum())
    )
    both = result.requirements.join(got, on="demand", how="left").with_columns(pl.col("got").fill_null(0.0))
    return both.select("demand", "item", lacks=pl.col("quantity") - pl.col("got"))


@EXAMPLES
@given(mills(), st.sampled_from(["chips", "bark", "board"]), st.integers(1, 40))
def test_every_law_holds(mill, item, more):
    """The laws below, of one plan of each mill and one with more in stock."""
    tables, wanted = mill
    result = stage.run(Company.of(**tables), plan(*wanted), SETTINGS)
    pegs_sum_to_demand(tables, result)
    no_order_yields_more_than_it_gives(result)
    orders_never_wait_for_each_other(result)
    more_stock_makes_nothing_short(mill, result, item, more)


def pegs_sum_to_demand(tables, result):
    """Law: requirements are pegged in full.

    What goes back into boards, or comes out of what another co-product goes into, is left: nothing is made for it.
    """
    lacking = short(result).filter(pl.col("lacks").abs() > 1e-9)
    assert lacking.is_empty() or _goes_back(tables)
    assert (lacking["lacks"] > 0).all()


def no_order_yields_more_than_it_gives(result):
    """Law: of each item no more is taken of an order than comes out of it."""
    used = result.pegs.filter(pl.col("supply_kind") == "order").group_by("supply", "item").agg(pl.col("quantity").sum())
    brings = pl.concat([table.select("order", "item", "quantity") for table in (result.orders, result["yields"])])
    both = used.join(brings.rename({"order": "supply", "quantity": "brings"}), on=["supply", "item"], how="left")
    assert both.filter(pl.col("brings").is_null() | (pl.col("quantity") > pl.col("brings") + 1e-9)).is_empty()


def orders_never_wait_for_each_other(result):
    """Law: from any order one never comes back to it along the pegs."""
    onwards = {}
    rows = result.pegs.filter(pl.col("supply_kind") == "order", pl.col("demand_kind") == "order")
    for supply, demand in rows.select("supply", "demand").iter_rows():
        onwards.setdefault(supply, set()).add(demand)
    while True:
        ends = {order for order, after in onwards.items() if not any(each in onwards for each in after)}
        if not ends:
            break
        for order in ends:
            del onwards[order]
    assert not onwards


def placed(tables, result):
    """The company once everything planned has been ordered as planned."""
    made = result.orders.filter(pl.col("state") == "planned")
    common = {"order": pl.col("order"), "item": pl.col("item"), "quantity": pl.col("quantity")}
    due = pl.col("available").dt.replace_time_zone(None)
    work = made.filter(pl.col("kind") == "make").select(
        **common, due=due, start=pl.col("release").dt.replace_time_zone(None)
    )
    bought = made.filter(pl.col("kind") == "buy").select(**common, due=due, supplier=pl.lit("anyone"))
    tables = {**tables, "purchase_orders": bought, "suppliers": table("supplier", ("anyone",))}
    if "work_orders" in tables:
        work = pl.concat([tables["work_orders"], work], how="diagonal_relaxed")
    return {**tables, "work_orders": work}


@EXAMPLES
@given(mills())
def test_its_own_result_changes_nothing(mill):
    """Law: once all orders are placed as planned and everything comes in time, nothing more is planned."""
    tables, wanted = mill
    wanted = [(item, quantity, 40 + due) for item, quantity, due in wanted]
    tables = {**tables}
    tables.pop("work_orders", None)
    result = stage.run(Company.of(**tables), plan(*wanted), SETTINGS)
    again = stage.run(Company.of(**placed(tables, result)), plan(*wanted), SETTINGS)
    assert again.orders.filter(pl.col("state") == "planned").is_empty()


def more_stock_makes_nothing_short(mill, result, item, more):
    """Law: with a further lot of a co-product or of what yields it, no requirement lacks more than without.

    What goes back into boards, or comes out of what another co-product goes into, is left: boards made for another
    reason may happen to yield it, and with more in stock are not made.
    """
    tables, wanted = mill
    lot = table("lot item quantity", ("more", item, float(more)))
    both = pl.concat([tables["stock_lots"], lot], how="diagonal_relaxed") if "stock_lots" in tables else lot
    before = short(result)["lacks"].sum()
    after = short(stage.run(Company.of(**{**tables, "stock_lots": both}), plan(*wanted), SETTINGS))["lacks"].sum()
    assert after <= before + 1e-9 or item == "board" or _goes_back(tables)


def _goes_back(tables):
    """Whether a co-product goes into what it comes out of, or into what yields another one."""
    return tables["bom_lines"].height > 4 or tables["co_products"].height > 2
