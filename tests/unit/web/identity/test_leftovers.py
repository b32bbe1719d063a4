"""What is left of a sign-in that fails halfway, or is ended everywhere: nothing that opens anything."""

import pytest

from storefront.clients.orders import CartRef
from storefront.core import NotFound, Reason, UpstreamUnavailable
from tests.unit.web.identity.views import ROBIN


def test_a_sign_in_that_fails_halfway_is_on_no_list_and_leaves_no_row(browser, twins):
    """The new row is written, the old one can't be taken out: whose session it is, is told to nobody."""
    browser.get("/enter/")
    browser.get("/guest/")
    before = dict(twins.sessions.sessions)
    delete, calls = twins.sessions.delete, []

    def failing(digest):
        calls.append(digest)
        if len(calls) == 1:
            raise UpstreamUnavailable("dynamodb", "delete", Reason.TIMEOUT, sent=True)
        return delete(digest)

    twins.sessions.delete = failing
    assert browser.get("/enter_gently/").content == b"try again"
    twins.sessions.delete = delete
    assert twins.sessions.sessions.keys() == before.keys()
    assert len(browser.get("/devices/").json()["all"]) == 1
    assert browser.get("/who/").json()["name"] == "Robin Byrne"


def test_signing_out_everywhere_closes_the_carts_that_other_browsers_know(browser, twins):
    twins.orders._owner_of = lambda _token: ROBIN
    opened = twins.orders.open_my_cart(market="eu", locale="en", country="IE", guest=None, access_token="any")
    known = CartRef(opened.cart.id, opened.ref.secret)
    assert twins.orders.get_cart(cart=known).id == opened.cart.id
    browser.get("/enter/")
    assert browser.get("/leave_all/").status_code == 200
    with pytest.raises(NotFound):
        twins.orders.get_cart(cart=known)


def test_it_goes_on_while_the_order_service_is_away(browser, twins):
    browser.get("/enter/")
    twins.orders.fail(UpstreamUnavailable("orders", "close_my_carts", Reason.CONNECTION))
    assert browser.get("/leave_all/").status_code == 200
    assert browser.get("/who/").json()["signed_in"] is False
