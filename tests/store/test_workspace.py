"""A workspace keeps a company and gives it back unchanged, on either database."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from quarterdeck.model import TABLES, Company
from quarterdeck.model.company import UnknownTableError
from quarterdeck.store import NoWorkspaceError, TableChange, Workspace
from quarterdeck.store.errors import WorkspaceError

ITEMS = pl.DataFrame({"item": ["01", "1", "a", "A"], "name": ["", None, "é", "=1+1"], "cost": [1.5, None, 0.1, 2.0]})


def put(workspace: Workspace, **frames: pl.DataFrame) -> None:
    """Adds rows."""
    workspace.commit({name: TableChange(frame) for name, frame in frames.items()}, author="test")


def test_new_workspace_is_an_empty_company(workspace: Workspace) -> None:
    """Example: every declared table is there, in its declared form, without rows."""
    company = workspace.load()
    assert all(company[name].schema == table.empty().schema for name, table in TABLES.items())
    assert sum(frame.height for frame in company.frames.values()) == 0


def test_rows_come_back_in_their_order(workspace: Workspace) -> None:
    """Law: what was put in comes out, in the order in which it came, with the defaults filled in."""
    put(workspace, items=ITEMS)
    assert workspace.load()["items"].equals(Company.of(items=ITEMS)["items"])


def test_codes_differ_by_capitals_and_zeros(workspace: Workspace) -> None:
    """Example: ``01`` is not ``1`` and ``a`` is not ``A``; changing one leaves the other alone."""
    put(workspace, items=ITEMS)
    put(workspace, items=pl.DataFrame({"item": ["a", "01"], "name": ["small", "zero"]}))
    assert workspace.load()["items"]["name"].to_list() == ["zero", None, "small", "=1+1"]


AWKWARD = [
    "",
    " x ",
    "\\N",
    '"',
    "a,b;c",
    "line\nbreak\r\n",
    "tab\there",
    "\u202eevil",
    "👩‍🔧",
    "NULL",
    "e\u0301",
    "é",
    "t",
]


def test_awkward_texts_survive(workspace: Workspace) -> None:
    """Law: no text is mistaken for nothing, for a quote or for the end of a row."""
    frame = pl.DataFrame({"item": [f"{i}" for i in range(len(AWKWARD))], "name": AWKWARD})
    put(workspace, items=frame)
    assert workspace.load()["items"]["name"].to_list() == AWKWARD


def test_awkward_keys_are_found_again(workspace: Workspace) -> None:
    """Law: rows are found by any key, so a second commit of the same rows writes nothing."""
    frame = pl.DataFrame({"item": AWKWARD})
    put(workspace, items=frame)
    again = workspace.commit({"items": TableChange(frame)}, author="test")
    assert again.number == 0
    assert workspace.load()["items"]["item"].to_list() == AWKWARD


def test_money_is_exact(workspace: Workspace) -> None:
    """Law: eighteen digits of money come back to the last one, which a float would lose."""
    amounts = [Decimal("99999999999999.9999"), Decimal("-0.0001"), Decimal("0.3000"), Decimal("-99999999999999.9999")]
    dates = [dt.date(2026, 1, 1)] * 4
    put(workspace, cash_accounts=pl.DataFrame({"account": ["a", "b", "c", "d"], "date": dates, "balance": amounts}))
    assert workspace.load()["cash_accounts"]["balance"].to_list() == amounts


def test_numbers_come_back_to_the_bit(workspace: Workspace) -> None:
    """Law: floats keep every bit; minus zero is zero."""
    values = [0.1, 1e-7, 1e12, 123456.789012345, 5e-324, -0.0]
    days = [dt.date(2026, 1, day) for day in range(1, 7)]
    put(workspace, demand_history=pl.DataFrame({"item": ["a"] * 6, "date": days, "quantity": values}))
    found = workspace.load()["demand_history"]["quantity"].to_list()
    assert found == values
    assert str(found[-1]) == "0.0"


def test_times_and_flags_come_back(workspace: Workspace) -> None:
    """Example: wall-clock times keep their seconds and fractions, days their day, flags their value."""
    begin, end = dt.datetime(2026, 3, 29, 2, 30), dt.datetime(2199, 12, 31, 23, 59, 59, 250_000)
    exceptions = pl.DataFrame(
        {"calendar": ["c", "d"], "start": [begin, begin], "end": [end, end], "working": [True, False]}
    )
    terms = pl.DataFrame({"payment_terms": ["x"], "end_of_month": [True]})
    items = pl.DataFrame({"item": ["a"], "launch": [dt.date(1970, 1, 1)]})
    put(workspace, calendar_exceptions=exceptions, payment_terms=terms, items=items)
    company = workspace.load()
    assert company["calendar_exceptions"]["end"].to_list() == [end, end]
    assert company["calendar_exceptions"]["working"].to_list() == [True, False]
    assert company["payment_terms"]["end_of_month"].item()
    assert company["items"]["launch"].item() == dt.date(1970, 1, 1)


def test_keys_of_every_kind(workspace: Workspace) -> None:
    """Law: rows with dates, times, numbers and whole numbers in their key are found again and taken away."""
    start = dt.datetime(2026, 1, 1, 7)
    frames = {
        "calendar_exceptions": pl.DataFrame({"calendar": ["c"], "start": [start], "end": [start], "working": [True]}),
        "price_breaks": pl.DataFrame({"item": ["a"], "supplier": ["s"], "from_quantity": [0.1], "price": [3]}),
        "demand_history": pl.DataFrame({"item": ["a"], "date": [start.date()], "quantity": [1.0]}),
        "operations": pl.DataFrame({"item": ["a"], "sequence": [10]}),
    }
    put(workspace, **frames)
    assert workspace.commit({name: TableChange(frame) for name, frame in frames.items()}, author="t").number == 0
    gone = workspace.commit({name: TableChange(deletes=frame) for name, frame in frames.items()}, author="t")
    assert gone.deleted == 4
    assert all(frame.is_empty() for frame in workspace.load().frames.values())


def test_reopened_workspace_holds_the_same(workspace: Workspace, fresh_url: str | None) -> None:
    """Law: closing and opening changes nothing."""
    put(workspace, items=ITEMS)
    before = workspace.checksum()
    workspace.close()
    with Workspace.open(workspace.path, database_url=fresh_url) as again:
        assert again.checksum() == before


def test_checksum_does_not_depend_on_order(tmp_path: Path) -> None:
    """Law: the same rows in another order have the same checksum; another value has another."""
    with Workspace.create(tmp_path / "a") as a, Workspace.create(tmp_path / "b") as b:
        put(a, items=ITEMS)
        put(b, items=ITEMS.reverse())
        assert a.checksum() == b.checksum()
        put(b, items=pl.DataFrame({"item": ["a"], "name": ["other"]}))
        assert a.checksum()["items"] != b.checksum()["items"]
        assert a.checksum()["sites"] == b.checksum()["sites"]


def test_create_is_open_where_a_workspace_is(tmp_path: Path) -> None:
    """Example: making a workspace twice loses nothing."""
    with Workspace.create(tmp_path) as first:
        put(first, items=ITEMS)
    with Workspace.create(tmp_path) as second:
        assert second.load()["items"].height == 4


def test_several_workspaces_side_by_side(tmp_path: Path) -> None:
    """Law: two workspaces in one process do not mix."""
    with Workspace.create(tmp_path / "a") as a, Workspace.create(tmp_path / "b") as b:
        put(a, items=ITEMS)
        put(b, items=ITEMS.head(1))
        assert (a.load()["items"].height, b.load()["items"].height) == (4, 1)


def test_writers_wait_for_each_other(workspace: Workspace) -> None:
    """Story: four people save at once; nobody is turned away and nothing is lost."""

    def save(number: int) -> None:
        put(workspace, items=pl.DataFrame({"item": [f"{number}-{i}" for i in range(50)]}))
        workspace.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, range(4)))
    assert workspace.load()["items"].height == 200
    assert len(workspace.change_sets()) == 4


def test_reading_sees_one_moment(workspace: Workspace) -> None:
    """Law: while one thread reads, what another writes is not seen in parts."""
    with workspace._rows.snapshot():
        before = workspace._rows.read(TABLES["items"]).height
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: (put(workspace, items=ITEMS), workspace.close())).result()
        assert workspace._rows.read(TABLES["items"]).height == before
    assert workspace.load()["items"].height == 4


def test_folder_without_workspace_is_refused(tmp_path: Path) -> None:
    """Refusal: opening what is not there."""
    with pytest.raises(NoWorkspaceError, match="found none"):
        Workspace.open(tmp_path)


def test_unknown_table_is_refused(workspace: Workspace) -> None:
    """Refusal: a table that is not declared."""
    with pytest.raises(UnknownTableError, match="'gadgets'"):
        workspace.commit({"gadgets": TableChange(ITEMS)}, author="test")


def test_postgresql_workspace_needs_its_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusal: the folder of a PostgreSQL workspace, without the URL, is not opened as an empty one."""
    monkeypatch.delenv("QUARTERDECK_DATABASE_URL", raising=False)
    Workspace.create(tmp_path).close()
    marker = json.loads((tmp_path / "workspace.json").read_text())
    (tmp_path / "workspace.json").write_text(json.dumps({**marker, "database": "postgresql"}))
    with pytest.raises(WorkspaceError, match="QUARTERDECK_DATABASE_URL"):
        Workspace.open(tmp_path)


def test_database_of_another_workspace_is_refused(tmp_path: Path) -> None:
    """Refusal: a folder whose database belongs to another workspace."""
    Workspace.create(tmp_path).close()
    marker = json.loads((tmp_path / "workspace.json").read_text())
    (tmp_path / "workspace.json").write_text(json.dumps({**marker, "workspace": "another"}))
    with pytest.raises(WorkspaceError, match="another workspace"):
        Workspace.open(tmp_path)


@pytest.mark.postgres
def test_url_in_the_environment_chooses_postgresql(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Story: with the variable set, the workspace keeps its tables in PostgreSQL and no SQLite file appears."""
    server = request.getfixturevalue("postgresql_server")
    server.run("createdb", "-h", str(server.folder), "-U", "quarterdeck", "from_environment")
    monkeypatch.setenv("QUARTERDECK_DATABASE_URL", server.url("from_environment"))
    with Workspace.create(tmp_path) as made:
        put(made, items=ITEMS)
    with Workspace.open(tmp_path) as again:
        assert again.load()["items"].height == 4
    assert not (tmp_path / "company.sqlite3").exists()


def test_refreshed_company_is_the_loaded_one(workspace: Workspace) -> None:
    """Law: what changed since any moment, put into the company of that moment, gives the company as it is now.

    New rows, changed ones, removed ones, one that comes again, changes taken back, and a table that came anew.
    """
    put(workspace, items=ITEMS)
    kept = [(workspace.newest_change(), workspace.load())]

    def step(**changes: TableChange) -> None:
        workspace.commit(changes, author="test")
        kept.append((workspace.newest_change(), workspace.load()))

    step(items=TableChange(pl.DataFrame({"item": ["a", "new"], "name": ["small", "New"]})))
    step(items=TableChange(deletes=pl.DataFrame({"item": ["1", "new"]})))
    step(items=TableChange(pl.DataFrame({"item": ["1", "b"]}), deletes=pl.DataFrame({"item": ["A"]})))
    step(sites=TableChange(pl.DataFrame({"site": ["north"]})), items=TableChange(pl.DataFrame({"item": ["c"]})))
    for _ in range(3):
        workspace.undo()
    now = workspace.load()
    for number, company in [*kept, (0, Company.of()), (workspace.newest_change(), now)]:
        again = workspace.refresh(company, number)
        assert all(again[name].equals(now[name]) for name in TABLES), number


def test_refresh_twice_is_as_once(workspace: Workspace) -> None:
    """Law: a company that is newer than it is said to be stays right, as another may write while it is read."""
    put(workspace, items=ITEMS)
    put(workspace, items=pl.DataFrame({"item": ["a", "new"], "cost": [5, 6]}))
    workspace.commit({"items": TableChange(deletes=pl.DataFrame({"item": ["01"]}))}, author="test")
    now = workspace.load()
    assert workspace.refresh(now, 1)["items"].equals(now["items"])


def test_many_changed_rows_are_read_anew(workspace: Workspace) -> None:
    """Example: a table of which more rows changed than are put in one by one comes from the database."""
    put(workspace, items=ITEMS)
    before, number = workspace.load(), workspace.newest_change()
    put(workspace, items=pl.DataFrame({"item": [f"item {each}" for each in range(1_500)]}))
    assert workspace.refresh(before, number)["items"].equals(workspace.load()["items"])


def test_what_is_remembered_is_read_again_after_somebody_wrote(workspace: Workspace) -> None:
    """Law: as long as nobody writes, SQLite is asked once; a change of anybody is seen at once."""
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        return workspace.read("items").height

    assert [workspace.remembered("items", read) for _ in range(3)] == [0, 0, 0]
    assert len(asked) in {1, 3}
    put(workspace, items=ITEMS)
    assert workspace.remembered("items", read) == ITEMS.height
    with ThreadPoolExecutor(1) as other:
        other.submit(_put_and_close, workspace).result()
    assert workspace.remembered("items", read) == ITEMS.height + 1


def _put_and_close(workspace: Workspace) -> None:
    put(workspace, items=pl.DataFrame({"item": ["from elsewhere"]}))
    workspace.close()


def test_nothing_is_remembered_of_a_change_that_failed(workspace: Workspace) -> None:
    """Refusal: what was read inside a change that was taken back is forgotten with it."""
    put(workspace, items=ITEMS)

    def fail() -> None:
        with workspace.alone():
            put(workspace, items=pl.DataFrame({"item": ["never"]}))
            assert workspace.newest_change() == 2
            raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        fail()
    assert workspace.newest_change() == 1
    assert "never" not in workspace.read("items")["item"]


def test_what_others_wrote_is_seen_through_a_connection_opened_anew(tmp_path):
    """Law: however often another thread's connection is closed and opened again, it sees the newest change."""

    def asked(opened=[]):  # noqa: B006 - the thread's own workspace
        if not opened:
            opened.append(Workspace.open(tmp_path))
        newest = opened[0].newest_change()
        opened[0].close()
        return newest

    with Workspace.create(tmp_path) as one, ThreadPoolExecutor(1) as thread:
        for number in range(1, 30):
            written = one.commit({"items": TableChange(pl.DataFrame({"item": [f"A{number}"]}))}, author="Ada").number
            assert thread.submit(asked).result() == written
