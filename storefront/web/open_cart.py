"""Putting things into the cart of this browser, or into a new one when there is none that takes them.

What cart and orders share: an old cookie must lock nobody out of the shop, and one press of a button is one
change however often its form arrives.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar
from uuid import uuid4

from django.core.cache import cache

from storefront.clients.orders import CartRef, NewCart
from storefront.core import Conflict, Gone, NotFound
from storefront.web.shop import Shop

T = TypeVar("T")

PRESS_SECONDS = 2
"""A form that arrives again within this time was pressed twice by a nervous finger, not on purpose."""
_ROUND_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Filled(Generic[T]):
    """What came of it and the cart it went into; `restarted` when the one before had ended."""

    ref: CartRef
    answer: T
    restarted: bool


def fill_cart(
    shop: Shop,
    ref: CartRef | None,
    put: Callable[[CartRef], T],
    own: Callable[[], NewCart | None] = lambda: None,
) -> Filled[T]:
    """Do `put` to the cart that `ref` opens, or to a new one where that is gone or bought.

    `own` opens the cart of whoever is signed in, None for a guest; it is asked only where a cart is needed.
    `put` is called once or, when the first cart turned out to be none, twice. Raises what it raises, and the
    order service's errors.
    """
    if ref is not None:
        try:
            return Filled(ref, put(ref), restarted=False)
        except (NotFound, Gone):
            pass
        except Conflict as refused:
            if refused.code != "cart_locked" or shop.orders.get_cart(cart=ref).status != "ordered":
                raise
    created = own() or shop.orders.create_cart(
        market=shop.market, locale=shop.locale, country=shop.country, idempotency_key=f"cart:{uuid4().hex}"
    )
    # A customer's cart may be the same, closed from another browser of theirs in between.
    restarted = ref is not None and ref.id != created.ref.id
    return Filled(created.ref, put(created.ref), restarted=restarted)


def press_key(cart_id: str, *what: object) -> str:
    """An idempotency key for one press of a button, the same for every process that hears of it in time.

    A page that is one copy for everybody can carry no name for a press. So the first form that says `what`
    names the press in the shared cache, and the same form within two seconds finds that name. While the cache
    is away the clock names it, which separates a few pairs that fall to both sides of a tick.
    """
    since = cache.get(_round(cart_id)) or ""
    form = sha256("\n".join(map(str, (cart_id, since, *what))).encode()).hexdigest()
    name, fresh = f"press:{form}", uuid4().hex
    added: bool | None = cache.add(name, fresh, timeout=PRESS_SECONDS)
    if added is None:  # django-redis says so when the server does not answer
        return f"press:{form[:32]}:{int(time.time() // PRESS_SECONDS)}"
    if added:
        return f"press:{fresh}"
    found: str = cache.get(name) or fresh
    return f"press:{found}"


def forget_presses(cart_id: str) -> None:
    """Let the next press of any button be a new one: the cart was changed since, and that on purpose.

    Who takes a thing out and puts it in again within two seconds means both.
    """
    cache.set(_round(cart_id), uuid4().hex, timeout=_ROUND_SECONDS)


def _round(cart_id: str) -> str:
    return f"presses:{cart_id}"
