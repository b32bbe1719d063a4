"""Customers and lists as tests see them: two services over real tables, a real bus between them.

The fixture that starts them is in `apptier.lists.tests.plugin`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import requests

from apptier.kit.clock import ManualClock
from apptier.kit.dynamo import Tables
from apptier.kit.settings import Settings
from apptier.lists.records import item_id
from apptier.lists.router import Desk
from apptier.reviews.tests.harness import Pool
from dev.stack.devstack import DevStack

HOME = {
    "label": "Home",
    "name": "Robin Byrne",
    "address": {"line1": "12 Harbour Street", "city": "Galway", "postcode": "H91 AB12", "country": "IE"},
}


@dataclass
class Belongings:
    """The two services as their callers see them, and what is behind them. Both go by `clock`."""

    origin: str
    settings: Settings
    desk: Desk
    pool: Pool
    clock: ManualClock
    stack: DevStack
    _session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, **parts: Any) -> requests.Response:
        """`path` from the name of the service on, e.g. `/lists/v1/lists`."""
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.origin + path, timeout=30, **parts)

    def person(self) -> Person:
        """Somebody who has never been here."""
        return Person(self, f"sub-{secrets.token_hex(8)}")

    def guest(self) -> Wishes:
        """A guest's new list."""
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        answer = self.ask("POST", "/lists/v1/lists", headers=headers)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return Wishes(self, made["list"]["id"], {"List-Secret": made["secret"]})


@dataclass(frozen=True)
class Wishes:
    """A list and what opens it."""

    services: Belongings
    id: str
    opening: dict[str, str]

    def ask(self, method: str, rest: str = "", **parts: Any) -> requests.Response:
        return self.services.ask(method, f"/lists/v1/lists/{self.id}{rest}", headers=self.opening, **parts)

    def put(self, handle: str, sku: str | None = None, **more: Any) -> requests.Response:
        return self.ask("PUT", "/items", json={"handle": handle, "sku": sku} | more)

    def now(self) -> Any:
        answer = self.ask("GET")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fill(self, names: list[str]) -> None:
        """Let these be on a guest's list, written past the service: one thing at a time takes minutes."""
        desk = self.services.desk
        kept = desk.lists.find(self.id)
        assert kept is not None
        since = {"sku": None, "added_at": kept.updated_at}
        things = {item_id(name, None): {"handle": name} | since for name in names}
        tables = Tables(self.services.settings)
        tables.put("lists", replace(kept, items=dict(kept.items) | things).to_item())

    @property
    def handles(self) -> list[str]:
        return [item["handle"] for item in self.now()["items"]]

    @property
    def as_guest(self) -> dict[str, str]:
        return {"list_id": self.id, "secret": self.opening["List-Secret"]}


@dataclass(frozen=True)
class Person:
    """A signed-in customer."""

    services: Belongings
    sub: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.services.pool.token(self.sub)}"}

    @property
    def wishes(self) -> Wishes:
        return Wishes(self.services, "mine", self.bearer)

    def merge(self, guest: Wishes | None) -> requests.Response:
        body = {"guest": guest.as_guest if guest else None}
        return self.services.ask("POST", "/lists/v1/mine", json=body, headers=self.bearer)

    def ask(
        self, method: str, path: str, *, version: int = 0, key: str = "", **parts: Any
    ) -> requests.Response:
        """`path` under /customers/v1."""
        headers = dict(self.bearer)
        headers |= {"If-Match": f'"{version}"'} if version else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return self.services.ask(method, f"/customers/v1{path}", headers=headers, **parts)

    def address(self, **changes: Any) -> str:
        answer = self.ask("POST", "/me/addresses", key=secrets.token_hex(16), json=HOME | changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    @property
    def book(self) -> list[str]:
        return [saved["id"] for saved in self.ask("GET", "/me/addresses").json()["items"]]
