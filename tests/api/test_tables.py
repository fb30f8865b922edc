"""Rows over the interface: listed, read, made, changed, deleted; and two people at one row."""

from __future__ import annotations


def test_a_list_is_narrowed_and_sorted(interface):
    """Example: items that cost at least one, the dearest first."""
    found = interface["planner"]("GET", "/tables/items?cost__from=1&sort=-cost")

    assert found.status == 200
    assert [row["item"] for row in found.content["rows"]] == ["LAMP"]
    assert found.content["rows"][0]["cost"] == "4.0000"


def test_a_code_with_a_slash_and_a_space_is_a_key(interface):
    """Law: codes are the user's own; they need no escaping but that of the address."""
    assert interface["planner"]("GET", "/tables/items/record?item=A%2FB%201").content["name"] == "Bolt"


def test_of_two_people_at_one_row_the_second_sees_both_versions(interface):
    """Story: two programs read a row; the second to write is told how it is now and what it wanted."""
    call = interface["planner"]
    tag = call("GET", "/tables/items/record?item=LAMP").tag

    first = call("PUT", "/tables/items/record?item=LAMP", {"name": "Desk lamp"}, If_Match=tag)
    second = call("PUT", "/tables/items/record?item=LAMP", {"name": "Floor lamp"}, If_Match=tag)

    assert first.status == 200
    assert second.status == 409
    assert (second.content["current"]["name"], second.content["yours"]["name"]) == ("Desk lamp", "Floor lamp")


def test_a_row_is_made_and_deleted(interface):
    """Story: a program adds an item, is refused to add it again, and deletes it."""
    call = interface["planner"]
    made = call("POST", "/tables/items", {"item": "NEW-1", "price": "12.50"})
    again = call("POST", "/tables/items", {"item": "NEW-1"})

    gone = call("DELETE", "/tables/items/record?item=NEW-1", If_Match=made.tag)

    assert (made.status, again.status, gone.status) == (201, 409, 204)
    assert call("GET", "/tables/items/record?item=NEW-1").status == 404


def test_what_is_wrong_with_a_row_is_said(interface):
    """Refusal: an unknown column, a negative cost, an unknown choice."""
    answer = interface["planner"]("POST", "/tables/items", {"item": "X", "colour": "red", "cost": -1, "source": "find"})

    assert answer.status == 422
    assert {each["where"][-1] for each in answer.content["detail"]} == {"colour", "cost", "source"}


def test_sorting_by_nothing_known_is_refused(interface):
    """Refusal: a column that is not there."""
    answer = interface["planner"]("GET", "/tables/items?sort=colour")

    assert (answer.status, "colour" in str(answer.content)) == (422, True)
