"""The cart: change, remove and undo, and offers gained and lost, each said; with and without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.goods import Article
from tests.e2e.shopper import Shopper

CODE, FROM = "TAKE15", 10_000
"""15 EUR off orders from 100 EUR."""


def enough(goods: tuple[Article, ...]) -> tuple[Article, int]:
    """An article, and how many of it come to what the code asks for, while one fewer does not."""
    article = next(one for one in goods if one.price < FROM / 2)
    return article, -(-FROM // article.price)


def heard(shopper: Shopper, words: str) -> None:
    """Said on the page, and by script in the live region."""
    shopper.said(re.compile(words))
    if shopper.scripts:
        expect(shopper.page.locator("#live")).to_contain_text(re.compile(words))


def resize(shopper: Shopper, quantity: int) -> None:
    """Type a quantity into the first line."""
    box = shopper.page.locator(".quantity__input").first
    box.fill(str(quantity))
    if shopper.scripts:
        box.press("Tab")
    else:
        shopper.page.get_by_role("button", name="Update").first.click()


def use(shopper: Shopper, code: str) -> None:
    page = shopper.page
    if not page.locator("#code").is_visible():
        page.locator("#promo-title").click()
    page.get_by_label("Promo code").fill(code)
    page.get_by_role("button", name="Apply").click()


def test_an_offer_is_gained_by_its_code_and_lost_below_its_minimum(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    article, quantity = enough(goods)
    shopper.put(article.sku, quantity)
    shopper.open("/cart/")
    full = page.locator(".totals__row--total dd").inner_text()
    use(shopper, CODE.lower())
    expect(page.locator(".promo__code")).to_contain_text("applied")
    expect(page.locator(".totals__row--less", has_text=CODE)).to_contain_text("15.00")
    assert page.locator(".totals__row--total dd").inner_text() != full

    resize(shopper, quantity - 1)
    expect(page.locator(".promo__state--not")).to_contain_text(re.compile(r"once you add €\d"))
    expect(page.locator(".totals__row--less", has_text=CODE)).to_have_count(0)
    heard(shopper, "€15 off orders from €100")
    resize(shopper, quantity)
    expect(page.locator(".totals__row--less", has_text=CODE)).to_have_count(1)
    heard(shopper, "€15 off orders from €100")
    assert shopper.complaints == []


def test_a_code_that_is_not_known_is_explained_beside_the_field(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    shopper.put(goods[0].sku)
    shopper.open("/cart/")
    use(shopper, "NOSUCH")
    expect(page.locator("#code-error")).to_contain_text("check how it is spelt")
    expect(page.locator("#code")).to_have_value("NOSUCH")
    use(shopper, "SPRING25")
    expect(page.locator("#code-error")).to_contain_text("has ended")
    assert shopper.complaints == []


def test_what_was_removed_comes_back_by_undo(shopper: Shopper, goods: tuple[Article, ...]) -> None:
    page = shopper.page
    shopper.put(goods[0].sku, 2)
    shopper.put(goods[1].sku)
    shopper.open("/cart/")
    total = page.locator(".totals__row--total dd").inner_text()
    page.get_by_role("button", name=f"Remove {goods[0].title}").click()
    expect(page.locator(".cart .line")).to_have_count(1)
    heard(shopper, "was removed")
    if shopper.scripts:
        expect(page.locator("#undo")).to_be_focused()
    page.locator("#undo").click()
    expect(page.locator(".cart .line")).to_have_count(2)
    expect(page.locator(".totals__row--total dd")).to_have_text(total)
    expect(page.locator(".quantity__input").last).to_have_value("2")
    assert shopper.complaints == []


def test_a_quantity_that_is_none_is_explained_beside_its_line(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    shopper.put(goods[0].sku)
    shopper.open("/cart/")
    resize(shopper, 0)
    expect(page.locator(".line .field__error")).to_contain_text("whole number from 1 to 99")
    resize(shopper, 3)
    expect(page.locator(".line .field__error")).to_have_count(0)
    expect(page.locator(".line__total")).to_contain_text(f"{3 * goods[0].price / 100:.2f}")
    assert shopper.complaints == []


def test_the_whole_cost_is_told_before_anything_personal(
    shopper: Shopper, goods: tuple[Article, ...]
) -> None:
    page = shopper.page
    shopper.put(goods[0].sku)
    shopper.open("/cart/")
    for words in ("Estimated delivery", "Estimated total", re.compile("^Including .* VAT")):
        expect(page.locator(".totals").get_by_text(words)).to_be_visible()
    page.locator("#estimate-fold summary").click()
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Postcode").fill("20457")
    page.get_by_role("button", name="Show the total there").click()
    expect(page.locator(".estimate__where")).to_contain_text("Germany")
    assert shopper.complaints == []
