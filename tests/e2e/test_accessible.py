"""Nobody is kept out: axe finds nothing on any kind of page, and nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.e2e.shopper import Shopper

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SIZES = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
PATHS = [
    "/",
    "/search/?q=cushion",
    "/search/?q=nothing-like-this",
    "/pages/delivery/",
    "/cart/",
    "/no-such-page/",
]


@pytest.fixture
def narrow_or_wide(
    request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext], origin: str
) -> Shopper:
    width, scheme = request.param
    # Without motion, so that nothing is judged while it fades in.
    page = new_context(color_scheme=scheme, reduced_motion="reduce").new_page()
    page.set_viewport_size({"width": width, "height": 900})
    return Shopper(page, origin)


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        told.append(f"{page.url}: scrolls sideways")
    return told


@pytest.mark.parametrize("narrow_or_wide", SIZES, indirect=True, ids=lambda size: f"{size[0]}-{size[1]}")
def test_no_page_keeps_anybody_out(narrow_or_wide: Shopper) -> None:
    shopper = narrow_or_wide
    found: list[str] = []
    for path in PATHS:
        shopper.open(path)
        found += faults(shopper.page)
    shopper.open_first_product()
    found += faults(shopper.page)
    shopper.add_to_cart()
    found += faults(shopper.page)
    shopper.open("/cart/")
    found += faults(shopper.page)
    shopper.open("/checkout/")
    found += faults(shopper.page)
    shopper.fill_contact(email="robin@nowhere")
    found += faults(shopper.page)
    shopper.fill_contact()
    shopper.page.wait_for_url("**/checkout/delivery/")
    found += faults(shopper.page)
    shopper.fill_delivery()
    shopper.page.wait_for_url("**/checkout/payment/")
    found += faults(shopper.page)
    shopper.go_on()
    shopper.page.wait_for_url("**/checkout/review/")
    found += faults(shopper.page)
    shopper.place_order()
    found += faults(shopper.page)
    shopper.pay("approve")
    shopper.order_number()
    found += faults(shopper.page)
    assert found == []
