"""Points of docs/reference/ux-checklist.md that show only in a browser: what is said and where the focus is
after a part has changed, what reload and the way back restore, sizes, and the second and third language.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, ViewportSize, expect

from tests.e2e.shopper import Shopper

LEAST_TARGET = 24
LEAST_PRIMARY = 44
HUGE: ViewportSize = {"width": 320, "height": 640}
"""A window of 1280 px at 400 %."""
WITHIN_MS = 300
WIDE_LIST = "/c/cushions-and-throws/"
# A target counts with everything that is pressed like it: its label, or the card it covers. Links within a
# sentence are as large as its letters (WCAG 2.2, 2.5.8: inline).
_SMALL = """(least) => {
  const box = "input[type=checkbox], input[type=radio]";
  const pressed = (one) => (one.matches(box) && one.closest("label")) || one;
  return [...document.querySelectorAll("a[href], button, input, select, summary")].filter((one) => {
    const { width, height } = pressed(one).getBoundingClientRect();
    const shown = width > 1 && height > 1 && one.checkVisibility({ visibilityProperty: true });
    const inline = getComputedStyle(one).display === "inline";
    return shown && !inline && one.type !== "hidden" && Math.min(width, height) < least - 0.5;
  }).map((one) => `${location.pathname}: ${one.outerHTML.slice(0, 90)}`);
}"""


@pytest.fixture
def somebody(new_context: Callable[..., BrowserContext], origin: str) -> Shopper:
    """A visitor with JavaScript, without motion."""
    return Shopper(new_context(reduced_motion="reduce").new_page(), origin)


def said(page: Page) -> Locator:
    """What screen readers hear."""
    return page.locator("#live")


def a_product_with_choices(shopper: Shopper) -> Page:
    """A product page on which something else than what is chosen can be had."""
    shopper.open(WIDE_LIST)
    for path in shopper.links("main a.card__link")[:8]:
        shopper.open(path)
        if shopper.page.locator(OTHER_VALUE).count() and shopper.page.locator("#add").count():
            return shopper.page
    raise AssertionError("no product of the list has a choice")


OTHER_VALUE = ".option__value:not([aria-current]):not(.option__value--out)"


def test_a_choice_changes_address_and_part_is_said_and_keeps_its_place(somebody: Shopper) -> None:
    page = a_product_with_choices(somebody)
    before, title = page.url, page.title()
    value = page.locator(OTHER_VALUE).first
    name = value.get_attribute("id")
    value.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    value.press("Enter")
    expect(page.locator(f"#{name}")).to_have_attribute("aria-current", "true")
    expect(page.locator(f"#{name}")).to_be_focused()
    expect(said(page)).to_contain_text(re.compile(r"€\d"))
    assert page.url != before
    assert "variant=" in page.url
    assert abs(page.evaluate("scrollY") - place) < 2
    assert page.title() == title
    chosen = page.locator("#choice .product__price").inner_text()
    page.reload()
    expect(page.locator(f"#{name}")).to_have_attribute("aria-current", "true")
    assert page.locator("#choice .product__price").inner_text() == chosen


def test_a_filter_is_in_the_address_is_counted_aloud_and_the_way_back_undoes_it(somebody: Shopper) -> None:
    somebody.open(WIDE_LIST)
    page = somebody.page
    everything = page.locator("#listing-count").inner_text()
    box = page.locator('input[type="checkbox"][name="colour"]').first
    name = box.get_attribute("id")
    box.press("Space")
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(f"[id='{name}']")).to_be_focused()
    fewer = page.locator("#listing-count").inner_text()
    assert fewer != everything
    expect(said(page)).to_have_text(fewer)
    assert "colour=" in page.url
    page.go_back()
    expect(page.locator("#listing-count")).to_have_text(everything)
    page.go_forward()
    expect(page.locator("#listing-count")).to_have_text(fewer)
    page.reload()
    expect(page.locator("#listing-count")).to_have_text(fewer)
    page.locator(".chip").click()
    expect(page.locator("#listing-count")).to_have_text(everything)
    expect(page.locator("#listing-count")).to_be_focused()


def test_the_way_back_leads_to_the_same_card_of_a_list_that_was_continued(somebody: Shopper) -> None:
    somebody.open(WIDE_LIST)
    page = somebody.page
    page.locator("#load-more").click()
    expect(page.locator("#page-2")).to_be_focused()
    expect(said(page)).to_contain_text(re.compile(r"\d+ of \d+ products"))
    shown = page.locator("#cards > li").count()
    assert shown > 24
    card = page.locator("#cards > li").nth(shown - 2)
    handle = card.get_attribute("id")
    card.locator(".card__link").click()
    page.wait_for_url("**/p/**")
    page.go_back()
    expect(page.locator("#cards > li")).to_have_count(shown)
    expect(page.locator(f"#{handle}")).to_be_in_viewport()


def test_adding_is_answered_at_once_seen_and_heard(somebody: Shopper) -> None:
    page = a_product_with_choices(somebody)

    # The answer is held back, so that what is seen within 300 ms is the button's own.
    def late(route: Route) -> None:
        page.wait_for_timeout(2 * WITHIN_MS)
        route.continue_()

    page.route("**/cart/lines/", late)
    button = page.locator("#add")
    button.click(no_wait_after=True)
    expect(button.locator(".buy__busy")).to_be_visible(timeout=WITHIN_MS)
    expect(page.locator("#added-dialog")).to_be_visible()
    expect(page.locator("#added-title")).to_be_focused()
    expect(said(page)).not_to_be_empty()
    expect(page.locator("#added").get_by_role("link", name=re.compile("cart"))).to_have_attribute(
        "href", re.compile(r"/cart/$")
    )
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_suggestions_are_a_combobox(somebody: Shopper) -> None:
    somebody.open("/")
    page = somebody.page
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/suggest/" in one.url else None)
    field = page.locator("#q")
    field.press_sequentially("cush", delay=30)
    options = page.locator("#q-list [role=option]")
    expect(options.first).to_be_visible()
    assert len(asked) == 1
    assert 1 <= options.count() <= 10
    expect(field).to_have_attribute("role", "combobox")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_value("cush")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=cush*")


def test_a_picture_is_enlarged_by_keyboard_and_by_touch(
    new_context: Callable[..., BrowserContext], origin: str
) -> None:
    page = new_context(has_touch=True, reduced_motion="reduce").new_page()
    shopper = Shopper(page, origin)
    shopper.first_product()
    zoom, view = page.locator("#zoom"), page.locator(".zoom__view")
    picture = page.locator(".gallery__zoom").first
    picture.press("Enter")
    expect(view).to_be_focused()
    page.keyboard.press("+")
    assert view.evaluate("view => view.scrollWidth > view.clientWidth")
    page.keyboard.press("Escape")
    expect(zoom).to_be_hidden()
    expect(picture).to_be_focused()
    picture.tap()
    expect(zoom).to_be_visible()
    zoom.locator('[data-step="1"]').tap()
    assert view.evaluate("view => view.scrollWidth > view.clientWidth")
    zoom.locator('[type="submit"]').tap()
    expect(zoom).to_be_hidden()


def test_what_is_pressed_is_large_enough(new_context: Callable[..., BrowserContext], origin: str) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.set_viewport_size({"width": 360, "height": 800})
    shopper = Shopper(page, origin)
    small: list[str] = []

    def look() -> None:
        small.extend(page.evaluate(_SMALL, LEAST_TARGET))
        for button in page.locator("main .button--wide, main .checkout__nav button.button").all():
            box = button.bounding_box() if button.is_visible() else None
            if box and box["height"] < LEAST_PRIMARY:
                small.append(f"{page.url}: {button.inner_text()!r} is {box['height']:.0f} px high")

    for path in ("/", WIDE_LIST, "/search/?q=cushion", "/pages/delivery/", "/orders/", "/no-such-page/"):
        shopper.open(path)
        look()
    shopper.first_product()
    look()
    shopper.put(shopper.sku())
    for path in ("/cart/", "/checkout/contact/"):
        shopper.open(path)
        look()
    assert small == []


@pytest.mark.parametrize("region", ["/ie/en", "/de/de", "/ie/ar"])
def test_nothing_scrolls_sideways_at_four_hundred_percent_in_any_language(
    new_context: Callable[..., BrowserContext], origin: str, region: str
) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.set_viewport_size(HUGE)
    shopper = Shopper(page, origin, region=region)
    wide: list[str] = []

    def look() -> None:
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(page.url)

    for path in ("/", WIDE_LIST, "/search/?q=xyzzy", "/pages/delivery/", "/orders/", "/no-such-page/"):
        shopper.open(path)
        look()
    assert page.locator("html").get_attribute("dir") == ("rtl" if region.endswith("ar") else "ltr")
    shopper.first_product()
    look()
    shopper.to_review(shopper.sku())
    for step in ("review", "contact", "delivery", "payment"):
        shopper.open(f"/checkout/{step}/")
        look()
    shopper.open("/cart/")
    look()
    assert wide == []


def test_every_picture_says_what_it_is_and_how_large(somebody: Shopper) -> None:
    page = somebody.page
    bare: list[str] = []
    for path in ("/", WIDE_LIST, "/search/?q=cushion"):
        somebody.open(path)
        bare += page.evaluate(
            """() => [...document.images].filter((one) => !one.closest("dialog") &&
            !(one.hasAttribute("alt") && one.getAttribute("width") && one.getAttribute("height")))
            .map((one) => one.outerHTML.slice(0, 120))"""
        )
    cards = page.locator("main .card img")
    assert "srcset" in (cards.first.evaluate("one => (one.closest('picture') ?? one).outerHTML"))
    assert cards.last.get_attribute("loading") == "lazy"
    assert bare == []


def test_what_a_card_shows_can_be_filtered_by(somebody: Shopper) -> None:
    page = somebody.page
    somebody.open(WIDE_LIST)
    for shown in (".swatches", ".price", ".card__stock"):
        expect(page.locator(f"#cards {shown}").first).to_be_visible()
    # A value that all products share narrows nothing, so its facet may be absent: then no card differs in it.
    for facet, differs in (
        ("colour", ".swatches"),
        ("price", ".price"),
        ("rating", ".card__rating"),
        ("availability", ".card__stock"),
    ):
        texts = set(page.locator(f"#cards {differs}").all_inner_texts())
        assert len(texts) < 2 or page.locator(f'input[name="{facet}"]').count(), facet


def test_looking_filtering_and_searching_need_no_script(
    new_context: Callable[..., BrowserContext], origin: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    shopper = Shopper(page, origin, scripts=False)
    shopper.open(WIDE_LIST)
    everything = page.locator("#listing-count").inner_text()
    page.locator('input[type="checkbox"][name="colour"]').first.check()
    page.locator(".filters__apply").click()
    page.wait_for_url("**colour=**")
    assert page.locator("#listing-count").inner_text() != everything
    page.locator(".chip").click()
    expect(page.locator("#listing-count")).to_have_text(everything)
    page.locator("#load-more").click()
    page.wait_for_url("**page=2**")
    assert page.locator("#cards > li").count() > 24
    page.locator("#q").fill("cushoin")
    page.locator("#q").press("Enter")
    page.wait_for_url("**/search/?q=cushoin")
    page.locator("main a[href*='q=cushion']").first.click()
    page.locator("main a.card__link").first.click()
    expect(page.locator("#choice")).to_be_visible()
    page.locator(OTHER_VALUE).first.click()
    page.wait_for_url("**variant=**")
    expect(page.locator("#choice")).to_be_visible()


def test_a_wrong_form_is_summed_up_on_top_and_keeps_what_was_typed(somebody: Shopper) -> None:
    page = somebody.page
    somebody.first_product()
    somebody.put(somebody.sku())
    somebody.open("/checkout/contact/")
    page.locator("#name").fill("Robin Byrne")
    page.locator("#email").fill("robin@nowhere")
    somebody.go_on()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    line = summary.get_by_role("link").first
    # Away from the field it is named; beside its label it need not be.
    beside = page.locator("#email-error").inner_text()
    assert line.inner_text().casefold() == f"Email address: {beside}".casefold()
    expect(page.locator("#email")).to_have_value("robin@nowhere")
    expect(page.locator("#name")).to_have_value("Robin Byrne")
    line.press("Enter")
    expect(page.locator("#email")).to_be_focused()
