"""What pages rely on when they sign people in: the same cases on the twin and on a pool."""

import time

import pytest

from storefront.identity import (
    Challenge,
    ChallengeExpired,
    NotSupported,
    RefreshRefused,
    TokenRefused,
    Tokens,
    WeakPassword,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.totp import totp_code
from tests.integration.people_worlds import OTHER, PASSWORD, challenge_of, refused, tokens_of

pytest_plugins = ["tests.integration.people_pools"]


def test_who_has_an_account_signs_in_and_is_known_by_verified_tokens(world):
    email = world.account(name="Kim Ö. Park", groups=("merchandiser",))

    tokens = tokens_of(world, email)
    person = world.people.person(tokens)

    assert (person.email, person.name, person.groups) == (email, "Kim Ö. Park", {"merchandiser"})
    assert person.email_verified
    assert abs(tokens.expires_at - time.time() - 3600) < 60
    assert tokens.access not in repr(tokens)
    assert email not in repr(person)


def test_an_address_is_the_same_in_capitals_and_with_spaces_around(world):
    email = world.account()

    assert world.people.person(tokens_of(world, f" {email.upper()} ")).email == email


@pytest.mark.parametrize(
    "password", ["wrong horse battery", "", " " + PASSWORD, "ä" * 10_000, "\ud800" * 12, "x\x00y" * 5]
)
def test_a_wrong_password_says_no_more_than_an_unknown_address(world, password):
    email = world.account()

    with pytest.raises(WrongCredentials) as known:
        world.people.sign_in(email=email, password=password)
    with pytest.raises(WrongCredentials) as unknown:
        world.people.sign_in(email=world.address(), password=password)

    assert str(known.value) == str(unknown.value)
    assert email not in str(known.value)


@pytest.mark.parametrize(
    "password", ["pässwörd mit ümläuten", "密码密码密码密码密码密码", "🐎" * 12, "a" * 256]
)
def test_a_password_may_be_of_any_letters(world, password):
    email = world.account(password)

    tokens_of(world, email, password)


def test_an_authenticator_is_set_up_asked_for_and_taken_away(world):
    email = world.account()
    access = tokens_of(world, email).access
    assert not world.people.has_totp(access_token=access)

    secret = world.people.begin_totp(access_token=access)
    right = totp_code(secret, time.time())
    with pytest.raises(WrongCode):
        world.people.confirm_totp(access_token=access, code=world.wrong(right), device="Phone")
    assert isinstance(world.people.sign_in(email=email, password=PASSWORD), Tokens)
    world.people.confirm_totp(access_token=access, code=totp_code(secret, time.time()), device="Kim's phone")
    assert world.people.has_totp(access_token=access)

    challenge = challenge_of(world, email)
    assert challenge.name == "SOFTWARE_TOKEN_MFA"
    assert challenge.session not in repr(challenge)
    for wrong in (world.wrong(totp_code(secret, time.time())), "", "letters", "9" * 4000):
        with pytest.raises(WrongCode):
            world.people.answer(challenge=challenge, answer=wrong)
    next_step = totp_code(secret, time.time() + 30)  # a real pool takes no code twice
    assert isinstance(world.people.answer(challenge=challenge, answer=next_step), Tokens)

    world.people.end_totp(access_token=access)
    assert not world.people.has_totp(access_token=access)
    tokens_of(world, email)


def test_a_temporary_password_has_to_be_changed_first(world):
    email = world.account(temporary=True)
    challenge = challenge_of(world, email)

    assert challenge.name == "NEW_PASSWORD_REQUIRED"
    with pytest.raises(WeakPassword):
        world.people.answer(challenge=challenge, answer="short")
    outcome = world.people.answer(challenge=challenge, answer=OTHER)

    assert isinstance(outcome, Tokens)
    assert world.people.person(outcome).email == email
    tokens_of(world, email, OTHER)
    with pytest.raises(WrongCredentials):
        world.people.sign_in(email=email, password=PASSWORD)


def test_a_challenge_that_is_not_answered_by_a_code_is_not_supported(world):
    challenge = Challenge("WEB_AUTHN", "x" * 20, "nobody", {})

    with pytest.raises((NotSupported, ChallengeExpired)):
        world.people.answer(challenge=challenge, answer="123456")


def test_tokens_are_refreshed_for_the_same_person_only(world):
    email = world.account()
    tokens = tokens_of(world, email)
    sub = world.people.person(tokens).sub

    fresh = world.people.refresh(refresh_token=tokens.refresh, sub=sub)
    again = world.people.refresh(refresh_token=fresh.refresh, sub=sub)

    assert world.people.person(fresh).sub == world.people.person(again).sub == sub
    assert fresh.access != tokens.access
    for token, whose in ((again.refresh, "somebody-else"), ("rubbish", sub), (again.access, sub)):
        with pytest.raises(RefreshRefused):
            world.people.refresh(refresh_token=token, sub=whose)


def test_a_sign_in_that_was_ended_ends_its_tokens_and_no_others(world):
    email = world.account()
    ended, kept = tokens_of(world, email), tokens_of(world, email)
    sub = world.people.person(ended).sub

    world.people.revoke(refresh_token=ended.refresh)
    world.people.revoke(refresh_token=ended.refresh)
    world.people.revoke(refresh_token="rubbish")

    with pytest.raises(RefreshRefused):
        world.people.refresh(refresh_token=ended.refresh, sub=sub)
    assert refused(world.people.has_totp, access_token=ended.access)
    world.people.refresh(refresh_token=kept.refresh, sub=sub)


def test_signing_out_everywhere_ends_all_of_them(world):
    email = world.account()
    here, there = tokens_of(world, email), tokens_of(world, email)
    sub = world.people.person(here).sub

    world.people.sign_out_everywhere(access_token=here.access)

    for tokens in (here, there):
        with pytest.raises(RefreshRefused):
            world.people.refresh(refresh_token=tokens.refresh, sub=sub)
        assert refused(world.people.change_name, access_token=tokens.access, name="X")
    tokens_of(world, email)


def test_a_locked_account_is_out_and_looks_like_a_wrong_password(world):
    email = world.account()
    tokens = tokens_of(world, email)
    sub = world.people.person(tokens).sub

    world.disable(email)

    with pytest.raises(WrongCredentials):
        world.people.sign_in(email=email, password=PASSWORD)
    with pytest.raises(RefreshRefused):
        world.people.refresh(refresh_token=tokens.refresh, sub=sub)


@pytest.mark.parametrize("access_token", ["rubbish", "eyJ.eyJ.eyJ", "a.b.c"])
def test_a_token_that_is_none_is_refused_by_every_call(world, access_token):
    people = world.people
    for call, arguments in (
        (people.change_password, {"old": PASSWORD, "new": OTHER}),
        (people.change_email, {"email": world.address()}),
        (people.change_name, {"name": "X"}),
        (people.begin_totp, {}),
        (people.confirm_totp, {"code": "123456", "device": ""}),
        (people.end_totp, {}),
        (people.has_totp, {}),
        (people.sign_out_everywhere, {}),
        (people.delete, {}),
    ):
        assert refused(call, access_token=access_token, **arguments), call.__name__
    with pytest.raises(TokenRefused):
        people.person(Tokens(access_token, access_token, "", 0))


def test_tokens_of_two_people_do_not_make_one(world):
    one, other = (tokens_of(world, world.account()) for _ in range(2))

    with pytest.raises(TokenRefused):
        world.people.person(Tokens(one.access, other.id, one.refresh, one.expires_at))
    with pytest.raises(TokenRefused):
        world.people.person(Tokens(one.id, one.access, one.refresh, one.expires_at))
