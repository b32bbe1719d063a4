"""What the shop is for: a guest finds something, buys it, and the order reaches those who must know; and the
ways in which a payment can go. With and without JavaScript.
"""

from __future__ import annotations

import json
import re

import requests
from playwright.sync_api import expect

from dev.messages import peek
from dev.provision import EVENT_BUS, ORDER_QUEUE
from dev.stack.devstack import DevStack
from tests.e2e.goods import Article
from tests.e2e.shopper import Shopper

BY_ITSELF_MS = 25_000
"""How long the page that follows an order may take to hear of a payment: it looks every few seconds."""


def order_messages(shop: DevStack, number: str) -> list[dict[str, object]]:
    bodies = [json.loads(one["Body"]) for one in peek(shop.boto("sqs"), f"{ORDER_QUEUE}.fifo")]
    return [body for body in bodies if number in json.dumps(body)]


def order_events(shop: DevStack, number: str, kind: str) -> list[dict[str, object]]:
    events = [json.loads(one["Body"]) for one in peek(shop.boto("sqs"), f"{EVENT_BUS}-events")]
    return [event for event in events if event["detail-type"] == kind and number in json.dumps(event)]


def leave_unpaid(shopper: Shopper, article: Article) -> None:
    """Order something, walk away from the provider's page, and look at checkout again."""
    shopper.to_review(article.sku)
    shopper.place_order()
    shopper.pay("leave")
    shopper.open("/checkout/")
    expect(shopper.page.get_by_role("heading", level=1)).to_contain_text("checking")


def test_a_guest_buys_a_product(shopper: Shopper, shop: DevStack) -> None:
    page = shopper.page
    shopper.first_product()
    name = shopper.heading()
    shopper.add_to_cart()
    expect(page.get_by_text(re.compile("is in your cart|Added to your cart")).first).to_be_visible()
    shopper.check_out()
    shopper.place_order()
    shopper.pay("approve")
    number = shopper.order_number()
    expect(page.get_by_text("robin@example.com").first).to_be_visible()
    expect(page.get_by_role("heading", name=name)).to_be_visible()

    page.reload()
    assert shopper.order_number() == number
    shopper.open("/cart/")
    expect(page.get_by_text("Your cart is empty.")).to_be_visible()
    assert len(order_messages(shop, number)) == 1
    if shopper.scripts:  # asked once: the bus keeps all that ever happened, which takes a while to read
        assert len(order_events(shop, number, "OrderPlaced")) == 1
    assert shopper.complaints == []


def test_a_declined_payment_keeps_the_cart_and_the_next_try_succeeds(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    shopper.to_review(goods[0].sku)
    shopper.place_order()
    shopper.pay("decline")
    shopper.arrive("/checkout/review/")
    shopper.said(re.compile("was declined"))
    expect(shopper.page.locator("#order-summary .line")).to_contain_text(goods[0].title)
    shopper.place_order()
    shopper.pay("approve")
    assert shopper.order_number()
    assert shopper.complaints == []


def test_a_payment_that_never_returns_is_followed_until_it_is_known(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    leave_unpaid(shopper, goods[1])
    pay = shopper.page.locator('#checking a[href*="/hosted/"]').get_attribute("href")
    assert requests.post(f"{pay}/approve", allow_redirects=False, timeout=30).is_redirect
    # Nothing is pressed here: the browser hears of it by itself.
    shopper.page.wait_for_url(re.compile(r"/orders/[^/]+/$"), timeout=BY_ITSELF_MS)
    assert shopper.order_number()
    assert shopper.complaints == []


def test_an_order_that_is_not_paid_can_be_given_up(shopper: Shopper, goods: tuple[Article, ...]) -> None:
    leave_unpaid(shopper, goods[2])
    shopper.page.get_by_role("button", name="Cancel this order").click()
    shopper.arrive("/cart/")
    shopper.said(re.compile("nothing was charged"))
    expect(shopper.page.get_by_role("link", name="Check out")).to_be_visible()
    assert shopper.complaints == []


def test_a_challenged_payment_succeeds_with_the_right_code(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    shopper.to_review(goods[2].sku)
    shopper.place_order()
    shopper.pay("challenge")
    page = shopper.page
    for code in ("000000", "123456"):
        page.get_by_label(re.compile("code", re.IGNORECASE)).fill(code)
        page.get_by_role("button").first.click()
    assert shopper.order_number()
    assert shopper.complaints == []


def test_pressing_twice_orders_once(shopper: Shopper, goods: tuple[Article, ...], shop: DevStack) -> None:
    shopper.to_review(goods[3].sku)
    shopper.page.locator("#place").dblclick(no_wait_after=True)
    # The second press cuts the way of the first short, which wait_for_url takes for a failure.
    expect(shopper.page).to_have_url(re.compile("/payments/v1/hosted/"), timeout=BY_ITSELF_MS)
    shopper.pay("approve")
    number = shopper.order_number()
    assert len(order_messages(shop, number)) == 1
    shopper.open("/checkout/")
    shopper.arrive("/cart/")
    assert shopper.complaints == []
