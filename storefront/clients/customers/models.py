"""What the customers service answers (contracts/customers.yaml): a profile and an address book."""

from typing import Annotated

from msgspec import Meta, Struct

from storefront.clients.shapes import ID, Address, PersonName, Time, Version
from storefront.core import CustomerId

Label = Annotated[str, Meta(max_length=40)]


class Customer(Struct, frozen=True, kw_only=True):
    """Who somebody is to the shop."""

    id: Annotated[CustomerId, Meta(min_length=1, max_length=64)]
    email: str | None
    name: Annotated[str, Meta(max_length=120)]
    phone: str | None
    version: Version
    updated_at: Time


class AddressInput(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An address to keep: what its owner calls it, and whose name goes on the parcel."""

    label: Label = ""
    name: PersonName
    address: Address


class SavedAddress(Struct, frozen=True, kw_only=True):
    """A kept address with its own version."""

    id: Annotated[str, ID]
    label: Label
    name: PersonName
    address: Address
    version: Version
    updated_at: Time


class AddressList(Struct, frozen=True, kw_only=True):
    """The whole address book, newest first."""

    items: Annotated[tuple[SavedAddress, ...], Meta(max_length=50)]
