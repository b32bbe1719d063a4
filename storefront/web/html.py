"""The only place where text from outside becomes trusted markup: merchandisers' HTML, and data in scripts.

The backend sanitises on the way in; this does it again on the way out with a list of its own, so that one
mistake over there does not become script here. Reviewed: keep both the list and the number of callers
short.
"""

import json
import re
from collections.abc import Iterable

import nh3
from markupsafe import Markup

from storefront.web.regions import site_href

_TAGS = frozenset(
    {
        "a", "b", "blockquote", "br", "caption", "dd", "dl", "dt", "em", "h2", "h3", "h4", "i", "li", "ol",
        "p", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope"}}
# Only these could end a script element (HTML Standard, 4.12.1.3) or break a line; JSON may escape them.
_IN_SCRIPT = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})
_SKIPPED = re.compile(r"[\t\n\r]")
_LEADING = "".join(map(chr, range(0x21)))
_OTHER_HOST = re.compile(r"[/\\]{2}")
_SCHEMES = frozenset({"https", "mailto", "tel"})


def trusted(text: str) -> Markup:
    """`text` reduced to paragraphs, lists, tables, emphasis and links; relative links stay on the shop.

    Links to other sites have to say so with a scheme.
    """
    cleaner = nh3.Cleaner(
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_without_hidden_hosts,
        url_schemes=set(_SCHEMES),
        link_rel="noopener nofollow",
        strip_comments=True,
    )
    return Markup(cleaner.clean(text))  # noqa: S704 - just cleaned with the list above


def _without_hidden_hosts(_tag: str, attribute: str, value: str) -> str | None:
    r"""A link of the shop in the current region; None for one that leads to another host without saying so.

    `//host`, `/\host` and the like do: browsers read a backslash as a slash, and skip white space and control
    characters (URL Standard, 4.4).
    """
    seen = _SKIPPED.sub("", value).lstrip(_LEADING)
    if attribute != "href":
        return value
    return None if _OTHER_HOST.match(seen) else site_href(value)


def own_words(text: str) -> Markup:
    """A text of the shop's own catalogues, which holds markup where it means it."""
    return Markup(text)  # noqa: S704 - ours, reviewed with the code


def own_markup(texts: Iterable[str]) -> Markup:
    """What the shop's templates rendered, and so escaped, put together; also out of the shop's own cache."""
    return Markup("".join(texts))  # noqa: S704 - rendered by templates


def script_json(data: object) -> Markup:
    """`data` as JSON that may stand in a script element as it is, whatever its texts hold."""
    text = json.dumps(data, ensure_ascii=False).translate(_IN_SCRIPT)
    return Markup(text)  # noqa: S704 - every character that HTML knows is escaped
