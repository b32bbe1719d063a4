"""What checkout asks: eight questions at most, the choices among them counted; what few need is folded away.

`autocomplete` values are those of the HTML standard (WCAG 2.2, 1.3.5), so that browsers fill the forms in.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from storefront.checkout.addresses import AddressFormat, format_of
from storefront.clients.orders import Cart, Country, DeliveryOptionList, PaymentMethodList
from storefront.clients.shapes import Address, Contact, DeliveryOption
from storefront.clients.stores import PickupPromise
from storefront.web.formats import by_country_name
from storefront.web.formats import country as country_name
from storefront.web.forms import Field, Form, Option


def _email(value: str) -> str:
    name, at, host = value.rpartition("@")
    if not (name and at and "." in host.strip(".")) or " " in value:
        return _("Email address: this is not a whole address. It looks like name@example.com.")
    return ""


def contact_form(cart: Cart) -> Form:
    """Who buys, filled with what the cart knows already."""
    form = Form(
        (
            Field(
                "email",
                _("Email address"),
                type="email",
                autocomplete="email",
                inputmode="email",
                max_length=254,
                hint=_("For your confirmation and delivery news, nothing else."),
                check=_email,
            ),
            Field("name", _("Full name"), autocomplete="name", autocapitalize="words", max_length=120),
            Field(
                "phone",
                _("Phone number"),
                type="tel",
                autocomplete="tel",
                inputmode="tel",
                required=False,
                max_length=32,
                folded=True,
                hint=_("Only for the courier, should they not find you."),
            ),
        )
    )
    known = cart.contact
    if known is None:
        return form
    return form.filled({"email": known.email, "name": known.name, "phone": known.phone})


def contact_of(form: Form) -> Contact:
    """The contact that a valid form holds."""
    values = form.values
    return Contact(email=values["email"], name=values["name"], phone=values["phone"])


def address_form(cart: Cart, country: str, offered: DeliveryOptionList) -> Form:
    """Where it goes and how, as `country` writes addresses, filled with what the cart knows already."""
    way = format_of(country)
    fields = [_line1(), *(_address_field(name, way) for name in (*way.folded, *way.after_line))]
    # What another country asks for is kept unseen, so that changing the country back loses nothing.
    fields += [_unseen(name) for name in ("region",) if name not in (*way.folded, *way.after_line)]
    form = Form((*fields, _country(offered.countries, country), _option(offered.items)))
    return form.filled(_known_delivery(cart, country))


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


def store_form(cart: Cart, promises: tuple[PickupPromise, ...]) -> Form:
    """Where it is picked up, the nearest store that has everything chosen already."""
    ready = tuple(Option(one.store_id, one.name) for one in promises if one.available)
    chosen = cart.fulfilment.store.id if cart.fulfilment.store else ""
    first = ready[0].value if ready else ""
    value = chosen if chosen in {option.value for option in ready} else first
    return Form((Field("store_id", _("Store"), type="radio", options=ready, value=value),))


def payment_form(cart: Cart, methods: PaymentMethodList) -> Form:
    """How to pay; the cart's own way, which is the market's usual one at first, is chosen already."""
    options = tuple(Option(one.id, one.name, one.detail) for one in methods.items)
    known = {option.value for option in options}
    value = cart.payment_method if cart.payment_method in known else options[0].value
    return Form((Field("method", _("Payment"), type="radio", options=options, value=value),))


def _line1() -> Field:
    return Field("line1", _("Address"), autocomplete="address-line1", autocapitalize="words", max_length=100)


def _address_field(name: str, way: AddressFormat) -> Field:
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


def _country(countries: Iterable[Country], chosen: str) -> Field:
    codes = by_country_name(one.code for one in countries)
    options = tuple(Option(code, country_name(code)) for code in codes)
    # Where there is no choice, nothing is asked.
    kind = "select" if len(options) > 1 else "hidden"
    return Field("country", _("Country"), type=kind, autocomplete="country", options=options, value=chosen)


def _option(offered: tuple[DeliveryOption, ...]) -> Field:
    options = tuple(Option(option.id, option.name) for option in offered)
    return Field("option_id", _("Delivery"), type="radio", options=options, value=options[0].value)


def _known_delivery(cart: Cart, country: str) -> dict[str, str]:
    known: dict[str, str] = {
        "postcode": cart.estimate.postcode or "" if cart.estimate.country == country else ""
    }
    if (address := cart.address) is not None:
        known = {
            "line1": address.line1,
            "line2": address.line2,
            "company": address.company,
            "city": address.city,
            "region": address.region,
            "postcode": address.postcode,
        }
    if cart.delivery_option is not None and cart.fulfilment.kind == "delivery":
        known["option_id"] = cart.delivery_option.id
    return known
