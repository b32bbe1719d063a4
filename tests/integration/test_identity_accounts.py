"""What pages rely on when accounts are opened, changed, closed: the same cases on the twin and on a pool."""

import time

import pytest

from storefront.identity import NotConfirmed, NotSupported, WeakPassword, WrongCode, WrongCredentials
from tests.integration.people_worlds import OTHER, PASSWORD, RealWorld, joined, refused, tokens_of

pytest_plugins = ["tests.integration.people_pools"]


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

    assert world.asks_new_addresses in (asked, None)
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
