"""What a demo product costs, how many there are, and what it is tagged and filtered by.

Everything is decided by hashes of names, never by chance or the clock: the same tables give the same shop.
"""


# ruff: noqa: PLR2004  shares and thresholds of an invented shop mean nothing outside their line

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dev.catalogue.naming import slug
from dev.catalogue.records import CatalogueAttribute, CatalogueMeasure, CatalogueVariant, Price

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dev.catalogue.demo.tables import Size

MARKETS: Final = (("eu", "EUR"), ("us", "USD"))
FULL: Final = 100
SALE_EVERY: Final = 7
"""One product in so many is reduced."""
OPENING: Final = datetime(2025, 1, 1, tzinfo=UTC)
_NAMES: Final = {
    "colour": "Colour",
    "material": "Material",
    "pattern": "Pattern",
    "style": "Style",
    "collection": "Collection",
    "size": "Size",
    "room": "Room",
    "care": "Care",
    "made_in": "Made in",
}


def pick(*names: str, among: int) -> int:
    """A number from 0 to `among - 1` that depends on the names alone."""
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return int.from_bytes(digest[:6]) % among


def asked_share(handle: str) -> int:
    """The share of the full price that is asked, in per cent: 100, or 85 to 70 in a sale."""
    if pick("sale", handle, among=SALE_EVERY):
        return FULL
    return (85, 80, 75, 70)[pick("cut", handle, among=4)]


def offer(handle: str, values: dict[str, str], size: Size, image: int, share: int = FULL) -> CatalogueVariant:
    """A variant of that size at `share` per cent of its full price, in the markets where the size has one."""
    known_as = {name: (size.sku_label or v) if v == size.label else v for name, v in values.items()}
    sku = sku_of(handle, known_as)
    amounts = {"eu": size.eur, "us": size.usd}
    full = {market: Price(amounts[market], currency) for market, currency in MARKETS if amounts[market]}
    prices = {market: replace(price, amount=_ending(price.amount, share)) for market, price in full.items()}
    before = full if share < FULL else {}
    return CatalogueVariant(
        sku,
        values,
        prices,
        _stock(sku),
        before,
        _barcode(sku),
        size.grams,
        image,
        measure=CatalogueMeasure(*size.measure.split()) if size.measure else None,
        sample=size.label.startswith("Sample"),
    )


def _ending(full: int, share: int) -> int:
    """Full prices stand as written; reduced ones end in .00 or .50, small ones in five cents."""
    amount = full * share // 100
    if share == FULL:
        return full
    return amount - amount % (5 if amount < 1000 else 50)


def _stock(sku: str) -> int:
    """Five variants in a hundred are sold out, eight more nearly."""
    luck = pick("stock", sku, among=100)
    if luck < 5:
        return 0
    return 1 + luck % 4 if luck < 13 else 12 + pick("more", sku, among=140)


def sku_of(handle: str, values: dict[str, str]) -> str:
    """A stable SKU: initials of the product and a short hash of what distinguishes the variant."""
    initials = "".join(word[0] for word in handle.split("-") if word)[:4].upper()
    digest = hashlib.sha256("|".join([handle, *values.values()]).encode()).hexdigest()[:7].upper()
    return f"{initials}-{digest}"


def _barcode(sku: str) -> str:
    """A 13-digit number of the range that GS1 keeps for a shop's own use (prefix 20), with check digit."""
    body = f"20{pick('ean', sku, among=10**10):010d}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return f"{body}{-total % 10}"


def attributes(**values: Sequence[str]) -> tuple[CatalogueAttribute, ...]:
    """Facets by their codes, in the order given."""
    return tuple(CatalogueAttribute(code, _NAMES[code], tuple(listed)) for code, listed in values.items())


def tags(handle: str, share: int, more: Sequence[str]) -> tuple[str, ...]:
    """Slugs of `more`, and whether the product is reduced, new or much bought."""
    out = [slug(word) for word in more]
    if share < FULL:
        out.append("sale")
    if pick("new", handle, among=6) == 0:
        out.append("new")
    if pick("best", handle, among=9) == 0:
        out.append("bestseller")
    return tuple(dict.fromkeys(out))


def published_at(handle: str, *, new: bool) -> str:
    """A moment in the shop's first year (RFC 3339); new products are its latest."""
    day = 330 + pick("day", handle, among=30) if new else pick("day", handle, among=320)
    moment = OPENING + timedelta(days=day, minutes=pick("minute", handle, among=24 * 60))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
