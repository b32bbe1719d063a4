"""Puts the reviews service together: the only module that knows all of its parts."""

from dataclasses import dataclass

from apptier.kit.service import Context
from apptier.reviews.authorship import Authorship
from apptier.reviews.moderation import Moderation, Votes
from apptier.reviews.neighbours import LocalOrders, LocalProducts, RemoteOrders, RemoteProducts
from apptier.reviews.ports import OrdersPort, ProductsPort
from apptier.reviews.reading import Reading
from apptier.reviews.submission import Submission


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes work with, made once per process."""

    reading: Reading
    submission: Submission
    moderation: Moderation
    votes: Votes
    authorship: Authorship


def wire(context: Context, *, products: ProductsPort | None = None, orders: OrdersPort | None = None) -> Desk:
    """The service over this context.

    The neighbours are reached over HTTP where their addresses are set (CATALOG_URL, ORDERS_URL), else in
    this process. Nothing here opens a connection.
    """
    tables, clock, settings = context.tables, context.clock, context.settings
    reading = Reading(tables, context.cursors)
    if products is None:
        address = settings.catalog_url
        products = RemoteProducts(address) if address else LocalProducts(tables, clock)
    if orders is None:
        address = settings.orders_url
        orders = (
            RemoteOrders(address, settings.service_key) if address else LocalOrders(settings, tables, clock)
        )
    submission = Submission(tables, clock, context.idempotency, products, orders)
    moderation = Moderation(tables, clock, context.events, reading)
    authorship = Authorship(tables, context.cursors, context.events)
    return Desk(reading, submission, moderation, Votes(tables, reading), authorship)
