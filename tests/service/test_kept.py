"""What is kept between requests holds as long as what it was made from, and is made once for all who wait."""

from __future__ import annotations

import threading
import time

import polars as pl
import pytest

from quarterdeck.model import Company
from quarterdeck.service.kept import Kept
from quarterdeck.service.parts import part
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.tables_page import company_problems

ITEMS = pl.DataFrame({"item": ["A", "B"], "name": ["Axle", "Bolt"], "cost": [1.0, 2.0]})


def counted(make):
    """``make``, and the list that grows with each call."""
    calls: list[int] = []

    def counting(company: Company):
        calls.append(1)
        return make(company)

    return counting, calls


def test_holds_until_a_table_changes_that_was_read() -> None:
    """Example: a result that read items outlives a change of sites, not one of items."""
    company, kept = Company.of(items=ITEMS), Kept(10)
    make, calls = counted(lambda company: company["items"].height)
    for each in (company, company, company.replace(sites=pl.DataFrame({"site": ["north"]}))):
        assert kept.get("heights", make, each.frames) == 2
    assert len(calls) == 1
    assert kept.get("heights", make, company.replace(items=ITEMS.head(1)).frames) == 1
    assert len(calls) == 2


def test_part_that_stays_equal_keeps_what_uses_it() -> None:
    """Example: a new price makes no name different, so what only names an item holds; a new name is seen."""
    company, kept = Company.of(items=ITEMS), Kept(10)
    make, calls = counted(lambda company: Names.of(company).item("A"))
    dearer = company.replace(items=ITEMS.with_columns(cost=pl.lit(9.0)))
    assert [kept.get("name", make, each.frames) for each in (company, dearer, dearer)] == ["Axle"] * 3
    assert len(calls) == 1
    renamed = dearer.replace(items=ITEMS.with_columns(name=pl.Series(["Shaft", "Bolt"])))
    assert kept.get("name", make, renamed.frames) == "Shaft"
    assert kept.get("name", make, company.frames) == "Axle"


def test_column_that_stays_equal_keeps_what_reads_it() -> None:
    """Example: what reads codes alone outlives a new price, and sees a new code."""
    company, kept = Company.of(items=ITEMS), Kept(10)
    make, calls = counted(lambda company: company.column("items", "item").to_list())
    dearer = company.replace(items=ITEMS.with_columns(cost=pl.lit(9.0)))
    assert [kept.get("codes", make, each.frames) for each in (company, dearer)] == [["A", "B"]] * 2
    assert len(calls) == 1
    assert kept.get("codes", make, company.replace(items=ITEMS.head(1)).frames) == ["A"]


def test_part_outside_a_view_is_worked_out() -> None:
    """Example: without anything kept the function is called."""
    assert part(Company.of(items=ITEMS), lambda company, least: company["items"]["cost"].max() > least, 1.5)


def test_those_who_wait_get_what_the_first_one_makes() -> None:
    """Law: eight threads that ask at once cause one computation."""
    company, kept = Company.of(items=ITEMS), Kept(10)

    def slow(company: Company) -> int:
        time.sleep(0.05)
        return company["items"].height

    make, calls = counted(slow)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(kept.get("slow", make, company.frames))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 8
    assert len(calls) == 1


def test_failed_making_is_tried_again() -> None:
    """Refusal: an error reaches the one who asked and leaves nothing behind."""
    company, kept = Company.of(items=ITEMS), Kept(10)
    broken = [True]

    def make(company: Company) -> int:
        if broken.pop() if broken else False:
            raise ValueError("not yet")
        return company["items"].height

    with pytest.raises(ValueError, match="not yet"):
        kept.get("x", make, company.frames)
    assert kept.get("x", make, company.frames) == 2


def test_oldest_goes_when_the_shelf_is_full() -> None:
    """Example: of three results on a shelf of two, the one not asked for longest is made again."""
    company, kept = Company.of(items=ITEMS), Kept(2)
    made = {name: counted(lambda company: company["items"].height) for name in "abc"}
    for name in "abaca":
        kept.get(name, made[name][0], company.frames)
    assert [len(made[name][1]) for name in "abc"] == [1, 1, 1]
    kept.get("b", made["b"][0], company.frames)
    assert len(made["b"][1]) == 2


def test_problems_checked_by_parts_are_those_of_the_check() -> None:
    """Law: what is kept of the checks gives the same problems as checking everything, before and after changes."""
    from quarterdeck.model.checks import check

    lines = pl.DataFrame({"parent": ["A", "B", "B"], "component": ["B", "A", "Z"], "quantity_per": [1.0, 1.0, 2.0]})
    company, kept = Company.of(items=ITEMS.with_columns(source=pl.lit("make")), bom_lines=lines), Kept(10)
    orders = pl.DataFrame({"order": ["S1"], "line": ["1"], "item": ["nowhere"], "quantity": [3.0]})
    for each in (company, company.replace(sales_orders=orders), company.replace(bom_lines=lines.head(1)), company):
        assert kept.get("problems", company_problems, each.frames) == check(each)
