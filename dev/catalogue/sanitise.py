"""HTML bodies from strangers, cut down to what a product description needs by the backend's own rules."""

from __future__ import annotations

import re
from typing import Final

from apptier.kit.markup import plain_text, sanitise

_BLOCK: Final = re.compile(r"<(?:p|ul|ol|h[2-4]|blockquote|dl)\b")


def description(body: str) -> str:
    """`body` with safe tags only, links `rel="noopener nofollow"`; bare text becomes a paragraph."""
    clean = sanitise(body)
    if not clean or not plain_text(clean):
        return ""
    return clean if _BLOCK.search(clean) else f"<p>{clean}</p>"
