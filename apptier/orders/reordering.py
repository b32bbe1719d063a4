"""Putting what an earlier order held into a cart again, as much of it as can be bought now."""

from dataclasses import dataclass, field

from apptier.kit.idempotency import fingerprint
from apptier.kit.problems import Problem
from apptier.orders.access import Caller
from apptier.orders.cart import MOST_LINES, StoredCart
from apptier.orders.carts import Carts, Note
from apptier.orders.lookup import Lookup
from apptier.orders.models import MOST_PER_SKU, AddOrderLines, LeftOut, OrderLine, Reordered
from apptier.orders.once import Intent
from apptier.orders.ports import Offer
from apptier.orders.pricing import Today


@dataclass(slots=True)
class _Basket:
    """A cart that grows by an order's lines, and what could not be put into it."""

    cart: StoredCart
    left_out: list[LeftOut] = field(default_factory=list)


class Reordering:
    """Reorders."""

    def __init__(self, carts: Carts, lookup: Lookup) -> None:
        self._carts = carts
        self._lookup = lookup

    def add(self, caller: Caller, cart_id: str, wanted: AddOrderLines, key: str) -> Reordered:
        """The order's lines in the cart, once per key.

        Raises:
            Problem: 404 for a cart or an order that isn't theirs, 409 `cart_locked`, 410, 422
                `idempotency_key_reused`, 503.
        """
        order = self._lookup.read(Caller(caller.customer_id, wanted.order_token), wanted.order_id)
        intent = Intent(f"addOrderLines:{cart_id}", key, fingerprint(wanted.model_dump()))
        left_out: list[LeftOut] = []

        def edit(cart: StoredCart, today: Today) -> StoredCart:
            basket = _Basket(cart)
            for line in order.lines:
                self._put(basket, line, today.offers.get(line.sku))
            left_out[:] = basket.left_out
            return basket.cart

        def note() -> Note:
            return {"left_out": [left.model_dump() for left in left_out]}

        skus = [line.sku for line in order.lines]
        cart, made = self._carts.amend(caller, cart_id, intent, skus, edit, note)
        return Reordered.model_validate({"cart": cart, **made})

    def _put(self, basket: _Basket, line: OrderLine, offer: Offer | None) -> None:
        """As many of a line as fit; notes the rest."""
        known = basket.cart.of_sku(line.sku)
        has = known.quantity if known else 0
        if offer is None:
            basket.left_out.append(_left(line, "unknown_sku", 0))
            return
        room, stock = MOST_PER_SKU - has, max(offer.quantity - has, 0)
        count = min(line.quantity, room, stock)
        if known is None and count and len(basket.cart.lines) >= MOST_LINES:
            basket.left_out.append(_left(line, "line_limit", 0, offer))
            return
        if count and not self._grown(basket, line.sku, count, offer.price):
            basket.left_out.append(_left(line, "unknown_sku", 0, offer))
        elif count < line.quantity:
            reason = "out_of_stock" if stock <= room else "quantity_limit"
            basket.left_out.append(_left(line, reason, count, offer))

    def _grown(self, basket: _Basket, sku: str, count: int, price: int) -> bool:
        """Whether so many of a SKU could be put in; False when it is not in the catalogue any more."""
        known = basket.cart.of_sku(sku)
        try:
            if known is None:
                basket.cart = self._carts.with_new(basket.cart, sku, count, price)
            else:
                basket.cart = basket.cart.with_more(known, count, price)
        except Problem as problem:
            if problem.code != "unknown_sku":
                raise
            return False
        return True


def _left(line: OrderLine, reason: str, added: int, offer: Offer | None = None) -> LeftOut:
    """By the name it has in the cart's language, or had when it was ordered."""
    title = (offer and offer.title) or line.title
    return LeftOut.model_validate(
        {"sku": line.sku, "title": title, "reason": reason, "wanted": line.quantity, "added": added}
    )
