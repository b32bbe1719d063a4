"""The twin puts carts together, and apart again, as the order service does: the same comes of the same."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from apptier.kit.models import Contact as StoredContact
from apptier.orders.cart import StoredCart
from apptier.orders.merging import joined, taken_apart
from apptier.orders.tests.test_merging import cart
from storefront.clients.orders import CartRef
from storefront.clients.orders.fake import FakeOrders, Goods
from storefront.clients.shapes import Contact
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


EMAILS = ["robin@example.com", "kim@example.com"]
contacts = st.one_of(st.none(), st.sampled_from(EMAILS))
begun = st.dictionaries(st.sampled_from(SKUS[:6]), st.integers(1, 99), min_size=1, max_size=5)


def said(orders: FakeOrders, ref: CartRef, email: str | None) -> None:
    if email is not None:
        version = orders.get_cart(cart=ref).version
        orders.set_contact(cart=ref, contact=Contact(email=email, name="Somebody"), version=version)


def stored(name: str, quantities: dict[str, int], email: str | None) -> StoredCart:
    contact = StoredContact(email=email, name="Somebody") if email else None
    return replace(cart(name, quantities), contact=contact)


@settings(max_examples=150, deadline=None)
@given(mine=few, guest=begun, told=st.tuples(contacts, contacts, contacts))
def test_both_take_the_same_apart(
    mine: dict[str, int], guest: dict[str, int], told: tuple[str | None, str | None, str | None]
) -> None:
    orders = FakeOrders([goods(sku) for sku in SKUS], clock=ManualClock())
    own = orders.open_my_cart(access_token="robin", **IN)
    brought = orders.create_cart(idempotency_key="a-key-of-this-test", **IN)
    for ref, quantities, email in ((own.ref, mine, told[0]), (brought.ref, guest, told[1])):
        filled(orders, ref, quantities)
        said(orders, ref, email)
    merge = orders.open_my_cart(access_token="robin", guest=brought.ref, **IN).merge
    assert merge is not None
    said(orders, own.ref, told[2])

    back = orders.undo_merge(merge_id=merge.id, access_token="robin").cart
    kept = orders.get_cart(cart=own.ref)

    before, guests = stored("mine", mine, told[0]), stored("guest", guest, told[1])
    left = joined(before, guests).cart
    later = left if told[2] is None else replace(left, contact=stored("mine", {}, told[2]).contact)
    wanted = taken_apart(later, before, guests)
    for got, as_wanted in ((kept, wanted), (back, guests)):
        lines = [(line.sku, line.quantity) for line in as_wanted.lines]
        assert [(line.sku, line.quantity) for line in got.lines] == lines
        assert (got.contact and got.contact.email) == (as_wanted.contact and as_wanted.contact.email)
