"""What checkout asks: seven questions and a choice, two of them folded away.

`autocomplete` values are those of the HTML standard (WCAG 2.2, 1.3.5), so that browsers fill the forms in.
"""

from storefront.clients.orders import Cart, DeliveryOptionList
from storefront.clients.shapes import Address, Contact
from storefront.web.forms import Field, Form, Option

PAYMENT_METHODS = (
    Option("card", "Card", "You pay on our payment provider's own page. We never see your card."),
)


def _email(value: str) -> str:
    name, at, host = value.rpartition("@")
    if not (name and at and "." in host.strip(".")) or " " in value:
        return "Email address: this is not a whole address. It looks like name@example.com."
    return ""


def contact_form(cart: Cart) -> Form:
    """Who buys, filled with what the cart knows already."""
    form = Form(
        (
            Field(
                "email",
                "Email address",
                type="email",
                autocomplete="email",
                inputmode="email",
                max_length=254,
                hint="For your confirmation and delivery news, nothing else.",
                check=_email,
            ),
            Field("name", "Full name", autocomplete="name", max_length=120),
        )
    )
    known = cart.contact
    return form.filled({"email": known.email, "name": known.name}) if known else form


def contact_of(form: Form, cart: Cart) -> Contact:
    """The contact that a valid form holds; a phone number that the cart knows is kept."""
    phone = cart.contact.phone if cart.contact else ""
    return Contact(email=form["email"].value, name=form["name"].value, phone=phone)


def delivery_form(cart: Cart, offered: DeliveryOptionList) -> Form:
    """Where it goes and how, filled with what the cart knows already."""
    countries = tuple(Option(country.code, country.name) for country in offered.countries)
    options = tuple(Option(option.id, option.name) for option in offered.items)
    form = Form(
        (
            Field("line1", "Address", autocomplete="address-line1", max_length=100),
            Field(
                "line2",
                "Flat, floor or building",
                autocomplete="address-line2",
                required=False,
                max_length=100,
                folded=True,
            ),
            Field(
                "company", "Company", autocomplete="organization", required=False, max_length=100, folded=True
            ),
            Field("postcode", "Postcode", autocomplete="postal-code", max_length=12),
            Field("city", "Town or city", autocomplete="address-level2", max_length=80),
            Field(
                "country",
                "Country",
                type="select",
                autocomplete="country",
                options=countries,
                value=countries[0].value,
            ),
            Field("option_id", "Delivery", type="radio", options=options, value=options[0].value),
        )
    )
    return form.filled(_known_delivery(cart))


def _known_delivery(cart: Cart) -> dict[str, str]:
    known: dict[str, str] = {}
    if (address := cart.address) is not None:
        known = {
            "line1": address.line1,
            "line2": address.line2,
            "company": address.company,
            "city": address.city,
            "postcode": address.postcode,
            "country": address.country,
        }
    if cart.delivery_option is not None:
        known["option_id"] = cart.delivery_option.id
    return known


def address_of(form: Form) -> Address:
    """The address that a valid form holds."""
    values = form.values
    return Address(
        line1=values["line1"],
        line2=values["line2"],
        company=values["company"],
        city=values["city"],
        postcode=values["postcode"],
        country=values["country"],
    )


def payment_form() -> Form:
    """How to pay; the one method there is, is chosen already."""
    chosen = PAYMENT_METHODS[0].value
    return Form((Field("method", "Payment", type="radio", options=PAYMENT_METHODS, value=chosen),))
