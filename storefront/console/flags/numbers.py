"""Whole numbers that a form or an address brings along: versions and revisions, from whoever sends them."""

import re

# Digits of ASCII alone: `str.isdigit` also knows "²", which `int` does not. No count has fifteen of them.
_WHOLE = re.compile(r"[0-9]{1,15}\Z")


def whole_number(typed: str) -> int | None:
    """The number, None for what is none."""
    return int(typed) if _WHOLE.match(typed) else None
