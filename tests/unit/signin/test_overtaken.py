"""A password counts until it changes: not in a sign-in that began before, nor for who is in after a reset."""

import time
from dataclasses import replace

import pytest

from storefront.clients.fraud.fake import FakeScreen
from storefront.clients.fraud.models import ALLOW, Verdict
from storefront.core import Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.identity import NotSupported, WrongCredentials
from storefront.identity.fake import EMAIL_CODE, RESET_CODE
from storefront.identity.totp import new_totp_secret, totp_code
from storefront.web import limits
from storefront.web.limits import TooMany
from tests.paths import ShopClient
from tests.unit.cart.shopper import text_of
from tests.unit.signin.visitor import (
    ACCOUNT,
    CALLED,
    EMAIL,
    HOME,
    NAME,
    OTHER_PASSWORD,
    PASSWORD,
    SIGN_IN,
    Visitor,
    leads_to,
)

FORGOT, RESET, CODE = "/account/forgot/", "/account/reset/", "/account/sign-in/code/"
GOOD = {"email": EMAIL, "code": RESET_CODE, "password": OTHER_PASSWORD}


@pytest.fixture
def intruder(twins) -> Visitor:
    found = Visitor(ShopClient(), twins)
    found.sign_in()
    assert found.name == CALLED
    return found


@pytest.fixture
def owner(visitor) -> Visitor:
    visitor.post(FORGOT, email=EMAIL)
    return visitor


def after_the_pool_said_yes(twins, operation, do) -> None:
    """Have `do` happen once, when the pool has accepted and the shop does not know it yet."""
    real = getattr(twins.people, operation)

    def accepted(**given):
        outcome = real(**given)
        setattr(twins.people, operation, real)
        do()
        return outcome

    setattr(twins.people, operation, accepted)


def changes_password(owner) -> None:
    owner.sign_in()
    assert owner.post("/account/security/password/", old=PASSWORD, new=OTHER_PASSWORD).status_code == 303


def test_a_sign_in_with_what_was_the_password_is_none(visitor, twins):
    owner = Visitor(ShopClient(), twins)
    after_the_pool_said_yes(twins, "sign_in", lambda: changes_password(owner))
    assert leads_to(visitor.sign_in()) == SIGN_IN
    assert visitor.name == ""
    assert owner.name == CALLED
    assert leads_to(visitor.sign_in(password=OTHER_PASSWORD)) == ACCOUNT


def test_nor_is_one_that_waits_for_a_code_meanwhile(visitor, twins):
    account, owner = twins.people.account(EMAIL), Visitor(ShopClient(), twins)
    owner.sign_in()
    account.totp = new_totp_secret()
    assert leads_to(visitor.sign_in()) == f"{HOME}{CODE}"
    changed = owner.post("/account/security/password/", old=PASSWORD, new=OTHER_PASSWORD)
    assert changed.status_code == 303
    code = totp_code(account.totp, time.time())
    visitor.post(CODE, code=code)
    assert visitor.name == ""
    assert owner.name == CALLED
    assert visitor.sign_in(password=OTHER_PASSWORD).status_code == 303
    assert leads_to(visitor.post(CODE, code=code)) == ACCOUNT
    assert visitor.name == CALLED


def test_a_reset_makes_it_none_as_well(owner, twins):
    late = Visitor(ShopClient(), twins)
    after_the_pool_said_yes(twins, "sign_in", lambda: owner.post(RESET, **GOOD))
    late.sign_in()
    assert late.name == ""
    assert owner.name == CALLED


def test_what_comes_of_another_s_password_is_nobody_s_loss(visitor, twins):
    twins.people.add("mika@example.com", PASSWORD, "Mika Adler")
    mika = Visitor(ShopClient(), twins)
    mika.sign_in("mika@example.com")
    after_the_pool_said_yes(
        twins,
        "sign_in",
        lambda: mika.post("/account/security/password/", old=PASSWORD, new=OTHER_PASSWORD),
    )
    assert leads_to(visitor.sign_in()) == ACCOUNT


def test_wrong_passwords_of_strangers_write_nothing(visitor, twins):
    visitor.sign_in(password="not the right one at all")
    assert twins.sessions.sessions == {}


# --- after a reset, whoever was in is out, however late the next sign-in is ------------------------------


def test_and_when_no_turn_was_free(owner, intruder, monkeypatch):
    def busy(_request):
        raise TooMany(1)

    with monkeypatch.context() as crowd:
        crowd.setattr(limits, "turn", busy)
        assert leads_to(owner.post(RESET, **GOOD)) == SIGN_IN
    owner.sign_in(password=OTHER_PASSWORD)
    assert (owner.name, intruder.name) == (CALLED, "")


@pytest.mark.parametrize(
    "failure",
    [
        UpstreamUnavailable("cognito", "sign_in", Reason.TIMEOUT),
        UpstreamInvalid("cognito", "sign_in", "odd"),
        NotSupported("sign_in"),
        WrongCredentials("sign_in"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_the_sign_in_by_hand_after_a_reset_ends_the_others(owner, intruder, twins, failure):
    if isinstance(failure, UpstreamUnavailable | UpstreamInvalid):
        twins.people.fail(failure, "sign_in")
    else:
        twins.people.refuse(failure, "sign_in")
    assert leads_to(owner.post(RESET, **GOOD)) == SIGN_IN
    twins.people.heal()
    assert intruder.name == CALLED  # until then nobody is told to go
    assert leads_to(owner.sign_in(password=OTHER_PASSWORD)) == ACCOUNT
    assert (owner.name, intruder.name) == (CALLED, "")


def test_in_another_browser_too(owner, intruder, twins):
    twins.people.fail(UpstreamUnavailable("cognito", "sign_in", Reason.TIMEOUT), "sign_in")
    owner.post(RESET, **GOOD)
    twins.people.heal()
    elsewhere = Visitor(ShopClient(), twins)
    elsewhere.sign_in(password=OTHER_PASSWORD)
    assert (elsewhere.name, intruder.name) == (CALLED, "")


def test_and_when_a_challenge_ran_out(owner, intruder, twins):
    account = twins.people.account(EMAIL)
    account.totp = new_totp_secret()
    assert leads_to(owner.post(RESET, **GOOD)) == f"{HOME}{CODE}"
    owner.client.cookies.clear()  # they come back another day
    owner.sign_in(password=OTHER_PASSWORD)
    owner.post(CODE, code=totp_code(account.totp, time.time()))
    assert (owner.name, intruder.name) == (CALLED, "")


def test_once_that_is_done_those_who_come_later_stay(owner, intruder, twins):
    owner.post(RESET, **GOOD)
    later = Visitor(ShopClient(), twins)
    later.sign_in(password=OTHER_PASSWORD)
    assert (owner.name, later.name, intruder.name) == (CALLED, CALLED, "")


def test_a_reset_that_the_fraud_screen_lets_nobody_in_with_is_a_reset(owner, intruder, twins, settings):
    screen = FakeScreen(Verdict("refuse", "stolen"))
    shop = replace(twins.shop, fraud=screen)
    settings.SHOP_FACTORY = lambda: shop
    assert leads_to(owner.post(RESET, **GOOD)) == SIGN_IN
    assert "Your new password is set." in text_of(owner.get("/account/sign-in/"))
    screen.verdict = ALLOW
    owner.sign_in(password=OTHER_PASSWORD)
    assert (owner.name, intruder.name) == (CALLED, "")


def test_nothing_is_reset_while_nobody_could_be_signed_out_for_it(owner, twins):
    twins.sessions.down = True
    answer = owner.post(RESET, **GOOD)
    assert answer.status_code == 503
    assert twins.people.account(EMAIL).password == PASSWORD
    twins.sessions.down = False
    assert leads_to(owner.post(RESET, **GOOD)) == ACCOUNT


def no_more_writes(twins, times: int = 10_000):
    """From now on as many writes fail; what puts that right."""
    real, left = (twins.sessions.update, twins.sessions.create), [times]

    def heal():
        twins.sessions.update, twins.sessions.create = real

    def failing(*_given, **_more):
        left[0] -= 1
        if not left[0]:
            heal()
        raise UpstreamUnavailable("dynamodb", "update", Reason.TIMEOUT)

    twins.sessions.update, twins.sessions.create = failing, failing
    return heal


def test_a_reset_after_which_nobody_can_be_signed_out_says_so(owner, intruder, twins):
    healing = []
    after_the_pool_said_yes(twins, "reset", lambda: healing.append(no_more_writes(twins)))
    answer = owner.post(RESET, **GOOD)
    healing[0]()
    # In the answer itself: what is kept for the next page is kept in the table that is away.
    assert answer.status_code == 503
    page = text_of(answer)
    assert "Your new password is set." in page
    assert "We could not sign you out elsewhere just now." in page
    assert f'action="{SIGN_IN}"' in page
    assert OTHER_PASSWORD not in page
    assert twins.people.account(EMAIL).password == OTHER_PASSWORD
    assert owner.sign_in(password=OTHER_PASSWORD).status_code == 303


def test_it_tries_once_more_before(owner, intruder, twins):
    twins.people.fail(UpstreamUnavailable("cognito", "sign_in", Reason.TIMEOUT), "sign_in")
    after_the_pool_said_yes(twins, "reset", lambda: no_more_writes(twins, 1))
    assert leads_to(owner.post(RESET, **GOOD)) == SIGN_IN
    twins.people.heal()
    owner.sign_in(password=OTHER_PASSWORD)
    assert (owner.name, intruder.name) == (CALLED, "")


def test_whoever_goes_straight_in_has_ended_the_others_and_is_told_nothing_else(owner, intruder, twins):
    after_the_pool_said_yes(twins, "reset", lambda: no_more_writes(twins, 1))
    assert leads_to(owner.post(RESET, **GOOD)) == ACCOUNT
    assert "We could not sign you out elsewhere" not in text_of(owner.get("/cart/"))
    assert (owner.name, intruder.name) == (CALLED, "")


def test_while_a_code_comes_first_that_is_said_for_now(owner, twins):
    twins.people.account(EMAIL).totp = new_totp_secret()
    after_the_pool_said_yes(twins, "reset", lambda: no_more_writes(twins, 1))
    assert leads_to(owner.post(RESET, **GOOD)) == f"{HOME}{CODE}"
    assert "We could not sign you out elsewhere just now." in text_of(owner.get(CODE))


def not_straight_in(owner, twins) -> None:
    """The owner resets the password, and is not in with it yet."""
    twins.people.fail(UpstreamUnavailable("cognito", "sign_in", Reason.TIMEOUT), "sign_in")
    owner.post(RESET, **GOOD)
    twins.people.heal()


def test_whoever_is_to_go_can_not_stay_by_ending_the_others_themselves(owner, intruder, twins):
    not_straight_in(owner, twins)
    assert intruder.post("/account/devices/others/end/").status_code == 303
    owner.sign_in(password=OTHER_PASSWORD)
    assert (owner.name, intruder.name) == (CALLED, "")
    later = Visitor(ShopClient(), twins)
    later.sign_in(password=OTHER_PASSWORD)  # that was it: from now on nobody ends anybody
    assert (owner.name, later.name) == (CALLED, CALLED)


def test_nor_in_the_moment_of_the_reset(owner, intruder, twins):
    """The reset comes after the intruder's request looked what is due, and before it is done."""
    delete, resets = twins.sessions.delete, []
    elsewhere = Visitor(ShopClient(), twins)
    elsewhere.sign_in()

    def meanwhile(digest):
        if not resets:
            resets.append(digest)
            not_straight_in(owner, twins)
        return delete(digest)

    twins.sessions.delete = meanwhile
    intruder.post("/account/devices/others/end/")
    twins.sessions.delete = delete
    assert resets
    owner.sign_in(password=OTHER_PASSWORD)
    assert (owner.name, intruder.name) == (CALLED, "")


def test_nor_by_a_change_of_address_in_between(visitor, twins):
    """What was typed is the address of then; the password is none any more all the same."""
    owner = Visitor(ShopClient(), twins)
    account = twins.people.account(EMAIL)
    account.totp = new_totp_secret()
    owner.sign_in()
    owner.post(CODE, code=totp_code(account.totp, time.time()))
    assert leads_to(visitor.sign_in()) == f"{HOME}{CODE}"
    for path, data in (
        ("email/", {"email": "robin@elsewhere.example"}),
        ("email/code/", {"code": EMAIL_CODE}),
        ("password/", {"old": PASSWORD, "new": OTHER_PASSWORD}),
    ):
        assert owner.post(f"/account/security/{path}", **data).status_code == 303
    visitor.post(CODE, code=totp_code(account.totp, time.time()))
    assert (owner.name, visitor.name) == (CALLED, "")


def lost(twins, operation: str):
    """The pool does what it is asked, and its answer never comes."""

    def lose():
        raise UpstreamUnavailable("cognito", operation, Reason.TIMEOUT, sent=True)

    after_the_pool_said_yes(twins, operation, lose)


def test_a_reset_whose_answer_is_lost_may_be_one_and_ends_the_others_too(owner, intruder, twins):
    lost(twins, "reset")
    assert owner.post(RESET, **GOOD).status_code == 503
    assert leads_to(owner.sign_in(password=OTHER_PASSWORD)) == ACCOUNT
    assert (owner.name, intruder.name) == (CALLED, "")


def test_so_does_a_change_of_password(visitor, intruder, twins):
    visitor.sign_in()
    lost(twins, "change_password")
    changed = visitor.post("/account/security/password/", old=PASSWORD, new=OTHER_PASSWORD)
    assert changed.status_code == 503
    elsewhere = Visitor(ShopClient(), twins)
    assert leads_to(elsewhere.sign_in(password=OTHER_PASSWORD)) == ACCOUNT
    assert (elsewhere.name, intruder.name) == (CALLED, "")


def test_what_could_not_be_ended_at_once_ends_with_the_next_sign_in(visitor, intruder, twins):
    visitor.sign_in()
    delete = twins.sessions.delete

    def failing(_digest):
        raise UpstreamUnavailable("dynamodb", "delete", Reason.TIMEOUT)

    twins.sessions.delete = failing
    visitor.post("/account/security/password/", old=PASSWORD, new=OTHER_PASSWORD)
    twins.sessions.delete = delete
    assert intruder.name == CALLED
    assert "We could not end your other sign-ins right now." in text_of(visitor.get("/account/security/"))
    elsewhere = Visitor(ShopClient(), twins)
    elsewhere.sign_in(password=OTHER_PASSWORD)
    assert (elsewhere.name, intruder.name) == (CALLED, "")


NEW = "/account/sign-in/new-password/"


def given_a_password(visitor, twins) -> None:
    """Somebody at the shop gave the account a password, which its owner has to replace at once."""
    twins.people.account(EMAIL).must_change = True
    assert leads_to(visitor.sign_in()) == f"{HOME}{NEW}"


def test_a_password_of_one_s_own_in_place_of_a_given_one_ends_the_others(visitor, intruder, twins):
    given_a_password(visitor, twins)
    assert leads_to(visitor.post(NEW, password=OTHER_PASSWORD)) == ACCOUNT
    assert (visitor.name, intruder.name) == (CALLED, "")


def test_also_when_a_code_comes_after_it(visitor, intruder, twins):
    account = twins.people.account(EMAIL)
    given_a_password(visitor, twins)
    account.totp = new_totp_secret()
    assert leads_to(visitor.post(NEW, password=OTHER_PASSWORD)) == f"{HOME}{CODE}"
    visitor.post(CODE, code=totp_code(account.totp, time.time()))
    assert (visitor.name, intruder.name) == (CALLED, "")


def test_and_when_the_answer_to_it_is_lost(visitor, intruder, twins):
    given_a_password(visitor, twins)
    lost(twins, "answer")
    assert visitor.post(NEW, password=OTHER_PASSWORD).status_code == 503
    assert leads_to(visitor.sign_in(password=OTHER_PASSWORD)) == ACCOUNT
    assert (visitor.name, intruder.name) == (CALLED, "")


def test_what_was_never_sent_ends_nobody(owner, intruder, twins):
    twins.people.fail(UpstreamUnavailable("cognito", "reset", Reason.CONNECTION, sent=False), "reset")
    owner.post(RESET, **GOOD)
    twins.people.heal()
    owner.sign_in()
    assert (owner.name, intruder.name) == (CALLED, CALLED)


def test_the_table_is_not_told_whose_password_it_was(owner, twins):
    owner.post(RESET, **GOOD)
    kept = repr(twins.sessions.sessions)
    assert [word for word in (EMAIL, "robin", NAME) if word in kept] == []
