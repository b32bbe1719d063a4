"""The stores service: where the shops of brick are and when they are open."""

from storefront.clients.stores.client import StoresClient
from storefront.clients.stores.models import (
    OpeningHours,
    PickupPromise,
    PickupPromiseList,
    Position,
    Store,
    StorePage,
)
from storefront.clients.stores.port import Stores

__all__ = [
    "OpeningHours",
    "PickupPromise",
    "PickupPromiseList",
    "Position",
    "Store",
    "StorePage",
    "Stores",
    "StoresClient",
]
