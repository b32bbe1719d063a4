"""The site over in-memory twins of every service, and somebody who wants to sign in."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.paths import ShopClient
from tests.unit.signin.visitor import EMAIL, NAME, PASSWORD, Visitor
from tests.unit.web.shops import Fakes, fakes


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    cache.clear()
    made = fakes()
    made.people.add(EMAIL, PASSWORD, NAME)
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()


@pytest.fixture
def visitor(client: ShopClient, twins: Fakes) -> Visitor:
    return Visitor(client, twins)
