"""The changes that a shopper makes to a cart of a version that they have seen."""

from dataclasses import replace

from apptier.kit.clock import rfc3339
from apptier.kit.markets import MARKETS, place_problem
from apptier.kit.models import Address, Contact
from apptier.kit.problems import Fault, Problem
from apptier.orders.access import Caller
from apptier.orders.cart import MOST_CODES, StoredCart
from apptier.orders.carts import Carts, insufficient
from apptier.orders.delivery import country_names, offered, pickup_store
from apptier.orders.models import Cart, ChooseFulfilment, DeliveryOptionList, Estimate
from apptier.orders.people import checked_address, checked_contact
from apptier.orders.ports import StoresPort
from apptier.orders.pricing import Today
from apptier.orders.promotions import of_code
from apptier.stores.models import KnownStore


class CartEdits:
    """Every method raises Problem as `Carts.edit`, and what it names."""

    def __init__(self, carts: Carts, stores: StoresPort) -> None:
        self._carts = carts
        self._stores = stores

    def change_quantity(
        self, caller: Caller, cart_id: str, version: int, line_id: str, quantity: int
    ) -> Cart:
        """Set a line's quantity. Raises Problem 409 `insufficient_stock`."""

        def edit(cart: StoredCart, today: Today) -> StoredCart:
            line = cart.line(line_id)
            offer = today.offers.get(line.sku)
            if offer is None or quantity > offer.quantity:
                raise insufficient(line.sku, offer.quantity if offer else 0)
            return cart.with_quantity(line_id, quantity, offer.price)

        return self._carts.edit(caller, cart_id, version, edit)

    def remove(self, caller: Caller, cart_id: str, version: int, line_id: str) -> Cart:
        """Take a line out."""
        return self._carts.edit(caller, cart_id, version, lambda cart, _today: cart.without(line_id))

    def set_contact(self, caller: Caller, cart_id: str, version: int, contact: Contact) -> Cart:
        """Who buys. Raises Problem 422 for what can't be right."""
        return self._carts.edit(
            caller, cart_id, version, lambda cart, _today: replace(cart, contact=checked_contact(contact))
        )

    def set_address(self, caller: Caller, cart_id: str, version: int, address: Address) -> Cart:
        """Where it goes, which the estimate follows; an option that isn't offered there is given up.

        Raises Problem 422.
        """

        def edit(cart: StoredCart, today: Today) -> StoredCart:
            checked = checked_address(address, MARKETS[cart.market])
            there = replace(cart, address=checked, country=checked.country, postcode=checked.postcode)
            return _with_options_of(there, today)

        return self._carts.edit(caller, cart_id, version, edit)

    def set_estimate(self, caller: Caller, cart_id: str, version: int, estimate: Estimate) -> Cart:
        """Where it probably goes; an address that is known counts more.

        Raises Problem 422 `country_not_served`, `postcode_invalid`.
        """

        def edit(cart: StoredCart, today: Today) -> StoredCart:
            market = MARKETS[cart.market]
            problem = place_problem(market, estimate.country, estimate.postcode, at="/")
            if problem:
                raise problem
            postcode = estimate.postcode.strip().upper() if estimate.postcode else None
            return _with_options_of(replace(cart, country=estimate.country, postcode=postcode), today)

        return self._carts.edit(caller, cart_id, version, edit)

    def choose_option(self, caller: Caller, cart_id: str, version: int, option_id: str) -> Cart:
        """How it is sent. Raises Problem 422 `unknown_delivery_option`."""

        def edit(cart: StoredCart, today: Today) -> StoredCart:
            if option_id not in {option.id for option in offered(cart, today.now)}:
                fault = Fault("/option_id", "unknown", "Choose one of the options.")
                words = "This way of delivery is not offered there."
                raise Problem(422, "unknown_delivery_option", words, faults=[fault])
            return cart if cart.pickup else replace(cart, option_id=option_id)

        return self._carts.edit(caller, cart_id, version, edit)

    def delivery_options(self, caller: Caller, cart_id: str) -> DeliveryOptionList:
        """How it can be sent to where it goes, as far as that is known. Raises Problem 404, 410."""
        cart = self._carts.read(caller, cart_id)
        now = self._carts.now()
        return DeliveryOptionList(countries=country_names(MARKETS[cart.market]), items=offered(cart, now))

    def choose_fulfilment(self, caller: Caller, cart_id: str, version: int, wanted: ChooseFulfilment) -> Cart:
        """Have it sent or pick it up. Raises Problem 422 `store_not_offered`."""

        def edit(cart: StoredCart, today: Today) -> StoredCart:
            if wanted.kind == "delivery":
                return cart if cart.pickup is None else replace(cart, pickup=None, option_id=None)
            if wanted.store_id is None:
                fault = Fault("/store_id", "required", "Say in which store.")
                raise Problem(422, "validation_failed", "1 value is wrong.", faults=[fault])
            store = self._store(cart.market, wanted.store_id)
            if pickup_store(store, today.now) is None:
                raise store_not_offered()
            return replace(cart, pickup=store, option_id=None)

        return self._carts.edit(caller, cart_id, version, edit)

    def _store(self, market: str, store_id: str) -> KnownStore:
        store = self._stores.get(market, store_id)
        if store is None:
            raise store_not_offered()
        return store

    def choose_payment(self, caller: Caller, cart_id: str, version: int, method: str) -> Cart:
        """How it will be paid. Raises Problem 422 `unknown_payment_method`."""

        def edit(cart: StoredCart, _today: Today) -> StoredCart:
            if method not in {way.id for way in MARKETS[cart.market].payment}:
                fault = Fault("/method", "unknown", "Choose one of the ways to pay.")
                words = "This way to pay is not offered here."
                raise Problem(422, "unknown_payment_method", words, faults=[fault])
            return replace(cart, payment_method=method)

        return self._carts.edit(caller, cart_id, version, edit)

    def apply_code(self, caller: Caller, cart_id: str, version: int, code: str) -> Cart:
        """Use a promotion's code, now or as soon as its conditions are met.

        Raises Problem 422 `unknown_code`, `code_expired`, `code_not_started`, `code_used_up`, `code_limit`.
        """
        wanted = code.upper()

        def edit(cart: StoredCart, today: Today) -> StoredCart:
            if wanted in cart.codes:
                return cart
            promotion = of_code(today.promotions, wanted)
            if promotion is None:
                raise _code_refused("unknown_code", "There is no such code.")
            when = promotion.when(rfc3339(today.now))
            if when == "after":
                raise _code_refused("code_expired", "This code has ended.")
            if when == "before":
                raise _code_refused("code_not_started", "This code can't be used yet.")
            if self._carts.used_up(promotion, cart):
                raise _code_refused("code_used_up", "This code has been used as often as it may be.")
            if len(cart.codes) >= MOST_CODES:
                raise _code_refused("code_limit", f"A cart takes {MOST_CODES} codes.")
            return replace(cart, codes=(*cart.codes, wanted))

        return self._carts.edit(caller, cart_id, version, edit)

    def remove_code(self, caller: Caller, cart_id: str, version: int, code: str) -> Cart:
        """No longer use a code."""
        gone = code.upper()

        def edit(cart: StoredCart, _today: Today) -> StoredCart:
            return replace(cart, codes=tuple(one for one in cart.codes if one != gone))

        return self._carts.edit(caller, cart_id, version, edit)


def _with_options_of(cart: StoredCart, today: Today) -> StoredCart:
    """The cart without its delivery option when that isn't offered where it goes now."""
    if cart.pickup or cart.option_id in {option.id for option in offered(cart, today.now)}:
        return cart
    return replace(cart, option_id=None)


def _code_refused(code: str, words: str) -> Problem:
    return Problem(422, code, words, faults=[Fault("code", code, words)])


def store_not_offered() -> Problem:
    """422: nothing can be picked up there."""
    words = "Orders can't be picked up in that store."
    return Problem(422, "store_not_offered", words, faults=[Fault("/store_id", "unknown", words)])
