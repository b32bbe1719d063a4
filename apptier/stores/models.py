"""The answers of contracts/stores.yaml; the same models check what is seeded."""

from typing import Annotated, Literal

from pydantic import Field

from apptier.kit.models import Address, Id, StrictModel

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TimeOfDay = Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]


class Position(StrictModel):
    """WGS 84, in degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class OpeningHours(StrictModel):
    """When a store is open on one day, in its own time zone."""

    day: Day
    opens: TimeOfDay
    closes: TimeOfDay


class StoreFacts(StrictModel):
    """What is told of a store; `timezone` (IANA) is what its hours are in."""

    id: Id
    name: Annotated[str, Field(min_length=1, max_length=120)]
    address: Address
    position: Position
    phone: str | None
    hours: list[OpeningHours]
    services: list[Literal["pickup", "returns", "workshop"]]
    timezone: Annotated[str, Field(min_length=3, max_length=40)] = "UTC"


class StoreRecord(StoreFacts):
    """A store as written."""


class Store(StoreFacts):
    """A store as told."""

    version: int
    updated_at: str


class KnownStore(StrictModel):
    """What another service needs of a store to promise a pick-up there."""

    id: Id
    name: Annotated[str, Field(min_length=1, max_length=120)]
    address: Address
    timezone: Annotated[str, Field(max_length=40)]
    hours: list[OpeningHours]


class PickupPromise(StrictModel):
    """A store where so many of a SKU can be had, and from when (RFC 3339); None when they can't."""

    store_id: Id
    name: Annotated[str, Field(min_length=1, max_length=120)]
    address: Address
    distance_km: Annotated[float, Field(ge=0)] | None
    available: bool
    ready_from: str | None
    timezone: Annotated[str, Field(max_length=40)]


class PickupPromiseList(StrictModel):
    """At most ten stores, nearest first."""

    items: list[PickupPromise]


class StorePage(StrictModel):
    """One page of stores; its version grows with every change to one of the market's stores."""

    items: list[Store]
    next_cursor: str | None
    version: int
    updated_at: str
