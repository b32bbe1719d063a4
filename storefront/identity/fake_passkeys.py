"""Passkeys in memory: challenges come and go as in life, credentials are taken at their word."""

import json
import secrets
import threading
from collections.abc import Mapping
from typing import Any

from storefront.identity import inputs
from storefront.identity.errors import ChallengeExpired, NotSupported, WrongCredentials
from storefront.identity.fake_accounts import Memory, check_lock
from storefront.identity.people import Passkeys
from storefront.identity.tokens import Challenge, Outcome, Passkey

RELYING_PARTY = "shop.example"


class FakePasskeys(Passkeys):
    """A credential is any mapping with an `id`; it signs in when the account has registered that id."""

    def __init__(self, memory: Memory, lock: threading.RLock) -> None:
        self._memory = memory
        self._lock = lock
        self._begun: dict[str, str] = {}

    def begin_registration(self, *, access_token: str) -> Mapping[str, Any]:
        """Options with a fresh challenge."""
        with self._lock:
            account = self._memory.holder(access_token, "begin_registration")
            self._begun[account.sub] = secrets.token_urlsafe(32)
            return {
                "rp": {"id": RELYING_PARTY, "name": RELYING_PARTY},
                "user": {"id": account.sub, "name": account.email, "displayName": account.name},
                "challenge": self._begun[account.sub],
                "pubKeyCredParams": [{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}],
                "timeout": 60_000,
                "excludeCredentials": [{"type": "public-key", "id": one} for one in account.passkeys],
                "authenticatorSelection": {"residentKey": "required", "userVerification": "preferred"},
            }

    def finish_registration(self, *, access_token: str, credential: Mapping[str, Any]) -> None:
        """Keep the credential's id, once per beginning."""
        with self._lock:
            account = self._memory.holder(access_token, "finish_registration")
            if self._begun.pop(account.sub, None) is None:
                raise ChallengeExpired("finish_registration", "WebAuthnChallengeNotFoundException")
            found = str(credential.get("id", ""))
            if not found:
                raise WrongCredentials("finish_registration", "InvalidParameterException")
            at = int(self._memory.clock.now().timestamp())
            account.passkeys[found] = Passkey(found, f"Passkey {len(account.passkeys) + 1}", at)

    def list(self, *, access_token: str) -> tuple[Passkey, ...]:
        """Oldest first."""
        with self._lock:
            return tuple(self._memory.holder(access_token, "list").passkeys.values())

    def remove(self, *, access_token: str, passkey_id: str) -> None:
        """Forget it."""
        with self._lock:
            self._memory.holder(access_token, "remove").passkeys.pop(passkey_id, None)

    def begin_passkey_sign_in(self, *, email: str) -> Challenge:
        """A challenge, for accounts that have a passkey."""
        with self._lock:
            account = self._memory.accounts.get(inputs.address(email, "begin_passkey_sign_in"))
            check_lock(account, "begin_passkey_sign_in")
            if account is None or not account.enabled or not account.confirmed:
                raise WrongCredentials("begin_passkey_sign_in", "NotAuthorizedException")
            if not account.passkeys:
                raise NotSupported("begin_passkey_sign_in", "SELECT_CHALLENGE")
            options = {"challenge": secrets.token_urlsafe(32), "rpId": RELYING_PARTY, "timeout": 60_000}
            return self._memory.challenge(
                account, "WEB_AUTHN", {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(options)}
            )

    def finish_passkey_sign_in(self, *, challenge: Challenge, credential: Mapping[str, Any]) -> Outcome:
        """In, when the credential is one of the account's."""
        with self._lock:
            account = self._memory.challenged(challenge, "finish_passkey_sign_in")
            self._memory.answered(challenge)
            if credential.get("id") not in account.passkeys:
                raise WrongCredentials("finish_passkey_sign_in", "NotAuthorizedException")
            return self._memory.tokens(account)
