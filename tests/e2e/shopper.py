"""A shopper in a browser: does what a person does, by what a person sees, and complains about what breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Response, expect

ADDRESS = {
    "Email address": "robin@example.com",
    "Full name": "Robin Byrne",
    "Address": "12 Harbour Street",
    "Town or city": "Galway",
    "Postcode": "H91 AB12",
}

SCARCE = re.compile(r"^(few left|sold out)$", re.IGNORECASE)


@dataclass
class Shopper:
    """One visitor on one page of the browser."""

    page: Page
    origin: str
    scripts: bool = True
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A refused answer (409, 422, 202 ...) is part of a journey; a broken policy or script is not.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 and response.url.startswith(self.origin):
            self.complaints.append(f"{response.status} {response.url}")

    def open(self, path: str) -> Response:
        answer = self.page.goto(f"{self.origin}{path}")
        assert answer is not None
        return answer

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def open_first_product(self) -> str:
        """From the home page through the first category to its first product that is in stock; its path."""
        self.open("/")
        self.page.locator('main a[href^="/c/"]').first.click()
        self.page.wait_for_url("**/c/**")
        self.page.goto(f"{self.page.url.partition('?')[0]}?availability=in_stock")
        links = self.page.locator('main a[href^="/p/"]')
        paths = [links.nth(n).get_attribute("href") or "" for n in range(links.count())]
        for path in dict.fromkeys(paths):
            self.open(path)
            if not self.page.get_by_text(SCARCE).count():
                return path
        raise AssertionError("every product of the list is scarce")

    def add_to_cart(self) -> None:
        """Press the button of the product page, and see it said."""
        self.page.get_by_role("button", name=re.compile("add to cart", re.IGNORECASE)).first.click()
        if not self.scripts:
            self.page.wait_for_url("**/cart/")
        expect(self.page.get_by_text(re.compile("is in your cart")).first).to_be_visible()

    def check_out(self) -> None:
        """From the cart to the review page, by every step."""
        self.open("/cart/")
        self.page.get_by_role("link", name=re.compile("check ?out", re.IGNORECASE)).first.click()
        self.fill_contact()
        self.fill_delivery()
        self.page.wait_for_url("**/checkout/payment/")
        self.go_on()
        self.page.wait_for_url("**/checkout/review/")

    def fill_contact(self, **other: str) -> None:
        self.page.wait_for_url("**/checkout/contact/")
        self.page.get_by_label("Email address").fill(other.get("email", ADDRESS["Email address"]))
        self.page.get_by_label("Full name").fill(other.get("name", ADDRESS["Full name"]))
        self.go_on()

    def fill_delivery(self, **other: str) -> None:
        self.page.wait_for_url("**/checkout/delivery/")
        self.page.get_by_label("Address", exact=True).fill(other.get("line1", ADDRESS["Address"]))
        self.page.get_by_label("Town or city").fill(other.get("city", ADDRESS["Town or city"]))
        self.page.get_by_label("Postcode").fill(other.get("postcode", ADDRESS["Postcode"]))
        self.page.get_by_label("Country").select_option(other.get("country", "IE"))
        self.go_on()

    def go_on(self) -> None:
        self.page.locator('main form[method="post"] button[type="submit"]').last.click()

    def place_order(self) -> None:
        """Press "Place order" and arrive at the provider's page."""
        self.page.get_by_role("button", name=re.compile("place (your )?order", re.IGNORECASE)).click()
        self.page.wait_for_url("**/payments/v1/hosted/**")

    def pay(self, outcome: str) -> None:
        """Press a button of the provider's page."""
        self.page.get_by_role("button", name=re.compile(outcome, re.IGNORECASE)).click()

    def order_number(self) -> str:
        """The number on the confirmation page."""
        self.page.wait_for_url("**/orders/*/")
        found = re.search(r"SF-[0-9A-Z]{4}-[0-9A-Z]{4}", self.page.locator("main").inner_text())
        assert found, "no order number on the confirmation page"
        return found.group()
