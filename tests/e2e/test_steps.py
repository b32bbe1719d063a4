"""Every step of checkout against what people do to it: wrong details, reload, back, forth, another way to get
it, a price that changes at the last moment. With and without JavaScript.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from dev.stack.devstack import DevStack
from tests.e2e.goods import Article, reprice
from tests.e2e.shopper import ADDRESSES, CONTACT, Shopper


def test_wrong_details_are_explained_and_what_was_typed_stays(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    shopper.put(goods[0].sku)
    shopper.open("/checkout/")
    page.get_by_label("Email address").fill("robin@nowhere")
    page.get_by_label("Full name").fill("Robin")
    shopper.go_on()
    expect(page.get_by_label("Email address")).to_have_value("robin@nowhere")
    expect(page.get_by_role("link", name=re.compile("not a whole address"))).to_be_visible()
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title().startswith("Error:")
    shopper.fill_contact()

    shopper.fill_delivery(postcode="99999")
    expect(page.get_by_label("Eircode")).to_have_value("99999")
    expect(page.get_by_label("Town or city")).to_have_value("Galway")
    page.get_by_role("link", name=re.compile("Eircode")).click()
    expect(page.get_by_label("Eircode")).to_be_focused()
    shopper.fill_delivery()
    shopper.arrive("/checkout/payment/")
    assert shopper.complaints == []


def test_reload_back_and_forth_keep_what_was_typed_at_every_step(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    shopper.put(goods[1].sku)
    shopper.start_checkout()
    shopper.fill_contact()
    shopper.arrive("/checkout/delivery/")
    page.reload()
    shopper.fill_delivery()
    shopper.arrive("/checkout/payment/")
    page.locator('input[name="method"]').last.check()
    method = page.locator('input[name="method"]').last.get_attribute("value")
    shopper.go_on()
    shopper.arrive("/checkout/review/")
    total = page.locator(".totals__row--total dd").inner_text()
    page.reload()
    expect(page.locator(".totals__row--total dd")).to_have_text(total)

    page.go_back()
    shopper.arrive("/checkout/payment/")
    expect(page.locator(f'input[value="{method}"]')).to_be_checked()
    page.go_back()
    shopper.arrive("/checkout/delivery/")
    for name, value in ADDRESSES["ie"].items():
        expect(page.locator(f"#{name}")).to_have_value(value)
    page.go_back()
    shopper.arrive("/checkout/contact/")
    for name, value in CONTACT.items():
        expect(page.locator(f"#{name}")).to_have_value(value)
    for step in ("delivery", "payment", "review"):
        page.go_forward()
        shopper.arrive(f"/checkout/{step}/")
    expect(page.locator(".totals__row--total dd")).to_have_text(total)
    assert shopper.complaints == []


def test_after_the_order_the_way_back_leads_to_nothing_that_orders_again(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    shopper.to_review(goods[2].sku)
    shopper.place_order()
    page.go_back()
    page.wait_for_url("**/checkout/**")
    page.reload()
    # The order is there and waits to be paid: it is not offered a second time.
    expect(page.locator("#place")).to_have_count(0)
    page.locator('#checking a[href*="/hosted/"]').click()
    page.wait_for_url("**/payments/v1/hosted/**")
    shopper.pay("approve")
    number = shopper.order_number()
    page.reload()
    assert shopper.order_number() == number
    for _ in range(3):
        page.go_back()
        if "/hosted/" not in page.url:
            page.reload()
            expect(page.locator("#place")).to_have_count(0)
    shopper.open("/checkout/review/")
    expect(page.locator("#place")).to_have_count(0)
    assert shopper.complaints == []


def test_what_is_changed_from_the_review_leads_back_to_it(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    shopper.to_review(goods[3].sku)
    page.get_by_role("link", name="Change Delivery address").click()
    shopper.fill_delivery(city="Cork")
    shopper.arrive("/checkout/review/")
    expect(page.locator("#review-address")).to_contain_text("Cork")
    assert shopper.complaints == []


def test_a_price_that_changes_at_the_review_is_said_and_agreed_to_first(
    shopper: Shopper, goods: tuple[Article, ...], shop: DevStack
) -> None:
    page, article = shopper.page, goods[-1 if shopper.scripts else -2]
    shopper.to_review(article.sku)
    before = page.locator(".totals__row--total dd").inner_text()
    reprice(shop, article, article.price + 700)
    page.locator("#place").click()
    expect(page.locator("#problem")).to_contain_text("Nothing was ordered")
    expect(page.locator("#problem")).to_be_focused()
    after = page.locator(".totals__row--total dd").inner_text()
    assert after != before
    expect(page.locator("#problem")).to_contain_text(before)
    expect(page.locator("#problem")).to_contain_text(after)
    expect(page.locator("#place")).to_contain_text(f"at the new total, {after}")
    shopper.place_order()
    expect(page.locator(".amount")).to_contain_text(after.strip("€"))
    shopper.pay("approve")
    assert shopper.order_number()
    expect(page.locator(".totals__row--total dd")).to_have_text(after)
    assert shopper.complaints == []


def test_an_order_is_picked_up_in_a_store(shopper: Shopper, goods: tuple[Article, ...]) -> None:
    page = shopper.page
    shopper.put(goods[4].sku)
    shopper.start_checkout()
    shopper.fill_contact()
    page.get_by_role("link", name=re.compile("Pick up in a store")).click()
    page.wait_for_url("**/checkout/delivery/?by=pickup")
    page.get_by_label("Stores near this postcode").fill("T12 AB12")
    page.get_by_role("button", name="Sort by distance").click()
    page.wait_for_url("**postcode=T12*")
    store = page.locator(".choice:has(input[name=store_id]:enabled)").first
    store.locator("input").check()
    name = store.locator(".choice__name").inner_text()
    shopper.go_on()
    shopper.arrive("/checkout/payment/")
    shopper.go_on()
    shopper.arrive("/checkout/review/")
    expect(page.locator("#review-delivery")).to_contain_text(name)
    expect(page.locator("#review-address")).to_have_count(0)
    shopper.place_order()
    shopper.pay("approve")
    assert shopper.order_number()
    expect(page.locator(".order__facts")).to_contain_text(name)
    assert shopper.complaints == []
