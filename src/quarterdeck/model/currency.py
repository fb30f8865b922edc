"""How currencies are written."""

from __future__ import annotations

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "JPY": "¥", "INR": "₹", "CNY": "¥"}
"""Signs by ISO 4217 code."""


def sign_of(currency: str) -> str:
    """The sign of a currency, or its code.

    >>> sign_of("eur"), sign_of("SEK"), sign_of("€")
    ('€', 'SEK', '€')
    """
    code = currency.strip()
    return SIGNS.get(code.upper(), code)
