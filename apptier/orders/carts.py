"""What can be done with a cart before it is ordered.

A guest who makes a cart has nothing to show but the idempotency key, and the same key is answered with the
same cart and its secret. So the key opens the cart, and only one that nobody else comes upon may: a replay
by a guest is refused (422 `idempotency_key_reused`) for a key shorter than `GUEST_KEY_LENGTH`, whoever used
it first. The first use of a short key makes a cart, as the contract has it; a UUID or `cart:` and a UUID,
which the shop sends, is long enough. How random a long key is can't be told from here; clients must draw it.
Everybody else's keys count within a customer or within a cart, which must be opened first.
"""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from apptier.kit.backoff import Turns, rounds
from apptier.kit.clock import Clock, epoch
from apptier.kit.dynamo import ConditionFailed, Tables, TransactionCanceled, TransactItem, put_action
from apptier.kit.idempotency import fingerprint
from apptier.kit.ids import new_id
from apptier.kit.markets import Market, locale_for, market_or_404, place_problem
from apptier.kit.problems import Problem, not_found, unavailable, version_mismatch
from apptier.orders.access import Caller
from apptier.orders.cart import StoredCart
from apptier.orders.models import AddLine, Cart, CreateCart
from apptier.orders.once import Intent, Receipts
from apptier.orders.opening import NO_FINGERPRINT, Secrets
from apptier.orders.opening import fingerprint as secret_hash
from apptier.orders.ports import CatalogPort, Offer
from apptier.orders.pricing import Today, priced, with_notices
from apptier.orders.promotions import Promotion, PromotionBook
from apptier.orders.promotions_limits import Limits

GUEST_KEY_LENGTH: Final = 22
"""Characters of a key that opens a guest's cart again: 128 random bits in base64url."""

Edit = Callable[[StoredCart, Today], StoredCart]
Note = dict[str, Any]


class Carts:
    """Carts in the table `carts`; every write is conditional on the version that was read."""

    def __init__(
        self, tables: Tables, clock: Clock, catalog: CatalogPort, receipts: Receipts, secrets: Secrets
    ) -> None:
        self._tables = tables
        self._clock = clock
        self._catalog = catalog
        self._receipts = receipts
        self._secrets = secrets
        self._book = PromotionBook(tables)
        self._limits = Limits(tables)
        self._turns = Turns()

    def create(self, customer_id: str | None, wanted: CreateCart, key: str) -> tuple[Cart, str]:
        """A new cart, and the secret that opens it; the same key gives the same two again.

        Raises:
            Problem: 404 for an unknown market, 422 `country_not_served`, 422 for a key that was used for
                something else, or by a guest and could be guessed.
        """
        market = market_or_404(wanted.market)
        country = wanted.country or market.main_country.code
        problem = place_problem(market, country, at="/")
        if problem:
            raise problem
        intent = Intent(f"createCart:{customer_id or ''}", key, fingerprint(wanted.model_dump()))
        for _ in rounds():
            done = self._receipts.find(intent)
            if done is not None:
                if customer_id is None and len(key) < GUEST_KEY_LENGTH:
                    raise Problem(422, "idempotency_key_reused", "This key is too short to be used again.")
                cart = Cart.model_validate(done)
                return cart, self._told_before(cart.id)
            stored = self.blank(customer_id, market, locale_for(wanted.locale), country)
            cart = priced(stored, Today({}, (), frozenset(), self._clock.now()))
            put = put_action(
                self._tables.name("carts"), stored.to_item(), condition="attribute_not_exists(pk)"
            )
            if self.commit([put, self._receipts.action(intent, cart.model_dump())]):
                return cart, self._secrets.cart_secret(cart.id)
        raise unavailable()

    def _told_before(self, cart_id: str) -> str:
        """The secret of a cart that a repeated request made; nothing that opens it when it is gone."""
        item = self._tables.get("carts", {"pk": cart_id}, consistent=True)
        if item is None:
            return self._secrets.known_cart_secret(cart_id, NO_FINGERPRINT)
        return self.secret_of(StoredCart.of_item(item))

    def secret_of(self, cart: StoredCart) -> str:
        """What opens a cart."""
        return self._secrets.known_cart_secret(cart.id, cart.secret_hash, cart.generation)

    def blank(self, customer_id: str | None, market: Market, locale: str, country: str) -> StoredCart:
        """A new, empty cart, not written yet."""
        cart_id = new_id("crt")
        blank = StoredCart(
            id=cart_id,
            version=0,
            status="open",
            order_id=None,
            market=market.code,
            locale=locale,
            customer_id=customer_id,
            secret_hash=secret_hash(self._secrets.cart_secret(cart_id)),
            lines=(),
            contact=None,
            address=None,
            option_id=None,
            expires_at=0,
            updated_at="",
            country=country,
            payment_method=market.payment[0].id,
        )
        return blank.touched(self._clock.now())

    def read(self, caller: Caller, cart_id: str) -> StoredCart:
        """The cart as stored, if it is the caller's, in the language that they ask for.

        Everything that is said of it is said in its language, and a change keeps that: so a cart follows its
        shopper from one language to another, and the order is made in the last.

        Raises:
            Problem: 404 for one that isn't there or isn't theirs, in the same words; 410 `cart_expired`,
                `cart_merged`.
        """
        item = self._tables.get("carts", {"pk": cart_id}, consistent=True)
        cart = StoredCart.of_item(item) if item else None
        theirs = caller.owns_cart(cart.customer_id if cart else None, cart.secret_hash if cart else None)
        if cart is None or not theirs:
            raise not_found()
        if cart.expires_at <= epoch(self._clock.now()):
            raise Problem(410, "cart_expired", "This cart was not used for too long and has expired.")
        if cart.status == "merged":
            raise Problem(410, "cart_merged", "What this cart held is in the cart of a customer now.")
        return replace(cart, locale=caller.locale) if caller.locale else cart

    def show(self, caller: Caller, cart_id: str) -> Cart:
        """The cart at today's prices. Raises Problem 404, 410, 503."""
        return self.view(self.read(caller, cart_id))

    def today(self, cart: StoredCart, *more: str) -> Today:
        """What the cart has to be looked at with: offers of its SKUs and of those named, and promotions.

        Nothing is asked for while an order holds it, unless it is told in another language than the order.
        Raises Problem 503.
        """
        now = self._clock.now()
        if cart.status != "open" and (cart.agreed is None or cart.agreed.locale == cart.locale):
            return Today({}, (), frozenset(), now)
        skus = {line.sku for line in cart.lines} | set(more)
        offers = self._catalog.offers(cart.market, cart.locale, sorted(skus)) if skus else {}
        promotions = self._book.all(cart.market)
        return Today(offers, promotions, self._used_up(cart, promotions), now)

    def _used_up(self, cart: StoredCart, promotions: tuple[Promotion, ...]) -> frozenset[str]:
        email = cart.contact.email if cart.contact else None
        return self._limits.used_up([one for one in promotions if one.code in cart.codes], email)

    def now(self) -> datetime:
        """The time by which carts are looked at."""
        return self._clock.now()

    def used_up(self, promotion: Promotion, cart: StoredCart) -> bool:
        """Whether nobody, or not this cart's shopper, may use a promotion any more."""
        email = cart.contact.email if cart.contact else None
        return bool(self._limits.used_up([promotion], email))

    def view(self, cart: StoredCart) -> Cart:
        """A cart that was read, at today's prices. Raises Problem 503."""
        return priced(cart, self.today(cart))

    def _changed(self, cart: StoredCart, saved: StoredCart, today: Today) -> Cart:
        """The cart after a change, with what that brought and cost."""
        after = today
        if (saved.codes, saved.contact) != (cart.codes, cart.contact):
            after = replace(today, used_up=self._used_up(saved, tuple(today.promotions)))
        return with_notices(priced(saved, after), priced(cart, today).promotions)

    def add(self, caller: Caller, cart_id: str, wanted: AddLine, key: str) -> Cart:
        """So many more of a SKU, once per key, whatever else is done to the cart at the same time.

        Raises:
            Problem: 404; 409 `insufficient_stock` or `cart_locked`; 410; 422 `unknown_sku`, `quantity_limit`,
                `line_limit` or `idempotency_key_reused`; 503.
        """
        intent = Intent(f"addLine:{cart_id}", key, fingerprint(wanted.model_dump()))

        def grown(cart: StoredCart, today: Today) -> StoredCart:
            return self._grown(cart, wanted, today.offers)

        return self.amend(caller, cart_id, intent, [wanted.sku], grown, dict)[0]

    def amend(
        self,
        caller: Caller,
        cart_id: str,
        intent: Intent,
        skus: list[str],
        edit: Edit,
        note: Callable[[], Note],
    ) -> tuple[Cart, Note]:
        """Change a cart once per key, whatever version it is: the cart after it, and the note that was made.

        A receipt says no more than that note and the version: whoever repeats the request gets the cart as it
        is by then. So nobody's name and address lie in the table of receipts.

        Args:
            caller: Whose it is.
            cart_id: Which.
            intent: What makes it the same request.
            skus: Further ones that the change needs offers of.
            edit: The change; may be tried more than once.
            note: What else belongs to the answer, asked for after the change; without personal data, as JSON.
        """
        for number in rounds():
            with self._turns.turn(cart_id) if number else nullcontext():
                answer = self._try_to_amend(caller, cart_id, intent, skus, edit, note)
            if answer is not None:
                return answer
        raise unavailable("The cart is busy. Try again in a moment.")

    def _try_to_amend(
        self,
        caller: Caller,
        cart_id: str,
        intent: Intent,
        skus: list[str],
        edit: Edit,
        note: Callable[[], Note],
    ) -> tuple[Cart, Note] | None:
        """The answer; None when another write came in between."""
        # In this order: an add of the same key that the cart already shows has left its receipt by then.
        cart = self.read(caller, cart_id)
        done = self._receipts.find(intent)
        if done is not None:
            return self.view(cart), done["note"]
        refuse_locked(cart)
        today = self.today(cart, *skus)
        saved = edit(cart, today).touched(self._clock.now())
        view, made = self._changed(cart, saved, today), note()
        receipt = {"version": saved.version, "note": made}
        done = self.commit([self.save_action(saved), self._receipts.action(intent, receipt)])
        return (view, made) if done else None

    def _grown(self, cart: StoredCart, wanted: AddLine, offers: Mapping[str, Offer]) -> StoredCart:
        offer = offers.get(wanted.sku)
        if offer is None:
            raise _unknown_sku()
        line = cart.of_sku(wanted.sku)
        if line is not None:
            grown = cart.with_more(line, wanted.quantity, offer.price)
        else:
            grown = self.with_new(cart, wanted.sku, wanted.quantity, offer.price)
        if wanted.quantity + (line.quantity if line else 0) > offer.quantity:
            raise insufficient(wanted.sku, offer.quantity)
        return grown

    def with_new(self, cart: StoredCart, sku: str, quantity: int, price: int) -> StoredCart:
        """The cart with a new line of a SKU. Raises Problem 422 `unknown_sku`, `line_limit`."""
        shown = self._catalog.describe(cart.market, cart.locale, sku)
        if shown is None:
            raise _unknown_sku()
        return cart.with_new(shown, quantity, price)

    def save_action(self, saved: StoredCart) -> TransactItem:
        """The action that writes this version, if the cart is open and still the version before."""
        return put_action(self._tables.name("carts"), saved.to_item(), **_unchanged(saved.version - 1))

    def commit(self, actions: list[TransactItem]) -> bool:
        """Do all or nothing; False when another write came in between, so that it can be tried again."""
        try:
            self._tables.transact(actions)
        except TransactionCanceled as cancelled:
            if cancelled.conflict or any(reason.condition_failed for reason in cancelled.reasons):
                return False
            raise
        return True

    def edit(self, caller: Caller, cart_id: str, version: int, edit: Edit) -> Cart:
        """Change the version that the caller has seen.

        Prices are read before anything is written, so a catalogue that doesn't answer leaves the cart as it
        was.

        Raises:
            Problem: 404, 409 `cart_locked`, 410, 412 `version_mismatch`, 503.
        """
        cart = self.read(caller, cart_id)
        refuse_locked(cart)
        if cart.version != version:
            raise version_mismatch(cart.version)
        today = self.today(cart)
        saved = edit(cart, today).touched(self._clock.now())
        view = self._changed(cart, saved, today)
        try:
            self._tables.put("carts", saved.to_item(), **_unchanged(cart.version))
        except ConditionFailed as failed:
            now = StoredCart.of_item(failed.current) if failed.current else None
            if now is None:
                raise not_found() from failed
            refuse_locked(now)
            raise version_mismatch(now.version) from failed
        return view


def _unchanged(version: int) -> dict[str, Any]:
    """The condition of every write to a cart: it is open, and as it was read."""
    return {
        "condition": "#version = :version AND #status = :open",
        "names": {"#version": "version", "#status": "status"},
        "values": {":version": version, ":open": "open"},
    }


def refuse_locked(cart: StoredCart) -> None:
    """Raise Problem 409 `cart_locked` unless the cart is open."""
    if cart.status != "open":
        raise Problem(409, "cart_locked", "An order has been made of this cart.", order_id=str(cart.order_id))


def _unknown_sku() -> Problem:
    return Problem(422, "unknown_sku", "There is no such article in this shop.")


def insufficient(sku: str, available: int) -> Problem:
    """409: there are not as many."""
    words = "It is sold out." if available <= 0 else f"Only {available} can be bought."
    return Problem(409, "insufficient_stock", words, sku=sku, available=max(available, 0))
