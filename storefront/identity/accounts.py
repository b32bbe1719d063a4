"""Accounts of people who are not signed in: made, confirmed, and got back by mail.

Nothing here may tell whether an address is known. Where the pool tells (a sign-up with a known address, a
code asked for in a state that allows none), the answer is made the same, and the owner of the address hears
the difference by mail.
"""

import hashlib
from typing import Any

from storefront.cache.background import Background
from storefront.identity import inputs
from storefront.identity.errors import (
    IdentityRefused,
    TooManyTries,
    WeakPassword,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.pool import Pool
from storefront.identity.refusals import TAKEN


class Accounts:
    """The part of People for strangers."""

    def __init__(self, pool: Pool, background: Background) -> None:
        self._pool = pool
        self._background = background

    def sign_up(self, *, email: str, password: str, name: str) -> bool:
        """Make an account. See People.

        The mail to the owner of a known address is sent after the answer, which is so as quick as for others.
        """
        address = inputs.address(email, "sign_up")
        attributes = [{"Name": "email", "Value": address}]
        if inputs.name(name):
            attributes.append({"Name": "name", "Value": inputs.name(name)})
        try:
            self._pool.call(
                "sign_up",
                odd=WrongCredentials,
                **self._pool.as_client(address),
                Username=address,
                Password=inputs.new_password(password, "sign_up"),
                UserAttributes=attributes,
            )
        except WrongCredentials as error:
            if error.code != TAKEN:
                raise
            key = hashlib.sha256(address.encode()).hexdigest()
            self._background.submit(key, lambda: self._tell_owner(address))
            return False
        return True

    def confirm(self, *, email: str, code: str) -> None:
        """Prove that the address is one's own. See People."""
        address = self._address(email, "confirm")
        self._with_code(
            "confirm_sign_up",
            **self._pool.as_client(address),
            Username=address,
            ConfirmationCode=inputs.code(code, "confirm"),
        )

    def resend(self, *, email: str) -> None:
        """Mail the confirmation code again. See People."""
        self._ask_for_mail("resend_confirmation_code", email)

    def forgot(self, *, email: str) -> None:
        """Mail a code to set a new password with. See People."""
        self._ask_for_mail("forgot_password", email)

    def reset(self, *, email: str, code: str, password: str) -> None:
        """Set a new password. See People."""
        secret = inputs.new_password(password, "reset")
        address = self._address(email, "reset")
        self._with_code(
            "confirm_forgot_password",
            **self._pool.as_client(address),
            Username=address,
            ConfirmationCode=inputs.code(code, "reset"),
            Password=secret,
        )

    def _with_code(self, operation: str, **arguments: Any) -> None:
        """A call that needs a mailed code; every way in which there is no such code is the same WrongCode."""
        try:
            self._pool.call(operation, denied=WrongCode, odd=WrongCode, **arguments)
        except (TooManyTries, WeakPassword):
            raise
        except IdentityRefused as error:
            raise WrongCode(operation, error.code) from None

    def _ask_for_mail(self, operation: str, email: str) -> bool:
        """Whether the pool took the request; who asked never learns."""
        try:
            address = inputs.address(email, operation)
            self._pool.call(
                operation, odd=WrongCredentials, **self._pool.as_client(address), Username=address
            )
        except IdentityRefused:
            # Unknown, in another state, or asked for too often: each would tell whether there is an account.
            return False
        return True

    def _tell_owner(self, address: str) -> None:
        """A known address was used to sign up: mail what lets its owner in, by the state of the account."""
        if not self._ask_for_mail("resend_confirmation_code", address):
            self._ask_for_mail("forgot_password", address)

    def _address(self, email: str, operation: str) -> str:
        try:
            return inputs.address(email, operation)
        except WrongCredentials as error:
            raise WrongCode(operation, error.code) from None
