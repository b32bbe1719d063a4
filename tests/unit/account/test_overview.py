"""The account's first page: what is under way, and the way to everything, whatever is away."""

from tests.unit.account.member import OFFICE, link, main_of
from tests.unit.cart.shopper import NO_STORE
from tests.unit.web.shops import down

SECTIONS = ("orders", "profile", "addresses", "reviews", "preferences", "security", "devices", "data")


def test_it_greets_and_leads_everywhere(robin):
    response = robin.look("")
    page = main_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert "Good to see you, Robin Byrne." in page
    assert "You are signed in as robin@example.com." in page
    for section in SECTIONS:
        assert page.count(f'href="/ie/en/account/{section}/"') >= 2
    assert 'aria-current="page">Overview' in page
    assert 'action="/ie/en/account/sign-out/"' in page


def test_it_shows_the_last_three_orders_and_the_newest_address(robin):
    numbers = [order.number for order in robin.buys(4)]
    robin.keeps(), robin.keeps(OFFICE)
    page = main_of(robin.look(""))
    assert numbers[0] not in page
    assert all(number in page for number in numbers[1:])
    assert "Invalidenstr. 116" in page
    assert "12 Harbour Street" not in page


def test_it_asks_each_service_once(robin):
    robin.buys(3)
    robin.twins.orders.calls.clear(), robin.twins.customers.calls.clear()
    robin.look("")
    assert robin.twins.orders.calls == ["list_orders"]
    assert robin.twins.customers.calls == ["list_addresses"]


def test_while_everything_is_away_it_is_still_a_page(robin):
    robin.everything_down()
    response = robin.look("")
    assert response.status_code == 200
    assert "We can't show your orders right now." in main_of(response)
    assert link(main_of(response), "again") == "/ie/en/account/"
    assert link(main_of(response), "all-orders") == "/ie/en/account/orders/"
    assert 'href="/ie/en/account/security/"' in main_of(response)


def test_it_shows_copies_and_says_so(robin):
    (order,) = robin.buys()
    robin.look("")
    robin.twins.orders.fail(down("orders"))
    page = main_of(robin.look(""))
    assert order.number in page
    assert "This is how it was on" in page


def test_it_reads_from_right_to_left(robin):
    response = robin.client.get("/de/ar/account/")
    assert response.status_code == 200
    assert 'dir="rtl"' in response.content.decode()
