"""The identity provider in memory: the same rules as the pool's, for tests and trials of pages.

Codes are always the same: CONFIRM_CODE for new accounts, RESET_CODE for new passwords, EMAIL_CODE for new
addresses; authenticators count as in life (`totp_code`).
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from storefront.clients.failing import Failing
from storefront.core import Clock, SystemClock
from storefront.identity import inputs
from storefront.identity.errors import (
    IdentityRefused,
    NotConfirmed,
    NotSupported,
    RefreshRefused,
    ResetRequired,
    TokenRefused,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.fake_accounts import (
    CONFIRM_CODE,
    EMAIL_CODE,
    RESET_CODE,
    Account,
    Mail,
    Memory,
    check_lock,
)
from storefront.identity.fake_passkeys import FakePasskeys
from storefront.identity.people import People
from storefront.identity.tokens import Challenge, Outcome, Person, Tokens
from storefront.identity.totp import new_totp_secret, totp_matches

__all__ = ["CONFIRM_CODE", "EMAIL_CODE", "RESET_CODE", "Account", "FakePeople", "Mail"]

_TAKEN = "UsernameExistsException"


class FakePeople(Failing, People):
    """Accounts in memory. `outbox` lists the mails that the pool would have sent, `add` makes accounts.

    `rotates`: every refresh brings a new refresh token, and the old one counts for a minute more.
    """

    def __init__(self, *accounts: Account, clock: Clock | None = None, rotates: bool = False) -> None:
        super().__init__("cognito")
        self._memory = Memory(clock or SystemClock(), rotates=rotates)
        self._passkeys = FakePasskeys(self._memory, self._lock)
        self._refusals: dict[str, IdentityRefused] = {}
        for account in accounts:
            self._memory.accounts[account.email] = account

    def add(self, email: str, password: str, name: str = "", groups: tuple[str, ...] = ()) -> Account:
        """A confirmed account; change its flags (`enabled`, `must_change`, `totp`...) as a trial needs."""
        account = Account(email, password, name, frozenset(groups))
        self._memory.accounts[email] = account
        return account

    def refuse(self, error: IdentityRefused, *operations: str) -> None:
        """Let the named operations raise `error` until `heal`; UpstreamErrors go to `fail`."""
        self._refusals.update(dict.fromkeys(operations, error))

    def heal(self) -> None:
        """Let everything work again."""
        super().heal()
        self._refusals.clear()

    @property
    def outbox(self) -> list[Mail]:
        """Mails sent, oldest first."""
        return self._memory.outbox

    @property
    def passkeys(self) -> FakePasskeys:
        """Passkeys whose credentials are not looked at: who answers the challenge has the key."""
        return self._passkeys

    def account(self, email: str) -> Account:
        """What the pool knows of an address; KeyError when it is unknown."""
        return self._memory.accounts[email]

    def sign_in(self, *, email: str, password: str) -> Outcome:
        """Compare the password; what follows from the account's flags as in the pool."""
        with self._asked("sign_in"):
            account = self._memory.accounts.get(inputs.address(email, "sign_in"))
            check_lock(account, "sign_in")
            if account is not None and not account.confirmed:
                raise NotConfirmed("sign_in", "UserNotConfirmedException")
            right = account is not None and _same(account.password, password)
            if account is None or not right or not account.enabled:
                raise WrongCredentials("sign_in", "NotAuthorizedException")
            if account.must_reset:
                raise ResetRequired("sign_in", "PasswordResetRequiredException", proven=True)
            return self._after_password(account)

    def answer(self, *, challenge: Challenge, answer: str) -> Outcome:
        """A new password or an authenticator's code; the other kinds are NotSupported here."""
        with self._asked("answer"):
            account = self._memory.challenged(challenge, "answer")
            if challenge.name == "NEW_PASSWORD_REQUIRED":
                account.password = inputs.new_password(answer, "answer")
                account.must_change = False
                self._memory.answered(challenge)
                return self._after_password(account)
            if challenge.name != "SOFTWARE_TOKEN_MFA":
                raise NotSupported("answer", challenge.name)
            self._check_totp(account.totp, answer, "answer")
            self._memory.answered(challenge)
            return self._memory.tokens(account)

    def sign_up(self, *, email: str, password: str, name: str) -> bool:
        """An unconfirmed account; who has one gets a mail that lets them in another way."""
        with self._asked("sign_up"):
            found = inputs.address(email, "sign_up")
            secret = inputs.new_password(password, "sign_up")
            known = self._memory.accounts.get(found)
            if known is not None:
                self._memory.mail(known, "reset" if known.confirmed else "confirm")
                return False
            account = Account(found, secret, inputs.name(name), confirmed=False)
            self._memory.accounts[found] = account
            self._memory.mail(account, "confirm")
            return True

    def confirm(self, *, email: str, code: str) -> None:
        """Take the mailed code."""
        with self._asked("confirm"):
            account = self._known(email, "confirm")
            if account is None or account.confirmed:
                raise WrongCode("confirm", "CodeMismatchException")
            self._take(account, code, "confirm")
            account.confirmed = True

    def resend(self, *, email: str) -> None:
        """Mail the code again."""
        with self._asked("resend"):
            account = self._known(email, "resend")
            if account is not None and not account.confirmed:
                self._memory.mail(account, "confirm")

    def forgot(self, *, email: str) -> None:
        """Mail a code to reset the password with."""
        with self._asked("forgot"):
            account = self._known(email, "forgot")
            if account is not None and account.confirmed and account.enabled:
                self._memory.mail(account, "reset")

    def reset(self, *, email: str, code: str, password: str) -> None:
        """Take the mailed code and the new password."""
        with self._asked("reset"):
            secret = inputs.new_password(password, "reset")
            account = self._known(email, "reset")
            if account is None:
                raise WrongCode("reset", "CodeMismatchException")
            self._take(account, code, "reset")
            account.password = secret
            account.must_reset = False

    def change_password(self, *, access_token: str, old: str, new: str) -> None:
        """With the old one, once more."""
        with self._asked("change_password"):
            account = self._memory.holder(access_token, "change_password")
            secret = inputs.new_password(new, "change_password")
            if not _same(account.password, old):
                raise WrongCredentials("change_password", "NotAuthorizedException")
            account.password = secret

    def change_email(self, *, access_token: str, email: str) -> bool:
        """Mail EMAIL_CODE to the new address; True."""
        with self._asked("change_email"):
            account = self._memory.holder(access_token, "change_email")
            account.next_email = inputs.address(email, "change_email")
            self._memory.mail(account, "email", account.next_email)
            return True

    def verify_email(self, *, access_token: str, code: str) -> None:
        """Take the code; from now on the new address signs in."""
        with self._asked("verify_email"):
            account = self._memory.holder(access_token, "verify_email")
            self._memory.take_code(account, "email", inputs.code(code, "verify_email"), "verify_email")
            if account.next_email in self._memory.accounts:
                raise WrongCode("verify_email", "AliasExistsException")
            del self._memory.accounts[account.email]
            account.email, account.next_email = account.next_email, ""
            self._memory.accounts[account.email] = account

    def change_name(self, *, access_token: str, name: str) -> None:
        """Another name."""
        with self._asked("change_name"):
            self._memory.holder(access_token, "change_name").name = inputs.name(name)

    def begin_totp(self, *, access_token: str) -> str:
        """A new secret, pending."""
        with self._asked("begin_totp"):
            account = self._memory.holder(access_token, "begin_totp")
            account.totp_pending = new_totp_secret()
            return account.totp_pending

    def confirm_totp(self, *, access_token: str, code: str, device: str) -> None:
        """Switch it on by a code of the pending secret."""
        del device
        with self._asked("confirm_totp"):
            account = self._memory.holder(access_token, "confirm_totp")
            self._check_totp(account.totp_pending, code, "confirm_totp")
            account.totp, account.totp_pending = account.totp_pending, ""

    def end_totp(self, *, access_token: str) -> None:
        """Switch it off."""
        with self._asked("end_totp"):
            self._memory.holder(access_token, "end_totp").totp = ""

    def has_totp(self, *, access_token: str) -> bool:
        """Whether it is on."""
        with self._asked("has_totp"):
            return bool(self._memory.holder(access_token, "has_totp").totp)

    def begin_totp_setup(self, *, challenge: Challenge) -> tuple[str, Challenge]:
        """The pending secret and a new challenge of the same name."""
        with self._asked("begin_totp_setup"):
            account = self._memory.challenged(challenge, "begin_totp_setup")
            account.totp_pending = new_totp_secret()
            self._memory.answered(challenge)
            return account.totp_pending, self._memory.challenge(account, "MFA_SETUP")

    def finish_totp_setup(self, *, challenge: Challenge, code: str) -> Outcome:
        """Switch it on and in they are."""
        with self._asked("finish_totp_setup"):
            account = self._memory.challenged(challenge, "finish_totp_setup")
            self._check_totp(account.totp_pending, code, "finish_totp_setup")
            account.totp, account.totp_pending = account.totp_pending, ""
            account.must_set_up_totp = False
            self._memory.answered(challenge)
            return self._memory.tokens(account)

    def refresh(self, *, refresh_token: str, sub: str) -> Tokens:
        """New access and ID tokens, and a new refresh token when it `rotates`."""
        with self._asked("refresh"):
            owner = self._memory.owner_of(refresh_token)
            if owner is None or owner.sub != sub or not owner.enabled:
                raise RefreshRefused("refresh", "NotAuthorizedException")
            tokens = self._memory.refreshed(refresh_token)
            if tokens is None:
                raise RefreshRefused("refresh", "NotAuthorizedException")
            return tokens

    def revoke(self, *, refresh_token: str) -> None:
        """End one sign-in."""
        with self._asked("revoke"):
            self._memory.end(refresh_token)

    def sign_out_everywhere(self, *, access_token: str) -> None:
        """End all of the account's."""
        with self._asked("sign_out_everywhere"):
            self._memory.end_all(self._memory.holder(access_token, "sign_out_everywhere"))

    def delete(self, *, access_token: str) -> None:
        """Forget the account."""
        with self._asked("delete"):
            account = self._memory.holder(access_token, "delete")
            self._memory.end_all(account)
            del self._memory.accounts[account.email]

    def person(self, tokens: Tokens) -> Person:
        """Whose both tokens are."""
        with self._asked("person"):
            account = self._memory.holder(tokens.access, "person")
            if self._memory.named(tokens.id, "person") is not account:
                raise TokenRefused("person", "sub")
            return Person(
                sub=account.sub,
                email=account.email,
                name=account.name,
                groups=account.groups,
                email_verified=account.confirmed,
                provider=account.provider,
                proved_at=tokens.proved_at,
            )

    @contextmanager
    def _asked(self, operation: str) -> Iterator[None]:
        with self._call(operation):
            if operation in self._refusals:
                raise self._refusals[operation]
            yield

    def _after_password(self, account: Account) -> Outcome:
        if account.must_change:
            return self._memory.challenge(account, "NEW_PASSWORD_REQUIRED")
        if account.must_set_up_totp:
            return self._memory.challenge(account, "MFA_SETUP")
        if account.totp:
            return self._memory.challenge(account, "SOFTWARE_TOKEN_MFA")
        return self._memory.tokens(account)

    def _known(self, email: str, operation: str) -> Account | None:
        try:
            return self._memory.accounts.get(inputs.address(email, operation))
        except WrongCredentials:
            return None

    def _take(self, account: Account, code: str, kind: Literal["confirm", "reset"]) -> None:
        """Use up a code in the name of somebody who may be anybody: one answer for all but a lock."""
        check_lock(account, kind)
        try:
            self._memory.take_code(account, kind, inputs.code(code, kind), kind)
        except WrongCode as error:
            raise WrongCode(kind, error.code) from error

    def _check_totp(self, secret: str, code: str, operation: str) -> None:
        given = inputs.code(code, operation)
        if not secret or not totp_matches(secret, given, self._memory.clock.now().timestamp()):
            raise WrongCode(operation, "CodeMismatchException")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
