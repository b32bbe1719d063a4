"""Signing in with address and password: in, or a clear word at the right place, and never a hint."""

import time
from dataclasses import replace

import pytest

from storefront.clients.fraud.fake import FakeScreen
from storefront.clients.fraud.models import Verdict
from storefront.core import Reason, UpstreamUnavailable
from storefront.identity import NotConfirmed, RefreshRefused, ResetRequired
from storefront.identity.totp import new_totp_secret, totp_code
from tests.unit.cart.shopper import NO_STORE, summary_of, text_of, title_of, value_of
from tests.unit.signin.visitor import (
    ACCOUNT,
    CALLED,
    EMAIL,
    HOME,
    OTHER_PASSWORD,
    PASSWORD,
    error_at,
    leads_to,
)


def down() -> UpstreamUnavailable:
    return UpstreamUnavailable("cognito", "sign_in", Reason.TIMEOUT)


def test_the_right_password_leads_in(visitor):
    assert visitor.name == ""
    assert leads_to(visitor.sign_in()) == ACCOUNT
    assert visitor.name == CALLED


@pytest.mark.parametrize("email", ["ROBIN@Example.com", "  robin@example.com "])
def test_the_address_may_be_written_as_people_write_it(visitor, email):
    assert leads_to(visitor.sign_in(email)) == ACCOUNT


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, OTHER_PASSWORD),
        ("nobody@example.com", PASSWORD),
        (EMAIL, "x"),
        (EMAIL, f"{PASSWORD} "),
        (EMAIL, PASSWORD.upper()),
        (EMAIL, "😀 ümläut كلمة " * 5),
    ],
)
def test_anything_else_gets_one_answer(visitor, email, password):
    answer = visitor.sign_in(email, password)
    assert answer.status_code == 422
    assert "We don't know this email address with this password." in summary_of(answer)
    assert title_of(answer).startswith("Error: Sign in")
    assert answer["Cache-Control"] == NO_STORE
    assert value_of(answer, "email") == email
    assert visitor.name == ""


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"email": "", "password": PASSWORD}, "email", "Enter your email address."),
        ({"email": EMAIL, "password": ""}, "password", "Enter your password."),
        ({"email": "robin", "password": PASSWORD}, "email", "Email address: this is not a whole address."),
        ({"email": "a b@example.com", "password": PASSWORD}, "email", "Email address: this is not a whole"),
        ({"email": f"{'x' * 300}@example.com", "password": PASSWORD}, "email", "at most 254 characters"),
        ({"email": EMAIL, "password": "x" * 10_240}, "password", "Password: please use at most 256"),
        ({}, "password", "Enter your password."),
    ],
)
def test_what_is_no_address_or_password_is_said_at_the_field(visitor, data, field, words):
    answer = visitor.post("/account/sign-in/", **data)
    assert answer.status_code == 422
    assert words in error_at(answer, field)
    assert "sign_in" not in visitor.twins.people.calls


def test_a_password_is_never_printed(visitor):
    for answer in (visitor.sign_in(password=OTHER_PASSWORD), visitor.sign_in("robin", OTHER_PASSWORD)):
        assert OTHER_PASSWORD not in text_of(answer)


def test_markup_is_text(visitor):
    answer = visitor.sign_in('"><b>x</b>@example.com')
    assert b"<b>x" not in answer.content


def test_the_page_by_itself_asks_nobody_and_keeps_nothing(visitor):
    answer = visitor.get("/account/sign-in/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == NO_STORE
    assert visitor.twins.people.calls == []
    assert visitor.twins.sessions.calls == []


def test_browsers_and_password_managers_know_the_fields(visitor):
    page = text_of(visitor.get("/account/sign-in/"))
    for attributes in (
        'name="email"\n type="email"',
        'autocomplete="username"',
        'name="password"\n type="password"',
        'autocomplete="current-password"',
    ):
        assert attributes in page
    password = page[page.index('id="password"') :].partition(">")[0]
    assert "maxlength" not in password
    assert "value" not in password
    assert 'content="noindex"' in page


def test_an_address_that_waits_for_its_code_is_told_so_only_to_its_owner(visitor):
    people = visitor.twins.people
    people.refuse(NotConfirmed("sign_in", "x", proven=False), "sign_in")
    stranger = visitor.sign_in(password=OTHER_PASSWORD)
    assert stranger.status_code == 422
    assert "We don't know this email address" in summary_of(stranger)
    people.refuse(NotConfirmed("sign_in", "x", proven=True), "sign_in")
    assert leads_to(visitor.sign_in()) == f"{HOME}/account/confirm/"
    page = visitor.get("/account/confirm/")
    assert value_of(page, "email") == EMAIL
    assert "Your address is not confirmed yet." in text_of(page)


def test_an_account_that_needs_a_new_password_is_told_so_only_to_its_owner(visitor):
    people = visitor.twins.people
    people.refuse(ResetRequired("sign_in", "x", proven=False), "sign_in")
    assert visitor.sign_in(password=OTHER_PASSWORD).status_code == 422
    people.refuse(ResetRequired("sign_in", "x", proven=True), "sign_in")
    assert leads_to(visitor.sign_in()) == f"{HOME}/account/reset/"
    assert "Your account needs a new password." in text_of(visitor.get("/account/reset/"))


def test_while_the_pool_is_away_the_form_says_so_and_keeps_the_address(visitor):
    visitor.twins.people.fail(down(), "sign_in")
    answer = visitor.sign_in()
    assert answer.status_code == 503
    assert "We can't sign anybody in right now." in summary_of(answer)
    assert value_of(answer, "email") == EMAIL
    visitor.twins.people.heal()
    assert leads_to(visitor.sign_in()) == ACCOUNT


def test_while_the_session_table_is_away_nobody_is_half_in(visitor):
    visitor.twins.sessions.down = True
    answer = visitor.sign_in()
    assert answer.status_code == 503
    assert not answer.cookies.get("s")
    assert "We can't sign anybody in right now." in summary_of(answer)
    assert "sign_in" not in visitor.twins.people.calls  # no tokens are made that nobody would hold
    visitor.twins.sessions.down = False
    assert visitor.name == ""


def test_while_the_session_table_is_away_the_page_says_so_before_anybody_types(visitor):
    visitor.post("/account/forgot/", email=EMAIL)
    visitor.twins.sessions.down = True
    answer = visitor.get("/account/sign-in/")
    assert answer.status_code == 200
    assert "We can't sign anybody in right now." in text_of(answer)
    assert not answer.cookies.get("s")


def test_the_pools_own_lock_is_told_as_a_wrong_password_is(visitor):
    visitor.twins.people.account(EMAIL).locked = True
    statuses = []
    for _ in range(6):
        answer = visitor.sign_in()
        statuses.append(answer.status_code)
        assert "quarter of an hour" not in summary_of(answer)
    assert statuses == [422] * 5 + [429]  # each counts


def test_what_the_pool_says_that_nobody_understands_is_no_fault_of_ours(visitor):
    visitor.twins.people.refuse(RefreshRefused("sign_in", "x"), "sign_in")
    answer = visitor.sign_in()
    assert answer.status_code == 503
    assert "We can't sign anybody in right now." in summary_of(answer)


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_after_five_wrong_passwords_one_waits(visitor, email):
    statuses = [visitor.sign_in(email, OTHER_PASSWORD).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    answer = visitor.sign_in(email)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "wait" in summary_of(answer)
    assert value_of(answer, "email") == email


def test_who_is_in_already_goes_on(visitor):
    visitor.sign_in()
    assert leads_to(visitor.get("/account/sign-in/")) == ACCOUNT
    assert leads_to(visitor.get("/account/sign-in/", next="/ie/en/cart/")) == "/ie/en/cart/"


def test_who_has_to_prove_it_once_more_is_asked_and_goes_on(visitor):
    visitor.sign_in()
    page = visitor.get("/account/sign-in/", next="/ie/en/account/security/", again="1")
    assert "For your safety, please type your password once more." in text_of(page)
    assert value_of(page, "email") == EMAIL
    assert leads_to(visitor.sign_in(next="/ie/en/account/security/")) == "/ie/en/account/security/"


def test_the_session_has_a_new_key_once_one_is_in(visitor):
    visitor.post("/account/forgot/", email=EMAIL)
    before = visitor.client.cookies["s"].value
    visitor.sign_in()
    assert visitor.client.cookies["s"].value != before


def test_no_token_is_in_a_page_or_can_be_read_in_the_table(visitor):
    visitor.sign_in()
    seen = visitor.get("/cart/").content + repr(visitor.twins.sessions.sessions).encode()
    assert b"eyJ" not in seen
    assert EMAIL.encode() not in seen


# --- the fraud screen -------------------------------------------------------------------------------------


@pytest.fixture
def screen(twins, settings) -> FakeScreen:
    made = FakeScreen()
    shop = replace(twins.shop, fraud=made)
    settings.SHOP_FACTORY = lambda: shop
    return made


def test_the_screen_sees_right_passwords_only(screen, visitor):
    visitor.sign_in(password=OTHER_PASSWORD)
    assert screen.attempts == []
    visitor.sign_in()
    assert len(screen.attempts) == 1
    assert EMAIL not in repr(screen.attempts)


def test_what_the_screen_refuses_is_not_in(screen, visitor):
    screen.verdict = Verdict("refuse", "stolen")
    answer = visitor.sign_in()
    assert answer.status_code == 403
    assert "We can't sign you in like this." in summary_of(answer)
    assert "stolen" not in text_of(answer)
    assert visitor.name == ""
    assert "revoke" in visitor.twins.people.calls


def test_a_step_up_without_a_second_proof_asks_for_the_mailbox(screen, visitor):
    screen.verdict = Verdict("step_up", "new_device")
    asked = leads_to(visitor.sign_in(next="/ie/en/cart/"))
    assert asked == f"{HOME}/account/forgot/?next=%2Fie%2Fen%2Fcart%2F"
    page = visitor.get("/account/forgot/", next="/ie/en/cart/")
    assert "We need to check that it is you." in text_of(page)
    assert value_of(page, "email") == EMAIL
    assert visitor.name == ""
    visitor.post("/account/forgot/", email=EMAIL)
    proved = visitor.post("/account/reset/", email=EMAIL, code="654321", password=OTHER_PASSWORD)
    assert leads_to(proved) == ACCOUNT
    assert visitor.name == CALLED


@pytest.mark.parametrize("flag", ["must_set_up_totp", "must_change"])
def test_a_step_up_is_not_passed_by_a_proof_that_one_makes_up(screen, visitor, flag):
    account = visitor.twins.people.account(EMAIL)
    setattr(account, flag, True)
    screen.verdict = Verdict("step_up", "new_device")
    assert leads_to(visitor.sign_in()) == f"{HOME}/account/forgot/"
    assert "begin_totp_setup" not in visitor.twins.people.calls
    for step in ("new-password", "set-up"):
        answer = visitor.post(f"/account/sign-in/{step}/", password=OTHER_PASSWORD, code="123456")
        assert leads_to(answer) == f"{HOME}/account/sign-in/"
    assert (account.password, account.totp) == (PASSWORD, "")


def test_after_the_step_up_the_pools_own_demands_are_met(screen, visitor):
    visitor.twins.people.account(EMAIL).must_set_up_totp = True
    screen.verdict = Verdict("step_up", "new_device")
    visitor.sign_in()
    visitor.post("/account/forgot/", email=EMAIL)
    proved = visitor.post("/account/reset/", email=EMAIL, code="654321", password=OTHER_PASSWORD)
    assert leads_to(proved) == f"{HOME}/account/sign-in/set-up/"


def test_a_step_up_is_passed_by_the_authenticator_that_was_there_before(screen, visitor):
    secret = visitor.twins.people.account(EMAIL).totp = new_totp_secret()
    screen.verdict = Verdict("step_up", "new_device")
    assert leads_to(visitor.sign_in()) == f"{HOME}/account/sign-in/code/"
    assert leads_to(visitor.post("/account/sign-in/code/", code=totp_code(secret, time.time()))) == ACCOUNT
