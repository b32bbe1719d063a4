"""What a heart's form says, whether there is such a thing, and what puts a removed one back."""

import re
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


def signed(item: Item) -> str:
    """What puts a thing back in its place, once it is off the list: for ten minutes, without a session."""
    value = [item.handle, item.sku or "", item.added_at.isoformat()]
    return signing.dumps(value, salt=_SALT, compress=True)


def opened(token: str) -> tuple[Thing | None, datetime | None]:
    """What such a token puts back, and since when it was there; None for an old one, or none of ours."""
    try:
        handle, sku, since = signing.loads(token, salt=_SALT, max_age=_UNDO_SECONDS)
    except (signing.BadSignature, ValueError):
        return None, None
    return Thing(handle, sku), datetime.fromisoformat(since)


def removed_of(shop: Shop, token: str) -> Removed | None:
    """The removal that can be undone, None for none."""
    thing, _since = opened(token) if token else (None, None)
    if thing is None:
        return None
    return Removed(named(shop, thing) or called(thing.handle), token)
