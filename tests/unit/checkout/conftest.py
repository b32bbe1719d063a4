"""The site over in-memory twins of every service, and a shopper with a browser of their own."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.unit.cart.shopper import Shopper
from tests.unit.web.shops import Fakes, fakes


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    settings.PAYMENT_ORIGINS = ("http://payments.invalid",)
    yield made
    made.shop.compose.close()


@pytest.fixture
def shopper(client: Client, twins: Fakes) -> Shopper:
    return Shopper(client, twins)
