"""The guide on mappings says what works: its example is run, its list of functions is complete."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest

from quarterdeck.files.mapping import apply_mapping
from quarterdeck.files.mapping.functions import GROUPS
from quarterdeck.files.mapping.syntax import parse
from quarterdeck.model import Company

GUIDE = (Path(__file__).parents[3] / "docs" / "guides" / "mappings.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.DOTALL)


def test_the_example_of_the_guide_gives_what_the_guide_says(tmp_path):
    """Two items, one open order line, three days and parts of history on 5 March."""
    folder = tmp_path / "export"
    folder.mkdir()
    parts, lines = [text for language, text in BLOCKS if language == "csv"]
    (folder / "parts.csv").write_text(parts, encoding="utf-8")
    (folder / "order_lines.csv").write_text(lines, encoding="utf-8")
    mapping = tmp_path / "shop.toml"
    mapping.write_text(next(text for language, text in BLOCKS if language == "toml"), encoding="utf-8")
    mapped = apply_mapping(folder, mapping, dt.date(2026, 3, 5))
    assert not mapped.problems
    company = Company.of(**mapped.frames)
    assert dict(company["items"].select("item", "source").iter_rows()) == {"01": "buy", "02": "make"}
    assert company["sales_orders"].select("order", "quantity").rows() == [("SO7", 40.0)]
    assert company["demand_history"].height == 3


def test_every_function_is_in_the_guide():
    """With its arguments and its meaning."""
    for functions in GROUPS.values():
        for function in functions:
            assert f"| `{function.name}({function.arguments})` | {function.meaning} |" in GUIDE


@pytest.mark.parametrize("text", [text for language, text in BLOCKS if language == "toml"])
def test_every_piece_of_the_guide_is_in_the_language(text):
    """Each TOML block can be read, and each expression in it parsed."""

    def expressions(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in {"let", "columns", "then", "values"} and all(isinstance(one, str) for one in inner.values()):
                    yield from inner.values()
                elif key in {"where", "having"}:
                    yield from [inner] if isinstance(inner, str) else inner
                else:
                    yield from expressions(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from expressions(inner)

    for expression in expressions(tomllib.loads(text)):
        parse(expression)
