"""Who may call what."""

from __future__ import annotations

import pytest


def test_no_operation_answers_without_a_key(interface):
    """Law: every operation of the description refuses a stranger."""
    paths = interface["planner"]("GET", "/openapi.json").content["paths"]
    for path, operations in paths.items():
        for method in operations:
            address = (
                path.removeprefix("/api/v1").replace("{number}", "1").replace("{plan}", "x").replace("{table}", "x")
            )
            answer = interface["stranger"](method.upper(), address, {} if method in {"post", "put"} else None)
            assert answer.status == 401, f"{method} {path}: {answer.status}"


@pytest.mark.parametrize("who", ["viewer", "administrator"])
def test_neither_role_nor_scope_is_exceeded(interface, who):
    """Refusal: a viewer with every scope, and an administrator whose key may only read, change nothing."""
    call = interface[who]

    assert call("GET", "/tables/items").status == 200
    assert call("POST", "/tables/items", {"item": "NO"}).status == 403
    assert call("POST", "/jobs/plan", {}).status == 403
    assert call("POST", "/undo", {}).status == 403


def test_a_wrong_key_is_refused(interface):
    """Refusal: a key nobody gave."""
    from tests.api.calls import Caller

    assert Caller(interface["planner"].url, "qd_wrong")("GET", "/tables/items").status == 401
