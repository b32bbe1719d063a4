"""The customers service: a profile and an address book."""

from storefront.clients.customers.client import CustomersClient
from storefront.clients.customers.models import AddressInput, AddressList, Customer, SavedAddress
from storefront.clients.customers.port import Customers

__all__ = [
    "AddressInput",
    "AddressList",
    "Customer",
    "Customers",
    "CustomersClient",
    "SavedAddress",
]
