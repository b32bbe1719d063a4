"""The catalogue and the payment service in the same process: no HTTP, the same rules.

A synchronous call over HTTP to the own process would need a second thread of the same pool while holding the
first: with all threads placing orders, each would wait for the others.
"""

from collections.abc import Callable, Collection, Mapping

from apptier.catalog.repository import CatalogRepository
from apptier.inventory import Inventory
from apptier.kit.clock import Clock
from apptier.kit.dynamo import Tables
from apptier.kit.problems import Problem
from apptier.kit.settings import Settings
from apptier.orders.ports import Described, Offer, PaymentState, PaymentsUnavailable, payment_key
from apptier.payments.models import PaymentAnswer, PositiveMoney, StartPayment
from apptier.payments.payments import Payments
from apptier.payments.store import PaymentStore


class LocalCatalog:
    """The catalogue's own reading code, over the same tables."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._repository = CatalogRepository(tables, clock)
        self._inventory = Inventory(tables, clock)

    def offers(self, market: str, skus: Collection[str]) -> Mapping[str, Offer]:
        """Prices from the cards, stock by a consistent read."""
        levels = self._inventory.levels(skus, consistent=True)
        cards = self._repository.cards(level.handle for level in levels.values())
        return {
            variant.sku: Offer(
                variant.sku, variant.prices[market].amount, max(levels[variant.sku].quantity, 0)
            )
            for card in cards.values()
            for variant in card.sold_in(market)
            if variant.sku in levels and levels[variant.sku].handle == card.handle
        }

    def describe(self, market: str, locale: str, sku: str) -> Described | None:  # noqa: ARG002 - as the port says
        """From the product's card; there is one language yet, so `locale` changes nothing."""
        found = self._repository.sold_variants([sku]).get(sku)
        if found is None or market not in found.variant.prices:
            return None
        card, variant = found.card, found.variant
        return Described(sku, card.handle, card.title, variant.title, variant.image or card.image)


class LocalPayments:
    """The payment service's own operations, over the same tables."""

    def __init__(self, settings: Settings, tables: Tables, clock: Clock) -> None:
        self._payments = Payments(settings, PaymentStore(tables, clock))

    def start(self, order_id: str, amount: int, currency: str, return_url: str) -> PaymentState:
        """Made once per order: the key is derived from its id."""
        money = PositiveMoney(amount=amount, currency=currency)
        request = StartPayment(order_id=order_id, amount=money, return_url=return_url)
        return _state(_answered(lambda: self._payments.create(request, payment_key(order_id))))

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


def _answered(ask: Callable[[], PaymentAnswer]) -> PaymentAnswer:
    try:
        return ask()
    except Problem as problem:
        raise PaymentsUnavailable(problem.code) from problem


def _state(payment: PaymentAnswer) -> PaymentState:
    return PaymentState(payment.id, payment.status, payment.redirect_url)
