"""What a report is made of, already worded: texts for the page, numbers for the charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Report:
    """A plan as a page.

    Parameters
    ----------
    head
        ``company``, ``headline``, ``as_of``, ``horizon``, ``made`` (empty if unknown) and ``version``.
    sections
        What the template shows, by name: ``tiles``, ``figures``, ``actions``, ``late``, ``load``, ``cash``,
        ``problems``, mappings of texts. A section that is absent leaves no hole.
    charts
        Numbers of the charts, by name: ``schedule``, ``stock``, ``demand``, ``cash``; JSON values only. A chart that
        is absent has no section.
    """

    head: Mapping[str, str]
    sections: Mapping[str, Any] = field(default_factory=dict)
    charts: Mapping[str, Any] = field(default_factory=dict)
