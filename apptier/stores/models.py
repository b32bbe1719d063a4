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


class StoreRecord(StrictModel):
    """A store as written."""

    id: Id
    name: Annotated[str, Field(min_length=1, max_length=120)]
    address: Address
    position: Position
    phone: str | None
    hours: list[OpeningHours]
    services: list[Literal["pickup", "returns", "workshop"]]


class Store(StoreRecord):
    """A store as told."""

    version: int
    updated_at: str


class StorePage(StrictModel):
    """One page of stores; its version grows with every change to one of the market's stores."""

    items: list[Store]
    next_cursor: str | None
    version: int
    updated_at: str
