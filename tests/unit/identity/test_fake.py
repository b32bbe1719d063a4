"""The twin's own tools, and what only a clock in hand can show: codes, challenges and tokens run out."""

import pytest

from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.identity import (
    ChallengeExpired,
    NotSupported,
    RefreshRefused,
    ResetRequired,
    TokenRefused,
    Tokens,
    TooManyTries,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.fake import CONFIRM_CODE, RESET_CODE, FakePeople
from storefront.identity.totp import new_totp_secret, totp_code, totp_matches

EMAIL, PASSWORD = "a@example.com", "correct horse battery"
HOUR = 3600


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def people(clock):
    people = FakePeople(clock=clock)
    people.add(EMAIL, PASSWORD, "Ann")
    return people


def tokens_of(people) -> Tokens:
    outcome = people.sign_in(email=EMAIL, password=PASSWORD)
    assert isinstance(outcome, Tokens)
    return outcome


def test_codes_run_out(people, clock):
    people.sign_up(email="b@example.com", password=PASSWORD, name="")
    people.forgot(email=EMAIL)
    clock.advance(HOUR + 1)
    with pytest.raises(WrongCode):
        people.reset(email=EMAIL, code=RESET_CODE, password="another long one")
    clock.advance(23 * HOUR)
    with pytest.raises(WrongCode):
        people.confirm(email="b@example.com", code=CONFIRM_CODE)
    people.resend(email="b@example.com")
    people.confirm(email="b@example.com", code=CONFIRM_CODE)


def test_challenges_run_out_and_count_once(people, clock):
    people.account(EMAIL).totp = new_totp_secret()
    late, used = (people.sign_in(email=EMAIL, password=PASSWORD) for _ in range(2))
    right = totp_code(people.account(EMAIL).totp, clock.now().timestamp())

    people.answer(challenge=used, answer=right)
    with pytest.raises(ChallengeExpired):
        people.answer(challenge=used, answer=right)
    clock.advance(181)
    with pytest.raises(ChallengeExpired):
        people.answer(challenge=late, answer=right)


def test_tokens_run_out(people, clock):
    tokens = tokens_of(people)
    sub = people.account(EMAIL).sub
    clock.advance(HOUR + 1)
    with pytest.raises(TokenRefused):
        people.person(tokens)
    people.refresh(refresh_token=tokens.refresh, sub=sub)
    clock.advance(30 * 24 * HOUR)
    with pytest.raises(RefreshRefused):
        people.refresh(refresh_token=tokens.refresh, sub=sub)


def test_a_rotated_refresh_token_has_a_minute_and_the_new_one_no_longer_life(clock):
    people = FakePeople(clock=clock, rotates=True)
    sub = people.add(EMAIL, PASSWORD).sub
    first = tokens_of(people).refresh
    second = people.refresh(refresh_token=first, sub=sub).refresh
    assert second != first

    clock.advance(59)
    people.refresh(refresh_token=first, sub=sub)
    clock.advance(2)
    with pytest.raises(RefreshRefused):
        people.refresh(refresh_token=first, sub=sub)
    clock.advance(30 * 24 * HOUR - 62)
    last = people.refresh(refresh_token=second, sub=sub).refresh
    clock.advance(2)
    with pytest.raises(RefreshRefused):
        people.refresh(refresh_token=last, sub=sub)


def test_who_must_reset_is_told_once_the_password_was_right(people):
    people.account(EMAIL).must_reset = True
    with pytest.raises(WrongCredentials):
        people.sign_in(email=EMAIL, password="wrong")
    with pytest.raises(ResetRequired) as told:
        people.sign_in(email=EMAIL, password=PASSWORD)
    assert told.value.proven
    people.forgot(email=EMAIL)
    people.reset(email=EMAIL, code=RESET_CODE, password=PASSWORD)
    tokens_of(people)


def test_who_must_have_an_authenticator_sets_it_up_on_the_way_in(people, clock):
    people.account(EMAIL).must_set_up_totp = True
    asked = people.sign_in(email=EMAIL, password=PASSWORD)

    secret, going_on = people.begin_totp_setup(challenge=asked)
    with pytest.raises(WrongCode):
        people.finish_totp_setup(challenge=going_on, code="000000")
    outcome = people.finish_totp_setup(challenge=going_on, code=totp_code(secret, clock.now().timestamp()))

    assert isinstance(outcome, Tokens)
    assert people.sign_in(email=EMAIL, password=PASSWORD).name == "SOFTWARE_TOKEN_MFA"


def test_failures_and_refusals_on_demand(people):
    people.fail(UpstreamUnavailable("cognito", "x", Reason.THROTTLED), "sign_in")
    people.refuse(TooManyTries("answer"), "forgot")
    with pytest.raises(UpstreamUnavailable):
        people.sign_in(email=EMAIL, password=PASSWORD)
    with pytest.raises(TooManyTries):
        people.forgot(email=EMAIL)
    people.heal()
    tokens_of(people)
    people.forgot(email=EMAIL)


def test_tokens_look_like_tokens_so_that_leaks_are_found(people):
    tokens = tokens_of(people)
    assert all(token.startswith("eyJ") for token in (tokens.access, tokens.id, tokens.refresh))


def test_a_passkey_from_registering_to_forgetting(people):
    access = tokens_of(people).access
    with pytest.raises(NotSupported):
        people.passkeys.begin_passkey_sign_in(email=EMAIL)
    with pytest.raises(ChallengeExpired):
        people.passkeys.finish_registration(access_token=access, credential={"id": "key"})
    assert people.passkeys.begin_registration(access_token=access)["challenge"]
    people.passkeys.finish_registration(access_token=access, credential={"id": "key"})

    challenge = people.passkeys.begin_passkey_sign_in(email=EMAIL)
    assert isinstance(
        people.passkeys.finish_passkey_sign_in(challenge=challenge, credential={"id": "key"}), Tokens
    )
    again = people.passkeys.begin_passkey_sign_in(email=EMAIL)
    with pytest.raises(WrongCredentials):
        people.passkeys.finish_passkey_sign_in(challenge=again, credential={"id": "another"})

    (key,) = people.passkeys.list(access_token=access)
    people.passkeys.remove(access_token=access, passkey_id=key.id)
    people.passkeys.remove(access_token=access, passkey_id=key.id)
    assert people.passkeys.list(access_token=access) == ()


# RFC 6238, appendix B, for SHA-1; the last six of its eight digits.
@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_authenticators_count_as_the_rfc_says(at, code):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp_code(secret, at) == code
    assert totp_matches(secret, code, at + 29)
    assert not totp_matches(secret, code, at + 90)
