"""Creating an account, confirming its address, and asking for the code again."""

import pytest

from storefront.core import Reason, UpstreamUnavailable
from storefront.identity import WeakPassword
from storefront.identity.fake import CONFIRM_CODE, RESET_CODE
from tests.paths import ShopClient
from tests.unit.cart.shopper import summary_of, text_of, value_of
from tests.unit.signin.visitor import (
    ACCOUNT,
    EMAIL,
    HOME,
    OTHER_PASSWORD,
    PASSWORD,
    Visitor,
    error_at,
    leads_to,
)

JO = {"name": "Jo Nolan", "email": "jo@example.com", "password": OTHER_PASSWORD}
NEXT = "?next=%2Fie%2Fen%2Fcart%2F"


@pytest.fixture
def joined(visitor):
    visitor.post("/account/sign-up/", **JO)
    return visitor


def codes_to(visitor, email: str) -> list[str]:
    return [mail.kind for mail in visitor.twins.people.outbox if mail.to == email]


def test_from_a_name_to_being_in(visitor):
    answer = visitor.post("/account/sign-up/", **JO, next="/ie/en/cart/")
    assert leads_to(answer) == f"{HOME}/account/confirm/{NEXT}"
    page = visitor.get("/account/confirm/", next="/ie/en/cart/")
    assert value_of(page, "email") == JO["email"]
    answer = visitor.post("/account/confirm/", email=JO["email"], code=CONFIRM_CODE, next="/ie/en/cart/")
    assert leads_to(answer) == f"{HOME}/account/sign-in/{NEXT}"
    page = visitor.get("/account/sign-in/", next="/ie/en/cart/")
    assert "Your address is confirmed. Please sign in." in text_of(page)
    assert value_of(page, "email") == JO["email"]
    assert leads_to(visitor.sign_in(JO["email"], OTHER_PASSWORD, next="/ie/en/cart/")) == "/ie/en/cart/"
    assert visitor.name == "Jo"


def test_browsers_and_password_managers_know_the_fields(visitor):
    page = text_of(visitor.get("/account/sign-up/"))
    for name in ("name", "username", "new-password"):
        assert f'autocomplete="{name}"' in page
    assert 'autocomplete="one-time-code"' in text_of(visitor.get("/account/confirm/"))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": ""}, "name", "Enter your full name."),
        ({"name": "x" * 10_240}, "name", "at most 120 characters"),
        ({"email": ""}, "email", "Enter your email address."),
        ({"email": "jo"}, "email", "this is not a whole address"),
        ({"email": "jo@" + "x" * 10_240 + ".com"}, "email", "at most 254 characters"),
        ({"password": ""}, "password", "Enter your password."),
        ({"password": "elevenchars"}, "password", "Password: please use at least 12 characters"),
        ({"password": "x" * 10_240}, "password", "Password: please use at most 256 characters"),
        ({"password": " twelve characters"}, "password", "please leave out the space"),
    ],
)
def test_what_will_not_do_is_said_at_the_field(visitor, change, field, words):
    answer = visitor.post("/account/sign-up/", **{**JO, **change})
    assert answer.status_code == 422
    assert words in error_at(answer, field)
    assert "sign_up" not in visitor.twins.people.calls
    if field != "name":
        assert value_of(answer, "name") == JO["name"]


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        (("lowercase",), "a small letter"),
        (("uppercase",), "a capital letter"),
        (("number",), "a digit"),
        (("symbol",), "a sign such as"),
        (("used_before",), "used this one before"),
        ((), "too easy to guess"),
        (("something_new",), "too easy to guess"),
    ],
)
def test_what_the_pool_wants_more_is_said_at_the_field(visitor, reasons, words):
    visitor.twins.people.refuse(WeakPassword("sign_up", "x", reasons=reasons), "sign_up")
    answer = visitor.post("/account/sign-up/", **JO)
    assert answer.status_code == 422
    assert words in error_at(answer, "password")
    assert OTHER_PASSWORD not in text_of(answer)


def test_an_address_that_no_mail_can_go_to_is_said_at_the_field(visitor):
    answer = visitor.post("/account/sign-up/", **{**JO, "email": "a<b>,c@example.com"})
    assert answer.status_code == 422
    assert "we can't send email to this one" in error_at(answer, "email")


@pytest.mark.parametrize("code", ["654321", "000000", "999999"])
def test_a_wrong_code_is_said_at_the_field(joined, code):
    answer = joined.post("/account/confirm/", email=JO["email"], code=code)
    assert answer.status_code == 422
    assert "this is not the right one, or it is too old" in error_at(answer, "code")


def test_a_code_counts_once(joined):
    assert joined.post("/account/confirm/", email=JO["email"], code=CONFIRM_CODE).status_code == 303
    answer = joined.post("/account/confirm/", email=JO["email"], code=CONFIRM_CODE)
    assert answer.status_code == 422
    assert "this is not the right one, or it is too old" in error_at(answer, "code")


@pytest.mark.parametrize("code", ["", "1", "12345a", "x" * 10_240])
def test_what_is_no_code_is_said_at_the_field(joined, code):
    answer = joined.post("/account/confirm/", email=JO["email"], code=code)
    assert answer.status_code == 422
    assert error_at(answer, "code").startswith("Code: " if code else "Enter the code.")
    assert "confirm" not in joined.twins.people.calls


def test_the_code_can_be_had_again(joined):
    answer = joined.post("/account/confirm/again/", email=JO["email"], code="", next="/ie/en/cart/")
    assert leads_to(answer) == f"{HOME}/account/confirm/{NEXT}"
    assert "another code is on its way" in text_of(joined.get("/account/confirm/"))
    assert codes_to(joined, JO["email"]) == ["confirm", "confirm"]


@pytest.mark.parametrize("email", ["nobody@example.com", EMAIL])
def test_asking_again_tells_nothing_of_an_address(visitor, email):
    assert leads_to(visitor.post("/account/confirm/again/", email=email)) == f"{HOME}/account/confirm/"
    assert "confirm" not in codes_to(visitor, email)


def test_asking_again_needs_an_address_and_nothing_else(visitor):
    answer = visitor.post("/account/confirm/again/", email="", code="")
    assert answer.status_code == 422
    assert "Enter your email address." in error_at(answer, "email")
    assert 'id="code-error"' not in text_of(answer)


def test_asking_again_has_an_end(joined):
    statuses = [joined.post("/account/confirm/again/", email=JO["email"]).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]


def test_asking_again_is_no_page(visitor):
    assert visitor.get("/account/confirm/again/").status_code == 405


def test_many_accounts_from_one_address_are_too_many(visitor):
    answers = [
        visitor.post("/account/sign-up/", **{**JO, "email": f"jo{number}@example.com"})
        for number in range(11)
    ]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert value_of(answers[-1], "name") == JO["name"]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/account/sign-up/", JO),
        ("/account/confirm/", {"email": JO["email"], "code": "123456"}),
        ("/account/confirm/again/", {"email": JO["email"]}),
    ],
)
def test_while_the_pool_is_away_nothing_is_lost(visitor, path, data):
    visitor.twins.people.fail(UpstreamUnavailable("cognito", "x", Reason.TIMEOUT))
    answer = visitor.post(path, **data)
    assert answer.status_code == 503
    assert "nothing has changed" in summary_of(answer)
    assert value_of(answer, "email") == JO["email"]


def test_an_address_with_an_account_gets_a_way_in_by_mail_and_no_word_here(visitor):
    answer = visitor.post("/account/sign-up/", **{**JO, "email": EMAIL})
    assert leads_to(answer) == f"{HOME}/account/confirm/"
    assert visitor.twins.people.account(EMAIL).password == PASSWORD
    assert codes_to(visitor, EMAIL) == ["reset"]
    assert leads_to(visitor.sign_in()) == ACCOUNT


# --- an account that somebody else began ------------------------------------------------------------------

OWN = "words that only Jo knows"
WHY = "somebody else may know its password"


def confirm(visitor) -> str:
    return leads_to(visitor.post("/account/confirm/", email=JO["email"], code=CONFIRM_CODE))


@pytest.mark.parametrize("signs_up", [True, False])
def test_who_confirms_what_somebody_else_began_chooses_a_password(visitor, twins, signs_up):
    """A stranger signs up with Jo's address; Jo signs up too, or only types the code of the mail."""
    stranger = Visitor(ShopClient(), twins)
    stranger.post("/account/sign-up/", **JO)
    if signs_up:
        assert leads_to(visitor.post("/account/sign-up/", **{**JO, "password": OWN}))
    assert confirm(visitor) == f"{HOME}/account/reset/"
    assert codes_to(visitor, JO["email"])[-1] == "reset"
    assert WHY in text_of(visitor.get("/account/reset/"))
    stranger.sign_in(JO["email"], OTHER_PASSWORD)  # quicker than Jo

    sent = {"email": JO["email"], "code": RESET_CODE, "password": OWN}
    assert leads_to(visitor.post("/account/reset/", **sent)) == ACCOUNT
    assert visitor.name == "Jo"
    assert stranger.name == ""
    assert stranger.sign_in(JO["email"], OTHER_PASSWORD).status_code == 422


def test_so_does_who_sits_down_where_a_stranger_signed_up(joined):
    """In the very same browser, and so in the same session."""
    joined.post("/account/sign-up/", **{**JO, "password": OWN})
    assert confirm(joined) == f"{HOME}/account/reset/"


def test_what_this_browser_made_counts_for_its_address_only(joined, twins):
    Visitor(ShopClient(), twins).post("/account/sign-up/", **{**JO, "email": "al@example.com"})
    answer = joined.post("/account/confirm/", email="al@example.com", code=CONFIRM_CODE)
    assert leads_to(answer) == f"{HOME}/account/reset/"


def test_spelling_the_address_otherwise_makes_no_stranger(joined):
    answer = joined.post("/account/confirm/", email="JO@Example.com ", code=CONFIRM_CODE)
    assert leads_to(answer) == f"{HOME}/account/sign-in/"


def test_without_a_code_for_the_password_it_is_asked_for_once_more(visitor, twins):
    Visitor(ShopClient(), twins).post("/account/sign-up/", **JO)
    twins.people.fail(UpstreamUnavailable("cognito", "x", Reason.TIMEOUT), "forgot")
    assert confirm(visitor) == f"{HOME}/account/forgot/"
    page = visitor.get("/account/forgot/")
    assert WHY in text_of(page)
    assert value_of(page, "email") == JO["email"]
