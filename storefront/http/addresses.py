"""Addresses built so that nothing a shopper types can reach another path, host or header.

Values go into a path percent-encoded, down to the last reserved character. Values that no encoding can make
safe are refused: `.` and `..` (removed by servers, RFC 3986 section 5.2.4), slashes (many servers decode %2F
before they choose a route), and control characters.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

QueryValue = str | int | bool | Sequence[str] | Sequence[int] | None

_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOST_SEGMENT = 512


class ImpossibleSegment(ValueError):  # noqa: N818 - reads as what it is
    """A value that cannot name anything in a path. `RestClient` answers it as NotFound, without a call."""


def build_url(
    base_url: str,
    template: str,
    params: Mapping[str, str | int],
    query: Mapping[str, QueryValue] | None,
) -> str:
    """`base_url` + `template` with its `{names}` filled from `params`, + the query.

    Query values that are None are left out, lists repeat their key, booleans are `true` and `false`.
    Raises ImpossibleSegment for a value that may not stand in a path, and ValueError when template and
    params do not name the same things (a bug of the caller).
    """
    names = set(_PLACEHOLDER.findall(template))
    if names != set(params):
        raise ValueError(f"{template} takes {sorted(names)}, got {sorted(params)}")
    path = _PLACEHOLDER.sub(lambda match: _segment(params[match.group(1)]), template)
    url = base_url.rstrip("/") + "/" + path.lstrip("/")
    pairs = _pairs(query or {})
    return f"{url}?{urlencode(pairs)}" if pairs else url


def _segment(value: str | int) -> str:
    text = str(value)
    if text in {"", ".", ".."} or len(text) > _MOST_SEGMENT or "/" in text or "\\" in text:
        raise ImpossibleSegment("not a name")
    if _CONTROL.search(text):
        raise ImpossibleSegment("control character in a name")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError as error:
        raise ImpossibleSegment("not a Unicode text") from error


def _pairs(query: Mapping[str, QueryValue]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in query.items():
        if value is None:
            continue
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        pairs += [(key, _query_text(one)) for one in values]
    return pairs


def _query_text(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A lone surrogate cannot be encoded; a search for it finds nothing, as a search for "?" does.
    return str(value).encode("utf-8", "replace").decode("utf-8")
