"""Nobody orders anew what an open order brings as soon."""

import polars as pl

from quarterdeck.disciplines.mrp import stage
from quarterdeck.model import Company
from tests.mrp.shop import SETTINGS, plan, wall


def branch(transfer_due, making_due=6):
    """A bike is made here by a given day and sent west at once; a transfer of it is open already."""
    made, sent = {"order": "WO", "item": "bike", "quantity": 1.0}, {"order": "TO", "item": "bike", "quantity": 1.0}
    return Company.of(
        items=pl.DataFrame({"item": ["bike"], "source": ["make"], "lead_time_days": [0.0]}),
        sites=pl.DataFrame({"site": ["main", "west"]}),
        lanes=pl.DataFrame({"from_site": ["main"], "to_site": ["west"], "transport_days": [0.0]}),
        item_sites=pl.DataFrame({"item": ["bike"], "site": ["west"], "source_site": ["main"]}),
        work_orders=pl.DataFrame([{**made, "site": "main", "due": wall(making_due)}]),
        transfer_orders=pl.DataFrame([{**sent, "from_site": "main", "to_site": "west", "due": wall(transfer_due)}]),
    )


def wanted(day):
    """One bike wanted in the west."""
    asked = plan(("bike", 1, day, 1))
    return asked.with_tables(requirements=asked.requirements.with_columns(site=pl.lit("west")))


def test_a_late_transfer_is_not_sent_twice():
    """A new transfer would wait for the same bike: the open one serves, nothing is planned."""
    result = stage.run(branch(transfer_due=6), wanted(2), SETTINGS)
    assert result.orders.filter(state="planned").is_empty()
    assert result.pegs.filter(demand_kind="requirement")["supply"].to_list() == ["TO"]


def test_a_new_transfer_that_is_sooner_is_sent():
    """The bike is there on day 3; the open transfer comes on day 9, a new one in time."""
    result = stage.run(branch(transfer_due=9, making_due=1), wanted(3), SETTINGS)
    assert result.orders.filter(state="planned", kind="transfer").height == 1
