"""The order twin places a cart's order and follows it as the contract says, paid or not."""

import pytest

from storefront.clients.orders import CartRef, OrderRef
from storefront.clients.orders.fake import FakeOrders
from storefront.core import Conflict, NotFound, Reason, Unauthorized, UpstreamUnavailable
from tests import samples
from tests.unit.clients.carts import IN, RETURN, add, place, ready


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
