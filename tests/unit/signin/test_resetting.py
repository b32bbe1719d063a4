"""A forgotten password: a code by mail, a new password, in; and whoever else was in is out."""

import time

import pytest

from storefront.core import Reason, UpstreamUnavailable
from storefront.identity.fake import RESET_CODE
from storefront.identity.totp import new_totp_secret, totp_code
from storefront.signin import finishing
from tests.paths import ShopClient
from tests.unit.cart.shopper import summary_of, text_of, value_of
from tests.unit.signin.visitor import (
    ACCOUNT,
    CALLED,
    EMAIL,
    HOME,
    OTHER_PASSWORD,
    PASSWORD,
    Visitor,
    error_at,
    leads_to,
)

FORGOT, RESET = "/account/forgot/", "/account/reset/"
GOOD = {"email": EMAIL, "code": RESET_CODE, "password": OTHER_PASSWORD}


@pytest.fixture
def asked(visitor):
    assert leads_to(visitor.post(FORGOT, email=EMAIL)) == f"{HOME}{RESET}"
    return visitor


def test_from_a_forgotten_password_to_being_in(asked):
    page = asked.get(RESET)
    assert value_of(page, "email") == EMAIL
    assert "If this address has an account, a code is on its way to it." in text_of(page)
    for name in ("username", "one-time-code", "new-password"):
        assert f'autocomplete="{name}"' in text_of(page)
    assert leads_to(asked.post(RESET, **GOOD, next="/ie/en/cart/")) == "/ie/en/cart/"
    assert asked.name == CALLED
    assert asked.sign_in(password=PASSWORD).status_code == 422


def test_whoever_was_in_with_the_old_password_is_out(asked, twins):
    elsewhere = Visitor(ShopClient(), twins)
    elsewhere.sign_in()
    assert elsewhere.name == CALLED
    asked.post(RESET, **GOOD)
    assert asked.name == CALLED
    assert elsewhere.name == ""


def test_when_the_others_cannot_be_signed_out_now_that_is_said(asked, monkeypatch):
    def away(_request, **_more):
        raise UpstreamUnavailable("dynamodb", "query", Reason.TIMEOUT)

    monkeypatch.setattr(finishing, "end_other_sessions", away)
    assert leads_to(asked.post(RESET, **GOOD)) == ACCOUNT
    assert "We could not sign you out elsewhere just now." in text_of(asked.get("/cart/"))
    assert asked.name == CALLED


def test_the_authenticator_is_still_asked_for(asked, twins):
    account = twins.people.account(EMAIL)
    account.totp = new_totp_secret()
    assert leads_to(asked.post(RESET, **GOOD)) == f"{HOME}/account/sign-in/code/"
    assert asked.name == ""
    code = totp_code(account.totp, time.time())
    assert leads_to(asked.post("/account/sign-in/code/", code=code)) == ACCOUNT


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"email": ""}, "email", "Enter your email address."),
        ({"email": "x"}, "email", "not a whole address"),
        ({"code": ""}, "code", "Enter the code."),
        ({"code": "12"}, "code", "please type all of its digits"),
        ({"code": "9" * 10_240}, "code", "at most"),
        ({"password": ""}, "password", "Enter your password."),
        ({"password": "short"}, "password", "at least 12 characters"),
        ({"password": "x" * 10_240}, "password", "at most 256 characters"),
    ],
)
def test_what_will_not_do_is_said_at_the_field(asked, change, field, words):
    answer = asked.post(RESET, **{**GOOD, **change})
    assert answer.status_code == 422
    assert words in error_at(answer, field)
    assert "reset" not in asked.twins.people.calls
    assert OTHER_PASSWORD not in text_of(answer)


@pytest.mark.parametrize("change", [{"code": "123456"}, {"email": "nobody@example.com"}])
def test_wrong_codes_and_unknown_addresses_get_one_answer(asked, change):
    answer = asked.post(RESET, **{**GOOD, **change})
    assert answer.status_code == 422
    assert "this is not the right one, or it is too old" in error_at(answer, "code")
    assert asked.twins.people.account(EMAIL).password == PASSWORD


def test_a_code_counts_once(asked):
    assert asked.post(RESET, **GOOD).status_code == 303
    again = asked.post(RESET, **{**GOOD, "password": "yet another long one"})
    assert "this is not the right one, or it is too old" in error_at(again, "code")
    assert asked.twins.people.account(EMAIL).password == OTHER_PASSWORD


def test_codes_cannot_be_guessed_for_long(asked):
    statuses = [asked.post(RESET, **{**GOOD, "code": f"00000{n}"}).status_code for n in range(6)]
    assert statuses == [422] * 5 + [429]


def test_three_codes_an_hour(visitor):
    statuses = [visitor.post(FORGOT, email=EMAIL).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
    answer = visitor.post(FORGOT, email=EMAIL)
    assert int(answer["Retry-After"]) > 0
    assert value_of(answer, "email") == EMAIL


@pytest.mark.parametrize("email", ["", "robin", "x" * 10_240 + "@example.com"])
def test_what_is_no_address_is_said_at_the_field(visitor, email):
    answer = visitor.post(FORGOT, email=email)
    assert answer.status_code == 422
    assert error_at(answer, "email").startswith("Email address: " if email else "Enter your email address.")
    assert "forgot" not in visitor.twins.people.calls


@pytest.mark.parametrize(("path", "data"), [(FORGOT, {"email": EMAIL}), (RESET, GOOD)])
def test_while_the_pool_is_away_nothing_is_lost(visitor, path, data):
    visitor.twins.people.fail(UpstreamUnavailable("cognito", "x", Reason.TIMEOUT))
    answer = visitor.post(path, **data)
    assert answer.status_code == 503
    assert "nothing has changed" in summary_of(answer)
    assert value_of(answer, "email") == EMAIL


def test_a_password_that_was_set_is_set_also_when_one_cannot_go_straight_in(asked):
    asked.twins.people.fail(UpstreamUnavailable("cognito", "x", Reason.TIMEOUT), "sign_in")
    assert leads_to(asked.post(RESET, **GOOD)) == f"{HOME}/account/sign-in/"
    assert "Your new password is set." in text_of(asked.get("/account/sign-in/"))
    asked.twins.people.heal()
    assert leads_to(asked.sign_in(password=OTHER_PASSWORD)) == ACCOUNT
