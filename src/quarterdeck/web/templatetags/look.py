"""Small parts that templates use: addresses of assets that change with their content, icons, data for scripts."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from django import template
from django.utils.html import format_html, json_script
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from quarterdeck.model import Company
from quarterdeck.service.views import wording
from quarterdeck.web.assets import CHARTS, PARTS
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
def why(number: str, title: str, **of: str) -> SafeString:
    """A link to the function and rows behind a number; ``of`` names the item, site or order whose rows they are."""
    drawing = mark_safe(ICONS["why"])  # noqa: S308 - our own drawing
    asked = urlencode({key: code for key, code in of.items() if code})
    return format_html(
        '<a class="why-link" href="/why/{}" title="Why this number" aria-label="Why: {}">'
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{}</svg></a>',
        f"{number}?{asked}" if asked else number, title, drawing,
    )  # fmt: skip


@register.simple_tag
def data(value: Any, element: str) -> SafeString:  # noqa: ANN401
    """Plain data for a script, escaped, in an element that the page's script reads."""
    return SafeString(json_script(value, element))


@register.filter
def item(values: Any, name: str) -> Any:  # noqa: ANN401
    """What a mapping holds under a name; nothing where there is none."""
    return values.get(name, "") if isinstance(values, dict) else ""


@register.filter
def grouped(number: float) -> str:
    """A number with thousands separated."""
    return wording.grouped(number)


@register.simple_tag
def vals(**values: Any) -> str:  # noqa: ANN401
    """What a button sends along, for ``hx-vals`` in single quotes."""
    return json.dumps({name: str(value) for name, value in values.items()})


@register.simple_tag
def pair(*texts: str) -> str:
    """Texts that belong together, such as order and line, in one value of a form."""
    return json.dumps([text or "" for text in texts])


@register.filter
def percent(share: float | None) -> str:
    """A share in per cent; nothing for what is not known."""
    return "" if share is None else wording.percent(share)


@register.filter
def points(share: float | None) -> str:
    """A difference of shares in percentage points, with its sign."""
    return "" if share is None else f"{'+' if share >= 0 else '−'}{abs(share) * 100:.1f}{wording.GAP}pts"


@register.filter
def money(amount: float | None, company: Company) -> str:
    """An amount in the company's currency."""
    return wording.money(amount, company.setting("currency", "EUR").strip().upper())


@register.simple_tag
def currency(company: Company) -> str:
    """The company's currency, looked up once for a list of amounts."""
    return company.setting("currency", "EUR").strip().upper()


@register.filter
def amount(value: float | None, currency: str) -> str:
    """An amount in a currency."""
    return wording.money(value, currency)


@functools.cache
def _digest(name: str) -> str:
    folder, *rest = name.split("/")
    path = {"charts": CHARTS, "parts": PARTS}.get(folder, STATIC / folder).joinpath(*rest)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
