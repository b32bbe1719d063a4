"""After the purchase, as a guest: finding the order again, ordering it again, writing about it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.goods import Article
from tests.e2e.shopper import CONTACT, Shopper


def look_up(shopper: Shopper, number: str, email: str) -> None:
    page = shopper.page
    page.get_by_label("Order number").fill(number)
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Find my order").click()


def test_an_order_is_found_on_another_device_and_ordered_again(
    shopper: Shopper,
    goods: tuple[Article, ...],
    new_context: Callable[..., BrowserContext],
    origin: str,
) -> None:
    shopper.to_review(goods[5].sku, 2)
    shopper.place_order()
    shopper.pay("approve")
    number = shopper.order_number()

    page = new_context(java_script_enabled=shopper.scripts).new_page()
    elsewhere = Shopper(page, origin, shopper.scripts)
    elsewhere.open("/orders/")
    look_up(elsewhere, number, "somebody@example.com")
    expect(page.locator(".error-summary")).to_contain_text("no order with this number and this email")
    expect(page.get_by_label("Order number")).to_have_value(number)
    look_up(elsewhere, number.lower().replace("-", " "), CONTACT["email"])
    assert elsewhere.order_number() == number
    expect(page.locator(".timeline")).to_be_visible()
    expect(page.locator(".order__facts")).to_contain_text("Galway")

    page.get_by_role("button", name="Order the same again").click()
    elsewhere.arrive("/cart/")
    expect(page.locator(".cart .line")).to_have_count(1)
    expect(page.locator(".quantity__input")).to_have_value("2")
    expect(page.locator(".line__title")).to_have_text(goods[5].title)
    assert shopper.complaints + elsewhere.complaints == []


def test_a_review_is_written_and_waits_to_be_read(shopper: Shopper, goods: tuple[Article, ...]) -> None:
    page = shopper.page
    shopper.open(goods[6].path)
    page.get_by_role("link", name="Write a review").click()
    page.wait_for_url("**/reviews/new/")
    page.get_by_role("textbox", name=re.compile("^Your review")).fill("Good.")
    page.get_by_role("button", name="Send review").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.title().startswith("Error:")
    expect(page.locator("#body")).to_have_value("Good.")
    page.get_by_role("radio", name=re.compile("^4 stars")).check(force=True)
    page.locator("#body").fill("Better than in the picture, and it came a day early.")
    page.locator("#author").fill("Robin")
    page.get_by_role("button", name="Send review").click()
    page.wait_for_url("**/reviews/thanks/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    page.get_by_role("link", name=f"Back to {goods[6].title}").click()
    page.wait_for_url(f"**/p/{goods[6].handle}/")
    expect(page.get_by_text("it came a day early")).to_have_count(0)
    assert shopper.complaints == []
