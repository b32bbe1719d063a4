"""A shopper without a script: follows links, fills forms, and can be asked what their cart holds now."""

import re
from dataclasses import dataclass
from html import unescape

from django.http import HttpResponse
from django.test import Client, RequestFactory

from storefront.clients.orders import Cart, CartRef, Order
from storefront.core import Gone, NotFound
from storefront.web.cart_cookie import cart_cookie_name, cart_of
from tests import samples
from tests.unit.web.shops import Fakes

NO_STORE = "private, no-store"
CONTACT = {"email": "robin@example.com", "name": "Robin Byrne"}
DELIVERY = {
    "line1": "12 Harbour Street",
    "city": "Galway",
    "postcode": "H91 AB12",
    "country": "IE",
    "option_id": "standard",
}
PAYMENT = {"method": "card"}
READS = frozenset(
    {"get_cart", "get_order", "list_delivery_options", "list_delivery_quotes", "list_payment_methods"}
)


@dataclass
class Shopper:
    client: Client
    twins: Fakes

    # --- what they do -----------------------------------------------------------------------------------

    def add(self, sku: str = samples.CUSHION, quantity: str = "1", **more: str) -> HttpResponse:
        return self.client.post("/cart/lines/", {"sku": sku, "quantity": quantity, **more})

    def change(self, quantity: str, *, version: object = None, line: int = 0, **more: str) -> HttpResponse:
        cart = self.cart
        data = {"quantity": quantity, "version": version or cart.version, "action": "change", **more}
        return self.client.post(f"/cart/lines/{cart.lines[line].id}/", data)

    def contact(self, **other: str) -> HttpResponse:
        return self.client.post("/checkout/contact/", {**CONTACT, **self._seen(), **other})

    def delivery(self, **other: str) -> HttpResponse:
        return self.client.post(
            "/checkout/delivery/", {"by": "delivery", **DELIVERY, **self._seen(), **other}
        )

    def payment(self, **other: str) -> HttpResponse:
        return self.client.post("/checkout/payment/", {**PAYMENT, **self._seen(), **other})

    def to_review(self, sku: str = samples.CUSHION, quantity: str = "1") -> None:
        for answer in (self.add(sku, quantity), self.contact(), self.delivery(), self.payment()):
            assert answer.status_code == 303
        assert self.client.get("/checkout/review/").status_code == 200

    def agreed(self) -> dict[str, str]:
        """What the form of the review page sends."""
        page = text_of(self.client.get("/checkout/review/"))
        form = page[page.index('action="/ie/en/checkout/place/"') :]
        return dict(re.findall(r'name="(version|amount|currency|region)"\s+value="([^"]*)"', form))

    def place(self, agreed: dict[str, str] | None = None) -> HttpResponse:
        return self.client.post("/checkout/place/", self.agreed() if agreed is None else agreed)

    def _seen(self) -> dict[str, str]:
        """The version that a form of checkout brings along."""
        try:
            return {"version": str(self.cart.version)} if self.ref else {}
        except (Gone, NotFound):
            return {}

    # --- what is so -------------------------------------------------------------------------------------

    @property
    def ref(self) -> CartRef | None:
        """The cart that the browser remembers."""
        request = RequestFactory().get("/")
        if cookie := self.client.cookies.get(cart_cookie_name()):
            request.COOKIES[cart_cookie_name()] = cookie.value
        return cart_of(request)

    @property
    def cart(self) -> Cart:
        ref = self.ref
        assert ref is not None
        return self.twins.orders.get_cart(cart=ref)

    @property
    def orders(self) -> list[Order]:
        """Every order there is."""
        return [order for order, _, _ in self.twins.orders._orders.values()]

    def calls_of(self, act) -> tuple[HttpResponse, list[str]]:
        """An answer, and what the order service was asked meanwhile."""
        before = len(self.twins.orders.calls)
        answer = act()
        return answer, self.twins.orders.calls[before:]


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def title_of(response: HttpResponse) -> str:
    found = re.search(r"<title>(.*?)</title>", text_of(response), re.DOTALL)
    assert found
    return found.group(1).strip()


def value_of(response: HttpResponse, name: str) -> str:
    """What the page's field of that id holds: an input's value, or the option that is selected."""
    page = response.content.decode()
    if tag := re.search(rf'<input\b[^>]*\bid="{name}"[^>]*>', page):
        found = re.search(r'\bvalue="([^"]*)"', tag.group())
        assert found
        return unescape(found.group(1))
    select = re.search(rf'<select\b[^>]*\bid="{name}".*?</select>', page, re.DOTALL)
    assert select, f"no field {name}"
    chosen = re.search(r'<option value="([^"]*)" selected', select.group())
    return unescape(chosen.group(1)) if chosen else ""


def summary_of(response: HttpResponse) -> str:
    """The words of the error summary on top of a page."""
    page = text_of(response)
    found = re.search(r'<div class="error-summary"[^>]*role="alert".*?</div>', page, re.DOTALL)
    assert found, "no error summary"
    return found.group()
