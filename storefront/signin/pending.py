"""What is kept between two steps of signing in: in the session, sealed, never in the page.

Whoever holds a challenge is half signed in. It goes as soon as one is in, it is replaced, or it is older than
the pool's own session may be; a session that is gone with it means one begins again, at the same page.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

from storefront.identity import Challenge, ChallengeName
from storefront.web.requests import ShopRequest

# Names that begin so are sealed (the setting SESSION_ENTRIES), and go when somebody is signed in.
_CHALLENGE = "signin:challenge"
_EMAIL = "signin:email"
MOST_SECONDS = 15 * 60
"""How long an answer is waited for: the longest AuthSessionValidity that a pool's client can have."""
LEEWAY_SECONDS = 10 * 60
"""How far the clocks of two machines may differ that answer one browser. The pool ends what took too long."""
_NAMES: frozenset[str] = frozenset(get_args(ChallengeName))


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way, by the address that was typed.

    With `alone` every other sign-in of the person ends with this one, because the password was just replaced.
    While it is `unproven` the fraud screen wants another proof than the password.
    """

    email: str = field(repr=False)
    alone: bool = False
    unproven: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that waits for an answer; `secret` is the authenticator's while one is being set up."""

    challenge: Challenge = field(repr=False)
    attempt: Attempt
    secret: str = field(default="", repr=False)


def keep(request: ShopRequest, pending: Pending) -> None:
    """Keep a sign-in for the step that comes next, in place of any other."""
    challenge = pending.challenge
    request.session[_CHALLENGE] = {
        "name": challenge.name,
        "session": challenge.session,
        "username": challenge.username,
        "parameters": dict(challenge.parameters),
        "secret": pending.secret,
        "attempt": asdict(pending.attempt),
        "until": until(request),
    }


def pending_of(request: ShopRequest) -> Pending | None:
    """The sign-in that waits for an answer, None when there is none or it has waited too long."""
    kept = request.session.get(_CHALLENGE)
    if not isinstance(kept, dict) or kept.get("name") not in _NAMES or is_over(request, kept):
        return None
    challenge = Challenge(kept["name"], kept["session"], kept["username"], kept["parameters"])
    return Pending(challenge, Attempt(**kept["attempt"]), kept["secret"])


def until(request: ShopRequest) -> int:
    """When what begins now was waited for long enough, in seconds since 1970."""
    return int(request.shop.clock.now().timestamp()) + MOST_SECONDS


def is_over(request: ShopRequest, kept: Mapping[str, Any]) -> bool:
    """Whether what is kept with such an `until` has waited too long."""
    end = kept.get("until")
    return not isinstance(end, int) or end + LEEWAY_SECONDS < request.shop.clock.now().timestamp()


def forget(request: ShopRequest) -> None:
    """Nothing waits any more."""
    request.session.pop(_CHALLENGE, None)


def keep_email(request: ShopRequest, email: str) -> None:
    """Remember the address that was typed, for the form that comes next: it belongs into no URL."""
    request.session[_EMAIL] = email


def email_of(request: ShopRequest) -> str:
    """The address that was typed a step before, "" for none."""
    return str(request.session.get(_EMAIL, ""))
