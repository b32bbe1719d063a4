"""Values as people read them: their parts by name, and in which languages nothing is to be seen of them."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from storefront.console.flags.shapes import has_fields, leaves
from storefront.flags.declaration import Declaration
from storefront.flags.declared import Banner, HeaderLinks

_ISOLATE, _END = "\u2068", "\u2069"
# Characters that turn the direction of what follows them, or end an isolate that is none of theirs.
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_FROM_THE_RIGHT = frozenset({"R", "AL"})


def isolated(text: str) -> str:
    """What somebody typed, so that it does not scramble the sentence around it if it reads from the right."""
    text = text.translate(_TURNS)
    if not any(unicodedata.bidirectional(char) in _FROM_THE_RIGHT for char in text):
        return text
    return f"{_ISOLATE}{text}{_END}"


def value_parts(declared: Declaration, value: Any) -> tuple[tuple[str, str], ...]:
    """What a value consists of, each part with its name; one part without a name where it has none."""
    if declared.shape is not None and has_fields(declared.shape) and isinstance(value, dict):
        found = ((leaf.label, leaf.value) for leaf in leaves(declared.shape, value) if leaf.value.strip())
        return tuple((label, isolated(text)) for label, text in found)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return (("", isolated(text)),)


def unseen(declared: Declaration, value: Any, language: str) -> str:
    """Why shoppers of a language see nothing of a value, or not all of it; "" if they see it.

    `storefront.web.frame` leaves out what has no words in the language of the page.
    """
    if not isinstance(value, Mapping):
        return ""
    if declared.shape is Banner:
        return "" if value.get("text", {}).get(language, "").strip() else _no_text()
    if declared.shape is HeaderLinks:
        links = value.get("links", ())
        there = [one for one in links if one.get("label", {}).get(language, "").strip()]
        if not there:
            return _no_text()
        return (
            "" if len(there) == len(links) else _("not all of it: some links have no text in this language")
        )
    return ""


def hrefs_of(declared: Declaration, value: Any) -> tuple[str, ...]:
    """The addresses that a value leads to."""
    if not isinstance(value, Mapping):
        return ()
    if declared.shape is Banner:
        return (value["href"],) if value.get("href") else ()
    if declared.shape is HeaderLinks:
        return tuple(one["href"] for one in value.get("links", ()) if one.get("href"))
    return ()


def _no_text() -> str:
    return _("not shown: no text in this language")
