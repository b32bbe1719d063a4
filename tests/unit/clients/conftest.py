"""The order twin, with a cart in it."""

import pytest

from storefront.clients.orders import CartRef
from storefront.clients.orders.fake import FakeOrders
from storefront.core import ManualClock
from tests import samples
from tests.unit.clients.carts import IN


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def orders(clock: ManualClock) -> FakeOrders:
    return samples.fake_orders(clock)


@pytest.fixture
def cart(orders: FakeOrders) -> CartRef:
    return orders.create_cart(idempotency_key="the-key-of-the-cart", **IN).ref
