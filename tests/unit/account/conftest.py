"""The site over in-memory twins of every service, and Robin, who is signed in."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.paths import ShopClient
from tests.unit.account.member import Member, signed_in
from tests.unit.web.shops import Fakes, fakes


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    cache.clear()
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()


@pytest.fixture
def robin(client: ShopClient, twins: Fakes) -> Member:
    return signed_in(client, twins)


@pytest.fixture
def mika(twins: Fakes) -> Member:
    """Somebody else, with an account and a browser of their own."""
    return signed_in(ShopClient(), twins, email="mika@example.com", name="Mika Adler", sub="mika-0001")
