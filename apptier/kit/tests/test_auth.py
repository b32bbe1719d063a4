"""Which tokens count: one of ours does, everything that merely looks like one does not."""

import base64
import hashlib
import hmac
import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from urllib3.exceptions import ProtocolError

from apptier.kit.auth import REFETCH_SECONDS, RETRY_SECONDS, KeysUnavailable, TokenRefused, TokenVerifier
from apptier.kit.clock import ManualClock
from apptier.kit.settings import Settings

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_test"
SETTINGS = Settings(
    cognito_issuer=ISSUER, cognito_client_id="shop", cognito_jwks_url="http://127.0.0.1:9/none"
)
OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
THEIRS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = OURS.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def key_set() -> dict:
    public = json.loads(RSAAlgorithm.to_jwk(OURS.public_key()))
    return {"keys": [public | {"kid": "k1", "alg": "RS256", "use": "sig"}]}


def claims(**changes) -> dict:
    now = int(time.time())
    base = {
        "sub": "sub-1",
        "iss": ISSUER,
        "client_id": "shop",
        "token_use": "access",
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in (base | changes).items() if value is not None}


def signed(payload=None, key=OURS, algorithm="RS256", **headers) -> str:
    return jwt.encode(payload or claims(), key, algorithm, headers={"kid": "k1"} | headers)


def forged_hmac() -> str:
    """HS256 with the public key as the secret: what a verifier that trusts the header would accept."""

    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    head = part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "k1"}).encode())
    body = part(json.dumps(claims()).encode())
    return b".".join([head, body, part(hmac.new(PEM, head + b"." + body, hashlib.sha256).digest())]).decode()


@pytest.fixture
def verifier() -> TokenVerifier:
    return TokenVerifier(SETTINGS, ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), key_set)


def test_our_own_token_names_the_customer(verifier):
    customer = verifier.verify(signed())
    assert (customer.id, customer.claims["client_id"]) == ("sub-1", "shop")


BAD = {
    "unsigned": jwt.encode(claims(), None, "none", headers={"kid": "k1"}),
    "HS256 with the public key": forged_hmac(),
    "another key under our id": signed(key=THEIRS),
    "RS384": signed(algorithm="RS384"),
    "PS256": signed(algorithm="PS256"),
    "another pool": signed(claims(iss=ISSUER.replace("test", "evil"))),
    "issuer with a slash": signed(claims(iss=ISSUER + "/")),
    "no issuer": signed(claims(iss=None)),
    "another client": signed(claims(client_id="other")),
    "no client": signed(claims(client_id=None)),
    "client only as audience": signed(claims(client_id=None, aud="shop")),
    "an id token": signed(claims(token_use="id", aud="shop")),
    "no token_use": signed(claims(token_use=None)),
    "expired": signed(claims(exp=int(time.time()) - 120)),
    "without end": signed(claims(exp=None)),
    "end as text": signed(claims(exp="tomorrow")),
    "not yet": signed(claims(nbf=int(time.time()) + 600)),
    "issued in the future": signed(claims(iat=int(time.time()) + 600)),
    "no subject": signed(claims(sub=None)),
    "empty subject": signed(claims(sub="")),
    "subject too long": signed(claims(sub="x" * 65)),
    "subject with a control character": signed(claims(sub="a\nb")),
    "unknown key": signed(kid="k2"),
    "empty key id": signed(kid=""),
    "key id with a path": signed(kid="../../etc/passwd"),
    "critical extension": signed(crit=["exp2"]),
    "jku header with another key": signed(key=THEIRS, jku="https://evil.example/jwks.json"),
    "its own key in the header": signed(key=THEIRS, jwk=json.loads(RSAAlgorithm.to_jwk(THEIRS.public_key()))),
    "cut off": signed()[:-10],
    "signature gone": signed().rpartition(".")[0] + ".",
    "a megabyte": "a" * 1_000_000,
    "not one": "abc",
    "dots": "...",
    "empty": "",
    "not ASCII": "é.é.é",
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
def test_what_is_not_ours_is_refused(verifier, token):
    with pytest.raises(TokenRefused):
        verifier.verify(token)


def test_a_verifier_without_a_client_accepts_nobody():
    verifier = TokenVerifier(
        Settings(cognito_issuer=ISSUER), ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), key_set
    )
    with pytest.raises(TokenRefused):
        verifier.verify(signed(claims(client_id="")))


def test_unknown_key_ids_cost_one_fetch_in_a_while():
    clock, fetched = ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), []

    def fetch() -> dict:
        fetched.append(1)
        return key_set()

    verifier = TokenVerifier(SETTINGS, clock, fetch)
    for number in range(20):
        with pytest.raises(TokenRefused):
            verifier.verify(signed(kid=f"nope{number}"))
    assert len(fetched) == 1
    clock.advance(REFETCH_SECONDS + 1)
    with pytest.raises(TokenRefused):
        verifier.verify(signed(kid="nope"))
    assert len(fetched) == 2


def test_keys_that_were_had_once_outlive_the_pool():
    clock, working = ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), [True]

    def fetch() -> dict:
        if not working[0]:
            raise requests.ConnectionError("away")
        return key_set()

    verifier = TokenVerifier(SETTINGS, clock, fetch)
    verifier.verify(signed())
    working[0] = False
    clock.advance(3 * 3600)
    assert verifier.verify(signed()).id == "sub-1"


@pytest.mark.parametrize(
    "failure", [requests.ConnectionError("away"), ProtocolError("cut off"), KeyError("keys")]
)
def test_without_any_keys_nobody_is_judged(failure):
    def fetch() -> dict:
        raise failure

    verifier = TokenVerifier(SETTINGS, ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), fetch)
    with pytest.raises(KeysUnavailable):
        verifier.verify(signed())


def test_a_pool_that_is_away_is_asked_now_and_then_and_comes_back():
    clock, fetched, working = ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), [], []

    def fetch() -> dict:
        fetched.append(1)
        if not working:
            clock.advance(3)  # as long as a fetch may take, which is longer than the pause after it
            raise requests.ConnectionError("away")
        return key_set()

    verifier = TokenVerifier(SETTINGS, clock, fetch)
    for _ in range(20):
        with pytest.raises(KeysUnavailable):
            verifier.verify(signed())
    assert len(fetched) == 1
    working.append(1)
    clock.advance(RETRY_SECONDS)
    assert verifier.verify(signed()).id == "sub-1"


@pytest.mark.parametrize("failed_before", [False, True])
def test_nobody_waits_to_the_end_of_somebody_elses_fetch(failed_before):
    """Else one pool that hangs would hold every thread that serves the shop."""
    clock, hanging, end = ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), threading.Event(), threading.Event()
    attempts = iter([failed_before, False])

    def fetch() -> dict:
        if next(attempts):
            raise requests.ConnectionError("away")
        hanging.set()
        assert end.wait(60)
        return key_set()

    verifier, names = TokenVerifier(SETTINGS, clock, fetch), []
    if failed_before:
        with pytest.raises(KeysUnavailable):
            verifier.verify(signed())
        clock.advance(RETRY_SECONDS)
    first = threading.Thread(target=lambda: names.append(verifier.verify(signed()).id))
    first.start()
    try:
        assert hanging.wait(60)
        with pytest.raises(KeysUnavailable):
            verifier.verify(signed())
    finally:
        end.set()
        first.join(60)
    assert names == ["sub-1"]


def test_the_environment_has_no_say_in_where_keys_come_from(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(key_set()).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/jwks.json"
        settings = replace(SETTINGS, cognito_jwks_url=url)
        verifier = TokenVerifier(settings, ManualClock(datetime(2026, 1, 1, tzinfo=UTC)))
        try:
            assert verifier.verify(signed()).id == "sub-1"
        finally:
            server.shutdown()
