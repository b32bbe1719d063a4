"""HTML from outside, cut down to what a page may hold: paragraphs, lists, emphasis, headings and links."""

import html
import re

import nh3

_TAGS = {
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
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "template", "noscript", "iframe", "svg", "math"},
    attributes={"a": {"href"}},
    url_schemes={"https", "mailto", "tel"},
    link_rel="noopener",
    strip_comments=True,
)


def sanitise(source: str) -> str:
    """`source` with every tag, attribute and address that isn't allowed taken out; relative links stay."""
    return _CLEANER.clean(source).strip()


def plain_text(source: str, longest: int) -> str:
    """The words of some HTML on one line, cut at a word to at most `longest` characters."""
    words = re.sub(r"<[^>]+>", " ", sanitise(source))
    text = re.sub(r"\s+", " ", html.unescape(words)).strip()
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
