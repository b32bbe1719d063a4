"""Asks the stores service: where the shops of brick are. Reads only."""

from storefront.clients.calls import in_market
from storefront.clients.stores.models import PickupPromiseList, Position, Store, StorePage
from storefront.clients.stores.port import Stores
from storefront.http import RestClient


class StoresClient(Stores):
    """The real service."""

    def __init__(self, rest: RestClient) -> None:
        self._rest = rest

    def list_stores(
        self,
        *,
        market: str,
        locale: str,
        near: Position | None = None,
        cursor: str | None = None,
        limit: int = 24,
    ) -> StorePage:
        """GET /stores."""
        # Six decimals are a tenth of a metre, and all that the contract takes.
        point = None if near is None else f"{near.latitude:.6f},{near.longitude:.6f}"
        query = in_market(market, locale) | {"near": point, "cursor": cursor, "limit": limit}
        return self._rest.get("/stores", query=query, type=StorePage)

    def get_store(self, *, store_id: str, market: str, locale: str) -> Store:
        """GET /stores/{store_id}."""
        query = in_market(market, locale)
        return self._rest.get("/stores/{store_id}", {"store_id": store_id}, query=query, type=Store)

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
        """GET /pickup-promises."""
        query = in_market(market, locale) | {
            "country": country,
            "postcode": postcode,
            "sku": sku,
            "quantity": quantity,
        }
        return self._rest.get("/pickup-promises", query=query, type=PickupPromiseList)
