"""Signing in on the pool's own pages (social and corporate providers): the authorization code flow with PKCE.

RFC 6749, section 4.1, with RFC 7636 (S256 only) and the nonce of OpenID Connect. The shop keeps `Journey` in
the browser's session when it sends somebody off, and demands the same `state` when they come back: a code
that another browser began with is worth nothing here.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

import msgspec

from storefront.core import Clock, Reason, SystemClock, UpstreamInvalid, UpstreamUnavailable
from storefront.http import Transport
from storefront.identity.errors import ChallengeExpired
from storefront.identity.fetching import Fetcher
from storefront.identity.pool import PoolSettings
from storefront.identity.tokens import Tokens
from storefront.identity.verify import TokenVerifier
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry

# The last one is what the account pages need: without it the pool refuses to change a password by this token.
SCOPES = "openid email profile aws.cognito.signin.user.admin"
EXCHANGE_SECONDS = 2.0
_MOST_BYTES = 65_536
_MOST_CODE = 1024
_OK = 200
_ENTROPY_BYTES = 32
_IN_FLIGHT = 4


@dataclass(frozen=True, slots=True)
class Journey:
    """The secrets of one trip to the pool's pages and back; kept in the session, encrypted, for minutes."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """The verifier's digest, which alone goes through the browser (RFC 7636, section 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def new_journey() -> Journey:
    """Three fresh secrets of 256 bits."""
    return Journey(*(secrets.token_urlsafe(_ENTROPY_BYTES) for _ in range(3)))


class _Granted(msgspec.Struct):
    """The token endpoint's answer (RFC 6749, section 5.1), as far as it is used."""

    access_token: str
    id_token: str
    refresh_token: str
    expires_in: int


class _Denied(msgspec.Struct):
    error: str = ""


class HostedPages:
    """The pool's pages at `domain` (an origin: scheme and host). Thread-safe; opens nothing when made."""

    def __init__(
        self,
        domain: str,
        settings: PoolSettings,
        verifier: TokenVerifier,
        fetcher: Fetcher,
        clock: Clock,
    ) -> None:
        self._domain = domain.rstrip("/")
        self._settings = settings
        self._verifier = verifier
        self._fetcher = fetcher
        self._clock = clock

    def authorize_url(
        self,
        *,
        state: str,
        challenge: str,
        redirect_uri: str,
        nonce: str = "",
        provider: str = "",
        again: bool = False,
    ) -> str:
        """Where to send the browser; `provider` (the pool's name for it) skips the page that lets choose.

        COGNITO, the pool itself, is the page that does. `again` asks the pages to have who they remember
        prove it anew (OpenID Connect Core, 3.1.2.1). Not every pool does: `Tokens.proved_at` says it.
        """
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPES,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "nonce": nonce,
            "identity_provider": "" if provider == "COGNITO" else provider,
            "prompt": "login" if again else "",
        }
        return f"{self._domain}/oauth2/authorize?{urlencode({k: v for k, v in asked.items() if v})}"

    def logout_url(self, *, redirect_uri: str) -> str:
        """Where to send the browser to end the session of the pool's own pages too."""
        asked = {"client_id": self._settings.client_id, "logout_uri": redirect_uri}
        return f"{self._domain}/logout?{urlencode(asked)}"

    def exchange(self, *, code: str, verifier: str, redirect_uri: str, nonce: str = "") -> Tokens:
        """Tokens for the code that the browser brought back, verified.

        Raises ChallengeExpired (a used, old or foreign code), TokenRefused, UpstreamUnavailable.
        """
        if not code or len(code) > _MOST_CODE or not code.isprintable():
            raise ChallengeExpired("exchange", "code")
        granted = self._granted(code, verifier, redirect_uri)
        claims = self._verifier.identity(granted.id_token, nonce=nonce)
        self._verifier.access(granted.access_token)
        until = int(self._clock.now().timestamp()) + granted.expires_in
        proved = self._verifier.proved_at(claims)
        return Tokens(granted.access_token, granted.id_token, granted.refresh_token, until, proved)

    def _granted(self, code: str, verifier: str, redirect_uri: str) -> _Granted:
        form = {
            "grant_type": "authorization_code",
            "client_id": self._settings.client_id,
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if self._settings.client_secret:
            pair = f"{self._settings.client_id}:{self._settings.client_secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        answer = self._fetcher.post(f"{self._domain}/oauth2/token", urlencode(form).encode(), headers)
        try:
            if answer.status == _OK:
                return msgspec.json.decode(answer.body, type=_Granted)
            denied = msgspec.json.decode(answer.body, type=_Denied).error
        except msgspec.DecodeError as error:
            raise UpstreamInvalid(self._fetcher.name, "exchange", type(error).__name__) from None
        if denied == "invalid_grant":
            raise ChallengeExpired("exchange", denied)
        # invalid_client and the like: the shop is not set up as the pool is, which is an outage to people.
        raise UpstreamUnavailable(self._fetcher.name, "exchange", Reason.CREDENTIALS, message=denied[:40])


def hosted_pages(
    domain: str,
    settings: PoolSettings,
    verifier: TokenVerifier,
    transport: Transport,
    telemetry: Telemetry,
    clock: Clock | None = None,
) -> HostedPages:
    """The hosted pages, put together; `verifier` is that of `CognitoPeople`."""
    clock = clock or SystemClock()
    guard = Resource(ResourceSettings("cognito-hosted", _IN_FLIGHT), telemetry, clock)
    fetcher = Fetcher(transport, guard, timeout=EXCHANGE_SECONDS, most=_MOST_BYTES)
    return HostedPages(domain, settings, verifier, fetcher, clock)
