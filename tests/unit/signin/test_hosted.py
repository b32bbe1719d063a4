"""Signing in on another company's page: off with secrets of one's own, and back only with the same."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.identity import ChallengeExpired, Tokens
from storefront.identity.fake import FakePeople
from tests.paths import ShopClient
from tests.unit.cart.shopper import text_of
from tests.unit.signin.visitor import ACCOUNT, CALLED, EMAIL, HOME, PASSWORD, Visitor, leads_to

BEGIN, BACK, OUT = "/account/hosted/", "/account/callback/", "/account/sign-out/"


@dataclass
class FakePages:
    """The pool's hosted pages: whoever comes back with CODE is Robin, who proved it `ago` seconds before."""

    people: FakePeople
    now: Callable[[], float] = time.time
    ago: int | None = 5
    asked: list[dict[str, Any]] = field(default_factory=list)
    error: Exception | None = None

    def authorize_url(self, **asked: Any) -> str:
        self.asked.append(asked)
        return f"https://login.example/oauth2/authorize?state={asked['state']}&x=1"

    def exchange(self, **given: str) -> Tokens:
        self.asked.append(given)
        if self.error:
            raise self.error
        tokens = self.people.sign_in(email=EMAIL, password=PASSWORD)
        assert isinstance(tokens, Tokens)
        proved = 0 if self.ago is None else int(self.now()) - self.ago
        return replace(tokens, proved_at=proved)

    def logout_url(self, *, redirect_uri: str) -> str:
        return f"https://login.example/logout?client_id=c&logout_uri={redirect_uri}"


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


# --- proving it again, and signing out --------------------------------------------------------------------

SECURITY, DELETE = "/account/security/", "/account/data/delete/"


def asks_again(visitor: Visitor) -> bool:
    """Whether a page that wants a fresh proof sends the visitor to give one."""
    return visitor.get(DELETE).status_code == 303


def test_a_sign_in_that_the_pool_remembered_is_no_fresh_proof(visitor, pages):
    pages.ago = 3000
    visitor.get(BACK, code="c", state=off(visitor))
    assert visitor.name == CALLED
    assert pages.asked[0]["again"] is False
    assert asks_again(visitor)


def test_what_was_just_proved_there_counts_here(visitor, pages):
    visitor.get(BACK, code="c", state=off(visitor))
    assert not asks_again(visitor)


def test_who_proves_it_again_is_asked_there(visitor, pages):
    pages.ago = 3000
    visitor.get(BACK, code="c", state=off(visitor))
    pages.ago, wanted = 5, f"{HOME}{DELETE}"
    assert leads_to(visitor.get(BACK, code="c", state=off(visitor, next=wanted))) == wanted
    assert pages.asked[2]["again"] is True
    assert not asks_again(visitor)


@pytest.mark.parametrize("ago", [3000, None])
def test_who_was_not_asked_there_has_proved_nothing(visitor, pages, ago):
    pages.ago = 3000
    visitor.get(BACK, code="c", state=off(visitor))
    pages.ago, revoked = ago, visitor.twins.people.calls.count("revoke")
    answer = visitor.get(BACK, code="c", state=off(visitor, next=f"{HOME}{DELETE}"))
    assert leads_to(answer).startswith(f"{HOME}/account/sign-in/")
    assert visitor.twins.people.calls.count("revoke") == revoked + 1  # nobody holds the new tokens
    page = text_of(visitor.get("/account/sign-in/", again="1"))
    assert "You were not asked there who you are." in page
    assert visitor.name == CALLED
    assert asks_again(visitor)


def test_new_tokens_prove_nothing(visitor, pages):
    pages.ago = 3000
    visitor.get(BACK, code="c", state=off(visitor))
    kept = list(visitor.client.session.items())
    session = visitor.client.session
    session["tokens"] = session["tokens"] | {"until": 0}
    session.save()
    assert visitor.get(SECURITY).status_code == 200
    assert "refresh" in visitor.twins.people.calls
    assert dict(kept)["auth"] == visitor.client.session["auth"]
    assert asks_again(visitor)


def way_out(visitor: Visitor) -> str:
    """Sign out by the button, and what is on the page that comes next."""
    assert leads_to(visitor.post(OUT)) == f"{HOME}{OUT}"
    return text_of(visitor.get(OUT))


def test_signing_out_leads_through_the_pools_pages(visitor, pages, settings):
    visitor.get(BACK, code="c", state=off(visitor))
    assert "login.example" not in text_of(visitor.get(OUT))
    page = way_out(visitor)
    out = f"https://login.example/logout?client_id=c&logout_uri={settings.PUBLIC_ORIGIN}{OUT}"
    assert f'content="0;url={out}"' in page
    assert f'href="{out}"' in page
    assert visitor.name == ""
    assert "You are signed out." in text_of(visitor.get(OUT))
    # Once: who comes back to this page, or signs in by password next, was not there.
    assert "login.example" not in text_of(visitor.get(OUT))
    visitor.sign_in()
    assert "login.example" not in way_out(visitor)


def test_from_the_pools_way_out_one_comes_back_to_the_region_that_one_left(twins, pages):
    visitor = Visitor(ShopClient(), twins)
    answer = visitor.client.post("/de/de/account/hosted/", {"provider": "Google"})
    state = re.search(r"state=([\w-]+)", text_of(answer)).group(1)
    visitor.client.get("/de/de/account/callback/", {"code": "c", "state": state})
    visitor.client.post(f"/de/de{OUT}")
    assert "login.example/logout" in text_of(visitor.client.get(f"/de/de{OUT}"))
    assert leads_to(visitor.get(OUT)) == f"/de/de{OUT}"
    assert "Sie sind abgemeldet." in text_of(visitor.client.get(f"/de/de{OUT}"))
    assert visitor.get(OUT).status_code == 200  # once


def test_signing_out_everywhere_leads_through_the_pools_pages(visitor, pages):
    visitor.get(BACK, code="c", state=off(visitor))
    asked = leads_to(visitor.post("/account/devices/all/end/"))
    assert "login.example/logout" in text_of(visitor.get(asked))


def test_the_pools_pages_are_left_also_after_a_password_was_typed_since(visitor, pages):
    visitor.get(BACK, code="c", state=off(visitor))
    visitor.sign_in()
    assert "login.example/logout" in way_out(visitor)


def test_the_pools_pages_are_left_when_they_let_in_somebody_else(visitor, pages):
    visitor.twins.people.add("mika@example.com", "six words that are all mine")
    visitor.sign_in("mika@example.com", "six words that are all mine")
    assert leads_to(visitor.get(BACK, code="c", state=off(visitor))) == ACCOUNT
    assert visitor.name == CALLED
    assert "login.example/logout" in way_out(visitor)


def test_the_pools_pages_are_left_also_when_their_word_did_not_lead_in(visitor, pages):
    pages.error = ChallengeExpired("exchange", "invalid_grant")
    visitor.get(BACK, code="c", state=off(visitor))
    visitor.sign_in()
    assert "login.example/logout" in way_out(visitor)


def test_the_mark_for_it_costs_nobody_the_sign_out(visitor, pages, twins, monkeypatch):
    visitor.get(BACK, code="c", state=off(visitor))

    def away(*_args, **_more):
        raise UpstreamUnavailable("dynamodb", "create", Reason.TIMEOUT)

    monkeypatch.setattr(type(twins.sessions), "create", away)
    assert leads_to(visitor.post(OUT)) == f"{HOME}{OUT}"
    assert visitor.name == ""


def test_without_the_pools_pages_signing_out_stays_here(visitor, pages):
    visitor.sign_in()
    assert "login.example" not in way_out(visitor)


@pytest.mark.parametrize(("minutes", "fine"), [(-10, True), (10, True), (24, True), (26, False)])
def test_a_trip_may_end_at_a_machine_with_another_clock(visitor, twins, pages, settings, minutes, fine):
    state = off(visitor)
    clock = ManualClock(twins.shop.clock.now() + timedelta(minutes=minutes))
    shop = replace(twins.shop, hosted=pages, clock=clock)
    settings.SHOP_FACTORY = lambda: shop
    visitor.get(BACK, code="c", state=state)
    assert len(pages.asked) == 1 + fine
