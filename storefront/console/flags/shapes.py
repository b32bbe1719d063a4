"""Values that have parts (a banner, links of the menu) as fields of a form, by the type that they have.

What can be typed is found in the type itself: a text, one of a few words, a text in each language, and rows
of such things. A type that has anything else is edited as JSON.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from msgspec import inspect

from storefront.web.forms import clean
from storefront.web.regions import LANGUAGES

SHAPED = "shaped"
"""The field, after the value's own prefix, that says that its parts are sent as fields."""
_MOST_ROWS = 4
_MOST_TEXT = 300
_WORDS: dict[str, str | Promise] = {
    "kind": _lazy("Kind"),
    "text": _lazy("Text"),
    "href": _lazy("Leads to"),
    "label": _lazy("Label"),
    "links": _lazy("Link"),
}
_HINTS: dict[str, str | Promise] = {
    "href": _lazy("An address of this shop without its region, which begins with “/”: /c/textiles/"),
}
_AT = re.compile(r"\.(\w+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One field: what follows the value's prefix in its name, its label, and the `words` to choose from.

    `hint` says what can be typed, where the label does not.
    """

    name: str
    label: str
    value: str
    words: tuple[str, ...] = ()
    most: int = _MOST_TEXT
    hint: str = ""


@cache
def has_fields(shape: type | None) -> bool:
    """Whether values of this type can be typed in fields."""
    return shape is not None and _known(inspect.type_info(shape))


def leaves(shape: type, value: Any) -> tuple[Leaf, ...]:
    """The fields of a value, in the order of the type's own."""
    return tuple(_leaves(inspect.type_info(shape), "", "", value))


def composed(shape: type, data: Mapping[str, str], prefix: str) -> Any:
    """The value that was typed into the fields whose names begin with `prefix`; nothing is checked."""
    return _composed(inspect.type_info(shape), prefix, data)


def leaf_at(path: str) -> str:
    """What the name of a field begins with for a place such as "$.links[0].href": "links-1-href"."""
    found = _AT.findall(path)
    return "-".join(name or str(int(number) + 1) for name, number in found)


def _known(info: inspect.Type) -> bool:
    match info:
        case inspect.StrType() | inspect.LiteralType():
            return True
        case inspect.DictType():
            return isinstance(info.value_type, inspect.StrType)
        case inspect.VarTupleType():
            return _known(info.item_type)
        case inspect.StructType():
            return all(_known(field.type) for field in info.fields)
    return False


def _leaves(info: inspect.Type, name: str, label: str, value: Any) -> Iterator[Leaf]:
    match info:
        case inspect.LiteralType():
            words_there = tuple(str(one) for one in info.values)
            yield Leaf(name, label, str(value or words_there[0]), words_there)
        case inspect.DictType():
            given = value if isinstance(value, dict) else {}
            for code, language in LANGUAGES.items():
                words = _("%(label)s, %(language)s") % {"label": label, "language": language.name}
                yield from _leaves(info.value_type, f"{name}-{code}", words, given.get(code))
        case inspect.VarTupleType():
            given_rows = value if isinstance(value, list) else []
            for n in range(1, _rows(info) + 1):
                row = given_rows[n - 1] if n <= len(given_rows) else None
                yield from _leaves(info.item_type, f"{name}-{n}", f"{label} {n}", row)
        case inspect.StructType():
            given = value if isinstance(value, dict) else {}
            for field in info.fields:
                words = str(_WORDS.get(field.name, field.name))
                below = f"{name}-{field.name}" if name else field.name
                whole = _("%(label)s: %(part)s") % {"label": label, "part": words} if label else words
                yield from _leaves(field.type, below, whole, given.get(field.name))
        case inspect.StrType():
            hint = str(_HINTS.get(name.rpartition("-")[2], ""))
            yield Leaf(name, label, str(value or ""), most=info.max_length or _MOST_TEXT, hint=hint)


def _composed(info: inspect.Type, name: str, data: Mapping[str, str]) -> Any:
    match info:
        case inspect.DictType():
            typed = {code: _composed(info.value_type, f"{name}-{code}", data) for code in LANGUAGES}
            return {code: text for code, text in typed.items() if text}
        case inspect.VarTupleType():
            rows = [_composed(info.item_type, f"{name}-{n}", data) for n in range(1, _rows(info) + 1)]
            return [row for row in rows if not _is_blank(row)]
        case inspect.StructType():
            return {one.name: _composed(one.type, f"{name}-{one.name}", data) for one in info.fields}
    return clean(data.get(name, ""))


def _rows(info: inspect.VarTupleType) -> int:
    return min(info.max_length or _MOST_ROWS, _MOST_ROWS)


def _is_blank(value: Any) -> bool:
    return not any(value.values()) if isinstance(value, dict) else not value


def decoded(text: str) -> Any:
    """The value that a JSON text stands for; None for what is none."""
    try:
        return msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError):
        return None
