"""What the address book asks: what to call the address, whose name goes on the parcel, and where it goes."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from storefront.clients.customers import AddressInput, SavedAddress
from storefront.clients.shapes import Address
from storefront.core import UpstreamError
from storefront.web import reads
from storefront.web.address_fields import address_fields, address_of, address_values
from storefront.web.forms import Field, Form
from storefront.web.regions import COUNTRIES
from storefront.web.shop import Shop


def countries_of(shop: Shop, *own: str) -> tuple[str, ...]:
    """Where this market delivers to, and `own`: an address of another market can be kept as it is.

    While the order service is away, the market's own countries.
    """
    try:
        served = tuple(one.code for one in reads.delivery_quotes(shop, shop.country).value.countries)
    except UpstreamError:
        shop.telemetry.degraded("delivery_countries", "unavailable")
        served = tuple(one.code.upper() for one in COUNTRIES.values() if one.market == shop.market)
    return tuple(dict.fromkeys((*served, *own)))


def address_form(country: str, countries: Iterable[str]) -> Form:
    """The empty form, as `country` writes addresses."""
    return Form(
        (
            Field(
                "label",
                _("What you call it"),
                required=False,
                max_length=40,
                hint=_("For example Home or Office."),
            ),
            Field("name", _("Full name"), autocomplete="name", autocapitalize="words", max_length=120),
            *address_fields(country, countries),
        )
    )


def values_of(saved: SavedAddress) -> dict[str, str]:
    """What the form holds for an address that is kept."""
    return {"label": saved.label, "name": saved.name, **address_values(saved.address)}


def input_of(form: Form) -> AddressInput:
    """The address that a valid form holds."""
    values = form.values
    return AddressInput(label=values["label"], name=values["name"], address=address_of(form))


def in_one_line(name: str, address: Address) -> str:
    """An address in a sentence."""
    parts = (name, address.line1, address.line2, address.city, address.region, address.postcode)
    return ", ".join(part for part in parts if part)
