"""Lines of a bill of materials that nothing vouches for."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck.model import Company
from quarterdeck.model.checks import check, usable


def lines(*arcs: tuple[str, str]) -> pl.DataFrame:
    """Lines of one piece each, told apart by position."""
    rows = [(parent, component, str(place)) for place, (parent, component) in enumerate(arcs)]
    frame = pl.DataFrame(rows, schema=["parent", "component", "position"], orient="row")
    return frame.with_columns(quantity_per=1.0)


def isolated(company: Company) -> list[str]:
    """Keys of the isolated lines."""
    return [problem.key for problem in check(company) if problem.code == "line-isolated"]


@pytest.mark.parametrize("arcs", [[("bike", "whel")], [("bike", "whel"), ("bike", "whel")]])
def test_two_codes_that_only_know_each_other_are_an_error(arcs):
    """Nothing is planned with them, and no item follows from them."""
    company = Company.of(bom_lines=lines(*arcs))
    assert len(isolated(company)) == len(arcs)
    mended, _ = usable(company)
    assert mended.bom_lines.is_empty()
    assert mended.items.is_empty()


@pytest.mark.parametrize(
    "arcs",
    [
        [("bike", "frame"), ("bike", "wheel")],
        [("bike", "wheel"), ("wheel", "spoke")],
        [("bike", "bolt"), ("trailer", "bolt")],
        [(f"L{level}", f"L{level + 1}") for level in range(50)],
    ],
    ids=["one assembly", "two levels", "shared part", "chain"],
)
def test_a_bill_that_hangs_together_stands_by_itself(arcs):
    """An assembly, a chain or a shared part: each line has a witness."""
    assert isolated(Company.of(bom_lines=lines(*arcs))) == []


def test_any_other_table_is_a_witness():
    """A sales order for the parent, a supply option for the component."""
    due = [dt.datetime(2026, 3, 11)]
    order = pl.DataFrame({"order": ["S"], "item": ["bike"], "quantity": [1.0], "due": due})
    assert isolated(Company.of(bom_lines=lines(("bike", "kit")), sales_orders=order)) == []
    option = pl.DataFrame({"item": ["kit"], "supplier": ["Kitty"]})
    assert isolated(Company.of(bom_lines=lines(("bike", "kit")), supply_options=option)) == []


def test_only_the_isolated_line_among_others_is_told():
    """The sound part of the bill is planned."""
    company = Company.of(bom_lines=lines(("bike", "frame"), ("bike", "wheel"), ("A", "B")))
    assert isolated(company) == ["A / B / 2"]
    assert usable(company)[0].bom_lines.height == 2


def test_an_item_within_itself_is_a_circle():
    """And no isolated line besides."""
    codes = {problem.code for problem in check(Company.of(bom_lines=lines(("A", "A"))))}
    assert "bom-cycle" in codes
    assert "line-isolated" not in codes


def test_with_items_an_unknown_code_is_an_unknown_reference():
    """The table of items has the last word."""
    items = pl.DataFrame({"item": ["bike"], "source": ["make"]})
    codes = {problem.code for problem in check(Company.of(items=items, bom_lines=lines(("bike", "whel"))))}
    assert "reference-unknown" in codes
    assert "line-isolated" not in codes
