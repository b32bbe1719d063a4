"""What checkout asks: eight questions at most, the choices among them counted; what few need is folded away.

`autocomplete` values are those of the HTML standard (WCAG 2.2, 1.3.5), so that browsers fill the forms in.
"""

from django.utils.translation import gettext as _

from storefront.clients.orders import Cart, DeliveryOptionList, PaymentMethodList
from storefront.clients.shapes import Contact, DeliveryOption
from storefront.clients.stores import PickupPromise
from storefront.web.address_fields import address_fields, address_values
from storefront.web.forms import Field, Form, Option


def _email(value: str) -> str:
    name, at, host = value.rpartition("@")
    if not (name and at and "." in host.strip(".")) or " " in value:
        return _("Email address: this is not a whole address. It looks like name@example.com.")
    return ""


def contact_form(cart: Cart, known: Contact | None = None) -> Form:
    """Who buys, filled with what the cart knows already, or the account (`known`)."""
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
    known = cart.contact or known
    if known is None:
        return form
    return form.filled({"email": known.email, "name": known.name, "phone": known.phone})


def contact_of(form: Form) -> Contact:
    """The contact that a valid form holds."""
    values = form.values
    return Contact(email=values["email"], name=values["name"], phone=values["phone"])


def address_form(cart: Cart, country: str, offered: DeliveryOptionList) -> Form:
    """Where it goes and how, as `country` writes addresses, filled with what the cart knows already."""
    where = address_fields(country, (one.code for one in offered.countries))
    return Form((*where, _option(offered.items))).filled(_known_delivery(cart, country))


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


def _option(offered: tuple[DeliveryOption, ...]) -> Field:
    options = tuple(Option(option.id, option.name) for option in offered)
    return Field("option_id", _("Delivery"), type="radio", options=options, value=options[0].value)


def _known_delivery(cart: Cart, country: str) -> dict[str, str]:
    known: dict[str, str] = {
        "postcode": cart.estimate.postcode or "" if cart.estimate.country == country else ""
    }
    if (address := cart.address) is not None:
        known = address_values(address)
    if cart.delivery_option is not None and cart.fulfilment.kind == "delivery":
        known["option_id"] = cart.delivery_option.id
    return known
