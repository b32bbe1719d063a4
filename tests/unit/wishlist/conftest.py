"""The site over in-memory twins of every service, and somebody with wishes."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from tests.unit.web.shops import Fakes, fakes
from tests.unit.wishlist.wisher import Wisher


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    cache.clear()
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()


@pytest.fixture
def wisher(client: Client, twins: Fakes) -> Wisher:
    return Wisher(client, twins)
