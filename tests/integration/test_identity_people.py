"""What pages rely on when they sign people in: the same cases on the twin and on a pool.

The pool is the local emulator's, once by a client without a secret and once by one with; with
COGNITO_TEST_POOL_ID in the environment it is a real one (docs/how-to/connect-a-cognito-pool.md).
"""

import os
import time
from collections.abc import Iterator

import pytest

from dev.stack.devstack import DevStack
from storefront.identity import (
    Challenge,
    ChallengeExpired,
    NotConfirmed,
    NotSupported,
    RefreshRefused,
    TokenRefused,
    Tokens,
    WeakPassword,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.totp import totp_code
from tests.integration.people_worlds import (
    PASSWORD,
    FakeWorld,
    LocalWorld,
    RealWorld,
    World,
    local_place,
    real_place,
    refused,
)

OTHER = "another horse, another battery"
REAL_POOL = os.environ.get("COGNITO_TEST_POOL_ID", "")
WORLDS = ("fake", "fake-rotating", "real") if REAL_POOL else ("fake", "fake-rotating", "pool", "pool-secret")


@pytest.fixture(scope="module")
def pools(tmp_path_factory) -> Iterator[dict[str, World]]:
    twins: dict[str, World] = {"fake": FakeWorld(), "fake-rotating": FakeWorld(rotates=True)}
    if REAL_POOL:
        pattern, command = os.environ["COGNITO_TEST_ADDRESS"], os.environ["COGNITO_TEST_CODE_COMMAND"]
        yield {**twins, "real": RealWorld(real_place(REAL_POOL), pattern, command)}
        return
    with DevStack(tmp_path_factory.mktemp("stack"), services=("ministack",)) as stack:
        plain, secret = LocalWorld(local_place(stack)), LocalWorld(local_place(stack, secret=True))
        yield {**twins, "pool": plain, "pool-secret": secret}


@pytest.fixture(params=WORLDS)
def world(request, pools) -> World:
    return pools[request.param]


def tokens_of(world: World, email: str, password: str = PASSWORD) -> Tokens:
    outcome = world.people.sign_in(email=email, password=password)
    assert isinstance(outcome, Tokens)
    return outcome


def challenge_of(world: World, email: str, password: str = PASSWORD) -> Challenge:
    outcome = world.people.sign_in(email=email, password=password)
    assert isinstance(outcome, Challenge)
    return outcome


def joined(world: World) -> str:
    """Somebody who signed up and confirmed; their address."""
    email = world.address()
    world.people.sign_up(email=email, password=PASSWORD, name="Robin  Reed")
    world.people.confirm(email=email, code=world.code(email))
    return email


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
    "email", ["", "nobody", "a@b", "a b@example.com", "a@example.com\x00", "a" * 300 + "@example.com"]
)
def test_what_is_no_address_is_refused_like_a_stranger(world, email):
    with pytest.raises(WrongCredentials):
        world.people.sign_in(email=email, password=PASSWORD)
    with pytest.raises(WrongCredentials):
        world.people.sign_up(email=email, password=PASSWORD, name="")
    with pytest.raises(WrongCode):
        world.people.confirm(email=email, code="123456")
    with pytest.raises(WrongCode):
        world.people.reset(email=email, code="123456", password=OTHER)
    world.people.forgot(email=email)
    world.people.resend(email=email)


@pytest.mark.parametrize(
    "password", ["pässwörd mit ümläuten", "密码密码密码密码密码密码", "🐎" * 12, "a" * 256]
)
def test_a_password_may_be_of_any_letters(world, password):
    email = world.account(password)

    tokens_of(world, email, password)


def test_signing_up_takes_a_code_that_counts_once(world):
    email = world.address()
    world.people.sign_up(email=email, password=PASSWORD, name="Robin Reed")
    code = world.code(email)

    with pytest.raises(NotConfirmed) as early:
        world.people.sign_in(email=email, password=PASSWORD)
    for wrong in (world.wrong(code), "", "abc", "1" * 5000, "１２３４５６"):
        with pytest.raises(WrongCode):
            world.people.confirm(email=email, code=wrong)
    world.people.confirm(email=email, code=f" {code[:3]} {code[3:]} ")
    with pytest.raises(WrongCode):
        world.people.confirm(email=email, code=code)

    # The emulator tells before it has looked at the password: a page must not show it then.
    assert isinstance(world, RealWorld) or not early.value.proven
    person = world.people.person(tokens_of(world, email))
    assert (person.email, person.name) == (email, "Robin Reed")


def test_a_known_address_signs_up_in_silence_and_its_owner_hears_of_it(world):
    email = joined(world)
    before = world.mails(email)

    world.people.sign_up(email=email, password=OTHER, name="Somebody Else")

    with pytest.raises(WrongCredentials):
        world.people.sign_in(email=email, password=OTHER)
    assert world.people.person(tokens_of(world, email)).name == "Robin Reed"
    until = time.monotonic() + 60
    while world.mails(email) == before and time.monotonic() < until:
        time.sleep(0.1)
    assert world.mails(email) > before


def test_who_lost_the_first_code_gets_another(world):
    email = world.address()
    world.people.sign_up(email=email, password=PASSWORD, name="")
    world.code(email)
    before = world.mails(email)

    world.people.resend(email=email)
    code = world.code(email)
    world.people.confirm(email=email, code=code)

    assert world.mails(email) > before
    tokens_of(world, email)


def test_strangers_addresses_get_silence(world):
    email = world.address()

    world.people.forgot(email=email)
    world.people.resend(email=email)
    with pytest.raises(WrongCode) as confirmed:
        world.people.confirm(email=email, code="123456")
    with pytest.raises(WrongCode) as reset:
        world.people.reset(email=email, code="123456", password=OTHER)

    # Nor is it told by the kind of refusal that a known address never asked for a code.
    known = world.account()
    with pytest.raises(WrongCode) as known_confirmed:
        world.people.confirm(email=known, code="123456")
    with pytest.raises(WrongCode) as known_reset:
        world.people.reset(email=known, code="123456", password=OTHER)
    assert type(confirmed.value) is type(known_confirmed.value) is WrongCode
    assert type(reset.value) is type(known_reset.value) is WrongCode


@pytest.mark.parametrize(
    ("password", "reason"),
    [("short", "too_short"), ("x" * 10_240, "too_long"), (" spaces around it ", "spaces"), ("", "too_short")],
)
def test_a_weak_password_is_refused_for_known_and_unknown_alike(world, password, reason):
    email = world.account()
    for address in (email, world.address()):
        with pytest.raises(WeakPassword) as weak:
            world.people.sign_up(email=address, password=password, name="")
        assert reason in weak.value.reasons
        with pytest.raises(WeakPassword):
            world.people.reset(email=address, code="123456", password=password)
    with pytest.raises(WeakPassword):
        world.people.change_password(access_token=tokens_of(world, email).access, old=PASSWORD, new=password)


def test_a_forgotten_password_is_reset_by_a_code_that_counts_once(world):
    email = joined(world)
    world.people.forgot(email=email)
    code = world.code(email)

    with pytest.raises(WrongCode):
        world.people.reset(email=email, code=world.wrong(code), password=OTHER)
    world.people.reset(email=email, code=code, password=OTHER)
    with pytest.raises(WrongCode):
        world.people.reset(email=email, code=code, password=PASSWORD)

    tokens_of(world, email, OTHER)
    with pytest.raises(WrongCredentials):
        world.people.sign_in(email=email, password=PASSWORD)


def test_a_password_is_changed_by_who_knows_the_old_one(world):
    email = world.account()
    access = tokens_of(world, email).access

    for wrong in (OTHER, "", " ", "x" * 10_240, "\ud800"):
        with pytest.raises(WrongCredentials):
            world.people.change_password(access_token=access, old=wrong, new=OTHER)
    world.people.change_password(access_token=access, old=PASSWORD, new=OTHER)

    tokens_of(world, email, OTHER)


def test_a_name_is_changed_and_the_next_tokens_say_so(world):
    email = world.account(name="Old Name")
    tokens = tokens_of(world, email)
    sub = world.people.person(tokens).sub

    world.people.change_name(access_token=tokens.access, name="  New\n Name ")

    assert world.people.person(world.people.refresh(refresh_token=tokens.refresh, sub=sub)).name == "New Name"


def test_a_new_address_counts_once_it_is_proved(world):
    email, wanted = world.account(), world.address()
    tokens = tokens_of(world, email)

    asked = world.people.change_email(access_token=tokens.access, email=wanted.upper())

    assert asked is world.asks_new_addresses
    if asked:
        assert world.people.person(tokens_of(world, email)).email == email
        code = world.code(wanted)
        with pytest.raises(WrongCode):
            world.people.verify_email(access_token=tokens.access, code=world.wrong(code))
        world.people.verify_email(access_token=tokens.access, code=code)
    else:
        with pytest.raises(NotSupported):
            world.people.verify_email(access_token=tokens.access, code="123456")
    assert world.people.person(tokens_of(world, wanted)).email == wanted
    with pytest.raises(WrongCredentials):
        world.people.change_email(access_token=tokens.access, email="not an address")


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


def test_a_deleted_account_is_gone_and_its_address_free(world):
    email = joined(world)
    tokens = tokens_of(world, email)

    world.people.delete(access_token=tokens.access)

    with pytest.raises(WrongCredentials):
        world.people.sign_in(email=email, password=PASSWORD)
    assert refused(world.people.has_totp, access_token=tokens.access)
    world.people.sign_up(email=email, password=OTHER, name="")
    world.people.confirm(email=email, code=world.code(email))
    tokens_of(world, email, OTHER)


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
