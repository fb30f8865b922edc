"""What keeps strangers and mistakes out: lock-out, sessions, forged requests, headers, sizes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.web.server import PASSWORD, prepare

TRY = """
import json, sys
from pathlib import Path
from quarterdeck.web.opening import open_for_web

current = open_for_web(Path(sys.argv[1]))
from django.test import Client

def signed_in(role):
    client = Client(raise_request_exception=False)
    client.post("/sign-in", {"name": role, "password": sys.argv[2]}, REMOTE_ADDR="10.0.0.9")
    return client

found = {}
stranger = Client()
stranger.get("/sign-in")
tries = [stranger.post("/sign-in", {"name": "viewer", "password": f"guess {n}"}) for n in range(6)]
found["tries"] = [each.status_code for each in tries]
found["told"] = tries[-1].content.decode()
right = stranger.post("/sign-in", {"name": "viewer", "password": sys.argv[2]})
found["right_password_while_locked"] = right.status_code
elsewhere = stranger.post("/sign-in", {"name": "planner", "password": sys.argv[2]})
found["others_may"] = elsewhere.status_code

client = Client()
client.get("/sign-in")
client.session.save()
session = client.session
session["before"] = 1
session.save()
client.cookies["sessionid"] = session.session_key
before = session.session_key
answer = client.post("/sign-in", {"name": "buyer", "password": sys.argv[2]}, REMOTE_ADDR="10.0.0.8")
found["rotated"] = client.cookies["sessionid"].value != before
cookie = client.cookies["sessionid"]
found["cookie"] = [bool(cookie["httponly"]), cookie["samesite"]]
other = signed_in("buyer")
client.post("/settings/password", {"old": sys.argv[2], "password": "another long one", "again": "another long one"})
found["own_session_stays"] = client.get("/data").status_code
found["other_session_ends"] = other.get("/data").status_code

strict = Client(enforce_csrf_checks=True)
strict.force_login(__import__("quarterdeck.service.accounts", fromlist=["users"]).users(current.workspace)[0],
                   backend="django.contrib.auth.backends.ModelBackend")
for path in ("/data/items/edit", "/import/upload", "/settings/empty", "/data/undo", "/settings/keys"):
    found.setdefault("forged", []).append(strict.post(path, {}).status_code)

page = signed_in("planner").get("/data")
found["headers"] = {name: page.headers.get(name, "") for name in
                    ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy")}
large = signed_in("planner").post("/import/upload", {}, CONTENT_LENGTH=str(400 << 20))
found["large"] = [large.status_code, large.content.decode()]
body = signed_in("planner").post("/data/items/edit", {}, CONTENT_LENGTH=str(40 << 20))
found["large_body"] = [body.status_code, body.content.decode()]
kept = signed_in("planner").get("/data/items").content.decode()
found["escaped"] = "</script><script>" in kept

operator = signed_in("operator")
found["operator"] = [operator.get(path).status_code for path in ("/data", "/import", "/search?q=a", "/settings")]
guarded = {"edits": [{"ref": "n", "values": {"kpi": "late_orders", "target": "1"}}]}
refusal = signed_in("planner").post("/data/kpi_targets/edit", json.dumps(guarded), content_type="application/json")
found["guarded"] = [refusal.status_code, refusal.json()["message"]]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """What came of many tries, in a workspace without data."""
    workspace = tmp_path_factory.mktemp("tried")
    prepare(workspace)
    done = subprocess.run(
        [sys.executable, "-c", TRY, str(workspace), PASSWORD], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_failed_tries_lock_the_name_out(tried):
    """Refusal: after five tries even the right password does not help, from that machine; others still come in."""
    assert tried["tries"][:4] == [400] * 4
    assert tried["tries"][-1] == 429
    assert "Too many failed tries. Wait 15 minutes" in tried["told"]
    assert tried["right_password_while_locked"] == 429
    assert tried["others_may"] == 302


def test_signing_in_makes_a_new_session(tried):
    """Law: a session that a stranger may know does not become a person's."""
    assert tried["rotated"]
    assert tried["cookie"] == [True, "Lax"]


def test_a_new_password_ends_the_other_sessions(tried):
    """Law: only the session in which it was changed goes on."""
    assert tried["own_session_stays"] == 200
    assert tried["other_session_ends"] == 302


def test_forged_requests_are_refused(tried):
    """Refusal: without the token nothing is written."""
    assert tried["forged"] == [403] * 5


def test_every_page_says_what_it_may_load(tried):
    """Law: scripts and styles only from here, no frames, no guessing of kinds."""
    policy = tried["headers"]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert "unsafe-eval" not in policy
    assert tried["headers"]["X-Frame-Options"] == "DENY"
    assert tried["headers"]["X-Content-Type-Options"] == "nosniff"
    assert tried["headers"]["Referrer-Policy"] == "same-origin"


def test_what_is_too_large_is_refused_in_words(tried):
    """Refusal: how much may be sent, how much was announced, what to do."""
    assert tried["large"] == [413, "Expected at most 200 MB, got 400 MB. Import it in parts."]
    assert tried["large_body"] == [413, "Expected at most 12 MB, got 40 MB. Import it in parts."]
    assert not tried["escaped"]


def test_roles_hold_for_tables_too(tried):
    """Refusal: an operator sees no data, a planner changes no targets."""
    assert tried["operator"] == [403, 403, 403, 200]
    assert tried["guarded"] == [403, "This needs the right to change planning settings and goals."]
