"""The order twin keeps a cart as the contract says, from the first line to all that checkout asks for."""

from datetime import timedelta

import pytest

from storefront.clients.orders import CartRef, Country, available, cart_version, short_sku
from storefront.clients.orders.fake import Deal, FakeOrders, Goods, Terms
from storefront.clients.shapes import Address, Contact
from storefront.core import Conflict, Gone, Invalid, ManualClock, Money, NotFound, PreconditionFailed, Sku
from tests import samples
from tests.unit.clients.carts import IN, add, place, ready


def test_a_new_cart_is_empty_and_opens_to_its_secret_alone(orders: FakeOrders, cart: CartRef) -> None:
    assert orders.get_cart(cart=cart).lines == ()
    for foreign in (CartRef(cart.id, "x" * 43), CartRef(cart.id), CartRef(cart.id, access_token="me")):
        with pytest.raises(NotFound):
            orders.get_cart(cart=foreign)


def test_a_customers_cart_opens_to_its_owner(orders: FakeOrders) -> None:
    made = orders.create_cart(idempotency_key="the-key-of-robin", access_token="robin", **IN)
    assert orders.get_cart(cart=CartRef(made.cart.id, access_token="robin")) == made.cart
    with pytest.raises(NotFound):
        orders.get_cart(cart=CartRef(made.cart.id, access_token="casey"))


def test_the_same_key_makes_one_cart_and_one_line(orders: FakeOrders, cart: CartRef) -> None:
    again = orders.create_cart(idempotency_key="the-key-of-the-cart", **IN)
    assert again.ref == cart
    first = add(orders, cart, samples.CUSHION, key="the-same-key")
    assert add(orders, cart, samples.CUSHION, key="the-same-key") == first
    with pytest.raises(Invalid, match="idempotency_key_reused"):
        add(orders, cart, samples.CUSHION, 2, key="the-same-key")
    assert orders.get_cart(cart=cart).item_count == 1


def test_a_sku_that_is_there_grows(orders: FakeOrders, cart: CartRef) -> None:
    add(orders, cart, samples.CUSHION, 1)
    (line,) = add(orders, cart, samples.CUSHION, 2).lines
    assert (line.quantity, line.line_total) == (3, samples.eur(14700))


def test_more_than_there_are_is_refused_and_changes_nothing(orders: FakeOrders, cart: CartRef) -> None:
    before = add(orders, cart, samples.LAST_RUGS, 2)
    with pytest.raises(Conflict, match="insufficient_stock") as caught:
        add(orders, cart, samples.LAST_RUGS, 1)
    assert (available(caught.value), short_sku(caught.value)) == (2, samples.LAST_RUGS)
    assert orders.get_cart(cart=cart) == before


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**9])
def test_a_quantity_that_no_line_may_have_is_invalid(
    orders: FakeOrders, cart: CartRef, quantity: int
) -> None:
    with pytest.raises(Invalid) as caught:
        add(orders, cart, samples.CUSHION, quantity)
    assert caught.value.errors[0].pointer == "/quantity"


def test_limits_and_unknown_skus(orders: FakeOrders, cart: CartRef) -> None:
    orders.stock(samples.CUSHION, 500)
    add(orders, cart, samples.CUSHION, 60)
    with pytest.raises(Invalid, match="quantity_limit"):
        add(orders, cart, samples.CUSHION, 40)
    with pytest.raises(Invalid, match="unknown_sku"):
        add(orders, cart, "NO-SUCH")


def test_a_change_names_the_version_that_was_seen(orders: FakeOrders, cart: CartRef) -> None:
    seen = add(orders, cart, samples.CUSHION, 1)
    line = seen.lines[0].id
    changed = orders.change_line(cart=cart, line_id=line, quantity=3, version=seen.version)
    assert (changed.lines[0].quantity, changed.version) == (3, seen.version + 1)
    with pytest.raises(PreconditionFailed, match="version_mismatch") as caught:
        orders.change_line(cart=cart, line_id=line, quantity=5, version=seen.version)
    assert cart_version(caught.value) == changed.version
    assert orders.remove_line(cart=cart, line_id=line, version=changed.version).lines == ()
    with pytest.raises(NotFound):
        orders.remove_line(cart=cart, line_id=line, version=changed.version + 1)


def test_lines_tell_what_changed_since_they_were_put_in(orders: FakeOrders, cart: CartRef) -> None:
    for sku in (samples.CUSHION, samples.LAST_RUGS, samples.VASE):
        add(orders, cart, sku, 2)
    orders.reprice(samples.CUSHION, samples.eur(5200))
    orders.stock(samples.LAST_RUGS, 1)
    orders.stock(samples.VASE, 0)

    shown = orders.get_cart(cart=cart)
    assert [[notice.code for notice in line.notices] for line in shown.lines] == [
        ["price_changed"],
        ["insufficient_stock"],
        ["unavailable"],
    ]
    assert shown.lines[0].unit_price == samples.eur(5200)


def test_totals_with_tax_in_the_prices(orders: FakeOrders, cart: CartRef) -> None:
    totals = ready(orders, cart).totals
    assert totals.delivery == samples.eur(495)
    assert (totals.subtotal, totals.tax, totals.total) == (
        samples.eur(9800),
        samples.eur(1925),
        samples.eur(10295),
    )


def test_totals_with_tax_on_top() -> None:
    terms = Terms(
        market="us",
        currency="USD",
        taxes=(("US", 800),),
        tax_included=False,
        countries=(Country(code="US", name="United States"),),
    )
    mug = Goods(Sku("MUG-1"), "mug", "Mug", "", Money(1000, "USD"), 9)
    orders = FakeOrders([mug], terms=terms)
    made = orders.create_cart(market="us", locale="en", idempotency_key="the-key-of-the-cart")
    assert made.cart.totals.delivery is None
    cart = orders.add_line(cart=made.ref, sku="MUG-1", quantity=1, idempotency_key="the-key-of-the-line")
    assert cart.totals.estimated
    assert (cart.totals.tax, cart.totals.total) == (Money(120, "USD"), Money(1615, "USD"))


def test_what_checkout_asks_for_is_checked(orders: FakeOrders, cart: CartRef) -> None:
    with pytest.raises(Invalid) as caught:
        orders.set_contact(cart=cart, contact=Contact(email="nobody", name="N"), version=1)
    assert caught.value.errors[0].pointer == "/email"
    abroad = Address(line1="1 Main Street", city="Springfield", postcode="12345", country="US")
    with pytest.raises(Invalid) as caught:
        orders.set_address(cart=cart, address=abroad, version=1)
    assert caught.value.errors[0].pointer == "/country"
    with pytest.raises(Invalid, match="unknown_delivery_option"):
        orders.set_delivery_option(cart=cart, option_id="drone", version=1)
    offered = orders.list_delivery_options(cart=cart).items
    assert [option.id for option in offered] == ["standard", "express"]


def test_a_cart_expires(orders: FakeOrders, cart: CartRef, clock: ManualClock) -> None:
    clock.advance(timedelta(days=29).total_seconds())
    assert orders.get_cart(cart=cart)
    clock.advance(timedelta(days=1).total_seconds())
    with pytest.raises(Gone):
        orders.get_cart(cart=cart)
    other = orders.create_cart(idempotency_key="the-key-of-another", **IN)
    orders.expire(other.cart.id)
    with pytest.raises(Gone):
        add(orders, other.ref, samples.CUSHION)


def test_a_code_takes_off_says_so_and_is_taken_back(orders: FakeOrders, cart: CartRef) -> None:
    version = add(orders, cart, samples.CUSHION, 2).version
    with_code = orders.apply_code(cart=cart, code="meadow10", version=version)
    assert [notice.code for notice in with_code.notices] == ["promotion_gained"]
    assert with_code.totals.discount == samples.eur(980)
    assert with_code.lines[0].discount == samples.eur(980)
    assert with_code.totals.total == samples.eur(9800 - 980 + 495)
    assert (
        orders.apply_code(cart=cart, code="MEADOW10", version=with_code.version).version == with_code.version
    )
    without = orders.remove_code(cart=cart, code="MEADOW10", version=with_code.version)
    assert [notice.code for notice in without.notices] == ["promotion_lost"]
    assert without.totals.discount == samples.eur(0)


@pytest.mark.parametrize("code", ["unknown_code", "code_expired", "code_not_started", "code_used_up"])
def test_a_code_that_can_not_be_used_is_refused(orders: FakeOrders, cart: CartRef, code: str) -> None:
    typed = {"code_expired": "OLD", "code_not_started": "SOON", "code_used_up": "GONE"}.get(code, "NEVER")
    with pytest.raises(Invalid, match=code):
        orders.apply_code(cart=cart, code=typed, version=1)


def test_a_code_whose_conditions_are_not_met_is_kept_and_says_why(orders: FakeOrders, cart: CartRef) -> None:
    version = add(orders, cart, samples.CUSHION).version
    kept = orders.apply_code(cart=cart, code="FIVE", version=version)
    (code,) = kept.codes
    assert (code.applied, code.reason, code.missing) == (False, "minimum_not_reached", samples.eur(1100))
    assert add(orders, cart, samples.CUSHION).codes[0].applied


def test_what_is_within_reach_is_nudged_to(orders: FakeOrders, cart: CartRef) -> None:
    orders.promote(Deal("big", "amount", "10 euro off", amount=1000, minimum=6000))
    (nudge,) = add(orders, cart, samples.CUSHION).nudges
    assert nudge.missing == samples.eur(1100)
    assert add(orders, cart, samples.CUSHION).nudges == ()


def test_picking_up_costs_nothing_and_needs_no_address(orders: FakeOrders, cart: CartRef) -> None:
    version = add(orders, cart, samples.CUSHION).version
    version = orders.set_contact(cart=cart, contact=samples.CONTACT, version=version).version
    seen = orders.set_fulfilment(cart=cart, store_id="sto_galway01", version=version)
    assert seen.totals.delivery == samples.eur(0)
    assert not seen.totals.estimated
    order = place(orders, cart, seen).order
    assert order.address is None
    assert order.pickup is not None
    with pytest.raises(Conflict, match="cart_locked"):
        orders.set_fulfilment(cart=cart, store_id=None, version=seen.version + 1)


def test_places_stores_and_ways_to_pay_that_are_none_are_refused(orders: FakeOrders, cart: CartRef) -> None:
    with pytest.raises(Invalid) as caught:
        orders.set_estimate(cart=cart, country="FR", postcode=None, version=1)
    assert caught.value.errors[0].code == "country_not_served"
    with pytest.raises(Invalid) as caught:
        orders.set_estimate(cart=cart, country="DE", postcode="nowhere", version=1)
    assert caught.value.errors[0].code == "postcode_invalid"
    with pytest.raises(Invalid, match="store_not_offered"):
        orders.set_fulfilment(cart=cart, store_id="sto_nowhere1", version=1)
    with pytest.raises(Invalid, match="unknown_payment_method"):
        orders.set_payment_method(cart=cart, method="barter", version=1)
