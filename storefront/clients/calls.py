"""How the calls of all clients are put together: the query of a market, conditions, and what opens things."""

import re
from collections.abc import Mapping

from storefront.core import FieldProblem, Invalid, NotFound, Unauthorized
from storefront.http import QueryValue, RestClient

# What the contracts allow in an Idempotency-Key, and what HTTP allows in a header (RFC 9110 section 5.5),
# spaces left out.
_KEY = re.compile(r"[A-Za-z0-9_:.-]{8,255}")
_VISIBLE = re.compile(r"[\x21-\x7e]+")


def in_market(market: str, locale: str) -> dict[str, QueryValue]:
    """The query that every answer in a language for a market needs."""
    return {"market": market, "locale": locale}


def if_match(version: int) -> str:
    """The entity tag of one version: the version in double quotes."""
    return f'"{version}"'


def bearer(rest: RestClient, operation: str, token: str) -> Mapping[str, str]:
    """The header of a signed-in customer. A token that no header can hold is Unauthorized, without a call."""
    if not _VISIBLE.fullmatch(token):
        raise Unauthorized(rest.upstream.name, operation, status=401, code="unauthorized")
    return {"Authorization": f"Bearer {token}"}


def secret(rest: RestClient, operation: str, header: str, value: str) -> Mapping[str, str]:
    """The header of what opens a guest's thing. One that no header can hold opens nothing: NotFound."""
    if not _VISIBLE.fullmatch(value):
        raise NotFound(rest.upstream.name, operation, status=404, code="not_found")
    return {header: value}


def checked_key(rest: RestClient, operation: str, key: str) -> str:
    """The key, if the contracts allow it; it may come from a form, so another is Invalid, without a call."""
    if not _KEY.fullmatch(key):
        problem = FieldProblem("Idempotency-Key", "pattern", "This form cannot be sent again.")
        raise Invalid(rest.upstream.name, operation, status=422, code="validation_failed", errors=(problem,))
    return key
