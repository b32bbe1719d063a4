"""A customer's orders: theirs alone, page by page, and to be had again."""

import pytest

from storefront.account import orders as module
from tests.unit.account.member import link, main_of, signed_in
from tests.unit.cart.shopper import NO_STORE, Shopper, text_of
from tests.unit.web.shops import down

URL = "/ie/en/account/orders/"


def test_each_order_has_its_number_its_state_and_the_way_to_its_page(robin):
    (order,) = robin.buys()
    response = robin.look("orders/")
    page = main_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    for words in (order.number, "Ordered and paid", "1 item, €53.95, ordered on"):
        assert words in page
    assert f'href="/ie/en/orders/{order.id}/"' in page
    assert f'action="/ie/en/orders/{order.id}/again/"' in page


def test_who_has_ordered_nothing_is_told_where_to_begin(robin):
    page = main_of(robin.look("orders/"))
    assert "You have not ordered anything yet." in page
    assert 'href="/ie/en/orders/"' in page


@pytest.mark.parametrize(
    ("event", "words"),
    [("preparing", "Being packed"), ("shipped", "On its way"), ("delivered", "Delivered")],
)
def test_how_far_an_order_is(robin, event, words):
    (order,) = robin.buys()
    robin.twins.orders.fulfil(order.id, event)
    assert words in main_of(robin.look("orders/"))


def test_every_state_has_its_words(robin):
    assert all(str(words) for words in module.STATUS.values())


def test_the_list_comes_a_page_at_a_time_newest_first(robin, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    numbers = [order.number for order in robin.buys(3)]
    first = main_of(robin.look("orders/"))
    assert first.index(numbers[2]) < first.index(numbers[1])
    assert numbers[0] not in first
    assert link(first, "newest") == ""
    second = main_of(robin.client.get(link(first, "older")))
    assert numbers[0] in second
    assert link(second, "newest") == URL
    assert link(second, "older") == ""


@pytest.mark.parametrize("cursor", ["nonsense", "at-1", "<b>", "x" * 500])
def test_a_cursor_that_is_none_leads_to_the_first_page(robin, cursor):
    response = robin.client.get(URL, {"cursor": cursor})
    assert (response.status_code, response["Location"]) == (303, URL)


def test_somebody_elses_orders_are_not_in_it(robin, mika):
    (theirs,) = mika.buys()
    assert theirs.number not in text_of(robin.look("orders/"))
    assert theirs.number in text_of(mika.look("orders/"))


def test_the_first_page_is_there_while_the_service_is_away(robin):
    (order,) = robin.buys()
    robin.look("orders/")
    robin.twins.orders.fail(down("orders"))
    response = robin.look("orders/")
    assert response.status_code == 200
    assert order.number in main_of(response)
    assert "This is how it was on" in main_of(response)


def test_a_later_page_is_not(robin):
    robin.buys()
    robin.look("orders/")
    robin.twins.orders.fail(down("orders"))
    response = robin.client.get(URL, {"cursor": "at1"})
    assert response.status_code == 503
    assert 'href="/ie/en/account/"' in main_of(response)


def test_after_long_silence_an_order_is_as_closed_as_the_account(client, twins):
    robin = signed_in(client, twins)
    (order,) = robin.buys()
    assert order.contact.name in main_of(client.get(f"/orders/{order.id}/"))
    signed_in(client, twins, ago=31 * 60)
    for _press in range(2):
        response = client.get(f"/orders/{order.id}/")
        assert response.status_code == 303
        assert "again=1" in response["Location"]
    assert "again=1" in client.post(f"/orders/{order.id}/again/")["Location"]
    assert "again=1" in client.get(f"/checkout/return/{order.id}/")["Location"]


def test_the_browser_that_bought_it_sees_it_whoever_was_signed_in(client, twins):
    shopper = Shopper(client, twins)
    shopper.to_review()
    shopper.place()
    order = shopper.orders[-1]
    twins.orders.settle(order.id, "approved")
    signed_in(client, twins, ago=31 * 60)
    assert client.get(f"/orders/{order.id}/").status_code == 200
