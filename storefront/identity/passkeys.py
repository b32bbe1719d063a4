"""Passkeys of a pool (WebAuthn): the browser's own JSON goes through, the pool judges it.

Written to Cognito's API and tested on recorded shapes: the local emulator has none of these operations, so
that there every call is NotSupported.
"""

import json
from collections.abc import Mapping
from typing import Any

from storefront.core import UpstreamInvalid
from storefront.identity import inputs
from storefront.identity.errors import ChallengeExpired, NotSupported, TokenRefused, WrongCredentials
from storefront.identity.people import Passkeys
from storefront.identity.pool import Pool
from storefront.identity.tokens import Challenge, Outcome, Passkey

_MOST_PAGES = 5
_OPTIONS = "CREDENTIAL_REQUEST_OPTIONS"


class CognitoPasskeys(Passkeys):
    """The pool's passkeys. `finish` calls take what `navigator.credentials` gave, as `toJSON()` writes it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def begin_registration(self, *, access_token: str) -> Mapping[str, Any]:
        """See Passkeys."""
        answer = self._pool.call(
            "start_web_authn_registration", denied=TokenRefused, odd=NotSupported, AccessToken=access_token
        )
        options = answer["CredentialCreationOptions"]
        if not isinstance(options, Mapping):
            raise UpstreamInvalid("cognito", "begin_registration", "no options")
        return options

    def finish_registration(self, *, access_token: str, credential: Mapping[str, Any]) -> None:
        """See Passkeys."""
        self._pool.call(
            "complete_web_authn_registration",
            denied=TokenRefused,
            odd=WrongCredentials,
            AccessToken=access_token,
            Credential=dict(credential),
        )

    def list(self, *, access_token: str) -> tuple[Passkey, ...]:
        """See Passkeys."""
        found: list[Passkey] = []
        more: dict[str, Any] = {}
        for _ in range(_MOST_PAGES):
            answer = self._pool.call(
                "list_web_authn_credentials",
                denied=TokenRefused,
                odd=NotSupported,
                repeatable=True,
                AccessToken=access_token,
                **more,
            )
            found += [
                Passkey(one["CredentialId"], one["FriendlyCredentialName"], int(one["CreatedAt"].timestamp()))
                for one in answer.get("Credentials", ())
            ]
            if not answer.get("NextToken"):
                break
            more = {"NextToken": answer["NextToken"]}
        return tuple(sorted(found, key=lambda one: one.created_at))

    def remove(self, *, access_token: str, passkey_id: str) -> None:
        """See Passkeys. The pool refuses an id that is not the account's; for the person it is gone then."""
        try:
            self._pool.call(
                "delete_web_authn_credential",
                denied=TokenRefused,
                odd=WrongCredentials,
                AccessToken=access_token,
                CredentialId=passkey_id,
            )
        except WrongCredentials:
            return

    def begin_passkey_sign_in(self, *, email: str) -> Challenge:
        """See Passkeys."""
        address = inputs.address(email, "begin_passkey_sign_in")
        hashed = self._pool.secret_hash(address)
        answer = self._pool.call(
            "initiate_auth",
            denied=WrongCredentials,
            odd=NotSupported,
            AuthFlow="USER_AUTH",
            ClientId=self._pool.settings.client_id,
            AuthParameters={
                "USERNAME": address,
                "PREFERRED_CHALLENGE": "WEB_AUTHN",
                **({"SECRET_HASH": hashed} if hashed else {}),
            },
        )
        if answer.get("ChallengeName") != "WEB_AUTHN":
            # The pool offers what else the account has; a password is asked for by SRP, not in this way.
            raise NotSupported("begin_passkey_sign_in", str(answer.get("ChallengeName", "")))
        outcome = self._pool.outcome(answer, address)
        if not isinstance(outcome, Challenge) or not outcome.parameters.get(_OPTIONS):
            raise UpstreamInvalid("cognito", "begin_passkey_sign_in", "no options")
        return outcome

    def finish_passkey_sign_in(self, *, challenge: Challenge, credential: Mapping[str, Any]) -> Outcome:
        """See Passkeys."""
        if challenge.name != "WEB_AUTHN":
            raise ChallengeExpired("finish_passkey_sign_in", challenge.name)
        return self._pool.respond(
            "WEB_AUTHN",
            challenge.username,
            {"CREDENTIAL": json.dumps(dict(credential))},
            session=challenge.session,
            denied=WrongCredentials,
            odd=WrongCredentials,
        )
