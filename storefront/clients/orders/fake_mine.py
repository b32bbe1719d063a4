"""The carts of customers in the in-memory order service: opened, merged with a guest's, undone, closed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from storefront.clients.orders.fake_basket import Basket, Item
from storefront.clients.orders.fake_carts import MOST_CODES, MOST_LINES, FakeCarts
from storefront.clients.orders.models import CartRef, Merge, MergedLine, MyCart, NewCart
from storefront.core import CartId, new_secret

_DETAILS = (("contact",), ("method",), ("address", "option_id", "counter", "country", "postcode"))
"""What a merge may take over besides lines and codes, in groups that only make sense together."""


@dataclass(slots=True)
class _Merged:
    """A merge: both carts as they were, the customer's as it left it, the guest's version, what was told."""

    owner: str
    mine: Basket
    guest: Basket
    left: Basket
    guest_version: int
    told: Merge
    undone: bool = False

    def holds(self, mine: Basket) -> bool:
        """Whether the cart holds what this merge left in it, and no other came into it since."""
        return mine.last_merge == self.told.id and _held(mine) == _held(self.left)

    def taken_apart(self, mine: Basket) -> Basket:
        """The customer's cart without what came in, and with what was said since."""
        details = {
            name: getattr(self.mine, name)
            for names in _DETAILS
            if all(getattr(mine, one) == getattr(self.left, one) for one in names)
            for name in names
        }
        was = _copy(self.mine)
        return _copy(mine, items=was.items, codes=was.codes, last_merge=was.last_merge, **details)


class FakeMine(FakeCarts):
    """What needs a customer's access token; customers are told apart by what `owner_of` makes of it."""

    _merges: dict[str, _Merged]
    _mine: dict[str, CartId]

    def open_my_cart(
        self,
        *,
        market: str,
        locale: str,
        country: str | None = None,
        guest: CartRef | None = None,
        access_token: str,
    ) -> MyCart:
        """The customer's cart, with the guest's put into it once."""
        with self._call("open_my_cart"):
            owner = self._signed_in(access_token)
            self._serves(market, country)
            mine, brought = self._my_basket(owner), self._brought(owner, guest)
            known = self._told_before(mine, brought)
            if mine is not None and known is not None:
                return MyCart(secret=mine.secret, cart=self._shown(mine), merge=known)
            nothing = brought is None or brought.closed or not (brought.items or brought.codes)
            if mine is None:
                made = self._new(locale, country or self._terms.countries[0].code, owner).cart
                mine = self._baskets[made.id]
                self._mine[owner] = made.id
            if brought is None or nothing:
                return MyCart(secret=mine.secret, cart=self._shown(mine), merge=None)
            self._unlocked(mine)
            self._unlocked(brought)
            return self._merge(owner, mine, brought)

    def undo_merge(self, *, merge_id: str, access_token: str) -> NewCart:
        """What came in goes out again."""
        with self._call("undo_merge"):
            merged = self._merges.get(merge_id)
            if merged is None or merged.owner != self._signed_in(access_token):
                raise self._not_found()
            mine, guest = self._baskets[merged.mine.id], self._baskets[merged.guest.id]
            if not merged.undone:
                self._unlocked(mine)
                if guest.version != merged.guest_version or not merged.holds(mine):
                    extensions = {"cart_version": mine.version}
                    raise self._refusal(409, "cart_changed", "The cart was changed.", extensions=extensions)
                self._baskets[mine.id] = _copy(merged.taken_apart(mine), version=mine.version + 1)
                self._baskets[guest.id] = _copy(merged.guest, version=guest.version + 1)
                merged.undone = True
            guest = self._baskets[merged.guest.id]
            return NewCart(secret=guest.secret, cart=self._shown(guest))

    def close_my_carts(self, *, access_token: str) -> None:
        """Other secrets from now on."""
        with self._call("close_my_carts"):
            owner = self._signed_in(access_token)
            if owner in self._mine:
                basket = self._baskets[self._mine[owner]]
                basket.secret = new_secret()
                basket.version += basket.status == "open"

    def _signed_in(self, access_token: str) -> str:
        if not access_token:
            raise self._refusal(401, "unauthorized", "Sign in first.")
        return self._who(access_token)

    def _my_basket(self, owner: str) -> Basket | None:
        basket = self._baskets.get(self._mine.get(owner, CartId("")))
        if basket is None or basket.status == "ordered" or basket.expires_at <= self._clock.now():
            return None
        return basket

    def _brought(self, owner: str, ref: CartRef | None) -> Basket | None:
        """The guest's cart that can be put into the customer's; None for any other."""
        basket = self._baskets.get(ref.id) if ref else None
        if ref is None or basket is None or basket.id == self._mine.get(owner):
            return None
        bought = basket.status == "ordered" or basket.expires_at <= self._clock.now()
        opened = basket.opens_to(ref.secret, "") and basket.owner in {"", owner}
        return basket if opened and not bought else None

    def _told_before(self, mine: Basket | None, guest: Basket | None) -> Merge | None:
        """What was told when the one was put into the other, unless there may be more room by now."""
        merged = self._merges.get(guest.merge_id) if guest else None
        if mine is None or guest is None or merged is None or merged.undone or merged.mine.id != mine.id:
            return None
        same = guest.version == merged.guest_version and (guest.closed or merged.holds(mine))
        return merged.told if same else None

    def _merge(self, owner: str, mine: Basket, guest: Basket) -> MyCart:
        before = _copy(mine), _copy(guest)
        theirs = {item.sku: item for item in guest.items}
        raised = [i for i in mine.items if i.sku in theirs and theirs[i.sku].quantity > i.quantity]
        for item in raised:
            item.quantity = theirs[item.sku].quantity
        new = [i for i in guest.items if i.sku not in {item.sku for item in mine.items}]
        room = MOST_LINES - len(mine.items)
        mine.items += [replace(item) for item in new[:room]]
        codes = list(dict.fromkeys((*mine.codes, *guest.codes)))
        mine.codes = codes[:MOST_CODES]
        _take_details(mine, guest, fresh=not before[0].items)
        told = Merge(
            id=f"mrg_{self._number():08d}",
            added=self._told(new[:room]),
            raised=self._told(raised),
            left=self._told(new[room:]),
            left_codes=tuple(codes[MOST_CODES:]),
        )
        guest.merge_id = mine.last_merge = told.id
        guest.closed = not new[room:]
        if new[room:]:
            guest.items, guest.codes = new[room:], codes[MOST_CODES:]
        cart = self._changed(mine)
        guest.version += 1
        self._merges[told.id] = _Merged(owner, *before, _copy(mine), guest.version, told)
        return MyCart(secret=mine.secret, cart=cart, merge=told)

    def _told(self, items: Iterable[Item]) -> tuple[MergedLine, ...]:
        return tuple(
            MergedLine(sku=item.sku, title=self._goods[item.sku].title, quantity=item.quantity)
            for item in items
        )


def _take_details(mine: Basket, guest: Basket, *, fresh: bool) -> None:
    """What the customer's cart does not say is as the guest's says; how and where in a `fresh` one only."""
    mine.contact = mine.contact or guest.contact
    if fresh:
        mine.method = guest.method
    if fresh and mine.address is None and mine.counter is None:
        mine.address, mine.option_id, mine.counter = guest.address, guest.option_id, guest.counter
        mine.country, mine.postcode = guest.country, guest.postcode


def _copy(basket: Basket, **changes: object) -> Basket:
    """A basket that no later change of this one reaches."""
    mutable = {
        "items": [replace(item) for item in basket.items],
        "codes": list(basket.codes),
        "told": dict(basket.told),
    }
    return replace(basket, **(mutable | changes))  # type: ignore[arg-type]  # fields of a Basket


def _held(basket: Basket) -> tuple[list[tuple[str, int]], list[str]]:
    return [(item.id, item.quantity) for item in basket.items], basket.codes
