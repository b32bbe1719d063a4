"""Asks the customers service about the customer whose access token is shown; nobody else can be named."""

from types import NoneType

from storefront.clients.calls import bearer, checked_key, if_match
from storefront.clients.customers.models import (
    AddressInput,
    AddressList,
    Customer,
    Export,
    Preferences,
    SavedAddress,
)
from storefront.clients.customers.port import Customers
from storefront.http import RestClient


class CustomersClient(Customers):
    """The real service."""

    def __init__(self, rest: RestClient) -> None:
        self._rest = rest

    def get_me(self, *, token: str) -> Customer:
        """GET /me."""
        return self._rest.get("/me", headers=bearer(self._rest, "GET /me", token), type=Customer)

    def change_me(self, *, token: str, name: str, phone: str | None, version: int) -> Customer:
        """PUT /me."""
        return self._rest.send(
            "PUT",
            "/me",
            headers=bearer(self._rest, "PUT /me", token),
            json={"name": name, "phone": phone},
            if_match=if_match(version),
            type=Customer,
        ).value

    def list_addresses(self, *, token: str) -> AddressList:
        """GET /me/addresses."""
        path = "/me/addresses"
        return self._rest.get(path, headers=bearer(self._rest, f"GET {path}", token), type=AddressList)

    def add_address(self, *, token: str, address: AddressInput, idempotency_key: str) -> SavedAddress:
        """POST /me/addresses."""
        path = "/me/addresses"
        return self._rest.send(
            "POST",
            path,
            headers=bearer(self._rest, f"POST {path}", token),
            json=address,
            idempotency_key=checked_key(self._rest, f"POST {path}", idempotency_key),
            type=SavedAddress,
        ).value

    def change_address(
        self, *, token: str, address_id: str, address: AddressInput, version: int
    ) -> SavedAddress:
        """PUT /me/addresses/{address_id}."""
        path = "/me/addresses/{address_id}"
        return self._rest.send(
            "PUT",
            path,
            {"address_id": address_id},
            headers=bearer(self._rest, f"PUT {path}", token),
            json=address,
            if_match=if_match(version),
            type=SavedAddress,
        ).value

    def remove_address(self, *, token: str, address_id: str) -> None:
        """DELETE /me/addresses/{address_id}."""
        path = "/me/addresses/{address_id}"
        headers = bearer(self._rest, f"DELETE {path}", token)
        self._rest.send("DELETE", path, {"address_id": address_id}, headers=headers, type=NoneType)

    def restore_address(self, *, token: str, address_id: str) -> SavedAddress:
        """PUT /me/addresses/{address_id}/restoration."""
        path = "/me/addresses/{address_id}/restoration"
        return self._rest.send(
            "PUT",
            path,
            {"address_id": address_id},
            headers=bearer(self._rest, f"PUT {path}", token),
            type=SavedAddress,
        ).value

    def get_preferences(self, *, token: str) -> Preferences:
        """GET /me/preferences."""
        path = "/me/preferences"
        return self._rest.get(path, headers=bearer(self._rest, f"GET {path}", token), type=Preferences)

    def change_preferences(
        self, *, token: str, language: str | None, country: str | None, marketing_email: bool, version: int
    ) -> Preferences:
        """PUT /me/preferences."""
        path = "/me/preferences"
        return self._rest.send(
            "PUT",
            path,
            headers=bearer(self._rest, f"PUT {path}", token),
            json={"language": language, "country": country, "marketing_email": marketing_email},
            if_match=if_match(version),
            type=Preferences,
        ).value

    def export_me(self, *, token: str) -> Export:
        """GET /me/export."""
        path = "/me/export"
        return self._rest.get(path, headers=bearer(self._rest, f"GET {path}", token), type=Export)

    def delete_me(self, *, token: str) -> None:
        """DELETE /me."""
        headers = bearer(self._rest, "DELETE /me", token)
        self._rest.send("DELETE", "/me", headers=headers, type=NoneType)
