"""A word to a stranger fills no table: it is carried by their browser to the page that says it."""

import pytest

from storefront.web.notices import CARRIED_SECONDS
from tests import samples
from tests.unit.visitor.test_summary import URL, text_of

TOLD = {
    "/checkout/return/ord_00000001/": "this browser does not remember the order",
    "/account/sign-in/code/": "Please sign in again.",
    "/account/callback/?code=x&state=y": "Signing in there did not work.",
}


@pytest.mark.parametrize("path", TOLD)
def test_looking_makes_no_session(client, twins, settings, path):
    response = client.get(path)
    assert response.status_code == 303
    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert response.cookies[settings.NOTICE_COOKIE_NAME]["max-age"] == CARRIED_SECONDS
    assert TOLD[path] in text_of(client.get(URL))
    assert TOLD[path] not in text_of(client.get(URL))
    assert twins.sessions.sessions == {}


def test_a_first_thing_in_the_cart_makes_none_either(client, twins):
    assert client.post("/cart/lines/", {"sku": samples.CUSHION, "quantity": "1"}).status_code == 303
    assert "Meadow cushion is in your cart." in text_of(client.get(URL))
    assert twins.sessions.sessions == {}


def test_a_public_page_neither_reads_nor_sets_it(client, settings):
    client.get("/checkout/return/ord_00000001/")
    assert not client.get("/").cookies
    assert client.cookies[settings.NOTICE_COOKIE_NAME].value
