"""The stores service in memory: for tests and trials of the store pages."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from storefront.clients.failing import Failing
from storefront.clients.stores.models import PickupPromise, PickupPromiseList, Position, Store, StorePage
from storefront.clients.stores.port import Stores
from storefront.core import Clock, SystemClock

_OPENED = datetime(2030, 1, 1, tzinfo=UTC)


class FakeStores(Failing, Stores):
    """Answers like the real service for one market, by city and name, or nearest first on a flat map."""

    def __init__(
        self, stores: Iterable[Store] = (), *, market: str = "eu", clock: Clock | None = None
    ) -> None:
        super().__init__("stores")
        self._stores = sorted(stores, key=lambda store: (store.address.city, store.name))
        self._market = market
        self._clock = clock or SystemClock()
        self._without: set[str] = set()

    def sell_out(self, sku: str) -> None:
        """From now on no store has this SKU."""
        self._without.add(sku)

    def list_stores(
        self,
        *,
        market: str,
        locale: str,
        near: Position | None = None,
        cursor: str | None = None,
        limit: int = 24,
    ) -> StorePage:
        """One page of stores; cursors are "at" and a number."""
        del locale
        with self._call("list_stores"):
            self._serves(market)
            start = 0 if cursor is None else self._position(cursor)
            found = self._stores if near is None else sorted(self._stores, key=lambda s: _apart(s, near))
            page = tuple(found[start : start + limit])
            more = f"at{start + limit}" if len(found) > start + limit else None
            updated = max((store.updated_at for store in found), default=_OPENED)
            return StorePage(items=page, next_cursor=more, version=1, updated_at=updated)

    def get_store(self, *, store_id: str, market: str, locale: str) -> Store:
        """One store; NotFound."""
        del locale
        with self._call("get_store"):
            self._serves(market)
            found = next((store for store in self._stores if store.id == store_id), None)
            if found is None:
                raise self._not_found()
            return found

    def list_pickup_promises(
        self,
        *,
        market: str,
        locale: str,
        country: str,
        postcode: str | None = None,
        sku: str | None = None,
        quantity: int = 1,
    ) -> PickupPromiseList:
        """The country's stores that hand things out, a kilometre apart, ready a day from now."""
        del locale, quantity
        with self._call("list_pickup_promises"):
            self._serves(market)
            if postcode is not None and not any(letter.isdigit() for letter in postcode):
                raise self._invalid("/postcode", "postcode_invalid", "This is not a postcode there.")
            found = [s for s in self._stores if "pickup" in s.services and s.address.country == country]
            there = sku not in self._without
            ready = self._clock.now() + timedelta(days=1) if there else None
            promises = (
                PickupPromise(
                    store_id=store.id,
                    name=store.name,
                    address=store.address,
                    distance_km=None if postcode is None else 1.0 + index,
                    available=there,
                    ready_from=ready,
                    timezone="Europe/Dublin",
                )
                for index, store in enumerate(found[:10])
            )
            return PickupPromiseList(items=tuple(promises))

    def _serves(self, market: str) -> None:
        if market != self._market:
            raise self._refusal(404, "unknown_market", f"There is no market {market!r}.")

    def _position(self, cursor: str) -> int:
        number = cursor.removeprefix("at")
        if not number.isdecimal():
            raise self._refusal(400, "bad_cursor", "This cursor was not made here.")
        return int(number)


def _apart(store: Store, near: Position) -> float:
    north = store.position.latitude - near.latitude
    east = store.position.longitude - near.longitude
    return north * north + east * east
