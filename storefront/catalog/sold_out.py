"""What a sold-out variant's page says instead of a dead button: where else it is there, and what else is."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from storefront.catalog.variants import Offers, available, words_for
from storefront.clients.catalog import Product, ProductOption, Variant
from storefront.core import Money
from storefront.web.formats import and_list

_MOST = 6


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another variant that can be bought now."""

    label: str
    price: Money | None
    href: str


@dataclass(frozen=True, slots=True)
class SoldOut:
    """`message` says what is sold out, `notes` where it is not, `alternatives` the nearest that are there."""

    message: str
    notes: tuple[str, ...]
    alternatives: tuple[Alternative, ...]


def sold_out(
    product: Product, offers: Offers, chosen: Variant, href: Callable[[Variant], str]
) -> SoldOut | None:
    """What to say of the chosen variant, or None when it can be bought (or nobody knows)."""
    if offers is None or available(chosen, offers):
        return None
    words = words_for(product, chosen)
    message = _("%(variant)s is sold out.") % {"variant": words} if words else _("This is sold out.")
    there = [v for v in product.variants if v.sku in offers and available(v, offers)]
    there.sort(key=lambda v: (v.sample, -_alike(v, chosen)))
    if not there and len(product.variants) > 1:
        notes: tuple[str, ...] = (_("All other variants are sold out as well."),)
    else:
        notes = tuple(note for option in product.options for note in _notes(product, offers, chosen, option))
    return SoldOut(
        message=message,
        notes=notes,
        alternatives=tuple(
            Alternative(words_for(product, v) or v.title, offers[v.sku].price, href(v)) for v in there[:_MOST]
        ),
    )


def _notes(product: Product, offers: Offers, chosen: Variant, option: ProductOption) -> list[str]:
    """For one option: with which of its other values the rest of the choice is there, and with which not."""
    rest = {n: v for n, v in chosen.options.items() if n != option.name}
    beside = [
        variant
        for variant in product.variants
        if variant.sku != chosen.sku
        and offers is not None
        and variant.sku in offers
        and option.name in variant.options
        and all(variant.options.get(n) == v for n, v in rest.items())
    ]
    there = [option.called(v.options[option.name]) for v in beside if available(v, offers)]
    gone = [option.called(v.options[option.name]) for v in beside if not available(v, offers)]
    notes = []
    if there:
        notes.append(
            _("%(option)s: available in %(values)s.") % {"option": option.label, "values": and_list(there)}
        )
    if gone:
        notes.append(
            _("%(option)s: also sold out in %(values)s.") % {"option": option.label, "values": and_list(gone)}
        )
    return notes


def _alike(variant: Variant, chosen: Variant) -> int:
    return sum(variant.options.get(name) == value for name, value in chosen.options.items())
