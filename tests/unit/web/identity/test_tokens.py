"""Tokens behind a sign-in: renewed once and in time, and what becomes of the session when they end."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from storefront.core import UpstreamUnavailable
from storefront.identity import RefreshRefused
from tests.unit.web.identity.views import MIKA, PASSWORD, ROBIN, asks_to_sign_in, new_browser


def test_a_token_is_renewed_a_minute_before_its_end(browser, clock):
    browser.get("/enter/")
    first = browser.get("/token/").content
    clock.advance(3600 - 61)
    assert browser.get("/token/").content == first
    clock.advance(2)
    assert browser.get("/token/").content != first


@pytest.mark.parametrize("rotates", [False, True])
def test_twenty_requests_with_an_expired_token_renew_it_once(browser, name, clock, twins, rotates):
    twins.people._memory.rotates = rotates
    browser.get("/enter/")
    key = browser.cookies[name].value
    clock.advance(3600 * 2)
    refresh, asked = twins.people.refresh, []

    def slow(**arguments):
        asked.append(arguments)
        time.sleep(0.05)
        return refresh(**arguments)

    twins.people.refresh = slow
    clock.sleep = time.sleep  # waiting is real here; nobody's day goes by

    def ask(_number):
        one = new_browser()
        one.cookies[name] = key
        return one.get("/token/")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(asked) == 1


def test_a_new_refresh_token_is_the_one_that_is_used_next(browser, clock, twins):
    twins.people._memory.rotates = True
    browser.get("/enter/")
    for _ in range(5):
        clock.advance(3600)  # far beyond the minute for which an old one counts
        assert browser.get("/token/").status_code == 200


def test_while_the_provider_is_away_a_token_that_is_still_good_will_do(browser, clock, twins):
    browser.get("/enter/")
    first = browser.get("/token/").content
    twins.people.fail(UpstreamUnavailable("cognito", "refresh", "timeout"), "refresh")
    clock.advance(3600 - 30)
    assert browser.get("/token/").content == first
    clock.advance(31)
    assert browser.get("/token/").status_code == 503
    twins.people.heal()
    assert browser.get("/token/").status_code == 200


def test_when_the_provider_ends_it_the_rest_of_the_session_stays(browser, name, clock, twins):
    browser.get("/guest/")
    browser.get("/enter/")
    twins.people.refuse(RefreshRefused("refresh"), "refresh")
    clock.advance(3600)
    response = browser.post("/token/", {"city": "Galway"})
    assert asks_to_sign_in(response, "/ie/en/token/")
    assert not response.cookies
    found = browser.get("/who/").json()
    assert (found["signed_in"], found["guest"]) == (False, "kept")
    twins.people.heal()
    browser.get("/enter/")
    assert len(browser.get("/devices/").json()["all"]) == 1


def test_tokens_that_no_key_opens_any_more_are_a_sign_in_and_no_circle(browser, twins, settings):
    browser.get("/enter/")
    digest = next(key for key, stored in twins.sessions.sessions.items() if "tokens" in stored.data)
    twins.sessions.update(digest, {"tokens": '"s1:lost"'}, ())
    assert asks_to_sign_in(browser.get("/token/"), "/ie/en/token/")
    assert browser.get("/who/").json()["signed_in"] is False


def test_new_tokens_say_new_things_of_the_person(browser, clock, twins):
    browser.get("/enter/")
    twins.people.account(ROBIN).name = "Robin O’Byrne"
    twins.people.account(ROBIN).groups = frozenset()
    assert browser.get("/renewed/").content == b"ok"
    found = browser.get("/who/").json()
    assert (found["name"], found["groups"]) == ("Robin O’Byrne", [])


def test_tokens_of_another_person_end_the_sign_in(browser, clock, twins):
    browser.get("/enter/")
    stranger = twins.people.sign_in(email=MIKA, password=PASSWORD)
    twins.people.refresh = lambda **_: stranger
    clock.advance(3600)
    assert asks_to_sign_in(browser.get("/token/"), "/ie/en/token/")
    assert browser.get("/who/").json()["signed_in"] is False


def test_what_the_backend_finds_too_old_is_renewed_once(browser):
    browser.get("/enter/")
    assert browser.get("/backend/?refusals=0").content == b"1"
    assert browser.get("/backend/?refusals=1").content == b"2"
    assert asks_to_sign_in(browser.get("/backend/?refusals=2"), "/ie/en/backend/?refusals=2", again=True)


def test_what_is_forbidden_is_not_asked_for_twice(browser):
    browser.get("/enter/")
    assert browser.get("/backend/?refusals=1&status=403").status_code == 404


def test_a_guest_has_no_token(browser):
    assert asks_to_sign_in(browser.get("/token/?a=1"), "/ie/en/token/?a=1")
