"""Language, country and letters: kept, told back, and never overwritten unseen."""

import pytest

from tests.unit.account.member import hidden, main_of
from tests.unit.cart.shopper import NO_STORE, summary_of, text_of, value_of
from tests.unit.web.shops import down

URL = "/ie/en/account/preferences/"


def send(robin, **typed):
    return robin.send("preferences/", {"language": "", "country": "", "version": "1", **typed})


def mine(robin):
    return robin.twins.customers.get_preferences(token=robin.token)


def test_nobody_has_said_anything_at_first(robin):
    response = robin.look("preferences/")
    page = main_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert value_of(response, "language") == ""
    assert "checked" not in page
    assert "You said" not in page


def test_what_is_chosen_is_kept(robin):
    assert send(robin, language="en", country="IE", marketing_email="yes")["Location"] == URL
    now = mine(robin)
    assert (now.language, now.country, now.marketing_email) == ("en", "IE", True)
    response = robin.client.get(URL)
    assert "Your preferences are saved." in text_of(response)
    assert "You said yes on" in main_of(response)
    assert value_of(response, "country") == "IE"


def test_a_no_is_kept_too(robin):
    send(robin, marketing_email="yes")
    send(robin, version="2")
    assert mine(robin).marketing_email is False
    assert "You said no on" in main_of(robin.look("preferences/"))


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ({"language": "de"}, "ie/de"),
        ({"country": "DE"}, "de/en"),
        ({"language": "ar", "country": "US"}, "us/ar"),
    ],
)
def test_the_shop_goes_on_in_what_was_chosen(robin, typed, region):
    response = send(robin, **typed)
    assert response.status_code == 303
    assert response["Location"] == f"/{region}/regions/choose/?path=%2Faccount%2Fpreferences%2F"
    onward = robin.client.get(response["Location"])
    assert onward["Location"] == f"/{region}/account/preferences/"
    assert robin.client.get(onward["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("field", "typed"), [("language", "tlh"), ("country", "XX"), ("marketing_email", "perhaps")]
)
def test_what_is_not_offered_is_said_at_the_field(robin, field, typed):
    response = send(robin, **{field: typed})
    assert response.status_code == 422
    assert f'<a href="#{field}">' in summary_of(response)
    assert mine(robin).version == 1


def test_a_change_that_came_first_is_told_and_the_choice_kept(robin):
    robin.twins.customers.change_preferences(
        token=robin.token, language="de", country=None, marketing_email=False, version=1
    )
    response = send(robin, language="en", marketing_email="yes")
    assert response.status_code == 412
    told = summary_of(response)
    assert "changed elsewhere meanwhile" in told
    assert "Language: Deutsch, Country: No preference, News and offers by email: no." in told
    assert "You said no on" in main_of(response)
    assert value_of(response, "language") == "en"
    assert " checked" in main_of(response)
    assert mine(robin).language == "de"
    assert send(robin, language="en", version=hidden(response, "version")).status_code == 303


def test_while_the_service_is_away_the_choice_is_still_there(robin):
    robin.look("preferences/")
    robin.twins.customers.fail(down("customers"))
    assert "This is how it was on" in main_of(robin.look("preferences/"))
    response = send(robin, language="de")
    assert response.status_code == 503
    assert value_of(response, "language") == "de"
    robin.twins.customers.heal()
    assert mine(robin).language is None
