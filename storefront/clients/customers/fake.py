"""The customers service in memory: for tests of what shows a customer their own things."""

from collections.abc import Mapping

import msgspec

from storefront.clients.customers.models import AddressInput, AddressList, Customer, SavedAddress
from storefront.clients.customers.port import Customers
from storefront.clients.failing import Failing

_MOST = 50


class FakeCustomers(Failing, Customers):
    """Knows customers by the access token that stands for them; any other token is Unauthorized."""

    def __init__(self, customers: Mapping[str, Customer] | None = None) -> None:
        super().__init__("customers")
        self._customers = dict(customers or {})
        self._books: dict[str, list[SavedAddress]] = {}
        self._kept: dict[tuple[str, str], tuple[AddressInput, SavedAddress]] = {}
        self._made = 0

    def get_me(self, *, token: str) -> Customer:
        """My profile."""
        with self._call("get_me"):
            return self._me(token)

    def change_me(self, *, token: str, name: str, phone: str | None, version: int) -> Customer:
        """Change my name and phone."""
        with self._call("change_me"):
            me = self._me(token)
            self._matches(me.version, version)
            if not name:
                raise self._invalid("/name", "string_too_short", "Tell us your name.")
            me = msgspec.structs.replace(me, name=name, phone=phone, version=version + 1)
            self._customers[token] = me
            return me

    def list_addresses(self, *, token: str) -> AddressList:
        """My address book, newest first."""
        with self._call("list_addresses"):
            return AddressList(items=tuple(reversed(self._book(token))))

    def add_address(self, *, token: str, address: AddressInput, idempotency_key: str) -> SavedAddress:
        """Keep an address, once per key."""
        with self._call("add_address"):
            book = self._book(token)
            before = self._kept.get((token, idempotency_key))
            if before is not None:
                if before[0] != address:
                    raise self._refusal(422, "idempotency_key_reused", "This key was used for another.")
                return before[1]
            if len(book) >= _MOST:
                raise self._refusal(409, "address_limit", f"There is room for {_MOST} addresses.")
            self._made += 1
            saved = SavedAddress(
                id=f"adr_{self._made:08d}",
                label=address.label,
                name=address.name,
                address=address.address,
                version=1,
                updated_at=self._me(token).updated_at,
            )
            book.append(saved)
            self._kept[token, idempotency_key] = address, saved
            return saved

    def change_address(
        self, *, token: str, address_id: str, address: AddressInput, version: int
    ) -> SavedAddress:
        """Change a kept address."""
        with self._call("change_address"):
            book, at = self._find(token, address_id)
            self._matches(book[at].version, version)
            book[at] = msgspec.structs.replace(
                book[at],
                label=address.label,
                name=address.name,
                address=address.address,
                version=version + 1,
            )
            return book[at]

    def remove_address(self, *, token: str, address_id: str) -> None:
        """Forget an address."""
        with self._call("remove_address"):
            book, at = self._find(token, address_id)
            del book[at]

    def _me(self, token: str) -> Customer:
        if token not in self._customers:
            raise self._refusal(401, "unauthorized", "Sign in first.")
        return self._customers[token]

    def _book(self, token: str) -> list[SavedAddress]:
        return self._books.setdefault(self._me(token).id, [])

    def _find(self, token: str, address_id: str) -> tuple[list[SavedAddress], int]:
        book = self._book(token)
        at = next((at for at, saved in enumerate(book) if saved.id == address_id), None)
        if at is None:
            raise self._not_found()
        return book, at

    def _matches(self, now: int, named: int) -> None:
        if now != named:
            raise self._refusal(412, "version_mismatch", "Somebody changed this meanwhile.")
