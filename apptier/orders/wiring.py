"""Puts the order service together: the only module that knows all of its parts."""

from dataclasses import dataclass
from typing import Final

from anyio import CapacityLimiter

from apptier.inventory import Inventory
from apptier.kit.service import Context, make_context
from apptier.kit.settings import Settings
from apptier.orders.cart_edits import CartEdits
from apptier.orders.carts import Carts
from apptier.orders.finding import Finding
from apptier.orders.fulfilment import Fulfilment
from apptier.orders.late import LatePayments
from apptier.orders.lookup import Lookup
from apptier.orders.my_carts import MyCarts
from apptier.orders.neighbours import LocalCatalog, LocalPayments, LocalStores
from apptier.orders.once import Receipts
from apptier.orders.opening import Secrets
from apptier.orders.order_queue import OrderQueue
from apptier.orders.order_store import OrderStore
from apptier.orders.outbox import Outbox
from apptier.orders.paying import Paying
from apptier.orders.placing import Placing
from apptier.orders.ports import CatalogPort, PaymentsPort, StoresPort
from apptier.orders.promotions import PromotionBook
from apptier.orders.quoting import Quoting
from apptier.orders.refunds import Refunds
from apptier.orders.remote import RemoteCatalog, RemotePayments, RemoteStores
from apptier.orders.reordering import Reordering
from apptier.orders.settlement import Settlement
from apptier.orders.stock_news import StockNews
from apptier.orders.sweeper import Sweeper

PAYING_THREADS: Final = 32


@dataclass(frozen=True, slots=True)
class Shopfloor:
    """What the routes and the background work with, made once per process.

    Attributes:
        threads: A bulkhead for whatever asks the payment service: when that is slow, its callers wait in
        threads of
            their own, and carts go on being served. It also lets the payment service be this very process.
    """

    context: Context
    carts: Carts
    edits: CartEdits
    my_carts: MyCarts
    reordering: Reordering
    quoting: Quoting
    placing: Placing
    lookup: Lookup
    finding: Finding
    fulfilment: Fulfilment
    orders: OrderStore
    sweeper: Sweeper
    threads: CapacityLimiter


def wire(
    settings: Settings,
    *,
    context: Context | None = None,
    catalog: CatalogPort | None = None,
    payments: PaymentsPort | None = None,
) -> Shopfloor:
    """The service over these settings.

    The neighbours are reached over HTTP where CATALOG_URL, PAYMENTS_URL, STORES_URL give their addresses,
    else in this process. Nothing here opens a connection.
    """
    context = context or make_context("orders", settings)
    tables, clock = context.tables, context.clock
    inventory = Inventory(tables, clock)
    secrets = Secrets(settings.order_secret_key, settings.order_secret_key_fallbacks)
    receipts = Receipts(tables, clock)
    orders = OrderStore(tables, clock, context.cursors)
    after = _after(settings, context, orders, payments or _payments(settings, context))
    carts = Carts(tables, clock, catalog or _catalog(settings, context, inventory), receipts, secrets)
    stores = _stores(settings, context)
    return Shopfloor(
        context=context,
        carts=carts,
        edits=CartEdits(carts, stores),
        my_carts=MyCarts(tables, clock, carts, secrets),
        reordering=Reordering(carts, after.lookup),
        quoting=Quoting(PromotionBook(tables), clock),
        placing=_placing(
            settings, context, carts=carts, stores=stores, orders=orders, secrets=secrets, after=after
        ),
        lookup=after.lookup,
        finding=Finding(tables, clock, orders, secrets),
        fulfilment=after.fulfilment,
        orders=orders,
        sweeper=after.sweeper,
        threads=CapacityLimiter(PAYING_THREADS),
    )


@dataclass(frozen=True, slots=True)
class _After:
    """What happens to an order once it is made."""

    paying: Paying
    news: StockNews
    lookup: Lookup
    fulfilment: Fulfilment
    sweeper: Sweeper


def _placing(
    settings: Settings,
    context: Context,
    *,
    carts: Carts,
    stores: StoresPort,
    orders: OrderStore,
    secrets: Secrets,
    after: _After,
) -> Placing:
    tables, clock = context.tables, context.clock
    return Placing(
        settings,
        tables,
        clock,
        carts=carts,
        stores=stores,
        orders=orders,
        inventory=Inventory(tables, clock),
        receipts=Receipts(tables, clock),
        secrets=secrets,
        paying=after.paying,
        news=after.news,
    )


def _after(settings: Settings, context: Context, orders: OrderStore, payments: PaymentsPort) -> _After:
    tables, clock = context.tables, context.clock
    inventory = Inventory(tables, clock)
    paying = Paying(orders, payments)
    outbox = Outbox(tables, clock, OrderQueue(settings), context.events)
    refunds = Refunds(tables, clock, orders, paying)
    news = StockNews(inventory, context.events)
    late = LatePayments(
        tables, clock, orders=orders, inventory=inventory, outbox=outbox, news=news, refunds=refunds
    )
    settlement = Settlement(
        tables, clock, orders=orders, inventory=inventory, outbox=outbox, news=news, late=late
    )
    lookup = Lookup(orders, paying, settlement)
    return _After(
        paying=paying,
        news=news,
        lookup=lookup,
        fulfilment=Fulfilment(tables, clock, orders, outbox, refunds),
        sweeper=Sweeper(orders, lookup, outbox, refunds, clock=clock, interval=settings.sweep_seconds),
    )


def _stores(settings: Settings, context: Context) -> StoresPort:
    address = settings.stores_url
    return RemoteStores(address) if address else LocalStores(context.tables, context.clock)


def _catalog(settings: Settings, context: Context, inventory: Inventory) -> CatalogPort:
    address = settings.catalog_url
    return RemoteCatalog(address, inventory) if address else LocalCatalog(context.tables, context.clock)


def _payments(settings: Settings, context: Context) -> PaymentsPort:
    if settings.payments_url:
        return RemotePayments(settings.payments_url, settings.service_key)
    return LocalPayments(settings, context.tables, context.clock)
