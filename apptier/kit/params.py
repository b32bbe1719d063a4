"""The parameters that all contracts share, as FastAPI dependencies."""

import re
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from apptier.kit.markets import Market, locale_for, market_or_404
from apptier.kit.models import LOCALE, MARKET
from apptier.kit.problems import Fault, precondition_required, validation_failed, version_mismatch

_LONGEST_IF_MATCH = 64
_LONGEST_VERSION = 18


def _market(market: Annotated[str, Query(pattern=MARKET)]) -> Market:
    return market_or_404(market)


def _locale(locale: Annotated[str, Query(pattern=LOCALE)]) -> str:
    return locale_for(locale)


def _if_match(request: Request) -> int:
    """The version in If-Match. Missing is 428, odd is 422; a version too large to exist is 412."""
    given = request.headers.getlist("if-match")
    if not given:
        raise precondition_required()
    fits = len(given) == 1 and len(given[0]) <= _LONGEST_IF_MATCH
    found = re.fullmatch(r'"(\d+)"', given[0], re.ASCII) if fits else None
    if found is None:
        fault = Fault(
            "If-Match", "string_pattern_mismatch", 'If-Match must be a version in quotes, such as "3".'
        )
        raise validation_failed([fault])
    if len(found[1]) > _LONGEST_VERSION:
        raise version_mismatch(1)
    return int(found[1])


MarketParam = Annotated[Market, Depends(_market)]
LocaleParam = Annotated[str, Depends(_locale)]
CursorParam = Annotated[
    str | None, Query(alias="cursor", min_length=1, max_length=512, pattern=r"^[A-Za-z0-9_-]+$")
]
LimitParam = Annotated[int, Query(alias="limit", ge=1, le=100)]
DEFAULT_LIMIT = 24
IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=255, pattern=r"^[A-Za-z0-9_:.-]+$")
]
IfMatch = Annotated[int, Depends(_if_match)]


def etag(version: int) -> dict[str, str]:
    """The ETag header of a version."""
    return {"ETag": f'"{version}"'}
