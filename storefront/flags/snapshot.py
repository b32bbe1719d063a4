"""All flags as they stand at one revision, ready to be evaluated by any number of threads at once.

Nothing in a snapshot changes, nothing is fetched, and nothing that goes wrong in here reaches the page.
"""

import logging
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from storefront.core import Clock
from storefront.flags.context import Context, Evaluation
from storefront.flags.declaration import Declaration, Value
from storefront.flags.evaluating import Overrides, Ready, decide, in_play, personal
from storefront.flags.state import Decided, FlagState

_LOG = logging.getLogger(__name__)
_MOST_REPORTS: Final = 1_000  # keys may be typed by somebody


class Snapshot:
    """The flags of one revision. Made by `storefront.flags.compiling.compile_snapshot`."""

    def __init__(self, decided: Decided, ready: Mapping[str, Ready], clock: Clock) -> None:
        self.revision = decided.revision
        self.segments = MappingProxyType({one.key: one for one in decided.segments})
        self._ready = ready
        self._states = {state.key: state for state in decided.flags}
        self._clock = clock
        self._changes = sorted({at for flag in ready.values() for at in _changes(flag)})
        self._reported: set[str] = set()

    def evaluate(self, key: str, context: Context, overrides: Overrides | None = None) -> Evaluation:
        """The flag's value for somebody, and why; never raises.

        `overrides` are variants by flag that hold whatever else was decided (a preview's); one that the flag
        does not have is not looked at. A fault is logged once per flag, and gives the declared default.
        """
        flag = self._ready.get(key) if isinstance(key, str) else None
        if flag is None:
            return self._unknown(key)
        try:
            at = self._at(context)
            found = decide(flag, context.id, context.facts, at, overrides)
        except Exception:  # noqa: BLE001 - whatever a caller hands in: the page is worth more than the flag
            self._report(key, "cannot be evaluated", exc_info=True)
            return flag.answers.fault
        if found is flag.answers.fault:
            self._report(key, flag.fault)
        return found

    def values_in_play(self, key: str, context: Context | None = None) -> Mapping[str, Value]:
        """The variants, with their values, that shoppers may get of whom only the context's facts are known.

        At the context's time, without overrides. Empty for a flag that is not declared.
        """
        flag = self._ready.get(key)
        if flag is None:
            return {}
        context = context or Context()
        possible = in_play(flag, context.facts, self._at(context))
        return {variant: value for variant, value in flag.values.items() if variant in possible}

    def values(self, key: str) -> Mapping[str, Value]:
        """All variants of the flag with their values, declared and decided; empty if it is not declared."""
        flag = self._ready.get(key)
        return {} if flag is None else MappingProxyType(dict(flag.values))

    def keys(self) -> tuple[str, ...]:
        """The declared flags, in the order of their declarations."""
        return tuple(self._ready)

    def declaration(self, key: str) -> Declaration | None:
        """The flag's declaration, if it has one."""
        flag = self._ready.get(key)
        return None if flag is None else flag.declaration

    def state(self, key: str) -> FlagState | None:
        """What was decided about the flag, if anything was."""
        return self._states.get(key)

    def fault(self, key: str) -> str:
        """Why the flag's state makes no sense, in English, for people who build flags; "" if it does."""
        flag = self._ready.get(key)
        return "" if flag is None else flag.fault

    def personal(self, context: Context | None = None) -> tuple[str, ...]:
        """The flags by which two people at one address may differ, now or later, as things stand."""
        at = self._at(context or Context())
        return tuple(key for key, flag in self._ready.items() if personal(flag, at))

    def next_change(self, after: float) -> float | None:
        """When, after `after`, the next window opens or closes; None if none does. In seconds since 1970.

        Until then, a flag's value for the same shopper is the same.
        """
        place = bisect_right(self._changes, after)
        return self._changes[place] if place < len(self._changes) else None

    def _at(self, context: Context) -> float:
        if not self._changes:
            return 0.0  # no window: no time is asked for
        now = context.now
        return (self._clock.now() if now is None else now).timestamp()

    def _unknown(self, key: str) -> Evaluation:
        self._report(str(key), "not declared")
        return Evaluation(str(key), None, "", "ERROR", "unknown_flag")

    def _report(self, key: str, problem: str, *, exc_info: bool = False) -> None:
        if key not in self._reported and len(self._reported) < _MOST_REPORTS:
            self._reported.add(key)
            _LOG.error("flag %s at revision %d: %s", key, self.revision, problem, exc_info=exc_info)


def _changes(flag: Ready) -> Iterator[float]:
    spans = (flag.span, *(rule.span for rule in flag.rules))
    yield from (at for span in spans if span for at in span if abs(at) != float("inf"))
