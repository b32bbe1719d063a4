"""The customers service: a profile, preferences and an address book."""

from storefront.clients.customers.client import CustomersClient
from storefront.clients.customers.models import (
    AddressInput,
    AddressList,
    Customer,
    Export,
    Preferences,
    SavedAddress,
)
from storefront.clients.customers.port import Customers

__all__ = [
    "AddressInput",
    "AddressList",
    "Customer",
    "Customers",
    "CustomersClient",
    "Export",
    "Preferences",
    "SavedAddress",
]
