"""A process killed at any moment leaves a workspace that is as before or as after what it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.kill import kill_often

KILLS = 8


@pytest.mark.slow
def test_kills_leave_nothing_torn(tmp_path: Path) -> None:
    """Law: after SIGKILL in imports, commits, undos and plan saves the content is that of a committed state."""
    result = kill_often(tmp_path, KILLS, seed=3)
    assert result["torn"] == []
    assert sum(result["during"].values()) == KILLS
