"""What a page weighs as transferred: its HTML, its scripts, its style sheets, in bytes of the body."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, Response


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes on the wire, compressed as the browser got them."""

    document: int
    script: int
    stylesheet: int


def weigh(browser: Browser, urls: dict[str, str]) -> dict[str, Weight]:
    """Each page's weight in a fresh visit, after everything it fetches by itself has come and been scrolled to."""
    return {name: _weigh(browser, url) for name, url in urls.items()}


def _weigh(browser: Browser, url: str) -> Weight:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("response", keep)
    page.goto(url, wait_until="networkidle")
    # Behaviours that wait for a touch are loaded, too.
    for selector in ("input[type=search]", "[data-behaviour]"):
        for element in page.locator(selector).all():
            if element.is_visible():
                element.scroll_into_view_if_needed()
                element.dispatch_event("focus")
    page.wait_for_load_state("networkidle")
    sums = {"document": 0, "script": 0, "stylesheet": 0}
    for answer in answers:
        kind = answer.request.resource_type
        if kind in sums and answer.ok:
            sums[kind] += answer.request.sizes()["responseBodySize"]
    context.close()
    return Weight(**sums)
