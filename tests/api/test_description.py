"""The interface does what its description says, whatever it is sent."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKS = "not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance"


@pytest.mark.slow
def test_made_up_calls_meet_no_failure_and_no_surprise(interface):
    """Law: generated calls of every operation are answered as described, never by a failure of ours."""
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists() and shutil.which("schemathesis") is None:
        pytest.skip("needs schemathesis")
    call = interface["planner"]
    done = subprocess.run(
        [
            str(program), "run", f"{call.url}/api/v1/openapi.json", "-H", f"Authorization: Bearer {call.key}",
            "--max-examples", "1", "--phases", "fuzzing", "--generation-deterministic", "--no-color",
            "--checks", CHECKS,
        ],
        capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-6000:]
