"""What the shop is for: a guest finds something, buys it, and the order reaches those who must know. With and
without JavaScript.
"""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from dev.messages import peek
from dev.provision import EVENT_BUS, ORDER_QUEUE
from dev.stack.devstack import DevStack
from tests.e2e.shopper import Shopper


def order_messages(shop: DevStack, number: str) -> list[dict[str, object]]:
    bodies = [json.loads(one["Body"]) for one in peek(shop.boto("sqs"), f"{ORDER_QUEUE}.fifo")]
    return [body for body in bodies if number in json.dumps(body)]


def order_events(shop: DevStack, number: str, kind: str) -> list[dict[str, object]]:
    events = [json.loads(one["Body"]) for one in peek(shop.boto("sqs"), f"{EVENT_BUS}-events")]
    return [event for event in events if event["detail-type"] == kind and number in json.dumps(event)]


def test_a_guest_buys_a_product(shopper: Shopper, shop: DevStack) -> None:
    shopper.open_first_product()
    shopper.add_to_cart()
    shopper.check_out()
    shopper.place_order()
    shopper.pay("approve")
    number = shopper.order_number()
    expect(shopper.page.get_by_text("robin@example.com").first).to_be_visible()

    shopper.page.reload()
    assert shopper.order_number() == number
    shopper.open("/cart/")
    expect(shopper.page.get_by_text(re.compile("cart is empty", re.IGNORECASE)).first).to_be_visible()
    assert len(order_messages(shop, number)) == 1
    assert len(order_events(shop, number, "OrderPlaced")) == 1
    assert shopper.complaints == []


def test_a_declined_payment_keeps_the_cart_and_the_next_try_succeeds(shopper: Shopper) -> None:
    shopper.open_first_product()
    shopper.add_to_cart()
    shopper.check_out()
    shopper.place_order()
    shopper.pay("decline")
    shopper.page.wait_for_url("**/checkout/review/?outcome=declined")
    expect(shopper.page.get_by_text(re.compile("declined")).first).to_be_visible()
    shopper.place_order()
    shopper.pay("approve")
    assert shopper.order_number()
    assert shopper.complaints == []


def test_a_payment_that_never_returns_is_said_to_be_checked_and_can_be_finished(shopper: Shopper) -> None:
    shopper.open_first_product()
    shopper.add_to_cart()
    shopper.check_out()
    shopper.place_order()
    shopper.pay("leave")
    shopper.open("/checkout/")
    expect(shopper.page.get_by_role("heading", level=1)).to_contain_text(
        re.compile("checking", re.IGNORECASE)
    )
    shopper.page.get_by_role("link", name=re.compile("pay", re.IGNORECASE)).first.click()
    shopper.page.wait_for_url("**/payments/v1/hosted/**")
    shopper.pay("approve")
    assert shopper.order_number()
    assert shopper.complaints == []


def test_an_order_that_is_not_paid_can_be_given_up(shopper: Shopper) -> None:
    shopper.open_first_product()
    shopper.add_to_cart()
    shopper.check_out()
    shopper.place_order()
    shopper.pay("leave")
    shopper.open("/checkout/")
    shopper.page.get_by_role("button", name=re.compile("cancel", re.IGNORECASE)).click()
    shopper.page.wait_for_url("**/cart/")
    expect(shopper.page.get_by_text(re.compile("nothing was charged")).first).to_be_visible()
    expect(
        shopper.page.get_by_role("link", name=re.compile("check ?out", re.IGNORECASE)).first
    ).to_be_visible()
    assert shopper.complaints == []


def test_a_challenged_payment_succeeds_with_the_right_code(shopper: Shopper) -> None:
    shopper.open_first_product()
    shopper.add_to_cart()
    shopper.check_out()
    shopper.place_order()
    shopper.pay("challenge")
    shopper.page.get_by_label(re.compile("code", re.IGNORECASE)).fill("000000")
    shopper.page.get_by_role("button").first.click()
    shopper.page.get_by_label(re.compile("code", re.IGNORECASE)).fill("123456")
    shopper.page.get_by_role("button").first.click()
    assert shopper.order_number()
    assert shopper.complaints == []


def test_wrong_details_are_explained_and_what_was_typed_stays(shopper: Shopper) -> None:
    shopper.open_first_product()
    shopper.add_to_cart()
    shopper.open("/checkout/")
    page = shopper.page
    page.wait_for_url("**/checkout/contact/")
    page.locator("main form").last.evaluate("form => form.noValidate = true") if shopper.scripts else None
    page.get_by_label("Email address").fill("robin@nowhere")
    page.get_by_label("Full name").fill("Robin")
    shopper.go_on()
    expect(page.get_by_label("Email address")).to_have_value("robin@nowhere")
    expect(page.get_by_text(re.compile("whole address")).first).to_be_visible()
    assert page.title().startswith("Error:")
    shopper.fill_contact()

    shopper.fill_delivery(postcode="99999")
    expect(page.get_by_label("Postcode")).to_have_value("99999")
    expect(page.get_by_label("Town or city")).to_have_value("Galway")
    expect(page.get_by_role("link", name=re.compile("postcode", re.IGNORECASE)).first).to_be_visible()
    shopper.fill_delivery()
    page.wait_for_url("**/checkout/payment/")
    assert shopper.complaints == []
