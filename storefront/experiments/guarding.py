"""The guardrail: switches an experiment off by itself when a variant does harm, and says why in the audit.

Where shares of shoppers are not as they were dealt, no figure is to be trusted: it does not act then, and
says so. It looks as often as it likes: its bounds hold at all times at once (`statistics.always`). Who
revives an experiment without dealing anew brings the same figures back, and with them the guardrail.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from storefront.core import StorefrontError, UpstreamError
from storefront.experiments.results import (
    GUARD_CONFIDENCE,
    Breach,
    Unwatched,
    breaches,
    split_of,
    unfair,
    unwatched,
)
from storefront.experiments.running import running
from storefront.experiments.tallies import Goal, TallyStore, run_of
from storefront.flags import Decided, Snapshot
from storefront.flags.records import Outcome, Who
from storefront.flags.state import FlagState
from storefront.telemetry import Telemetry

GUARDRAIL = Who("guardrail", "Guardrail")
_PART = "guardrail"
_MOST_REASON = 300
_WORDS = {Goal.ORDER: "ordered", Goal.ERROR: "met an error", Goal.CART: "put something into the cart"}
_LOG = logging.getLogger(__name__)


class Killing(Protocol):
    """As much of storefront.flags.changes.Changes as is needed here."""

    def kill(
        self, key: str, who: Who, reason: str, *, still: Callable[[FlagState], bool] | None = None
    ) -> Outcome:
        """Switch a flag off for everybody, at once, if what stands then is `still` what it is about."""
        ...

    def decided(self) -> Decided:
        """What stands."""
        ...


@dataclass(frozen=True, slots=True)
class Looked:
    """One experiment after a look: how many take part, and why it was switched off ("" if it was not).

    `unwatched` says why it was not looked at for harm.
    """

    experiment: str
    people: int
    reason: str = ""
    failed: str = ""
    unwatched: Unwatched | None = None


class Guardrail:
    """Looks at every running experiment. Others have to see to it that `snapshot` is what stands."""

    def __init__(
        self, snapshot: Callable[[], Snapshot], store: TallyStore, changes: Killing, telemetry: Telemetry
    ) -> None:
        self._snapshot = snapshot
        self._store = store
        self._changes = changes
        self._telemetry = telemetry

    def look(self) -> tuple[Looked, ...]:
        """One look at all of them; where one cannot be read or switched off, it goes on to the next."""
        snapshot = self._snapshot()
        return tuple(self._one(snapshot, key, run) for key, run in sorted(running(snapshot).items()))

    def _one(self, snapshot: Snapshot, key: str, run: str) -> Looked:
        declaration, state = snapshot.declaration(key), snapshot.state(key)

        def still(now: FlagState) -> bool:
            return run_of(now, {one.key: one for one in self._changes.decided().segments}) == run

        try:
            found = next((one for one in self._store.runs(key) if one.run == run), None)
            if declaration is None or state is None:
                return Looked(key, 0)
            people = sum(tally.people for tally in found.tallies.values()) if found else 0
            split, why = split_of(state), unwatched(state, declaration.off)
            if found and why is None and unfair(found.tallies, split):
                return self._distrusted(key, people)
            broken = breaches(found.tallies, declaration.off, split) if found else ()
            if not broken:
                return Looked(key, people, unwatched=why)
            reason = reason_of(broken)
            # Who has dealt anew since the figures were read has answered them.
            stands = self._changes.kill(key, GUARDRAIL, reason, still=still).decision
            if not isinstance(stands, FlagState) or not stands.killed:
                self._telemetry.event(_PART, "dealt_anew")
                return Looked(key, people)
        except StorefrontError as error:
            self._telemetry.event(_PART, "failed" if isinstance(error, UpstreamError) else "refused")
            _LOG.warning("the guardrail could not look at %s", key, extra={"reason": type(error).__name__})
            return Looked(key, 0, failed=type(error).__name__)
        self._telemetry.event(_PART, "switched_off")
        _LOG.warning("the guardrail switched %s off", key, extra={"reason": reason})
        return Looked(key, people, reason)

    def _distrusted(self, key: str, people: int) -> Looked:
        """Figures of shoppers who are not those that were dealt switch nothing off: they may be made up."""
        self._telemetry.event(_PART, "unfair")
        _LOG.warning("the guardrail does not watch %s: its shares are not as dealt", key)
        return Looked(key, people, unwatched=Unwatched.UNFAIR)


def reason_of(broken: tuple[Breach, ...]) -> str:
    """The figures, as the audit shows them, in 300 characters at most."""
    words = "; ".join(map(_sentence, broken))
    return words if len(words) <= _MOST_REASON else words[: _MOST_REASON - 1] + "…"


def _sentence(one: Breach) -> str:
    rate, base = one.hits / one.people, one.base_hits / one.base_people
    return (
        f"{one.variant}: {rate:.2%} of {one.people:,} {_WORDS[one.goal]}, control {base:.2%} of"
        f" {one.base_people:,}; {'less' if one.worst < 0 else 'more'} by {abs(one.worst) * 100:.2f} points or"
        f" more ({GUARD_CONFIDENCE:.0%}, at all times)"
    )
