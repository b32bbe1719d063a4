"""The time a shopper's request may still take, carried in a context variable down to every call.

A call gets the smaller of its own timeout and what is left less a reserve for the answer to be rendered
in. No call starts with so little time that it could only fail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from storefront.core import Clock, SystemClock

RESERVE_SECONDS = 0.050
LEAST_SECONDS = 0.030


class BudgetExhausted(Exception):  # noqa: N818 - the field's word
    """Too little of the deadline is left to begin a call. Told to callers as UpstreamUnavailable."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on a monotonic clock."""

    at: float
    clock: Clock

    def remaining(self) -> float:
        """Seconds left; negative once it has passed."""
        return self.at - self.clock.monotonic()


_current: ContextVar[Deadline | None] = ContextVar("storefront_deadline", default=None)


def current_deadline() -> Deadline | None:
    """The deadline in force, or None."""
    return _current.get()


def remaining(otherwise: float) -> float:
    """Seconds left of the deadline in force; `otherwise` where there is none."""
    now = _current.get()
    return otherwise if now is None else now.remaining()


@contextmanager
def deadline(seconds: float, clock: Clock | None = None) -> Iterator[Deadline]:
    """Allow what follows at most `seconds`. Inside another deadline the earlier of the two holds."""
    outer = _current.get()
    clock = clock or (outer.clock if outer else SystemClock())
    new = Deadline(clock.monotonic() + seconds, clock)
    if outer is not None and outer.at < new.at:
        new = outer
    token = _current.set(new)
    try:
        yield new
    finally:
        _current.reset(token)


def call_budget(own_timeout: float) -> float:
    """Seconds that a call with `own_timeout` may take now. Raises BudgetExhausted rather than begin in vain.

    The reserve is kept back for rendering; what is left after it must be worth a call.
    """
    now = _current.get()
    if now is None:
        return own_timeout
    left = now.remaining() - RESERVE_SECONDS
    if left < LEAST_SECONDS:
        raise BudgetExhausted(f"{max(left, 0.0):.3f} s left")
    return min(own_timeout, left)
