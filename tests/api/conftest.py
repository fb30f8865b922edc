"""A served workspace with a small company, and a key for its planner."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.api.calls import Caller
from tests.web.server import prepare, serve

PREPARE = """
import sys
from pathlib import Path
from quarterdeck.web.opening import open_for_web

current = open_for_web(Path(sys.argv[1]))
import polars as pl
from quarterdeck.model import TABLES
from quarterdeck.service import accounts
from quarterdeck.store import TableChange

items = pl.DataFrame({"item": ["LAMP", "A/B 1"], "name": ["Lamp", "Bolt"], "cost": [4.0, 0.25]})
current.workspace.commit({"items": TableChange(TABLES["items"].shape(items))}, author="test")
people = {user.name: user for user in accounts.users(current.workspace)}
everything = "read write plan decide"
for role, scopes in (("planner", everything), ("viewer", everything), ("administrator", "read")):
    print(role, accounts.add_access_token(current.workspace, people[role], "tests", tuple(scopes.split())))
"""


@pytest.fixture(scope="session")
def interface(tmp_path_factory):
    """Callers per role: a planner and a viewer with every scope, and an administrator whose key may only read."""
    workspace = tmp_path_factory.mktemp("interface")
    prepare(workspace)
    done = subprocess.run(
        [sys.executable, "-c", PREPARE, str(workspace)], capture_output=True, text=True, check=True, timeout=120
    )
    keys = dict(line.split() for line in done.stdout.splitlines())
    with serve(workspace) as running:
        yield {role: Caller(running.url, key) for role, key in keys.items()} | {"stranger": Caller(running.url, "")}
