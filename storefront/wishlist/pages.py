"""What the wish list's pages hold: things with today's price and stock, whatever became of them since.

A page of 24 things is two calls to the catalogue however many are on the list: their cards, and the offers of
those that were saved as one variant. What such a variant is called is in its product's page, which is read
through the cache, side by side for all of them, and left out where it does not come in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.clients.catalog import Offer
from storefront.clients.lists import Item, SharedItem, WishList
from storefront.clients.shapes import ProductCard
from storefront.core import Money, UpstreamError
from storefront.web import reads
from storefront.web.account_menu import Section
from storefront.web.shop import Shop
from storefront.wishlist import words

PAGE_SIZE = 24
_WORDS_SECONDS = 0.4
State = Literal["there", "choose", "sold_out", "gone", "unknown"]
"""Can be bought at once; a variant has to be chosen; sold out; no longer sold; can't be told now."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was just taken off the list; `token` puts it back in its place."""

    title: str
    token: str


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing on a list. `card` is None when it is no longer sold, or can't be told now.

    `sku` is the variant that was saved, "" for none, `variant` what it is called ("Clay, 45 × 45 cm"), ""
    where that can't be told; `buy_sku` is the one that can go into the cart.
    """

    id: str
    handle: str
    title: str
    card: ProductCard | None
    state: State
    sku: str
    variant: str
    buy_sku: str
    price: Money | None
    price_from: bool
    href: str
    added_at: datetime | None
    few: bool = False

    @property
    def item(self) -> str:
        """What a form says of it."""
        return f"{self.handle}:{self.sku}" if self.sku else self.handle


@dataclass(frozen=True, slots=True, kw_only=True)
class WishlistPage:
    """The list of whoever asks. `problem` says why it can't be shown; `copy` when it can't be changed now.

    `share_href` is the address to give to others, "" while the list is not shared. `sections` is the menu of
    the account, for whoever is signed in.
    """

    title: str
    wishes: tuple[Wish, ...] = ()
    count: int = 0
    notices: tuple[str, ...] = ()
    removed: Removed | None = None
    problem: str = ""
    copy: bool = False
    sections: tuple[Section, ...] = ()
    share_href: str = ""
    page: int = 1
    previous_href: str = ""
    next_href: str = ""

    @property
    def announcement(self) -> str:
        """What is said aloud once a part of the page was swapped."""
        gone = (_("%(title)s was removed.") % {"title": self.removed.title},) if self.removed else ()
        return " ".join((*gone, *self.notices))


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPage:
    """Somebody's list as others see it."""

    title: str
    wishes: tuple[Wish, ...] = ()
    count: int = 0
    problem: str = ""
    page: int = 1
    previous_href: str = ""
    next_href: str = ""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What is said after a heart was pressed; `undo` puts back what that took away, "" for nothing.

    `marks` and `count` are the hearts' new state (templates/components/saved.html).
    """

    title: str
    message: str
    ok: bool
    undo: str = ""
    marks: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a list that one page shows."""

    items: Sequence[Item | SharedItem]
    number: int
    previous_href: str
    next_href: str


@dataclass(frozen=True, slots=True)
class _Today:
    """What the catalogue says: None where it could not be asked."""

    cards: Mapping[str, ProductCard] | None
    offers: Mapping[str, Offer] | None = field(default_factory=dict)
    variants: Mapping[str, str] = field(default_factory=dict)


def sliced(items: Sequence[Item | SharedItem], asked: str, href: str) -> Slice:
    """The page that was asked for; the nearest there is for any other."""
    last = max(1, -(-len(items) // PAGE_SIZE))
    short = asked.isascii() and asked.isdigit() and len(asked) <= len(str(last))
    number = min(max(int(asked) if short else 1, 1), last)
    start = (number - 1) * PAGE_SIZE
    before = (href if number == 2 else f"{href}?page={number - 1}") if number > 1 else ""  # noqa: PLR2004
    after = f"{href}?page={number + 1}" if number < last else ""
    return Slice(items[start : start + PAGE_SIZE], number, before, after)


def wishes(shop: Shop, items: Sequence[Item | SharedItem]) -> tuple[Wish, ...]:
    """The things as they are today."""
    today = _ask(shop, items)
    return tuple(_wish(item, today) for item in items)


def called(handle: str) -> str:
    """A name for what the catalogue has no name for (any more)."""
    return handle.replace("-", " ").capitalize()


def share_href(wishlist: WishList) -> str:
    """The whole address that shows the list to others, "" while it is not shared."""
    if wishlist.share is None:
        return ""
    path: str = reverse("wishlist:shared", kwargs={"token": wishlist.share})
    return f"{settings.PUBLIC_ORIGIN}{path}"


def unavailable() -> WishlistPage:
    """The page while there is nothing to show, not even an old copy."""
    return WishlistPage(title=str(words.TITLE), problem=str(words.AWAY))


def _ask(shop: Shop, items: Sequence[Item | SharedItem]) -> _Today:
    """Today's cards and offers: one call each, none for an empty list."""
    handles = list(dict.fromkeys(item.handle for item in items))
    if not handles:
        return _Today({})
    try:
        found = reads.named_products(shop, handles).value.items
    except UpstreamError:
        shop.telemetry.degraded("wishlist", "catalog")
        return _Today(None, None)
    cards = {card.handle: card for card in found}
    skus = sorted({item.sku for item in items if item.sku and item.handle in cards})
    if not skus:
        return _Today(cards)
    try:
        offers = shop.catalog.list_offers(market=shop.market, skus=skus).items
    except UpstreamError:
        shop.telemetry.degraded("wishlist", "offers")
        return _Today(cards, None, _variants(shop, items, cards))
    return _Today(cards, {offer.sku: offer for offer in offers}, _variants(shop, items, cards))


def _variants(
    shop: Shop, items: Sequence[Item | SharedItem], cards: Mapping[str, ProductCard]
) -> Mapping[str, str]:
    """What the saved variants are called, by SKU; a product that is sold in one way only needs no words."""
    handles = {item.handle for item in items if item.sku}
    several = [handle for handle in handles if handle in cards and cards[handle].variant_count > 1]
    plan = shop.compose.plan(_WORDS_SECONDS)
    parts = [plan.deferred("variant", partial(reads.product, shop, handle)) for handle in several]
    if parts:
        plan.run()
    found = [cached.value for part in parts if (cached := part.or_none()) is not None]
    return {variant.sku: variant.title for product in found for variant in product.variants}


def _wish(item: Item | SharedItem, today: _Today) -> Wish:
    card = today.cards.get(item.handle) if today.cards is not None else None
    sku = item.sku or (card.variant_sku if card and card.variant_count == 1 else None) or ""
    offer = today.offers.get(sku) if today.offers is not None else None
    href = reverse("catalog:product", kwargs={"handle": item.handle})
    low = offer.availability if offer else card.availability if card and not item.sku else ""
    return Wish(
        id=item.id if isinstance(item, Item) else "",
        handle=item.handle,
        title=card.title if card else called(item.handle),
        card=card,
        state=_state(item, today, card, offer),
        sku=item.sku or "",
        variant=today.variants.get(item.sku or "", ""),
        buy_sku=sku,
        price=offer.price if offer else card.price_from if card and not item.sku else None,
        price_from=offer is None and card is not None and card.price_varies,
        href=f"{href}?{urlencode({'variant': item.sku})}" if item.sku else href,
        added_at=item.added_at if isinstance(item, Item) else None,
        few=low == "low_stock",
    )


def _state(item: Item | SharedItem, today: _Today, card: ProductCard | None, offer: Offer | None) -> State:
    if today.cards is None:
        return "unknown"
    if card is None:
        return "gone"
    if item.sku is None:
        if card.availability == "out_of_stock":
            return "sold_out"
        return "there" if card.variant_count == 1 and card.variant_sku else "choose"
    if today.offers is None:
        return "unknown"
    if offer is None:
        return "gone"
    return "sold_out" if offer.availability == "out_of_stock" else "there"
