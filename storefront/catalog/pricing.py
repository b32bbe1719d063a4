"""What the page says of a variant's price and stock, in words; amounts come from its offer as they are."""

from dataclasses import dataclass
from typing import Literal

from babel.units import format_unit
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.catalog.variants import words_for
from storefront.clients.catalog import Offer, Product, UnitPrice, Variant
from storefront.core import Money
from storefront.web.formats import babel_locale, money, number, percent
from storefront.web.regions import COUNTRIES, current_region

Stock = Literal["in_stock", "low_stock", "out_of_stock", "unknown"]

# CLDR's names of the contract's units; "piece" is a word of ours.
_UNITS = {
    "m": "length-meter",
    "m2": "area-square-meter",
    "kg": "mass-kilogram",
    "g": "mass-gram",
    "l": "volume-liter",
    "ml": "volume-milliliter",
}


@dataclass(frozen=True, slots=True)
class VariantView:
    """The chosen variant. `price` is None and `availability` "unknown" while offers can't be had.

    `words` are its values ("Moss, 60 cm"), `stock`, `unit_price` and `saving` sentences or parts of them, ""
    where there is nothing to say. `spoken` is what is announced when it is chosen.
    """

    sku: str
    title: str
    words: str
    price: Money | None
    compare_at: Money | None
    saving: str
    unit_price: str
    availability: Stock
    stock: str
    quantity: int
    image_index: int | None
    spoken: str


def variant_view(product: Product, variant: Variant, offer: Offer | None) -> VariantView:
    """What the page shows of a variant that is sold."""
    words = words_for(product, variant)
    stock = stock_words(offer)
    return VariantView(
        sku=variant.sku,
        title=variant.title,
        words=words,
        price=offer.price if offer else None,
        compare_at=_before(offer),
        saving=_saving(offer),
        unit_price=_unit_price(offer.unit_price) if offer else "",
        availability=offer.availability if offer else "unknown",
        stock=stock,
        quantity=offer.quantity if offer else 0,
        image_index=variant.image_index,
        spoken=_spoken(words or product.title, offer, stock),
    )


def stock_words(offer: Offer | None) -> str:
    """How many there are: "In stock", "Only 3 left", "Sold out". The cart asks again."""
    if offer is None:
        return _("Stock is checked in your cart")
    if offer.availability == "out_of_stock":
        return _("Sold out")
    if offer.availability == "low_stock":
        left = offer.quantity
        return ngettext("Only %(count)s left", "Only %(count)s left", left) % {"count": number(left)}
    return _("In stock")


def tax_note() -> str:
    """How prices in the current region's country stand to tax."""
    if COUNTRIES[current_region().country].tax_on_top:
        return _("Plus sales tax, which is shown in your cart.")
    return _("Prices include VAT.")


def _before(offer: Offer | None) -> Money | None:
    """The price before, where it is the higher one: anything else is no reduction."""
    if offer is None or offer.compare_at is None or not offer.price < offer.compare_at:
        return None
    return offer.compare_at


def _saving(offer: Offer | None) -> str:
    before = _before(offer)
    if offer is None or before is None:
        return ""
    saved = before - offer.price
    share = percent(saved.amount / before.amount)
    return _("You save %(amount)s (%(share)s)") % {"amount": money(saved), "share": share}


def _unit_price(told: UnitPrice | None) -> str:
    """What a reference quantity costs, such as "€7.80 per 1 m" (Directive 98/6/EC)."""
    if told is None:
        return ""
    quantity, unit = told.per.quantity, told.per.unit
    if unit in _UNITS:
        measure = format_unit(quantity, _UNITS[unit], length="short", locale=babel_locale(current_region()))
    else:
        measure = ngettext("%(count)s piece", "%(count)s pieces", int(quantity)) % {"count": number(quantity)}
    return _("%(price)s per %(measure)s") % {"price": money(told.price), "measure": measure}


def _spoken(words: str, offer: Offer | None, stock: str) -> str:
    if offer is None:
        return _("%(variant)s. %(stock)s.") % {"variant": words, "stock": stock}
    return _("%(variant)s: %(price)s. %(stock)s.") % {
        "variant": words,
        "price": money(offer.price),
        "stock": stock,
    }
