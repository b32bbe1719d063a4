"""Passkeys: made by the device, listed, forgotten; somebody else's are not there."""

import json
import re
from html import unescape

import pytest

from tests.unit.account.member import main_of, signed_in
from tests.unit.cart.shopper import NO_STORE, text_of
from tests.unit.web.shops import down

URL = "/ie/en/account/security/passkeys/"
KEY = {"id": "credential-0001", "type": "public-key"}


def make(robin, credential: object = KEY):
    robin.send("security/passkeys/")
    return robin.send("security/passkeys/", {"credential": json.dumps(credential)})


def test_without_any_it_says_what_they_are(robin):
    response = robin.look("security/passkeys/")
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert "You have no passkey yet." in main_of(response)
    assert "needs JavaScript" in main_of(response)


def test_the_device_is_asked_what_the_pool_wants_to_know(robin):
    page = robin.send("security/passkeys/").content.decode()
    options = re.search(r'data-options="([^"]*)"', page)
    assert options
    assert json.loads(unescape(options.group(1)))["user"]["name"] == "robin@example.com"
    assert 'data-behaviour="newpasskey"' in page


def test_a_passkey_is_kept_and_listed(robin):
    response = make(robin)
    assert (response.status_code, response["Location"]) == (303, URL)
    page = robin.client.get(URL)
    assert "The passkey is saved." in text_of(page)
    assert "Added on" in main_of(page)
    assert "1 passkey opens your account." in main_of(robin.look("security/"))


def test_a_passkey_can_be_forgotten(robin):
    make(robin)
    (kept,) = robin.account.passkeys
    assert robin.send(f"security/passkeys/{kept}/remove/")["Location"] == URL
    assert robin.account.passkeys == {}


def test_somebody_elses_passkey_is_not_there(robin, mika):
    make(mika)
    (theirs,) = mika.account.passkeys
    assert robin.send(f"security/passkeys/{theirs}/remove/").status_code == 404
    assert theirs in mika.account.passkeys
    assert "Added on" not in main_of(robin.look("security/passkeys/"))


@pytest.mark.parametrize("credential", ["nonsense", "[]", "7", '"x"', "[" * 100_00, "{" + "x" * 20_000])
def test_what_is_no_credential_asks_the_device_again(robin, credential):
    response = robin.send("security/passkeys/", {"credential": credential})
    assert response.status_code == 200
    assert 'data-behaviour="newpasskey"' in text_of(response)
    assert robin.account.passkeys == {}


def test_an_answer_to_no_question_is_refused(robin):
    response = robin.send("security/passkeys/", {"credential": json.dumps(KEY)})
    assert response.status_code == 422
    assert "That took too long. Please begin again." in main_of(response)


def test_a_credential_that_the_pool_refuses(robin):
    response = make(robin, {"type": "public-key"})
    assert response.status_code == 422
    assert "This passkey was not accepted." in main_of(response)


def test_while_the_provider_is_away_it_says_so(robin, monkeypatch):
    def away(**_arguments):
        raise down("cognito")

    monkeypatch.setattr(robin.twins.people.passkeys, "list", away)
    assert robin.look("security/passkeys/").status_code == 503
    monkeypatch.undo()
    monkeypatch.setattr(robin.twins.people.passkeys, "begin_registration", away)
    response = robin.send("security/passkeys/")
    assert response.status_code == 503
    assert "nothing has changed" in main_of(response)


def test_all_of_it_asks_for_a_fresh_sign_in(client, twins):
    robin = signed_in(client, twins, ago=20 * 60)
    for response in (robin.look("security/passkeys/"), robin.send("security/passkeys/x/remove/")):
        assert "/account/sign-in/" in response["Location"]
