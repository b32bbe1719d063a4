"""The memory of FakePeople: accounts, the codes mailed to them, and what was handed out to browsers."""

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Literal

from storefront.core import Clock
from storefront.identity.errors import ChallengeExpired, ExpiredCode, TokenRefused, TooManyTries, WrongCode
from storefront.identity.tokens import Challenge, ChallengeName, Passkey, Tokens

CONFIRM_CODE = "123456"
RESET_CODE = "654321"
EMAIL_CODE = "112233"
"""The same codes in every trial; the first two are the local emulator's."""
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 30 * 86_400
GRACE_SECONDS = 60
CHALLENGE_SECONDS = 180
Kind = Literal["confirm", "reset", "email"]
_CODES: dict[Kind, str] = {"confirm": CONFIRM_CODE, "reset": RESET_CODE, "email": EMAIL_CODE}
# How long a mailed code counts, in seconds (Cognito's developer guide: 24 hours, and 1 to reset a password).
_LIFETIMES: dict[Kind, int] = {"confirm": 86_400, "reset": 3600, "email": 86_400}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that the pool would have sent; `code` is "" where it only says that there is an account."""

    to: str
    kind: Kind
    code: str


@dataclass(slots=True)
class Account:
    """One account; every flag is what the pool would know of it."""

    email: str
    password: str
    name: str
    groups: frozenset[str] = frozenset()
    sub: str = field(default_factory=lambda: str(uuid.uuid4()))
    confirmed: bool = True
    enabled: bool = True
    locked: bool = False
    must_change: bool = False
    must_reset: bool = False
    must_set_up_totp: bool = False
    totp: str = ""
    totp_pending: str = ""
    next_email: str = ""
    provider: str = ""
    passkeys: dict[str, Passkey] = field(default_factory=dict)
    codes: dict[Kind, float] = field(default_factory=dict)  # kind -> when its code ends, monotonic


def check_lock(account: Account | None, operation: str) -> None:
    """Raise TooManyTries for an account that the pool has locked after too many wrong tries."""
    if account is not None and account.locked:
        raise TooManyTries(operation, "TooManyFailedAttemptsException")


@dataclass(slots=True)
class _SignIn:
    """One sign-in, from which all its tokens descend."""

    account: Account
    until: float
    over: bool = False


@dataclass(slots=True)
class _Granted:
    sign_in: _SignIn
    until: float


class Memory:
    """Accounts by address, and grants by token. Not thread-safe: FakePeople holds a lock."""

    def __init__(self, clock: Clock, *, rotates: bool) -> None:
        self.clock = clock
        self.rotates = rotates
        self.accounts: dict[str, Account] = {}
        self.outbox: list[Mail] = []
        self._tokens: dict[tuple[str, str], _Granted] = {}
        self._challenges: dict[str, tuple[Account, float]] = {}

    def mail(self, account: Account, kind: Kind, to: str = "") -> None:
        """Send a code of `kind`; an earlier one of the kind counts no more."""
        account.codes[kind] = self.clock.monotonic() + _LIFETIMES[kind]
        self.outbox.append(Mail(to or account.email, kind, _CODES[kind]))

    def take_code(self, account: Account, kind: Kind, given: str, operation: str) -> None:
        """Use up a mailed code. Raises WrongCode, ExpiredCode."""
        if kind not in account.codes:
            raise ExpiredCode(operation, "ExpiredCodeException")
        if given != _CODES[kind]:
            raise WrongCode(operation, "CodeMismatchException")
        if self.clock.monotonic() > account.codes.pop(kind):
            raise ExpiredCode(operation, "ExpiredCodeException")

    def challenge(
        self, account: Account, name: ChallengeName, parameters: dict[str, str] | None = None
    ) -> Challenge:
        """A new challenge to the account."""
        session = secrets.token_urlsafe(32)
        self._challenges[session] = (account, self.clock.monotonic() + CHALLENGE_SECONDS)
        return Challenge(name, session, account.sub, parameters or {})

    def challenged(self, challenge: Challenge, operation: str) -> Account:
        """Whose challenge it is. Raises ChallengeExpired."""
        account, until = self._challenges.get(challenge.session, (None, 0.0))
        if account is None or self.clock.monotonic() > until or challenge.username != account.sub:
            raise ChallengeExpired(operation, "session")
        return account

    def answered(self, challenge: Challenge) -> None:
        """The challenge is done with."""
        self._challenges.pop(challenge.session, None)

    def tokens(self, account: Account) -> Tokens:
        """A new sign-in of the account."""
        sign_in = _SignIn(account, self.clock.monotonic() + REFRESH_SECONDS)
        return self._issue(sign_in, self._grant("refresh", sign_in, REFRESH_SECONDS))

    def refreshed(self, refresh_token: str) -> Tokens | None:
        """New tokens of the same sign-in, or None when it is over or never was."""
        granted = self._living("refresh", refresh_token)
        if granted is None:
            return None
        if not self.rotates:
            return self._issue(granted.sign_in, refresh_token)
        now = self.clock.monotonic()
        granted.until = min(granted.until, now + GRACE_SECONDS)
        left = granted.sign_in.until - now
        return self._issue(granted.sign_in, self._grant("refresh", granted.sign_in, left))

    def holder(self, access_token: str, operation: str) -> Account:
        """Whose access token it is. Raises TokenRefused."""
        return self._named("access", access_token, operation)

    def named(self, id_token: str, operation: str) -> Account:
        """Whose ID token it is. Raises TokenRefused."""
        return self._named("id", id_token, operation)

    def owner_of(self, refresh_token: str) -> Account | None:
        """Whose sign-in a refresh token is of; None when it is over."""
        granted = self._living("refresh", refresh_token)
        return granted.sign_in.account if granted else None

    def end(self, refresh_token: str) -> None:
        """End the sign-in of a refresh token, if there is one."""
        granted = self._tokens.get(("refresh", refresh_token))
        if granted is not None:
            granted.sign_in.over = True

    def end_all(self, account: Account) -> None:
        """End every sign-in of the account."""
        for granted in self._tokens.values():
            if granted.sign_in.account is account:
                granted.sign_in.over = True

    def _named(self, kind: str, token: str, operation: str) -> Account:
        granted = self._living(kind, token)
        if granted is None:
            raise TokenRefused(operation, "expired")
        return granted.sign_in.account

    def _living(self, kind: str, token: str) -> _Granted | None:
        granted = self._tokens.get((kind, token))
        if granted is None or granted.sign_in.over or self.clock.monotonic() > granted.until:
            return None
        return granted

    def _issue(self, sign_in: _SignIn, refresh: str) -> Tokens:
        access, identity = (self._grant(kind, sign_in, ACCESS_SECONDS) for kind in ("access", "id"))
        expires_at = int(self.clock.now().timestamp()) + ACCESS_SECONDS
        return Tokens(access, identity, refresh, expires_at)

    def _grant(self, kind: str, sign_in: _SignIn, seconds: float) -> str:
        # They begin as real ones do, so that a search for leaked tokens finds them too.
        token = f"eyJ{kind}.{secrets.token_urlsafe(24)}.{secrets.token_urlsafe(24)}"
        self._tokens[(kind, token)] = _Granted(sign_in, self.clock.monotonic() + seconds)
        return token
