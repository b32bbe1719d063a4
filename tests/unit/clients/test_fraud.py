"""Fraud screening: whatever a screen does, a sign-in soon goes on and nobody is kept out by a fault of it."""

import logging
import threading
import time
from datetime import UTC, datetime

import pytest

from storefront.clients.fraud import ALLOW, UNSCREENED, Guarded, NullScreen, SignInAttempt, Verdict
from storefront.clients.fraud.fake import FakeScreen
from storefront.core import Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry

ATTEMPT = SignInAttempt(
    account="5f1d0c",
    device="77aa01",
    address="192.0.2.1",
    user_agent="Browser/1",
    country="IE",
    at=datetime(2030, 1, 1, tzinfo=UTC),
)
# Sanity only: the guard's own bound is in the arguments; a busy machine may take longer to notice.
SOON = 2.0


@pytest.fixture
def telemetry():
    return Telemetry()


@pytest.fixture
def guarded(telemetry):
    made = []

    def make(screen, timeout=5.0):
        guard = Guarded(screen, Resource(ResourceSettings("fraud", 2), telemetry), timeout=timeout)
        made.append(guard)
        return guard

    yield make
    for guard in made:
        guard.close()


def test_a_shop_without_a_screen_lets_everybody_on(guarded):
    assert NullScreen().screen(ATTEMPT) is ALLOW
    assert guarded(NullScreen()).screen(ATTEMPT).decision == "allow"


@pytest.mark.parametrize(
    "verdict", [ALLOW, Verdict("step_up", "new_country"), Verdict("refuse", "known_bad")]
)
def test_the_verdict_is_the_screens(guarded, telemetry, verdict):
    screen = FakeScreen(verdict)
    assert guarded(screen).screen(ATTEMPT) == verdict
    assert screen.attempts == [ATTEMPT]
    assert telemetry.events.value("fraud_screen", verdict.decision) == 1


FAILURES = {
    "unavailable": (UpstreamUnavailable("fraud", "screen", Reason.CONNECTION), "connection"),
    "invalid": (UpstreamInvalid("fraud", "screen", "no score"), "failed"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_screen_that_fails_lets_the_sign_in_go_on_and_is_counted(guarded, telemetry, name):
    error, reason = FAILURES[name]
    screen = FakeScreen(Verdict("refuse"))
    screen.fail(error)
    assert guarded(screen).screen(ATTEMPT) == UNSCREENED
    assert telemetry.degradations.value("fraud_screen", reason) == 1


class Broken:
    def screen(self, attempt):
        raise KeyError(attempt.address)


class Wordless:
    def screen(self, attempt):
        return None


@pytest.mark.parametrize("screen", [Broken(), Wordless()], ids=["bug", "no-verdict"])
def test_a_bug_of_a_screen_is_logged_without_what_it_was_asked(guarded, telemetry, caplog, screen):
    with caplog.at_level(logging.DEBUG):
        assert guarded(screen).screen(ATTEMPT) == UNSCREENED
    assert "fraud_screen_failed" in caplog.text
    assert ATTEMPT.address not in caplog.text
    assert telemetry.degradations.value("fraud_screen", "server_error") == 1


class Hung:
    def __init__(self):
        self.asked = 0
        self.released = threading.Event()

    def screen(self, attempt):
        self.asked += 1
        self.released.wait(30)
        return Verdict("refuse")


def test_a_screen_that_hangs_costs_its_timeout_and_soon_nothing(guarded, telemetry):
    screen = Hung()
    guard = guarded(screen, timeout=0.05)
    try:
        started = time.monotonic()
        assert [guard.screen(ATTEMPT) for _ in range(20)] == [UNSCREENED] * 20
        assert time.monotonic() - started < SOON
        assert screen.asked <= 3  # then the breaker is open
        assert telemetry.degradations.value("fraud_screen", "breaker_open") >= 17
    finally:
        screen.released.set()


def test_what_is_asked_does_not_show_the_address_when_printed():
    assert "192.0.2.1" not in repr(ATTEMPT)
