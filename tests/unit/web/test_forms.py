"""Forms: what was typed stays, what is wrong is said beside it, and the backend has the last word."""

import pytest

from storefront.core import FieldProblem
from storefront.web.forms import Field, Form, Option, clean

FORM = Form(
    (
        Field("email", "Email", type="email", autocomplete="email", max_length=20),
        Field("phone", "Phone", required=False),
        Field("country", "Country", options=(Option("IE", "Ireland"), Option("FR", "France"))),
        Field(
            "code", "Code", required=False, check=lambda value: "" if value == "ok" else "Code: not that one."
        ),
    )
)


def test_a_form_read_keeps_what_was_typed():
    form = FORM.read({"email": " robin@example.com ", "country": "IE", "extra": "ignored"})
    assert form.ok
    assert form.values == {"email": "robin@example.com", "phone": "", "country": "IE", "code": ""}


def test_every_fault_is_said_once_in_the_order_of_the_fields():
    form = FORM.read({"email": "x" * 21, "country": "XX", "code": "no"})
    assert [(error.name, error.message) for error in form.errors] == [
        ("email", "Email: please use at most 20 characters."),
        ("country", "Country: please choose one of the list."),
        ("code", "Code: not that one."),
    ]
    assert form["email"].value == "x" * 21


def test_what_is_missing_is_asked_for():
    assert [error.name for error in FORM.read({}).errors] == ["email", "country"]


def test_refusals_of_the_backend_stand_beside_their_fields():
    problems = [
        FieldProblem("/contact/email", "email", "There is no such domain."),
        FieldProblem("/x", "y", "Odd."),
    ]
    form = FORM.with_refusals(problems, otherwise="It was refused.")
    assert form["email"].error == "Email: There is no such domain."
    assert form.problem == "Odd."


def test_a_refusal_without_reasons_is_still_said():
    assert FORM.with_refusals([], otherwise="It was refused.").problem == "It was refused."
    assert FORM.with_refusals([FieldProblem("/email", "a", "b")], otherwise="x").problem == ""


def test_known_values_fill_a_form_without_judging_it():
    form = FORM.filled({"email": "a@b", "other": "x"})
    assert form["email"].value == "a@b"
    assert form.ok


def test_an_unknown_field_is_a_bug():
    with pytest.raises(KeyError):
        FORM["nope"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  a   b ", "a b"),
        ("a\r\nb", "a b"),
        ("a\tb", "a b"),
        ("a\x00\x07b", "ab"),
        ("cafe\u0301", "café"),
        ("a\u2028b\u00a0c", "a b c"),
        ("👩‍🌾", "👩‍🌾"),
    ],
)
def test_text_is_cleaned(typed, read):
    assert clean(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["\u202e\u2066", "\u200b\u2060", "\u3164", "\u2800\u115f", "\u200d\u200c", "\ufeff \u00ad", "\u0301"],
)
def test_what_nobody_can_see_is_nothing(typed):
    assert clean(typed) == ""
    form = Form((Field("name", "Full name"),)).read({"name": typed})
    assert form["name"].error == "Full name: please fill this in."


def test_controls_that_steer_the_direction_go_and_joiners_stay():
    assert clean("Robin\u202enyB\u2066 \u200bB\u2060yrne\u200f") == "RobinnyB Byrne"
    for name in ("علی\u200cرضا", "क्\u200dष", "\u0600\u0661"):  # Persian, Hindi, and a number sign
        assert clean(name) == name


def test_below_its_label_an_error_does_not_repeat_it():
    def short(_value: str) -> str:
        return "Full name: this is too short."

    form = Form((Field("name", "Full name", check=short), Field("floor", "Floor"))).read({"name": "R"})
    assert form["name"].fault == "This is too short."
    assert form.errors[0].message == "Full name: this is too short."
    assert form["floor"].fault == "Please fill this in."
    assert form.read({})["name"].fault == "Enter your full name."
    assert form.read({}).errors[0].message == "Enter your full name."
    assert Field("name", "Full name", error="We know no such name.").fault == "We know no such name."
    assert Field("name", "Full name").fault == ""
