"""The steps after the password: a code, a password of one's own, an authenticator to set up."""

import re
import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest

from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.identity import (
    Challenge,
    ChallengeExpired,
    ExpiredCode,
    NotConfirmed,
    ResetRequired,
    TooManyTries,
    WrongCredentials,
)
from storefront.identity.totp import new_totp_secret, totp_code
from tests.unit.cart.shopper import summary_of, text_of
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

CODE = "/account/sign-in/code/"
NEW = "/account/sign-in/new-password/"
SET_UP = "/account/sign-in/set-up/"


@pytest.fixture
def account(twins):
    return twins.people.account(EMAIL)


@pytest.fixture
def secret(account) -> str:
    account.totp = new_totp_secret()
    return account.totp


def now(secret: str) -> str:
    return totp_code(secret, time.time())


def wrong(secret: str) -> str:
    near = {totp_code(secret, time.time() + step * 30) for step in (-2, -1, 0, 1, 2)}
    return next(code for code in map("{:06d}".format, range(0, 999_999, 111_111)) if code not in near)


def test_an_authenticators_code_leads_in_and_on(visitor, secret):
    asked = leads_to(visitor.sign_in(next="/ie/en/checkout/payment/"))
    assert asked == f"{HOME}{CODE}?next=%2Fie%2Fen%2Fcheckout%2Fpayment%2F"
    page = text_of(visitor.get(asked))
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert visitor.name == ""
    answer = visitor.post(CODE, code=now(secret), next="/ie/en/checkout/payment/")
    assert leads_to(answer) == "/ie/en/checkout/payment/"
    assert visitor.name == CALLED


def to_arabic(code: str) -> str:
    return code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


@pytest.mark.parametrize("write", [lambda c: f"{c[:3]} {c[3:]}", lambda c: f" {c[:3]}-{c[3:]} ", to_arabic])
def test_a_code_is_taken_however_it_is_pasted(visitor, secret, write):
    visitor.sign_in()
    assert leads_to(visitor.post(CODE, code=write(now(secret)))) == ACCOUNT


@pytest.mark.parametrize("typed", ["", "12345", "123456789", "12345a", "x" * 10_240, "<b>1</b>"])
def test_what_is_no_code_is_said_at_the_field(visitor, secret, typed):
    visitor.sign_in()
    answer = visitor.post(CODE, code=typed)
    assert answer.status_code == 422
    assert error_at(answer, "code").startswith("Code: " if typed else "Enter the code.")
    assert "answer" not in visitor.twins.people.calls


def test_a_wrong_code_may_be_mended(visitor, secret):
    visitor.sign_in()
    answer = visitor.post(CODE, code=wrong(secret))
    assert answer.status_code == 422
    assert "this is not the right one" in error_at(answer, "code")
    assert leads_to(visitor.post(CODE, code=now(secret))) == ACCOUNT


def test_an_old_code_is_called_old(visitor, secret):
    visitor.sign_in()
    visitor.twins.people.refuse(ExpiredCode("answer", "x"), "answer")
    assert "was used already, or is too old" in error_at(visitor.post(CODE, code="123456"), "code")


def test_codes_cannot_be_guessed_for_long(visitor, secret):
    visitor.sign_in()
    statuses = [visitor.post(CODE, code=wrong(secret)).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert int(visitor.post(CODE, code=now(secret))["Retry-After"]) > 0


def test_an_answered_code_cannot_be_answered_again(visitor, secret):
    visitor.sign_in()
    code = now(secret)
    assert leads_to(visitor.post(CODE, code=code)) == ACCOUNT
    # Who presses twice is in, and goes on.
    assert leads_to(visitor.post(CODE, code=code)) == ACCOUNT


def test_too_late_means_from_the_start(visitor, secret):
    visitor.sign_in()
    visitor.twins.people.refuse(ChallengeExpired("answer", "x"), "answer")
    answer = visitor.post(CODE, code="123456", next="/ie/en/cart/")
    assert leads_to(answer) == f"{HOME}/account/sign-in/?next=%2Fie%2Fen%2Fcart%2F"
    assert "That took too long" in text_of(visitor.get("/account/sign-in/"))
    assert leads_to(visitor.get(CODE)) == f"{HOME}/account/sign-in/"


@pytest.mark.parametrize("refusal", [NotConfirmed, ResetRequired, WrongCredentials])
@pytest.mark.parametrize(
    ("flag", "operation", "path"),
    [
        ("totp", "answer", CODE),
        ("must_change", "answer", NEW),
        ("must_set_up_totp", "finish_totp_setup", SET_UP),
    ],
)
def test_what_ends_a_sign_in_halfway_leads_to_its_start(visitor, account, flag, operation, path, refusal):
    setattr(account, flag, new_totp_secret() if flag == "totp" else True)
    assert leads_to(visitor.sign_in()) == f"{HOME}{path}"
    visitor.twins.people.refuse(refusal(operation, "x"), operation)
    answer = visitor.post(path, code="123456", password=OTHER_PASSWORD)
    assert leads_to(answer) == f"{HOME}/account/sign-in/"
    assert visitor.name == ""


def test_the_pools_own_lock_is_put_into_words_for_who_has_the_password(visitor, secret):
    visitor.sign_in()
    visitor.twins.people.refuse(TooManyTries("answer", "x"), "answer")
    answer = visitor.post(CODE, code="123456")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Please wait a quarter of an hour" in summary_of(answer)


@pytest.mark.parametrize(("minutes", "there"), [(-10, True), (10, True), (24, True), (26, False)])
def test_a_challenge_may_be_answered_at_a_machine_with_another_clock(
    visitor, secret, settings, minutes, there
):
    visitor.sign_in()
    twins = visitor.twins
    shop = replace(twins.shop, clock=ManualClock(twins.shop.clock.now() + timedelta(minutes=minutes)))
    settings.SHOP_FACTORY = lambda: shop
    assert (visitor.get(CODE).status_code == 200) is there


@pytest.mark.parametrize("path", [CODE, NEW, SET_UP])
def test_without_a_sign_in_there_is_nothing_to_answer(visitor, path):
    assert leads_to(visitor.get(path)) == f"{HOME}/account/sign-in/"
    assert leads_to(visitor.post(path, code="123456", password=OTHER_PASSWORD)) == f"{HOME}/account/sign-in/"


def test_each_step_has_its_own_page(visitor, secret):
    visitor.sign_in()
    for path in (NEW, SET_UP):
        assert leads_to(visitor.get(path)) == f"{HOME}{CODE}"


def test_while_the_pool_is_away_the_step_stays(visitor, secret):
    visitor.sign_in()
    visitor.twins.people.fail(UpstreamUnavailable("cognito", "answer", Reason.TIMEOUT), "answer")
    answer = visitor.post(CODE, code=now(secret))
    assert answer.status_code == 503
    assert "right now" in summary_of(answer)
    visitor.twins.people.heal()
    assert leads_to(visitor.post(CODE, code=now(secret))) == ACCOUNT


def test_the_challenge_is_never_in_the_page_nor_readable_in_the_table(visitor, secret):
    visitor.sign_in()
    sub = visitor.twins.people.account(EMAIL).sub
    page = text_of(visitor.get(CODE))
    table = repr(visitor.twins.sessions.sessions)
    for text in (page, table):
        assert sub not in text
        assert "SOFTWARE_TOKEN_MFA" not in text
    assert EMAIL not in table


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SMS_MFA", "We have sent a text message with a code to +*******1234."),
        ("EMAIL_OTP", "We have sent an email with a code to +*******1234."),
    ],
)
def test_where_the_code_went_is_said(visitor, monkeypatch, name, words):
    challenge = Challenge(name, "s" * 20, "u" * 20, {"CODE_DELIVERY_DESTINATION": "+*******1234"})
    monkeypatch.setattr(type(visitor.twins.people), "sign_in", lambda self, **_more: challenge)
    assert leads_to(visitor.sign_in()) == f"{HOME}{CODE}"
    assert words in text_of(visitor.get(CODE))


# --- a password of one's own ------------------------------------------------------------------------------


def test_a_given_password_is_replaced_at_once(visitor, account):
    account.must_change = True
    asked = leads_to(visitor.sign_in(next="/ie/en/cart/"))
    assert asked == f"{HOME}{NEW}?next=%2Fie%2Fen%2Fcart%2F"
    page = text_of(visitor.get(asked))
    assert 'autocomplete="new-password"' in page
    assert f'value="{EMAIL}"' in page  # for password managers
    assert leads_to(visitor.post(NEW, password=OTHER_PASSWORD, next="/ie/en/cart/")) == "/ie/en/cart/"
    assert account.password == OTHER_PASSWORD
    assert visitor.name == CALLED


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your password."),
        ("short", "please use at least 12 characters"),
        ("x" * 10_240, "please use at most 256 characters"),
        (" a long password ", "please leave out the space"),
    ],
)
def test_a_password_that_will_not_do_is_said_at_the_field(visitor, account, typed, words):
    account.must_change = True
    visitor.sign_in()
    answer = visitor.post(NEW, password=typed)
    assert answer.status_code == 422
    assert words in error_at(answer, "password")
    assert account.password == PASSWORD
    assert leads_to(visitor.post(NEW, password=OTHER_PASSWORD)) == ACCOUNT


def test_a_new_password_may_be_followed_by_a_code(visitor, account, secret):
    account.must_change = True
    visitor.sign_in()
    assert leads_to(visitor.post(NEW, password=OTHER_PASSWORD)) == f"{HOME}{CODE}"
    assert leads_to(visitor.post(CODE, code=now(secret))) == ACCOUNT


# --- an authenticator to set up ---------------------------------------------------------------------------


def letters_of(page: str) -> str:
    found = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert found
    return found.group(1).replace(" ", "")


def test_an_authenticator_that_the_pool_demands_is_set_up(visitor, account):
    account.must_set_up_totp = True
    assert leads_to(visitor.sign_in()) == f"{HOME}{SET_UP}"
    page = text_of(visitor.get(SET_UP))
    secret = letters_of(page)
    assert 'src="data:image/svg+xml' in page
    assert f"secret={secret}" in unquote(page)
    # The page may be loaded again, and a wrong code typed: the secret stays.
    assert letters_of(text_of(visitor.get(SET_UP))) == secret
    failed = visitor.post(SET_UP, code=wrong(secret))
    assert "this is not the right one" in error_at(failed, "code")
    assert letters_of(text_of(failed)) == secret
    assert leads_to(visitor.post(SET_UP, code=now(secret))) == ACCOUNT
    assert account.totp == secret
    assert visitor.name == CALLED
