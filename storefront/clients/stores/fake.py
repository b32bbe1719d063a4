"""The stores service in memory: for tests and trials of the store pages."""

from collections.abc import Iterable
from datetime import UTC, datetime

from storefront.clients.failing import Failing
from storefront.clients.stores.models import Position, Store, StorePage
from storefront.clients.stores.port import Stores

_OPENED = datetime(2030, 1, 1, tzinfo=UTC)


class FakeStores(Failing, Stores):
    """Answers like the real service for one market, by city and name, or nearest first on a flat map."""

    def __init__(self, stores: Iterable[Store] = (), *, market: str = "eu") -> None:
        super().__init__("stores")
        self._stores = sorted(stores, key=lambda store: (store.address.city, store.name))
        self._market = market

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
