"""Every change is logged with its author, and can be taken back row for row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.store import ChangeSet, TableChange, UndoRefusedError, Workspace

ITEMS = pl.DataFrame({"item": ["a", "b", "c"], "cost": [1, 2, 3], "name": ["Axle", "Bolt", None]})


def put(workspace: Workspace, author: str = "test", **frames: pl.DataFrame) -> ChangeSet:
    """Adds or changes rows."""
    return workspace.commit({name: TableChange(frame) for name, frame in frames.items()}, author=author)


def named(**cells: object) -> pl.DataFrame:
    """One row."""
    return pl.DataFrame({name: [value] for name, value in cells.items()})


def test_commit_tells_what_it_did(workspace: Workspace) -> None:
    """Example: two new rows, one changed, one removed, and who did it."""
    put(workspace, items=ITEMS)
    change = TableChange(
        pl.DataFrame({"item": ["a", "b", "d", "e"], "cost": [9, 2, 1, 1]}),
        deletes=pl.DataFrame({"item": ["c", "nowhere"]}),
    )
    made = workspace.commit({"items": change}, author="Ada", reason="prices", source="prices.xlsx")
    assert (made.new, made.changed, made.deleted) == (2, 1, 1)
    assert (made.author, made.reason, made.source) == ("Ada", "prices", "prices.xlsx")
    assert made.tables == "Items: 2 new, 1 changed, 1 removed"
    assert made.at.tzinfo is not None


def test_unchanged_rows_write_nothing(workspace: Workspace) -> None:
    """Law: the same rows a second time make no change set, also with fewer columns or in another order."""
    put(workspace, items=ITEMS)
    assert put(workspace, items=ITEMS).number == 0
    assert put(workspace, items=ITEMS.select("item", "name").reverse()).number == 0
    assert len(workspace.change_sets()) == 1


def test_absent_columns_keep_their_values(workspace: Workspace) -> None:
    """Example: a price list with codes and prices alone changes prices alone; a new code takes the defaults."""
    put(workspace, items=ITEMS)
    put(workspace, items=pl.DataFrame({"item": ["b", "new"], "price": [20, 30]}))
    found = workspace.load()["items"].filter(pl.col("item").is_in(["b", "new"]))
    assert found["name"].to_list() == ["Bolt", None]
    assert found["unit"].to_list() == ["pcs", "pcs"]
    assert [float(price) for price in found["price"]] == [20, 30]


def test_last_of_several_rows_with_one_key_counts(workspace: Workspace) -> None:
    """Example: a key twice in one change is one row."""
    put(workspace, items=pl.DataFrame({"item": ["a", "a"], "name": ["first", "second"]}))
    assert workspace.load()["items"]["name"].to_list() == ["second"]


def test_required_values_are_required(workspace: Workspace) -> None:
    """Refusal: a row without a required value, and nothing of the commit stays."""
    order = named(order="SO-1", item=None, quantity=1.0, due=dt.datetime(2026, 3, 1))
    with pytest.raises(ValueError, match=r"sales_orders\.item"):
        put(workspace, items=ITEMS, sales_orders=order)
    with pytest.raises(ValueError, match=r"sales_orders\.quantity"):
        put(workspace, sales_orders=order.drop("quantity").with_columns(item=pl.lit("a")))
    assert workspace.load()["items"].is_empty()


def test_undo_restores_every_row(workspace: Workspace) -> None:
    """Story: an import adds, changes and removes rows in two tables; undo brings the checksums back."""
    put(workspace, items=ITEMS, sites=named(site="main"))
    before = workspace.checksum()
    change = TableChange(pl.DataFrame({"item": ["a", "z"], "cost": [7, 8]}), deletes=pl.DataFrame({"item": ["c"]}))
    workspace.commit({"items": change, "sites": TableChange(named(site="main", name="Works"))}, author="Bo")
    assert workspace.checksum() != before
    undone = workspace.undo(author="Cy")
    assert workspace.checksum() == before
    assert undone.undoes == 2
    assert [each.undone for each in workspace.change_sets()] == [False, True, False]


def test_undo_goes_back_step_by_step(workspace: Workspace) -> None:
    """Story: undo again and again leads back to the empty company, then there is nothing left."""
    sums = [workspace.checksum()]
    for cost in (1, 2, 3):
        put(workspace, items=named(item="a", cost=cost))
        sums.append(workspace.checksum())
    for expected in reversed(sums[:-1]):
        workspace.undo()
        assert workspace.checksum() == expected
    with pytest.raises(UndoRefusedError, match="no change left"):
        workspace.undo()


def test_undo_can_be_undone(workspace: Workspace) -> None:
    """Story: taking back the undo brings the change again, and it can be taken back once more."""
    empty = workspace.checksum()
    put(workspace, items=ITEMS)
    full = workspace.checksum()
    taken = workspace.undo()
    workspace.undo(taken.number)
    assert workspace.checksum() == full
    assert workspace.undo().undoes == 1
    assert workspace.checksum() == empty


def test_older_change_of_other_rows_can_be_undone(workspace: Workspace) -> None:
    """Example: the second last change goes, the last one stays, where they touch different rows."""
    put(workspace, items=ITEMS)
    put(workspace, items=named(item="a", cost=10))
    put(workspace, items=named(item="b", cost=20))
    workspace.undo(2)
    assert [float(cost) for cost in workspace.load()["items"]["cost"]] == [1, 20, 3]


def test_later_change_of_the_same_row_is_in_the_way(workspace: Workspace) -> None:
    """Refusal: a row changed again since; after the later change is undone it works."""
    put(workspace, items=ITEMS)
    put(workspace, items=named(item="a", cost=10))
    put(workspace, items=named(item="a", name="Shaft"))
    before = workspace.checksum()
    with pytest.raises(UndoRefusedError) as refused:
        workspace.undo(2)
    assert refused.value.problem.code == "undo-conflict"
    assert "by 3" in refused.value.problem.message
    assert workspace.checksum() == before
    workspace.undo(3)
    workspace.undo(2)
    assert workspace.load()["items"].equals(workspace.load()["items"].with_columns(name=ITEMS["name"]))


def test_removed_row_that_came_again_is_in_the_way(workspace: Workspace) -> None:
    """Refusal: a removal cannot be taken back where the row exists again."""
    put(workspace, items=ITEMS)
    workspace.commit({"items": TableChange(deletes=ITEMS.head(1))}, author="test")
    put(workspace, items=named(item="a", cost=5))
    with pytest.raises(UndoRefusedError, match="have changed since"):
        workspace.undo(2)


def test_undo_of_what_is_not_there(workspace: Workspace) -> None:
    """Refusal: an unknown number, and one that is taken back already."""
    put(workspace, items=ITEMS)
    with pytest.raises(UndoRefusedError, match="no change 7"):
        workspace.undo(7)
    workspace.undo(1)
    with pytest.raises(UndoRefusedError, match="already"):
        workspace.undo(1)


def test_history_of_one_row(workspace: Workspace) -> None:
    """Story: who gave an item its price, and what it was before."""
    put(workspace, "Ada", items=ITEMS)
    put(workspace, "Bo", items=pl.DataFrame({"item": ["a", "c"], "price": [5, 6]}))
    put(workspace, "Cy", items=named(item="a", price=7))
    workspace.commit({"items": TableChange(deletes=named(item="a"))}, author="Di")
    story = [each for each in workspace.history("items", {"item": "a"}) if each.column == "price"]
    assert [(each.author, each.before and float(each.before), each.after and float(each.after)) for each in story] == [
        ("Bo", None, 5),
        ("Cy", 5, 7),
        ("Di", 7, None),
    ]
    assert workspace.history("items", {"item": "nowhere"}) == []


CODES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=4)
ROWS = st.dictionaries(CODES, st.one_of(st.none(), st.text(st.sampled_from('ab "\\N,\n'), max_size=3)), max_size=6)


@pytest.fixture(scope="module")
def empty_workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace that every example leaves as empty as it found it."""
    with Workspace.create(tmp_path_factory.mktemp("law")) as made:
        yield made


@given(steps=st.lists(st.tuples(ROWS, st.sets(CODES, max_size=3)), max_size=4))
@settings(max_examples=20, deadline=None)
def test_any_changes_can_be_taken_back(
    empty_workspace: Workspace, steps: list[tuple[dict[str, str | None], set[str]]]
) -> None:
    """Law: whatever is committed, undo step by step passes through every earlier state to the empty one."""
    text = {"item": pl.String, "name": pl.String}
    states = [empty_workspace.load()["items"]]
    for rows, gone in steps:
        upserts = pl.DataFrame({"item": list(rows), "name": list(rows.values())}, schema=text)
        change = TableChange(upserts, pl.DataFrame({"item": sorted(gone)}, schema={"item": pl.String}))
        if empty_workspace.commit({"items": change}, author="law").number:
            states.append(empty_workspace.load()["items"])
    for expected in reversed(states[:-1]):
        empty_workspace.undo()
        assert empty_workspace.load()["items"].sort("item").equals(expected.sort("item"))
