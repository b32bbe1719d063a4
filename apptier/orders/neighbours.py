"""The catalogue, the stores and the payment service in the same process: no HTTP, the same rules.

A synchronous call over HTTP to the own process would need a second thread of the same pool while holding the
first: with all threads placing orders, each would wait for the others.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from apptier.catalog.layout import EVERYTHING, StoredCard
from apptier.catalog.repository import CatalogRepository
from apptier.inventory import Inventory
from apptier.kit.clock import Clock
from apptier.kit.dynamo import Tables
from apptier.kit.problems import Problem
from apptier.kit.settings import Settings
from apptier.orders.ports import (
    Described,
    Offer,
    PaymentState,
    PaymentsUnavailable,
    PaymentWish,
    RefundReason,
    RefundRefused,
    payment_key,
)
from apptier.payments.models import PaymentAnswer, PositiveMoney, StartPayment, StartRefund
from apptier.payments.payments import Payments
from apptier.payments.store import PaymentStore
from apptier.stores.models import KnownStore
from apptier.stores.repository import StoreRepository

_SERVER_ERRORS: Final = 500


class LocalCatalog:
    """The catalogue's own reading code, over the same tables."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._repository = CatalogRepository(tables, clock)
        self._inventory = Inventory(tables, clock)

    def offers(self, market: str, locale: str, skus: Collection[str]) -> Mapping[str, Offer]:
        """Prices and names from the cards, stock by a consistent read."""
        levels = self._inventory.levels(skus, consistent=True)
        found = self._repository.cards(level.handle for level in levels.values())
        cards = [card.in_language(locale) for card in found.values()]
        return {
            variant.sku: Offer(
                variant.sku,
                variant.prices[market].amount,
                max(levels[variant.sku].quantity, 0),
                card.title,
                variant.title,
                variant.image or card.image,
            )
            for card in cards
            for variant in card.sold_in(market)
            if variant.sku in levels and levels[variant.sku].handle == card.handle
        }

    def describe(self, market: str, locale: str, sku: str) -> Described | None:
        """From the product's card."""
        found = self._repository.sold_variants([sku]).get(sku)
        if found is None or market not in found.variant.prices:
            return None
        card, variant = found.card.in_language(locale), found.variant.in_language(locale[:2])
        return Described(
            sku, card.handle, card.title, variant.title, variant.image or card.image, _slugs(card)
        )


def _slugs(card: StoredCard) -> tuple[str, ...]:
    """The categories that list a product, and those above them: a card is a member of their partitions."""
    slugs = {partition.split("#", 2)[2] for partition in card.memberships}
    return tuple(sorted(slugs - {EVERYTHING}))


class LocalStores:
    """The store service's own records."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._repository = StoreRepository(tables, clock)

    def get(self, market: str, store_id: str) -> KnownStore | None:
        """From the store's record."""
        record = self._repository.record(market, store_id)
        if record is None or "pickup" not in record.services:
            return None
        return KnownStore(**{name: getattr(record, name) for name in KnownStore.model_fields})


class LocalPayments:
    """The payment service's own operations, over the same tables."""

    def __init__(self, settings: Settings, tables: Tables, clock: Clock) -> None:
        self._payments = Payments(settings, PaymentStore(tables, clock))

    def start(self, wish: PaymentWish) -> PaymentState:
        """Made once per order: the key is derived from its id."""
        request = StartPayment(
            order_id=wish.order_id,
            order_number=wish.order_number,
            method=wish.method,
            locale=wish.locale,
            amount=PositiveMoney(amount=wish.amount, currency=wish.currency),
            return_url=wish.return_url,
        )
        return _state(_answered(lambda: self._payments.create(request, payment_key(wish.order_id))))

    def state(self, payment_id: str) -> PaymentState:
        """How it stands."""
        return _state(_answered(lambda: self._payments.get(payment_id)))

    def cancel(self, payment_id: str) -> PaymentState:
        """Cancelled, unless it had ended."""
        try:
            return _state(self._payments.cancel(payment_id))
        except Problem as problem:
            if problem.code == "payment_approved":
                return self.state(payment_id)
            raise PaymentsUnavailable(problem.code) from problem

    def refund(
        self, payment_id: str, amount: int, currency: str, reason: RefundReason, key: str
    ) -> PaymentState:
        """Made once per key."""
        request = StartRefund(amount=PositiveMoney(amount=amount, currency=currency), reason=reason)
        try:
            return _state(self._payments.refund(payment_id, request, key))
        except Problem as problem:
            if problem.status < _SERVER_ERRORS:
                raise RefundRefused(problem.code) from problem
            raise PaymentsUnavailable(problem.code) from problem


def _answered(ask: Callable[[], PaymentAnswer]) -> PaymentAnswer:
    try:
        return ask()
    except Problem as problem:
        raise PaymentsUnavailable(problem.code) from problem


def _state(payment: PaymentAnswer) -> PaymentState:
    return PaymentState(payment.id, payment.status, payment.redirect_url, payment.refunded.amount)
