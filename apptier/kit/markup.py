"""HTML from outside, cut down to what a page may hold: paragraphs, lists, emphasis, headings and links."""

import html
import re

import nh3

TAGS = {
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
    tags=TAGS,
    clean_content_tags={"script", "style", "template", "noscript", "iframe", "svg", "math"},
    attributes={"a": {"href"}},
    url_schemes={"https", "mailto", "tel"},
    link_rel="noopener nofollow",
    strip_comments=True,
)


def sanitise(source: str) -> str:
    """`source` with every tag, attribute and address that isn't allowed taken out; relative links stay."""
    return _CLEANER.clean(source).strip()


def plain_text(source: str, longest: int | None = None) -> str:
    """The words of some HTML on one line, cut at a word to `longest` characters if given."""
    words = re.sub(r"<[^>]+>", " ", sanitise(source))
    text = re.sub(r"\s+", " ", html.unescape(words)).strip()
    if longest is None or len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
