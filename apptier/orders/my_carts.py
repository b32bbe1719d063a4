"""The carts of customers: one for each market, opened by signing in, joined by what was a guest's.

Besides carts, the table `carts` holds for it:

pk                    what
mine#<market>#<sub>   which cart is the customer's; never expires, since the cart may outlive it else
merge#<id>            what a merge did and how both carts were before; for a day

Everything of a merge is one transaction, conditional on both carts being as they were read. So two tabs that
sign in at once merge once, and an order that is placed of either cart comes before the merge or after it. A
repeated request finds the guest's cart merged and gets the same answer.

A merge can be undone as long as the customer's cart holds what the merge left in it, and no other came into
it since: who buys and where it goes may have been said meanwhile, and stays. The guest's is closed until
then, and holds at most what did not fit; it has to be at the version that the merge left.
"""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final

from apptier.kit.backoff import Turns, rounds
from apptier.kit.clock import Clock, epoch
from apptier.kit.dynamo import ConditionFailed, Item, Tables, TransactItem, put_action, update_action
from apptier.kit.ids import new_id
from apptier.kit.markets import MARKETS, Market, locale_for, market_or_404, place_problem
from apptier.kit.problems import Problem, not_found, unavailable
from apptier.orders.access import Caller
from apptier.orders.cart import CartLine, StoredCart
from apptier.orders.carts import Carts, refuse_locked
from apptier.orders.merging import Joined, given_away, holds_as_left, joined, taken_apart
from apptier.orders.models import Cart
from apptier.orders.my_cart_models import GuestCart, Merge, MergedLine, MyCart, OpenMyCart
from apptier.orders.opening import Secrets
from apptier.orders.opening import fingerprint as secret_hash

UNDO_SECONDS: Final = 24 * 3600
"""How long a merge can be undone, and a repeated request gets the same answer."""


@dataclass(frozen=True, slots=True)
class _Mine:
    """A customer's cart of a market, as far as there is one; `pointer` names it or the one before."""

    pointer: str | None
    cart: StoredCart | None


class MyCarts:
    """Opens, merges, closes. Every method takes the `sub` of a verified token."""

    def __init__(self, tables: Tables, clock: Clock, carts: Carts, secrets: Secrets) -> None:
        self._tables = tables
        self._clock = clock
        self._carts = carts
        self._secrets = secrets
        self._turns = Turns()

    def open(self, customer_id: str, wanted: OpenMyCart) -> MyCart:
        """The customer's cart of a market, with the guest's cart in it.

        Raises:
            Problem: 404 for an unknown market, 409 `cart_locked`, 422 `country_not_served`, 503.
        """
        market = market_or_404(wanted.market)
        country = wanted.country or market.main_country.code
        problem = place_problem(market, country, at="/")
        if problem:
            raise problem
        for number in rounds():
            with self._turns.turn(customer_id) if number else nullcontext():
                answer = self._try_to_open(customer_id, wanted, market, country)
            if answer is not None:
                return answer
        raise unavailable("The cart is busy. Try again in a moment.")

    def _try_to_open(
        self, customer_id: str, wanted: OpenMyCart, market: Market, country: str
    ) -> MyCart | None:
        """The answer; None when another write came in between."""
        locale = locale_for(wanted.locale)
        # In this order: a guest's cart that is merged already is in the customer's as it is read then.
        guest = self._guest(customer_id, market.code, wanted.guest)
        known = self._mine(customer_id, market.code)
        if known.cart is not None and guest is not None and guest.id == known.cart.id:
            guest = None
        if known.cart is not None and guest is not None:
            told = self._told_before(customer_id, known.cart, guest)
            if told is not None:
                return self._answer(replace(known.cart, locale=locale), told)
        cart = replace(known.cart, locale=locale) if known.cart else None
        nothing = guest is None or guest.status == "merged" or not (guest.lines or guest.codes)
        if cart is not None and nothing:
            return self._answer(cart, None)
        base = cart or self._carts.blank(customer_id, market, locale, country)
        if guest is None or nothing:
            return self._made(base, known)
        refuse_locked(base)
        refuse_locked(guest)
        return self._merged(base, guest, known)

    def _made(self, blank: StoredCart, known: _Mine) -> MyCart | None:
        """A new, empty cart."""
        return self._answer(blank, None) if self._carts.commit(self._new_actions(blank, known)) else None

    def _merged(self, base: StoredCart, guest: StoredCart, known: _Mine) -> MyCart | None:
        """The customer's cart with the guest's in it. What it costs is read before anything is written."""
        now = self._clock.now()
        result = joined(base, guest)
        merge_id = new_id("mrg")
        saved = replace(result.cart, last_merge=merge_id).touched(now)
        after = given_away(guest, result, merge_id, now)
        view = self._carts.view(saved)
        told = _told(merge_id, result, view)
        record = {
            "pk": _merge_pk(merge_id),
            "customer_id": saved.customer_id,
            "guest_version": after.version,
            "mine": base.to_item(),
            "guest": guest.to_item(),
            "told": told.model_dump(),
            "undone": False,
            "expires_at": epoch(now) + UNDO_SECONDS,
        }
        own = [self._carts.save_action(saved)] if known.cart else self._new_actions(saved, known)
        keep = put_action(self._tables.name("carts"), record, condition="attribute_not_exists(pk)")
        if not self._carts.commit([*own, self._carts.save_action(after), keep]):
            return None
        return MyCart(secret=self._carts.secret_of(saved), cart=view, merge=told)

    def _new_actions(self, cart: StoredCart, known: _Mine) -> list[TransactItem]:
        """Write a new cart and say that it is the customer's, unless another was made meanwhile."""
        name = self._tables.name("carts")
        pointer = {"pk": _mine_pk(str(cart.customer_id), cart.market), "cart_id": cart.id}
        condition, values = "attribute_not_exists(pk)", None
        if known.pointer is not None:
            condition, values = "cart_id = :before", {":before": known.pointer}
        return [
            put_action(name, cart.to_item(), condition="attribute_not_exists(pk)"),
            put_action(name, pointer, condition=condition, values=values),
        ]

    def _answer(self, cart: StoredCart, merge: Merge | None) -> MyCart:
        return MyCart(secret=self._carts.secret_of(cart), cart=self._carts.view(cart), merge=merge)

    def _mine(self, customer_id: str, market: str) -> _Mine:
        row = self._tables.get("carts", {"pk": _mine_pk(customer_id, market)}, consistent=True)
        if row is None:
            return _Mine(None, None)
        cart = self._stored(row["cart_id"])
        usable = cart is not None and cart.customer_id == customer_id and cart.status in {"open", "ordering"}
        return _Mine(row["cart_id"], cart if usable else None)

    def _stored(self, cart_id: str) -> StoredCart | None:
        """The cart of that id unless it has expired."""
        item = self._tables.get("carts", {"pk": cart_id}, consistent=True)
        cart = StoredCart.of_item(item) if item and "lines" in item else None
        return cart if cart is not None and cart.expires_at > epoch(self._clock.now()) else None

    def _guest(self, customer_id: str, market: str, ref: GuestCart | None) -> StoredCart | None:
        """The guest's cart that can be put into the customer's, or has been; None for any other."""
        if ref is None:
            return None
        cart = self._stored(ref.cart_id)
        if cart is None or cart.market != market or cart.status == "ordered":
            return None
        # Opened as a guest would: it may be one that this customer has had before, but nobody else's.
        opened = Caller(None, ref.secret).owns_cart(cart.customer_id, cart.secret_hash)
        return cart if opened and cart.customer_id in {None, customer_id} else None

    def _told_before(self, customer_id: str, mine: StoredCart, guest: StoredCart) -> Merge | None:
        """What was answered when this guest's cart was put into this cart; None when it wasn't."""
        if guest.merge_id is None or guest.version != guest.merged_version:
            return None
        record = self._record(customer_id, guest.merge_id)
        if record is None or record["undone"] or record["mine"]["pk"] != mine.id:
            return None
        if guest.status == "open" and not _as_left(record, mine):
            return None  # there may be room by now for what did not fit then
        return Merge.model_validate(record["told"])

    def _record(self, customer_id: str, merge_id: str) -> Item | None:
        record = self._tables.get("carts", {"pk": _merge_pk(merge_id)}, consistent=True)
        if record is None or record["customer_id"] != customer_id:
            return None
        return record if record["expires_at"] > epoch(self._clock.now()) else None

    # --- and back again ---------------------------------------------------------------------------------

    def undo(self, customer_id: str, merge_id: str, locale: str | None) -> tuple[Cart, str]:
        """Take out again what a merge brought: the guest's cart as it was, and what opens it, each time.

        Raises:
            Problem: 404, 409 `cart_changed`, `cart_locked`, 503.
        """
        for _ in rounds():
            record = self._record(customer_id, merge_id)
            if record is None:
                raise not_found("There is nothing to undo.")
            guest = self._stored(record["guest"]["pk"])
            if record["undone"]:
                return self._given_back(guest, locale)
            mine = self._stored(record["mine"]["pk"])
            if mine is None or guest is None:
                raise not_found("There is nothing to undo.")
            back = self._undone(record, mine, guest)
            if back is not None:
                return self._given_back(back, locale)
        raise unavailable("The cart is busy. Try again in a moment.")

    def _given_back(self, guest: StoredCart | None, locale: str | None) -> tuple[Cart, str]:
        if guest is None:
            raise not_found("There is nothing to undo.")
        if guest.status == "merged":
            raise _changed(guest)
        shown = replace(guest, locale=locale_for(locale)) if locale else guest
        return self._carts.view(shown), self._carts.secret_of(guest)

    def _undone(self, record: Item, mine: StoredCart, guest: StoredCart) -> StoredCart | None:
        """The guest's cart after it; None when another write came in between."""
        refuse_locked(mine)
        if guest.status == "ordering":
            refuse_locked(guest)
        if guest.version != record["guest_version"] or not _as_left(record, mine):
            now_known = self._record(record["customer_id"], record["told"]["id"])
            if now_known is not None and now_known["undone"]:
                return None  # by another request, since the record was read
            raise _changed(mine)
        now = self._clock.now()
        my_cart, guests = _both(record)
        before = taken_apart(mine, my_cart, guests)
        back = replace(guests, version=guest.version).touched(now)
        name = self._tables.name("carts")
        actions = [
            self._carts.save_action(before.touched(now)),
            put_action(name, back.to_item(), **_as_read(guest)),
            update_action(
                name,
                {"pk": record["pk"]},
                "SET undone = :yes",
                condition="undone = :no",
                values={":yes": True, ":no": False},
            ),
        ]
        return back if self._carts.commit(actions) else None

    # --- and closed -------------------------------------------------------------------------------------

    def close(self, customer_id: str) -> None:
        """Let no secret that was told before open a cart of this customer. Raises Problem 503."""
        for market in MARKETS:
            self._close(customer_id, market)

    def _close(self, customer_id: str, market: str) -> None:
        for _ in rounds():
            pointer = self._mine(customer_id, market).pointer
            cart = self._stored(pointer) if pointer else None
            if cart is None or cart.customer_id != customer_id:
                return
            generation = cart.generation + 1
            secret = self._secrets.cart_secret(cart.id, generation)
            guard = _as_read(cart)
            # An open cart gets a new version, so that no write that has read the old secret keeps it. One
            # that an order holds is written by nobody else, and its version is that order's.
            step = 1 if cart.status == "open" else 0
            values = {":hash": secret_hash(secret), ":generation": generation, ":step": step}
            try:
                self._tables.update(
                    "carts",
                    {"pk": cart.id},
                    "SET secret_hash = :hash, generation = :generation, #version = #version + :step",
                    condition=guard["condition"],
                    names=guard["names"],
                    values=guard["values"] | values,
                )
            except ConditionFailed:
                continue
            return
        raise unavailable("The cart is busy. Try again in a moment.")


def _as_read(cart: StoredCart) -> dict[str, Any]:
    """The condition that a cart is as it was read."""
    return {
        "condition": "#version = :version AND #status = :status",
        "names": {"#version": "version", "#status": "status"},
        "values": {":version": cart.version, ":status": cart.status},
    }


def _both(record: Item) -> tuple[StoredCart, StoredCart]:
    """The customer's and the guest's cart as they were before a merge."""
    return StoredCart.of_item(record["mine"]), StoredCart.of_item(record["guest"])


def _as_left(record: Item, mine: StoredCart) -> bool:
    """Whether the customer's cart holds what this merge left in it, and no other cart came into it since."""
    return mine.last_merge == record["told"]["id"] and holds_as_left(mine, *_both(record))


def _mine_pk(customer_id: str, market: str) -> str:
    return f"mine#{market}#{customer_id}"


def _merge_pk(merge_id: str) -> str:
    return f"merge#{merge_id}"


def _changed(cart: StoredCart) -> Problem:
    return Problem(409, "cart_changed", "The cart was changed meanwhile.", cart_version=cart.version)


def _told(merge_id: str, result: Joined, view: Cart) -> Merge:
    """What the customer is told, by the names that things have in the language of the answer."""
    titles = {line.sku: line.title for line in view.lines}

    def lines(some: tuple[CartLine, ...]) -> list[MergedLine]:
        return [
            MergedLine(sku=one.sku, title=titles.get(one.sku, one.title), quantity=one.quantity)
            for one in some
        ]

    return Merge(
        id=merge_id,
        added=lines(result.added),
        raised=lines(result.raised),
        left=lines(result.left),
        left_codes=list(result.left_codes),
    )
