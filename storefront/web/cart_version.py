"""The version of the cart that a form was made from, as cart and checkout post it (If-Match)."""

NO_VERSION = 0
"""A version that no cart has: the contract counts from 1."""
_MOST_DIGITS = 9


def parse_version(text: str) -> int:
    """The cart's version that a form names; NO_VERSION for what is none, which is as good as an old one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else NO_VERSION
