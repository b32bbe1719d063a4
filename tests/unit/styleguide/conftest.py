"""The site over in-memory twins of every service."""

from collections.abc import Iterator

import pytest

from tests.unit.web.shops import Fakes, fakes


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()
