"""Changing rows by hand: what is kept, what is refused, and what happens when two people are at it."""

import threading

import polars as pl
import pytest

from quarterdeck.service import changes
from quarterdeck.service.current import Current
from quarterdeck.service.editing import RowEdit, edit_rows
from quarterdeck.service.grid import GridQuery, grid_page
from quarterdeck.store import ChangedMeanwhileError, TableChange, Workspace


@pytest.fixture
def current(tmp_path):
    """A workspace with two items and a line of a bill of materials."""
    with Workspace.create(tmp_path) as workspace:
        items = pl.DataFrame({"item": ["A", "B"], "name": ["Axle", "Bell"], "source": ["make", "buy"]})
        lines = pl.DataFrame({"parent": ["A"], "component": ["B"], "quantity_per": [1.0]})
        workspace.commit({"items": TableChange(items), "bom_lines": TableChange(lines)}, author="Ada")
        made = Current(tmp_path)
        yield made
        made.workspace.close()


def seen(current, table="items"):
    """Rows as the grid shows them, by their first key."""
    return {row["_key"][0]: row for row in grid_page(current.edition().company, table, GridQuery()).rows}


def change(row, **values):
    """An edit of a row as it was seen."""
    return RowEdit(ref=row["_key"][0], key=tuple(row["_key"]), etag=row["_etag"], values=values)


def test_one_edit_is_one_change_with_its_author(current):
    """Story: two cells are typed; the log has one change with the name of who did it, and it can be undone."""
    rows = seen(current)

    done = edit_rows(current, "items", [change(rows["A"], cost="12,5"), change(rows["B"], cost="3")], author="Ben")

    newest = current.workspace.change_sets()[0]
    assert (newest.number, newest.author, newest.changed) == (done.change_set, "Ben", 2)
    assert newest.reason == "Items by hand: 2 changed"
    assert [seen(current)[key]["cost"] for key in "AB"] == ["12.5", "3"]
    (line,) = changes.cell_history(current.workspace, "items", ["A"], "cost")
    assert (line.author, line.before, line.after) == ("Ben", "", "12.5")
    assert changes.newest_of(current.workspace, "Ben") == done.change_set
    undone, problem = changes.take_back(current.workspace, done.change_set, author="Ben")
    assert problem is None
    assert undone is not None
    assert seen(current)["A"]["cost"] == ""


def test_good_cells_are_kept_and_faulty_ones_come_back(current):
    """Example: of two cells in one row, one is no number."""
    done = edit_rows(current, "items", [change(seen(current)["A"], name="Rear axle", cost="abc")], author="Ben")

    assert done.saved["A"]["name"] == "Rear axle"
    (told,) = [each for each in done.refusals if each.severity == "error"]
    assert (told.ref, told.column, told.found, told.message) == ("A", "cost", "abc", "abc is not a number.")


def test_a_row_that_changed_meanwhile_is_not_touched(current):
    """Story: Ben looks at a row, Ada changes it, Ben types: he is shown both versions and nothing of his is written."""
    row = seen(current)["A"]
    edit_rows(current, "items", [change(row, name="Axle of Ada")], author="Ada")

    done = edit_rows(current, "items", [change(row, name="Axle of Ben")], author="Ben")

    (conflict,) = done.conflicts
    assert done.change_set == 0
    assert conflict.theirs["name"] == "Axle of Ada"
    assert conflict.mine == {"name": "Axle of Ben"}
    assert seen(current)["A"]["name"] == "Axle of Ada"


def test_a_row_that_is_gone_is_a_conflict(current):
    """Example: the row was deleted in the meantime."""
    row = seen(current)["B"]
    edit_rows(current, "items", [RowEdit("B", key=("B",), etag=row["_etag"], delete=True)], author="Ada")

    (conflict,) = edit_rows(current, "items", [change(row, name="x")], author="Ben").conflicts

    assert conflict.theirs is None


def test_a_new_row_waits_until_it_is_complete(current):
    """Story: a line of a bill of materials is typed cell by cell."""
    first = edit_rows(current, "bom_lines", [RowEdit("n1", {"parent": "A", "component": "A2"})], author="Ben")
    whole = RowEdit("n1", {"parent": "A", "component": "A2", "quantity_per": "2"})
    second = edit_rows(current, "bom_lines", [whole], author="Ben")

    assert first.change_set == 0
    assert [told.column for told in first.refusals] == ["quantity_per"]
    assert second.saved["n1"]["position"] == "1"
    told = [each for each in second.refusals if each.severity == "warning"]
    assert [(each.column, each.found) for each in told] == [("component", "A2")]


def test_a_key_that_is_there_is_refused(current):
    """Refusal: a second item A, typed or renamed to."""
    new = edit_rows(current, "items", [RowEdit("n1", {"item": "A"})], author="Ben")
    renamed = edit_rows(current, "items", [change(seen(current)["B"], item="A")], author="Ben")

    assert new.refusals[0].message == "A is in Items already."
    assert renamed.refusals[0].message == "A is in Items already."
    assert not new.change_set
    assert not renamed.change_set


def test_of_two_new_rows_with_one_key_the_first_is_kept(current):
    """Refusal: a pasted block names a code twice."""
    done = edit_rows(current, "items", [RowEdit("n1", {"item": "C"}), RowEdit("n2", {"item": "C"})], author="Ben")

    assert set(done.saved) == {"n1"}
    assert [told.ref for told in done.refusals if told.severity == "error"] == ["n2"]


def test_renaming_moves_the_row(current):
    """Example: an item gets another code; its other cells stay."""
    done = edit_rows(current, "items", [change(seen(current)["B"], item="B-1")], author="Ben")

    assert done.saved["B"]["_key"] == ["B-1"]
    assert set(seen(current)) == {"A", "B-1"}
    assert seen(current)["B-1"]["name"] == "Bell"


def test_rows_are_deleted_and_come_back(current):
    """Story: all items go, undo brings them back as they were."""
    before = seen(current)
    gone = [RowEdit(key, key=(key,), etag=row["_etag"], delete=True) for key, row in before.items()]

    done = edit_rows(current, "items", gone, author="Ben")

    assert done.saved == {"A": None, "B": None}
    assert not seen(current)
    changes.take_back(current.workspace, None, author="Ben")
    assert seen(current) == before


WRITERS = [("Ada", "A"), ("Ben", "A"), ("Cleo", "B"), ("Dan", "A"), ("Eve", "B")]


def test_of_several_who_change_a_row_at_once_one_wins(current):
    """Law: nothing is written over what came between reading and writing, and nobody who changes another row waits."""
    rows, told = seen(current), {}

    def typing(author, item):
        told[author] = edit_rows(current, "items", [change(rows[item], name=f"{item} of {author}")], author=author)
        current.workspace.close()

    people = [threading.Thread(target=typing, args=(name, item)) for name, item in WRITERS]
    for person in people:
        person.start()
    for person in people:
        person.join()
    now = seen(current)
    for item in "AB":
        won = [name for name, each in WRITERS if each == item and told[name].saved]
        assert len(won) == 1
        assert now[item]["name"] == f"{item} of {won[0]}"
        lost = [name for name, each in WRITERS if each == item and name not in won]
        assert all(told[name].conflicts[0].theirs["name"] == now[item]["name"] for name in lost)


def test_a_commit_from_an_old_base_is_refused(current):
    """Refusal: the store itself says that others were faster."""
    item = pl.DataFrame({"item": ["Z"]})

    with pytest.raises(ChangedMeanwhileError, match="Expected change 0 to be the newest, got 1"):
        current.workspace.commit({"items": TableChange(item)}, author="Ben", base=0)


def test_unknown_columns_are_a_mistake_of_the_caller(current):
    """Refusal: the message names the column."""
    with pytest.raises(ValueError, match="colour"):
        edit_rows(current, "items", [RowEdit("n", {"item": "X", "colour": "red"})], author="Ben")


def test_history_tells_all_cells_of_a_row_newest_first(current):
    """Example: created by Ada, changed by Ben."""
    edit_rows(current, "items", [change(seen(current)["A"], name="Rear axle")], author="Ben")

    lines = changes.cell_history(current.workspace, "items", ["A"])

    assert (lines[0].author, lines[0].title, lines[0].after) == ("Ben", "Name", "Rear axle")
    assert lines[-1].author == "Ada"
    assert changes.tables_of(current.workspace, lines[0].change_set) == {"items"}
    with pytest.raises(ValueError, match="Expected 1 key values"):
        changes.cell_history(current.workspace, "items", [])


def test_only_tables_that_changed_are_read_again(current):
    """Law: an edition after a change equals the company read anew, and shares the frames nobody touched."""
    before = current.edition().company
    edit_rows(current, "items", [change(seen(current)["A"], name="Rear axle")], author="Ben")

    after = current.edition().company

    assert after["bom_lines"] is before["bom_lines"]
    fresh = current.workspace.load()
    assert all(after[name].equals(fresh[name]) for name in after.frames)
