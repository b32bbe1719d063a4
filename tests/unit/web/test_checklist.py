"""Points of docs/reference/ux-checklist.md that concern pages of several slices: words for whatever is away,
one card everywhere, what fields tell the browser, and error pages that need nobody.
"""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from storefront.core import Reason, UpstreamError, UpstreamInvalid, UpstreamUnavailable
from storefront.web.errors import error_response
from tests.unit.cart.shopper import Shopper
from tests.unit.web.shops import Fakes, fakes

# A page, the service and the operations of it that are away ("" for all), and what the shopper reads instead.
OUTAGES = {
    "product": ("/p/meadow-cushion/", "catalog", (), 503, "right back"),
    "list": ("/c/textiles/", "catalog", (), 503, "right back"),
    "home without goods": ("/", "catalog", (), 200, "Fieldnote"),
    "price": (
        "/p/meadow-cushion/",
        "catalog",
        ("get_product_offers",),
        200,
        "The price is shown in your cart.",
    ),
    "filters": ("/c/textiles/", "search", (), 200, "Filters and sorting are resting for a moment."),
    "search": ("/search/?q=cushion", "search", (), 503, "Search is not available right now."),
    "delivery": (
        "/p/meadow-cushion/",
        "orders",
        (),
        200,
        "You will see them at the checkout before you pay.",
    ),
    "cart": ("/cart/", "orders", (), 503, "Your cart is safe"),
    "checkout": ("/checkout/contact/", "orders", (), 503, "right back"),
    "order": ("/orders/", "orders", (), 200, "Find your order"),
    "page": ("/pages/delivery/", "content", (), 503, "right back"),
    "home without layout": ("/", "content", (), 200, "Fieldnote"),
    "stores": (
        "/p/meadow-cushion/delivery/?sku=FN-MEA-INK-45&country=IE&postcode=H91+AB12",
        "stores",
        (),
        200,
        "We can't check right now which stores have it.",
    ),
    "reviews": ("/p/meadow-cushion/", "reviews", (), 200, "Reviews can’t be shown right now."),
    "all reviews": ("/p/meadow-cushion/reviews/", "reviews", (), 200, "Reviews can’t be shown right now."),
}
SECRET = "$.items[7].secret"
ERRORS = [*Reason, "invalid"]
_TAG = re.compile(r"<(?:\"[^\"]*\"|[^>\"])+>")


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    cache.clear()
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()


@pytest.fixture
def shopper(client, twins) -> Shopper:
    return Shopper(client, twins)


def text_of(response) -> str:
    return unescape(response.content.decode())


def words_of(response) -> str:
    """What a person reads of a page."""
    page = re.sub(r"<(script|template)\b.*?</\1>", " ", text_of(response), flags=re.DOTALL)
    return " ".join(_TAG.sub(" ", page).split())


def failure(service: str, kind: str) -> UpstreamError:
    if kind == "invalid":
        return UpstreamInvalid(service, "GET /inside", "broken", field=SECRET)
    return UpstreamUnavailable(service, "GET /inside", Reason(kind), message="secret of the house")


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("name", OUTAGES)
def test_whatever_is_away_has_its_phrase_in_plain_words(shopper, client, twins, name, kind):
    path, service, operations, status, phrase = OUTAGES[name]
    shopper.add()
    twin = getattr(twins, service)
    twin.fail(failure(service, kind), *operations)
    response = client.get(path)
    words = words_of(response)
    assert response.status_code == status
    assert phrase in words
    for inside in (SECRET, "secret", "GET /inside", "_open", "_full", "_exhausted", "Upstream", "Traceback"):
        assert inside not in words


@pytest.mark.parametrize("kind", ERRORS)
def test_what_could_not_be_added_is_said_with_a_way_to_try_again(shopper, twins, kind):
    twins.orders.fail(failure("orders", kind))
    response = shopper.add()
    assert response.status_code == 503
    assert "Not added to your cart" in words_of(response)
    assert SECRET not in words_of(response)
    assert 'action="/ie/en/cart/lines/"' in text_of(response)


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_error_pages_are_the_shops_own_light_and_ask_nobody(twins, settings, status):
    response = error_response(RequestFactory().get("/ie/en/anything/"), status)
    page = text_of(response)
    assert settings.SHOP_NAME in page
    assert 'role="search"' in page
    assert len(response.content) < 30_000
    asked = (twins.catalog, twins.search, twins.orders, twins.content, twins.stores, twins.reviews)
    assert [twin.calls for twin in asked] == [[]] * len(asked)


def card_of(page: str, handle: str) -> str:
    """The card of a product as people read it: its words, in their order."""
    cards = re.findall(r'<article class="card">.*?</article>', page, re.DOTALL)
    card = next(card for card in cards if f"/p/{handle}/" in card)
    return " ".join(_TAG.sub(" ", card).split())


def test_a_product_is_told_in_the_same_words_wherever_it_has_a_card(client, twins):
    pages = ("/c/textiles/", "/search/?q=cushion", "/", "/fragments/public/cards/?handles=meadow-cushion")
    cards = {card_of(text_of(client.get(page)), "meadow-cushion") for page in pages}
    (words,) = cards
    for shown in ("€49.00", "In stock", "Meadow cushion", "Colours:"):
        assert shown in words


def fields_of(response) -> dict[str, str]:
    """What a page asks a person to type or choose, by name: the tag. Choices and what is hidden left out."""
    main = text_of(response).partition("<main")[2].partition("</main>")[0]
    tags = re.findall(r"<(?:input|select)\b[^>]*>", main)
    kinds = r'type="(?:hidden|radio|checkbox|search)"|name="(?:quantity|code)"'
    named = ((re.search(r'\bname="([^"]+)"', tag), tag) for tag in tags if not re.search(kinds, tag))
    return {found.group(1): tag for found, tag in named if found}


STEPS = {
    "contact": {"email": "email", "name": "name", "phone": "tel"},
    "delivery": {
        "line1": "address-line1",
        "line2": "address-line2",
        "company": "organization",
        "city": "address-level2",
        "region": "address-level1",
        "postcode": "postal-code",
        "country": "country",
    },
    "payment": {},
}


@pytest.mark.parametrize("step", STEPS)
def test_browsers_can_fill_in_every_field_of_checkout(shopper, client, step):
    shopper.to_review()
    fields = fields_of(client.get(f"/checkout/{step}/"))
    told = {name: re.findall(r'\bautocomplete="([^"]+)"', tag) for name, tag in fields.items()}
    assert told == {name: [token] for name, token in STEPS[step].items()}
    keyboards = {"email": "email", "phone": "tel"}
    assert {
        name: found.group(1)
        for name, tag in fields.items()
        if (found := re.search(r'\binputmode="([^"]+)"', tag)) and name != "postcode"
    } == {name: keyboards[name] for name in fields if name in keyboards}


def test_nothing_is_asked_twice(shopper, client):
    """One address is where it goes, and the payment page is the provider's: no second one for the bill."""
    shopper.to_review()
    asked = [name for step in STEPS for name in fields_of(client.get(f"/checkout/{step}/"))]
    assert len(asked) == len(set(asked)) == sum(map(len, STEPS.values()))
    assert fields_of(client.get("/checkout/review/")) == {}


def test_buying_as_a_guest_is_the_way_and_no_account_is_asked_for(shopper, client):
    shopper.add()
    cart, contact = client.get("/cart/"), client.get("/checkout/contact/")
    assert "As a guest: no account, no password." in words_of(cart)
    assert "You buy as a guest" in words_of(contact)
    assert 'type="password"' not in text_of(cart) + text_of(contact)


def test_the_field_for_a_code_is_folded_until_somebody_wants_it(shopper, client):
    shopper.add()
    assert re.search(r'<details class="fold"\s+id="promo-fold">', text_of(client.get("/cart/")))
    refused = client.post("/cart/code/", {"code": "NOSUCH", "version": str(shopper.cart.version)})
    assert re.search(r'id="promo-fold" open>', text_of(refused))
    assert 'aria-describedby="code-error"' in text_of(refused)
