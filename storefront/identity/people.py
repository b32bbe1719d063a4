"""What the shop may ask of its identity provider, whoever that is: the port that pages code against.

Every call raises UpstreamUnavailable when there is no usable answer (timeouts, throttling, an open breaker),
besides what it names. Lifetimes of codes and sessions are the pool's.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from storefront.identity.tokens import Challenge, Outcome, Passkey, Person, Tokens


class Passkeys(Protocol):
    """Passkeys (WebAuthn): options and credentials are the JSON of the browser's own API."""

    def begin_registration(self, *, access_token: str) -> Mapping[str, Any]:
        """What `navigator.credentials.create` wants. Raises NotSupported, TokenRefused."""
        ...

    def finish_registration(self, *, access_token: str, credential: Mapping[str, Any]) -> None:
        """Keep the credential the browser made. Raises WrongCredentials, ChallengeExpired, NotSupported."""
        ...

    def list(self, *, access_token: str) -> tuple[Passkey, ...]:
        """The account's passkeys. Raises NotSupported, TokenRefused."""
        ...

    def remove(self, *, access_token: str, passkey_id: str) -> None:
        """Forget one; fine when there is none of this id. Raises NotSupported, TokenRefused."""
        ...

    def begin_passkey_sign_in(self, *, email: str) -> Challenge:
        """A WEB_AUTHN challenge for `navigator.credentials.get`.

        What the browser wants is `parameters["CREDENTIAL_REQUEST_OPTIONS"]`, as JSON. Raises
        WrongCredentials (also for unknown accounts), NotSupported (no passkey, or no passkeys), TooManyTries.
        """
        ...

    def finish_passkey_sign_in(self, *, challenge: Challenge, credential: Mapping[str, Any]) -> Outcome:
        """The end of it. Raises WrongCredentials, ChallengeExpired, NotSupported."""
        ...


class People(Protocol):
    """Accounts and sign-ins. Thread-safe; opens nothing when made."""

    @property
    def passkeys(self) -> Passkeys:
        """Signing in without a password."""
        ...

    def sign_in(self, *, email: str, password: str) -> Outcome:
        """Prove the password by SRP; the same arithmetic is done for accounts that don't exist.

        Raises WrongCredentials, TooManyTries; NotConfirmed and ResetRequired, which a page may only show
        when they are `proven`.
        """
        ...

    def answer(self, *, challenge: Challenge, answer: str) -> Outcome:
        """Answer a challenge with a code or, for NEW_PASSWORD_REQUIRED, the new password.

        Raises WrongCode (its subclass ExpiredCode), WeakPassword, ChallengeExpired, TooManyTries,
        NotSupported.
        """
        ...

    def sign_up(self, *, email: str, password: str, name: str) -> bool:
        """Make an account and mail a code. False for an address that has one already; no answer may say so.

        Raises WeakPassword, TooManyTries; WrongCredentials for an address the pool cannot take.
        """
        ...

    def confirm(self, *, email: str, code: str) -> None:
        """Confirm an address. Raises WrongCode (also for old codes and unknown accounts), TooManyTries."""
        ...

    def resend(self, *, email: str) -> None:
        """Mail a new confirmation code; the same silence for all other accounts, known or not."""
        ...

    def forgot(self, *, email: str) -> None:
        """Mail a code for a new password; the same silence for unknown accounts."""
        ...

    def reset(self, *, email: str, code: str, password: str) -> None:
        """Set a new password.

        Raises WrongCode (also for old codes and unknown accounts), WeakPassword, TooManyTries.
        """
        ...

    def change_password(self, *, access_token: str, old: str, new: str) -> None:
        """Raises WrongCredentials (the old one is wrong), WeakPassword, TooManyTries, TokenRefused."""
        ...

    def change_email(self, *, access_token: str, email: str) -> bool:
        """Mail a code to the new address; the old one stays until `verify_email`.

        False where the pool asked for no code and the address has changed already (the local emulator).
        Raises WrongCredentials for an address that the pool cannot take, TooManyTries, TokenRefused.
        """
        ...

    def verify_email(self, *, access_token: str, code: str) -> None:
        """Prove the new address by the code mailed for `change_email`.

        Raises WrongCode (its subclass ExpiredCode; also where somebody else has the address by now),
        TooManyTries, TokenRefused.
        """
        ...

    def change_name(self, *, access_token: str, name: str) -> None:
        """Raises TokenRefused."""
        ...

    def begin_totp(self, *, access_token: str) -> str:
        """A new secret for an authenticator, in base 32. Nothing changes until confirmed."""
        ...

    def confirm_totp(self, *, access_token: str, code: str, device: str) -> None:
        """Ask for authenticator codes from now on. Raises WrongCode, TokenRefused, TooManyTries."""
        ...

    def end_totp(self, *, access_token: str) -> None:
        """Ask for no codes any more. Raises TokenRefused."""
        ...

    def has_totp(self, *, access_token: str) -> bool:
        """Whether sign-ins ask for an authenticator's code. Raises TokenRefused."""
        ...

    def begin_totp_setup(self, *, challenge: Challenge) -> tuple[str, Challenge]:
        """For MFA_SETUP: the secret in base 32 and the challenge to go on with. Raises ChallengeExpired."""
        ...

    def finish_totp_setup(self, *, challenge: Challenge, code: str) -> Outcome:
        """Raises WrongCode, ChallengeExpired."""
        ...

    def refresh(self, *, refresh_token: str, sub: str) -> Tokens:
        """New tokens; `refresh` is a new one where the pool rotates them, else the old one.

        Raises RefreshRefused.
        """
        ...

    def revoke(self, *, refresh_token: str) -> None:
        """End one sign-in; fine when it has ended already."""
        ...

    def sign_out_everywhere(self, *, access_token: str) -> None:
        """End all sign-ins of the account. Raises TokenRefused."""
        ...

    def delete(self, *, access_token: str) -> None:
        """Delete the account for good. Raises TokenRefused."""
        ...

    def person(self, tokens: Tokens) -> Person:
        """Who signed in, from both tokens, verified. Raises TokenRefused."""
        ...
