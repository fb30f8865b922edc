"""How laws are tried: with the same examples in every run, so that a change tells by itself what it broke.

``HYPOTHESIS_PROFILE=explore`` draws new ones each time. Coverage does not watch laws: two hundred examples of what
other tests run once take two thirds longer when each line is counted.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import is_hypothesis_test, settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Laws are run without counting lines."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.no_cover)
