"""Amounts of money as people read them: every service that words one does it here."""

from typing import Final

# ISO 4217, list one: the currencies whose minor unit is not a hundredth.
_WITHOUT_MINOR_UNIT: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF"}
    | {"XPF"}
)
_THREE_DIGITS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def exponent(currency: str) -> int:
    """How many digits the minor unit of a currency has (ISO 4217)."""
    if currency in _WITHOUT_MINOR_UNIT:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def money_text(amount: int, currency: str) -> str:
    """Minor units as people write them: 10295, EUR -> `102.95 EUR`."""
    digits = exponent(currency)
    if not digits:
        return f"{amount:,} {currency}"
    whole, part = divmod(amount, 10**digits)
    return f"{whole:,}.{part:0{digits}d} {currency}"
