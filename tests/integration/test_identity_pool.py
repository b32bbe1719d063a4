"""What the local pool shows beyond the shared cases: its own pages, clocks that differ, ten at once."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from dev.stack.devstack import DevStack
from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.http import RequestsTransport
from storefront.identity import ChallengeExpired, NotSupported, TokenRefused, Tokens, WrongCredentials
from storefront.identity.hosted import HostedPages, Journey, hosted_pages, new_journey
from storefront.telemetry import Telemetry
from tests.integration.people_worlds import PASSWORD, LocalWorld, local_place, people_at

BACK = "https://shop.example/account/callback/"
OUT = "https://shop.example/account/sign-out/"


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with DevStack(tmp_path_factory.mktemp("stack"), services=("ministack",)) as running:
        yield running


@pytest.fixture(scope="module")
def world(stack) -> LocalWorld:
    return LocalWorld(local_place(stack))


@pytest.fixture(scope="module", params=[False, True], ids=["public", "with a secret"])
def hosted_world(stack, request) -> LocalWorld:
    scopes = ["openid", "email", "profile", "aws.cognito.signin.user.admin"]
    return LocalWorld(
        local_place(
            stack,
            secret=request.param,
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=scopes,
            CallbackURLs=[BACK],
            LogoutURLs=[OUT],
            SupportedIdentityProviders=["COGNITO"],
        )
    )


@pytest.fixture
def hosted(hosted_world) -> HostedPages:
    place, verifier = hosted_world.place, hosted_world.people.verifier
    return hosted_pages(place.endpoint, place.settings, verifier, RequestsTransport(), Telemetry())


def travel(hosted: HostedPages, journey: Journey, email: str, *, again: bool = False) -> dict[str, str]:
    """Go to the pool's pages, sign in there, come back; what the browser brings."""
    url = hosted.authorize_url(
        state=journey.state,
        challenge=journey.challenge,
        redirect_uri=BACK,
        nonce=journey.nonce,
        provider="COGNITO",
        again=again,
    )
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(url, timeout=10)
        page.raise_for_status()
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        form = {name: unescape(value) for name, value in fields.items()}
        form |= {"username": email, "password": PASSWORD}
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        back = browser.post(f"{origin}/login", data=form, timeout=10, allow_redirects=False)
    assert back.status_code == 302
    assert back.headers["location"].startswith(BACK)
    return {name: value for name, (value,) in parse_qs(urlsplit(back.headers["location"]).query).items()}


def test_who_signs_in_on_the_pools_pages_comes_back_as_themselves(hosted_world, hosted):
    email, journey = hosted_world.account(name="Ann", groups=("shopper",)), new_journey()

    brought = travel(hosted, journey, email)
    tokens = hosted.exchange(
        code=brought["code"], verifier=journey.verifier, redirect_uri=BACK, nonce=journey.nonce
    )

    assert brought["state"] == journey.state
    person = hosted_world.people.person(tokens)
    assert (person.email, person.name, person.groups) == (email, "Ann", {"shopper"})
    # These tokens do what others do: the account's pages work, and they are refreshed and ended.
    hosted_world.people.change_name(access_token=tokens.access, name="Ann Other")
    fresh = hosted_world.people.refresh(refresh_token=tokens.refresh, sub=person.sub)
    assert hosted_world.people.person(fresh).name == "Ann Other"


@pytest.mark.parametrize("minutes", [-10, 0, 10])
def test_the_pool_says_when_it_asked_whatever_our_clock_shows(hosted_world, minutes):
    clock, journey = ManualClock(datetime.now(UTC) + timedelta(minutes=minutes)), new_journey()
    place = hosted_world.place
    verifier = people_at(place, clock).verifier
    pages = hosted_pages(place.endpoint, place.settings, verifier, RequestsTransport(), Telemetry(), clock)

    brought = travel(pages, journey, hosted_world.account(), again=True)
    tokens = pages.exchange(code=brought["code"], verifier=journey.verifier, redirect_uri=BACK)

    assert tokens.proved_at is not None
    assert abs(clock.now().timestamp() - tokens.proved_at) <= 5


def test_the_way_out_comes_back_to_the_shop_alone(hosted):
    def way_out(address: str) -> requests.Response:
        return requests.get(hosted.logout_url(redirect_uri=address), timeout=10, allow_redirects=False)

    assert way_out(OUT).headers["location"] == OUT
    assert way_out("https://evil.example/").status_code >= 400


def test_a_code_counts_once(hosted_world, hosted):
    journey = new_journey()
    code = travel(hosted, journey, hosted_world.account())["code"]

    hosted.exchange(code=code, verifier=journey.verifier, redirect_uri=BACK, nonce=journey.nonce)

    with pytest.raises(ChallengeExpired):
        hosted.exchange(code=code, verifier=journey.verifier, redirect_uri=BACK, nonce=journey.nonce)


def test_a_stolen_code_is_worth_nothing_without_the_verifier(hosted_world, hosted):
    code = travel(hosted, new_journey(), hosted_world.account())["code"]

    with pytest.raises(ChallengeExpired):
        hosted.exchange(code=code, verifier=new_journey().verifier, redirect_uri=BACK)
    with pytest.raises(ChallengeExpired):
        hosted.exchange(code="invented", verifier=new_journey().verifier, redirect_uri=BACK)


def test_a_code_of_another_journey_does_not_fit_the_nonce(hosted_world, hosted):
    journey = new_journey()
    code = travel(hosted, journey, hosted_world.account())["code"]

    with pytest.raises(TokenRefused):
        hosted.exchange(code=code, verifier=journey.verifier, redirect_uri=BACK, nonce=new_journey().nonce)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_sign_in_works_while_our_clock_is_ten_minutes_off(world, minutes):
    email = world.account()
    people = people_at(world.place, ManualClock(datetime.now(UTC) + timedelta(minutes=minutes)))

    tokens = people.sign_in(email=email, password=PASSWORD)
    assert isinstance(tokens, Tokens)
    person = people.person(tokens)

    assert person.email == email
    assert people.person(people.refresh(refresh_token=tokens.refresh, sub=person.sub)).email == email


def test_the_emulator_has_no_passkeys_and_that_is_said(world):
    email = world.account()
    tokens = world.people.sign_in(email=email, password=PASSWORD)
    assert isinstance(tokens, Tokens)
    passkeys = world.people.passkeys

    with pytest.raises(NotSupported):
        passkeys.begin_passkey_sign_in(email=email)
    with pytest.raises(NotSupported):
        passkeys.begin_registration(access_token=tokens.access)
    with pytest.raises(NotSupported):
        passkeys.list(access_token=tokens.access)


def test_ten_sign_in_at_once_and_nobody_as_somebody_else(world):
    emails = [world.account() for _ in range(5)]
    first = world.people.sign_in(email=emails[0], password=PASSWORD)
    assert isinstance(first, Tokens)
    world.people.person(first)  # the emulator, busy with ten, would be slow to hand out its keys
    together = threading.Barrier(10)

    def sign_in(turn: int) -> bool:
        email, right = emails[turn // 2], turn % 2 == 0
        together.wait(30)
        try:
            tokens = world.people.sign_in(email=email, password=PASSWORD if right else "wrong password")
        except WrongCredentials:
            return not right
        assert isinstance(tokens, Tokens)
        return right and world.people.person(tokens).email == email

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(sign_in, range(10)))
    assert results == [True] * 10


def test_a_pool_that_is_away_is_an_outage_in_every_call(stack, world):
    away = local_place(stack)
    place = type(away)(away.settings, away.region, "http://127.0.0.1:9", away.admin)
    people = people_at(place)

    for call, arguments in (
        (people.sign_in, {"email": "a@example.com", "password": PASSWORD}),
        (people.sign_up, {"email": "a@example.com", "password": PASSWORD, "name": ""}),
        (people.forgot, {"email": "a@example.com"}),
        (people.refresh, {"refresh_token": "r", "sub": "s"}),
        (people.has_totp, {"access_token": "a.b.c"}),
    ):
        with pytest.raises(UpstreamUnavailable) as down:
            call(**arguments)
        assert down.value.reason in {Reason.CONNECTION, Reason.BREAKER_OPEN}
