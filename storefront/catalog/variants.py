"""Choosing among a product's variants, by options whose links keep as much of the choice as exists.

`offers` is a map of SKU to offer for what the market sells now, or None while prices can't be had: then every
variant may be chosen, and the cart tells price and stock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from storefront.clients.catalog import Offer, Product, Variant
from storefront.core import Money

Offers = Mapping[str, Offer] | None
Stock = Literal["in_stock", "low_stock", "out_of_stock", "unknown"]


@dataclass(frozen=True, slots=True)
class VariantView:
    """The chosen variant. `price` is None and `availability` "unknown" while offers can't be had."""

    sku: str
    title: str
    price: Money | None
    compare_at: Money | None
    availability: Stock
    quantity: int
    image_index: int | None


@dataclass(frozen=True, slots=True)
class OptionValueView:
    """One value of an option. `available` says whether what `href` leads to can be bought now."""

    value: str
    selected: bool
    available: bool
    href: str


@dataclass(frozen=True, slots=True)
class OptionView:
    """Something to choose, such as a colour."""

    name: str
    values: tuple[OptionValueView, ...]


def choose(product: Product, offers: Offers, sku: str) -> Variant | None:
    """The variant called `sku`, else the first that can be bought, else the first that is sold at all."""
    sold = [variant for variant in product.variants if offers is None or variant.sku in offers]
    for variant in sold:
        if variant.sku == sku:
            return variant
    return next((v for v in sold if _available(v, offers)), sold[0] if sold else None)


def variant_view(variant: Variant, offers: Offers) -> VariantView:
    """What the page shows of a variant that is sold."""
    offer = offers.get(variant.sku) if offers else None
    return VariantView(
        sku=variant.sku,
        title=variant.title,
        price=offer.price if offer else None,
        compare_at=offer.compare_at if offer else None,
        availability=offer.availability if offer else "unknown",
        quantity=offer.quantity if offer else 0,
        image_index=variant.image_index,
    )


def option_views(
    product: Product, offers: Offers, chosen: Variant | None, href: Callable[[Variant], str]
) -> tuple[OptionView, ...]:
    """The options with a link for every value that a sold variant has; `href` makes the links."""
    views = []
    for option in product.options:
        values = []
        for value in option.values:
            target = _nearest(product, offers, chosen, option.name, value)
            if target is not None:
                selected = chosen is not None and chosen.options.get(option.name) == value
                values.append(OptionValueView(value, selected, _available(target, offers), href(target)))
        if values:
            views.append(OptionView(option.name, tuple(values)))
    return tuple(views)


def _nearest(
    product: Product, offers: Offers, chosen: Variant | None, name: str, value: str
) -> Variant | None:
    """The variant with `value` that shares most other options with the chosen one; the first of several."""
    others = dict(chosen.options) if chosen else {}
    candidates = [
        v for v in product.variants if v.options.get(name) == value and (offers is None or v.sku in offers)
    ]
    return max(
        candidates,
        key=lambda v: (
            sum(v.options.get(n) == other for n, other in others.items() if n != name),
            _available(v, offers),
        ),
        default=None,
    )


def _available(variant: Variant, offers: Offers) -> bool:
    if offers is None:
        return True
    offer = offers.get(variant.sku)
    return offer is not None and offer.availability != "out_of_stock"
