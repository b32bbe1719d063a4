"""Where so many of a SKU can be picked up, and from when.

The stores are filled from the same stock that parcels are sent from, so what can be sent can be picked up in
every store that offers it; the store only needs its opening time to have it ready.
"""

from typing import Final

from apptier.catalog.repository import CatalogRepository
from apptier.inventory import Inventory
from apptier.kit.clock import rfc3339
from apptier.kit.markets import Market, place_problem
from apptier.kit.problems import not_found
from apptier.kit.service import Context
from apptier.stores.areas import middle_of
from apptier.stores.models import PickupPromise, PickupPromiseList, StoreRecord
from apptier.stores.operations import distance_km
from apptier.stores.readiness import ready_from
from apptier.stores.repository import StoreRepository

MOST_PROMISES: Final = 10


class PickupQueries:
    """Reads for one request."""

    def __init__(self, context: Context) -> None:
        self._clock = context.clock
        self._stores = StoreRepository(context.tables, context.clock)
        self._catalog = CatalogRepository(context.tables, context.clock)
        self._inventory = Inventory(context.tables, context.clock)

    def promises(
        self, market: Market, country: str, postcode: str | None, sku: str | None, quantity: int
    ) -> PickupPromiseList:
        """The stores of a country, nearest first, or by name where the postcode's place isn't known.

        Raises:
            Problem: 404 `unknown_sku`, 422 `country_not_served` or `postcode_invalid`.
        """
        problem = place_problem(market, country, postcode)
        if problem:
            raise problem
        available = sku is None or self._stock(market, sku) >= quantity
        here = middle_of(country, postcode) if postcode else None
        near = [
            (None if here is None else round(distance_km(here, store.position), 1), store)
            for store in self._stores.records(market.code)
            if store.address.country == country and "pickup" in store.services
        ]
        near.sort(key=lambda pair: (pair[0] or 0.0, pair[1].name, pair[1].id))
        return PickupPromiseList(
            items=[self._promise(store, far, available=available) for far, store in near[:MOST_PROMISES]]
        )

    def _stock(self, market: Market, sku: str) -> int:
        sold = self._catalog.sold_variants([sku]).get(sku)
        if sold is None or market.code not in sold.variant.prices:
            raise not_found("There is no such article in this market.", "unknown_sku")
        level = self._inventory.levels([sku]).get(sku)
        return level.quantity if level else 0

    def _promise(self, store: StoreRecord, far: float | None, *, available: bool) -> PickupPromise:
        ready = ready_from(store.hours, store.timezone, self._clock.now()) if available else None
        return PickupPromise(
            store_id=store.id,
            name=store.name,
            address=store.address,
            distance_km=far,
            available=ready is not None,
            ready_from=rfc3339(ready) if ready else None,
            timezone=store.timezone,
        )
