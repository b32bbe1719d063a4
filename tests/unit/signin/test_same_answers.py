"""Nobody learns from an answer whether an address has an account here: same status, same bytes."""

from dataclasses import replace

import pytest

from storefront.core import ManualClock
from storefront.identity import NotConfirmed, ResetRequired, TooManyTries, WrongCredentials
from storefront.web.limits import STEP_SECONDS, Limits
from storefront.web.windows import Windows
from tests.paths import ShopClient
from tests.unit.signin.visitor import EMAIL, OTHER_PASSWORD, PASSWORD, Visitor, told

# As long as the known one, so that lengths can be compared, too.
UNKNOWN = "nobdy@example.com"
WAITING = "wait2@example.com"
LOCKED = "lock3@example.com"
FORMS = {
    "sign_in": ("/account/sign-in/", {"password": OTHER_PASSWORD}),
    "sign_up": ("/account/sign-up/", {"name": "Jo Nolan", "password": OTHER_PASSWORD}),
    "sign_up_weak": ("/account/sign-up/", {"name": "Jo Nolan", "password": "short"}),
    "forgot": ("/account/forgot/", {}),
    "resend": ("/account/confirm/again/", {}),
    "confirm": ("/account/confirm/", {"code": "000000"}),
    "reset": ("/account/reset/", {"code": "000000", "password": OTHER_PASSWORD}),
    "passkey": ("/account/sign-in/passkey/", {}),
}


# The addresses of an account, of one that was never confirmed, and of one that the pool has locked.
STATES = {"known": EMAIL, "waiting": WAITING, "locked": LOCKED}


@pytest.fixture(autouse=True)
def accounts(twins):
    twins.people.sign_up(email=WAITING, password=OTHER_PASSWORD, name="Wren")
    twins.people.add(LOCKED, PASSWORD, "Lou Field").locked = True


def everything(twins, path: str, email: str, data: dict[str, str]) -> list[dict[str, object]]:
    """The answer to a form, the page it leads to, and all answers up to the limit."""
    someone = Visitor(ShopClient(REMOTE_ADDR=f"203.0.113.{len(email) + ord(email[0])}"), twins)
    answers = []
    for _ in range(6):
        answer = someone.post(path, email=email, **data)
        answers.append(told(answer, email))
        if answer.status_code == 303:
            answers.append(told(someone.client.get(answer["Location"]), email))
    return answers


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("state", STATES)
def test_known_and_unknown_addresses_get_the_same_answer(twins, form, state):
    path, data = FORMS[form]
    known = everything(twins, path, STATES[state], data)
    unknown = everything(twins, path, UNKNOWN, data)
    for one, other in zip(known, unknown, strict=True):
        assert one == other
    assert known[0]["status"] in {303, 422}


def test_the_comparison_sees_a_difference(twins):
    path, data = FORMS["sign_in"]
    wrong = everything(twins, path, EMAIL, data)
    missing = everything(twins, path, UNKNOWN, {"password": ""})
    for one, other in zip(wrong, missing, strict=True):
        assert one != other
    assert {one["status"] for one in wrong} == {422, 429}


def test_a_lock_of_the_pools_takes_as_long_as_a_wrong_password(twins, settings):
    clock = ManualClock()
    limits = Limits(Windows(None, twins.shop.telemetry), twins.shop.telemetry, clock=clock)
    shop = replace(twins.shop, limits=limits)
    settings.SHOP_FACTORY = lambda: shop
    took = []
    for email in (UNKNOWN, LOCKED):
        began = clock.monotonic()
        Visitor(ShopClient(), twins).sign_in(email, OTHER_PASSWORD)
        took.append(clock.monotonic() - began)
    assert took == [STEP_SECONDS, STEP_SECONDS]


@pytest.mark.parametrize("refusal", [NotConfirmed, ResetRequired, TooManyTries, WrongCredentials])
def test_what_a_pool_says_to_a_wish_for_a_passkey_is_one_answer(twins, monkeypatch, refusal):
    path, data = FORMS["passkey"]
    unknown = everything(twins, path, UNKNOWN, data)

    def refuse(_self, *, email):
        raise refusal("begin_passkey_sign_in", "x")

    monkeypatch.setattr(type(twins.people.passkeys), "begin_passkey_sign_in", refuse)
    for one, other in zip(everything(twins, path, EMAIL, data), unknown, strict=True):
        assert one == other
