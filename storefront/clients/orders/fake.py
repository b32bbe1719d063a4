"""The order service in memory: carts with versions, stock and totals, and orders placed once per key.

It behaves as the contract says, for one market, so that a whole checkout can be tested without a backend.
What happens outside of the shop (a payment, a sale elsewhere, a new price, time) has methods of its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Literal, TypeVar

import msgspec

from storefront.clients.failing import Failing
from storefront.clients.orders.fake_basket import (
    Basket,
    Goods,
    Item,
    Rate,
    Terms,
    cart_of,
    order_of,
    summary_of,
)
from storefront.clients.orders.models import (
    Cart,
    CartRef,
    DeliveryOptionList,
    NewCart,
    NewOrder,
    Order,
    OrderPage,
    OrderRef,
)
from storefront.clients.orders.port import Orders
from storefront.clients.shapes import Address, Contact
from storefront.core import CartId, Clock, FieldProblem, LineId, Money, Sku, SystemClock, new_secret

__all__ = ["FakeOrders", "Goods", "Rate", "Terms"]

T = TypeVar("T")

_MOST_OF_ONE = 99
_MOST_LINES = 100
_LIFETIME = timedelta(days=30)


class FakeOrders(Failing, Orders):
    """Answers like the real service; made of the goods there are and the terms of a market."""

    def __init__(
        self,
        goods: Iterable[Goods] = (),
        terms: Terms = Terms(),  # noqa: B008 - immutable
        clock: Clock | None = None,
        payment_page: str = "http://payments.invalid/hosted/",
    ) -> None:
        super().__init__("orders")
        self._goods: dict[Sku, Goods] = {one.sku: one for one in goods}
        self._terms = terms
        self._clock = clock or SystemClock()
        self._payment_page = payment_page
        self._baskets: dict[str, Basket] = {}
        self._orders: dict[str, tuple[Order, str, str]] = {}  # the order, its token, its owner's token
        self._done: dict[tuple[str, str], tuple[object, Any]] = {}
        self._made = 0

    # --- what happens outside of the shop ---------------------------------------------------------------

    def stock(self, sku: str, quantity: int) -> None:
        """From now on there are so many."""
        self._goods[Sku(sku)] = replace(self._goods[Sku(sku)], quantity=quantity)

    def reprice(self, sku: str, price: Money) -> None:
        """From now on one costs so much."""
        self._goods[Sku(sku)] = replace(self._goods[Sku(sku)], price=price)

    def expire(self, cart_id: str) -> None:
        """Let a cart's time be over."""
        self._baskets[cart_id].expires_at = self._clock.now()

    def settle(self, order_id: str, outcome: Literal["approved", "declined"]) -> Order:
        """The payment provider has decided: a paid order is placed, a declined one gives all back."""
        order, token, owner = self._orders[order_id]
        if order.status != "awaiting_payment":
            return order
        now = self._clock.now()
        if outcome == "approved":
            self._baskets[order.cart_id].status = "ordered"
        else:
            self._give_back(order)
        order = msgspec.structs.replace(
            order,
            status="placed" if outcome == "approved" else "payment_failed",
            placed_at=now if outcome == "approved" else None,
            payment=msgspec.structs.replace(order.payment, status=outcome, redirect_url=None),
            version=order.version + 1,
            updated_at=now,
        )
        self._orders[order_id] = order, token, owner
        return order

    # --- carts ------------------------------------------------------------------------------------------

    def create_cart(
        self, *, market: str, locale: str, idempotency_key: str, access_token: str = ""
    ) -> NewCart:
        """A new, empty cart, once per key."""
        with self._call("create_cart"):
            if market != self._terms.market:
                raise self._refusal(404, "unknown_market", f"There is no market {market!r}.")
            asked = (market, locale, access_token)
            return self._once("carts", idempotency_key, asked, partial(self._new, locale, access_token))

    def get_cart(self, *, cart: CartRef) -> Cart:
        """The cart at today's prices."""
        with self._call("get_cart"):
            return self._shown(self._opened(cart))

    def add_line(self, *, cart: CartRef, sku: str, quantity: int, idempotency_key: str) -> Cart:
        """Put so many of a SKU in, once per key."""
        with self._call("add_line"):
            basket = self._opened(cart)
            add = partial(self._added, basket, Sku(sku), quantity)
            return self._once(f"lines of {cart.id}", idempotency_key, (sku, quantity), add)

    def change_line(self, *, cart: CartRef, line_id: str, quantity: int, version: int) -> Cart:
        """Set a line's quantity."""
        with self._call("change_line"):
            basket = self._changeable(cart, version)
            item = self._item(basket, line_id)
            self._allow(item.sku, quantity, quantity)
            item.quantity = quantity
            return self._changed(basket)

    def remove_line(self, *, cart: CartRef, line_id: str, version: int) -> Cart:
        """Take a line out."""
        with self._call("remove_line"):
            basket = self._changeable(cart, version)
            basket.items.remove(self._item(basket, line_id))
            return self._changed(basket)

    def set_contact(self, *, cart: CartRef, contact: Contact, version: int) -> Cart:
        """Say who buys."""
        with self._call("set_contact"):
            basket = self._changeable(cart, version)
            if "@" not in contact.email:
                raise self._invalid("/email", "email", "This is not an email address.")
            if not contact.name:
                raise self._invalid("/name", "string_too_short", "Tell us your name.")
            basket.contact = contact
            return self._changed(basket)

    def set_address(self, *, cart: CartRef, address: Address, version: int) -> Cart:
        """Say where it goes."""
        with self._call("set_address"):
            basket = self._changeable(cart, version)
            if address.country not in {country.code for country in self._terms.countries}:
                raise self._invalid("/country", "country_not_served", "We do not deliver there.")
            for name in ("line1", "city", "postcode"):
                if not getattr(address, name):
                    raise self._invalid(f"/{name}", "string_too_short", "Fill this in.")
            basket.address = address
            return self._changed(basket)

    def list_delivery_options(self, *, cart: CartRef) -> DeliveryOptionList:
        """How it can be sent."""
        with self._call("list_delivery_options"):
            self._opened(cart)
            options = self._terms.options(self._clock.now().date())
            return DeliveryOptionList(countries=self._terms.countries, items=options)

    def set_delivery_option(self, *, cart: CartRef, option_id: str, version: int) -> Cart:
        """Choose a delivery option."""
        with self._call("set_delivery_option"):
            basket = self._changeable(cart, version)
            if option_id not in {rate.id for rate in self._terms.rates}:
                raise self._refusal(422, "unknown_delivery_option", "That is not offered.")
            basket.option_id = option_id
            return self._changed(basket)

    # --- orders -----------------------------------------------------------------------------------------

    def place_order(
        self, *, cart: CartRef, version: int, total: Money, return_url: str, idempotency_key: str
    ) -> NewOrder:
        """Take the stock and make the order, once per key."""
        with self._call("place_order"):
            basket = self._opened(cart)
            asked = (cart.id, version, total, return_url)
            place = partial(self._placed, basket, version, total)
            return self._once("orders", idempotency_key, asked, place)

    def get_order(self, *, order: OrderRef) -> Order:
        """The order."""
        with self._call("get_order"):
            return self._order(order)

    def cancel_order(self, *, order: OrderRef) -> Order:
        """Give up an unpaid order; again changes nothing."""
        with self._call("cancel_order"):
            found = self._order(order)
            if found.status == "placed":
                raise self._refusal(409, "order_paid", "This order is paid.")
            if found.status != "awaiting_payment":
                return found
            self._give_back(found)
            found = msgspec.structs.replace(
                found,
                status="cancelled",
                payment=msgspec.structs.replace(found.payment, status="cancelled", redirect_url=None),
                version=found.version + 1,
                updated_at=self._clock.now(),
            )
            self._orders[found.id] = found, *self._orders[found.id][1:]
            return found

    def list_orders(self, *, access_token: str, cursor: str | None = None, limit: int = 24) -> OrderPage:
        """A customer's orders, newest first; cursors are "at" and a number."""
        with self._call("list_orders"):
            if not access_token:
                raise self._refusal(401, "unauthorized", "Sign in first.")
            number = "0" if cursor is None else cursor.removeprefix("at")
            if not number.isdecimal():
                raise self._refusal(400, "bad_cursor", "This cursor was not made here.")
            mine = [order for order, _, owner in reversed(self._orders.values()) if owner == access_token]
            start = int(number)
            more = f"at{start + limit}" if len(mine) > start + limit else None
            return OrderPage(items=tuple(map(summary_of, mine[start : start + limit])), next_cursor=more)

    # --- how --------------------------------------------------------------------------------------------

    def _number(self) -> int:
        self._made += 1
        return self._made

    def _once(self, scope: str, key: str, asked: object, do: Callable[[], T]) -> T:
        """The answer given to this key before, or a new one; another question under it is Invalid."""
        before = self._done.get((scope, key))
        if before is None:
            before = self._done[scope, key] = asked, do()
        if before[0] != asked:
            raise self._refusal(422, "idempotency_key_reused", "This key was used for something else.")
        answer: T = before[1]
        return answer

    def _new(self, locale: str, owner: str) -> NewCart:
        now = self._clock.now()
        cart_id = CartId(f"crt_{self._number():08d}")
        basket = Basket(cart_id, new_secret(), owner, locale, updated_at=now, expires_at=now + _LIFETIME)
        self._baskets[cart_id] = basket
        return NewCart(secret=basket.secret, cart=self._shown(basket))

    def _shown(self, basket: Basket) -> Cart:
        return cart_of(basket, self._goods, self._terms, self._clock.now().date())

    def _opened(self, cart: CartRef) -> Basket:
        basket = self._baskets.get(cart.id)
        if basket is None or not basket.opens_to(cart.secret, cart.access_token):
            raise self._not_found()
        if basket.expires_at <= self._clock.now():
            raise self._refusal(410, "cart_expired", "This cart has expired.")
        return basket

    def _changeable(self, cart: CartRef, version: int) -> Basket:
        basket = self._opened(cart)
        self._unlocked(basket)
        if basket.version != version:
            extensions = {"cart_version": basket.version}
            raise self._refusal(412, "version_mismatch", "The cart has changed.", extensions=extensions)
        return basket

    def _unlocked(self, basket: Basket) -> None:
        if basket.status != "open":
            extensions = {"order_id": basket.order_id}
            raise self._refusal(409, "cart_locked", "An order holds this cart.", extensions=extensions)

    def _changed(self, basket: Basket) -> Cart:
        basket.version += 1
        basket.updated_at = self._clock.now()
        return self._shown(basket)

    def _item(self, basket: Basket, line_id: str) -> Item:
        found = next((item for item in basket.items if item.id == line_id), None)
        if found is None:
            raise self._not_found()
        return found

    def _added(self, basket: Basket, sku: Sku, quantity: int) -> Cart:
        self._unlocked(basket)
        if sku not in self._goods:
            problem = FieldProblem("/sku", "unknown_sku", "There is no such thing to buy.")
            raise self._refusal(422, "unknown_sku", problem.detail, errors=(problem,))
        item = next((item for item in basket.items if item.sku == sku), None)
        self._allow(sku, quantity, quantity + (item.quantity if item else 0))
        if item is None and len(basket.items) >= _MOST_LINES:
            raise self._refusal(422, "line_limit", f"A cart holds {_MOST_LINES} different things at most.")
        if item is None:
            item = Item(LineId(f"lin_{self._number():08d}"), sku, 0, self._goods[sku].price)
            basket.items.append(item)
        item.quantity += quantity
        return self._changed(basket)

    def _allow(self, sku: Sku, asked: int, together: int) -> None:
        """Refuse a quantity that no line may have, or that there is not."""
        if not 1 <= asked <= _MOST_OF_ONE:
            raise self._invalid("/quantity", "range", f"Choose a quantity from 1 to {_MOST_OF_ONE}.")
        if together > _MOST_OF_ONE:
            raise self._refusal(422, "quantity_limit", f"At most {_MOST_OF_ONE} of one thing.")
        there = self._goods[sku].quantity
        if together > there:
            extensions = {"sku": sku, "available": there}
            raise self._refusal(409, "insufficient_stock", f"Only {there} are left.", extensions=extensions)

    def _placed(self, basket: Basket, version: int, total: Money) -> NewOrder:
        self._unlocked(basket)
        cart = self._shown(basket)
        if cart.version != version:
            extensions = {"cart_version": cart.version}
            raise self._refusal(409, "cart_changed", "The cart has changed.", extensions=extensions)
        missing = [
            FieldProblem(f"/{name}", "missing", "This is still missing.")
            for name in ("lines", "contact", "address", "delivery_option")
            if not getattr(cart, name)
        ]
        if missing:
            raise self._refusal(409, "cart_incomplete", "Something is missing.", errors=tuple(missing))
        for item in basket.items:
            self._allow(item.sku, item.quantity, item.quantity)
        if cart.totals.total != total:
            raise self._refusal(409, "total_changed", "The total is another now.")
        for item in basket.items:
            self.stock(item.sku, self._goods[item.sku].quantity - item.quantity)
        order = order_of(cart, self._number(), self._payment_page, self._clock.now())
        token = new_secret()
        self._orders[order.id] = order, token, basket.owner
        basket.status, basket.order_id = "ordering", order.id
        self._changed(basket)
        return NewOrder(token=token, order=order)

    def _order(self, order: OrderRef) -> Order:
        found, token, owner = self._orders.get(order.id, (None, "", ""))
        opens = (token and order.token == token) or (owner and order.access_token == owner)
        if found is None or not opens:
            raise self._not_found()
        return found

    def _give_back(self, order: Order) -> None:
        for line in order.lines:
            self.stock(line.sku, self._goods[line.sku].quantity + line.quantity)
        basket = self._baskets[order.cart_id]
        basket.status, basket.order_id = "open", None
        self._changed(basket)
