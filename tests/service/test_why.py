"""Why a number is what it is."""

from __future__ import annotations

import pytest

import quarterdeck as qd
from quarterdeck.demo import demo_path
from quarterdeck.service.views.why import names, origin


@pytest.fixture(scope="module")
def bicycles():
    """The demo company and a quick plan of it."""
    company = qd.read(demo_path())
    return company, qd.plan(company, effort=1)


@pytest.mark.parametrize("number", names())
def test_every_number_has_its_formula_function_and_rows(bicycles, number):
    """Law: whatever can be asked about is answered with a formula, a function that exists, and rows."""
    found = origin(*bicycles, number)

    assert found.title
    assert len(found.formula) > 10
    assert found.function.startswith("quarterdeck.")
    assert found.meaning
    assert found.rows.width > 1


def test_every_kpi_of_the_plan_can_be_asked_about(bicycles):
    """Law: no KPI on a screen is without its origin."""
    assert set(bicycles[1]["kpis"]["kpi"]) <= set(names())


def test_an_unknown_number_has_no_origin(bicycles):
    """Refusal: nothing is called so."""
    assert origin(*bicycles, "colour") is None
