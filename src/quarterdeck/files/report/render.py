"""A report as the text of one HTML file: template, style, scripts and figures in one."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from quarterdeck.files.report.content import Report

SCRIPTS = ("page.js", "theme.js", "clock.js", "gantt.js", "curves.js", "start.js")
SECTIONS = ("tiles", "figures", "actions", "late", "schedule", "load", "stock", "demand", "cash", "problems")
CHARTS = ("schedule", "stock", "demand", "cash")
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def render_report(report: Report) -> str:
    """The HTML of a report; every text in it is escaped, in the page as in the data of its scripts."""
    template = _environment().get_template("report.html")
    return template.render(
        head=report.head,
        sections=dict.fromkeys(SECTIONS) | dict(report.sections),
        charts=dict.fromkeys(CHARTS) | dict(report.charts),
        data=json_for_script(dict(report.charts)),
        style=_inlined("report.css"),
        script=Markup("\n").join(_inlined(name) for name in SCRIPTS),
        echarts=_vendored("echarts.min.js") if report.charts else "",
    )


def json_for_script(value: Any) -> Markup:  # noqa: ANN401 - any JSON value
    r"""``value`` as JSON that cannot end the script element it stands in.

    >>> str(json_for_script(["</script>"]))
    '["\\u003c/script\\u003e"]'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char, escape in UNSAFE.items():
        text = text.replace(char, escape)
    return Markup(text)  # noqa: S704 - escaped above for the place where it stands


def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_part),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _part(name: str) -> str:
    return (files("quarterdeck.files.report") / "parts" / name).read_text("utf-8")


def _inlined(name: str) -> Markup:
    return Markup(_part(name))  # noqa: S704 - our own files


def _vendored(name: str) -> Markup:
    return Markup((files("quarterdeck.files.report") / "vendor" / name).read_text("utf-8"))  # noqa: S704 - our own files
