"""Where somebody is signed in, and ending it there at once."""

import re

import pytest

from tests.unit.account.member import another_browser, main_of
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
    assert "Firefox on Linux, Ireland" in page
    assert "This device" in page
    assert "You are signed in nowhere else." in page
    assert handles(response) == []


def test_another_device_can_be_ended(robin):
    elsewhere = another_browser(robin)
    assert elsewhere.get("/account/").status_code == 200
    (handle,) = handles(robin.look("devices/"))
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


def test_somebody_elses_device_is_not_there(robin, mika):
    another_browser(mika)
    (theirs,) = handles(mika.look("devices/"))
    assert robin.send(f"devices/{theirs}/end/").status_code == 404
    assert len(handles(mika.look("devices/"))) == 1


@pytest.mark.parametrize("handle", ["x", "0" * 16, "others", "%3Cb%3E", "x" * 300])
def test_a_device_that_is_none(robin, handle):
    expected = 303 if handle == "others" else 404
    assert robin.send(f"devices/{handle}/end/").status_code == expected


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
