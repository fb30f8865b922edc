"""How currencies are written."""

from __future__ import annotations

from decimal import Decimal

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "JPY": "¥", "INR": "₹", "CNY": "¥"}
"""Signs by ISO 4217 code."""


def sign_of(currency: str) -> str:
    """The sign of a currency, or its code.

    >>> sign_of("eur"), sign_of("SEK"), sign_of("€")
    ('€', 'SEK', '€')
    """
    code = currency.strip()
    return SIGNS.get(code.upper(), code)


def priced(amount: Decimal | float, currency: str, decimals: int = 0) -> str:
    """An amount with its currency, in whole units unless more decimals are asked for.

    >>> priced(-1234.5, "EUR"), priced(5.274, "SEK", 2), priced(0.2, "")
    ('−€ 1,234', 'SEK 5.27', '0')
    """
    minus = "−" if round(float(amount), decimals) < 0 else ""
    return f"{minus}{sign_of(currency)} {abs(amount):,.{decimals}f}".replace("− ", "−").strip()
