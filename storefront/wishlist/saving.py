"""What a heart's form says, whether there is such a thing, and what puts removed ones back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from storefront.clients.lists import Item
from storefront.core import NotFound, UpstreamError
from storefront.web import reads
from storefront.web.shop import Shop
from storefront.wishlist.pages import Removed, called

_ITEM = re.compile(r"(?P<handle>[a-z0-9]+(?:-[a-z0-9]+)*)(?::(?P<sku>[A-Za-z0-9][A-Za-z0-9._/-]{0,79}))?")
_LONGEST_HANDLE = 120
_UNDO_SECONDS = 600
_SALT = "storefront.wishlist.removed"


@dataclass(frozen=True, slots=True)
class Thing:
    """A product, or with a `sku` one variant of it."""

    handle: str
    sku: str = ""


def read_thing(text: str) -> Thing | None:
    """What `handle` or `handle:sku` names; None for what can name nothing."""
    found = _ITEM.fullmatch(text.strip())
    if found is None or len(found["handle"]) > _LONGEST_HANDLE:
        return None
    return Thing(found["handle"], found["sku"] or "")


def named(shop: Shop, thing: Thing) -> str | None:
    """What it is called; None when there is no such product, or it has no such variant.

    "" while the catalogue is away: a thing is saved all the same, and what it is can be seen later.
    """
    try:
        product = reads.product(shop, thing.handle).value
    except NotFound:
        return None
    except UpstreamError:
        return ""
    if thing.sku and thing.sku not in {variant.sku for variant in product.variants}:
        return None
    return product.title


def meant(thing: Thing, item: Item) -> bool:
    """Whether a heart of the thing is filled because of this item.

    A product's heart stands for every variant of it; a variant's for itself, and for the product saved as a
    whole.
    """
    return item.handle == thing.handle and (not thing.sku or item.sku in (None, thing.sku))


def signed(items: Sequence[Item]) -> str:
    """What puts things back in their places, once they are off: for ten minutes, without a session."""
    value = [[item.handle, item.sku or "", item.added_at.isoformat()] for item in items]
    return signing.dumps(value, salt=_SALT, compress=True)


def opened(token: str) -> tuple[tuple[Thing, datetime], ...]:
    """What such a token puts back, and since when it was there; nothing for an old one, or none of ours."""
    try:
        kept = signing.loads(token, salt=_SALT, max_age=_UNDO_SECONDS)
        return tuple((Thing(handle, sku), datetime.fromisoformat(since)) for handle, sku, since in kept)
    except (signing.BadSignature, ValueError):
        return ()


def removed_of(shop: Shop, token: str) -> Removed | None:
    """The removal that can be undone, None for none."""
    things = opened(token) if token else ()
    if not things:
        return None
    thing, _since = things[0]
    return Removed(named(shop, thing) or called(thing.handle), token)
