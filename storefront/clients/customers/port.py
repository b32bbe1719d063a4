"""What the shop may ask of the customers service, and the refusals to expect."""

from typing import Protocol

from storefront.clients.customers.models import AddressInput, AddressList, Customer, SavedAddress


class Customers(Protocol):
    """What a signed-in customer may ask and change. `token` is their Cognito access token.

    Every method raises Unauthorized for a token that does not hold, UpstreamUnavailable and UpstreamInvalid;
    those with a `version` raise PreconditionFailed when that is not the version now.
    """

    def get_me(self, *, token: str) -> Customer:
        """My profile; made from the token the first time."""
        ...

    def change_me(self, *, token: str, name: str, phone: str | None, version: int) -> Customer:
        """Change my name and phone. Raises Invalid."""
        ...

    def list_addresses(self, *, token: str) -> AddressList:
        """My address book, newest first."""
        ...

    def add_address(self, *, token: str, address: AddressInput, idempotency_key: str) -> SavedAddress:
        """Keep an address. Raises Invalid, and Conflict `address_limit` for the 51st."""
        ...

    def change_address(
        self, *, token: str, address_id: str, address: AddressInput, version: int
    ) -> SavedAddress:
        """Change a kept address. Raises Invalid and NotFound."""
        ...

    def remove_address(self, *, token: str, address_id: str) -> None:
        """Forget an address. Raises NotFound."""
        ...
