"""How long a sign-in lasts: idle minutes, minutes since it was proved, thirty days; clocks that are wrong."""

import pytest

from tests.unit.web.identity.views import asks_to_sign_in


def test_who_does_nothing_for_half_an_hour_proves_it_again_for_the_account(browser, clock):
    browser.get("/enter/")
    for _ in range(4):
        clock.advance(29 * 60)
        assert browser.get("/account/").content == b"account"
    clock.advance(31 * 60)
    assert asks_to_sign_in(browser.get("/account/"), "/ie/en/account/", again=True)
    assert browser.get("/who/").json()["name"] == "Robin Byrne"


def test_whoever_was_idle_stays_out_until_they_prove_who_they_are(browser, clock):
    """Neither a second press nor any other page makes up for it."""
    browser.get("/enter/")
    clock.advance(31 * 60)
    for path in ("/account/", "/who/", "/account/", "/guest/", "/token/", "/account/"):
        response = browser.get(path)
    assert asks_to_sign_in(response, "/ie/en/account/", again=True)
    browser.get("/enter/")
    assert browser.get("/account/").content == b"account"


def test_what_is_sensitive_asks_when_they_signed_in_and_not_when_they_were_active(browser, clock):
    browser.get("/enter/")
    assert browser.get("/sensitive/").content == b"sensitive"
    clock.advance(5 * 60 + 1)
    assert asks_to_sign_in(browser.get("/sensitive/"), "/ie/en/sensitive/", again=True)
    browser.get("/enter/")
    assert browser.get("/sensitive/").content == b"sensitive"


def test_after_thirty_days_they_sign_in_however_active_they_were(browser, clock):
    browser.get("/enter/")
    for _ in range(30):
        clock.advance(24 * 3600)
        found = browser.get("/who/").json()["signed_in"]
    assert found is False


@pytest.mark.parametrize("wrong_by", [-600, 600])
def test_a_clock_that_is_ten_minutes_wrong_signs_nobody_out(browser, clock, twins, wrong_by):
    browser.get("/enter/")
    clock.advance(wrong_by)
    assert browser.get("/account/").content == b"account"
    assert browser.get("/who/").json()["signed_in"] is True
    assert browser.get("/token/").status_code == 200
    clock.advance(-wrong_by)
    assert browser.get("/account/").content == b"account"


def test_being_active_is_noted_once_a_minute(browser, clock, twins):
    browser.get("/enter/")
    twins.sessions.calls.clear()
    for _ in range(20):
        browser.get("/who/")
    assert set(twins.sessions.calls) == {"read"}
    clock.advance(61)
    browser.get("/who/")
    assert twins.sessions.calls.count("update") == 1
