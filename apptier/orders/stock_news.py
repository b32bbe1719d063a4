"""Tells whoever keeps copies that stock has changed because of an order."""

import logging

from botocore.exceptions import BotoCoreError, ClientError

from apptier.catalog.writer import stock_detail
from apptier.inventory import Inventory
from apptier.kit.events import Events, EventsNotSent
from apptier.orders.order import StoredOrder

logger = logging.getLogger("apptier.orders")


class StockNews:
    """Tells who keeps copies that stock has changed.

    Best effort, since those copies are short-lived anyway.
    """

    def __init__(self, inventory: Inventory, events: Events) -> None:
        self._inventory = inventory
        self._events = events

    def tell(self, order: StoredOrder) -> None:
        """Publish the levels of an order's SKUs as they are now."""
        try:
            levels = self._inventory.levels(order.quantities, consistent=True)
            self._events.publish("StockChanged", [stock_detail(level) for level in levels.values()])
        except (BotoCoreError, ClientError, EventsNotSent) as error:
            logger.warning("order %s: stock change not told: %s", order.id, type(error).__name__)
