"""Choosing among a product's variants, by options whose links keep as much of the choice as exists.

Whether a value can be had is judged together with the other values that are chosen: "Moss" may be sold out
in 60 cm and there in 45 cm. `offers` is a map of SKU to offer for what the market sells now, or None while
prices can't be had: then every variant may be chosen, and the cart tells price and stock.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from storefront.clients.catalog import Offer, Product, ProductOption, Variant
from storefront.web.formats import and_list, comma_list, country_in_english

Offers = Mapping[str, Offer] | None
State = Literal["available", "sold_out", "missing"]

_COLOUR = ("colour", "color")


@dataclass(frozen=True, slots=True)
class OptionValueView:
    """One value of an option, with what `href` leads to.

    `state` judges the value together with the other chosen ones: "missing" when there is no such variant, and
    then `href` leads to the nearest that has the value. `hint` says that in words, "" when it is available.
    `value` is the same in every language, `label` is what people read.
    """

    value: str
    label: str
    selected: bool
    state: State
    hint: str
    href: str


@dataclass(frozen=True, slots=True)
class OptionView:
    """Something to choose, such as a colour. `notes` explain, in sentences, what can't be had and why."""

    label: str
    chosen: str
    is_colour: bool
    values: tuple[OptionValueView, ...]
    notes: tuple[str, ...]


def choose(product: Product, offers: Offers, sku: str, country: str = "") -> Variant | None:
    """The variant called `sku`, else the first that can be bought (a sample last), else the first at all.

    One made for `country` (as in `Shop.country`) goes before the others: in Ireland, a lamp with the "UK and
    Ireland plug".
    """
    sold = [variant for variant in product.variants if offers is None or variant.sku in offers]
    for variant in sold:
        if variant.sku == sku:
            return variant
    name = country_in_english(country)
    there = sorted((v for v in sold if available(v, offers)), key=lambda v: (v.sample, not _names(v, name)))
    return next(iter(there or sold), None)


def _names(variant: Variant, country: str) -> bool:
    """Whether one of a variant's values, which are English everywhere, names that country in whole words."""
    return bool(country) and any(
        re.search(rf"\b{re.escape(country)}\b", value) for value in variant.options.values()
    )


def option_views(
    product: Product, offers: Offers, chosen: Variant | None, href: Callable[[Variant], str]
) -> tuple[OptionView, ...]:
    """The options with a link for every value that a sold variant has; `href` makes the links."""
    views = (_option_view(product, offers, chosen, option, href) for option in product.options)
    return tuple(view for view in views if view.values)


def available(variant: Variant, offers: Offers) -> bool:
    """Whether it can be bought now; while nobody knows, yes."""
    if offers is None:
        return True
    offer = offers.get(variant.sku)
    return offer is not None and offer.availability != "out_of_stock"


def words_for(product: Product, variant: Variant, without: str = "") -> str:
    """A variant's values as people read them ("Moss, 60 cm"), the option called `without` left out."""
    words = [
        option.called(variant.options[option.name])
        for option in product.options
        if option.name in variant.options and option.name != without
    ]
    return comma_list(words)


def _option_view(
    product: Product,
    offers: Offers,
    chosen: Variant | None,
    option: ProductOption,
    href: Callable[[Variant], str],
) -> OptionView:
    others = words_for(product, chosen, option.name) if chosen else ""
    mine = chosen.options.get(option.name, "") if chosen else ""
    values = []
    for value in option.values:
        target = _nearest(product, offers, chosen, option.name, value)
        if target is None:
            continue
        state = _state(target, offers, chosen, option.name)
        hint = _hint(state, others)
        values.append(OptionValueView(value, option.called(value), value == mine, state, hint, href(target)))
    return OptionView(
        label=option.label,
        chosen=option.called(mine) if mine else "",
        is_colour=option.name.lower() in _COLOUR,
        values=tuple(values),
        notes=_notes(values, others),
    )


def _state(target: Variant, offers: Offers, chosen: Variant | None, name: str) -> State:
    rest = {n: v for n, v in (chosen.options if chosen else {}).items() if n != name}
    if any(target.options.get(n) != v for n, v in rest.items()):
        return "missing"
    return "available" if available(target, offers) else "sold_out"


def _hint(state: State, others: str) -> str:
    """What is spoken after a value that can't be had with the rest of the choice."""
    if state == "available":
        return ""
    if state == "missing":
        return _("not made in %(others)s") % {"others": others}
    return _("sold out in %(others)s") % {"others": others} if others else _("sold out")


def _notes(values: list[OptionValueView], others: str) -> tuple[str, ...]:
    """The same for the eye, in one sentence for each reason; about the values that aren't chosen."""
    gone = [one.label for one in values if one.state == "sold_out" and not one.selected]
    never = [one.label for one in values if one.state == "missing"]
    notes = []
    if gone and others:
        notes.append(_("Sold out in %(others)s: %(values)s") % {"others": others, "values": and_list(gone)})
    elif gone:
        notes.append(_("Sold out: %(values)s") % {"values": and_list(gone)})
    if never:
        notes.append(_("Not made in %(others)s: %(values)s") % {"others": others, "values": and_list(never)})
    return tuple(notes)


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
            available(v, offers),
        ),
        default=None,
    )
