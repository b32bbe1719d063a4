"""What signing in asks. No puzzles, nothing twice, and password managers may fill all of it in."""

from django.utils.translation import gettext as _

from storefront.web.credentials import code_field, email_field, new_password_field, password_field
from storefront.web.forms import Field, Form

MOST_NAME = 120
CREDENTIAL = "credential"


def sign_in_form(email: str = "") -> Form:
    """Address and password."""
    return Form((email_field(value=email), password_field()))


def sign_up_form() -> Form:
    """Who one is, and a password."""
    name = Field(
        "name",
        _("Full name"),
        autocomplete="name",
        autocapitalize="words",
        max_length=MOST_NAME,
    )
    return Form((name, email_field(), new_password_field("password", _("Password"))))


def confirm_form(email: str = "") -> Form:
    """The code that was mailed to a new address."""
    return Form((email_field(value=email), code_field()))


def forgot_form(email: str = "") -> Form:
    """Whose password is forgotten."""
    return Form((email_field(value=email),))


def reset_form(email: str = "") -> Form:
    """The code that was mailed, and a new password."""
    return Form((email_field(value=email), code_field(), new_password_field()))


def code_form() -> Form:
    """A code alone."""
    return Form((code_field(),))


def new_password_form() -> Form:
    """A new password alone."""
    return Form((new_password_field(),))


def passkey_form() -> Form:
    """Nothing to fill in: the script puts in what the device answers."""
    return Form(())
