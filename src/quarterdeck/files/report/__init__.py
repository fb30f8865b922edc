"""One self-contained HTML file of a plan: it opens offline, prints well and asks no other host for anything."""

from quarterdeck.files.report.content import Report
from quarterdeck.files.report.render import render_report

__all__ = ["Report", "render_report"]
