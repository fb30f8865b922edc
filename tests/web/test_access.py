"""Every route as every role: who may, who may not, and that none is forgotten."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.web.server import PASSWORD, prepare

TABLE = tomllib.loads((Path(__file__).parent / "access.toml").read_text(encoding="utf-8"))
WALK = """
import json, re, sys
from pathlib import Path
from quarterdeck.web.opening import open_for_web

current = open_for_web(Path(sys.argv[1]))
from django.test import Client
from django.urls import get_resolver
from quarterdeck.service import accounts
from quarterdeck.web.routes import ROUTES

def address(route):
    return "/" + re.sub(r"<(?:(\\w+):)?\\w+>", lambda each: "1" if each.group(1) == "int" else "x", route.path)

found = {"routes": [route.name for route in ROUTES], "answers": []}
people = {user.role: user for user in accounts.users(current.workspace)}
for route in ROUTES:
    for role in ["anyone", *people]:
        client = Client(raise_request_exception=False)
        if role != "anyone":
            client.force_login(people[role], backend="django.contrib.auth.backends.ModelBackend")
        method = route.methods[0]
        answer = client.generic(method, address(route), data=b"{}", content_type="application/json")
        place = answer.headers.get("Location", "")
        found["answers"].append([route.name, role, method, answer.status_code, place])
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The answers of all routes to all roles, in a workspace without data."""
    workspace = tmp_path_factory.mktemp("walked")
    prepare(workspace)
    done = subprocess.run(
        [sys.executable, "-c", WALK, str(workspace), PASSWORD], capture_output=True, text=True, check=True, timeout=300
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_every_route_stands_in_the_table(walked):
    """Law: a route that nobody decided about does not exist."""
    listed = {name for entry in TABLE.values() for name in entry["routes"]}

    assert set(walked["routes"]) == listed


def test_nobody_gets_in_without_the_right(walked):
    """Law: who is not in the table is asked to sign in, or refused."""
    for name, role, method, status, place in walked["answers"]:
        if name in TABLE["anyone"]["routes"] or name in TABLE[role]["routes"]:
            continue
        refused = status in {401, 403} or (role == "anyone" and status == 302 and place.startswith("/sign-in"))
        assert refused, f"{role} {method} {name}: {status} {place}"


def test_who_has_the_right_gets_in(walked):
    """Law: who stands in the table is not refused and meets no failure of ours."""
    for name, role, method, status, place in walked["answers"]:
        if role == "anyone" or name not in TABLE[role]["routes"]:
            continue
        assert status not in {401, 403} | set(range(500, 600)), f"{role} {method} {name}: {status} {place}"
