"""A pool's signing key, tokens signed with it, and a pool that hands its key out over a transport of ours."""

import json
from datetime import UTC, datetime

import jwt
import pytest
from botocore.stub import Stubber
from cryptography.hazmat.primitives.asymmetric import rsa

from storefront.aws import COGNITO, ClientFactory
from storefront.core import ManualClock
from storefront.http import HttpRequest, HttpResponse, MockTransport
from storefront.identity.fetching import Fetcher
from storefront.identity.keys import FETCH_SECONDS, MOST_BYTES, SigningKeys
from storefront.identity.verify import TokenVerifier
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool9name"
CLIENT = "client1234"
JWKS_URL = f"{ISSUER}/.well-known/jwks.json"
SUB = "3f1c2a60-0d6b-4f9a-9d77-0b6f7f1d2c11"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Signer:
    """A key pair and what can be made with it."""

    def __init__(self, kid: str = "kid+1=") -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def jwk(self) -> dict[str, str]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return {
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "kid": self.kid,
            "n": public["n"],
            "e": public["e"],
        }

    def sign(self, claims, *, headers=None, algorithm="RS256", kid=None):
        return jwt.encode(
            claims,
            self.private,
            algorithm,
            headers={"kid": self.kid if kid is None else kid, **(headers or {})},
        )


def claims(use: str, clock: ManualClock, **more) -> dict:
    now = int(clock.now().timestamp())
    common = {"iss": ISSUER, "sub": SUB, "token_use": use, "iat": now, "exp": now + 3600}
    own = (
        {"client_id": CLIENT} if use == "access" else {"aud": CLIENT, "email": "a@example.com", "name": "Ann"}
    )
    return {name: value for name, value in {**common, **own, **more}.items() if value is not None}


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer()


@pytest.fixture(scope="session")
def other_signer() -> Signer:
    return Signer()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


class KeyPage:
    """The pool's page of keys: what it says now, and how often it was asked."""

    def __init__(self, *keys: dict[str, str]) -> None:
        self.keys = list(keys)
        self.answer: HttpResponse | Exception | None = None
        self.transport = MockTransport(self._answer)

    @property
    def asked(self) -> int:
        return len(self.transport.requests)

    def _answer(self, _request: HttpRequest) -> HttpResponse:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or HttpResponse(200, {}, json.dumps({"keys": self.keys}).encode())


@pytest.fixture
def page(signer) -> KeyPage:
    return KeyPage(signer.jwk)


@pytest.fixture
def keys(page, clock) -> SigningKeys:
    guard = Resource(ResourceSettings("cognito-keys", 8), Telemetry(), clock)
    return SigningKeys(
        Fetcher(page.transport, guard, timeout=FETCH_SECONDS, most=MOST_BYTES), JWKS_URL, clock
    )


@pytest.fixture
def verifier(keys, clock) -> TokenVerifier:
    return TokenVerifier(keys, clock, issuer=ISSUER, client_id=CLIENT)


@pytest.fixture(scope="session")
def _boto_client():
    # Making one takes a good part of a second.
    return ClientFactory("eu-west-1", "http://127.0.0.1:9").cognito(COGNITO)


@pytest.fixture
def stubbed_pool(_boto_client):
    """boto3's own client, and what to lay out its answers with, which are checked against its model."""
    with Stubber(_boto_client) as stubber:
        yield _boto_client, stubber
        stubber.assert_no_pending_responses()
