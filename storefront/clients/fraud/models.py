"""What a fraud screen is told of a sign-in, and what it may answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Decision = Literal["allow", "step_up", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt:
    """One sign-in whose password was right; nothing has been handed out for it yet.

    `account` and `device` are keyed hashes, the same for the same account and network address; `address` is
    the network address itself, because screens know addresses. `country` is the region's ("IE"). `at` is
    aware, in UTC.
    """

    account: str
    device: str
    address: str = field(repr=False)
    user_agent: str
    country: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with it. `reason` is a stable word for logs and metrics, never shown to anybody.

    "step_up" asks for a second proof; it never ends a sign-in by itself. "refuse" does.
    """

    decision: Decision
    reason: str = ""


ALLOW = Verdict("allow")
