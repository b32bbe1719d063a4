"""Where somebody is signed in, and ending it there at once."""

import re

import pytest
from django.conf import settings

from storefront.identity import TokenRefused
from storefront.web.cart_cookie import cart_cookie_name
from tests.unit.account.member import another_browser, hidden, main_of
from tests.unit.cart.shopper import NO_STORE, text_of
from tests.unit.web.shops import down

URL = "/ie/en/account/devices/"


def handles(response) -> list[str]:
    return re.findall(rf'action="{URL}([0-9a-f]+)/end/"', text_of(response))


def test_this_device_is_named_and_can_not_be_ended_here(robin):
    response = robin.look("devices/")
    page = main_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert "Firefox on Linux</h2>" in page
    assert "in use now" in page
    assert "This device" in page
    assert "You are signed in nowhere else." in page
    assert handles(response) == []


def test_another_device_can_be_ended(robin):
    elsewhere = another_browser(robin)
    assert elsewhere.get("/account/").status_code == 200
    page = robin.look("devices/")
    assert (main_of(page).count("in use now"), main_of(page).count("last used on")) == (1, 1)
    (handle,) = handles(page)
    assert robin.send(f"devices/{handle}/end/")["Location"] == URL
    assert "That device is signed out." in text_of(robin.client.get(URL))
    assert elsewhere.get("/account/").status_code == 303
    assert robin.look("").status_code == 200


def test_all_others_can_be_ended_together(robin):
    browsers = [another_browser(robin) for _ in range(3)]
    assert 'id="end-others"' in main_of(robin.look("devices/"))
    assert robin.send("devices/others/end/")["Location"] == URL
    assert [browser.get("/account/").status_code for browser in browsers] == [303, 303, 303]
    assert "You are signed in nowhere else." in main_of(robin.client.get(URL))


def test_everywhere_ends_them_all_and_this_one_too(robin, mika):
    browsers = [another_browser(robin) for _ in range(2)]
    robin.client.cookies["c-eu"] = "a cart's"
    page = main_of(robin.look("devices/"))
    assert 'id="end-everywhere"' in page
    held = robin.session()["tokens"]["access"]
    response = robin.send("devices/all/end/", {"person": hidden(robin.look("devices/"), "person")})
    assert response["Location"] == "/ie/en/account/sign-out/"
    assert "storage" in response["Clear-Site-Data"]
    for name in (settings.SESSION_COOKIE_NAME, cart_cookie_name("eu")):
        assert response.cookies[name]["max-age"] == 0
    assert [one.get("/account/").status_code for one in (robin.client, *browsers)] == [303, 303, 303]
    assert "You are signed out." in text_of(robin.client.get(response["Location"]))
    with pytest.raises(TokenRefused):
        robin.twins.people.has_totp(access_token=held)
    assert mika.look("").status_code == 200


def test_everywhere_is_offered_where_there_is_no_other_device(robin):
    assert 'id="end-everywhere"' in main_of(robin.look("devices/"))


def test_somebody_elses_device_is_not_ended(robin, mika):
    another_browser(mika)
    (theirs,) = handles(mika.look("devices/"))
    assert robin.send(f"devices/{theirs}/end/")["Location"] == URL
    assert len(handles(mika.look("devices/"))) == 1


def test_a_second_press_is_no_page_that_does_not_exist(robin):
    another_browser(robin)
    (handle,) = handles(robin.look("devices/"))
    robin.send(f"devices/{handle}/end/")
    robin.look("devices/")
    assert robin.send(f"devices/{handle}/end/")["Location"] == URL
    assert "That device was signed out already." in text_of(robin.client.get(URL))


def test_the_handle_of_this_device_ends_nothing(robin):
    (row,) = re.findall(r'id="device-([0-9a-f]+)"', text_of(robin.look("devices/")))
    assert robin.send(f"devices/{row}/end/").status_code == 303
    assert robin.look("").status_code == 200


@pytest.mark.parametrize("handle", ["x", "0" * 16, "others", "%3Cb%3E", "x" * 300])
def test_a_device_that_is_none(robin, handle):
    assert robin.send(f"devices/{handle}/end/")["Location"] == URL
    assert robin.look("").status_code == 200


def test_while_the_table_is_away_it_is_a_page_with_words(robin):
    robin.twins.sessions.down = True
    response = robin.look("devices/")
    assert response.status_code == 503
    assert "s" not in response.cookies


def test_what_can_not_be_ended_now_is_said(robin, monkeypatch):
    another_browser(robin)

    def away(_request, _handle):
        raise down("dynamodb")

    (handle,) = handles(robin.look("devices/"))
    monkeypatch.setattr("storefront.account.devices.end_session", away)
    assert robin.send(f"devices/{handle}/end/").status_code == 503
