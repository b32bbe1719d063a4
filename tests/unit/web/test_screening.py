"""What a fraud screen is told of a sign-in: enough to judge it, under names that only the shop can make."""

from types import SimpleNamespace

from django.test import RequestFactory

from storefront.clients.fraud import ALLOW, Verdict
from storefront.clients.fraud.fake import FakeScreen
from storefront.core import ManualClock
from storefront.web.limits import account_name
from storefront.web.screening import screen_sign_in


def request(screen, **meta):
    made = RequestFactory().post("/account/sign-in/", **meta)
    made.shop = SimpleNamespace(fraud=screen, country="IE", clock=ManualClock())
    return made


def test_a_screen_is_told_who_from_where_with_what_and_when():
    screen = FakeScreen()
    asked = request(screen, REMOTE_ADDR="192.0.2.1", HTTP_USER_AGENT="Browser/1")
    assert screen_sign_in(asked, "Robin@Example.com") is ALLOW
    (attempt,) = screen.attempts
    assert attempt.account == account_name("robin@example.com")
    assert (attempt.address, attempt.user_agent, attempt.country) == ("192.0.2.1", "Browser/1", "IE")
    assert attempt.at == ManualClock().now()
    assert "robin" not in repr(attempt).lower()


def test_a_user_agent_is_cut():
    screen = FakeScreen(Verdict("step_up", "odd"))
    asked = request(screen, HTTP_USER_AGENT="x" * 10_000)
    assert screen_sign_in(asked, "robin@example.com").decision == "step_up"
    assert len(screen.attempts[0].user_agent) == 256


def test_the_address_is_the_one_our_proxies_saw(settings):
    settings.PROXY_HOPS = 1
    screen = FakeScreen()
    forwarded = "203.0.113.5, 198.51.100.7"
    screen_sign_in(request(screen, HTTP_X_FORWARDED_FOR=forwarded), "robin@example.com")
    assert screen.attempts[0].address == "198.51.100.7"
