"""Somebody with an account: signs in for real at the twin of the identity provider, and follows links."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpResponse

from storefront.clients.customers import AddressInput, SavedAddress
from storefront.clients.orders import Order, OrderRef
from storefront.clients.shapes import Address
from storefront.identity import TokenRefused
from storefront.identity.fake import Account
from storefront.sessions.backend import SessionStore
from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.shopper import Shopper, text_of
from tests.unit.web.shops import VAULT, Fakes, down, sign_in_browser

PASSWORD = "a few words in a row"
HOME = AddressInput(label="Home", name="Robin Byrne", address=samples.ADDRESS)
OFFICE = AddressInput(
    label="Office",
    name="Robin Byrne",
    address=Address(line1="Invalidenstr. 116", city="Berlin", postcode="10115", country="DE"),
)


class ByPerson(dict[str, Any]):
    """What a twin knows of people by their token, filed by person: tokens are renewed."""

    def __init__(self, twins: Fakes) -> None:
        super().__init__()
        self._twins = twins

    def __contains__(self, token: object) -> bool:
        return super().__contains__(person_of(self._twins, str(token)))

    def __getitem__(self, token: str) -> Any:
        return super().__getitem__(person_of(self._twins, token))

    def __setitem__(self, token: str, value: Any) -> None:
        super().__setitem__(person_of(self._twins, token), value)

    def pop(self, token: str) -> Any:
        return super().pop(person_of(self._twins, token))


def person_of(twins: Fakes, token: str) -> str:
    """Whose token it is, as the backend would find out; the token itself for one that is nobody's."""
    try:
        return twins.people._memory.holder(token, "test").sub
    except TokenRefused:
        return token


@dataclass
class Member:
    """A person who is signed in, their browser, and all the services."""

    client: ShopClient
    twins: Fakes
    account: Account
    token: str

    # --- what they do -----------------------------------------------------------------------------------

    def look(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(f"/account/{path}", **headers)

    def send(self, path: str, data: dict[str, Any] | None = None, **headers: Any) -> HttpResponse:
        return self.client.post(f"/account/{path}", data or {}, **headers)

    def keeps(self, given: AddressInput = HOME) -> SavedAddress:
        """One more address in the book, without the page for it."""
        book = self.twins.customers.list_addresses(token=self.token).items
        key = f"address-{len(book):08d}"
        return self.twins.customers.add_address(token=self.token, address=given, idempotency_key=key)

    def buys(self, times: int = 1) -> list[Order]:
        """Orders of theirs, paid, the oldest first."""
        made = []
        for _ in range(times):
            shopper = Shopper(ShopClient(), self.twins)
            shopper.to_review()
            shopper.place()
            order = shopper.orders[-1]
            self.twins.orders.settle(order.id, "approved")
            _, opens, _ = self.twins.orders._orders[order.id]
            paid = self.twins.orders.get_order(order=OrderRef(order.id, opens))
            self.twins.orders._orders[order.id] = (paid, opens, self.account.sub)
            made.append(paid)
        return made

    def everything_down(self) -> None:
        """Every service is away; the sessions are not."""
        twins = self.twins
        for twin in (twins.customers, twins.orders, twins.reviews, twins.lists, twins.people, twins.content):
            twin.fail(down(twin.upstream))

    def proves(self) -> None:
        """Sign in anew, in the session that there is."""
        session = self.session()
        now = int(self.twins.shop.clock.now().timestamp())
        session["auth"] = {**session["auth"], "at": now}
        session["active"] = now
        session.save()

    # --- what is so -------------------------------------------------------------------------------------

    def session(self) -> SessionStore:
        """The browser's session, to be looked into and written to."""
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        return SessionStore(key, self.twins.sessions, VAULT)

    @property
    def book(self) -> tuple[SavedAddress, ...]:
        return self.twins.customers.list_addresses(token=self.token).items


def signed_in(
    client: ShopClient,
    twins: Fakes,
    *,
    email: str = "robin@example.com",
    name: str = "Robin Byrne",
    sub: str = str(samples.ROBIN.id),
    ago: float = 0,
) -> Member:
    """Somebody with an account at the provider and at every service, in a browser that is signed in."""
    _file_by_person(twins)
    account = twins.people.add(email, PASSWORD, name, ("shopper",))
    account.sub = sub
    tokens = twins.people.sign_in(email=email, password=PASSWORD)
    me = msgspec.structs.replace(samples.ROBIN, id=sub, email=email, name=name)
    twins.customers._customers[tokens.access] = me
    twins.lists._customers[tokens.access] = sub
    session = sign_in_browser(client, twins, sub=sub, token=tokens.access, email=email, name=name, ago=ago)
    session["tokens"] = {"access": tokens.access, "refresh": tokens.refresh, "until": tokens.expires_at}
    session.save()
    return Member(client, twins, account, tokens.access)


def _file_by_person(twins: Fakes) -> None:
    if isinstance(twins.customers._customers, ByPerson):
        return
    twins.customers._customers, twins.lists._customers = ByPerson(twins), ByPerson(twins)
    twins.orders._owner_of = twins.reviews._owner_of = partial(person_of, twins)


def another_browser(member: Member) -> ShopClient:
    """One more browser in which the same person is signed in."""
    browser = ShopClient()
    sign_in_browser(browser, member.twins, sub=member.account.sub, token=member.token)
    return browser


def hidden(response: HttpResponse, name: str) -> str:
    """What a hidden field of the page holds."""
    found = re.search(rf'<input type="hidden" name="{name}"\s+value="([^"]*)"', text_of(response))
    assert found, f"no hidden field {name}"
    return found.group(1)


def link(page: str, name: str) -> str:
    """Where the link of that id leads; "" where the page has none."""
    found = re.search(rf'<a\b[^>]*\bid="{name}"\s+href="([^"]*)"', page)
    return found.group(1) if found else ""


def main_of(response: HttpResponse) -> str:
    """The page without its frame."""
    page = text_of(response)
    return page[page.index("<main") : page.index("</main>")]
