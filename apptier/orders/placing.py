"""Placing an order: everything that has to be true, then one transaction that makes it so, then the payment.

The transaction locks the cart at the version that the shopper saw, takes the stock of every line, counts the
uses of limited promotions, writes the order under its number with the time until which that stock is held,
and leaves the receipt of the idempotency key. So there is no moment at which stock is taken without an order,
or an order made without its receipt; whoever comes second with the same key finds the receipt, with another
key finds the cart locked.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from apptier.inventory import Inventory
from apptier.kit.backoff import rounds
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Tables, TransactionCanceled, put_action
from apptier.kit.idempotency import fingerprint
from apptier.kit.ids import new_id
from apptier.kit.problems import Fault, Problem, unavailable
from apptier.kit.settings import Settings
from apptier.orders.access import Caller
from apptier.orders.cart import StoredCart
from apptier.orders.carts import Carts, insufficient, refuse_locked
from apptier.orders.models import Cart, OrderLine, PlaceOrder
from apptier.orders.once import Intent, Receipts
from apptier.orders.opening import Secrets
from apptier.orders.opening import fingerprint as token_hash
from apptier.orders.order import StoredOrder, new_number
from apptier.orders.order_store import OrderStore
from apptier.orders.paying import Paying
from apptier.orders.ports import PaymentsUnavailable, StoresPort
from apptier.orders.pricing import agreed, priced
from apptier.orders.promotions_limits import Counter, Limits, counters
from apptier.orders.stock_news import StockNews
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
        stores: StoresPort,
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
        self._stores = stores
        self._limits = Limits(tables)
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
        return paid.as_answered_first(), self._secrets.known_order_token(paid.id, paid.token_hash)

    def _made(self, caller: Caller, wanted: PlaceOrder, key: str) -> tuple[StoredOrder, bool]:
        """The order of this key, and whether it was made just now."""
        intent = Intent(f"placeOrder:{wanted.cart_id}", key, _asked(wanted))
        for _ in rounds():
            # In this order: whoever locked the cart with the same key has left the receipt by then.
            cart = self._carts.read(caller, wanted.cart_id)
            done = self._receipts.find(intent)
            if done is not None:
                return self._known(done["order_id"]), False
            view, counted = self._agreed(cart, wanted)
            order = self._order(cart, view, caller, wanted.return_url, counted)
            if self._committed(cart, view, order, intent):
                return order, True
        raise unavailable("So many are buying this now that it could not be reserved. Try again in a moment.")

    def _known(self, order_id: str) -> StoredOrder:
        order = self._orders.get(order_id)
        if order is None:
            raise unavailable()
        return order

    def _agreed(self, cart: StoredCart, wanted: PlaceOrder) -> tuple[Cart, tuple[Counter, ...]]:
        """The cart at today's prices, when it can be ordered and is what the shopper agreed to.

        With it the uses of limited promotions that it takes. Raises Problem 409.
        """
        refuse_locked(cart)
        if cart.version != wanted.cart_version:
            raise Problem(
                409,
                "cart_changed",
                "The cart was changed meanwhile; look at it again.",
                cart_version=cart.version,
            )
        today = self._carts.today(cart)
        view = priced(cart, today)
        missing = _missing(view)
        if cart.pickup and self._stores.get(cart.market, cart.pickup.id) is None:
            missing.append(Fault("/fulfilment", "store_not_offered", "Choose another store."))
        if missing:
            raise Problem(
                409, "cart_incomplete", "Something is missing before this can be ordered.", faults=missing
            )
        for line in view.lines:
            if line.available < line.quantity:
                raise insufficient(line.sku, line.available)
        if view.totals.total != wanted.total:
            words = "It costs something else now; look at the new total."
            raise Problem(409, "total_changed", words, total=view.totals.total.model_dump())
        used = {one.id for one in view.promotions}
        limited = (one for one in today.promotions if one.id in used and one.limited)
        email = cart.contact.email if cart.contact else None
        return view, tuple(counter for one in limited for counter in counters(one, email))

    def _order(
        self,
        cart: StoredCart,
        view: Cart,
        caller: Caller,
        return_url: str,
        counted: tuple[Counter, ...],
    ) -> StoredOrder:
        if view.contact is None or view.delivery_option is None:
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
            address=None if cart.pickup else view.address,
            pickup=view.fulfilment.store,
            delivery_option=view.delivery_option,
            promotions=tuple(view.promotions),
            totals=view.totals,
            return_url=return_url.replace("{order_id}", order_id),
            payment_method=view.payment_method,
            cart_version=cart.version + 1,
            counted=counted,
            hold_until=_later(now, self._settings.hold_seconds),
            created_at=rfc3339(now),
            updated_at=rfc3339(now),
        ).with_entry("created", rfc3339(now))

    def _committed(self, cart: StoredCart, view: Cart, order: StoredOrder, intent: Intent) -> bool:
        """Do it; False when it has to be looked at again. Raises Problem 409 `insufficient_stock`."""
        quantities = order.quantities
        actions = [
            self._carts.save_action(_locked(cart, view, order, self._clock.now())),
            self._receipts.action(intent, {"order_id": order.id}),
            put_action(self._tables.name("orders"), order.to_item(), condition="attribute_not_exists(pk)"),
            self._orders.number_action(order),
            self._orders.hold_action(order),
            *self._limits.take_actions(order.counted),
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


def _asked(wanted: PlaceOrder) -> str:
    """What makes two requests the same: not the way back, which is another in each language of the shop."""
    return fingerprint(wanted.model_dump(exclude={"return_url"}))


_ORDERED = set(OrderLine.model_fields)


def _later(now: datetime, seconds: int) -> str:
    return rfc3339(now + timedelta(seconds=seconds))


def _locked(cart: StoredCart, view: Cart, order: StoredOrder, now: datetime) -> StoredCart:
    """The cart in the order's hands, its lines at the prices, and by the names, that were agreed on."""
    ordered = {line.sku: line for line in order.lines}
    lines = tuple(
        replace(
            line,
            price=ordered[line.sku].unit_price.amount,
            title=ordered[line.sku].title,
            variant_title=ordered[line.sku].variant_title,
            image=ordered[line.sku].image,
        )
        for line in cart.lines
    )
    return replace(cart.touched(now), status="ordering", order_id=order.id, lines=lines, agreed=agreed(view))


def _missing(view: Cart) -> list[Fault]:
    sent = view.fulfilment.kind == "delivery"
    wanted: dict[str, tuple[object, str]] = {
        "/lines": (view.lines, "The cart is empty."),
        "/contact": (view.contact, "Say who buys."),
        "/address": (view.address or not sent, "Say where it goes."),
        "/delivery_option": (view.delivery_option, "Say how it is sent."),
        "/fulfilment": (view.fulfilment.store or sent, "Choose another store."),
        "/totals/total": (view.totals.total.amount or not view.lines, "There is nothing to pay."),
    }
    return [Fault(pointer, "required", detail) for pointer, (value, detail) in wanted.items() if not value]
