"""Other countries and languages: the page stays, the money changes with the market, and Arabic buys, too."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.e2e.goods import Article
from tests.e2e.shopper import Shopper


def go_to(shopper: Shopper, region: str) -> None:
    """Press the header's way to the countries, then the language of a country."""
    page = shopper.page
    page.locator(".header__region").click()
    page.wait_for_url("**/regions/**")
    page.locator(f'main a[href^="{region}/"]').click()
    page.wait_for_url(re.compile(rf"{re.escape(region)}/(?!regions)"))
    shopper.region = region


def test_another_language_shows_the_same_page_in_its_words(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    shopper.put(goods[0].sku)
    shopper.open(f"/p/{goods[0].handle}/")
    go_to(shopper, "/de/de")
    expect(page).to_have_url(shopper.at(f"/p/{goods[0].handle}/"))
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^de"))
    expect(page.locator("#add")).to_contain_text("In den Warenkorb")
    expect(page.locator(".product__price").first).to_contain_text("€")
    shopper.open("/cart/")
    expect(page.locator(".cart .line")).to_have_count(1)
    assert shopper.complaints == []


def test_another_market_has_its_own_money_and_its_own_cart(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    shopper.put(goods[0].sku)
    shopper.open(f"/p/{goods[0].handle}/")
    expect(page.locator(".product__price").first).to_contain_text("€")
    go_to(shopper, "/us/en")
    expect(page.locator(".product__price").first).to_contain_text("$")
    shopper.open("/cart/")
    expect(page.locator(".cart .line")).to_have_count(0)
    shopper.put(goods[0].sku, 2)
    shopper.open("/cart/")
    expect(page.locator(".totals__row--total dd")).to_contain_text("$")
    expect(page.locator(".totals")).to_contain_text("Sales tax")
    shopper.region = "/ie/en"
    shopper.open("/cart/")
    expect(page.locator(".totals__row--total dd")).to_contain_text("€")
    expect(page.locator(".quantity__input")).to_have_value("1")
    assert shopper.complaints == []


def test_arabic_reads_from_the_right_and_buys(
    new_context: Callable[..., BrowserContext], origin: str
) -> None:
    shopper = Shopper(new_context().new_page(), origin, region="/us/ar")
    page = shopper.page
    shopper.first_product()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    logo, cart = (page.locator(one).bounding_box() for one in (".gallery", ".product__info"))
    assert logo is not None
    assert cart is not None
    assert logo["x"] > cart["x"]
    shopper.add_to_cart()
    shopper.check_out()
    expect(page.locator(".totals__row--total dd")).to_contain_text(re.compile(r"US\$|\$"))
    shopper.place_order()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    shopper.pay("approve")
    assert shopper.order_number()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert shopper.complaints == []
