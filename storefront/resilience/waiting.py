"""A try without waiting: what is at hand is taken at once, all else says that it would have to be waited for.

Handing a part of a page to another thread costs about as much as finding it in memory. So what may be at hand
is looked for first, by the same code that would fetch it, with every call to a dependency forbidden.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_forbidden: ContextVar[bool] = ContextVar("storefront_no_waiting", default=False)


class WouldWait(BaseException):
    """It is not at hand. No Exception, so that nobody takes it for a dependency that failed."""


@contextmanager
def without_waiting() -> Iterator[None]:
    """Inside, whatever would wait raises WouldWait instead."""
    token = _forbidden.set(True)
    try:
        yield
    finally:
        _forbidden.reset(token)


def about_to_wait() -> None:
    """Said before every wait. Raises WouldWait where nobody wants to wait."""
    if _forbidden.get():
        raise WouldWait
