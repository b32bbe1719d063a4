"""An authenticator app: set up by a picture or letters and a first code, turned off by its owner alone."""

import re
import time
from html import unescape

import pytest

from storefront.identity import TooManyTries
from storefront.identity.totp import totp_code
from tests.unit.account.member import hidden, main_of, signed_in
from tests.unit.cart.shopper import NO_STORE, summary_of, text_of
from tests.unit.web.shops import down

URL = "/ie/en/account/security/"


def begin(robin):
    return robin.send("security/authenticator/", {"action": "begin"})


def confirm(robin, secret: str, code: str | None = None):
    code = totp_code(secret, time.time()) if code is None else code
    return robin.send("security/authenticator/", {"secret": secret, "code": code})


def on(robin) -> None:
    assert confirm(robin, hidden(begin(robin), "secret")).status_code == 303


def test_it_is_off_and_nothing_is_made_by_looking(robin):
    response = robin.look("security/authenticator/")
    assert response.status_code == 200
    assert "An app on your phone shows a new code" in main_of(response)
    assert robin.account.totp_pending == ""


def test_the_secret_is_a_picture_and_letters_in_groups(robin):
    response = begin(robin)
    page, secret = main_of(response), hidden(response, "secret")
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert secret == robin.account.totp_pending
    letters = re.search(r'id="secret" dir="ltr">([^<]*)<', page)
    assert letters
    assert letters.group(1).replace(" ", "") == secret
    assert all(len(group) <= 4 for group in letters.group(1).split())
    picture = re.search(r'id="qr"\s+src="(data:image/svg\+xml[^"]*)"', unescape(response.content.decode()))
    assert picture
    assert "img-src 'self' data:" in response["Content-Security-Policy"]
    assert f"secret={secret}" in page
    assert "Fieldnote%3Arobin%40example.com" in page


def test_the_first_code_turns_it_on(robin):
    response = begin(robin)
    done = confirm(robin, hidden(response, "secret"))
    assert (done.status_code, done["Location"]) == (303, URL)
    assert robin.account.totp
    page = robin.client.get(URL)
    assert "From now on we ask for a code" in text_of(page)
    assert "On: we ask for a code when you sign in." in main_of(page)


@pytest.mark.parametrize("code", ["", "12", "abcdef", "1" * 30])
def test_what_is_no_code_shows_the_same_picture_again(robin, code):
    secret = hidden(begin(robin), "secret")
    response = confirm(robin, secret, code)
    assert response.status_code == 422
    assert '<a href="#code">' in summary_of(response)
    assert hidden(response, "secret") == secret == robin.account.totp_pending


def test_a_wrong_code_shows_the_same_picture_and_guessing_ends_soon(robin):
    secret = hidden(begin(robin), "secret")
    answers = [confirm(robin, secret, f"00000{n}") for n in range(7)]
    assert answers[0].status_code == 422
    assert hidden(answers[0], "secret") == secret
    assert answers[-1].status_code == 429
    assert robin.account.totp == ""


@pytest.mark.parametrize("secret", ["", "short", '"><b>x</b>', "a" * 5000])
def test_a_form_without_its_secret_begins_anew(robin, secret):
    response = confirm(robin, secret, "123456")
    assert response.status_code == 200
    assert hidden(response, "secret") == robin.account.totp_pending
    assert b"<b>x" not in response.content


def test_it_can_be_turned_off(robin):
    on(robin)
    assert "It is on" in main_of(robin.look("security/authenticator/"))
    response = robin.send("security/authenticator/end/")
    assert (response.status_code, response["Location"]) == (303, URL)
    assert robin.account.totp == ""


@pytest.mark.parametrize("path", ["security/authenticator/", "security/authenticator/end/"])
def test_while_the_provider_is_away_nothing_changes(robin, path):
    on(robin)
    robin.twins.people.fail(down("cognito"))
    response = robin.send(path, {"action": "begin"})
    assert response.status_code == 503
    assert "nothing has changed" in summary_of(response)
    assert "We can't tell right now" in main_of(robin.look("security/authenticator/"))
    assert robin.account.totp


def test_the_providers_own_limit_is_said(robin):
    robin.twins.people.refuse(TooManyTries("begin_totp"), "begin_totp")
    response = begin(robin)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_all_of_it_asks_for_a_fresh_sign_in(client, twins):
    robin = signed_in(client, twins, ago=20 * 60)
    asked = (robin.look("security/authenticator/"), begin(robin), robin.send("security/authenticator/end/"))
    for response in asked:
        assert response.status_code == 303
        assert "/account/sign-in/" in response["Location"]
    assert robin.account.totp_pending == ""
