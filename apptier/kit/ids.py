"""Identifiers and secrets."""

import hashlib
import hmac
import secrets
import time

# Crockford's base 32: no I, L, O or U, so that nobody reads one for another.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_CHARS = 10
_RANDOM_CHARS = 16


def new_id(prefix: str) -> str:
    """A fresh id such as `crt_01HZX3V9Q8...`: 48 bits of time, then 80 random bits (the layout of a ULID)."""
    number = time.time_ns() // 1_000_000
    stamp = ""
    for _ in range(_TIME_CHARS):
        number, rest = divmod(number, 32)
        stamp = CROCKFORD[rest] + stamp
    return f"{prefix}_{stamp}" + "".join(secrets.choice(CROCKFORD) for _ in range(_RANDOM_CHARS))


def new_secret() -> str:
    """256 random bits, URL-safe, 43 characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 of a high-entropy secret in hex: what is stored, so that a dump of the table opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same_secret(given: str, expected: str) -> bool:
    """Whether two texts are equal, in a time that doesn't depend on where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())
