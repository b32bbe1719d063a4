"""People who sign in on another company's page: what opens their account is kept there, not offered here."""

import pytest

from tests.unit.account.member import PASSWORD, Member, main_of
from tests.unit.cart.shopper import text_of

URL = "/ie/en/account/security/"
OURS = (
    "security/password/",
    "security/email/",
    "security/email/code/",
    "security/authenticator/",
    "security/passkeys/",
)
PRESSED = (*OURS, "security/authenticator/end/", "security/passkeys/some/remove/")


@pytest.fixture
def google(robin: Member) -> Member:
    """Robin, who came by way of Google."""
    robin.account.provider = "Google"
    session = robin.session()
    session["auth"] = {**session["auth"], "provider": "Google"}
    session.save()
    return robin


def test_they_are_told_in_a_sentence_where_it_is_kept(google):
    page = main_of(google.look("security/"))
    assert "You sign in with your account at Google." in page
    assert "kept there; please change them there." in page
    for part in ("password", "email", "authenticator", "passkeys"):
        assert f"{URL}{part}/" not in page
    assert "/ie/en/account/devices/" in page


def test_the_provider_is_not_asked_for_what_it_cannot_know(google):
    google.twins.people.calls.clear()
    google.look("security/")
    assert google.twins.people.calls == []


@pytest.mark.parametrize("path", OURS)
def test_the_pages_for_it_lead_to_that_sentence(google, path):
    response = google.look(path)
    assert (response.status_code, response["Location"]) == (303, URL)


@pytest.mark.parametrize("path", PRESSED)
def test_nothing_is_done_by_a_form_that_was_open_before(google, path):
    google.twins.people.calls.clear()
    sent = {"old": PASSWORD, "new": "quite another row of words", "action": "begin", "code": "112233"}
    response = google.send(path, {**sent, "email": "new@example.com"})
    assert (response.status_code, response["Location"]) == (303, URL)
    assert google.twins.people.calls == []


def test_their_details_do_not_lead_to_another_address(google):
    assert "/account/security/email/" not in main_of(google.look("profile/"))
    assert "robin@example.com" in main_of(google.look("profile/"))


def test_everybody_else_is_offered_all_of_it(robin):
    page = main_of(robin.look("security/"))
    assert "You sign in with your account at" not in page
    assert f'href="{URL}password/"' in page
    assert "/account/security/email/" in main_of(robin.look("profile/"))


def test_who_has_to_prove_it_again_is_asked_for_the_provider_and_for_no_password(google):
    page = text_of(google.client.get("/account/sign-in/?again=1"))
    assert "please sign in with Google once more" in page
    assert 'value="robin@example.com"' not in page


def test_the_session_says_so_after_a_real_sign_in_and_after_a_renewal(robin):
    """What the verified tokens say is what the session keeps."""
    robin.account.provider = "Acme Ltd"
    robin.client.post("/account/sign-in/", {"email": "robin@example.com", "password": PASSWORD})
    assert robin.session()["auth"]["provider"] == "Acme Ltd"
    robin.account.provider = ""
    session = robin.session()
    session["tokens"] = {**session["tokens"], "until": 1}
    session.save()
    robin.look("profile/")
    assert robin.session()["auth"]["provider"] == ""
