"""The questions that an address is asked by, the same in checkout and in the address book.

`autocomplete` values are those of the HTML standard (WCAG 2.2, 1.3.5), so that browsers fill the forms in.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from storefront.clients.shapes import Address
from storefront.web.addresses import AddressFormat, format_of
from storefront.web.formats import by_country_name
from storefront.web.formats import country as country_name
from storefront.web.forms import Field, Form, Option


def address_fields(country: str, countries: Iterable[str]) -> tuple[Field, ...]:
    """An address as `country` writes it, the country itself last; `countries` may be chosen (ISO codes)."""
    way = format_of(country)
    asked = (*way.folded, *way.after_line)
    fields = [_line1(), *(_part(name, way) for name in asked)]
    # What another country asks for is kept unseen, so that changing the country back loses nothing.
    fields += [_unseen(name) for name in ("region",) if name not in asked]
    return (*fields, _country(countries, country))


def address_of(form: Form) -> Address:
    """The address that a valid form holds, its postcode as the country writes it."""
    values = form.values
    way = format_of(values["country"])
    asked = "region" in (*way.folded, *way.after_line)
    return Address(
        line1=values["line1"],
        line2=values["line2"],
        company=values["company"],
        city=values["city"],
        region=values["region"] if asked else "",
        postcode=way.tidy(values["postcode"]),
        country=values["country"],
    )


def address_values(address: Address) -> dict[str, str]:
    """What the fields hold for an address that is known; not the country, which chooses the fields."""
    return {
        "line1": address.line1,
        "line2": address.line2,
        "company": address.company,
        "city": address.city,
        "region": address.region,
        "postcode": address.postcode,
    }


def _line1() -> Field:
    return Field("line1", _("Address"), autocomplete="address-line1", autocapitalize="words", max_length=100)


def _part(name: str, way: AddressFormat) -> Field:
    folded = name in way.folded
    if name == "postcode":
        return Field(
            "postcode",
            way.postcode_label,
            autocomplete="postal-code",
            autocapitalize="characters",
            inputmode=way.postcode_inputmode,
            hint=way.postcode_hint,
            max_length=12,
            check=way.postcode_check,
        )
    if name == "region":
        return Field(
            "region",
            way.region_label,
            type="select" if way.regions else "text",
            autocomplete="address-level1",
            required=way.region_required,
            max_length=80,
            folded=folded,
            options=way.regions,
        )
    labels = {
        "line2": (_("Flat, floor or building"), "address-line2", 100),
        "company": (_("Company"), "organization", 100),
        "city": (_("Town or city"), "address-level2", 80),
    }
    label, autocomplete, most = labels[name]
    return Field(
        name,
        label,
        autocomplete=autocomplete,
        autocapitalize="words",
        required=not folded,
        max_length=most,
        folded=folded,
    )


def _unseen(name: str) -> Field:
    return Field(name, "", type="hidden", required=False, max_length=80)


def _country(countries: Iterable[str], chosen: str) -> Field:
    options = tuple(Option(code, country_name(code)) for code in by_country_name(countries))
    # Where there is no choice, nothing is asked.
    kind = "select" if len(options) > 1 else "hidden"
    return Field("country", _("Country"), type=kind, autocomplete="country", options=options, value=chosen)
