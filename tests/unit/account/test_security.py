"""What protects the account, and the password: never printed, never guessed, never two owners at once."""

import time

import pytest

from storefront.core import Reason, UpstreamUnavailable
from storefront.identity import NotSupported, TooManyTries, WeakPassword
from storefront.identity.totp import totp_code
from tests.unit.account.member import PASSWORD, another_browser, hidden, main_of
from tests.unit.cart.shopper import NO_STORE, summary_of, text_of, title_of
from tests.unit.web.shops import down

URL = "/ie/en/account/security/"
BETTER = "quite another row of words"


def change(robin, old: str = PASSWORD, new: str = BETTER):
    return robin.send("security/password/", {"old": old, "new": new})


# --- the page ---------------------------------------------------------------------------------------------


def test_it_says_how_the_account_is_protected(robin):
    response = robin.look("security/")
    page = main_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert "robin@example.com" in page
    assert "Off. A code from your phone" in page
    assert "None yet. With one you sign in with your fingerprint" in page
    for part in ("password", "email", "authenticator", "passkeys"):
        assert f'href="{URL}{part}/"' in page


def test_where_the_pool_has_no_passkeys_nothing_is_said_of_them(robin, monkeypatch):
    def none(**_arguments):
        raise NotSupported("list")

    monkeypatch.setattr(robin.twins.people.passkeys, "list", none)
    assert "asskey" not in main_of(robin.look("security/"))
    assert robin.look("security/passkeys/").status_code == 404
    assert robin.send("security/passkeys/some/remove/").status_code == 404


def test_while_the_provider_is_away_it_says_that_it_does_not_know(robin):
    robin.twins.people.fail(down("cognito"))
    response = robin.look("security/")
    assert response.status_code == 200
    assert "We can't tell right now whether it is on." in main_of(response)


# --- the password -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["password/", "email/", "email/code/", "authenticator/", "passkeys/"])
def test_the_way_back_says_where_it_leads(robin, path):
    page = main_of(robin.look(f"security/{path}"))
    assert '<a href="/ie/en/account/security/">Back to Sign-in and security</a>' in page


def test_the_form_is_one_that_password_managers_know(robin):
    page = main_of(robin.look("security/password/"))
    for words in (
        'autocomplete="current-password"',
        'autocomplete="new-password"',
        'autocomplete="username"',
    ):
        assert words in page


def test_a_new_password_counts_and_ends_every_other_sign_in(robin):
    elsewhere = another_browser(robin)
    response = change(robin)
    assert (response.status_code, response["Location"]) == (303, URL)
    assert robin.account.password == BETTER
    page = text_of(robin.client.get(URL))
    assert "Your password is changed." in page
    assert "You are signed out on your other devices." in page
    assert elsewhere.get("/account/").status_code == 303
    assert robin.look("").status_code == 200


@pytest.mark.parametrize("old", ["not this one", f" {PASSWORD}", PASSWORD.upper()])
def test_a_wrong_password_changes_nothing(robin, old):
    response = change(robin, old=old)
    assert response.status_code == 422
    assert title_of(response).startswith("Error: Change your password")
    assert "Current password: this is not the right one." in summary_of(response)
    assert robin.account.password == PASSWORD


@pytest.mark.parametrize("new", ["", "short", "x" * 257, "x" * 10_000, f" {BETTER}"])
def test_a_new_password_that_is_none_is_said_at_the_field(robin, new):
    response = change(robin, new=new)
    assert response.status_code == 422
    assert '<a href="#new">' in summary_of(response)
    assert robin.account.password == PASSWORD


def test_what_the_pool_finds_weak_is_said_at_the_field(robin):
    robin.twins.people.refuse(WeakPassword("change_password", reasons=("used_before",)), "change_password")
    response = change(robin)
    assert response.status_code == 422
    assert "you have used this one before" in summary_of(response)


def test_no_password_is_ever_printed(robin):
    for response in (change(robin, old="wrong one entirely"), change(robin, new="short")):
        page = text_of(response)
        for secret in (PASSWORD, BETTER, "wrong one entirely", 'short"'):
            assert secret not in page


def test_guessing_ends_soon(robin):
    answers = [change(robin, old=f"guess number {n}").status_code for n in range(7)]
    assert answers[:5] == [422] * 5
    assert answers[-1] == 429
    response = change(robin)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "That was tried very often" in summary_of(response)
    assert robin.account.password == PASSWORD


def test_the_right_password_forgives_wrong_ones(robin):
    for new in (BETTER, PASSWORD):
        assert [change(robin, old=f"guess number {n}").status_code for n in range(4)] == [422] * 4
        assert change(robin, old=robin.account.password, new=new).status_code == 303


def test_no_other_proof_forgives_a_wrong_password(robin):
    """Or whoever sits at a browser that was left open could guess for ever."""
    assert [change(robin, old=f"guess number {n}").status_code for n in range(5)] == [422] * 5
    secret = hidden(robin.send("security/authenticator/", {"action": "begin"}), "secret")
    code = totp_code(secret, time.time())
    assert robin.send("security/authenticator/", {"secret": secret, "code": code}).status_code == 303
    assert robin.send("security/email/", {"email": "robin@elsewhere.example"}).status_code == 303
    assert change(robin, old="guess number 6").status_code == 429


def test_the_providers_own_limit_is_said(robin):
    robin.twins.people.refuse(TooManyTries("change_password"), "change_password")
    response = change(robin)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("sent", "words"), [(False, "nothing has changed"), (True, "We did not hear in time whether")]
)
def test_while_the_provider_is_away_only_what_is_known_is_said(robin, sent, words):
    robin.twins.people.fail(UpstreamUnavailable("cognito", "x", Reason.TIMEOUT, sent=sent))
    response = change(robin)
    assert response.status_code == 503
    assert words in summary_of(response)


def test_other_sign_ins_that_could_not_be_ended_are_told_of(robin, monkeypatch):
    def away(_request):
        raise down("dynamodb")

    monkeypatch.setattr("storefront.account.password.end_other_sessions", away)
    assert change(robin).status_code == 303
    assert "We could not end your other sign-ins" in text_of(robin.client.get(URL))


def test_a_token_that_the_provider_has_ended_leads_to_sign_in(robin):
    robin.twins.people.sign_out_everywhere(access_token=robin.token)
    response = change(robin)
    assert response.status_code == 303
    assert "/account/sign-in/" in response["Location"]
