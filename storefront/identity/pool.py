"""One user pool and our client of it: what all calls share."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from storefront.aws import AwsRefused, UserPoolCalls
from storefront.core import Clock, UpstreamInvalid
from storefront.identity.errors import NotSupported, WrongCredentials
from storefront.identity.refusals import Refusal, refusal
from storefront.identity.tokens import Challenge, ChallengeName, Outcome, Tokens

_CHALLENGES: frozenset[str] = frozenset(get_args(ChallengeName))


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Which pool, which client of it, and where its keys are."""

    pool_id: str
    client_id: str
    issuer: str
    jwks_url: str
    client_secret: str = field(default="", repr=False)


class Pool:
    """Calls in the name of our client, their refusals as ours, their answers as outcomes."""

    def __init__(self, calls: UserPoolCalls, settings: PoolSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self._calls = calls

    def call(
        self,
        operation: str,
        *,
        denied: Refusal = WrongCredentials,
        odd: Refusal | None = None,
        proven: bool = False,
        repeatable: bool = False,
        **arguments: Any,
    ) -> Mapping[str, Any]:
        """The answer of one operation; see `refusals` for `denied`, `odd` and `proven`."""
        try:
            return self._calls.call(operation, repeatable=repeatable, **arguments)
        except AwsRefused as error:
            # Not chained: the pool's own words may repeat what the person typed.
            raise refusal(error, operation, denied=denied, odd=odd, proven=proven) from None

    def as_client(self, username: str) -> dict[str, Any]:
        """The arguments that say which client asks, about `username`."""
        hashed = self.secret_hash(username)
        return {"ClientId": self.settings.client_id, **({"SecretHash": hashed} if hashed else {})}

    def with_secret(self) -> dict[str, Any]:
        """The arguments for operations that take the client's secret itself."""
        secret = self.settings.client_secret
        return {"ClientId": self.settings.client_id, **({"ClientSecret": secret} if secret else {})}

    def secret_hash(self, username: str) -> str:
        """Proof that we know the client's secret, bound to a user name; "" for a client without one."""
        if not self.settings.client_secret:
            return ""
        message = f"{username}{self.settings.client_id}".encode()
        mac = hmac.new(self.settings.client_secret.encode(), message, hashlib.sha256)
        return base64.b64encode(mac.digest()).decode()

    def respond(
        self,
        name: str,
        username: str,
        responses: Mapping[str, str],
        *,
        session: str | None,
        denied: Refusal,
        odd: Refusal | None = None,
    ) -> Outcome:
        """Answer a challenge: tokens or the next one."""
        hashed = self.secret_hash(username)
        thread: dict[str, Any] = {"Session": session} if session else {}
        answer = self.call(
            "respond_to_auth_challenge",
            denied=denied,
            odd=odd,
            proven=True,
            ClientId=self.settings.client_id,
            ChallengeName=name,
            ChallengeResponses={
                **responses,
                "USERNAME": username,
                **({"SECRET_HASH": hashed} if hashed else {}),
            },
            **thread,
        )
        return self.outcome(answer, username)

    def outcome(self, answer: Mapping[str, Any], username: str) -> Outcome:
        """What a step of a sign-in brought. Raises NotSupported for challenges nobody here can answer."""
        if answer.get("AuthenticationResult"):
            return self.tokens(answer)
        name, session = answer.get("ChallengeName", ""), answer.get("Session", "")
        parameters = {str(key): str(value) for key, value in answer.get("ChallengeParameters", {}).items()}
        known = parameters.get("USER_ID_FOR_SRP") or parameters.get("USERNAME") or username
        if name == "SELECT_MFA_TYPE" and "SOFTWARE_TOKEN_MFA" in parameters.get("MFAS_CAN_CHOOSE", ""):
            chosen = {"ANSWER": "SOFTWARE_TOKEN_MFA"}
            return self.respond(name, known, chosen, session=session, denied=WrongCredentials)
        if name not in _CHALLENGES or not session:
            raise NotSupported("sign_in", str(name))
        if name == "NEW_PASSWORD_REQUIRED" and json.loads(parameters.get("requiredAttributes") or "[]"):
            raise NotSupported("sign_in", "requiredAttributes")
        return Challenge(name, session, known, parameters)

    def tokens(self, answer: Mapping[str, Any], refresh: str = "") -> Tokens:
        """The tokens of an answer, with `refresh` where it brings no refresh token of its own.

        When they end is counted on our own clock from now: the pool's may differ.
        """
        found = answer.get("AuthenticationResult") or {}
        access, identity = found.get("AccessToken"), found.get("IdToken")
        kept = found.get("RefreshToken") or refresh
        if not access or not identity or not kept:
            raise UpstreamInvalid("cognito", "tokens", "a token is missing")
        until = int(self.clock.now().timestamp()) + int(found.get("ExpiresIn", 0))
        return Tokens(access, identity, kept, until)
