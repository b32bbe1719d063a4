"""Each code of the problem documents (RFC 9457) that the contracts and the backend name is met by a shopper
in plain words, or can't be met by one at all, and then this table says why.

A code that is in neither table fails the first test: whoever adds one says here what a shopper reads.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from storefront.clients.orders.fake_deals import Deal
from storefront.core import FieldProblem, Reason, UpstreamError, UpstreamUnavailable, refusal
from storefront.orders import finding
from storefront.reviews import views
from storefront.web.counters import AllowanceEach
from tests import samples
from tests.paths import in_region
from tests.unit.cart.shopper import Shopper, text_of
from tests.unit.web.shops import Fakes, fakes

ROOT = Path(__file__).resolve().parents[3]
GERMAN = "/ie/de"
BACKEND_WORDS = "These are the backend's own words."

# --- what there is --------------------------------------------------------------------------------------


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(inner)


def codes_of_contracts() -> set[str]:
    """Codes of problem examples, and the words in backticks that are no member or parameter."""
    named, members = set(), set()
    for path in sorted((ROOT / "contracts").glob("*.yaml")):
        for node in _nodes(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if isinstance(node, dict):
                members |= {*node.get("properties", ())}
                if {"code", "status", "title"} <= node.keys() and isinstance(node["code"], str):
                    named.add(node["code"])
            if isinstance(node, str):
                named |= set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+)+)`", node))
    return named - members


def codes_of_the_backend() -> set[str]:
    """The code of each `Problem(status, code, …)` and `not_found(words, code)` in its source."""
    found = set()
    for path in (ROOT / "apptier").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "code")]
                if name in {"Problem", "not_found"}:
                    found |= {one.value for one in given if isinstance(one, ast.Constant)}
    return {code for code in found if isinstance(code, str)}


# --- what a shopper reads -------------------------------------------------------------------------------

Act = Callable[[Shopper], HttpResponse]


def nothing(_shopper: Shopper) -> None:
    """No need to be anywhere in particular."""


def with_a_cart(shopper: Shopper) -> None:
    assert shopper.add().status_code == 303


def known_by_name(shopper: Shopper) -> None:
    with_a_cart(shopper)
    assert shopper.contact().status_code == 303


def on_the_way_to_pay(shopper: Shopper) -> None:
    known_by_name(shopper)
    assert shopper.delivery().status_code == 303


def ready_to_order(shopper: Shopper) -> None:
    shopper.to_review()


def ordered(shopper: Shopper) -> None:
    shopper.to_review()
    assert shopper.place().status_code == 303


def look(path: str) -> Act:
    return lambda shopper: shopper.client.get(path)


def code(shopper: Shopper) -> HttpResponse:
    return shopper.client.post("/cart/code/", {"code": "MEADOW10", "version": shopper.cart.version})


def place(shopper: Shopper) -> HttpResponse:
    return shopper.place()


def pick_up(shopper: Shopper) -> HttpResponse:
    form = {"by": "pickup", "store_id": samples.GALWAY.id, "version": shopper.cart.version}
    return shopper.client.post("/checkout/delivery/", form)


def find(shopper: Shopper) -> HttpResponse:
    return shopper.client.post("/orders/", {"number": "SF-7K3M-92QD", "email": "robin@example.com"})


def estimate(shopper: Shopper) -> HttpResponse:
    form = {"country": "IE", "postcode": "H91 AB12", "version": shopper.cart.version}
    return shopper.client.post("/cart/estimate/", form)


def cancel(shopper: Shopper) -> HttpResponse:
    return shopper.client.post(f"/checkout/cancel/{shopper.orders[0].id}/")


def look_at_order(shopper: Shopper) -> HttpResponse:
    return shopper.client.get(f"/orders/{shopper.orders[0].id}/")


def delivery_part(shopper: Shopper) -> HttpResponse:
    return shopper.client.get("/p/meadow-cushion/delivery/?country=IE&postcode=H91+AB12&sku=FN-MEA-INK-45")


def helpful(shopper: Shopper) -> HttpResponse:
    return shopper.client.post(f"/p/meadow-cushion/reviews/{samples.REVIEWS[0].id}/helpful/")


def review(shopper: Shopper) -> HttpResponse:
    form = {"rating": "5", "body": "Heavy, soft, and exactly this blue.", "author": "Robin"}
    return shopper.client.post("/p/meadow-cushion/reviews/new/", form)


@dataclass(frozen=True)
class Met:
    """A shopper gets `ready`, a service refuses with `code`, the shopper does `act` and reads `words`."""

    code: str
    status: int
    where: str
    act: Act
    answered: int
    words: str
    ready: Callable[[Shopper], None] = nothing
    pointers: tuple[str, ...] = ()
    extensions: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.code}-{self.where}"

    def error(self) -> UpstreamError:
        """What the client makes of the problem document."""
        service, operation = self.where.split(".")
        if self.status == 429:
            return UpstreamUnavailable(service, operation, Reason.THROTTLED, retry_after=30)
        if self.status >= 500:
            return UpstreamUnavailable(service, operation, Reason.SERVER_ERROR)
        return refusal(self.status)(
            service,
            operation,
            status=self.status,
            code=self.code,
            detail=BACKEND_WORDS,
            errors=tuple(FieldProblem(pointer, "unknown", BACKEND_WORDS) for pointer in self.pointers),
            extensions=self.extensions,
        )


NO_PAGE = "This page is missing"
STANDARD = "Standard delivery"  # what the backend calls it, in a language of its own
BACK_SOON = "We will be right back"
LEFT = {"sku": samples.CUSHION, "available": 3}
ADD, PLACE, CODE = "orders.add_line", "orders.place_order", "orders.apply_code"

MET = (
    # adding and changing
    Met("unknown_sku", 422, ADD, Shopper.add, 422, "We don't sell this any more, or never did."),
    Met("insufficient_stock", 409, ADD, Shopper.add, 409, "Only 3 of this are left.", extensions=LEFT),
    Met("quantity_limit", 422, ADD, Shopper.add, 422, "A cart holds at most 99 of one thing."),
    Met("line_limit", 422, ADD, Shopper.add, 422, "Your cart is full. Remove something first"),
    Met("cart_locked", 409, ADD, Shopper.add, 409, "The order of this cart is being paid.", with_a_cart),
    Met(
        "cart_expired",
        410,
        "orders.get_cart",
        look("/cart/"),
        200,
        "Your earlier cart has expired",
        with_a_cart,
    ),
    Met(
        "version_mismatch",
        412,
        "orders.change_line",
        lambda shopper: shopper.change("2"),
        412,
        "Your cart was changed in another tab.",
        with_a_cart,
    ),
    Met(
        "not_found",
        404,
        "orders.change_line",
        lambda shopper: shopper.change("2"),
        404,
        "That line is not in your cart any more.",
        with_a_cart,
    ),
    # codes of promotions
    Met(
        "unknown_code",
        422,
        CODE,
        code,
        422,
        "we don't know this one. Please check how it is spelt.",
        with_a_cart,
    ),
    Met("code_expired", 422, CODE, code, 422, "this one has ended.", with_a_cart),
    Met("code_not_started", 422, CODE, code, 422, "this one has not started yet.", with_a_cart),
    Met("code_used_up", 422, CODE, code, 422, "has been used as often as it could be.", with_a_cart),
    Met("code_limit", 422, CODE, code, 422, "a cart takes three. Remove one to use another.", with_a_cart),
    # where it goes
    Met(
        "country_not_served",
        422,
        "orders.set_estimate",
        estimate,
        422,
        "Please choose a country from the list",
        with_a_cart,
    ),
    Met(
        "country_not_served",
        422,
        "orders.set_address",
        Shopper.delivery,
        422,
        "we do not deliver there.",
        known_by_name,
        ("/country",),
    ),
    Met(
        "country_not_served",
        422,
        "orders.list_delivery_quotes",
        delivery_part,
        422,
        "We don't deliver to Ireland.",
    ),
    Met(
        "postcode_invalid",
        422,
        "orders.set_estimate",
        estimate,
        422,
        "type a postcode of that country.",
        with_a_cart,
    ),
    Met(
        "postcode_invalid",
        422,
        "orders.set_address",
        Shopper.delivery,
        422,
        "this is not a postcode of that country.",
        known_by_name,
        ("/postcode",),
    ),
    Met(
        "postcode_invalid",
        422,
        "orders.list_delivery_quotes",
        delivery_part,
        422,
        "This is not a postcode in Ireland.",
    ),
    Met("unknown_sku", 404, "stores.list_pickup_promises", delivery_part, 200, STANDARD),
    Met(
        "unknown_delivery_option",
        422,
        "orders.set_delivery_option",
        Shopper.delivery,
        422,
        "this is not offered there.",
        known_by_name,
        ("/option_id",),
    ),
    Met(
        "store_not_offered",
        422,
        "orders.set_fulfilment",
        pick_up,
        422,
        "you can't pick it up there.",
        known_by_name,
        ("/store_id",),
    ),
    Met(
        "unknown_payment_method",
        422,
        "orders.set_payment_method",
        Shopper.payment,
        422,
        "this is not offered. Please choose another.",
        on_the_way_to_pay,
        ("/method",),
    ),
    Met(
        "validation_failed",
        422,
        "orders.set_contact",
        Shopper.contact,
        422,
        BACKEND_WORDS,
        with_a_cart,
        ("/email",),
    ),
    # ordering
    Met(
        "cart_changed",
        409,
        PLACE,
        place,
        409,
        "Your cart was changed since you looked at it. Nothing was ordered",
        ready_to_order,
    ),
    Met(
        "total_changed", 409, PLACE, place, 409, "The total has changed. Nothing was ordered", ready_to_order
    ),
    Met(
        "insufficient_stock",
        409,
        PLACE,
        place,
        409,
        "Meadow cushion: only 3 left. Nothing was ordered",
        ready_to_order,
        extensions=LEFT,
    ),
    Met(
        "cart_incomplete",
        409,
        PLACE,
        place,
        409,
        "Something is still missing. Nothing was ordered",
        ready_to_order,
        ("/contact",),
    ),
    Met("idempotency_key_reused", 422, PLACE, place, 409, "Nothing was ordered twice", ready_to_order),
    Met("request_in_progress", 409, PLACE, place, 202, "We are checking your order", ready_to_order),
    Met("unavailable", 503, PLACE, place, 202, "We are checking your order", ready_to_order),
    Met("order_paid", 409, "orders.cancel_order", cancel, 202, "We are checking your order", ordered),
    Met(
        "unauthorized",
        401,
        "orders.get_order",
        look_at_order,
        404,
        "Look it up by its number and your email address.",
        ordered,
    ),
    Met(
        "order_not_found",
        404,
        "orders.find_order",
        find,
        422,
        "We found no order with this number and this email address.",
    ),
    Met("too_many_tries", 429, "orders.find_order", find, 429, "Please wait a while and try again."),
    # looking around
    Met("unknown_product", 404, "catalog.get_product", look("/p/gone/"), 404, NO_PAGE),
    Met("unknown_category", 404, "search.search_products", look("/c/cushions/"), 200, "The newest products"),
    Met("unknown_content", 404, "content.get_page", look("/pages/delivery/"), 404, NO_PAGE),
    Met("unknown_redirect", 404, "content.list_redirects", look("/old/cushion"), 404, NO_PAGE),
    Met("internal_error", 500, "catalog.get_product", look("/p/meadow-cushion/"), 503, BACK_SOON),
    Met("unavailable", 503, "catalog.get_product", look("/p/meadow-cushion/"), 503, BACK_SOON),
    Met(
        "page_out_of_range",
        404,
        "search.search_products",
        look("/search/?q=a&page=7"),
        404,
        "There is no page 7",
    ),
    Met(
        "unknown_facet",
        422,
        "search.search_products",
        look("/search/?q=a&shade=Ink"),
        400,
        "We could not search for that. Please try other words.",
    ),
    Met(
        "price_range",
        422,
        "search.search_products",
        look("/search/?q=a&price=1-2"),
        400,
        "We could not search for that. Please try other words.",
    ),
    Met(
        "rating_range",
        422,
        "search.search_products",
        look("/search/?q=a&rating=4"),
        400,
        "We could not search for that. Please try other words.",
    ),
    # reviews
    Met(
        "bad_cursor",
        400,
        "reviews.list_reviews",
        look("/p/meadow-cushion/reviews/?page=2"),
        200,
        "Reviews can’t be shown right now.",
    ),
    Met("unknown_review", 404, "reviews.vote_helpful", helpful, 404, NO_PAGE),
    Met("unknown_product", 404, "reviews.submit_review", review, 404, NO_PAGE),
    Met(
        "idempotency_key_reused",
        422,
        "reviews.submit_review",
        review,
        422,
        "We could not accept this as it is.",
    ),
    Met("request_in_progress", 409, "reviews.submit_review", review, 303, ""),
)

ALSO_MET = {"minimum_not_reached": "a code that waits for more goods: see the test of its name below"}

NEVER_MET = {
    "address_limit": "the shop has no accounts yet, so nobody keeps addresses",
    "unknown_address": "the shop has no accounts yet, so nobody keeps addresses",
    "bad_encoding": "the clients percent-encode what they send",
    "malformed_body": "the clients write JSON",
    "body_too_large": "the web tier refuses such forms itself, with a page for 413",
    "method_not_allowed": "the clients send the contract's methods",
    "http_error": "what the framework itself refuses: only an address that no contract names",
    "precondition_required": "every client call that needs a version has a required argument for it",
    "unknown_market": "the markets are the regions' own; another region is a page that does not exist",
    "unknown_store": "there are no pages of single stores",
    "bad_signature": "only the payment service sends webhooks",
    "payment_approved": "between orders and payments",
    "payment_not_approved": "between orders and payments",
    "refund_exceeds_payment": "between orders and payments",
    "line_exceeded": "between the warehouse and orders",
    "order_not_paid": "between the warehouse and orders",
    "not_a_moderator": "between merchandisers' tools and reviews",
}


def test_every_code_is_met_in_plain_words_or_can_not_be_met() -> None:
    named = codes_of_contracts() | codes_of_the_backend()
    assert len(named) > 50
    told = {one.code for one in MET} | ALSO_MET.keys()
    assert sorted(named - told - NEVER_MET.keys()) == []
    assert sorted((told | NEVER_MET.keys()) - named) == []
    assert told & NEVER_MET.keys() == set()


@pytest.fixture
def twins(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fakes]:
    cache.clear()
    for module, name in ((finding, "_tries"), (views, "reviews_each"), (views, "votes_each")):
        monkeypatch.setattr(module, name, AllowanceEach(f"a-test-{name}", 1000))
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    settings.PAYMENT_ORIGINS = ("http://payments.invalid",)
    yield made
    made.shop.compose.close()


@pytest.fixture
def shopper(client: Any, twins: Fakes) -> Shopper:
    return Shopper(client, twins)


def visible(response: HttpResponse) -> str:
    """The words of a page, without scripts, tags and attributes."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", text_of(response), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.mark.parametrize("met", MET, ids=lambda met: met.label)
def test_what_a_shopper_reads(shopper: Shopper, twins: Fakes, met: Met) -> None:
    met.ready(shopper)
    service, operation = met.where.split(".")
    getattr(twins, service).fail(met.error(), operation)

    response = met.act(shopper)

    assert operation in getattr(twins, service).calls, "the refusal was never met"
    assert response.status_code == met.answered, visible(response)
    words = visible(response)
    assert met.words in words
    for technical in (
        met.code,
        met.code.replace("_", " "),
        "upstream",
        "problem+json",
        str(met.status) + " ",
    ):
        assert technical not in words
    if met.words != BACKEND_WORDS:
        assert BACKEND_WORDS not in words, "English words of the backend reach shoppers of any language"


class GermanClient(Client):
    """Asks for `/ie/de/cart/` where a test says `/cart/`."""

    def generic(self, method: str, path: str, *args: Any, **more: Any) -> Any:
        return super().generic(method, in_region(str(path), GERMAN), *args, **more)


class GermanShopper(Shopper):
    """Buys the same things in German."""

    def agreed(self) -> dict[str, str]:
        page = text_of(self.client.get("/checkout/review/"))
        form = page[page.index(f'action="{GERMAN}/checkout/place/"') :]
        return dict(re.findall(r'name="(version|amount|currency|region)"\s+value="([^"]*)"', form))


@pytest.mark.parametrize("met", MET, ids=lambda met: met.label)
def test_who_reads_german_reads_german(twins: Fakes, met: Met) -> None:
    shopper = GermanShopper(GermanClient(), twins)
    met.ready(shopper)
    service, operation = met.where.split(".")
    getattr(twins, service).fail(met.error(), operation)

    response = met.act(shopper)

    assert response.status_code == met.answered, visible(response)
    words = visible(response)
    assert BACKEND_WORDS not in words
    assert not met.words or met.words == STANDARD or met.words not in words


def test_minimum_not_reached(shopper: Shopper, twins: Fakes) -> None:
    with_a_cart(shopper)
    twins.orders.promote(Deal("big", "amount", "20 euro off", "BIG", amount=2000, minimum=20000))
    form = {"code": "BIG", "version": shopper.cart.version}
    assert shopper.client.post("/cart/code/", form).status_code == 303
    assert shopper.cart.codes[0].reason == "minimum_not_reached"
    words = visible(shopper.client.get("/cart/"))
    assert "Applies once you add €151.00 more." in words
    assert "minimum_not_reached" not in words
