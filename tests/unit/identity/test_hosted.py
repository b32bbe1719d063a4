"""The trip to the pool's own pages: what goes through the browser, what does not, and what comes back."""

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from storefront.core import UpstreamInvalid, UpstreamUnavailable
from storefront.http import HttpResponse, MockTransport, TransportTimeout
from storefront.identity import ChallengeExpired, TokenRefused
from storefront.identity.hosted import hosted_pages, new_journey
from storefront.identity.pool import PoolSettings
from storefront.telemetry import Telemetry
from tests.unit.identity.conftest import CLIENT, ISSUER, JWKS_URL, claims

DOMAIN = "https://people.auth.eu-west-1.amazoncognito.com"
BACK = "https://shop.example/account/callback/"


class Endpoint:
    """The token endpoint: its answer, and what it was sent."""

    def __init__(self, signer, clock) -> None:
        self.nonce = "nonce-1"
        self.signer, self.clock = signer, clock
        self.answer: HttpResponse | Exception | None = None
        self.transport = MockTransport(self._answer)

    @property
    def sent(self) -> dict[str, list[str]]:
        return parse_qs(self.transport.requests[-1].body.decode(), keep_blank_values=True)

    def granted(self, **more) -> HttpResponse:
        body = {
            "access_token": self.signer.sign(claims("access", self.clock)),
            "id_token": self.signer.sign(claims("id", self.clock, nonce=self.nonce)),
            "refresh_token": "refresh-1",
            "expires_in": 3600,
            "token_type": "Bearer",
            **more,
        }
        return HttpResponse(200, {}, json.dumps({k: v for k, v in body.items() if v is not None}).encode())

    def _answer(self, _request):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or self.granted()


@pytest.fixture
def endpoint(signer, clock):
    return Endpoint(signer, clock)


def pages(endpoint, verifier, clock, secret=""):
    settings = PoolSettings("eu-west-1_Pool9name", CLIENT, ISSUER, JWKS_URL, secret)
    return hosted_pages(DOMAIN + "/", settings, verifier, endpoint.transport, Telemetry(), clock)


@pytest.fixture
def hosted(endpoint, verifier, clock):
    return pages(endpoint, verifier, clock)


def test_the_browser_takes_the_digest_along_and_never_the_secret(hosted):
    journey = new_journey()
    url = hosted.authorize_url(
        state=journey.state,
        challenge=journey.challenge,
        redirect_uri=BACK,
        nonce=journey.nonce,
        provider="Google & Co",
    )
    asked = {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}

    assert url.startswith(f"{DOMAIN}/oauth2/authorize?")
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    digest = hashlib.sha256(journey.verifier.encode()).digest()
    assert base64.urlsafe_b64decode(asked["code_challenge"] + "=") == digest
    assert (asked["state"], asked["nonce"], asked["redirect_uri"]) == (journey.state, journey.nonce, BACK)
    assert asked["identity_provider"] == "Google & Co"
    assert "openid" in asked["scope"].split()
    assert journey.verifier not in url
    assert journey.verifier not in repr(journey)


@pytest.mark.parametrize("provider", ["", "COGNITO"])
def test_without_a_provider_the_pools_page_lets_choose(hosted, provider):
    url = hosted.authorize_url(state="s", challenge="c", redirect_uri=BACK, provider=provider)
    assert "identity_provider" not in url
    assert "nonce" not in url


def test_no_two_journeys_are_alike():
    seen = {secret for _ in range(20) for j in [new_journey()] for secret in (j.state, j.verifier, j.nonce)}
    assert len(seen) == 60
    assert min(map(len, seen)) >= 43  # RFC 7636, section 4.1


def test_a_code_is_exchanged_for_tokens_that_count(hosted, endpoint, clock, verifier):
    tokens = hosted.exchange(code="code-1", verifier="secret-1", redirect_uri=BACK, nonce="nonce-1")

    assert tokens.refresh == "refresh-1"
    assert tokens.expires_at == int(clock.now().timestamp()) + 3600
    assert verifier.person(tokens).email == "a@example.com"
    request = endpoint.transport.requests[-1]
    assert (request.method, request.url) == ("POST", f"{DOMAIN}/oauth2/token")
    assert "Authorization" not in request.headers
    assert endpoint.sent == {
        "grant_type": ["authorization_code"],
        "client_id": [CLIENT],
        "code": ["code-1"],
        "code_verifier": ["secret-1"],
        "redirect_uri": [BACK],
    }


def test_a_client_with_a_secret_says_so_in_the_header_only(endpoint, verifier, clock):
    pages(endpoint, verifier, clock, "s3cret").exchange(code="c", verifier="v", redirect_uri=BACK)

    header = endpoint.transport.requests[-1].headers["Authorization"]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == f"{CLIENT}:s3cret"
    assert "s3cret" not in str(endpoint.sent)


def test_an_id_token_of_another_journey_is_refused(hosted, endpoint):
    endpoint.nonce = "nonce-of-somebody-else"
    with pytest.raises(TokenRefused):
        hosted.exchange(code="c", verifier="v", redirect_uri=BACK, nonce="nonce-1")


@pytest.mark.parametrize("token", ["access_token", "id_token"])
def test_tokens_that_do_not_count_are_refused(hosted, endpoint, other_signer, clock, token):
    use = token.removesuffix("_token")
    endpoint.answer = endpoint.granted(**{token: other_signer.sign(claims(use, clock))})
    with pytest.raises(TokenRefused):
        hosted.exchange(code="c", verifier="v", redirect_uri=BACK)


@pytest.mark.parametrize("code", ["", "x" * 1025, "a\r\nb", "a\x00"])
def test_a_code_that_cannot_be_one_is_not_sent(hosted, endpoint, code):
    with pytest.raises(ChallengeExpired):
        hosted.exchange(code=code, verifier="v", redirect_uri=BACK)
    assert endpoint.transport.requests == []


def test_proving_it_again_is_asked_for(hosted):
    asked = {"state": "s", "challenge": "c", "redirect_uri": BACK, "provider": "Google"}
    assert parse_qs(urlsplit(hosted.authorize_url(**asked, again=True)).query)["prompt"] == ["login"]
    assert "prompt" not in hosted.authorize_url(**asked)


@pytest.mark.parametrize("times", [(0, 1500), (600, 1500), (-600, 1500), (0, 0), (-600, 0)])
def test_when_it_was_proved_is_told_by_our_clock(hosted, endpoint, clock, verifier, times):
    (off, ago), now = times, int(clock.now().timestamp())
    said = claims("id", clock, iat=now + off, auth_time=now + off - ago)
    endpoint.answer = endpoint.granted(id_token=endpoint.signer.sign(said))
    tokens = hosted.exchange(code="c", verifier="v", redirect_uri=BACK)
    assert tokens.proved_at == now - ago
    assert verifier.person(tokens).proved_at == now - ago


def test_a_proof_is_never_of_tomorrow_and_may_be_unknown(hosted, endpoint, signer, clock):
    now = int(clock.now().timestamp())
    endpoint.answer = endpoint.granted(id_token=signer.sign(claims("id", clock, auth_time=now + 900)))
    assert hosted.exchange(code="c", verifier="v", redirect_uri=BACK).proved_at == now
    endpoint.answer = None
    assert hosted.exchange(code="c", verifier="v", redirect_uri=BACK).proved_at == 0


@pytest.mark.parametrize("odd", ["yesterday", True, None, [1], 2.0**60])
def test_a_time_that_is_none_is_refused(hosted, endpoint, signer, clock, odd):
    said = claims("id", clock) | {"auth_time": odd}
    endpoint.answer = endpoint.granted(id_token=signer.sign(said))
    with pytest.raises(TokenRefused):
        hosted.exchange(code="c", verifier="v", redirect_uri=BACK)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (HttpResponse(400, {}, b'{"error": "invalid_grant"}'), ChallengeExpired),
        (HttpResponse(400, {}, b'{"error": "invalid_client"}'), UpstreamUnavailable),
        (HttpResponse(400, {}, b'{"error": "unauthorized_client"}'), UpstreamUnavailable),
        (HttpResponse(400, {}, b"<html>"), UpstreamInvalid),
        (HttpResponse(302, {"location": "https://evil.example"}, b""), UpstreamInvalid),
        (HttpResponse(200, {}, b'{"access_token": "x"}'), UpstreamInvalid),
        (HttpResponse(200, {}, b'{"x": "' + b"y" * 70_000 + b'"}'), UpstreamInvalid),
        (HttpResponse(200, {}, b""), UpstreamInvalid),
        (HttpResponse(429), UpstreamUnavailable),
        (HttpResponse(503), UpstreamUnavailable),
        (TransportTimeout("down"), UpstreamUnavailable),
    ],
)
def test_an_exchange_that_fails_says_how(hosted, endpoint, answer, kind):
    endpoint.answer = answer
    with pytest.raises(kind):
        hosted.exchange(code="c", verifier="v", redirect_uri=BACK)


def test_the_way_out_of_the_pools_pages(hosted):
    url = hosted.logout_url(redirect_uri="https://shop.example/")
    assert url == f"{DOMAIN}/logout?client_id={CLIENT}&logout_uri=https%3A%2F%2Fshop.example%2F"
