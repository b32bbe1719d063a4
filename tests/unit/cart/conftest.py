"""The site over in-memory twins of every service, and a shopper with a browser of their own."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from storefront.clients.orders import CartRef
from tests import samples
from tests.unit.cart.shopper import Shopper
from tests.unit.web.shops import Fakes, fakes

IN = {"market": "eu", "locale": "en"}
EMAIL, PASSWORD = "robin@example.com", "a long password of Robin's"


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    cache.clear()  # a press of a button is remembered for seconds, and carts of all tests are called alike
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    settings.PAYMENT_ORIGINS = ("http://payments.invalid",)
    yield made
    made.shop.compose.close()


@pytest.fixture
def shopper(client: Client, twins: Fakes) -> Shopper:
    return Shopper(client, twins)


@pytest.fixture
def own(twins) -> CartRef:
    """What Robin's cart held before: three vases."""
    opened = twins.orders.open_my_cart(access_token=samples.ROBIN_TOKEN, **IN)
    add = {"sku": samples.VASE, "quantity": 3, "idempotency_key": "robin-before"}
    twins.orders.add_line(cart=opened.ref, **add)
    return opened.ref


@pytest.fixture
def account(twins) -> None:
    twins.people.add(EMAIL, PASSWORD, "Robin Byrne")
