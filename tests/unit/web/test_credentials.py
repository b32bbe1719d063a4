"""Fields of addresses, passwords and codes; and what an authenticator is told."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from storefront.web.authenticator import enrolment
from storefront.web.credentials import (
    code_field,
    email_field,
    new_password_field,
    password_field,
    weak_password,
)
from storefront.web.forms import Form
from storefront.web.jinja import template_environment


@pytest.mark.parametrize("typed", ["  twelve chars  ", "zwölf ＣＨＡＲＳ", "a\tb\nc\u200b", "é", "x" * 256])
def test_a_password_is_what_was_typed(typed):
    field = password_field().read(typed)
    assert field.value == typed
    assert not field.error


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "New password: please fill this in."),
        ("elevenchars", "New password: please use at least 12 characters."),
        ("x" * 257, "New password: please use at most 256 characters."),
        ("x" * 10_240, "New password: please use at most 256 characters."),
        (" twelve chars", "New password: please leave out the space"),
        ("twelve chars", ""),
        ("zwölf Zeichen 😀", ""),
    ],
)
def test_a_new_password_has_to_be_long_and_nothing_else(typed, words):
    error = new_password_field().read(typed).error
    assert error.startswith(words)
    assert bool(error) is bool(words)


def test_the_label_of_a_password_is_in_its_errors():
    field = new_password_field("new", "Your next password")
    assert field.read("x").error.startswith("Your next password: ")
    assert weak_password(field.label, ("number",)) == "Your next password: please use a digit, too."


def test_passwords_and_codes_stay_out_of_logs():
    form = Form((password_field().read("open sesame!"), code_field().read("123456")))
    assert "sesame" not in repr(form)
    assert "123456" not in repr(form)


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        "123 456",
        " 123-456 ",
        "123–456",
        "1 2 3 4 5 6",
        "\u200f123456",
        "١٢٣٤٥٦",
        "１２３４５６",
    ],
)
def test_a_code_is_taken_however_it_is_written(typed):
    field = code_field().read(typed)
    assert (field.value, field.error) == ("123456", "")


@pytest.mark.parametrize("typed", ["12345", "123456789", "12345a", "١٢٣", "²²²²²²", "½½½½½½", "-" * 6])
def test_what_is_no_code_is_said(typed):
    assert code_field(label="Code of the app").read(typed).error.startswith("Code of the app: please ")


@pytest.mark.parametrize(
    "typed",
    [
        "robin@example.com",
        "r@b.ie",
        "robin+shop@mail.example.com",
        "ü@exämple.de",
    ],
)
def test_an_address_is_taken(typed):
    assert not email_field().read(typed).error


@pytest.mark.parametrize(
    "typed",
    [
        "robin",
        "@example.com",
        "robin@",
        "robin@example",
        "a b@example.com",
        "x@.",
    ],
)
def test_what_is_no_address_is_said(typed):
    assert email_field().read(typed).error


def test_a_password_is_never_printed_and_never_cut_short():
    environment = template_environment()
    template = environment.from_string('{% from "components/field.html" import field %}{{ field(it) }}')
    text = template.render(it=new_password_field().read("open sesame"))
    control = text[text.index("<input") :]
    assert "sesame" not in text
    assert "maxlength" not in control
    assert "value=" not in control
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="password-hint password-error"' in control
    assert 'autocomplete="new-password"' in control


def test_an_authenticator_is_told_who_and_where():
    told = enrolment(secret="JBSWY3DPEHPK3PXP", account="robin+a@example.com", issuer="Field & Note")
    parts = urlsplit(told.uri)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Field & Note:robin+a@example.com"
    assert parse_qs(parts.query) == {"secret": ["JBSWY3DPEHPK3PXP"], "issuer": ["Field & Note"]}
    assert told.letters == "JBSW Y3DP EHPK 3PXP"
    assert told.picture.startswith("data:image/svg+xml")
    assert "JBSW" not in repr(told)
