"""Whether a payment event is genuine: the reading side of the header `Payment-Signature`."""

import hashlib
import hmac
import re
from typing import Final

TOLERANCE_SECONDS: Final = 300
"""A message older (or further ahead) than this is refused, so that a captured one is soon worthless."""

_HEADER: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def genuine(secret: str, header: str, body: bytes, now: float) -> bool:
    """Whether `header` signs exactly these bytes with our secret, at about this time.

    A replay inside the tolerance passes: what an event does is idempotent, so hearing it twice changes
    nothing.

    Args:
        secret: Shared with the payment service.
        header: `t=<unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">`.
        body: The bytes as received, before any parsing.
        now: Unix seconds.
    """
    match = _HEADER.fullmatch(header)
    if match is None:
        return False
    at, given = match.groups()
    expected = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(given, expected) and abs(now - int(at)) <= TOLERANCE_SECONDS
