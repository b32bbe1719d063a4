"""The questions of the stores service."""

import math

from apptier.kit.markets import Market
from apptier.kit.problems import invalid, not_found
from apptier.kit.service import Context
from apptier.stores.models import Position, Store, StorePage
from apptier.stores.repository import StoreRepository

# Mean radius of the Earth in kilometres (IUGG).
EARTH_KM = 6371.0088
_MOST_LATITUDE = 90.0
_MOST_LONGITUDE = 180.0


def parse_position(near: str) -> Position:
    """`latitude,longitude` in degrees. Raises Problem 422 for a place that isn't on Earth."""
    latitude, longitude = (float(part) for part in near.split(","))
    if abs(latitude) > _MOST_LATITUDE or abs(longitude) > _MOST_LONGITUDE:
        raise invalid("near", "out_of_range", "Latitude is -90 to 90 and longitude -180 to 180 degrees.")
    return Position(latitude=latitude, longitude=longitude)


def distance_km(one: Position, other: Position) -> float:
    """The great-circle distance in kilometres, by the haversine formula."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))


class StoreQueries:
    """Reads for one request."""

    def __init__(self, context: Context) -> None:
        self._repository = StoreRepository(context.tables, context.clock)
        self._cursors = context.cursors
        self._clock = context.clock

    def listed(self, market: Market, near: Position | None, limit: int, cursor: str | None) -> StorePage:
        """One page of stores, nearest first or by city and name. Raises Problem 400 `bad_cursor`."""
        place = "" if near is None else f"{near.latitude},{near.longitude}"
        scope = f"stores:{market.code}:{place}"
        start = 0 if cursor is None else int(self._cursors.decode(scope, cursor))
        stores = self._repository.all(market.code)
        stores.sort(key=lambda s: (s.address.city, s.name, s.id))
        if near is not None:
            stores.sort(key=lambda s: distance_km(near, s.position))
        end = start + limit
        return StorePage(
            items=stores[start:end],
            next_cursor=self._cursors.encode(scope, end) if end < len(stores) else None,
            version=max(1, sum(store.version for store in stores)),
            updated_at=max((store.updated_at for store in stores), default="1970-01-01T00:00:00.000Z"),
        )

    def one(self, market: Market, store_id: str) -> Store:
        """One store. Raises Problem 404."""
        store = self._repository.get(market.code, store_id)
        if store is None:
            raise not_found("There is no such store.", "unknown_store")
        return store
