"""What checkout knows of somebody who is signed in: who they are, and the addresses they keep.

All of it is a help and none of it is needed: while the session table, the identity provider or the customers
service is away, checkout asks as it asks a guest, and nothing that was typed is lost.

The address book is as closed here as in the account to whoever did nothing for long (`IDLE`): it is neither
shown nor written to until they prove who they are.
"""

import hashlib
from collections.abc import Container
from dataclasses import dataclass, replace

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.checkout.guards import Checkout
from storefront.clients.customers import AddressInput, SavedAddress
from storefront.clients.orders import Cart, CartRef
from storefront.clients.shapes import Address, Contact
from storefront.core import UpstreamError
from storefront.web.bearer import bearer_of
from storefront.web.identity import IDLE, SignInNeeded, sign_in_href
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest

OTHER = "other"
"""The choice of an address that is typed."""


@dataclass(frozen=True, slots=True)
class Book:
    """The kept addresses that can be sent to; `chosen` is the id of one, or OTHER.

    `again_href` is where somebody proves who they are before they see them, "" where there is no need to.
    `empty`: they keep none at all, which is not so where the book could not be read.
    """

    saved: tuple[SavedAddress, ...] = ()
    chosen: str = OTHER
    again_href: str = ""
    empty: bool = False

    @property
    def address(self) -> Address | None:
        """The kept address that is chosen."""
        return next((one.address for one in self.saved if one.id == self.chosen), None)

    @property
    def abroad(self) -> bool:
        """Whether the choice may change the country, and with it the ways to send."""
        return len({one.address.country for one in self.saved}) > 1

    def within(self, countries: Container[str]) -> "Book":
        """The part of it that is sent to."""
        saved = tuple(one for one in self.saved if one.address.country in countries)
        known = self.chosen in {one.id for one in saved}
        return replace(self, saved=saved, chosen=self.chosen if known else OTHER)

    def typed(self) -> "Book":
        """The same, with the address typed: the kept one has to be looked at."""
        return replace(self, chosen=OTHER)


def signed_ref(request: ShopRequest, ref: CartRef) -> CartRef:
    """The cart with what makes its order the customer's; as it is for a guest."""
    token = bearer_of(request)
    return replace(ref, access_token=token) if token else ref


def way_in(request: ShopRequest) -> str:
    """The quiet link for who has an account and is not signed in, "" for who is."""
    identity = request.identity
    if identity.signed_in or identity.unavailable:
        return ""
    return sign_in_href(reverse("checkout:start"))


def contact_of_person(request: ShopRequest) -> Contact | None:
    """Who buys, as the account says it; None for a guest and where it says too little."""
    person = request.identity.person
    if person is None or not person.email:
        return None
    return Contact(email=person.email, name=person.name)


def with_contact(request: ShopRequest, checkout: Checkout) -> Checkout:
    """The checkout with its contact taken from the account, where the cart has none yet."""
    contact = contact_of_person(request)
    if checkout.cart.contact is not None or contact is None or not contact.name:
        return checkout
    try:
        cart = request.shop.orders.set_contact(
            cart=checkout.ref, contact=contact, version=checkout.cart.version
        )
    except UpstreamError:  # then it is asked for, filled in already
        request.shop.telemetry.degraded("checkout_contact", "not taken")
        return checkout
    return replace(checkout, cart=cart)


def book_of(request: ShopRequest, cart: Cart) -> Book:
    """The address book, with what was chosen of it: by the form, by the cart, or else the newest.

    Raises SignInNeeded where one was chosen by somebody who has to prove first who they are.
    """
    posted = request.POST.get("saved", "")
    if _is_closed(request):
        if posted not in {"", OTHER}:
            raise SignInNeeded(again=True)
        return Book(again_href=sign_in_href(reverse("checkout:delivery"), again=True))
    saved = _saved(request)
    if not saved:
        return Book(empty=saved is not None)
    if request.method == "POST":
        return Book(saved, posted)
    if cart.address is None:
        return Book(saved, saved[0].id)
    same = next((one.id for one in saved if one.address == cart.address), OTHER)
    return Book(saved, same)


def keep_address(request: ShopRequest, cart: Cart, address: Address) -> None:
    """Put an address into the book, once; an order never waits for that."""
    token = "" if _is_closed(request) else bearer_of(request)
    if not token or cart.contact is None:
        return
    given = AddressInput(name=cart.contact.name, address=address)
    digest = hashlib.sha256(msgspec.json.encode(given)).hexdigest()[:32]
    try:
        request.shop.customers.add_address(
            token=token, address=given, idempotency_key=f"checkout:{cart.id}:{digest}"
        )
    except UpstreamError:
        words = _("Your order goes there, but we could not put the address into your address book.")
        add_notice(request, words, kind="care")


def _is_closed(request: ShopRequest) -> bool:
    """Whether somebody is signed in and did nothing for so long that their book is not shown."""
    return request.identity.signed_in and not request.identity.is_recent(IDLE)


def _saved(request: ShopRequest) -> tuple[SavedAddress, ...] | None:
    """What somebody keeps; None where that is not known."""
    token = bearer_of(request)
    if not token:
        return None
    try:
        return request.shop.customers.list_addresses(token=token).items
    except UpstreamError:
        request.shop.telemetry.degraded("address_book", "unavailable")
        return None
