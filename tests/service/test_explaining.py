"""Promises, explanations, repairs and conflicts as people ask for them, in a workspace."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck.model.clock import DAY
from quarterdeck.service.conflicts import conflict
from quarterdeck.service.explaining import OrderMissingError, explain
from quarterdeck.service.planning import plan_workspace
from quarterdeck.service.promising import EnquiryError, accept, promise, promiser_of
from quarterdeck.service.repairing import RepairError, apply_repair, repairs, repairs_of
from quarterdeck.store import TableChange, Workspace
from tests.planning.companies import table_maker

AS_OF = "2026-03-02"


@pytest.fixture(scope="module")
def joiner(tmp_path_factory):
    """A workspace in which the joiner with more orders than hours is planned."""
    workspace = Workspace.create(tmp_path_factory.mktemp("joiner"))
    tables = {name: TableChange(frame) for name, frame in table_maker().frames.items() if frame.height}
    workspace.commit(tables, author="test")
    plan_workspace(workspace, author="test", as_of=AS_OF, horizon_weeks=8, effort=5)
    return workspace


@pytest.fixture(scope="module")
def late(joiner):
    """The latest order of the plan."""
    plan = joiner.load_plan()
    rows = plan.requirements.join(plan.deliveries.drop("due", "quantity"), on="demand")
    return rows.sort("late_seconds", descending=True)["order"][0]


class TestPromise:
    """Enquiries."""

    def test_answer_says_when_how_and_at_what_cost(self, joiner):
        """Two tables by the end of April: in time, by a way that costs something, in words without codes."""
        answer = promise(joiner, "table", 2, "2026-04-30")
        chosen = next(way for way in answer.ways if way.code == answer.way)
        assert (answer.state, answer.late_seconds) == ("on_time", 0)
        assert answer.date.date() == dt.date(2026, 4, 30)
        assert chosen.cost > 0
        assert sum(part.quantity for part in chosen.parts) == 2

    def test_tomorrow_is_too_soon(self, joiner):
        """A hundred tables cannot be made by tomorrow; the answer says by how much."""
        answer = promise(joiner, "table", 100, "2026-03-03")
        assert answer.state == "late"
        assert answer.late_seconds == max(0, round((answer.date - answer.asked).total_seconds()))

    @pytest.mark.parametrize(
        ("enquiry", "message"),
        [
            (("tabel", 1), "item of the company, got 'tabel'. Did you mean table?"),
            (("table", 0), "quantity above 0, got 0"),
            (("table", 1, "soon"), "date such as 2026-03-02, got 'soon'"),
            (("table", 1, None, "C-9"), "customer of the company, got 'C-9'"),
            (("table", 1, None, None, "moon"), "site that keeps or makes table, got 'moon'"),
        ],
    )
    def test_what_cannot_be_answered_is_refused(self, joiner, enquiry, message):
        """The message shows the value."""
        with pytest.raises(EnquiryError, match=message.replace("?", r"\?")):
            promise(joiner, *enquiry)

    def test_accepting_makes_an_order_that_can_be_taken_back(self, joiner):
        """The order has its promise pinned, holds its supply against the next enquiry, and is undone in one step."""
        before, first = joiner.checksum(), promise(joiner, "table", 1)
        code = accept(joiner, first, author="test")
        row = joiner.load()["sales_orders"].row(by_predicate=pl.col("order") == code, named=True)
        assert (row["item"], row["quantity"], row["promised"]) == ("table", 1.0, row["due"])
        assert promise(joiner, "table", 1).date >= first.date
        assert joiner.change_sets()[0].reason.startswith("Promise of 1 pcs table for ")
        joiner.undo()
        assert joiner.checksum() == before

    def test_accepting_twice_under_one_code_is_refused(self, joiner):
        """A code belongs to one order."""
        with pytest.raises(EnquiryError, match="code that no sales order has, got 'SO-0'"):
            accept(joiner, promise(joiner, "table", 1), author="test", order="SO-0")

    def test_the_desk_is_kept_ready(self, joiner):
        """A second enquiry uses the same desk."""
        assert promiser_of(joiner) is promiser_of(joiner)


class TestWhy:
    """Explanations."""

    def test_causes_add_up_to_the_lateness(self, joiner):
        """For every order of a customer, and for every supply order, to the second."""
        company, plan = joiner.load(), joiner.load_plan()
        for order in [*plan.requirements["order"].drop_nulls(), *plan.orders["order"]]:
            for each in explain(company, plan, order):
                assert sum(cause.seconds for cause in each.causes) == each.late_seconds
                assert sum(each.days) == pytest.approx(each.late_seconds / DAY)

    def test_the_tree_holds_the_whole_quantity(self, joiner, late):
        """What serves the order adds up to what was ordered, and made branches have branches of their own."""
        (line,) = explain(joiner.load(), joiner.load_plan(), late)
        wanted = joiner.load()["sales_orders"].filter(pl.col("order") == late)["quantity"][0]
        assert sum(branch.quantity for branch in line.branches) == wanted
        assert all(branch.branches for branch in line.branches if branch.kind == "make")

    def test_a_purchase_knows_its_customers(self, joiner):
        """Boards are bought for tables that customers ordered."""
        company, plan = joiner.load(), joiner.load_plan()
        board = plan.orders.filter(pl.col("item") == "board")["order"][0]
        (bought,) = explain(company, plan, board)
        assert {served.kind for served in bought.serves} == {"sales_order"}

    def test_unknown_orders_are_refused(self, joiner):
        """With a hint at what was meant."""
        with pytest.raises(OrderMissingError, match="order of the plan, got SO-33"):
            explain(joiner.load(), joiner.load_plan(), "SO-33")


class TestRepair:
    """Repairs."""

    def test_repairs_are_tried_and_ranked(self, joiner, late):
        """Each wins time; what the customer has to agree to comes last."""
        found = repairs_of(joiner, late)
        assert found.late_seconds > 0
        assert all(each.days_won > 0 for each in found.repairs)
        concessions = [each.concession for each in found.repairs]
        assert concessions == sorted(concessions)
        assert {"overtime", "renegotiate"} <= {each.kind for each in found.repairs}
        assert [each.number for each in found.repairs] == list(range(1, len(found.repairs) + 1))

    def test_every_repair_can_be_applied_and_taken_back(self, joiner, late):
        """Each writes into the company's tables as one change; a plan with the best is no later for this order."""
        found, before = repairs_of(joiner, late), joiner.checksum()
        for each in found.repairs:
            said = apply_repair(joiner, found, each.number, author="test")
            assert said.startswith(f"Repair of {late}: ")
            assert joiner.checksum() != before
            joiner.undo()
            assert joiner.checksum() == before

    def test_an_agreed_date_counts_in_the_next_plan(self, joiner, late):
        """What the customer agreed to is what the order is measured by from then on."""
        found = repairs_of(joiner, late)
        agreed = next(each for each in found.repairs if each.kind == "renegotiate")
        apply_repair(joiner, found, agreed.number, author="test")
        plan_workspace(joiner, author="test", as_of=AS_OF, horizon_weeks=8, effort=5)
        (line,) = explain(joiner.load(), joiner.load_plan(), late)
        joiner.delete_plan(joiner.plans()[0].plan)
        joiner.undo()
        assert line.late_seconds < found.late_seconds

    def test_numbers_beyond_the_list_are_refused(self, joiner, late):
        """The message says how many there are."""
        found = repairs_of(joiner, late)
        with pytest.raises(RepairError, match=f"between 1 and {len(found.repairs)}, got 99"):
            apply_repair(joiner, found, 99, author="test")

    def test_what_is_on_time_needs_none(self, joiner):
        """And says so."""
        company, plan = joiner.load(), joiner.load_plan()
        good = plan.requirements.join(plan.deliveries.filter(pl.col("state") == "on_time"), on="demand")["order"]
        found = repairs(company, plan, good[0])
        assert (found.repairs, found.message) == ((), f"{good[0]} is on time: there is nothing to repair.")


def test_a_conflict_is_named_in_words(joiner, late):
    """The late order comes first, others stand in its way, and the sentence names them all."""
    found = conflict(joiner.load(), joiner.load_plan(), late)
    assert found.members[0].code == late
    assert found.minimal
    assert "cannot all hold" in found.sentence
    assert len(found.members) > 1
    assert all(member.text in found.sentence for member in found.members[1:])
