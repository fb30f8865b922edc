"""Search over everything that has a name."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck import Company
from quarterdeck.service.searching import search, search_index
from tests.service import bicycles

COMPANY = Company.of(
    items=pl.DataFrame({"item": ["B1", "B12", "FRAME"], "name": ["City bike", "Road bike", "Frame for B1"]}),
    customers=pl.DataFrame({"customer": ["C1"], "name": ["Alpine Outfitters"]}),
    machines=pl.DataFrame({"machine": ["SAW-1"], "work_centre": ["SAW"], "name": ["Band saw"]}),
    sales_orders=pl.DataFrame(
        {
            "order": ["SO-9", "SO-9"],
            "line": ["1", "2"],
            "customer": ["C1", "C1"],
            "item": ["B1", "B12"],
            "quantity": [1.0, 1.0],
            "due": [dt.datetime(2026, 3, 2)] * 2,
        }
    ),
)
INDEX = search_index(COMPANY, None)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("b1", ("Item", "B1")),
        ("road", ("Item", "B12")),
        ("bike city", ("Item", "B1")),
        ("outfit", ("Customer", "C1")),
        ("saw", ("Machine", "SAW-1")),
        ("so-9", ("Sales order", "SO-9")),
        ("alpine", ("Customer", "C1")),
        ("work order progress", ("Table", "Work order progress")),
    ],
)
def test_the_best_comes_first(text, first):
    """Example: a code before codes that begin so, before names; every word must occur."""
    hit = search(INDEX, text)[0]

    assert (hit.kind, hit.code) == first


def test_an_order_of_two_lines_is_one_hit():
    """Law: nothing is listed twice."""
    hits = search(INDEX, "so-9")

    assert len(hits) == len({(hit.kind, hit.code) for hit in hits})


@pytest.mark.parametrize("text", ["", "   ", "zzz", "a b c d e f zzz", "(", "\\", ".*", "%"])
def test_what_nobody_is_called_finds_nothing(text):
    """Refusal: empty, unknown, and signs that mean something elsewhere."""
    assert search(INDEX, text) == ()


def test_addresses_are_safe_for_any_code():
    """Refusal: a code with signs of addresses stays one code."""
    index = search_index(Company.of(items=pl.DataFrame({"item": ["a&b=c #1"]})), None)

    assert search(index, "a&b")[0].path == "/stock/item?item=a%26b%3Dc+%231"


@pytest.mark.parametrize("planned", [True, False])
def test_orders_lead_to_their_pages(planned):
    """Example: the page of an order needs no plan."""
    assert search(INDEX, "so-9", planned=planned)[0].path == "/orders/sales?order=SO-9"


def test_items_lead_to_their_row_until_there_is_a_plan():
    """Example: only a plan knows what will be in stock."""
    assert search(INDEX, "b12", planned=False)[0].path == "/data/items?find=B12"


def test_planned_orders_are_found():
    """Example: an order that only the plan knows, by its code."""
    company, plan = bicycles.company(), bicycles.plan()
    planned = plan["orders"].filter(pl.col("state") == "planned")
    index = search_index(company, plan)

    for code in planned["order"].head(3):
        assert search(index, code)[0].code == code
