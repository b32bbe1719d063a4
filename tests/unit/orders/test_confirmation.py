"""The confirmation: what was bought, for the browser that bought it and for nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from storefront.core import NotFound, Unauthorized, UpstreamInvalid
from tests.paths import ShopClient
from tests.unit.cart.shopper import NO_STORE, Shopper, text_of, title_of
from tests.unit.web.shops import down


@pytest.fixture
def bought(shopper, twins) -> Shopper:
    shopper.to_review(quantity="2")
    shopper.place()
    twins.orders.settle(shopper.orders[0].id, "approved")
    return shopper


def look(shopper: Shopper):
    return shopper.client.get(f"/orders/{shopper.orders[0].id}/")


def test_it_says_what_was_bought_by_whom_and_for_how_much(bought):
    response = look(bought)
    page = text_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert title_of(response).startswith("Thank you for your order")
    words = (bought.orders[0].number, "robin@example.com", "12 Harbour Street", "Meadow cushion", "€102.95")
    for word in words:
        assert word in page
    assert 'content="noindex"' in page


def test_reload_and_back_show_the_same_order(bought):
    for _ in range(3):
        assert bought.orders[0].number in text_of(look(bought))
    assert len(bought.orders) == 1


def test_its_token_is_never_in_the_page(bought, twins):
    token = twins.orders._orders[bought.orders[0].id][1]
    assert token not in text_of(look(bought))


@pytest.mark.parametrize(
    ("outcome", "title"),
    [(None, "waiting for payment"), ("declined", "not paid"), ("cancelled", "cancelled")],
)  # fmt: skip
def test_an_order_that_is_not_paid_is_not_thanked_for(shopper, client, twins, outcome, title):
    shopper.to_review()
    shopper.place()
    order = shopper.orders[0].id
    if outcome == "declined":
        twins.orders.settle(order, outcome)
    elif outcome == "cancelled":
        client.post(f"/checkout/cancel/{order}/")
    response = look(shopper)
    assert response.status_code == 200
    assert title_of(response).startswith(f"Order {shopper.orders[0].number}: {title}")
    assert ("Nothing was charged." in text_of(response)) is bool(outcome)
    assert "Thank you" not in text_of(response)


def test_nobody_else_sees_it(bought):
    stranger = ShopClient()
    response, calls = bought.calls_of(lambda: stranger.get(f"/orders/{bought.orders[0].id}/"))
    assert response.status_code == 404
    assert calls == []
    assert response["Cache-Control"] == NO_STORE
    assert bought.orders[0].number not in text_of(response)


@pytest.mark.parametrize("order_id", ["ord_99999999", "x", "%3Cb%3E", "..", "x" * 500])
def test_an_order_that_is_not_there(bought, client, order_id):
    assert client.get(f"/orders/{order_id}/").status_code == 404


@pytest.mark.parametrize(
    "error", [NotFound("orders", "x", status=404), Unauthorized("orders", "x", status=401)]
)
def test_a_token_that_opens_nothing_any_more(bought, twins, error):
    twins.orders.fail(error, "get_order")
    assert look(bought).status_code == 404


@pytest.mark.parametrize("error", [down("orders"), UpstreamInvalid("orders", "get_order", "nonsense")])
def test_while_the_order_service_is_away(bought, twins, error):
    twins.orders.fail(error)
    response = look(bought)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    twins.orders.heal()
    assert look(bought).status_code == 200


def test_it_is_there_without_the_session_table(bought, client, twins, settings):
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    twins.sessions.down = True
    response = look(bought)
    assert response.status_code == 200
    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert client.cookies[settings.SESSION_COOKIE_NAME].value == session


def test_ordering_the_same_again_comes_last(bought):
    page = text_of(look(bought))
    assert page.index("Ask us about this order") < page.index("Handed to the carrier")
    assert page.index("Handed to the carrier") < page.index("Order the same again")


def test_an_order_is_thanked_for_when_it_was_just_paid_and_later_says_how_it_stands(bought, twins):
    order = bought.orders[0]
    page = text_of(look(bought))
    for words in ("It is paid.", "What happens next"):
        assert words in page
    twins.orders._keep(replace(order, placed_at=order.placed_at - timedelta(minutes=16)))
    response = look(bought)
    page = text_of(response)
    assert title_of(response).startswith(f"Order {order.number}: paid –")
    for words in ("Thank you", "It is paid.", "What happens next"):
        assert words not in page


def test_what_is_still_to_come_stands_below_what_has_happened(bought, twins):
    twins.orders.fulfil(bought.orders[0].id, "preparing")
    steps = text_of(look(bought)).partition('class="timeline"')[2].partition("</ol>")[0]
    assert steps.index("<strong>Being packed</strong>") < steps.index("Handed to the carrier")
    assert steps.count("Still to come:") == 2
    assert "It should arrive by" in steps
    twins.orders.fulfil(bought.orders[0].id, "delivered")
    assert "Still to come:" not in text_of(look(bought))


def test_how_it_was_paid_is_said_once_it_is(shopper, twins):
    shopper.to_review()
    shopper.place()
    assert "Paid by:" not in text_of(look(shopper))
    twins.orders.settle(shopper.orders[0].id, "approved")
    assert "Paid by: Card" in text_of(look(shopper))
    assert "What it cost<" in text_of(look(shopper))


def test_the_day_and_the_timeline_are_on_the_same_clocks(bought, twins):
    order = bought.orders[0]
    night = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)
    steps = tuple(replace(step, at=night) for step in order.timeline)
    twins.orders._keep(replace(order, placed_at=night, created_at=night, timeline=steps))
    page = text_of(bought.client.get(f"/us/en/orders/{order.id}/"))
    assert "November 22, 2026" in page
    assert "November 22" in page.partition('class="timeline"')[2].partition("</ol>")[0]
    assert "November 23" not in page
