"""A user pool in a test: an SRP server behind boto3's method names, and clients with laid-out answers."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from storefront.aws import UserPoolCalls
from storefront.core import Clock
from storefront.http import HttpResponse, MockTransport
from storefront.identity.cognito import CognitoPeople, cognito_people
from storefront.identity.pool import PoolSettings
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry
from tests.unit.identity.conftest import CLIENT, ISSUER, JWKS_URL, SUB, Signer, claims
from tests.unit.identity.srp_server import SrpServer

POOL_ID = "eu-west-1_Pool9name"
EMAIL = "a@example.com"
PASSWORD = "correct horse battery"
SECRET = "s3cret"
RESULT = {
    "AccessToken": "a.b.c",
    "IdToken": "a.b.c",
    "RefreshToken": "r",
    "ExpiresIn": 60,
    "TokenType": "Bearer",
}


def people_on(
    client: Any,
    clock: Clock,
    *,
    secret: str = "",
    signer: Signer | None = None,
    telemetry: Telemetry | None = None,
) -> CognitoPeople:
    """The real provider over `client`, with the keys of `signer`."""
    telemetry = telemetry or Telemetry()
    guard = Resource(ResourceSettings("cognito", 8), telemetry, clock)
    keys = json.dumps({"keys": [signer.jwk] if signer else []}).encode()
    transport = MockTransport(lambda _request: HttpResponse(200, {}, keys))
    settings = PoolSettings(POOL_ID, CLIENT, ISSUER, JWKS_URL, secret)
    return cognito_people(
        settings, UserPoolCalls(lambda: client, guard, timeout=2.2), transport, telemetry, clock
    )


def hashed(name: str) -> str:
    """The SECRET_HASH of a user name, for a client whose secret is SECRET."""
    mac = hmac.new(SECRET.encode(), f"{name}{CLIENT}".encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def error(operation: str, code: str, message: str = "", status: int = 400) -> ClientError:
    """An error as boto3 raises it."""
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},
        operation,
    )


class SrpPool:
    """One account behind a real SRP server; what comes after the proof is laid out in `after`."""

    def __init__(self, signer: Signer, clock: Clock, password: str = PASSWORD) -> None:
        self.server = SrpServer("Pool9name", SUB, password)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.first: Callable[[], dict[str, Any]] | None = None
        self.after: list[dict[str, Any] | Exception] = []
        self.tokens = {
            "AuthenticationResult": {
                "AccessToken": signer.sign(claims("access", clock)),  # type: ignore[arg-type]
                "IdToken": signer.sign(claims("id", clock)),  # type: ignore[arg-type]
                "RefreshToken": "refresh-1",
                "ExpiresIn": 3600,
                "TokenType": "Bearer",
            }
        }

    def initiate_auth(self, **arguments: Any) -> dict[str, Any]:
        self.calls.append(("initiate_auth", arguments))
        if self.first is not None:
            return self.first()
        challenge = self.server.challenge(arguments["AuthParameters"]["SRP_A"])
        return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": challenge}

    def respond_to_auth_challenge(self, **arguments: Any) -> dict[str, Any]:
        self.calls.append(("respond_to_auth_challenge", arguments))
        if arguments["ChallengeName"] == "PASSWORD_VERIFIER" and not self._proved(arguments):
            raise error("RespondToAuthChallenge", "NotAuthorizedException", "Incorrect username or password.")
        answer = self.after.pop(0) if self.after else self.tokens
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _proved(self, arguments: dict[str, Any]) -> bool:
        return bool(self.server.client_public) and self.server.accepts(arguments["ChallengeResponses"])
