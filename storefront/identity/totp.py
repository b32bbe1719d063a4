"""Codes of an authenticator (TOTP, RFC 6238): what phones show, computed here for twins, tests and trials.

The pool checks the codes of real people; nothing in a request depends on this.
"""

import base64
import hashlib
import hmac
import secrets

STEP_SECONDS = 30
_DIGITS = 6
_SECRET_BYTES = 20  # the length of an HMAC-SHA-1 key that RFC 4226, section 4, asks for


def new_totp_secret() -> str:
    """A secret in base 32, as authenticators want to be told it."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def totp_code(secret: str, at: float) -> str:
    """The six digits of `secret` (base 32) at `at`, in seconds since 1970."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    mac = hmac.new(key, int(at // STEP_SECONDS).to_bytes(8, "big"), hashlib.sha1).digest()
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def totp_matches(secret: str, code: str, at: float) -> bool:
    """Whether `code` is right now, or was or will be one step away: phones' clocks differ."""
    around = (totp_code(secret, at + step * STEP_SECONDS) for step in (-1, 0, 1))
    return any(hmac.compare_digest(one.encode(), code.encode()) for one in around)
