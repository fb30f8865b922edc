"""The HTML of a report."""

import hashlib
import json
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.files.report import Report, render_report
from quarterdeck.files.report.render import json_for_script

HEAD = {
    "company": "Bolt & Nut",
    "headline": "All is well.",
    "as_of": "Mon",
    "horizon": "13 weeks",
    "made": "",
    "version": "1",
}
VENDOR = files("quarterdeck.files.report") / "vendor"

texts = st.recursive(
    st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(texts)
def test_data_in_a_script_comes_back_and_cannot_end_it(value):
    """Any value is the same after the browser parsed it; no angle bracket or line separator is left bare."""
    text = str(json_for_script(value))
    assert json.loads(text) == value
    assert not re.search("[<>&\u2028\u2029]", text)


def test_numbers_that_are_none_are_refused():
    """JSON has no word for infinity: a chart's builder must leave it out."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_for_script([float("inf")])


def test_a_report_without_sections_is_a_head():
    """No section, no chart: the title, the sentence, and no charting library."""
    text = render_report(Report(HEAD))
    assert "Bolt &amp; Nut" in text
    assert "All is well." in text
    assert "<section" in text
    assert 'id="actions"' not in text
    assert "Apache ECharts" not in text


def test_problems_are_escaped_and_grouped():
    """A message with markup stays text."""
    group = {
        "severity": "error", "severity_words": "Error", "title": "Odd", "count": 7, "hint": "", "more": 6,
        "examples": [{"message": "<b>x</b>", "where": "items, 1", "hint": "Mend <it>."}],
    }  # fmt: skip
    text = render_report(Report(HEAD, {"problems": {"words": "7 errors", "groups": [group]}}))
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    assert "and 6 more like these" in text


def test_vendored_files_are_those_of_the_manifest():
    """Name, version, licence and checksum of everything that others wrote."""
    manifest = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
    for entry in manifest["files"]:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        for name in entry["licence_files"]:
            assert (VENDOR / name).is_file()


def test_no_script_ends_its_element():
    """None of the inlined scripts contains the end tag."""
    parts = files("quarterdeck.files.report") / "parts"
    for script in [VENDOR / "echarts.min.js", *(each for each in parts.iterdir() if each.name.endswith(".js"))]:
        assert "</script" not in script.read_text("utf-8").lower()
