"""What the shop may ask of the customers service, and the refusals to expect."""

from typing import Protocol

from storefront.clients.customers.models import (
    AddressInput,
    AddressList,
    Customer,
    Export,
    Preferences,
    SavedAddress,
)


class Customers(Protocol):
    """What a signed-in customer may ask and change. `token` is their Cognito access token.

    Every method raises Unauthorized for a token that does not hold, UpstreamUnavailable and UpstreamInvalid;
    those with a `version` raise PreconditionFailed when that is not the version now. All but `delete_me`
    raise Gone `customer_deleted` once the customer is deleted, as long as a token of theirs may still hold.
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
        """Take an address out of the book; `restore_address` undoes it for 15 minutes. Raises NotFound."""
        ...

    def restore_address(self, *, token: str, address_id: str) -> SavedAddress:
        """Put a removed address back where it was; one that is there is answered as it is.

        Raises NotFound once it is too late, and Conflict `address_limit`.
        """
        ...

    def get_preferences(self, *, token: str) -> Preferences:
        """My preferences; those of somebody who said nothing, the first time."""
        ...

    def change_preferences(
        self, *, token: str, language: str | None, country: str | None, marketing_email: bool, version: int
    ) -> Preferences:
        """Replace my preferences. Raises Invalid for a language or country that the shop does not have."""
        ...

    def export_me(self, *, token: str) -> Export:
        """Everything that the service holds of me."""
        ...

    def delete_me(self, *, token: str) -> None:
        """Forget me, and tell the other services. As often as you like: repeat it until it succeeds."""
        ...
