"""Signing in on another company's page: off with secrets of one's own, and back only with the same."""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from storefront.core import Reason, UpstreamUnavailable
from storefront.identity import ChallengeExpired, Tokens
from tests.paths import ShopClient
from tests.unit.cart.shopper import text_of
from tests.unit.signin.visitor import ACCOUNT, CALLED, EMAIL, HOME, PASSWORD, Visitor, leads_to

BEGIN, BACK = "/account/hosted/", "/account/callback/"


@dataclass
class FakePages:
    """The pool's hosted pages: whoever comes back with CODE is Robin."""

    people: object
    asked: list[dict[str, str]] = field(default_factory=list)
    error: Exception | None = None

    def authorize_url(self, **asked: str) -> str:
        self.asked.append(asked)
        return f"https://login.example/oauth2/authorize?state={asked['state']}&x=1"

    def exchange(self, **given: str) -> Tokens:
        self.asked.append(given)
        if self.error:
            raise self.error
        tokens = self.people.sign_in(email=EMAIL, password=PASSWORD)
        assert isinstance(tokens, Tokens)
        return tokens


@pytest.fixture
def pages(twins, settings) -> FakePages:
    made = FakePages(twins.people)
    settings.IDENTITY = replace(settings.IDENTITY, providers=("Google", "Acme Ltd"))
    shop = replace(twins.shop, hosted=made)
    settings.SHOP_FACTORY = lambda: shop
    return made


def off(visitor: Visitor, **more: str) -> str:
    """Off to the provider; the state that goes along."""
    answer = visitor.post(BEGIN, provider="Google", **more)
    assert answer.status_code == 200
    found = re.search(r'content="0;url=([^"]*)"', text_of(answer))
    assert found
    assert f'href="{found.group(1)}"' in text_of(answer)
    return parse_qs(urlsplit(found.group(1)).query)["state"][0]


def test_each_provider_has_a_button(visitor, pages):
    page = text_of(visitor.get("/account/sign-in/", next="/ie/en/cart/"))
    assert page.count(f'action="{HOME}{BEGIN}"') == 2
    assert "Continue with Acme Ltd" in page


def test_without_hosted_pages_there_is_no_button(visitor, settings):
    settings.IDENTITY = replace(settings.IDENTITY, providers=("Google",))
    assert BEGIN not in text_of(visitor.get("/account/sign-in/"))
    assert visitor.post(BEGIN, provider="Google").status_code == 404
    assert leads_to(visitor.get(BACK, code="c", state="s")) == f"{HOME}/account/sign-in/"


@pytest.mark.parametrize("provider", ["", "Evil", "google", "Google "])
def test_other_providers_are_not_there(visitor, pages, provider):
    assert visitor.post(BEGIN, provider=provider).status_code == 404
    assert pages.asked == []


def test_there_and_back_again(visitor, pages):
    state = off(visitor, next="/ie/en/cart/")
    asked = pages.asked[0]
    assert asked["provider"] == "Google"
    assert asked["redirect_uri"].endswith("/account/callback/")
    assert len(asked["challenge"]) == 43
    assert visitor.name == ""
    assert leads_to(visitor.get(BACK, code="c0de", state=state)) == "/ie/en/cart/"
    assert visitor.name == CALLED
    assert pages.asked[1]["code"] == "c0de"
    assert pages.asked[1]["nonce"] == asked["nonce"]


def test_one_comes_back_to_the_region_that_one_left(twins, pages):
    client = ShopClient()
    visitor = Visitor(client, twins)
    answer = client.post("/de/de/account/hosted/", {"provider": "Google", "next": "/de/de/cart/"})
    state = re.search(r"state=([\w-]+)", text_of(answer)).group(1)
    again = leads_to(visitor.get(BACK, code="c", state=state))
    assert again == f"/de/de/account/callback/?code=c&state={state}"
    assert leads_to(client.get(again)) == "/de/de/cart/"


@pytest.mark.parametrize("state", ["", "x", "é", "x" * 1500])
def test_a_state_of_somebody_elses_is_worth_nothing_and_spoils_nothing(visitor, pages, state):
    mine = off(visitor)
    assert leads_to(visitor.get(BACK, code="c", state=state)) == f"{HOME}/account/sign-in/"
    assert "Signing in there did not work." in text_of(visitor.get("/account/sign-in/"))
    assert visitor.name == ""
    assert leads_to(visitor.get(BACK, code="c", state=mine)) == ACCOUNT


def test_another_browser_cannot_use_it(visitor, twins, pages):
    state = off(visitor)
    other = Visitor(ShopClient(), twins)
    assert leads_to(other.get(BACK, code="c", state=state)) == f"{HOME}/account/sign-in/"
    assert other.name == ""


def test_it_counts_once(visitor, pages):
    state = off(visitor)
    assert leads_to(visitor.get(BACK, code="c", state=state)) == ACCOUNT
    visitor.post("/account/sign-out/")
    assert leads_to(visitor.get(BACK, code="c", state=state)) == f"{HOME}/account/sign-in/"
    assert visitor.name == ""


@pytest.mark.parametrize(
    "error",
    [
        ChallengeExpired("exchange", "invalid_grant"),
        UpstreamUnavailable("cognito", "exchange", Reason.TIMEOUT),
    ],
)
def test_what_goes_wrong_there_is_said_here(visitor, pages, error):
    pages.error = error
    state = off(visitor, next="/ie/en/cart/")
    answer = visitor.get(BACK, code="c", state=state)
    assert leads_to(answer) == f"{HOME}/account/sign-in/?next=%2Fie%2Fen%2Fcart%2F"
    assert "Signing in there did not work." in text_of(visitor.get("/account/sign-in/"))


def test_who_changes_their_mind_there_is_not_in(visitor, pages):
    state = off(visitor)
    assert leads_to(visitor.get(BACK, error="access_denied", state=state)) == f"{HOME}/account/sign-in/"
    assert len(pages.asked) == 1


def test_the_address_without_a_region_leads_to_one(twins, pages):
    answer = Client().get(f"{BACK}?code=c&state=s")
    assert answer.status_code == 302
    assert answer["Location"].endswith("/account/callback/?code=c&state=s")
