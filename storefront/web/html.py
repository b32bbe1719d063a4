"""The only place where HTML from outside becomes trusted: what merchandisers write about products and pages.

The backend sanitises on the way in; this does it again on the way out with a list of its own, so that one
mistake over there does not become script here. Reviewed: keep both the list and the number of callers
short.
"""

import nh3
from markupsafe import Markup

_TAGS = frozenset(
    {
        "a", "b", "blockquote", "br", "caption", "dd", "dl", "dt", "em", "h2", "h3", "h4", "i", "li", "ol",
        "p", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope"}}
_SCHEMES = frozenset({"https", "mailto", "tel"})


def trusted(text: str) -> Markup:
    """`text` reduced to paragraphs, lists, tables, emphasis and links; relative links stay on the shop."""
    cleaner = nh3.Cleaner(
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="noopener nofollow",
        strip_comments=True,
    )
    return Markup(cleaner.clean(text))  # noqa: S704 - just cleaned with the list above
