"""Stands before a fraud screen: however it fails, and however long it takes, nobody is kept out by that.

A screen is somebody else's code about somebody else's service. It runs in threads of its own, so that even
one that ignores its timeout costs a sign-in no more than the time it was given; behind a breaker, so that a
sick one soon costs nothing.
"""

import contextvars
import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotDone

from storefront.clients.fraud.models import SignInAttempt, Verdict
from storefront.clients.fraud.port import FraudScreen
from storefront.core import Reason, UpstreamError, UpstreamUnavailable
from storefront.resilience import Resource

SCREEN_SECONDS = 0.5
UNSCREENED = Verdict("allow", "unscreened")
_PART = "fraud_screen"
_log = logging.getLogger("storefront.clients.fraud")


class Guarded:
    """A `FraudScreen` that never raises and answers in `timeout` seconds: `UNSCREENED` without a verdict."""

    def __init__(self, screen: FraudScreen, resource: Resource, *, timeout: float = SCREEN_SECONDS) -> None:
        self._screen = screen
        self._resource = resource
        self._timeout = timeout
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def screen(self, attempt: SignInAttempt) -> Verdict:
        """The screen's verdict, or `UNSCREENED`: counted, and logged as a degraded part of the answer."""
        run, telemetry = self._resource.run, self._resource.telemetry
        try:
            verdict = run("screen", lambda seconds: self._ask(attempt, seconds), timeout=self._timeout)
        except UpstreamError as error:
            reason = str(error.reason) if isinstance(error, UpstreamUnavailable) else "failed"
            telemetry.degraded(_PART, reason)
            return UNSCREENED
        telemetry.event(_PART, verdict.decision)
        return verdict

    def close(self) -> None:
        """Let the threads go; what is under way is not waited for."""
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, attempt: SignInAttempt, seconds: float) -> Verdict:
        context = contextvars.copy_context()
        answer: Future[Verdict] = self._pool().submit(context.run, self._screen.screen, attempt)
        try:
            verdict: object = answer.result(seconds)
        except NotDone as late:
            answer.cancel()
            raise self._no_verdict(Reason.TIMEOUT) from late
        except UpstreamError:
            raise
        except Exception as error:
            # A bug of an adapter: told to those who run the shop, without what it was asked.
            _log.exception("fraud_screen_failed", exc_info=False, extra={"reason": type(error).__name__})
            raise self._no_verdict(Reason.SERVER_ERROR) from error
        if not isinstance(verdict, Verdict):
            _log.error("fraud_screen_failed", extra={"reason": "no_verdict"})
            raise self._no_verdict(Reason.SERVER_ERROR)
        return verdict

    def _no_verdict(self, reason: Reason) -> UpstreamUnavailable:
        return UpstreamUnavailable(self._resource.name, "screen", reason)

    def _pool(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                at_once = self._resource.bulkhead.max_in_flight
                self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="fraud")
            return self._threads
