"""Processes of the shop as far as limits go, and what they would count together in Redis."""

from types import SimpleNamespace

from django.test import RequestFactory

from storefront.core import Reason, UpstreamUnavailable
from storefront.telemetry import Telemetry
from storefront.web import limits
from storefront.web.limits import Limits, TooMany, Turns
from storefront.web.windows import LocalWindows, Windows

ROBIN = "robin@example.com"
HERE, THERE = "192.0.2.1", "198.51.100.7"


class SharedTwin:
    """What Redis would count, in memory; `away` lets it fail as Redis does when it is lost."""

    def __init__(self, clock):
        self._clock = clock
        self._windows = LocalWindows(clock)
        self._cleared = {}
        self.away = False
        self.calls = 0

    def _ask(self):
        self.calls += 1
        if self.away:
            raise UpstreamUnavailable("limits", "take", Reason.CONNECTION, sent=False)

    def take(self, window, who, token):
        self._ask()
        cleared = self._cleared.get((window.kind, who))
        ago = None if cleared is None else self._clock.monotonic() - cleared
        return self._windows.take(window, who, token), ago

    def keep(self, window, who, token):
        self._ask()
        self._windows.keep(window, who, token)

    def drop(self, window, who, token):
        self._ask()
        self._windows.drop(window, who, token)

    def clear(self, window, who):
        self._ask()
        self._windows.clear(window, who)
        self._cleared[window.kind, who] = self._clock.monotonic()


class Worker:
    """One process of the shop, as far as limits go."""

    def __init__(self, clock, shared=None, **options):
        self.telemetry = Telemetry()
        many = Turns(at_once=1000, per_second=1e6, burst=1000, clock=clock)
        options = {"clock": clock, "step": 0, "turns": many, "forms": many, **options}
        self.limits = Limits(Windows(shared, self.telemetry, clock), self.telemetry, **options)

    def request(self, address=HERE):
        request = RequestFactory().post("/account/sign-in/", REMOTE_ADDR=address)
        request.shop = SimpleNamespace(limits=self.limits)
        return request

    def wrong(self, address=HERE, email=ROBIN, before=limits.before_sign_in):
        """Seconds to wait, 0 for a wrong password that the pool was asked about."""
        return self._try(limits.failed, address, email, before)

    def right(self, address=HERE, email=ROBIN, before=limits.before_sign_in):
        return self._try(limits.succeeded, address, email, before)

    def unanswered(self, address=HERE, email=ROBIN):
        return self._try(lambda *_: None, address, email, limits.before_sign_in)

    def _try(self, report, address, email, before):
        request = self.request(address)
        try:
            before(request, email)
        except TooMany as refused:
            return refused.retry_after
        report(request, email)
        return 0
