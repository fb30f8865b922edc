"""Carrying out the plan's actions: what is written, that it can be taken back, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from quarterdeck.service.acting import ActionError, Decider, apply_actions, release_orders, undo_actions
from quarterdeck.service.decided import decided, told
from quarterdeck.service.decisions import dismiss, sorted_out, take_back_dismissal
from quarterdeck.service.planning import plan_workspace
from quarterdeck.service.views.actions import actions
from quarterdeck.store import TableChange
from tests.service.small_shop import AS_OF, shop

ADA = Decider("Ada", "planner")


@pytest.fixture
def workspace(tmp_path: Path):
    """The small shop with its plan."""
    with shop(tmp_path / "shop") as made:
        yield made


def keys(workspace, action: str) -> list[tuple[str, str, str]]:
    """The plan's actions of a kind."""
    rows = workspace.load_plan()["actions"].filter(pl.col("action") == action)
    return [(row["action"], row["order"], row["line"]) for row in rows.iter_rows(named=True)]


def newest(workspace) -> str:
    """Code of the newest plan."""
    return workspace.plans()[0].plan


def planned(workspace, kind: str) -> pl.DataFrame:
    """Planned orders of a kind, by code."""
    orders = workspace.load_plan()["orders"]
    return orders.filter(pl.col("state") == "planned", pl.col("kind") == kind).sort("order")


def test_a_released_purchase_becomes_an_order_of_the_supplier(workspace):
    """Story: the plan says to order frames; the buyer does, and a purchase order with date and price is there."""
    key = keys(workspace, "release")[0]

    acted = apply_actions(workspace, [key], plan=newest(workspace), by=Decider("Bea", "buyer", "agreed by phone"))

    code, line = acted.became[key[1]]
    row = workspace.load()["purchase_orders"].row(by_predicate=pl.col("order") == code, named=True)
    assert (row["line"], row["supplier"], row["item"], row["quantity"]) == (line, "S1", "frame", 16.0)
    assert row["due"] == dt.datetime(2026, 3, 13, 14, 20)
    assert row["ordered"] == AS_OF
    assert float(row["price"]) == 60.0
    made = next(each for each in workspace.change_sets() if each.number == acted.change_set)
    assert made.author == "Bea"
    assert made.reason.endswith("Because: agreed by phone")


def test_release_then_undo_restores_every_table(workspace):
    """Law: applying everything and taking it back leaves the same checksums, whatever the kind of action."""
    before = workspace.checksum()
    plan = newest(workspace)
    every = [key for kind in ("release", "cancel", "defer") for key in keys(workspace, kind)]

    acted = apply_actions(workspace, every, plan=plan, by=ADA)

    assert not acted.refused
    assert len(acted.done) == len(every)
    assert workspace.checksum() != before
    undo_actions(workspace, acted.change_set, author="Ada", role="planner")
    assert workspace.checksum() == before


def test_released_orders_are_open_in_the_next_plan_and_the_rest_stays(workspace):
    """Law: releasing what a plan proposes changes nothing else in the next plan."""
    before = workspace.load_plan()
    codes = planned(workspace, "buy")["order"].to_list() + planned(workspace, "make")["order"].to_list()

    acted = release_orders(workspace, codes, plan=newest(workspace), by=ADA)
    plan_workspace(workspace, author="Ada", horizon_weeks=8, effort=0)

    after = workspace.load_plan()["orders"]
    for code in codes:
        real, line = acted.became[code]
        was = before["orders"].row(by_predicate=pl.col("order") == code, named=True)
        now = after.row(by_predicate=(pl.col("order") == real) & (pl.col("line").fill_null("") == line), named=True)
        assert now["state"] == "open"
        assert [now[name] for name in ("kind", "item", "site", "quantity", "partner")] == [
            was[name] for name in ("kind", "item", "site", "quantity", "partner")
        ]
        assert abs((now["available"] - was["available"]).total_seconds()) <= 1
    assert after.filter(pl.col("state") == "planned").is_empty()
    columns = ["demand", "state", "quantity", "late_seconds"]
    assert workspace.load_plan()["deliveries"].select(columns).equals(before["deliveries"].select(columns))


def test_purchases_from_one_supplier_become_lines_of_one_order(workspace):
    """Example: two planned orders for frames and two for wheels become two purchase orders of two lines."""
    codes = planned(workspace, "buy")["order"].to_list()

    acted = release_orders(workspace, codes, plan=newest(workspace), by=ADA)

    assert len({order for order, _ in acted.became.values()}) == 2
    assert sorted(line for _, line in acted.became.values()) == ["1", "1", "2", "2"]


def test_what_was_done_is_known_until_it_is_taken_back(workspace):
    """Story: the row says done; after undo it waits for a decision again, and can be done again."""
    key, plan = keys(workspace, "cancel")[0], newest(workspace)

    acted = apply_actions(workspace, [key], plan=plan, by=ADA)
    assert decided(workspace, workspace.load_plan(), plan)[told(*key)].number == acted.change_set
    again = apply_actions(workspace, [key], plan=plan, by=ADA)
    assert again.refused[0].reason == "Ada did it already."
    undo_actions(workspace, acted.change_set, author="Ada", role="planner")

    assert told(*key) not in decided(workspace, workspace.load_plan(), plan)
    assert apply_actions(workspace, [key], plan=plan, by=ADA).done


def test_a_deferred_order_moves_to_the_day_it_is_needed(workspace):
    """Example: wheels due on 5 March are needed on 13 March."""
    apply_actions(workspace, keys(workspace, "defer"), plan=newest(workspace), by=ADA)

    row = workspace.load()["purchase_orders"].row(by_predicate=pl.col("order") == "PO-3", named=True)
    assert row["due"] == dt.datetime(2026, 3, 13, 14, 20)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"received": 1.0}, "were open when the plan was made"),
        ({"due": AS_OF + dt.timedelta(days=7)}, "date has changed"),
        ({"status": "done"}, "is done since the plan was made"),
    ],
)
def test_a_stale_action_is_refused(workspace, change, words):
    """Refusal: somebody changed the order since the plan was made; nothing is written and the words say what."""
    row = pl.DataFrame([{"order": "PO-2", "line": "1", **change}])
    workspace.commit({"purchase_orders": TableChange(row)}, author="Bo")
    before = workspace.checksum()

    acted = apply_actions(workspace, [("cancel", "PO-2", "1")], plan=newest(workspace), by=ADA)

    assert words in acted.refused[0].reason
    assert acted.change_set == 0
    assert workspace.checksum() == before


def test_roles_decide_about_their_own_orders_only(workspace):
    """Refusal: a buyer may cancel a purchase but not a transfer, and may not take back what the planner did there."""
    cancel = keys(workspace, "cancel")
    acted = apply_actions(workspace, cancel, plan=newest(workspace), by=Decider("Bea", "buyer"))
    assert [each.subject for each in acted.refused] == ["Cancel TO-1 (Wheel)"]
    assert len(acted.done) == 2

    other = apply_actions(workspace, [("cancel", "TO-1", "")], plan=newest(workspace), by=ADA)
    with pytest.raises(ActionError, match="may not take it back"):
        undo_actions(workspace, other.change_set, author="Bea", role="buyer")


def test_an_older_plan_is_not_acted_on(workspace):
    """Refusal: a newer plan was made meanwhile."""
    plan = newest(workspace)
    plan_workspace(workspace, author="Ada", horizon_weeks=8, effort=0)
    with pytest.raises(ActionError, match="newer plan"):
        apply_actions(workspace, keys(workspace, "release"), plan=plan, by=ADA)
    with pytest.raises(ActionError, match="at least one"):
        apply_actions(workspace, [], plan=newest(workspace), by=ADA)


def test_a_dismissed_action_stays_away_until_its_need_changes(workspace):
    """Story: dismissed today, still away in tomorrow's plan; back when the order's date changes; restored by hand."""
    action = next(each for each in actions(workspace.load(), workspace.load_plan()) if each.order == "PO-2")
    dismiss(workspace, action, author="Ada", reason="bells are always useful")
    dismiss(workspace, action, author="Ada", reason="twice is once")

    plan_workspace(workspace, author="Ada", horizon_weeks=8, effort=0, as_of="2026-03-03T07:00")
    left, away = sorted_out(workspace, actions(workspace.load(), workspace.load_plan()))
    assert "PO-2" not in {each.order for each in left}
    assert [each.order for each in away.values()] == ["PO-2"]

    moved = pl.DataFrame([{"order": "PO-2", "line": "1", "due": AS_OF + dt.timedelta(days=9)}])
    workspace.commit({"purchase_orders": TableChange(moved)}, author="Bo")
    left, away = sorted_out(workspace, actions(workspace.load(), workspace.load_plan()))
    assert "PO-2" in {each.order for each in left}
    assert not away

    now = next(each for each in left if each.order == "PO-2")
    dismiss(workspace, now, author="Ada", reason="again")
    _, away = sorted_out(workspace, actions(workspace.load(), workspace.load_plan()))
    assert take_back_dismissal(workspace, next(iter(away)))
    assert sorted_out(workspace, actions(workspace.load(), workspace.load_plan()))[1] == {}


def test_each_action_has_an_owner(workspace):
    """Example: purchases are the buyer's, transfers the planner's."""
    owners = {each.order: each.owner for each in actions(workspace.load(), workspace.load_plan())}

    assert owners["PO-1"] == "buyer"
    assert owners["TO-1"] == "planner"
