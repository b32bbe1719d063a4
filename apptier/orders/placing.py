"""Placing an order: everything that has to be true, then one transaction that makes it so, then the payment.

The transaction locks the cart at the version that the shopper saw, takes the stock of every line, writes the
order with the time until which that stock is held, and leaves the receipt of the idempotency key. So there
is no moment at which stock is taken without an order, or an order made without its receipt; whoever comes
second with the same key finds the receipt, with another key finds the cart locked.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from apptier.inventory import Inventory
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Tables, TransactionCanceled, TransactItem, put_action
from apptier.kit.idempotency import fingerprint
from apptier.kit.ids import new_id
from apptier.kit.problems import Fault, Problem, unavailable
from apptier.kit.settings import Settings
from apptier.orders.access import Caller
from apptier.orders.backoff import rounds
from apptier.orders.cart import StoredCart
from apptier.orders.carts import Carts, insufficient, refuse_locked
from apptier.orders.models import Cart, OrderLine, PlaceOrder
from apptier.orders.once import Intent, Receipts
from apptier.orders.opening import Secrets
from apptier.orders.opening import fingerprint as token_hash
from apptier.orders.order import StoredOrder, hold_key, new_number
from apptier.orders.order_store import OrderStore
from apptier.orders.paying import Paying
from apptier.orders.ports import PaymentsUnavailable
from apptier.orders.settlement import StockNews
from apptier.payments.origins import return_url_problem

logger = logging.getLogger("apptier.orders")


class Placing:
    """Places orders."""

    def __init__(
        self,
        settings: Settings,
        tables: Tables,
        clock: Clock,
        *,
        carts: Carts,
        orders: OrderStore,
        inventory: Inventory,
        receipts: Receipts,
        secrets: Secrets,
        paying: Paying,
        news: StockNews,
    ) -> None:
        self._settings = settings
        self._tables = tables
        self._clock = clock
        self._carts = carts
        self._orders = orders
        self._inventory = inventory
        self._receipts = receipts
        self._secrets = secrets
        self._paying = paying
        self._news = news

    def place(self, caller: Caller, wanted: PlaceOrder, key: str) -> tuple[StoredOrder, str]:
        """The order as it was placed, with its payment, and the token that opens it; once per key.

        Raises:
            Problem: 404, 409 (`cart_changed`, `total_changed`, `insufficient_stock`, `cart_incomplete`,
            `cart_locked`),
                410, 422, or 503: then nothing was done, or the order waits for the same key to come again.
        """
        problem = return_url_problem(wanted.return_url, self._settings.return_origins)
        if problem:
            raise problem
        order, mine = self._made(caller, wanted, key)
        try:
            paid = self._paying.ensure(order) if mine else self._paying.ensure_patiently(order)
        except PaymentsUnavailable as error:
            logger.warning("order %s: payment not started: %s", order.id, error)
            raise unavailable("The payment service does not answer. Nothing was paid; try again.") from error
        if mine:
            self._news.tell(paid)
        return paid.as_answered_first(), self._secrets.order_token(paid.id)

    def _made(self, caller: Caller, wanted: PlaceOrder, key: str) -> tuple[StoredOrder, bool]:
        """The order of this key, and whether it was made just now."""
        intent = Intent(f"placeOrder:{wanted.cart_id}", key, fingerprint(wanted.model_dump()))
        for _ in rounds():
            # In this order: whoever locked the cart with the same key has left the receipt by then.
            cart = self._carts.read(caller, wanted.cart_id)
            done = self._receipts.find(intent)
            if done is not None:
                return self._known(done["order_id"]), False
            view = self._agreed(cart, wanted)
            order = self._order(cart, view, caller, wanted.return_url)
            if self._committed(cart, order, intent):
                return order, True
        raise unavailable("So many are buying this now that it could not be reserved. Try again in a moment.")

    def _known(self, order_id: str) -> StoredOrder:
        order = self._orders.get(order_id)
        if order is None:
            raise unavailable()
        return order

    def _agreed(self, cart: StoredCart, wanted: PlaceOrder) -> Cart:
        """The cart at today's prices, when it can be ordered and is what the shopper agreed to.

        Raises Problem 409.
        """
        refuse_locked(cart)
        if cart.version != wanted.cart_version:
            raise Problem(
                409,
                "cart_changed",
                "The cart was changed meanwhile; look at it again.",
                cart_version=cart.version,
            )
        view = self._carts.view(cart)
        missing = _missing(view)
        if missing:
            raise Problem(
                409, "cart_incomplete", "Something is missing before this can be ordered.", faults=missing
            )
        for line in view.lines:
            if line.available < line.quantity:
                raise insufficient(line.sku, line.available)
        if view.totals.total != wanted.total:
            raise Problem(409, "total_changed", "It costs something else now; look at the new total.")
        return view

    def _order(self, cart: StoredCart, view: Cart, caller: Caller, return_url: str) -> StoredOrder:
        if view.contact is None or view.address is None or view.delivery_option is None:
            raise ValueError("only a complete cart can be ordered")
        now = self._clock.now()
        order_id = new_id("ord")
        return StoredOrder(
            id=order_id,
            number=new_number(),
            status="awaiting_payment",
            version=1,
            market=cart.market,
            locale=cart.locale,
            cart_id=cart.id,
            # Somebody who signed in with a guest's cart finds the order among their own.
            customer_id=cart.customer_id or caller.customer_id,
            token_hash=token_hash(self._secrets.order_token(order_id)),
            lines=tuple(OrderLine.model_validate(line.model_dump(include=_ORDERED)) for line in view.lines),
            contact=view.contact,
            address=view.address,
            delivery_option=view.delivery_option,
            totals=view.totals,
            return_url=return_url.replace("{order_id}", order_id),
            hold_until=_later(now, self._settings.hold_seconds),
            created_at=rfc3339(now),
            updated_at=rfc3339(now),
        )

    def _committed(self, cart: StoredCart, order: StoredOrder, intent: Intent) -> bool:
        """Do it; False when it has to be looked at again. Raises Problem 409 `insufficient_stock`."""
        quantities = order.quantities
        actions = [
            self._carts.save_action(_locked(cart, order, self._clock.now())),
            self._receipts.action(intent, {"order_id": order.id}),
            put_action(self._tables.name("orders"), order.to_item(), condition="attribute_not_exists(pk)"),
            self._hold_action(order),
            *self._inventory.reserve_items(quantities),
        ]
        try:
            self._tables.transact(actions)
        except TransactionCanceled as cancelled:
            own, stock = cancelled.reasons[: -len(quantities)], cancelled.reasons[-len(quantities) :]
            if any(reason.condition_failed for reason in own):
                return False
            for sku, reason in zip(quantities, stock, strict=True):
                if reason.condition_failed:
                    raise insufficient(
                        sku, reason.current["quantity"] if reason.current else 0
                    ) from cancelled
            if cancelled.conflict:
                return False
            raise
        return True

    def _hold_action(self, order: StoredOrder) -> TransactItem:
        row: dict[str, Any] = hold_key(order) | {"order_id": order.id}
        return put_action(self._tables.name("orders"), row)


_ORDERED = set(OrderLine.model_fields)


def _later(now: datetime, seconds: int) -> str:
    return rfc3339(now + timedelta(seconds=seconds))


def _locked(cart: StoredCart, order: StoredOrder, now: datetime) -> StoredCart:
    """The cart in the order's hands, its lines at the prices that were agreed on."""
    prices = {line.sku: line.unit_price.amount for line in order.lines}
    lines = tuple(replace(line, price=prices[line.sku]) for line in cart.lines)
    return replace(cart.touched(now), status="ordering", order_id=order.id, lines=lines)


def _missing(view: Cart) -> list[Fault]:
    wanted = {
        "/lines": (view.lines, "The cart is empty."),
        "/contact": (view.contact, "Say who buys."),
        "/address": (view.address, "Say where it goes."),
        "/delivery_option": (view.delivery_option, "Say how it is sent."),
    }
    return [Fault(pointer, "required", detail) for pointer, (value, detail) in wanted.items() if not value]
