"""Puts the order service together: the only module that knows all of its parts."""

import hashlib
from dataclasses import dataclass
from typing import Final

from anyio import CapacityLimiter

from apptier.inventory import Inventory
from apptier.kit.service import Context, make_context
from apptier.kit.settings import Settings
from apptier.orders.carts import Carts
from apptier.orders.lookup import Lookup
from apptier.orders.neighbours import LocalCatalog, LocalPayments
from apptier.orders.once import Receipts
from apptier.orders.opening import Secrets
from apptier.orders.order_queue import OrderQueue
from apptier.orders.order_store import OrderStore
from apptier.orders.outbox import Outbox
from apptier.orders.paying import Paying
from apptier.orders.placing import Placing
from apptier.orders.ports import CatalogPort, PaymentsPort
from apptier.orders.remote import RemoteCatalog, RemotePayments
from apptier.orders.settlement import Settlement, StockNews
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
    placing: Placing
    lookup: Lookup
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

    The neighbours are reached over HTTP where their addresses are set (CATALOG_URL, PAYMENTS_URL), else in
    this process. Nothing here opens a connection.
    """
    context = context or make_context("orders", settings)
    tables, clock = context.tables, context.clock
    inventory = Inventory(tables, clock)
    secrets = Secrets(hashlib.sha256(b"orders\x00" + settings.service_key.encode()).digest())
    receipts = Receipts(tables, clock)
    orders = OrderStore(tables, clock, context.cursors)
    paying = Paying(orders, payments or _payments(settings, context))
    outbox = Outbox(tables, clock, OrderQueue(settings), context.events)
    news = StockNews(inventory, context.events)
    settlement = Settlement(tables, clock, orders, inventory, outbox, news)
    carts = Carts(tables, clock, catalog or _catalog(settings, context, inventory), receipts, secrets)
    lookup = Lookup(orders, paying, settlement)
    placing = Placing(
        settings,
        tables,
        clock,
        carts=carts,
        orders=orders,
        inventory=inventory,
        receipts=receipts,
        secrets=secrets,
        paying=paying,
        news=news,
    )
    sweeper = Sweeper(orders, lookup, outbox, clock)
    return Shopfloor(context, carts, placing, lookup, orders, sweeper, CapacityLimiter(PAYING_THREADS))


def _catalog(settings: Settings, context: Context, inventory: Inventory) -> CatalogPort:
    address = settings.catalog_url
    return RemoteCatalog(address, inventory) if address else LocalCatalog(context.tables, context.clock)


def _payments(settings: Settings, context: Context) -> PaymentsPort:
    if settings.payments_url:
        return RemotePayments(settings.payments_url, settings.service_key)
    return LocalPayments(settings, context.tables, context.clock)
