"""The order twin keeps a cart as the contract says, from the first line to the paid order."""

from datetime import timedelta

import pytest

from storefront.clients.orders import (
    Cart,
    CartRef,
    Country,
    NewOrder,
    OrderRef,
    available,
    cart_version,
    short_sku,
)
from storefront.clients.orders.fake import Deal, FakeOrders, Goods, Terms
from storefront.clients.shapes import Address, Contact
from storefront.core import (
    Conflict,
    Gone,
    Invalid,
    ManualClock,
    Money,
    NotFound,
    PreconditionFailed,
    Reason,
    Sku,
    Unauthorized,
    UpstreamUnavailable,
)
from tests import samples

IN = {"market": "eu", "locale": "en"}
RETURN = "http://shop.test/checkout/return/{order_id}/"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def orders(clock: ManualClock) -> FakeOrders:
    return samples.fake_orders(clock)


@pytest.fixture
def cart(orders: FakeOrders) -> CartRef:
    return orders.create_cart(idempotency_key="the-key-of-the-cart", **IN).ref


def add(orders: FakeOrders, cart: CartRef, sku: str, quantity: int = 1, key: str = "") -> Cart:
    key = key or f"add-{len(orders.calls):08d}"
    return orders.add_line(cart=cart, sku=sku, quantity=quantity, idempotency_key=key)


def ready(orders: FakeOrders, cart: CartRef) -> Cart:
    """A cart with two cushions that lacks nothing for an order."""
    version = add(orders, cart, samples.CUSHION, 2).version
    version = orders.set_contact(cart=cart, contact=samples.CONTACT, version=version).version
    version = orders.set_address(cart=cart, address=samples.ADDRESS, version=version).version
    return orders.set_delivery_option(cart=cart, option_id="standard", version=version)


def place(orders: FakeOrders, cart: CartRef, seen: Cart, key: str = "the-key-of-the-order") -> NewOrder:
    return orders.place_order(
        cart=cart, version=seen.version, total=seen.totals.total, return_url=RETURN, idempotency_key=key
    )


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


def test_an_order_takes_the_stock_and_locks_the_cart(orders: FakeOrders, cart: CartRef) -> None:
    seen = ready(orders, cart)
    made = place(orders, cart, seen)
    assert (made.order.status, made.order.totals) == ("awaiting_payment", seen.totals)
    assert made.order.payment.redirect_url
    locked = orders.get_cart(cart=cart)
    assert (locked.status, locked.order_id, locked.lines[0].available) == ("ordering", made.order.id, 40)
    with pytest.raises(Conflict, match="cart_locked") as caught:
        add(orders, cart, samples.VASE)
    assert caught.value.extensions["order_id"] == made.order.id


def test_the_same_key_makes_one_order(orders: FakeOrders, cart: CartRef) -> None:
    seen = ready(orders, cart)
    assert place(orders, cart, seen) == place(orders, cart, seen)
    assert orders.get_cart(cart=cart).lines[0].available == 40
    with pytest.raises(Conflict, match="cart_locked"):
        place(orders, cart, seen, key="the-key-of-another")


def test_the_same_key_makes_one_order_wherever_the_browser_goes_back_to(
    orders: FakeOrders, cart: CartRef
) -> None:
    seen = ready(orders, cart)
    made = place(orders, cart, seen)
    again = orders.within("de").place_order(
        cart=cart,
        version=seen.version,
        total=seen.totals.total,
        return_url=RETURN.replace("https://", "http://") + "?another",
        idempotency_key="the-key-of-the-order",
    )
    assert again == made


def test_an_order_is_refused_when_the_shopper_saw_something_else(orders: FakeOrders, cart: CartRef) -> None:
    seen = ready(orders, cart)
    orders.reprice(samples.CUSHION, samples.eur(5200))
    with pytest.raises(Conflict, match="total_changed"):
        place(orders, cart, seen)
    orders.stock(samples.CUSHION, 1)
    with pytest.raises(Conflict, match="insufficient_stock"):
        place(orders, cart, seen)
    orders.set_contact(cart=cart, contact=samples.CONTACT, version=seen.version)
    with pytest.raises(Conflict, match="cart_changed"):
        place(orders, cart, seen)


def test_an_order_names_what_is_missing(orders: FakeOrders, cart: CartRef) -> None:
    seen = add(orders, cart, samples.CUSHION)
    with pytest.raises(Conflict, match="cart_incomplete") as caught:
        place(orders, cart, seen)
    assert [problem.pointer for problem in caught.value.errors] == [
        "/contact",
        "/address",
        "/delivery_option",
    ]


def test_a_paid_order_is_placed_for_good(orders: FakeOrders, cart: CartRef) -> None:
    made = place(orders, cart, ready(orders, cart))
    orders.settle(made.order.id, "approved")
    paid = orders.get_order(order=made.ref)
    assert (paid.status, paid.payment.status) == ("placed", "approved")
    assert paid.placed_at
    assert orders.get_cart(cart=cart).status == "ordered"
    with pytest.raises(Conflict, match="order_paid"):
        orders.cancel_order(order=made.ref)
    assert orders.settle(made.order.id, "declined").status == "placed"


def test_a_declined_payment_gives_everything_back(orders: FakeOrders, cart: CartRef) -> None:
    made = place(orders, cart, ready(orders, cart))
    orders.settle(made.order.id, "declined")
    assert orders.get_order(order=made.ref).status == "payment_failed"
    again = orders.get_cart(cart=cart)
    assert (again.status, again.order_id, again.lines[0].available) == ("open", None, 42)
    assert place(orders, cart, again, key="the-second-order-key").order.id != made.order.id


def test_giving_up_an_order_opens_the_cart_again_once(orders: FakeOrders, cart: CartRef) -> None:
    made = place(orders, cart, ready(orders, cart))
    cancelled = orders.cancel_order(order=made.ref)
    assert cancelled.status == "cancelled"
    assert orders.cancel_order(order=made.ref) == cancelled
    assert orders.get_cart(cart=cart).lines[0].available == 42


def test_an_order_opens_to_its_token_alone(orders: FakeOrders, cart: CartRef) -> None:
    made = place(orders, cart, ready(orders, cart))
    assert orders.get_order(order=made.ref) == made.order
    for foreign in (
        OrderRef(made.order.id, "x" * 43),
        OrderRef(made.order.id),
        OrderRef(made.order.id, "", "me"),
    ):
        with pytest.raises(NotFound):
            orders.get_order(order=foreign)


def test_a_customer_sees_their_orders(orders: FakeOrders) -> None:
    made = orders.create_cart(idempotency_key="the-key-of-robin", access_token="robin", **IN)
    cart = CartRef(made.cart.id, access_token="robin")
    order = place(orders, cart, ready(orders, cart)).order
    assert [one.id for one in orders.list_orders(access_token="robin").items] == [order.id]
    assert orders.list_orders(access_token="casey").items == ()
    with pytest.raises(Unauthorized):
        orders.list_orders(access_token="")


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


# --- promotions, stores, payment, looking up --------------------------------------------------------------


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


def test_an_order_is_found_by_number_and_address_but_not_by_guessing(
    orders: FakeOrders, cart: CartRef
) -> None:
    placed = place(orders, cart, ready(orders, cart))
    number = placed.order.number.lower().replace("-", " ")
    assert orders.find_order(number=number, email=" Robin@Example.com ").ref == placed.ref
    for _ in range(10):
        with pytest.raises(NotFound, match="order_not_found"):
            orders.find_order(number=number, email="casey@example.com")
    with pytest.raises(UpstreamUnavailable) as caught:
        orders.find_order(number=number, email="robin@example.com")
    assert caught.value.reason is Reason.THROTTLED


def test_what_happens_to_an_order_stands_in_its_timeline(orders: FakeOrders, cart: CartRef) -> None:
    placed = place(orders, cart, ready(orders, cart))
    orders.settle(placed.order.id, "approved")
    orders.fulfil(placed.order.id, "shipped")
    orders.run_short(placed.order.id, 1, "refund")
    order = orders.get_order(order=placed.ref)
    assert [step.kind for step in order.timeline] == ["created", "paid", "shipped", "refund_started"]
    assert (order.tracking is not None, order.lines[0].refunded) == (True, 1)
    assert order.payment.refunded == samples.eur(4900)


def test_the_same_again_takes_what_there_is(orders: FakeOrders, cart: CartRef) -> None:
    placed = place(orders, cart, ready(orders, cart))
    other = orders.create_cart(idempotency_key="the-key-of-another", **IN).ref
    orders.stock(samples.CUSHION, 1)
    again = orders.add_order_lines(cart=other, order=placed.ref, idempotency_key="the-key-of-again")
    assert again.cart.item_count == 1
    assert [(one.added, one.wanted, one.reason) for one in again.left_out] == [(1, 2, "out_of_stock")]
    assert orders.add_order_lines(cart=other, order=placed.ref, idempotency_key="the-key-of-again") == again
    with pytest.raises(NotFound):
        orders.add_order_lines(cart=other, order=OrderRef(placed.order.id, "x" * 43), idempotency_key="k" * 9)
