"""Who asks: customers by Cognito access token, services by the service key.

A token counts only when signed with RS256 by a key of our pool, from our issuer, for our client, as an access
token, and in time. Nothing in the token says where keys come from (no `jku`, no `x5u`), and an unknown key id
costs at most one fetch in `REFETCH_SECONDS`. While the pool is away, one thread at a time tries to reach it
and the others go on at once: the threads serve guests too.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

import jwt
import requests
from fastapi import Depends, Request
from urllib3.exceptions import HTTPError

from apptier.kit.clock import Clock
from apptier.kit.ids import same_secret
from apptier.kit.problems import Problem, unavailable
from apptier.kit.settings import Settings

LONGEST_TOKEN = 8192
LEEWAY_SECONDS = 30
REFETCH_SECONDS = 60.0
RETRY_SECONDS = 2.0
"""Between two tries to get the first keys."""
WAIT_SECONDS = 1.0
"""For keys that another thread is fetching, at most; not at all once fetching has failed."""
KEYS_FRESH_SECONDS = 3600.0
_JWKS_TIMEOUT = (1.0, 2.0)
_LARGEST_JWKS = 65_536
# The body is read past requests, to bound it, so that urllib3 speaks for itself there.
_FETCH_FAILS = (requests.RequestException, HTTPError)
logger = logging.getLogger("apptier.auth")


@dataclass(frozen=True, slots=True)
class Customer:
    """A signed-in customer: `id` is the token's `sub`; `claims` are what the verified token says."""

    id: str
    claims: Mapping[str, Any]


class TokenRefused(Exception):  # noqa: N818 - says what happened
    """The token does not count. The message is for the log, never for the caller."""


class KeysUnavailable(Exception):  # noqa: N818 - says what happened
    """The pool's keys can't be had now, so no token can be judged."""


Fetch = Callable[[], Mapping[str, Any]]


class KeySet:
    """The pool's public keys by id; stale ones go on serving while the pool is away.

    Threads share it: `_keys` is replaced as a whole, the rest is written under the lock only.
    """

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = -KEYS_FRESH_SECONDS
        self._tried_at = -REFETCH_SECONDS
        self._failing = False

    def get(self, kid: str) -> jwt.PyJWK:
        """The key.

        Raises:
            TokenRefused: the pool has no key of this id.
            KeysUnavailable: there are no keys at all, or they are just being fetched and that takes long.
        """
        age = self._clock.monotonic() - self._fetched_at
        due = kid not in self._keys or age > KEYS_FRESH_SECONDS
        asked = not due or self._refresh(known=kid in self._keys)
        if not self._keys:
            raise KeysUnavailable("no signing keys yet")
        if kid not in self._keys:
            raise TokenRefused("unknown key id") if asked else KeysUnavailable("keys are being fetched")
        return self._keys[kid]

    def _refresh(self, *, known: bool) -> bool:
        """Fetch the keys if it is time; False when another thread is at it and wasn't waited for to the end.

        Who has a `known` key, stale at worst, doesn't wait for another thread.
        """
        patient = not known and not self._failing
        if not self._lock.acquire(timeout=WAIT_SECONDS if patient else 0):
            return False
        try:
            pause = REFETCH_SECONDS if self._keys else RETRY_SECONDS
            if self._clock.monotonic() - self._tried_at >= pause:
                self._try()
        finally:
            self._lock.release()
        return True

    def _try(self) -> None:
        try:
            document = self._fetch()
            keys = {str(key["kid"]): jwt.PyJWK(key, "RS256") for key in document["keys"]}
        except (*_FETCH_FAILS, jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            self._failing = True
            logger.warning("the pool's signing keys can't be had: %s", type(error).__name__)
        else:
            self._failing = False
            self._keys = keys
            self._fetched_at = self._clock.monotonic()
        finally:
            # After the fetch, since it may take longer than the pause that shall follow it.
            self._tried_at = self._clock.monotonic()


class TokenVerifier:
    """Checks access tokens of one pool and one client."""

    def __init__(self, settings: Settings, clock: Clock, fetch: Fetch | None = None) -> None:
        self._issuer = settings.cognito_issuer
        self._client_id = settings.cognito_client_id
        self._clock = clock
        self._keys = KeySet(fetch or _fetcher(settings.cognito_jwks_url), clock)

    def verify(self, token: str) -> Customer:
        """The customer whom the token names. Raises TokenRefused or KeysUnavailable."""
        if len(token) > LONGEST_TOKEN:
            raise TokenRefused("too long")
        try:
            header = jwt.get_unverified_header(token)
            kid = header.get("kid")
            if header.get("alg") != "RS256" or not isinstance(kid, str) or not kid or "crit" in header:
                raise TokenRefused("odd header")
            claims = jwt.decode(
                token,
                self._keys.get(kid),
                algorithms=["RS256"],
                issuer=self._issuer,
                options={"require": ["exp", "iat", "iss", "sub"], "verify_aud": False},
                leeway=LEEWAY_SECONDS,
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise TokenRefused(type(error).__name__) from error
        return self._customer(claims)

    def _customer(self, claims: dict[str, Any]) -> Customer:
        subject = claims["sub"]
        if claims.get("token_use") != "access":
            raise TokenRefused("not an access token")
        if not self._client_id or claims.get("client_id") != self._client_id:
            raise TokenRefused("for another client")
        if not isinstance(subject, str) or not 1 <= len(subject) <= 64 or not subject.isprintable():  # noqa: PLR2004
            raise TokenRefused("odd subject")
        return Customer(subject, MappingProxyType(claims))


def _fetcher(url: str) -> Fetch:
    def fetch() -> Mapping[str, Any]:
        with requests.Session() as session:
            # Neither a proxy nor a .netrc of the environment has a say in whose keys count.
            session.trust_env = False
            with session.get(url, timeout=_JWKS_TIMEOUT, allow_redirects=False, stream=True) as answer:
                answer.raise_for_status()
                body = answer.raw.read(_LARGEST_JWKS + 1, decode_content=True)
        if len(body) > _LARGEST_JWKS:
            raise ValueError("the key set is too large")
        document = json.loads(body)
        if not isinstance(document, dict):
            raise TypeError("the key set is not an object")
        return document

    return fetch


def customer_optional(request: Request) -> Customer | None:
    """The customer, or None when no token came. A token that doesn't count is 401, never a guest."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthorized("Sign in: send an access token as bearer.", "invalid_request")
    verifier: TokenVerifier = request.app.state.context.verifier
    try:
        return verifier.verify(token.strip())
    except TokenRefused as refused:
        raise unauthorized("The access token is not valid here.", "invalid_token") from refused
    except KeysUnavailable as error:
        # Not 401, though every contract lists it here: that would say that the token is no good, and a client
        # that believed it would sign its customer out because of an outage. 503 is what it is, and temporary.
        raise unavailable("Sign-in can't be checked now. Try again in a moment.") from error


def customer_required(customer: "MaybeCustomer") -> Customer:
    """The customer. Raises Problem 401 without one."""
    if customer is None:
        raise unauthorized("Sign in first.", "")
    return customer


def service_key_required(request: Request) -> None:
    """Raise Problem 401 unless the caller knows the service key; compared in constant time."""
    settings: Settings = request.app.state.context.settings
    if not settings.service_key or not same_secret(
        request.headers.get("service-key", ""), settings.service_key
    ):
        raise Problem(
            401,
            "unauthorized",
            "The service key is missing or wrong.",
            headers={"WWW-Authenticate": "Service-Key"},
        )


def unauthorized(detail: str, error: str) -> Problem:
    """401 with WWW-Authenticate as RFC 6750, section 3, wants it."""
    challenge = f'Bearer realm="storefront", error="{error}"' if error else 'Bearer realm="storefront"'
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": challenge})


MaybeCustomer = Annotated[Customer | None, Depends(customer_optional)]
SignedIn = Annotated[Customer, Depends(customer_required)]
ServiceCaller = Annotated[None, Depends(service_key_required)]
