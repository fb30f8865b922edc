"""How laws are tried: with the same examples in every run, so that a change tells by itself what it broke.

``HYPOTHESIS_PROFILE=explore`` draws new ones each time. Coverage does not watch laws: two hundred examples of what
other tests run once take two thirds longer when each line is counted. Nor does it watch browsers, whose pages run in a
process of their own.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

BROWSERS = Path(__file__).parent / "web"
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Laws and browsers are run without counting lines."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)) or BROWSERS in item.path.parents:
            item.add_marker(pytest.mark.no_cover)
