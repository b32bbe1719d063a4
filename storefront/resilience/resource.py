"""A named dependency with its defences, in the order semian taught: breaker wraps bulkhead wraps call.

`Resource.run` is the only way to a dependency. It decides whether a call may start, how long it may take,
what its outcome says about the dependency, and whether to ask once more. It knows no protocol.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from storefront.core import (
    Clock,
    Reason,
    SystemClock,
    UpstreamError,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
)
from storefront.resilience.breaker import Breaker, BreakerOpen, BreakerSettings, Permit, State
from storefront.resilience.bulkhead import Bulkhead, BulkheadFull
from storefront.resilience.deadline import (
    LEAST_SECONDS,
    RESERVE_SECONDS,
    BudgetExhausted,
    call_budget,
    remaining,
)
from storefront.resilience.quiet import QuietTime
from storefront.resilience.retry import Jitter, RetryBudget
from storefront.resilience.waiting import about_to_wait
from storefront.telemetry import OK, Telemetry

T = TypeVar("T")

# A second attempt may help after these. The others are our own refusals, or would only repeat the answer.
_WORTH_RETRYING = frozenset({Reason.TIMEOUT, Reason.CONNECTION, Reason.SERVER_ERROR, Reason.THROTTLED})
# A call that had less than this share of its timeout says nothing about the dependency when it runs out.
# How much of a call's own time it may wait for a place: a burst is let through, a hang is not queued up.
_WAIT_SHARE = 0.25
_FAIR_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class ResourceSettings:
    """How a dependency is guarded. `max_in_flight` is per process."""

    name: str
    max_in_flight: int
    breaker: BreakerSettings = field(default_factory=BreakerSettings)


class Resource:
    """One dependency of this process; thread-safe."""

    def __init__(
        self,
        settings: ResourceSettings,
        telemetry: Telemetry,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.name = settings.name
        self.clock = clock or SystemClock()
        self.telemetry = telemetry
        self._settings = settings
        self.breaker = Breaker(settings.breaker, self.clock, self._changed)
        self.bulkhead = Bulkhead(settings.max_in_flight)
        self._budget = RetryBudget(self.clock)
        self._jitter = Jitter(rng or random.Random())  # noqa: S311 - spreads load, guards nothing
        self._quiet = QuietTime(self.clock)
        telemetry.breaker_open.read(self.name, by=lambda: float(self.breaker.state is State.OPEN))
        telemetry.in_flight.read(self.name, by=lambda: float(self.bulkhead.in_flight))

    def run(self, operation: str, call: Callable[[float], T], *, timeout: float, attempts: int = 1) -> T:
        """Make `call(seconds)` with the seconds it may take, up to `attempts` times; return what it returns.

        `timeout` is the dependency's own, in seconds, for one attempt. Pass more than one attempt only for
        calls that may safely happen twice. `call` must raise UpstreamUnavailable, UpstreamInvalid or
        UpstreamRefused for failures of the dependency; those come out as they are. UpstreamUnavailable is
        also raised, without calling, when the breaker is open, the bulkhead full, the deadline too near, or
        the dependency asked for quiet; WouldWait where waiting is forbidden.
        """
        about_to_wait()
        self._budget.called()
        sent = False
        for attempt in range(1, attempts + 1):
            try:
                return self._attempt(operation, call, timeout)
            except UpstreamUnavailable as error:
                # A refusal of ours on the second attempt must not hide that the first one went out.
                error.sent = sent = sent or error.sent
                if attempt == attempts or not self._may_retry(error):
                    raise
                self.telemetry.retries.add(self.name)
        raise AssertionError("attempts must be at least 1")

    def ask_for_quiet(self, seconds: float | None) -> None:
        """Obey a Retry-After that was meant for all our calls: none starts for that long (60 s at most)."""
        if seconds is not None:
            self._quiet.keep(seconds)

    def _attempt(self, operation: str, call: Callable[[float], T], timeout: float) -> T:
        permit = self._admit(operation)
        started = self.clock.monotonic()
        outcome: str = "error"
        share = self._settings.breaker.probe_share if permit.probe else 1.0
        try:
            seconds = call_budget(timeout * share)
            with self.bulkhead.slot(wait=seconds * _WAIT_SHARE):
                seconds = call_budget(timeout * share)
                answer = call(seconds)
        except (BudgetExhausted, BulkheadFull) as refused:
            self.breaker.abandoned(permit)
            full = isinstance(refused, BulkheadFull)
            outcome = Reason.BULKHEAD_FULL if full else Reason.BUDGET_EXHAUSTED
            raise self._unavailable(operation, Reason(outcome), str(refused)) from refused
        except UpstreamError as error:
            outcome = self._judge(permit, error, fair=seconds >= timeout * min(share, _FAIR_SHARE))
            raise
        except BaseException:
            self.breaker.abandoned(permit)
            raise
        else:
            self.breaker.succeeded(permit)
            outcome = OK
            return answer
        finally:
            self.telemetry.call(self.name, outcome=outcome, seconds=self.clock.monotonic() - started)

    def _admit(self, operation: str) -> Permit:
        quiet = self._quiet.left()
        if quiet > 0:
            self.telemetry.call(self.name, outcome=Reason.THROTTLED, seconds=0.0)
            raise self._unavailable(operation, Reason.THROTTLED, "asked for quiet", quiet)
        try:
            return self.breaker.admit()
        except BreakerOpen as refused:
            self.telemetry.call(self.name, outcome=Reason.BREAKER_OPEN, seconds=0.0)
            raise self._unavailable(
                operation, Reason.BREAKER_OPEN, str(refused), refused.retry_after
            ) from refused

    def _judge(self, permit: Permit, error: UpstreamError, *, fair: bool) -> str:
        """Tell the breaker what an error says about the dependency, and give it a name for the metrics."""
        match error:
            case UpstreamRefused():
                self.breaker.succeeded(permit)
                return "refused"
            case UpstreamInvalid():
                self.breaker.failed(permit, timeout=False)
                return "invalid"
            case UpstreamUnavailable(reason=Reason.THROTTLED):
                self.breaker.succeeded(permit)  # it answers; quiet time, not the breaker, is the remedy
                return str(error.reason)
            case UpstreamUnavailable(reason=Reason.TIMEOUT) if not fair:
                self.breaker.abandoned(permit)
                return "cut_short"
            case UpstreamUnavailable():
                self.breaker.failed(permit, timeout=error.reason is Reason.TIMEOUT)
                return str(error.reason)
            case _:
                self.breaker.abandoned(permit)
                return "error"

    def _may_retry(self, error: UpstreamUnavailable) -> bool:
        """Whether to ask again; waits out the pause when so."""
        if error.reason not in _WORTH_RETRYING or self.breaker.state is not State.CLOSED:
            return False
        pause = self._jitter.pause()
        if error.reason is not Reason.THROTTLED:
            if self._quiet.left() > 0:
                return False
        else:
            if error.retry_after is None or not error.sent:
                return False
            pause += max(error.retry_after, self._quiet.left())
        # Without a deadline nobody has said that waiting is fine: then only a short pause is.
        needed = pause + RESERVE_SECONDS + LEAST_SECONDS
        if needed > remaining(otherwise=1.0) or not self._budget.take():
            return False
        self.clock.sleep(pause)
        return True

    def _changed(self, state: State) -> None:
        self.telemetry.transitions.add(self.name, state)

    def _unavailable(
        self, operation: str, reason: Reason, message: str, retry_after: float | None = None
    ) -> UpstreamUnavailable:
        return UpstreamUnavailable(
            self.name, operation, reason, message=message, retry_after=retry_after, sent=False
        )
