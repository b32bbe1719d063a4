"""The carts of the in-memory order service, with versions, stock, promotions and totals."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any, Self, TypeVar

import msgspec

from storefront.clients.failing import Failing
from storefront.clients.orders.fake_basket import Basket, Goods, Item, Terms, cart_of
from storefront.clients.orders.fake_deals import Deal, find_deal
from storefront.clients.orders.models import (
    Cart,
    CartNotice,
    CartNoticeCode,
    CartRef,
    DeliveryOptionList,
    DeliveryQuotes,
    NewCart,
    PaymentMethodList,
)
from storefront.clients.shapes import Address, Contact
from storefront.core import CartId, Clock, FieldProblem, LineId, Money, Sku, SystemClock, new_secret

T = TypeVar("T")

_MOST_OF_ONE = 99
MOST_LINES = 89
MOST_CODES = 3
_LIFETIME = timedelta(days=30)


class FakeCarts(Failing):
    """Everything about carts; `FakeOrders` adds what comes after.

    `heard` lists each operation with the language it was asked for in, in order. Customers are told apart by
    what `owner_of` makes of their access token, the token itself unless given.
    """

    def __init__(
        self,
        goods: Iterable[Goods] = (),
        terms: Terms = Terms(),  # noqa: B008 - immutable
        clock: Clock | None = None,
        owner_of: Callable[[str], str] = str,
    ) -> None:
        super().__init__("orders")
        self._owner_of = owner_of
        self._goods: dict[Sku, Goods] = {one.sku: one for one in goods}
        self._terms = terms
        self._clock = clock or SystemClock()
        self._baskets: dict[str, Basket] = {}
        self._done: dict[tuple[str, str], tuple[object, Any]] = {}
        self._made = count(1)
        self._locale = ""
        self.heard: list[tuple[str, str]] = []

    def within(self, locale: str) -> Self:
        """The same service, with all that it holds, asked in that language."""
        spoken = copy(self)
        spoken._locale = locale  # noqa: SLF001 - one of its own kind
        return spoken

    # --- what happens outside of the shop ---------------------------------------------------------------

    def stock(self, sku: str, quantity: int) -> None:
        """From now on there are so many."""
        self._goods[Sku(sku)] = replace(self._goods[Sku(sku)], quantity=quantity)

    def reprice(self, sku: str, price: Money) -> None:
        """From now on one costs so much."""
        self._goods[Sku(sku)] = replace(self._goods[Sku(sku)], price=price)

    def expire(self, cart_id: str) -> None:
        """Let a cart's time be over."""
        self._baskets[cart_id].expires_at = self._clock.now()

    def promote(self, *deals: Deal) -> None:
        """From now on there are these promotions too."""
        self._terms = replace(self._terms, deals=(*self._terms.deals, *deals))

    def end_deal(self, deal_id: str) -> None:
        """From now on there is no such promotion."""
        self._terms = replace(self._terms, deals=tuple(d for d in self._terms.deals if d.id != deal_id))

    # --- carts ------------------------------------------------------------------------------------------

    def create_cart(
        self,
        *,
        market: str,
        locale: str,
        country: str | None = None,
        idempotency_key: str,
        access_token: str = "",
    ) -> NewCart:
        """A new, empty cart, once per key."""
        with self._call("create_cart"):
            self._serves(market, country)
            goes_to = country or self._terms.countries[0].code
            owner = self._who(access_token)
            asked = (market, locale, goes_to, owner)
            new = partial(self._new, locale, goes_to, owner)
            return self._once("carts", idempotency_key, asked, new)

    def get_cart(self, *, cart: CartRef) -> Cart:
        """The cart at today's prices."""
        with self._call("get_cart"):
            return self._shown(self._opened(cart))

    def add_line(self, *, cart: CartRef, sku: str, quantity: int, idempotency_key: str) -> Cart:
        """Put so many of a SKU in, once per key."""
        with self._call("add_line"):
            basket = self._opened(cart)
            add = partial(self._added, basket, Sku(sku), quantity)
            return self._once(f"lines of {cart.id}", idempotency_key, (sku, quantity), add)

    def change_line(self, *, cart: CartRef, line_id: str, quantity: int, version: int) -> Cart:
        """Set a line's quantity."""
        with self._call("change_line"):
            basket = self._changeable(cart, version)
            item = self._item(basket, line_id)
            self._allow(item.sku, quantity, quantity)
            item.quantity = quantity
            return self._changed(basket)

    def remove_line(self, *, cart: CartRef, line_id: str, version: int) -> Cart:
        """Take a line out."""
        with self._call("remove_line"):
            basket = self._changeable(cart, version)
            basket.items.remove(self._item(basket, line_id))
            return self._changed(basket)

    def set_contact(self, *, cart: CartRef, contact: Contact, version: int) -> Cart:
        """Say who buys."""
        with self._call("set_contact"):
            basket = self._changeable(cart, version)
            if "@" not in contact.email:
                raise self._invalid("/email", "email", "This is not an email address.")
            if not contact.name:
                raise self._invalid("/name", "string_too_short", "Tell us your name.")
            basket.contact = contact
            return self._changed(basket)

    def set_address(self, *, cart: CartRef, address: Address, version: int) -> Cart:
        """Say where it goes."""
        with self._call("set_address"):
            basket = self._changeable(cart, version)
            self._goes_to(address.country)
            for name in ("line1", "city", "postcode"):
                if not getattr(address, name):
                    raise self._invalid(f"/{name}", "string_too_short", "Fill this in.")
            basket.address = address
            return self._changed(basket)

    def list_delivery_options(self, *, cart: CartRef) -> DeliveryOptionList:
        """How it can be sent."""
        with self._call("list_delivery_options"):
            self._opened(cart)
            options = self._terms.options(self._clock.now().date())
            return DeliveryOptionList(countries=self._terms.countries, items=options)

    def set_delivery_option(self, *, cart: CartRef, option_id: str, version: int) -> Cart:
        """Choose a delivery option."""
        with self._call("set_delivery_option"):
            basket = self._changeable(cart, version)
            if option_id not in {rate.id for rate in self._terms.rates}:
                raise self._refusal(422, "unknown_delivery_option", "That is not offered.")
            basket.option_id = option_id
            return self._changed(basket)

    def set_estimate(self, *, cart: CartRef, country: str, postcode: str | None, version: int) -> Cart:
        """Say where it will probably go."""
        with self._call("set_estimate"):
            basket = self._changeable(cart, version)
            self._goes_to(country)
            self._reachable(postcode)
            basket.country, basket.postcode = country, postcode
            return self._changed(basket)

    def set_fulfilment(self, *, cart: CartRef, store_id: str | None, version: int) -> Cart:
        """Have it sent, or pick it up in a store."""
        with self._call("set_fulfilment"):
            basket = self._changeable(cart, version)
            found = next((one for one in self._terms.counters if one.id == store_id), None)
            if store_id is not None and found is None:
                raise self._refusal(422, "store_not_offered", "One can't pick things up there.")
            basket.counter, basket.option_id = found, ""
            return self._changed(basket)

    def set_payment_method(self, *, cart: CartRef, method: str, version: int) -> Cart:
        """Say how it will be paid."""
        with self._call("set_payment_method"):
            basket = self._changeable(cart, version)
            if method not in {one.id for one in self._terms.methods}:
                raise self._refusal(422, "unknown_payment_method", "That is not offered.")
            basket.method = method
            return self._changed(basket)

    def apply_code(self, *, cart: CartRef, code: str, version: int) -> Cart:
        """Use a promotion's code; the same twice is no error."""
        with self._call("apply_code"):
            basket = self._changeable(cart, version)
            deal = find_deal(self._terms.deals, code)
            if deal is None or deal.code is None:
                raise self._refusal(422, "unknown_code", "We do not know this code.")
            if deal.state:
                raise self._refusal(422, deal.state, "This code can't be used.")
            if deal.code in basket.codes:
                return self._shown(basket)
            if len(basket.codes) >= MOST_CODES:
                raise self._refusal(422, "code_limit", f"A cart takes {MOST_CODES} codes.")
            basket.codes.append(deal.code)
            return self._changed(basket)

    def remove_code(self, *, cart: CartRef, code: str, version: int) -> Cart:
        """No longer use a code."""
        with self._call("remove_code"):
            basket = self._changeable(cart, version)
            basket.codes = [one for one in basket.codes if one != code.upper()]
            return self._changed(basket)

    # --- of a market ------------------------------------------------------------------------------------

    def list_payment_methods(self, *, market: str, locale: str) -> PaymentMethodList:
        """How one can pay."""
        del locale
        with self._call("list_payment_methods"):
            self._serves(market)
            return PaymentMethodList(items=self._terms.methods)

    def list_delivery_quotes(
        self, *, market: str, locale: str, country: str, postcode: str | None = None
    ) -> DeliveryQuotes:
        """What sending something costs and when it arrives."""
        del locale
        with self._call("list_delivery_quotes"):
            self._serves(market, country)
            self._reachable(postcode)
            return DeliveryQuotes(
                country=country,
                countries=self._terms.countries,
                items=self._terms.options(self._clock.now().date()),
                free_from=self._free_from(),
            )

    def _free_from(self) -> Money | None:
        free = [one.minimum for one in self._terms.deals if one.kind == "free_delivery" and not one.code]
        return Money(min(free), self._terms.currency) if free else None

    # --- how --------------------------------------------------------------------------------------------

    def _who(self, access_token: str) -> str:
        return self._owner_of(access_token) if access_token else ""

    def _number(self) -> int:
        return next(self._made)

    @contextmanager
    def _call(self, operation: str) -> Iterator[None]:
        with super()._call(operation):
            self.heard.append((operation, self._locale))
            yield

    def _once(self, scope: str, key: str, asked: object, do: Callable[[], T]) -> T:
        """The answer given to this key before, or a new one; another question under it is Invalid."""
        before = self._done.get((scope, key))
        if before is None:
            before = self._done[scope, key] = asked, do()
        if before[0] != asked:
            raise self._refusal(422, "idempotency_key_reused", "This key was used for something else.")
        answer: T = before[1]
        return answer

    def _serves(self, market: str, country: str | None = None) -> None:
        if market != self._terms.market:
            raise self._refusal(404, "unknown_market", f"There is no market {market!r}.")
        if country is not None:
            self._goes_to(country)

    def _goes_to(self, country: str) -> None:
        if country not in {one.code for one in self._terms.countries}:
            raise self._invalid("/country", "country_not_served", "We do not deliver there.")

    def _reachable(self, postcode: str | None) -> None:
        if postcode is not None and not any(letter.isdigit() for letter in postcode):
            raise self._invalid("/postcode", "postcode_invalid", "This is not a postcode there.")

    def _new(self, locale: str, country: str, owner: str) -> NewCart:
        now = self._clock.now()
        cart_id = CartId(f"crt_{self._number():08d}")
        until = now + _LIFETIME
        basket = Basket(
            cart_id, new_secret(), owner, locale, updated_at=now, expires_at=until, country=country
        )
        self._baskets[cart_id] = basket
        return NewCart(secret=basket.secret, cart=self._shown(basket))

    def _shown(self, basket: Basket) -> Cart:
        return cart_of(basket, self._goods, self._terms, self._clock.now())

    def _opened(self, cart: CartRef) -> Basket:
        basket = self._baskets.get(cart.id)
        if basket is None or not basket.opens_to(cart.secret, self._who(cart.access_token)):
            raise self._not_found()
        if basket.expires_at <= self._clock.now():
            raise self._refusal(410, "cart_expired", "This cart has expired.")
        if basket.closed:
            raise self._refusal(410, "cart_merged", "What it held is in the cart of a customer now.")
        return basket

    def _changeable(self, cart: CartRef, version: int) -> Basket:
        basket = self._opened(cart)
        self._unlocked(basket)
        if basket.version != version:
            extensions = {"cart_version": basket.version}
            raise self._refusal(412, "version_mismatch", "The cart has changed.", extensions=extensions)
        return basket

    def _unlocked(self, basket: Basket) -> None:
        if basket.status != "open":
            extensions = {"order_id": basket.order_id}
            raise self._refusal(409, "cart_locked", "An order holds this cart.", extensions=extensions)

    def _changed(self, basket: Basket) -> Cart:
        """The cart after a change, which says what offers that brought or cost."""
        basket.version += 1
        basket.updated_at = self._clock.now()
        cart = self._shown(basket)
        before, basket.told = basket.told, {one.label: one.kind for one in cart.promotions}
        gained = [_notice("promotion_gained", label) for label in basket.told if label not in before]
        lost = [_notice("promotion_lost", label) for label in before if label not in basket.told]
        return msgspec.structs.replace(cart, notices=(*gained, *lost))

    def _item(self, basket: Basket, line_id: str) -> Item:
        found = next((item for item in basket.items if item.id == line_id), None)
        if found is None:
            raise self._not_found()
        return found

    def _added(self, basket: Basket, sku: Sku, quantity: int) -> Cart:
        self._unlocked(basket)
        if sku not in self._goods:
            problem = FieldProblem("/sku", "unknown_sku", "There is no such thing to buy.")
            raise self._refusal(422, "unknown_sku", problem.detail, errors=(problem,))
        item = next((item for item in basket.items if item.sku == sku), None)
        self._allow(sku, quantity, quantity + (item.quantity if item else 0))
        if item is None and len(basket.items) >= MOST_LINES:
            raise self._refusal(422, "line_limit", f"A cart holds {MOST_LINES} different things at most.")
        if item is None:
            item = Item(LineId(f"lin_{self._number():08d}"), sku, 0, self._goods[sku].price)
            basket.items.append(item)
        item.quantity += quantity
        return self._changed(basket)

    def _allow(self, sku: Sku, asked: int, together: int) -> None:
        """Refuse a quantity that no line may have, or that there is not."""
        if not 1 <= asked <= _MOST_OF_ONE:
            raise self._invalid("/quantity", "range", f"Choose a quantity from 1 to {_MOST_OF_ONE}.")
        if together > _MOST_OF_ONE:
            raise self._refusal(422, "quantity_limit", f"At most {_MOST_OF_ONE} of one thing.")
        there = self._goods[sku].quantity
        if together > there:
            extensions = {"sku": sku, "available": there}
            raise self._refusal(409, "insufficient_stock", f"Only {there} are left.", extensions=extensions)


def _notice(code: CartNoticeCode, label: str) -> CartNotice:
    words = "is applied" if code == "promotion_gained" else "no longer applies"
    return CartNotice(code=code, detail=f"{label} {words}.")
