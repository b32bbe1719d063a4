"""What the identity provider says no to, by what a page can tell the person.

    StorefrontError
    └── IdentityRefused
        ├── WrongCredentials    e-mail and password don't fit, or there is no such account: never say which
        ├── WrongCode           the code is not the one that was sent, or shown by the authenticator
        │   └── ExpiredCode     the code was right once; ask for a new one
        ├── TooManyTries        the provider itself has had enough; wait
        ├── WeakPassword        the password breaks the pool's policy
        ├── NotConfirmed        the e-mail address was never confirmed
        ├── ResetRequired       an administrator asked for a new password
        ├── RefreshRefused      the sign-in is over: ended elsewhere, revoked, or too old
        ├── ChallengeExpired    the sign-in took too long (3 minutes); start again
        ├── NotSupported        the pool does not offer this
        └── TokenRefused        a token that does not count; never shown, the person is signed out

An outage is none of these: it is UpstreamUnavailable, throttling included. No error carries an address, a
password, a code or a token, so all may be logged.
"""

from storefront.core import StorefrontError


class IdentityRefused(StorefrontError):  # noqa: N818 - says what happened
    """The provider understood the request and said no. `code` is the provider's own word for it."""

    def __init__(self, operation: str, code: str = "") -> None:
        super().__init__(f"identity: {operation}: {type(self).__name__} {code}".rstrip())
        self.operation = operation
        self.code = code


class WrongCredentials(IdentityRefused):
    """E-mail and password don't fit together; the same for accounts that don't exist."""


class WrongCode(IdentityRefused):
    """The code is not the right one."""


class ExpiredCode(WrongCode):
    """The code is too old, or was used already. Only told to somebody whose password was right."""


class TooManyTries(IdentityRefused):
    """The provider refuses more tries for this account for some minutes."""


class WeakPassword(IdentityRefused):
    """The password breaks the pool's policy.

    `reasons` are stable words, none or more of: too_short, too_long, lowercase, uppercase, number, symbol,
    used_before, spaces. Empty where the pool did not say which rule it was.
    """

    def __init__(self, operation: str, code: str = "", *, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(operation, code)
        self.reasons = reasons


class NotConfirmed(IdentityRefused):
    """The e-mail address of the account was never confirmed.

    `proven`: the password was right. Pools tell this before they look at the password; while it is not
    proven, a page must answer as for WrongCredentials, or it would say whose address is known here.
    """

    def __init__(self, operation: str, code: str = "", *, proven: bool = False) -> None:
        super().__init__(operation, code)
        self.proven = proven


class ResetRequired(IdentityRefused):
    """The account may be used again once its password was reset. `proven` as for NotConfirmed."""

    def __init__(self, operation: str, code: str = "", *, proven: bool = False) -> None:
        super().__init__(operation, code)
        self.proven = proven


class RefreshRefused(IdentityRefused):
    """The refresh token no longer counts: the person has to sign in again."""


class ChallengeExpired(IdentityRefused):
    """The session of a sign-in challenge ran out or was used: start the sign-in again."""


class NotSupported(IdentityRefused):
    """The pool, or the emulator, does not offer what was asked for."""


class TokenRefused(IdentityRefused):
    """A token that does not count. `code` says why in one word, for the log."""
