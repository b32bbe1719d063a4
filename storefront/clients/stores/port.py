"""What the shop may ask of the stores service, and the refusals to expect."""

from typing import Protocol

from storefront.clients.stores.models import PickupPromiseList, Position, Store, StorePage


class Stores(Protocol):
    """What the shop may ask about its stores. Every method raises UpstreamUnavailable and UpstreamInvalid."""

    def list_stores(
        self,
        *,
        market: str,
        locale: str,
        near: Position | None = None,
        cursor: str | None = None,
        limit: int = 24,
    ) -> StorePage:
        """Stores by city and name, or nearest to `near` first. Raises Invalid `bad_cursor`."""
        ...

    def get_store(self, *, store_id: str, market: str, locale: str) -> Store:
        """One store. Raises NotFound."""
        ...

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
        """Where so many (1 to 99) of a SKU can be picked up and from when, nearest to the postcode first.

        Without a SKU it is for whatever a cart may hold. Raises NotFound `unknown_sku` or for an unknown
        market; Invalid `country_not_served`, `postcode_invalid`.
        """
        ...
