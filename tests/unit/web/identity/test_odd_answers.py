"""What the provider says that makes no sense: it ends no sign-in, no page and no sign-out."""

import pytest

from storefront.core import UpstreamError, UpstreamInvalid
from storefront.identity import NotSupported, TokenRefused, TooManyTries
from tests.unit.web.identity.views import grants, new_browser

ODD = [
    UpstreamInvalid("cognito", "x", "no JSON"),
    NotSupported("x"),
    TooManyTries("x"),
    TokenRefused("x"),
]


@pytest.fixture(params=ODD, ids=lambda error: type(error).__name__)
def odd(request):
    return request.param


def answers(twins, error, *operations: str) -> None:
    if isinstance(error, UpstreamError):
        twins.people.fail(error, *operations)
    else:
        twins.people.refuse(error, *operations)


def test_a_token_that_is_still_good_will_do(browser, clock, twins, odd):
    browser.get("/enter/")
    first = browser.get("/token/").content
    answers(twins, odd, "refresh")
    clock.advance(3600 - 30)
    assert browser.get("/token/").content == first
    assert browser.get("/bearer/").content == first


def test_without_one_it_is_an_outage_and_nobody_is_signed_out(browser, clock, twins, odd):
    browser.get("/enter/")
    answers(twins, odd, "refresh")
    clock.advance(3600)
    assert browser.get("/token/").status_code == 503
    assert browser.get("/bearer/").content == b"as a guest"
    twins.people.heal()
    assert browser.get("/bearer/").content.startswith(b"eyJ")
    assert browser.get("/who/").json()["name"] == "Robin Byrne"


def test_who_it_is_may_be_told_at_the_next_renewal(browser, clock, twins):
    browser.get("/enter/")
    answers(twins, UpstreamInvalid("cognito", "person", "no keys"), "person")
    clock.advance(3600)
    assert browser.get("/token/").status_code == 200
    assert browser.get("/who/").json()["name"] == "Robin Byrne"


def test_signing_out_is_signing_out(browser, name, twins, odd):
    browser.get("/enter/")
    answers(twins, odd, "revoke", "sign_out_everywhere")
    response = browser.get("/leave/")
    assert (response.status_code, response.cookies[name]["max-age"]) == (200, 0)
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/who/").json()["signed_in"] is False


def test_so_it_is_everywhere(browser, clock, twins, odd):
    other = new_browser()
    for one in (browser, other):
        one.get("/enter/")
    answers(twins, odd, "revoke", "refresh", "sign_out_everywhere")
    clock.advance(3600)
    assert browser.get("/leave_all/").status_code == 200
    assert {one.get("/who/").json()["signed_in"] for one in (browser, other)} == {False}


def test_proving_it_again_is_a_sign_in(browser, twins, odd):
    browser.get("/enter/")
    answers(twins, odd, "revoke")
    assert browser.get("/enter/").content == b"Robin Byrne"


def test_one_token_that_is_refused_oddly_does_not_spare_the_next(browser, twins):
    for one in (new_browser(), new_browser(), browser):
        one.get("/enter/")
    revoke, asked = twins.people.revoke, []

    def once(**given):
        asked.append(given)
        if len(asked) == 1:
            raise NotSupported("revoke")
        revoke(**given)

    twins.people.revoke = once
    assert browser.get("/end_others/").content == b"2"
    assert sum(granted.sign_in.over for granted in grants(twins, "refresh")) == 1
