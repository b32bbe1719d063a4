"""The pool's signing keys: fetched seldom, kept long, never believed from elsewhere."""

import threading
import time

import jwt
import pytest

from storefront.core import Reason, UpstreamUnavailable
from storefront.http import BodyTooLarge, HttpResponse, TransportTimeout
from storefront.identity import TokenRefused
from storefront.identity.keys import FRESH_SECONDS, REFETCH_SECONDS, RETRY_SECONDS, STALE_SECONDS
from tests.unit.identity.conftest import JWKS_URL, Signer

HOUR = 3600.0


def test_keys_are_fetched_once_for_all(keys, page, signer):
    for _ in range(20):
        assert isinstance(keys.get(signer.kid), jwt.PyJWK)

    (request,) = page.transport.requests
    assert (request.method, request.url, request.timeout) == ("GET", JWKS_URL, 2.0)


def test_they_survive_an_outage_of_a_day_and_of_no_more(keys, page, signer, clock):
    keys.get(signer.kid)
    clock.advance(FRESH_SECONDS - 1)  # the outage begins just before they would have been fetched again
    page.answer = TransportTimeout("down")
    for _ in range(24 * 12):
        clock.advance(300)
        keys.get(signer.kid)

    clock.advance(300)
    with pytest.raises(UpstreamUnavailable):
        keys.get(signer.kid)
    page.answer = None
    clock.advance(REFETCH_SECONDS)
    keys.get(signer.kid)
    assert STALE_SECONDS == 24 * HOUR


def test_during_an_outage_they_are_asked_for_every_five_minutes_at_most(keys, page, signer, clock):
    keys.get(signer.kid)
    clock.advance(2 * HOUR)
    page.answer = TransportTimeout("down")
    before = page.asked

    for _ in range(600):
        keys.get(signer.kid)
        clock.advance(1)

    assert page.asked - before == 2


def test_an_unknown_key_id_costs_one_fetch_in_five_minutes(keys, page, signer, clock):
    keys.get(signer.kid)
    clock.advance(REFETCH_SECONDS)

    for number in range(50):
        with pytest.raises(TokenRefused):
            keys.get(f"unknown{number}")

    assert page.asked == 2


def test_a_new_key_of_the_pool_is_found_and_the_old_one_dropped(keys, page, signer, clock):
    keys.get(signer.kid)
    page.keys = [Signer("next").jwk]
    clock.advance(REFETCH_SECONDS)

    assert keys.get("next").key_id == "next"
    with pytest.raises(TokenRefused):
        keys.get(signer.kid)


def test_a_first_fetch_that_fails_is_an_outage_and_is_tried_again_soon(keys, page, signer, clock):
    page.answer = TransportTimeout("down")
    for _ in range(3):
        with pytest.raises(UpstreamUnavailable) as down:
            keys.get(signer.kid)
    assert down.value.reason is Reason.TIMEOUT
    assert page.asked == 1

    page.answer = None
    clock.advance(RETRY_SECONDS)
    keys.get(signer.kid)


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(500),
        HttpResponse(429),
        HttpResponse(404, {}, b"{}"),
        HttpResponse(302, {"location": "https://evil.example/keys"}),
        HttpResponse(200, {}, b"<html>"),
        HttpResponse(200, {}, b"[]"),
        HttpResponse(200, {}, b'{"keys": []}'),
        HttpResponse(200, {}, b'{"keys": [{}]}'),
        HttpResponse(200, {}, b'{"keys": [{"kty": "oct", "kid": "x", "k": "AAAA"}]}'),
        HttpResponse(200, {}, b'{"keys": [{"kty": "RSA", "kid": "x", "n": "AA", "e": "not"}]}'),
        HttpResponse(200, {}, b'{"keys": "x"}' + b" " * 70_000),
        BodyTooLarge("more than 2 MB"),
    ],
)
def test_what_is_no_key_set_replaces_no_keys(keys, page, signer, clock, answer):
    kept = keys.get(signer.kid)
    page.answer = answer
    clock.advance(2 * HOUR)

    assert keys.get(signer.kid) is kept


def test_keys_of_other_kinds_are_passed_over(keys, page, signer):
    page.keys = [{"kty": "EC", "kid": "ec"}, signer.jwk]

    assert keys.get(signer.kid).key_id == signer.kid


def test_who_has_a_key_does_not_wait_for_who_fetches(keys, page, signer, clock):
    keys.get(signer.kid)
    clock.advance(2 * HOUR)
    fetching, go_on = threading.Event(), threading.Event()

    def hang(_request):
        fetching.set()
        go_on.wait(10)
        raise TransportTimeout("down")

    page.transport._answer = hang
    unlucky = threading.Thread(target=keys.get, args=(signer.kid,))
    unlucky.start()
    assert fetching.wait(5)
    started = time.monotonic()
    for _ in range(10):
        keys.get(signer.kid)

    assert time.monotonic() - started < 1
    go_on.set()
    unlucky.join(10)
