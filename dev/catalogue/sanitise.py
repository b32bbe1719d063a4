"""HTML bodies from strangers, cut down to what a product description needs."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import nh3

TAGS: Final = frozenset(
    {
        "p",
        "br",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "b",
        "i",
        "a",
        "h2",
        "h3",
        "h4",
        "blockquote",
        "dl",
        "dt",
        "dd",
    }
)
_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style", "template", "noscript", "iframe", "svg", "math"},
    attributes={"a": {"href"}},
    url_schemes={"https", "mailto", "tel"},
    link_rel="noopener nofollow",
    strip_comments=True,
)
_TAG: Final = re.compile(r"<[^>]+>")
_BLOCK: Final = re.compile(r"<(?:p|ul|ol|h[2-4]|blockquote|dl)\b")


def description(body: str) -> str:
    """`body` with safe tags only, links `rel="noopener nofollow"`; bare text becomes a paragraph."""
    clean = _CLEANER.clean(body).strip()
    if not clean or not plain(clean):
        return ""
    return clean if _BLOCK.search(clean) else f"<p>{clean}</p>"


def plain(html: str, longest: int | None = None) -> str:
    """The words of some HTML on one line, cut at a word to at most `longest` characters."""
    text = " ".join(unescape(_TAG.sub(" ", html)).split())
    if longest is None or len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
