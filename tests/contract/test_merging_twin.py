"""The twin puts carts together as the order service does: whatever both hold, the same comes of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from apptier.orders.merging import joined
from apptier.orders.tests.test_merging import cart
from storefront.clients.orders import CartRef
from storefront.clients.orders.fake import FakeOrders, Goods
from storefront.core import ManualClock, Sku
from tests import samples

IN = {"market": "eu", "locale": "en"}
SKUS = [f"SKU-{number}" for number in range(95)]
held = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 99), max_size=89)
few = st.dictionaries(st.sampled_from(SKUS[:6]), st.integers(1, 99), max_size=5)
baskets = st.one_of(few, held)


def goods(sku: str) -> Goods:
    return Goods(Sku(sku), sku.lower(), f"Thing {sku}", "", samples.eur(4900), 99)


def filled(orders: FakeOrders, ref: CartRef, quantities: dict[str, int]) -> None:
    for sku, quantity in quantities.items():
        orders.add_line(cart=ref, sku=sku, quantity=quantity, idempotency_key=f"{ref.id}:{sku}:key")


@settings(max_examples=60, deadline=None)
@given(mine=baskets, guest=baskets)
def test_both_put_the_same_together(mine: dict[str, int], guest: dict[str, int]) -> None:
    orders = FakeOrders([goods(sku) for sku in SKUS], clock=ManualClock())
    own = orders.open_my_cart(access_token="robin", **IN)
    filled(orders, own.ref, mine)
    brought = orders.create_cart(idempotency_key="a-key-of-this-test", **IN)
    filled(orders, brought.ref, guest)

    opened = orders.open_my_cart(access_token="robin", guest=brought.ref, **IN)
    wanted = joined(cart("mine", mine), cart("guest", guest))

    got = [(line.sku, line.quantity) for line in opened.cart.lines]
    assert got == [(line.sku, line.quantity) for line in wanted.cart.lines]
    if not guest:
        assert opened.merge is None
        return
    assert opened.merge is not None
    for name in ("added", "raised", "left"):
        told = [(line.sku, line.quantity) for line in getattr(opened.merge, name)]
        assert told == [(line.sku, line.quantity) for line in getattr(wanted, name)], name
