"""The parts of a page: what it cannot do without, and what it can."""

import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar, cast

T = TypeVar("T")


class Why(StrEnum):
    """Why a part is missing."""

    LATE = "late"
    UNAVAILABLE = "unavailable"
    INVALID = "invalid"
    REFUSED = "refused"
    ERROR = "error"  # a bug; logged with its trace


@dataclass(frozen=True, slots=True)
class Missing:
    """In place of a deferred part that did not come in time or at all."""

    reason: Why


class _NotYet:
    """Marks a part that has not been fetched."""


_NOT_YET = _NotYet()


class Part(Generic[T]):
    """A value that the plan will fetch. Readable once the plan has run; RuntimeError before (a bug)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._outcome: T | Missing | _NotYet = _NOT_YET
        self._lock = threading.Lock()

    @property
    def missing(self) -> Missing | None:
        """Why there is no value, or None when there is one."""
        outcome = self._settled()
        return outcome if isinstance(outcome, Missing) else None

    def or_none(self) -> T | None:
        """The value, or None when it is missing: for deferred parts."""
        outcome = self._settled()
        return None if isinstance(outcome, Missing) else cast("T", outcome)

    def settle(self, outcome: "T | Missing") -> bool:
        """Give the part its outcome; the first one stays, so what comes late changes nothing."""
        with self._lock:
            if self._outcome is not _NOT_YET:
                return False
            self._outcome = outcome
            return True

    def _settled(self) -> "T | Missing | _NotYet":
        if self._outcome is _NOT_YET:
            raise RuntimeError(f"part {self.name!r} was read before the plan ran")
        return self._outcome


class Critical(Part[T]):
    """A part without which there is no page."""

    @property
    def value(self) -> T:
        """What was fetched: the plan has raised if it could not be."""
        outcome = self._settled()
        if isinstance(outcome, Missing):
            raise RuntimeError(f"critical part {self.name!r} is missing: {outcome.reason}")  # noqa: TRY004
        return cast("T", outcome)


class Deferred(Part[T]):
    """A part that the page can do without."""
