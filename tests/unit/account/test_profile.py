"""Name and telephone number: seen, changed, never overwritten unseen, never lost while something is away."""

import msgspec
import pytest

from storefront.core import Invalid, UpstreamInvalid
from storefront.core.errors import FieldProblem
from tests.unit.account.member import hidden, main_of
from tests.unit.cart.shopper import NO_STORE, summary_of, text_of, title_of, value_of
from tests.unit.web.shops import down

URL = "/ie/en/account/profile/"


def send(robin, **typed):
    return robin.send("profile/", {"name": "Robin Byrne", "phone": "", "version": "1", **typed})


def me(robin):
    return robin.twins.customers.get_me(token=robin.token)


def test_it_shows_what_the_shop_knows(robin):
    response = robin.look("profile/")
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert value_of(response, "name") == "Robin Byrne"
    assert hidden(response, "version") == "1"
    assert "robin@example.com" in main_of(response)


def test_who_has_saved_no_name_yet_finds_the_one_they_signed_up_with(robin, monkeypatch):
    nameless = msgspec.structs.replace(me(robin), name="")
    monkeypatch.setattr(robin.twins.customers, "get_me", lambda **_asked: nameless)
    assert value_of(robin.look("profile/"), "name") == "Robin Byrne"


def test_a_change_is_kept_and_said(robin):
    response = send(robin, name="Robin O'Byrne", phone="+353 91 000000")
    assert (response.status_code, response["Location"]) == (303, URL)
    assert (me(robin).name, me(robin).phone) == ("Robin O'Byrne", "+353 91 000000")
    page = robin.client.get(URL)
    assert value_of(page, "name") == "Robin O'Byrne"
    assert "Your details are saved." in text_of(page)
    assert robin.account.name == "Robin O'Byrne"
    assert "Good to see you, Robin O'Byrne." in text_of(robin.look(""))


def test_the_new_name_is_greeted_though_the_token_was_renewed(robin):
    send(robin, name="Robin Anew")
    assert robin.session()["auth"]["name"] == "Robin Anew"
    assert robin.session()["tokens"]["access"] != robin.token


def test_a_telephone_number_can_be_taken_back(robin):
    send(robin, phone="+353 91 000000")
    send(robin, phone="", version="2")
    assert me(robin).phone is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_what_is_wrong_is_said_at_the_field(robin, name):
    response = send(robin, name=name)
    assert response.status_code == 422
    assert title_of(response).startswith("Error: Your details")
    assert '<a href="#name">' in summary_of(response)
    assert me(robin).version == 1


def test_a_change_that_came_first_is_told_and_what_was_typed_is_kept(robin):
    robin.twins.customers.change_me(token=robin.token, name="Robin Quick", phone="123", version=1)
    response = send(robin, name="Robin Slow")
    assert response.status_code == 412
    assert "They now say: Robin Quick, 123." in summary_of(response)
    assert value_of(response, "name") == "Robin Slow"
    assert me(robin).name == "Robin Quick"
    assert send(robin, name="Robin Slow", version=hidden(response, "version")).status_code == 303
    assert me(robin).name == "Robin Slow"


def test_the_same_form_twice_is_one_change(robin):
    assert send(robin, name="Robin Twice").status_code == 303
    assert send(robin, name="Robin Twice").status_code == 303
    assert me(robin).version == 2


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "9" * 40])
def test_a_form_without_its_version_overwrites_nothing(robin, version):
    assert send(robin, name="Robin Odd", version=version).status_code == 412
    assert me(robin).name == "Robin Byrne"


def test_while_the_service_is_away_what_was_typed_is_still_there(robin):
    robin.twins.customers.fail(down("customers"))
    response = send(robin, name="Robin Later")
    assert response.status_code == 503
    assert value_of(response, "name") == "Robin Later"
    assert "We could not save this right now." in summary_of(response)


def test_an_answer_that_was_lost_is_looked_for(robin, monkeypatch):
    change = robin.twins.customers.change_me

    def lost(**arguments):
        change(**arguments)
        raise down("customers")

    monkeypatch.setattr(robin.twins.customers, "change_me", lost)
    assert send(robin, name="Robin Kept").status_code == 303
    assert me(robin).name == "Robin Kept"


def test_a_refusal_of_the_service_is_said_at_the_field(robin):
    problem = FieldProblem("/phone", "pattern", "This is no telephone number.")
    error = Invalid("customers", "change_me", status=422, code="validation_failed", errors=(problem,))
    robin.twins.customers.fail(error, "change_me")
    response = send(robin, phone="call me")
    assert response.status_code == 422
    assert "This is no telephone number." in summary_of(response)
    assert value_of(response, "phone") == "call me"


def test_the_name_is_saved_also_while_the_identity_provider_is_away(robin):
    robin.twins.people.fail(down("cognito"))
    assert send(robin, name="Robin Anyhow").status_code == 303
    assert me(robin).name == "Robin Anyhow"
    assert robin.account.name == "Robin Byrne"


# --- the last good copy -----------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [down("customers"), UpstreamInvalid("customers", "get_me", "nonsense")])
def test_the_last_good_copy_is_shown_and_says_so(robin, error):
    robin.look("profile/")
    robin.twins.customers.fail(error)
    response = robin.look("profile/")
    assert response.status_code == 200
    assert value_of(response, "name") == "Robin Byrne"
    assert "This is how it was on" in main_of(response)


def test_without_a_copy_it_says_that_it_is_away(robin):
    robin.twins.customers.fail(down("customers"))
    response = robin.look("profile/")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "not available right now" in title_of(response)
    assert 'href="/ie/en/account/orders/"' in main_of(response)
    assert response["Cache-Control"] == NO_STORE


def test_a_copy_from_before_a_change_is_never_shown(robin):
    robin.look("profile/")
    send(robin, name="Robin New")
    robin.twins.customers.fail(down("customers"))
    assert robin.look("profile/").status_code == 503


def test_markup_is_text(robin):
    response = send(robin, name='"><b>x</b>', phone="y" * 40)
    assert b"<b>x" not in response.content
