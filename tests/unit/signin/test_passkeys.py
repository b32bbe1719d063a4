"""Signing in with a passkey: offered where the pool has them, forms at every step, the password beside it."""

import json
from dataclasses import replace

import pytest

from storefront.identity import NotConfirmed, ResetRequired, TooManyTries
from storefront.identity.tokens import Passkey
from tests.paths import ShopClient
from tests.unit.cart.shopper import summary_of, text_of, value_of
from tests.unit.signin.visitor import (
    ACCOUNT,
    CALLED,
    EMAIL,
    HOME,
    OTHER_PASSWORD,
    Visitor,
    error_at,
    leads_to,
)

BEGIN, CODE = "/account/sign-in/passkey/", "/account/sign-in/code/"


@pytest.fixture(autouse=True)
def offered(settings) -> None:
    settings.IDENTITY = replace(settings.IDENTITY, passkeys=True)


@pytest.fixture
def key(twins) -> str:
    twins.people.account(EMAIL).passkeys["key-1"] = Passkey("key-1", "Phone", 0)
    return json.dumps({"id": "key-1", "type": "public-key", "response": {}})


@pytest.mark.parametrize("there", [True, False])
def test_the_button_is_there_where_the_pool_has_them(visitor, settings, there):
    settings.IDENTITY = replace(settings.IDENTITY, passkeys=there)
    page = text_of(visitor.get("/account/sign-in/"))
    assert (f'formaction="{HOME}{BEGIN}"' in page) is there


def test_a_passkey_leads_in_and_on(visitor, key):
    asked = leads_to(visitor.post(BEGIN, email=EMAIL, next="/ie/en/cart/"))
    assert asked == f"{HOME}{CODE}?next=%2Fie%2Fen%2Fcart%2F"
    page = text_of(visitor.get(asked))
    assert '"rpId": "shop.example"' in page
    assert "Passkeys need JavaScript" in page
    assert visitor.name == ""
    assert leads_to(visitor.post(CODE, credential=key, next="/ie/en/cart/")) == "/ie/en/cart/"
    assert visitor.name == CALLED


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_without_a_passkey_the_password_is_asked_for(visitor, email):
    answer = visitor.post(BEGIN, email=email, password="typed already")
    assert answer.status_code == 422
    assert "We can't use a passkey for this email address." in summary_of(answer)
    assert value_of(answer, "email") == email
    assert "typed already" not in text_of(answer)


def test_whose_passkey_it_is_has_to_be_said(visitor):
    answer = visitor.post(BEGIN, email="")
    assert answer.status_code == 422
    assert "Enter your email address." in error_at(answer, "email")
    assert 'id="password-error"' not in text_of(answer)


@pytest.mark.parametrize(
    "credential", ["", "{", "[]", "null", '{"id": "key-2"}', '{"id": 5}', "[" * 30_000, "x" * 10_240]
)
def test_any_other_answer_of_a_device_leads_nowhere(visitor, key, credential):
    visitor.post(BEGIN, email=EMAIL)
    answer = visitor.post(CODE, credential=credential)
    assert answer.status_code == 422
    assert "That passkey did not work." in summary_of(answer)
    assert visitor.name == ""
    # The pool's question is used up.
    assert leads_to(visitor.post(CODE, credential=key)) == f"{HOME}/account/sign-in/"


def test_an_answer_counts_once(visitor, key):
    visitor.post(BEGIN, email=EMAIL)
    assert leads_to(visitor.post(CODE, credential=key)) == ACCOUNT
    visitor.post("/account/sign-out/")
    assert leads_to(visitor.post(CODE, credential=key)) == f"{HOME}/account/sign-in/"
    assert visitor.name == ""


@pytest.mark.parametrize("refusal", [NotConfirmed, ResetRequired, TooManyTries])
def test_what_the_pool_has_against_the_account_ends_it(visitor, key, monkeypatch, refusal):
    visitor.post(BEGIN, email=EMAIL)

    def refuse(_self, *, challenge, credential):
        raise refusal("finish_passkey_sign_in", "x")

    monkeypatch.setattr(type(visitor.twins.people.passkeys), "finish_passkey_sign_in", refuse)
    answer = visitor.post(CODE, credential=key)
    assert answer.status_code == 422
    assert "That passkey did not work." in summary_of(answer)


def test_being_asked_for_a_passkey_makes_no_rush(twins, key):
    for house in range(5):
        asker = Visitor(ShopClient(REMOTE_ADDR=f"203.0.113.{house}"), twins)
        for _ in range(20):
            assert asker.post(BEGIN, email=EMAIL).status_code == 303
    other = Visitor(ShopClient(REMOTE_ADDR="198.51.100.7"), twins)
    assert [other.sign_in(f"{n}@example.com", "x" * 12).status_code for n in range(3)] == [422] * 3


def test_being_asked_for_a_passkey_forgives_no_wrong_passwords(visitor, key):
    for _ in range(4):
        visitor.sign_in(password=OTHER_PASSWORD)
    assert visitor.post(BEGIN, email=EMAIL).status_code == 303
    assert [visitor.sign_in(password=OTHER_PASSWORD).status_code for _ in range(2)] == [422, 429]
