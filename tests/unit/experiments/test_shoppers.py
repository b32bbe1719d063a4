"""A shopper of the site, as an experiment hears of them: what they were shown, put into the cart, bought."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings as site_settings
from django.core.cache import cache

from storefront.experiments.recording import REACHED, SHOWN
from storefront.experiments.tallies import Goal
from storefront.flags.records import Who
from storefront.flags.state import FlagState, Serve
from storefront.web.flags.previews import Preview, token_of
from storefront.web.flags.variants import FlagVariants
from storefront.web.handler import ShopHandler
from storefront.web.page_cache import PageCache
from tests.paths import ShopClient
from tests.unit.cart.shopper import Shopper, text_of
from tests.unit.web.page_cache.toys import ask
from tests.unit.web.shops import Fakes, down, fakes, sign_in_browser

SUMMARY = "/fragments/personal/summary/"
HEADER = {"HX-Request": "true", "HX-Target": "summary"}
PRODUCT = "/p/meadow-cushion/"
HALVES = Serve(weights=(("control", 50_000), ("note", 50_000)))
MIKA = Who("mika", "Mika")


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    cache.clear()
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    settings.PAYMENT_ORIGINS = ("http://payments.invalid",)
    state = FlagState(key="delivery-note", otherwise=HALVES, holdout=False)
    made.shop.flag_changes.save(state, 0, MIKA, "begin")
    yield made
    made.shop.compose.close()


@pytest.fixture
def shopper(twins) -> Shopper:
    return Shopper(ShopClient(), twins)


def look(shopper: Shopper, **headers: str) -> None:
    """Open the product's page, whose header then asks for its fragment by the address that the page has."""
    page = text_of(shopper.client.get(PRODUCT))
    (address,) = re.findall(
        r'data-hx-get="(/ie/en/fragments/personal/summary/\?seen=delivery-note~\w+)"', page
    )
    assert shopper.client.get(address, headers=HEADER | headers).status_code == 200


def asked(app, path: str, shopper: Shopper):
    """What a server gets for a page, asked with the shopper's cookies."""
    cookies = "; ".join(f"{name}={one.value}" for name, one in shopper.client.cookies.items())
    return ask(app, path, HTTP_COOKIE=cookies)


def told(twins) -> list[tuple[str, str]]:
    """Which events were published: kind and goal."""
    assert twins.shop.experiments.flush(5)
    return [(kind, detail.get("goal", "")) for kind, detail in twins.bus.events]


def tally(twins):
    (run,) = twins.tallies.runs("delivery-note")
    (found,) = run.tallies.values()
    return found


def test_from_the_second_page_on_a_shopper_takes_part(shopper, twins):
    look(shopper)
    assert told(twins) == []
    for _ in range(3):
        look(shopper)
    assert told(twins) == [(SHOWN, "")]


def test_putting_things_into_the_cart_counts_once(shopper, twins):
    look(shopper)
    look(shopper)
    for _ in range(2):
        assert shopper.add().status_code == 303
    assert told(twins) == [(SHOWN, ""), (REACHED, "cart")]
    assert tally(twins).reached(Goal.CART) == 1


def test_what_could_not_be_added_does_not_count(shopper, twins):
    look(shopper)
    look(shopper)
    assert shopper.add(sku="NO-SUCH-SKU").status_code != 303
    assert told(twins) == [(SHOWN, "")]


def test_a_paid_order_counts_once_with_what_it_cost(shopper, twins):
    look(shopper)
    look(shopper)
    shopper.to_review(quantity="2")
    shopper.place()
    order = shopper.orders[0]
    shopper.client.get(f"/orders/{order.id}/")
    assert (REACHED, "order") not in told(twins)
    twins.orders.settle(order.id, "approved")
    for _ in range(2):
        shopper.client.get(f"/orders/{order.id}/")
    assert told(twins)[-2:] == [(REACHED, "order"), (REACHED, "revenue")]
    found = tally(twins)
    total = order.totals.total
    assert (found.reached(Goal.ORDER), found.spent(total.currency).total) == (1, total.amount)


def test_who_signs_in_on_the_way_is_still_counted(shopper, twins):
    look(shopper)
    look(shopper)
    sign_in_browser(shopper.client, twins)
    shopper.client.get(SUMMARY, headers=HEADER)
    shopper.add()
    assert told(twins) == [(SHOWN, ""), (REACHED, "cart")]
    look(shopper)
    look(shopper)
    assert told(twins) == [(SHOWN, ""), (REACHED, "cart")]
    assert tally(twins).people == 1


def test_a_stranger_is_counted_nowhere(shopper, twins):
    shopper.add()
    assert told(twins) == []
    assert twins.tallies.calls == 0


@pytest.mark.parametrize("after", [0, 2])
def test_who_wants_not_to_be_followed_is_counted_nowhere(shopper, twins, after):
    """Neither from the start nor from the moment at which they say so."""
    for _ in range(after):
        look(shopper)
    before = told(twins)
    refusing = {"Sec-GPC": "1"}
    for _ in range(2):
        look(shopper, **refusing)
    shopper.client.post("/cart/lines/", {"sku": "CSH-MDW-45", "quantity": "1"}, headers=refusing)
    assert told(twins) == before


def test_somebody_in_a_preview_is_not_counted(shopper, twins):
    look(shopper)
    look(shopper)
    before = told(twins)
    now = twins.shop.clock.now()
    token = token_of(Preview(by="Mika", until=now + timedelta(hours=1)), now)
    shopper.client.cookies[site_settings.PREVIEW_COOKIE_NAME] = token
    shopper.add()
    assert told(twins) == before


@pytest.mark.parametrize("over", [True, False])
def test_a_cookie_that_is_no_preview_keeps_nobody_from_being_counted(shopper, twins, over):
    """As little as from being shown: who is shown something and never counted as having bought is a fault."""
    now = twins.shop.clock.now()
    past = token_of(Preview(by="Mika", until=now - timedelta(seconds=1)), now)
    shopper.client.cookies[site_settings.PREVIEW_COOKIE_NAME] = past if over else "a-preview"
    look(shopper)
    look(shopper)
    shopper.add()
    assert told(twins) == [(SHOWN, ""), (REACHED, "cart")]


def test_an_error_counts_for_who_was_told_of_it(shopper, twins):
    look(shopper)
    look(shopper)
    shopper.add()
    told(twins)
    twins.orders.fail(down("orders"))
    for _ in range(2):
        assert asked(ShopHandler(), "/ie/en/cart/", shopper).status == 503
    assert told(twins)[-1] == (REACHED, "error")
    assert tally(twins).reached(Goal.ERROR) == 1


@pytest.mark.parametrize(
    ("flag", "path"),
    [("checkout", "/ie/en/checkout/contact/"), ("reviews-writing", "/ie/en/p/meadow-cushion/reviews/new/")],
)
def test_what_was_closed_on_purpose_is_no_error(shopper, twins, flag, path):
    """The variant that leads more people there does no harm."""
    look(shopper)
    look(shopper)
    shopper.add()
    before = told(twins)
    twins.shop.flag_changes.kill(flag, MIKA, "for a moment")
    assert asked(ShopHandler(), path, shopper).status == 503
    assert told(twins) == before


@pytest.mark.parametrize("cached", [True, False])
def test_an_error_of_a_public_page_counts_too(shopper, twins, cached):
    look(shopper)
    look(shopper)
    assert told(twins) == [(SHOWN, "")]
    twins.catalog.fail(down("catalog"))
    app = PageCache(ShopHandler(), variants=FlagVariants()) if cached else ShopHandler()
    assert asked(app, "/ie/en/p/moss-throw/", shopper).status == 503
    assert told(twins)[-1] == (REACHED, "error")


def test_while_the_tallies_are_away_the_shop_sells(shopper, twins):
    look(shopper)
    twins.tallies.away = True
    look(shopper)
    assert shopper.add().status_code == 303
    assert shopper.cart.item_count == 1
