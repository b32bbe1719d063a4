"""The pages that are judged, as addresses and as sent: found in the shop itself, so that any catalogue will do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Response

from tests.e2e.scenes import visit
from tests.e2e.shopper import Shopper

__all__ = ["addresses", "cart_cookie", "sources", "visit"]
_REDIRECTS, _REFUSALS = 300, 400


def addresses(browser: Browser, origin: str) -> dict[str, str]:
    """The whole addresses of the pages that are weighed and timed: home, list, product, search, cart."""
    with _visitor(browser, origin) as shopper:
        product = shopper.first_product()
        shopper.open("/")
        section = shopper.links(".nav__link")[0]
        paths = {
            "home": "/",
            "list": section,
            "product": product,
            "search": "/search/?q=cushion",
            "cart": "/cart/",
        }
        return {name: shopper.at(path) for name, path in paths.items()}


def cart_cookie(browser: Browser, origin: str) -> str:
    """The Cookie header of a shopper who has one thing in the cart."""
    with _visitor(browser, origin) as shopper:
        shopper.first_product()
        shopper.put(shopper.sku())
        return "; ".join(f"{one['name']}={one['value']}" for one in shopper.page.context.cookies())


def sources(browser: Browser, origin: str) -> dict[str, str]:
    """Every kind of page as it was sent, before any script; answers to forms are among them.

    Raises:
        RuntimeError: some pages could not be shown.
    """
    found: dict[str, str] = {}
    with _visitor(browser, origin) as shopper:
        sent: list[Response] = []
        shopper.page.on("response", lambda answer: sent.append(answer) if _is_page(answer) else None)
        for name in visit(shopper):
            # What is shown without a page of its own (an open menu) was judged with the page it lies over.
            if sent:
                found[name] = sent[-1].text()
            sent.clear()
        if shopper.complaints:
            raise RuntimeError("; ".join(shopper.complaints))
    return found


def _is_page(answer: Response) -> bool:
    return answer.request.is_navigation_request() and not _REDIRECTS <= answer.status < _REFUSALS


@contextmanager
def _visitor(browser: Browser, origin: str) -> Iterator[Shopper]:
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(15_000)
    try:
        yield Shopper(context.new_page(), origin, scripts=False)
    finally:
        context.close()
