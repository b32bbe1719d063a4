"""A shopper in a browser: goes through the shop of any region, and complains about what breaks on the way.

What is pressed and filled in is found by its id or its address, so that the same shopper buys in every
language; what the words say is for the journeys to look at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import APIResponse, ConsoleMessage, Page, Response, expect

from tests.paths import HOME_REGION, in_region

CONTACT = {"email": "robin@example.com", "name": "Robin Byrne"}
ADDRESSES = {
    "ie": {"line1": "12 Harbour Street", "city": "Galway", "postcode": "H91 AB12"},
    "de": {"line1": "Hafenstraße 12", "city": "Hamburg", "postcode": "20457"},
    "us": {"line1": "12 Harbor Street", "city": "Boston", "postcode": "02110", "region": "MA"},
}
NUMBER = re.compile(r"SF-[0-9A-Z]{4}-[0-9A-Z]{4}")
REFUSED = re.compile("Failed to load resource|Response Status Error Code 4")
OWN = {"Sec-Fetch-Site": "same-origin"}
_VERSION = re.compile(r'name="version"\s+value="(\d+)"')
_SKU = re.compile(r'name="sku"\s+value="([^"]+)"')


@dataclass
class Shopper:
    """One visitor on one page of the browser."""

    page: Page
    origin: str
    scripts: bool = True
    region: str = HOME_REGION
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A refused answer (409, 422, 202 ...) is part of a journey; a broken policy or script is not.
        if message.type == "error" and not REFUSED.search(message.text):
            self.complaints.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 and response.url.startswith(self.origin):
            self.complaints.append(f"{response.status} {response.url}")

    # -- where one is

    def at(self, path: str) -> str:
        """The whole address of a path, in this shopper's region unless it names one."""
        return f"{self.origin}{in_region(path, self.region)}"

    def open(self, path: str) -> Response:
        answer = self.page.goto(self.at(path))
        assert answer is not None
        return answer

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def arrive(self, path: str) -> None:
        """Wait for the page of that path."""
        self.page.wait_for_url(re.compile(re.escape(self.at(path)) + r"([?#].*)?$"))

    def said(self, words: str | re.Pattern[str]) -> None:
        """Those words are on the page, where a notice stands; with script they were said aloud, too."""
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()

    def links(self, selector: str) -> list[str]:
        """The addresses of the links that match, each once."""
        found = self.page.locator(selector).evaluate_all("all => all.map((one) => one.getAttribute('href'))")
        return list(dict.fromkeys(found))

    # -- what needs no looking at, because a journey is about something else

    def send(self, path: str, form: dict[str, str]) -> APIResponse:
        """Send a form of the shop as this browser would, without looking at the answer's page."""
        return self.page.context.request.post(self.at(path), form=form, headers=OWN, max_redirects=0)

    def put(self, sku: str, quantity: int = 1) -> None:
        """Into the cart, without going to the product's page."""
        answer = self.send("/cart/lines/", {"sku": sku, "quantity": str(quantity)})
        assert answer.status == 303, f"{sku} was not put into the cart: {answer.status}"

    def give(self, step: str, form: dict[str, str]) -> None:
        """Fill in a step of checkout, without going there."""
        shown = self.page.context.request.get(self.at(f"/checkout/{step}/")).text()
        version = _VERSION.search(shown)
        assert version, f"no form on the step {step}"
        answer = self.send(f"/checkout/{step}/", {**form, "version": version.group(1)})
        assert answer.status == 303, f"{step} was not taken: {answer.status}"

    def to_review(self, sku: str, quantity: int = 1) -> None:
        """From nothing to the review page of an order of that article, delivered to the usual address."""
        self.put(sku, quantity)
        self.give("contact", CONTACT)
        country = self.region.split("/")[1]
        delivery = {**ADDRESSES[country], "country": country.upper(), "option_id": "standard"}
        self.give("delivery", delivery)
        self.open("/checkout/review/")

    # -- the way of a purchase, step by step

    def first_product(self) -> str:
        """The path of the first product of the first category of which there is enough."""
        self.open("/")
        category = self.links('main a[href*="/c/"]')[0]
        self.open(f"{category}?availability=in_stock")
        for path in self.links("main a.card__link"):
            self.open(path)
            if self.page.locator(".stock--in_stock").count() and self.page.locator("#add").count():
                return path
        raise AssertionError("every product of the list is scarce")

    def sku(self) -> str:
        """The article that the product page shows."""
        found = _SKU.search(self.page.content())
        assert found, f"nothing to buy on {self.page.url}"
        return found.group(1)

    def add_to_cart(self) -> None:
        """Press the button of the product page, and see it said."""
        self.page.locator("#add").click()
        if self.scripts:
            expect(self.page.locator("#added-dialog")).to_be_visible()
            expect(self.page.locator("#added .lines li")).not_to_have_count(0)
        else:
            self.arrive("/cart/")
            expect(self.page.locator("main .notice").first).to_be_visible()

    def start_checkout(self) -> None:
        """From the cart to the first step."""
        self.open("/cart/")
        self.page.locator('main a[href$="/checkout/"]').first.click()

    def check_out(self) -> None:
        """From the cart to the review page, by every step."""
        self.start_checkout()
        self.fill_contact()
        self.fill_delivery()
        self.arrive("/checkout/payment/")
        self.go_on()
        self.arrive("/checkout/review/")

    def fill_contact(self, **other: str) -> None:
        self.arrive("/checkout/contact/")
        for name, value in {**CONTACT, **other}.items():
            self.page.locator(f"#{name}").fill(value)
        self.go_on()

    def fill_delivery(self, **other: str) -> None:
        self.arrive("/checkout/delivery/")
        for name, value in {**ADDRESSES[self.region.split("/")[1]], **other}.items():
            field_ = self.page.locator(f"#{name}")
            if field_.evaluate("field => field.tagName") == "SELECT":
                field_.select_option(value)
            else:
                field_.fill(value)
        self.go_on()

    def go_on(self) -> None:
        """Press the button below the form of this step."""
        self.page.locator('.checkout__nav button[type="submit"]').first.click()

    def place_order(self) -> None:
        """Press "Place order" and arrive at the provider's page."""
        self.page.locator("#place").click()
        self.page.wait_for_url("**/payments/v1/hosted/**")

    def pay(self, outcome: str) -> None:
        """Press a button of the provider's page: approve, decline, challenge or leave."""
        path = {"leave": "left"}.get(outcome, outcome)
        self.page.locator(f'form[action$="/{path}"] button').click()

    def order_number(self) -> str:
        """The number on the confirmation page."""
        self.page.wait_for_url(re.compile(r"/orders/[^/]+/$"))
        found = NUMBER.search(self.page.locator("main").inner_text())
        assert found, "no order number on the confirmation page"
        return found.group()
