"""The steps in their order: none can be skipped, every one can be gone back to, and what was typed stays."""

import pytest

from storefront.core import FieldProblem, Invalid, PreconditionFailed
from storefront.web.cart_cookie import cart_cookie_name
from tests import samples
from tests.unit.cart.shopper import (
    CONTACT,
    DELIVERY,
    NO_STORE,
    Shopper,
    summary_of,
    text_of,
    title_of,
    value_of,
)
from tests.unit.web.shops import down

STEPS = ("contact", "delivery", "payment", "review")


@pytest.fixture
def full(shopper) -> Shopper:
    shopper.add()
    return shopper


def url(step: str) -> str:
    return f"/ie/en/checkout/{step}/"


def upto(shopper: Shopper, step: str) -> None:
    """Do every step before `step`."""
    for name in STEPS[: STEPS.index(step)]:
        assert getattr(shopper, name)().status_code == 303


@pytest.mark.parametrize("step", STEPS)
def test_start_leads_to_the_first_step_that_is_not_done(full, client, step):
    upto(full, step)
    response = client.get("/checkout/")
    # There is one way to pay, so nothing is left to be answered once the delivery is known.
    expected = "review" if step == "payment" else step
    assert (response.status_code, response["Location"]) == (303, url(expected))


@pytest.mark.parametrize("asked", STEPS)
@pytest.mark.parametrize("first_open", STEPS)
def test_no_step_is_skipped_and_every_one_can_be_gone_back_to(full, client, first_open, asked):
    upto(full, first_open)
    response = client.get(url(asked))
    if first_open == "payment" or STEPS.index(asked) <= STEPS.index(first_open):
        assert response.status_code == 200
        assert response["Cache-Control"] == NO_STORE
    else:
        assert (response.status_code, response["Location"]) == (303, url(first_open))


@pytest.mark.parametrize("step", ["delivery", "payment"])
def test_a_form_of_a_later_step_is_not_taken_early(full, step):
    before = full.cart
    response = getattr(full, step)()
    assert (response.status_code, response["Location"]) == (303, url("contact"))
    assert full.cart == before


def test_each_step_leads_to_the_next_and_keeps_what_was_said(full):
    assert full.contact()["Location"] == url("delivery")
    assert full.delivery()["Location"] == url("payment")
    assert full.payment()["Location"] == url("review")
    cart = full.cart
    assert (cart.contact, cart.address) == (samples.CONTACT, samples.ADDRESS)
    assert cart.delivery_option.id == "standard"


def test_going_back_shows_what_was_said(full, client):
    upto(full, "review")
    for name, value in CONTACT.items():
        assert value_of(client.get(url("contact")), name) == value
    delivery = client.get(url("delivery"))
    for name in ("line1", "city", "postcode", "country"):
        assert value_of(delivery, name) == DELIVERY[name]


@pytest.mark.parametrize(
    ("step", "change"), [("contact", {"name": "Robin B."}), ("delivery", {"city": "Cork"}), ("payment", {})]
)
def test_a_change_from_the_review_page_returns_there(full, client, step, change):
    full_review = url("review")
    upto(full, "review")
    assert f'href="{url(step)}"' in text_of(client.get(full_review))
    assert getattr(full, step)(**change)["Location"] == full_review
    page = text_of(client.get(full_review))
    assert all(value in page for value in change.values())


def test_the_review_page_says_everything_once_more(full, client):
    upto(full, "review")
    page = text_of(client.get(url("review")))
    words = ("Robin Byrne", "robin@example.com", "12 Harbour Street", "Galway", "H91 AB12",
             "Standard delivery", "Card", "Meadow cushion", "€49.00", "€4.95",
             "Place order and pay €53.95")  # fmt: skip
    for word in words:
        assert word in page


@pytest.mark.parametrize("step", ["", *STEPS])
def test_without_a_cart_there_is_nothing_to_check_out(client, twins, step):
    response = client.get(url(step) if step else "/checkout/")
    assert (response.status_code, response["Location"]) == (303, "/ie/en/cart/?about=empty")
    assert "Your cart is empty, so there is nothing to check out." in text_of(
        client.get(response["Location"])
    )


def test_an_emptied_cart_can_not_be_checked_out(full, client):
    full.change("", action="remove")
    assert client.get("/checkout/")["Location"] == "/ie/en/cart/?about=empty"


def test_a_cart_that_expired_meanwhile_is_said_to_be(full, client, twins, settings):
    twins.orders.expire(full.ref.id)
    response = full.contact()
    assert (response.status_code, response["Location"]) == (303, "/ie/en/cart/")
    assert response.cookies[cart_cookie_name()].value == ""
    assert "Your earlier cart has expired." in text_of(client.get(response["Location"]))


def refused(shopper: Shopper, step: str, field: str, sentence: str, title: str, **typed: str):
    """The step's answer when one field is refused: named in summary and at the field, everything kept."""
    before = shopper.cart
    response = getattr(shopper, step)(**typed)
    assert response.status_code == 422
    assert title_of(response).startswith(f"Error: {title}")
    assert f'<a href="#{field}">' in summary_of(response)
    assert sentence in summary_of(response)
    assert f'id="{field}-error">' in text_of(response)
    assert response["Cache-Control"] == NO_STORE
    assert shopper.cart == before
    return response


@pytest.mark.parametrize(
    "typed", ["", "robin", "robin@nowhere", "@example.com", "ro bin@example.com", "a" * 250 + "@b.example"]
)
def test_an_email_address_that_is_none(full, typed):
    response = refused(
        full,
        "contact",
        "email",
        "Email address: " if typed else "Enter your email address.",
        "Contact details",
        email=typed,
    )
    assert value_of(response, "email") == typed
    assert value_of(response, "name") == "Robin Byrne"


@pytest.mark.parametrize("typed", ["", "   ", "x" * 121])
def test_a_name_that_is_none(full, typed):
    response = refused(
        full,
        "contact",
        "name",
        "Full name: please" if typed.strip() else "Enter your full name.",
        "Contact details",
        name=typed,
    )
    assert value_of(response, "name") == typed.strip()
    assert value_of(response, "email") == "robin@example.com"


def test_markup_that_was_typed_is_text(full):
    response = refused(full, "contact", "email", "Email address: ", "Contact details", email='"><b>@')
    assert b'"><b>' not in response.content
    assert value_of(response, "email") == '"><b>@'


def test_a_contact_that_the_order_service_refuses(full, twins):
    problem = FieldProblem("/email", "email_undeliverable", "nobody gets mail there.")
    twins.orders.fail(Invalid("orders", "x", status=422, errors=(problem,)), "set_contact")
    response = refused(full, "contact", "email", "Email address: nobody gets mail there.", "Contact details")
    assert value_of(response, "email") == "robin@example.com"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("line1", "", "Enter the street and house number."),
        ("line1", "x" * 101, "Address: please use at most 100 characters."),
        ("city", " ", "Enter the town or city."),
        ("postcode", "", "Eircode: please fill this in."),
        ("postcode", "1" * 13, "Eircode: please use at most 12 characters."),
        ("country", "FR", "Country: please choose one of the list."),
        ("country", "", "Country: please fill this in."),
        ("option_id", "pigeon", "Delivery: please choose one of the list."),
        ("option_id", "", "Delivery: please fill this in."),
    ],
)
def test_delivery_details_that_are_none(full, field, typed, sentence):
    full.contact()
    response = refused(full, "delivery", field, sentence, "Delivery", **{field: typed})
    for name in {"line1", "city", "postcode"} - {field}:
        assert value_of(response, name) == DELIVERY[name]


@pytest.mark.parametrize(
    ("field", "label", "code", "detail"),
    [
        ("postcode", "Eircode", "postcode_invalid", "this is not a postcode of that country."),
        ("country", "Country", "country_not_served", "we do not deliver there."),
    ],
)
def test_an_address_that_the_order_service_refuses(full, twins, field, label, code, detail):
    full.contact()
    problem = FieldProblem(f"/{field}", code, detail)
    twins.orders.fail(Invalid("orders", "x", status=422, errors=(problem,)), "set_address")
    response = refused(full, "delivery", field, f"{label}: {detail}", "Delivery", postcode="A65 0000")
    assert value_of(response, "postcode") == "A65 0000"
    assert value_of(response, "line1") == DELIVERY["line1"]
    assert value_of(response, "country") == "IE"


def test_a_refusal_that_names_no_field_is_said_above_the_form(full, twins):
    full.contact()
    error = Invalid("orders", "x", status=422, code="unknown_delivery_option", detail="That is not offered.")
    twins.orders.fail(error, "set_delivery_option")
    response = full.delivery()
    assert response.status_code == 422
    assert "Delivery: this is not offered there. Please choose another." in summary_of(response)
    assert value_of(response, "postcode") == DELIVERY["postcode"]
    assert full.cart.delivery_option is None


@pytest.mark.parametrize(("step", "write"), [("contact", "set_contact"), ("delivery", "set_address")])
def test_a_cart_that_another_tab_changed_meanwhile(full, twins, step, write):
    upto(full, step)
    twins.orders.fail(PreconditionFailed("orders", "x", status=412, code="version_mismatch"), write)
    response = getattr(full, step)()
    assert response.status_code == 422
    assert "changed in another tab" in summary_of(response)
    twins.orders.heal()
    assert getattr(full, step)().status_code == 303


@pytest.mark.parametrize("typed", ["", "invoice", "<b>"])
def test_a_payment_method_that_there_is_not(full, client, typed):
    upto(full, "payment")
    refused(full, "payment", "method", "Payment: please", "Payment", method=typed)


@pytest.mark.parametrize("step", STEPS)
def test_while_the_order_service_is_away(full, client, twins, settings, step):
    upto(full, "review")
    twins.orders.fail(down("orders"))
    response = client.get(url(step))
    assert response.status_code == 503
    assert "Your cart is safe. Please try again" in text_of(response)
    assert int(response["Retry-After"]) > 0
    assert cart_cookie_name() not in response.cookies


@pytest.mark.parametrize("step", ["contact", "delivery"])
def test_details_are_taken_without_the_session_table(full, twins, settings, step):
    upto(full, step)
    twins.sessions.down = True
    response = getattr(full, step)()
    assert response.status_code == 303
    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_every_step_goes_on_without_the_session_table(full, twins):
    twins.sessions.down = True
    assert full.contact()["Location"] == url("delivery")
    assert full.delivery()["Location"] == url("payment")
    assert full.payment()["Location"] == url("review")


def test_a_form_from_before_another_tab_s_change_overwrites_nothing(full):
    full.contact()
    stale = str(full.cart.version)
    full.contact(name="Robin the Second")
    response = full.contact(name="Robin the First", version=stale)
    assert response.status_code == 422
    assert "changed in another tab" in text_of(response)
    assert value_of(response, "name") == "Robin the First"
    assert full.cart.contact.name == "Robin the Second"


@pytest.mark.parametrize("step", ["contact", "delivery"])
def test_what_was_typed_stays_when_it_can_not_be_saved(full, twins, step):
    upto(full, step)
    twins.orders.fail(down("orders"), "set_contact", "set_address")
    response = getattr(full, step)(
        **({"name": "Robin Typed"} if step == "contact" else {"city": "Typedville"})
    )
    assert response.status_code == 503
    assert "What you typed is still here" in text_of(response)
    assert "Robin Typed" in text_of(response) or "Typedville" in text_of(response)


def test_what_an_address_does_not_allow_is_said_and_the_next_try_counts(full, twins):
    """The address is taken before the option is refused: the page has to show the cart as it is then."""
    full.contact()
    refusal = Invalid("orders", "x", status=422, code="unknown_delivery_option", detail="Not to Germany.")
    twins.orders.fail(refusal, "set_delivery_option")
    response = full.delivery(country="DE", postcode="10115", option_id="express")
    assert response.status_code == 422
    assert "Delivery: this is not offered there." in summary_of(response)
    assert value_of(response, "country") == "DE"
    assert f'name="version" value="{full.cart.version}"' in " ".join(text_of(response).split())

    twins.orders.heal()
    assert full.delivery(country="DE", postcode="10115").status_code == 303
    assert full.cart.delivery_option.id == "standard"
