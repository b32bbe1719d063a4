"""What the customers service answers (contracts/customers.yaml): profile, preferences and address book."""

from typing import Annotated

from msgspec import Meta, Struct

from storefront.clients.shapes import ID, Address, CountryCode, PersonName, Time, Version
from storefront.core import CustomerId

Label = Annotated[str, Meta(max_length=40)]
LanguageCode = Annotated[str, Meta(pattern=r"^[a-z]{2}\Z")]


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


class Preferences(Struct, frozen=True, kw_only=True):
    """How somebody likes the shop to speak and write to them.

    `language` and `country` are None where they have not said. `marketing_email_at` is when they last said
    yes or no to letters that sell something (consent has to be shown: GDPR article 7(1)); None: never asked,
    which is a no.
    """

    language: LanguageCode | None
    country: CountryCode | None
    marketing_email: bool
    marketing_email_at: Time | None
    version: Version
    updated_at: Time


class Export(Struct, frozen=True, kw_only=True):
    """Everything the customers service holds of somebody (GDPR article 15).

    `removed_addresses` are those that can still be put back.
    """

    exported_at: Time
    customer: Customer
    preferences: Preferences
    addresses: Annotated[tuple[SavedAddress, ...], Meta(max_length=50)]
    removed_addresses: tuple[SavedAddress, ...]
