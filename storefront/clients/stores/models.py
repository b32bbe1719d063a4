"""What the stores service answers (contracts/stores.yaml): where the shops are and when they are open."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.shapes import ID, Address, Time, Version
from storefront.core import StoreId

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ClockTime = Annotated[str, Meta(pattern=r"^[0-2][0-9]:[0-5][0-9]\Z")]


class Position(Struct, frozen=True, kw_only=True):
    """A point in degrees (WGS 84)."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]


class OpeningHours(Struct, frozen=True, kw_only=True):
    """From when to when (HH:MM, the store's own time) it is open on one weekday."""

    day: Weekday
    opens: ClockTime
    closes: ClockTime


class Store(Struct, frozen=True, kw_only=True):
    """One store; `timezone` (IANA) is what its hours are in."""

    id: Annotated[StoreId, ID]
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    address: Address
    position: Position
    phone: str | None
    hours: tuple[OpeningHours, ...]
    services: tuple[Literal["pickup", "returns", "workshop"], ...]
    timezone: Annotated[str, Meta(min_length=3, max_length=40)]
    version: Version
    updated_at: Time


class StorePage(Struct, frozen=True, kw_only=True):
    """Some stores, and the cursor that asks for the next ones (None at the end)."""

    items: tuple[Store, ...]
    next_cursor: str | None
    version: Version
    updated_at: Time


class PickupPromise(Struct, frozen=True, kw_only=True):
    """A store where so many of a SKU can be picked up, from `ready_from` on when it is `available`.

    `distance_km` is as the crow flies from the middle of the postcode's area, None when that is not known;
    `timezone` is the store's (IANA), to write the time in.
    """

    store_id: Annotated[StoreId, ID]
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    address: Address
    distance_km: Annotated[float, Meta(ge=0)] | None
    available: bool
    ready_from: Time | None
    timezone: Annotated[str, Meta(max_length=40)]


class PickupPromiseList(Struct, frozen=True, kw_only=True):
    """Stores, nearest first."""

    items: Annotated[tuple[PickupPromise, ...], Meta(max_length=10)]
