"""Which tokens count. The bad ones are forged, swapped, of another pool or client, too old, or odd."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from storefront.identity import TokenRefused, Tokens
from storefront.identity.verify import TokenVerifier
from tests.unit.identity.conftest import CLIENT, ISSUER, SUB, claims


def segment(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Forge:
    """Makes bad access tokens; each method is one way."""

    def __init__(self, signer, other, clock) -> None:
        self.signer, self.other, self.clock = signer, other, clock

    def good(self, **more) -> str:
        return self.signer.sign(claims("access", self.clock, **more))

    def raw(self, header: bytes | dict, payload: bytes | dict) -> str:
        """Signed with the pool's own key, whatever it says."""
        signed = f"{segment(header)}.{segment(payload)}"
        algorithm = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)
        return f"{signed}.{segment(algorithm.sign(signed.encode(), self.signer.private))}"

    @property
    def header(self) -> dict:
        return {"alg": "RS256", "kid": self.signer.kid}

    @property
    def payload(self) -> dict:
        return claims("access", self.clock)

    def hs256_with_the_public_key(self) -> str:
        pem = self.signer.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        signed = f"{segment({'alg': 'HS256', 'kid': self.signer.kid})}.{segment(self.payload)}"
        return f"{signed}.{segment(hmac.new(pem, signed.encode(), hashlib.sha256).digest())}"

    def tampered(self) -> str:
        head, _, tail = self.good().split(".")
        return f"{head}.{segment(claims('access', self.clock, sub='somebody-else'))}.{tail}"

    def with_their_own_key(self, **header) -> str:
        return self.other.sign(self.payload, headers=header)


BAD = {
    "alg none": lambda f: f"{segment({'alg': 'none', 'kid': f.signer.kid})}.{segment(f.payload)}.",
    "alg None": lambda f: f"{segment({'alg': 'None', 'kid': f.signer.kid})}.{segment(f.payload)}.AA",
    "HS256 with the public key": Forge.hs256_with_the_public_key,
    "RS512": lambda f: f.signer.sign(f.payload, algorithm="RS512"),
    "PS256": lambda f: f.signer.sign(f.payload, algorithm="PS256"),
    "another key under our key id": lambda f: f.with_their_own_key(),
    "jku": lambda f: f.with_their_own_key(jku="https://evil.example/keys"),
    "x5u": lambda f: f.with_their_own_key(x5u="https://evil.example/cert"),
    "jwk": lambda f: f.with_their_own_key(jwk=f.other.jwk),
    "x5c": lambda f: f.with_their_own_key(x5c=["MIIB"]),
    "crit": lambda f: f.raw({**f.header, "crit": ["exp"]}, f.payload),
    "b64": lambda f: f.raw({**f.header, "b64": False}, f.payload),
    "a known header too many, well signed": lambda f: f.raw({**f.header, "jku": "x"}, f.payload),
    "empty kid": lambda f: f.raw({**f.header, "kid": ""}, f.payload),
    "no kid": lambda f: f.raw({"alg": "RS256"}, f.payload),
    "path in kid": lambda f: f.raw({**f.header, "kid": "../../dev/null"}, f.payload),
    "number as kid": lambda f: f.raw({**f.header, "kid": 7}, f.payload),
    "unknown kid": lambda f: f.signer.sign(f.payload, kid="unknown"),
    "1 MB": lambda f: f.good(padding="x" * 1_000_000),
    "just too long": lambda f: f.good(padding="x" * 8192),
    "tampered": Forge.tampered,
    "no signature": lambda f: f.good().rpartition(".")[0] + ".",
    "half a signature": lambda f: f.good()[:-100],
    "wrong pool": lambda f: f.good(iss=ISSUER.replace("Pool9name", "Other1234")),
    "issuer with a slash": lambda f: f.good(iss=ISSUER + "/"),
    "no issuer": lambda f: f.good(iss=None),
    "list of issuers": lambda f: f.raw(f.header, {**f.payload, "iss": [ISSUER]}),
    "wrong client": lambda f: f.good(client_id="another"),
    "no client": lambda f: f.good(client_id=None),
    "our client as audience only": lambda f: f.good(client_id=None, aud=CLIENT),
    "an ID token": lambda f: f.signer.sign(claims("id", f.clock)),
    "an ID token that claims a client": lambda f: f.signer.sign(claims("id", f.clock, client_id=CLIENT)),
    "a refresh token": lambda f: f.good(token_use="refresh"),
    "no use": lambda f: f.good(token_use=None),
    "expired": lambda f: f.good(exp=int(f.clock.now().timestamp()) - 61),
    "never ends": lambda f: f.good(exp=None),
    "ends in words": lambda f: f.raw(f.header, {**f.payload, "exp": "tomorrow"}),
    "ends with true": lambda f: f.raw(f.header, {**f.payload, "exp": True}),
    "ends at infinity": lambda f: f.raw(f.header, json.dumps({**f.payload, "exp": float("inf")}).encode()),
    "ends at nothing": lambda f: f.raw(f.header, json.dumps({**f.payload, "exp": float("nan")}).encode()),
    "ends in a list": lambda f: f.raw(f.header, {**f.payload, "exp": [9999999999]}),
    "issued in an hour": lambda f: f.good(iat=int(f.clock.now().timestamp()) + 3600),
    "issued with true": lambda f: f.raw(f.header, {**f.payload, "iat": True}),
    "never issued": lambda f: f.good(iat=None),
    "not yet": lambda f: f.good(nbf=int(f.clock.now().timestamp()) + 61),
    "no subject": lambda f: f.good(sub=None),
    "empty subject": lambda f: f.good(sub=""),
    "list of subjects": lambda f: f.raw(f.header, {**f.payload, "sub": [SUB]}),
    "subject with a line break": lambda f: f.good(sub="a\nb"),
    "long subject": lambda f: f.good(sub="x" * 65),
    "claim twice": lambda f: f.raw(
        f.header, json.dumps(f.payload)[:-1].encode() + b', "sub": "somebody-else"}'
    ),
    "header twice": lambda f: f.raw(
        json.dumps(f.header)[:-1].encode() + b', "kid": "' + f.signer.kid.encode() + b'"}', f.payload
    ),
    "payload is a list": lambda f: f.raw(f.header, [f.payload]),
    "payload is no JSON": lambda f: f.raw(f.header, b"\xff\xfe"),
    "header is a list": lambda f: f.raw([f.header], f.payload),
    "deep": lambda f: f"{segment(b'[' * 5000)}.{segment(f.payload)}.AA",
    "nothing": lambda _: "",
    "dots": lambda _: "..",
    "words": lambda _: "let me in",
    "one segment too many": lambda f: f.good() + ".AA",
    "letters of another alphabet": lambda f: f.good().replace("e", "е"),
    "a line break before": lambda f: "\n" + f.good(),
    "a NUL behind": lambda f: f.good() + "\x00",
    "not base 64": lambda f: f.good().replace(".", ".~", 1),
}


@pytest.fixture
def forge(signer, other_signer, clock) -> Forge:
    return Forge(signer, other_signer, clock)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_token_is_refused(verifier, forge, signer, clock, name):
    token = BAD[name](forge)

    with pytest.raises(TokenRefused) as refused:
        verifier.access(token)
    with pytest.raises(TokenRefused):
        verifier.person(Tokens(token, signer.sign(claims("id", clock)), "", 0))

    assert SUB not in str(refused.value)
    assert not token or token not in str(refused.value)


def test_a_good_token_counts(verifier, forge):
    assert verifier.access(forge.good())["sub"] == SUB


@pytest.mark.parametrize("minutes", [-10, 0, 10])
def test_tokens_count_while_our_clock_is_ten_minutes_off(verifier, signer, clock, minutes):
    issued = signer.sign(claims("access", clock)), signer.sign(claims("id", clock))
    clock.advance(timedelta(minutes=minutes).total_seconds())

    assert verifier.person(Tokens(*issued, "", 0)).sub == SUB


@pytest.mark.parametrize(("seconds", "counts"), [(3599, True), (3600 + 59, True), (3600 + 61, False)])
def test_an_expired_token_has_a_minutes_grace(verifier, forge, clock, seconds, counts):
    token = forge.good()
    clock.advance(seconds)

    if counts:
        verifier.access(token)
    else:
        with pytest.raises(TokenRefused):
            verifier.access(token)


@pytest.mark.parametrize(
    "more",
    [{"aud": "another"}, {"aud": [CLIENT]}, {"aud": None}, {"token_use": "access"}, {"iss": "https://x"}],
)
def test_an_id_token_for_somebody_else_is_refused(verifier, signer, clock, more):
    with pytest.raises(TokenRefused):
        verifier.identity(signer.sign(claims("id", clock, **more)))


@pytest.mark.parametrize(
    ("nonce", "counts"), [("n-1", True), ("n-2", False), (None, False), (["n-1"], False)]
)
def test_the_nonce_has_to_be_the_one_we_sent(verifier, signer, clock, nonce, counts):
    token = signer.sign(claims("id", clock, nonce=nonce))

    if counts:
        verifier.identity(token, nonce="n-1")
    else:
        with pytest.raises(TokenRefused):
            verifier.identity(token, nonce="n-1")


def test_a_person_is_what_both_tokens_say(verifier, signer, clock):
    access = signer.sign(claims("access", clock, **{"cognito:groups": ["ops", "shopper"]}))
    identity = signer.sign(claims("id", clock, email_verified=True, name="Ann Ö."))

    person = verifier.person(Tokens(access, identity, "", 0))

    assert (person.sub, person.email, person.name) == (SUB, "a@example.com", "Ann Ö.")
    assert person.groups == {"ops", "shopper"}
    assert person.email_verified


def test_tokens_of_two_people_do_not_make_one(verifier, signer, clock):
    access, identity = signer.sign(claims("access", clock)), signer.sign(claims("id", clock, sub="another"))

    with pytest.raises(TokenRefused):
        verifier.person(Tokens(access, identity, "", 0))


@pytest.mark.parametrize("groups", ["ops", [1], {"ops": 1}])
def test_groups_that_make_no_sense_are_refused(verifier, signer, clock, groups):
    access = signer.sign(claims("access", clock, **{"cognito:groups": groups}))

    with pytest.raises(TokenRefused):
        verifier.person(Tokens(access, signer.sign(claims("id", clock)), "", 0))


def test_who_has_no_name_and_no_address_is_still_somebody(verifier, signer, clock):
    identity = signer.sign(claims("id", clock, email=None, name=None))

    person = verifier.person(Tokens(signer.sign(claims("access", clock)), identity, "", 0))

    assert (person.email, person.name, person.groups, person.email_verified) == ("", "", frozenset(), False)


@pytest.mark.parametrize(("issuer", "client"), [("", CLIENT), (ISSUER, "")])
def test_a_verifier_that_would_accept_everybodys_tokens_is_not_made(keys, clock, issuer, client):
    with pytest.raises(ValueError, match="anybody"):
        TokenVerifier(keys, clock, issuer=issuer, client_id=client)


def test_headers_that_name_keys_make_nobody_fetch_them(verifier, forge, page):
    for name in ("jku", "x5u", "jwk", "path in kid", "empty kid", "alg none", "deep", "1 MB"):
        with pytest.raises(TokenRefused):
            verifier.access(BAD[name](forge))

    assert page.asked == 0
