"""A purchase with the keyboard alone, from the home page to the order number.

At every stop the focus has to be visible and not covered (WCAG 2.2, 2.4.7 and 2.4.11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Error, Page

MOST_TABS = 250
_NAME = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const label = element.labels?.[0]?.innerText ?? "";
  const name = element.getAttribute("aria-label") || label || element.innerText || element.value || "";
  return { tag: element.tagName.toLowerCase(), type: element.type ?? "", name: name.trim(), href: element.getAttribute("href") ?? "" };
}"""
# Whether the focused element shows that it is, and whether something lies over its middle.
_SEEN = """() => {
  const element = document.activeElement;
  const shown = element.matches("input[type=radio], input[type=checkbox]") ? element.closest("label") ?? element : element;
  const ringed = (one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const box = shown.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, Math.min(box.y + box.height / 2, innerHeight - 1));
  return {
    // A card and a search field show it on what is around them; what has the focus by script alone is no stop.
    visible: element.tabIndex < 0 || [element, shown, element.nextElementSibling, element.parentElement, element.closest("article, li")].some((one) => one && ringed(one)),
    uncovered: !top || shown.contains(top) || top.contains(shown),
  };
}"""


@dataclass
class Hands:
    """Two hands on a keyboard, and the eyes that watch where the focus goes."""

    page: Page
    problems: list[str] = field(default_factory=list)
    stops: int = 0

    def to(self, name: str, *, tag: str = "", href: str = "") -> None:
        """Press Tab until something of this name (a regular expression) has the focus."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(_NAME)
            if at is None:
                continue
            self.stops += 1
            self._look(at)
            right_kind = (not tag or at["tag"] == tag) and (not href or re.search(href, at["href"]))
            if right_kind and re.search(name, at["name"], re.IGNORECASE):
                return
        raise AssertionError(f"no way by Tab to {name!r} on {self.page.url}")

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text)

    def _look(self, at: dict[str, str]) -> None:
        seen = self.page.evaluate(_SEEN)
        where = f"{self.page.url}: {at['tag']} {at['name'][:40]!r}"
        if not seen["visible"]:
            self.problems.append(f"focus not visible on {where}")
        if not seen["uncovered"]:
            self.problems.append(f"focus covered on {where}")


def purchase(browser: Browser, origin: str) -> dict[str, object]:
    """Buy something; what was wrong on the way, and the order's number."""
    # Without motion, so that nothing is judged while it scrolls.
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    hands = Hands(context.new_page())
    try:
        number = buy(hands, origin)
    except (AssertionError, Error) as stuck:
        why = str(stuck).partition("\n")[0]
        return {"problems": [*dict.fromkeys(hands.problems), why], "order": None, "stops": hands.stops}
    finally:
        context.close()
    return {"problems": list(dict.fromkeys(hands.problems)), "order": number, "stops": hands.stops}


def _check_out(hands: Hands) -> None:
    """From the cart to the step after the address."""
    page = hands.page
    hands.to("check ?out", tag="a")
    hands.press("Enter")
    page.wait_for_url("**/checkout/contact/")
    hands.to("email")
    hands.write("robin@example.com")
    hands.to("name")
    hands.write("Robin Byrne")
    hands.press("Enter")
    page.wait_for_url("**/checkout/delivery/")
    fields = (("^address", "12 Harbour Street"), ("town|city", "Galway"), ("eircode|postcode", "H91 AB12"))
    for label, text in fields:
        hands.to(label, tag="input")
        hands.write(text)
    hands.press("Enter")
    page.wait_for_url("**/checkout/payment/")


def buy(hands: Hands, origin: str) -> str:
    """The way of a guest who has no mouse; the order's number at its end."""
    page = hands.page
    page.goto(f"{origin}/ie/en/")
    hands.to("skip to", tag="a")
    hands.press("Enter")
    hands.to("", tag="a", href="/c/")
    hands.press("Enter")
    page.wait_for_url("**/c/**")
    hands.to("", tag="a", href="/p/")
    hands.press("Enter")
    page.wait_for_url("**/p/**")
    hands.to("add to cart", tag="button")
    hands.press("Enter")
    hands.to("view cart|go to cart|^cart|see your cart", tag="a", href="/cart/")
    hands.press("Enter")
    page.wait_for_url("**/cart/")
    _check_out(hands)
    hands.to("continue|go on|review", tag="button")
    hands.press("Enter")
    page.wait_for_url("**/checkout/review/")
    hands.to("place (your )?order", tag="button")
    hands.press("Enter")
    page.wait_for_url("**/hosted/**")
    hands.to("approve", tag="button")
    hands.press("Enter")
    page.wait_for_url("**/orders/*/")
    found = re.search(r"SF-[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator("main").inner_text())
    assert found, "no order number at the end"
    return found.group()
