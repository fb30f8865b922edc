"""Small parts that templates use: addresses of assets that change with their content, icons, data for scripts."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

from django import template
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from quarterdeck.web.assets import CHARTS
from quarterdeck.web.icons import ICONS

register = template.Library()
STATIC = Path(__file__).parents[1] / "static"


@register.simple_tag
def asset(name: str) -> str:
    """The address of a file of ours; it carries a hash, so that browsers may keep it for good."""
    return f"/static/{name}?v={_digest(name)}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of 16 pixels that takes the colour of the text."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        mark_safe(ICONS.get(name, "")),  # noqa: S308 - our own drawings
    )


@register.simple_tag
def data(value: Any, element: str) -> SafeString:  # noqa: ANN401
    """Plain data for a script, escaped, in an element that the page's script reads."""
    return SafeString(json_script(value, element))


@functools.cache
def _digest(name: str) -> str:
    folder, *rest = name.split("/")
    path = CHARTS.joinpath(*rest) if folder == "charts" else STATIC.joinpath(folder, *rest)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
