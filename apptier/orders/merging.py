"""Putting a guest's cart into a customer's and taking it out again: what comes of it, and nothing else.

Of each SKU the higher quantity counts: somebody who put two cushions into a cart at home and again on the way
wants two. So every line of either cart is afterwards in the customer's, or (when that is full) still in the
guest's.

The way back is open as long as the customer's cart holds what the merge left in it. It takes out what the
merge put in, and nothing else: who and where, if said since, stays.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from apptier.orders.cart import MOST_CODES, MOST_LINES, CartLine, StoredCart

_DETAILS: Final = (
    ("contact",),
    ("payment_method",),
    ("address", "option_id", "pickup", "country", "postcode"),
)
"""What a merge may take over besides lines and codes; what stands in one row only makes sense together."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The customer's cart afterwards, and what became of the guest's lines and codes.

    `added` and `raised` are lines of the cart, `left` those of the guest's that did not fit.
    """

    cart: StoredCart
    added: tuple[CartLine, ...]
    raised: tuple[CartLine, ...]
    left: tuple[CartLine, ...]
    left_codes: tuple[str, ...]


def joined(mine: StoredCart, guest: StoredCart) -> Joined:
    """Put the guest's cart into the customer's, as much of it as fits."""
    theirs = {line.sku: line for line in guest.lines}
    raised = {
        line.sku: replace(line, quantity=theirs[line.sku].quantity)
        for line in mine.lines
        if line.sku in theirs and theirs[line.sku].quantity > line.quantity
    }
    kept = tuple(raised.get(line.sku, line) for line in mine.lines)
    known = {line.sku for line in kept}
    new = tuple(line for line in guest.lines if line.sku not in known)
    room = max(MOST_LINES - len(kept), 0)
    codes = tuple(dict.fromkeys((*mine.codes, *guest.codes)))
    cart = replace(
        _with_details(mine, guest),
        lines=(*kept, *new[:room]),
        codes=codes[:MOST_CODES],
    )
    return Joined(cart, new[:room], tuple(raised.values()), new[room:], codes[MOST_CODES:])


def holds_as_left(cart: StoredCart, mine: StoredCart, guest: StoredCart) -> bool:
    """Whether the cart holds the very lines and codes that came of putting `guest` into `mine`.

    What one costs is not looked at: a new price is no change of what somebody chose.
    """
    return _held(cart) == _held(joined(mine, guest).cart)


def taken_apart(cart: StoredCart, mine: StoredCart, guest: StoredCart) -> StoredCart:
    """The customer's cart without what putting `guest` into `mine` brought.

    Lines and codes are those of before; of who, where and how, what the merge took over goes again unless
    something else has been said since.
    """
    left = joined(mine, guest).cart
    details = {
        name: getattr(mine, name)
        for names in _DETAILS
        if all(getattr(cart, one) == getattr(left, one) for one in names)
        for name in names
    }
    return replace(cart, lines=mine.lines, codes=mine.codes, last_merge=mine.last_merge, **details)


def _held(cart: StoredCart) -> tuple[list[tuple[str, int]], tuple[str, ...]]:
    return [(line.id, line.quantity) for line in cart.lines], cart.codes


def given_away(guest: StoredCart, result: Joined, merge_id: str, now: datetime) -> StoredCart:
    """The guest's cart afterwards: closed, or holding what did not fit."""
    after = replace(guest.touched(now), merge_id=merge_id)
    after = replace(after, merged_version=after.version)
    if not result.left:
        return replace(after, status="merged")
    return replace(after, lines=result.left, codes=result.left_codes)


def _with_details(mine: StoredCart, guest: StoredCart) -> StoredCart:
    """Who, where and how: what the customer's cart says, and where it says nothing what the guest's does."""
    cart = replace(mine, contact=mine.contact or guest.contact)
    if mine.lines:
        return cart
    cart = replace(cart, payment_method=guest.payment_method)
    if mine.address is not None or mine.pickup is not None:
        return cart
    return replace(
        cart,
        address=guest.address,
        option_id=guest.option_id,
        pickup=guest.pickup,
        country=guest.country,
        postcode=guest.postcode,
    )
