"""The customers service in memory: for tests of what shows a customer their own things."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from storefront.clients.customers.models import (
    AddressInput,
    AddressList,
    Customer,
    Export,
    Preferences,
    SavedAddress,
)
from storefront.clients.customers.port import Customers
from storefront.clients.failing import Failing
from storefront.core import Clock, SystemClock

_MOST = 50
_UNDO = timedelta(minutes=15)
_LANGUAGES = ("en", "de", "ar")
_COUNTRIES = ("IE", "AT", "BE", "DE", "DK", "ES", "FI", "FR", "IT", "NL", "PT", "SE", "US")


class FakeCustomers(Failing, Customers):
    """Knows customers by the access token that stands for them; any other token is Unauthorized.

    `deleted` holds the ids of those who had themselves deleted.
    """

    def __init__(self, customers: Mapping[str, Customer] | None = None, clock: Clock | None = None) -> None:
        super().__init__("customers")
        self._clock = clock or SystemClock()
        self._customers = dict(customers or {})
        self._preferences: dict[str, Preferences] = {}
        self._removed: dict[str, dict[str, tuple[float, SavedAddress]]] = {}
        self.deleted: set[str] = set()
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
            removed = self._removed.setdefault(self._me(token).id, {})
            removed[address_id] = self._clock.monotonic(), book.pop(at)

    def restore_address(self, *, token: str, address_id: str) -> SavedAddress:
        """Put a removed address back."""
        with self._call("restore_address"):
            book = self._book(token)
            there = next((saved for saved in book if saved.id == address_id), None)
            if there is not None:
                return there
            removed = self._removed.get(self._me(token).id, {})
            at, saved = removed.get(address_id, (-_UNDO.total_seconds(), None))
            if saved is None or self._clock.monotonic() - at >= _UNDO.total_seconds():
                raise self._refusal(404, "unknown_address", "There is no such address.")
            if len(book) >= _MOST:
                raise self._refusal(409, "address_limit", f"There is room for {_MOST} addresses.")
            del removed[address_id]
            book.append(saved)
            book.sort(key=lambda one: one.id)
            return saved

    def get_preferences(self, *, token: str) -> Preferences:
        """My preferences."""
        with self._call("get_preferences"):
            return self._mine(token)

    def change_preferences(
        self, *, token: str, language: str | None, country: str | None, marketing_email: bool, version: int
    ) -> Preferences:
        """Replace my preferences."""
        with self._call("change_preferences"):
            before = self._mine(token)
            self._matches(before.version, version)
            if language is not None and language not in _LANGUAGES:
                raise self._invalid("/language", "unknown_language", "We do not speak this language.")
            if country is not None and country not in _COUNTRIES:
                raise self._invalid("/country", "country_not_served", "We do not deliver there.")
            said = before.marketing_email_at is not None and before.marketing_email == marketing_email
            now = self._clock.now()
            after = Preferences(
                language=language,
                country=country,
                marketing_email=marketing_email,
                marketing_email_at=before.marketing_email_at if said else now,
                version=version + 1,
                updated_at=now,
            )
            self._preferences[self._me(token).id] = after
            return after

    def export_me(self, *, token: str) -> Export:
        """Everything that is held of me."""
        with self._call("export_me"):
            me = self._me(token)
            now = self._clock.monotonic()
            removed = self._removed.get(me.id, {}).values()
            return Export(
                exported_at=self._clock.now(),
                customer=me,
                preferences=self._mine(token),
                addresses=tuple(reversed(self._book(token))),
                removed_addresses=tuple(saved for at, saved in removed if now - at < _UNDO.total_seconds()),
            )

    def delete_me(self, *, token: str) -> None:
        """Forget me; again and again, if need be."""
        with self._call("delete_me"):
            if token not in self._customers:
                raise self._refusal(401, "unauthorized", "Sign in first.")
            me = self._customers[token]
            for held in (self._books, self._removed, self._preferences):
                held.pop(me.id, None)
            self.deleted.add(me.id)

    def _me(self, token: str) -> Customer:
        if token not in self._customers:
            raise self._refusal(401, "unauthorized", "Sign in first.")
        me = self._customers[token]
        if me.id in self.deleted:
            raise self._refusal(410, "customer_deleted", "This account has been deleted.")
        return me

    def _mine(self, token: str) -> Preferences:
        me = self._me(token)
        nothing_said = Preferences(
            language=None,
            country=None,
            marketing_email=False,
            marketing_email_at=None,
            version=1,
            updated_at=me.updated_at,
        )
        return self._preferences.setdefault(me.id, nothing_said)

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
