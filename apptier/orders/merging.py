"""Putting a guest's cart into a customer's: what comes of it, and nothing else; no table, no clock.

Of each SKU the higher quantity counts: somebody who put two cushions into a cart at home and again on the way
wants two. So every line of either cart is afterwards in the customer's, or (when that is full) still in the
guest's.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from apptier.orders.cart import MOST_CODES, MOST_LINES, CartLine, StoredCart


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
