"""Every kind of problem is documented."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"^[a-z]+(-[a-z]+)+$")
SEVERITIES = {"error", "warning", "info"}
TELLING = {"Problem", "Words", "refusal"}
"""Calls whose first constant in this form is a code, whatever their severity is."""


def codes_of(source: str) -> Iterator[str]:
    """Codes that calls in a module give to problems."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        constants = [value.value for value in _values(node) if isinstance(value, ast.Constant)]
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in TELLING or SEVERITIES & {constant for constant in constants if isinstance(constant, str)}:
            yield from [text for text in constants if isinstance(text, str) and CODE.match(text)][:1]


def _values(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def test_codes_are_found_in_calls():
    """By severity, by the name of the call, and by keyword."""
    calls = (
        'Problem("error", "a-b", "m")',
        'say("info", "c-d")',
        'refusal("e-f", "g-h")',
        'Words(x, code="i-j")',
        'say("k-l")',
    )
    source = "\n".join(calls)
    assert list(codes_of(source)) == ["a-b", "c-d", "e-f", "i-j"]


def test_every_code_is_on_the_page():
    """A planner who meets a code finds what it means and what to do."""
    page = (ROOT / "docs" / "reference" / "problems.md").read_text(encoding="utf-8")
    modules = (ROOT / "src" / "quarterdeck").rglob("*.py")
    used = {code for module in modules for code in codes_of(module.read_text(encoding="utf-8"))}
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", page, flags=re.MULTILINE))
    assert not sorted(used - documented), "codes without a line in docs/reference/problems.md"


def test_no_code_is_documented_twice():
    """One code, one meaning."""
    page = (ROOT / "docs" / "reference" / "problems.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([a-z-]+)` \|", page, flags=re.MULTILINE)
    assert len(documented) == len(set(documented))
