"""People kept by a Cognito user pool: the real provider behind the port.

Importing this is cheap and opens nothing: boto3 makes its client at the first call, warrant-lite is loaded at
the first sign-in, the signing keys are fetched for the first token.
"""

from storefront.aws import UserPoolCalls
from storefront.cache.background import Background
from storefront.core import Clock, SystemClock
from storefront.http import Transport
from storefront.identity.accounts import Accounts
from storefront.identity.entrance import Entrance
from storefront.identity.fetching import Fetcher
from storefront.identity.keys import FETCH_SECONDS, MOST_BYTES, SigningKeys
from storefront.identity.own_account import OwnAccount
from storefront.identity.passkeys import CognitoPasskeys
from storefront.identity.people import People
from storefront.identity.pool import Pool, PoolSettings
from storefront.identity.tokens import Person, Tokens
from storefront.identity.verify import TokenVerifier
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry

# Keys are fetched once an hour, by one thread at a time.
_KEY_FETCHES = 2


class CognitoPeople(Entrance, Accounts, OwnAccount, People):
    """Accounts and sign-ins of one pool. Thread-safe; one per process."""

    def __init__(self, pool: Pool, verifier: TokenVerifier, background: Background) -> None:
        self._pool = pool
        self._background = background
        self._passkeys = CognitoPasskeys(pool)
        self.verifier = verifier

    @property
    def passkeys(self) -> CognitoPasskeys:
        """Signing in without a password."""
        return self._passkeys

    def person(self, tokens: Tokens) -> Person:
        """Who signed in. See People."""
        return self.verifier.person(tokens)


def cognito_people(
    settings: PoolSettings,
    calls: UserPoolCalls,
    transport: Transport,
    telemetry: Telemetry,
    clock: Clock | None = None,
) -> CognitoPeople:
    """The provider, put together. `calls` is the pool's API with its budget, `transport` fetches its keys."""
    clock = clock or SystemClock()
    guard = Resource(ResourceSettings("cognito-keys", _KEY_FETCHES), telemetry, clock)
    fetcher = Fetcher(transport, guard, timeout=FETCH_SECONDS, most=MOST_BYTES)
    keys = SigningKeys(fetcher, settings.jwks_url, clock)
    verifier = TokenVerifier(keys, clock, issuer=settings.issuer, client_id=settings.client_id)
    background = Background(telemetry, workers=1, capacity=32, seconds=5.0, component="identity_mail")
    return CognitoPeople(Pool(calls, settings, clock), verifier, background)
