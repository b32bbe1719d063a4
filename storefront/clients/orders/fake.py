"""The order service in memory: carts with versions, stock and totals, and orders placed once per key.

It behaves as the contract says, for one market, so that a whole checkout can be tested without a backend.
What happens outside of the shop (a payment, a sale elsewhere, a new price, time) has methods of its own.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Literal

from storefront.clients.orders.fake_basket import Basket, Counter, Goods, Rate, Terms
from storefront.clients.orders.fake_deals import Deal
from storefront.clients.orders.fake_fulfilment import Event, moved, order_of, settled, short, summary_of
from storefront.clients.orders.fake_mine import FakeMine
from storefront.clients.orders.models import CartRef, LeftOut, LeftOutReason, OrderRef, Reordered
from storefront.clients.orders.order_models import NewOrder, Order, OrderKey, OrderPage
from storefront.clients.orders.port import Orders
from storefront.core import (
    Clock,
    FieldProblem,
    Money,
    Reason,
    UpstreamRefused,
    UpstreamUnavailable,
    new_secret,
)

__all__ = ["Counter", "Deal", "FakeOrders", "Goods", "Rate", "Terms"]

_MOST_TRIES = 10


class FakeOrders(FakeMine, Orders):
    """Answers like the real service; made of the goods there are and the terms of a market."""

    def __init__(
        self,
        goods: Iterable[Goods] = (),
        terms: Terms = Terms(),  # noqa: B008 - immutable
        clock: Clock | None = None,
        payment_page: str = "http://payments.invalid/hosted/",
        owner_of: Callable[[str], str] = str,
    ) -> None:
        super().__init__(goods, terms, clock, owner_of)
        self._mine, self._merges = {}, {}
        self._payment_page = payment_page
        self._orders: dict[str, tuple[Order, str, str]] = {}  # the order, its token, its owner
        self._tries: dict[str, int] = {}

    # --- what happens outside of the shop ---------------------------------------------------------------

    def settle(self, order_id: str, outcome: Literal["approved", "declined"]) -> Order:
        """The payment provider has decided: a paid order is placed, a declined one gives all back."""
        order = self._orders[order_id][0]
        if order.status != "awaiting_payment":
            return order
        if outcome == "approved":
            self._baskets[order.cart_id].status = "ordered"
        else:
            self._give_back(order)
        return self._keep(settled(order, outcome, self._clock.now()))

    def fulfil(self, order_id: str, event: Event) -> Order:
        """The warehouse or store says how far a paid order is."""
        return self._keep(moved(self._orders[order_id][0], event, self._clock.now()))

    def run_short(
        self, order_id: str, quantity: int, resolution: Literal["backorder", "refund"], *, line: int = 0
    ) -> Order:
        """So many of a line are not there although they are paid."""
        order = self._orders[order_id][0]
        return self._keep(short(order, order.lines[line].id, quantity, resolution, self._clock.now()))

    # --- orders -----------------------------------------------------------------------------------------

    def place_order(
        self, *, cart: CartRef, version: int, total: Money, return_url: str, idempotency_key: str
    ) -> NewOrder:
        """Take the stock and make the order, once per key."""
        with self._call("place_order"):
            basket = self._opened(cart)
            del return_url  # where the browser goes back to says nothing about what is ordered
            asked = (cart.id, version, total)
            place = partial(self._placed, basket, version, total, self._who(cart.access_token))
            return self._once("orders", idempotency_key, asked, place)

    def get_order(self, *, order: OrderRef) -> Order:
        """The order."""
        with self._call("get_order"):
            return self._order(order)

    def cancel_order(self, *, order: OrderRef) -> Order:
        """Give up an unpaid order; again changes nothing."""
        with self._call("cancel_order"):
            found = self._order(order)
            if found.placed_at is not None:
                raise self._refusal(409, "order_paid", "This order is paid.")
            if found.status != "awaiting_payment":
                return found
            self._give_back(found)
            return self._keep(settled(found, "cancelled", self._clock.now()))

    def find_order(self, *, number: str, email: str) -> OrderKey:
        """What opens an order; the same refusal whatever is wrong."""
        with self._call("find_order"):
            asked = _plain(number)
            if self._tries.get(asked, 0) >= _MOST_TRIES:
                raise UpstreamUnavailable("orders", "find_order", Reason.THROTTLED, retry_after=60.0)
            for order, token, _ in self._orders.values():
                if _plain(order.number) == asked and order.contact.email.lower() == email.strip().lower():
                    return OrderKey(order_id=order.id, token=token)
            self._tries[asked] = self._tries.get(asked, 0) + 1
            raise self._refusal(404, "order_not_found", "There is no such order.")

    def add_order_lines(self, *, cart: CartRef, order: OrderRef, idempotency_key: str) -> Reordered:
        """Put what an earlier order held into the cart, once per key."""
        with self._call("add_order_lines"):
            basket, found = self._opened(cart), self._order(order)
            again = partial(self._reordered, basket, found)
            return self._once(f"order lines of {cart.id}", idempotency_key, order.id, again)

    def list_orders(self, *, access_token: str, cursor: str | None = None, limit: int = 24) -> OrderPage:
        """A customer's orders, newest first; cursors are "at" and a number."""
        with self._call("list_orders"):
            if not access_token:
                raise self._refusal(401, "unauthorized", "Sign in first.")
            number = "0" if cursor is None else cursor.removeprefix("at")
            if not number.isdecimal():
                raise self._refusal(400, "bad_cursor", "This cursor was not made here.")
            who = self._who(access_token)
            mine = [order for order, _, owner in reversed(self._orders.values()) if owner == who]
            start = int(number)
            more = f"at{start + limit}" if len(mine) > start + limit else None
            return OrderPage(items=tuple(map(summary_of, mine[start : start + limit])), next_cursor=more)

    # --- how --------------------------------------------------------------------------------------------

    def _placed(self, basket: Basket, version: int, total: Money, who: str) -> NewOrder:
        self._unlocked(basket)
        cart = self._shown(basket)
        if cart.version != version:
            extensions = {"cart_version": cart.version}
            raise self._refusal(409, "cart_changed", "The cart has changed.", extensions=extensions)
        missing = [
            FieldProblem(f"/{name}", "missing", "This is still missing.")
            for name in ("lines", "contact", "address", "delivery_option")
            if not getattr(cart, name) and not (name == "address" and cart.fulfilment.store)
        ]
        if missing:
            raise self._refusal(409, "cart_incomplete", "Something is missing.", errors=tuple(missing))
        for item in basket.items:
            self._allow(item.sku, item.quantity, item.quantity)
        if cart.totals.total != total:
            now = {"amount": cart.totals.total.amount, "currency": cart.totals.total.currency}
            raise self._refusal(409, "total_changed", "The total is another now.", extensions={"total": now})
        for item in basket.items:
            self.stock(item.sku, self._goods[item.sku].quantity - item.quantity)
        order = order_of(cart, self._number(), self._payment_page, self._clock.now())
        token = new_secret()
        self._orders[order.id] = order, token, basket.owner or who
        basket.status, basket.order_id = "ordering", order.id
        self._changed(basket)
        return NewOrder(token=token, order=order)

    def _order(self, order: OrderRef) -> Order:
        found, token, owner = self._orders.get(order.id, (None, "", ""))
        opens = (token and order.token == token) or (owner and self._who(order.access_token) == owner)
        if found is None or not opens:
            raise self._not_found()
        return found

    def _give_back(self, order: Order) -> None:
        for line in order.lines:
            self.stock(line.sku, self._goods[line.sku].quantity + line.quantity)
        basket = self._baskets[order.cart_id]
        basket.status, basket.order_id = "open", None
        self._changed(basket)

    def _keep(self, order: Order) -> Order:
        self._orders[order.id] = order, *self._orders[order.id][1:]
        return order

    def _reordered(self, basket: Basket, order: Order) -> Reordered:
        self._unlocked(basket)
        left_out = []
        cart = self._shown(basket)
        for line in order.lines:
            room = self._goods[line.sku].quantity if line.sku in self._goods else 0
            wanted, added = line.quantity, min(line.quantity, room)
            try:
                cart = self._added(basket, line.sku, added) if added else cart
            except UpstreamRefused:
                added = 0
            if added < wanted:
                reason: LeftOutReason = "out_of_stock" if line.sku in self._goods else "unknown_sku"
                left_out.append(
                    LeftOut(sku=line.sku, title=line.title, reason=reason, wanted=wanted, added=added)
                )
        return Reordered(cart=cart, left_out=tuple(left_out))


def _plain(number: str) -> str:
    """An order's number as it is compared: case, spaces and dashes do not matter."""
    return number.upper().replace(" ", "").replace("-", "")
