"""Another e-mail address: by a fresh sign-in, and only once it is proven."""

import pytest

from storefront.core import Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.identity import (
    ExpiredCode,
    IdentityRefused,
    NotSupported,
    RefreshRefused,
    TooManyTries,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.fake import EMAIL_CODE
from tests.paths import ShopClient
from tests.unit.account.member import PASSWORD, another_browser, signed_in
from tests.unit.cart.shopper import summary_of, text_of, title_of, value_of
from tests.unit.web.shops import down

URL = "/ie/en/account/security/"
NEW = "robin@elsewhere.example"


def say(robin, email: str = NEW):
    return robin.send("security/email/", {"email": email})


def prove(robin, code: str = EMAIL_CODE):
    return robin.send("security/email/code/", {"code": code})


def test_the_new_address_counts_once_it_is_proven(robin):
    assert say(robin)["Location"] == f"{URL}email/code/"
    assert robin.account.email == "robin@example.com"
    assert robin.twins.people.outbox[-1].to == NEW
    assert prove(robin)["Location"] == URL
    assert robin.account.email == NEW
    page = text_of(robin.client.get(URL))
    assert "Your email address is changed." in page
    assert NEW in page


def test_a_pool_that_asks_for_no_code_has_changed_it_already(robin, monkeypatch):
    def at_once(*, access_token, email):
        account = robin.twins.people._memory.holder(access_token, "change_email")
        robin.twins.people._memory.accounts[email] = robin.twins.people._memory.accounts.pop(account.email)
        account.email = email
        return False

    monkeypatch.setattr(robin.twins.people, "change_email", at_once)
    assert say(robin)["Location"] == URL
    page = text_of(robin.client.get(URL))
    assert "Your email address is changed." in page
    assert NEW in page


def test_while_no_new_token_can_be_had_the_change_is_a_change_all_the_same(robin):
    say(robin)
    robin.twins.people.fail(down("cognito"), "refresh")
    assert prove(robin)["Location"] == URL
    assert robin.account.email == NEW


@pytest.mark.parametrize(
    "failed",
    [
        UpstreamInvalid("cognito", "refresh", "odd"),
        UpstreamUnavailable("cognito", "refresh", Reason.TIMEOUT),
        NotSupported("refresh"),
        RefreshRefused("refresh"),
    ],
    ids=lambda failed: type(failed).__name__,
)
def test_every_other_sign_in_ends_whatever_becomes_of_this_one(robin, failed):
    elsewhere = another_browser(robin)
    say(robin)
    if isinstance(failed, IdentityRefused):
        robin.twins.people.refuse(failed, "refresh")
    else:
        robin.twins.people.fail(failed, "refresh")
    assert prove(robin)["Location"] == URL
    assert robin.account.email == NEW
    assert elsewhere.get("/account/").status_code == 303


def test_every_other_sign_in_ends(robin):
    elsewhere = another_browser(robin)
    say(robin)
    prove(robin)
    assert elsewhere.get("/account/").status_code == 303
    assert robin.look("").status_code == 200


def test_where_they_can_not_be_ended_now_the_next_sign_in_by_the_new_address_does(robin):
    elsewhere, delete = another_browser(robin), robin.twins.sessions.delete

    def failing(_digest):
        raise UpstreamUnavailable("dynamodb", "delete", Reason.TIMEOUT)

    say(robin)
    robin.twins.sessions.delete = failing
    assert prove(robin)["Location"] == URL
    robin.twins.sessions.delete = delete
    assert "We could not end your other sign-ins right now." in text_of(robin.client.get(URL))
    assert elsewhere.get("/account/").status_code == 200
    entered = ShopClient().post("/account/sign-in/", {"email": NEW, "password": PASSWORD})
    assert entered.status_code == 303
    assert elsewhere.get("/account/").status_code == 303


def test_where_not_even_that_can_be_noted_the_change_is_one_all_the_same(robin):
    say(robin)
    update = robin.twins.sessions.update

    def failing(digest, *given, **more):
        if digest.startswith("w_"):
            raise UpstreamUnavailable("dynamodb", "update", Reason.TIMEOUT)
        return update(digest, *given, **more)

    robin.twins.sessions.update = failing
    assert prove(robin)["Location"] == URL
    robin.twins.sessions.update = update
    page = text_of(robin.client.get(URL))
    assert "Your email address is changed." in page
    assert "We could not end your other sign-ins right now." in page


@pytest.mark.parametrize("email", ["", "robin", "robin@", "a b@example.com", "x" * 250 + "@example.com"])
def test_what_is_no_address_is_said_at_the_field(robin, email):
    response = say(robin, email)
    assert response.status_code == 422
    assert title_of(response).startswith("Error: Change your email address")
    assert '<a href="#email">' in summary_of(response)
    assert robin.twins.people.outbox == []


def test_it_asks_for_the_new_address_by_that_name(robin):
    assert 'for="email">New email address</label>' in text_of(robin.look("security/email/"))
    assert "New email address: this is not a whole address." in summary_of(say(robin, "robin"))


def test_the_address_that_one_has_is_none_to_change_to(robin):
    response = say(robin, "ROBIN@example.com")
    assert response.status_code == 422
    assert "this is the one you have already" in summary_of(response)


def test_nobody_learns_who_else_has_an_account(robin, mika):
    assert say(robin, "mika@example.com").status_code == say(robin).status_code == 303


def test_an_address_that_the_pool_can_not_take(robin):
    robin.twins.people.refuse(WrongCredentials("change_email"), "change_email")
    response = say(robin)
    assert response.status_code == 422
    assert "we can't use this one" in summary_of(response)
    assert value_of(response, "email") == NEW


@pytest.mark.parametrize("code", ["", "12", "abcdef", "1" * 30])
def test_what_is_no_code_is_said_at_the_field(robin, code):
    say(robin)
    response = prove(robin, code)
    assert response.status_code == 422
    assert '<a href="#code">' in summary_of(response)


def test_a_wrong_code_proves_nothing_and_guessing_ends_soon(robin):
    say(robin)
    answers = [prove(robin, f"00000{n}") for n in range(7)]
    assert "this is not the right one" in summary_of(answers[0])
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert robin.account.email == "robin@example.com"


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (ExpiredCode("verify_email"), 422, "this one is too old"),
        (WrongCode("verify_email"), 422, "this is not the right one"),
        (TooManyTries("verify_email"), 429, "That was tried very often"),
    ],
)
def test_what_the_provider_refuses_is_said(robin, error, status, words):
    robin.twins.people.refuse(error, "verify_email")
    response = prove(robin)
    assert response.status_code == status
    assert words in summary_of(response)


@pytest.mark.parametrize("act", [say, prove])
def test_while_the_provider_is_away_nothing_changes(robin, act):
    robin.twins.people.fail(down("cognito"))
    response = act(robin)
    assert response.status_code == 503
    assert "nothing has changed" in summary_of(response)


def test_it_asks_for_a_fresh_sign_in_and_keeps_what_was_typed(client, twins):
    robin = signed_in(client, twins, ago=20 * 60)
    assert robin.look("").status_code == 200
    for response in (robin.look("security/email/"), say(robin)):
        assert response.status_code == 303
        assert "/account/sign-in/" in response["Location"]
    assert robin.twins.people.outbox == []
    robin.proves()
    assert value_of(robin.look("security/email/"), "email") == NEW
