"""The values of signing in: tokens, challenges, the person. Secrets stay out of their repr."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ChallengeName = Literal[
    "NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP", "MFA_SETUP", "WEB_AUTHN"
]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a complete sign-in brings. `expires_at` is the access token's end in seconds since 1970.

    `proved_at` is when the person last showed to the pool's own pages who they are, which remember that for a
    while and may send somebody back unasked: in seconds since 1970, 0 when the pages do not say it, None
    where it was shown here and now.

    They belong into the encrypted part of a session and into the Authorization header of a call to the
    backend, and nowhere else.
    """

    access: str = field(repr=False)
    id: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: int = field(repr=False)
    proved_at: int | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """A sign-in that needs one more answer. `session` is the pool's thread through it, good for 3 minutes.

    `username` is the name under which the pool wants to hear the answer. Keep the whole in the session
    (encrypted: who has it is half signed in), never in the page.
    """

    name: ChallengeName
    session: str = field(repr=False)
    username: str = field(repr=False)
    parameters: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in, as verified tokens say. `sub` is the pool's id of the account and never changes.

    `provider` is the pool's name of the company whose accounts the person signs in with: password, e-mail
    address and second step are kept there. "" where they are kept by the pool. `proved_at` as in Tokens.
    """

    sub: str
    email: str = field(repr=False)
    name: str = field(repr=False)
    groups: frozenset[str]
    email_verified: bool
    provider: str = ""
    proved_at: int | None = None


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of an account. `created_at` is in seconds since 1970."""

    id: str
    name: str
    created_at: int


Outcome = Tokens | Challenge
