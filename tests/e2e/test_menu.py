"""The way to every category: by pointer, touch and keyboard, with and without JavaScript, narrow and wide."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.shopper import Shopper

PHONE = {"width": 320, "height": 568}


@pytest.fixture(params=[True, False], ids=["with-js", "without-js"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def home(scripts: bool, new_context: Callable[..., BrowserContext], origin: str) -> Page:
    shopper = Shopper(
        new_context(java_script_enabled=scripts, reduced_motion="reduce").new_page(), origin, scripts
    )
    shopper.open("/")
    return shopper.page


def first_flyout(page: Page) -> tuple[Locator, Locator, Locator]:
    """The first category with something below it: the item, its button, the first link below."""
    item = page.locator(".nav__item:has(details)").first
    return item, item.locator(".nav__toggle"), item.locator(".nav__list a").first


def test_a_pointer_that_rests_on_a_category_sees_what_is_below_it(home: Page) -> None:
    item, _toggle, below = first_flyout(home)
    expect(below).to_be_hidden()
    item.locator(".nav__link").hover()
    expect(below).to_be_visible()
    below.hover()  # the way there does not close it
    expect(below).to_be_visible()
    home.mouse.move(5, 700)
    expect(below).to_be_hidden()


def test_the_keyboard_opens_walks_and_closes_a_flyout(home: Page, scripts: bool) -> None:
    _item, toggle, below = first_flyout(home)
    toggle.focus()
    home.keyboard.press("Enter")
    expect(below).to_be_visible()
    home.keyboard.press("Tab")
    expect(below).to_be_focused()
    if scripts:
        home.keyboard.press("Escape")
        expect(toggle).to_be_focused()
    else:
        toggle.focus()
        home.keyboard.press("Enter")
    expect(below).to_be_hidden()


def test_tabbing_past_the_bar_opens_nothing_and_meets_no_hidden_link(home: Page) -> None:
    home.locator(".nav__link").first.focus()
    for _step in range(2 * home.locator(".nav__item").count()):
        home.keyboard.press("Tab")
        assert home.evaluate("document.activeElement.closest('.nav__list')") is None


def test_a_touch_opens_a_flyout(new_context: Callable[..., BrowserContext], origin: str) -> None:
    page = new_context(has_touch=True, java_script_enabled=False).new_page()
    Shopper(page, origin).open("/")
    _item, toggle, below = first_flyout(page)
    toggle.tap()
    expect(below).to_be_visible()


def test_opening_one_flyout_closes_the_other(home: Page) -> None:
    toggles = home.locator(".nav__toggle")
    lists = home.locator(".nav__list")
    toggles.nth(0).press("Enter")
    expect(lists.nth(0)).to_be_visible()
    toggles.nth(1).press("Enter")
    expect(lists.nth(1)).to_be_visible()
    expect(lists.nth(0)).to_be_hidden()


def test_a_phones_menu_fills_the_window_and_its_last_line_can_be_reached(home: Page, scripts: bool) -> None:
    home.set_viewport_size(PHONE)
    button = home.locator("#menu > summary")
    button.click()
    panel = home.locator(".menu__panel")
    box = panel.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE["width"], PHONE["height"])
    for toggle in home.locator(".nav__toggle").all():
        toggle.click()
    last = panel.get_by_role("link", name=re.compile("help", re.IGNORECASE))
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    button.click()
    expect(last).to_be_hidden()


def test_escape_closes_a_phones_menu_and_gives_the_focus_back(
    new_context: Callable[..., BrowserContext], origin: str
) -> None:
    page = new_context().new_page()
    page.set_viewport_size(PHONE)
    Shopper(page, origin).open("/")
    button = page.locator("#menu > summary")
    button.click()
    page.locator(".nav__link").first.focus()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(page.locator(".nav__link").first).to_be_hidden()


def test_the_section_one_is_in_is_marked(home: Page) -> None:
    _item, toggle, below = first_flyout(home)
    toggle.press("Enter")
    below.click()
    home.wait_for_url("**/c/**")
    assert home.locator('.nav__list a[aria-current="page"]').count() == 1
    expect(home.locator('.nav__link[aria-current="true"]')).to_have_count(1)


def test_help_is_in_the_same_corner_of_every_page(
    new_context: Callable[..., BrowserContext], origin: str
) -> None:
    shopper = Shopper(new_context(java_script_enabled=False).new_page(), origin, scripts=False)
    for path in ("/", "/search/?q=cushion", "/cart/", "/no-such-page/"):
        shopper.open(path)
        words = shopper.page.locator("header a:visible").all_inner_texts()
        links = [text.split()[0] for text in words if text]
        # It stands before what is the shopper's own, of which an error page has the cart only.
        assert links[links.index("Help") :] in (["Help", "Account", "Wish", "Cart"], ["Help", "Cart"]), path


def test_what_a_resting_pointer_holds_open_goes_away_with_escape(
    new_context: Callable[..., BrowserContext], origin: str
) -> None:
    page = new_context().new_page()
    Shopper(page, origin).open("/")
    item, _toggle, below = first_flyout(page)
    item.locator(".nav__link").hover()
    expect(below).to_be_visible()
    page.keyboard.press("Escape")
    expect(below).to_be_hidden()
