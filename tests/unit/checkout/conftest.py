"""The site over in-memory twins of every service, and a shopper with a browser of their own."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from tests.unit.cart.shopper import Shopper
from tests.unit.web.shops import Fakes, fakes, sign_in_browser


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
def robin(shopper, twins) -> Shopper:
    """Somebody signed in, with a thing in the cart."""
    sign_in_browser(shopper.client, twins)
    shopper.add()
    return shopper
