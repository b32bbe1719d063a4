"""Requests and answers of contracts/customers.yaml."""

from typing import Annotated

from pydantic import Field

from apptier.kit.models import Address, StrictModel

Name = Annotated[str, Field(min_length=1, max_length=120)]


class Customer(StrictModel):
    """A customer's own profile."""

    id: str
    email: str | None
    name: str
    phone: str | None
    version: int
    updated_at: str


class ProfileChange(StrictModel):
    """What to change; a phone that is left out stays."""

    name: Name
    phone: Annotated[str, Field(max_length=32)] | None = None


class AddressInput(StrictModel):
    """An address to keep."""

    label: Annotated[str, Field(max_length=40)] = ""
    name: Name
    address: Address


class SavedAddress(StrictModel):
    """An address as kept."""

    id: str
    label: str
    name: str
    address: Address
    version: int
    updated_at: str


class AddressList(StrictModel):
    """The address book, newest first."""

    items: list[SavedAddress]


class Preferences(StrictModel):
    """How somebody likes to be spoken and written to."""

    language: str | None
    country: str | None
    marketing_email: bool
    marketing_email_at: str | None
    version: int
    updated_at: str


class PreferencesChange(StrictModel):
    """The preferences as they shall be, all of them."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None
    marketing_email: bool


class Export(StrictModel):
    """Everything the service holds of somebody."""

    exported_at: str
    customer: Customer
    preferences: Preferences
    addresses: list[SavedAddress]
    removed_addresses: list[SavedAddress]
