"""Finding something: by walking through the shop, by filters, by words, by an article's number; with and
without JavaScript.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.goods import Article
from tests.e2e.shopper import Shopper

SECTION = "/c/tableware/"


def count(page: Page) -> int:
    """How many products the list says it has."""
    found = re.search(r"\d+", page.locator("#listing-count").inner_text())
    return int(found.group()) if found else 0


def tick(shopper: Shopper, facet: str, number: int) -> str:
    """Choose the value of that number of a facet, and see the list answer; the value."""
    page = shopper.page
    group = page.locator(f"#facet-{facet}")
    if not group.evaluate("group => group.open"):
        group.locator("summary").first.click()
    box = group.locator('input[type="checkbox"]').nth(number)
    value = box.get_attribute("value") or ""
    chips = page.locator(".listing .chip").count()
    box.check()
    if not shopper.scripts:
        page.locator(".filters__apply").click()
    expect(page.locator(".listing .chip")).to_have_count(chips + 1)
    return value


def test_a_product_is_found_by_walking_there_and_back(shopper: Shopper) -> None:
    page = shopper.page
    shopper.open("/")
    page.locator(".nav__link").nth(1).click()
    page.wait_for_url("**/c/**")
    section = shopper.heading()
    page.locator(".subnav__link").first.click()
    page.wait_for_url("**/c/**")
    card = page.locator("main a.card__link").first
    name = card.inner_text()
    card.click()
    page.wait_for_url("**/p/**")
    assert shopper.heading() == name
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name=section, exact=True).click()
    page.wait_for_url("**/c/**")
    assert shopper.heading() == section
    assert shopper.complaints == []


def test_values_widen_facets_narrow_and_each_can_be_taken_away(shopper: Shopper) -> None:
    page = shopper.page
    shopper.open(SECTION)
    everything = count(page)
    first = tick(shopper, "colour", 0)
    one_colour = count(page)
    second = tick(shopper, "colour", 1)
    two_colours = count(page)
    tick(shopper, "size", 0)
    with_size = count(page)
    assert 0 < one_colour < two_colours < everything
    assert 0 < with_size < two_colours
    assert page.url.count("colour=") == 2
    assert "size=" in page.url
    assert page.locator("main a.card__link").count() == min(with_size, 24)

    page.go_back()
    expect(page.locator(".listing .chip")).to_have_count(2)
    assert count(page) == two_colours
    expect(page.locator(f'input[name="colour"][value="{second}"]')).to_be_checked()
    page.locator(".listing .chip", has_text=second).click()
    expect(page.locator(".listing .chip")).to_have_count(1)
    assert count(page) == one_colour
    expect(page.locator(f'input[name="colour"][value="{first}"]')).to_be_checked()
    page.locator(".chips__clear").click()
    expect(page.locator(".listing .chip")).to_have_count(0)
    assert count(page) == everything
    assert shopper.complaints == []


def test_a_list_goes_on_and_the_way_back_leads_to_the_same_card(shopper: Shopper) -> None:
    page = shopper.page
    shopper.open(SECTION)
    page.locator("#load-more").click()
    expect(page.locator("#page-2")).to_be_visible()
    shown = page.locator("#cards > li").count()
    assert shown > 24
    card = page.locator("#cards > li").nth(28)
    place = card.get_attribute("id")
    card.locator(".card__link").click()
    page.wait_for_url("**/p/**")
    page.go_back()
    expect(page.locator("#cards > li")).to_have_count(shown)
    expect(page.locator(f"#{place}")).to_be_in_viewport()
    assert shopper.complaints == []


def search(shopper: Shopper, words: str) -> None:
    page = shopper.page
    shopper.open("/")
    page.locator("#q").fill(words)
    page.locator("#q").press("Enter")
    page.wait_for_url("**/search/**")


def test_words_find_products_and_mistyped_words_are_understood(shopper: Shopper) -> None:
    page = shopper.page
    search(shopper, "cushions")
    expect(page.locator("main a.card__link").first).to_contain_text(re.compile("cushion", re.IGNORECASE))
    expect(page.locator("#q")).to_have_value("cushions")
    found = count(page)
    search(shopper, "cushoin")
    page.get_by_role("link", name="cushion", exact=True).click()
    page.wait_for_url("**/search/?q=cushion")
    assert count(page) == found > 0
    assert shopper.complaints == []


def test_an_articles_number_finds_it(shopper: Shopper, goods: tuple[Article, ...]) -> None:
    search(shopper, goods[0].sku)
    expect(shopper.page.locator("main a.card__link").first).to_have_text(goods[0].title)
    assert shopper.complaints == []


def test_a_search_that_finds_nothing_shows_ways_on(shopper: Shopper) -> None:
    page = shopper.page
    search(shopper, "qwzx nothing")
    assert page.locator(".ways-on a[href*='/c/']").count() >= 3
    expect(page.locator(".ways-on a[href*='/pages/contact/']")).to_be_visible()
    page.locator(".ways-on a.card__link").first.click()
    page.wait_for_url("**/p/**")
    assert shopper.complaints == []
