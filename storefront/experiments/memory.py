"""Records, tallies and events in memory: for tests, and as the plainest description of the real ones."""

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storefront.core import Reason, UpstreamUnavailable
from storefront.experiments.tallies import Dealt, OrderCounted, Record, Run, Step, Tally


class MemoryTallies:
    """A TallyStore that forgets when the process ends. While `away` is true, nothing answers."""

    def __init__(self) -> None:
        self.away = False
        self.calls = 0
        self._lock = threading.Lock()
        self._records: dict[str, dict[tuple[str, str], Record]] = {}
        self._tallies: dict[Dealt, Tally] = {}
        self._orders: set[tuple[str, str, str]] = set()
        self._times: dict[tuple[str, str], tuple[datetime, datetime]] = {}

    def begin(self, person: str, dealt: Dealt, at: datetime) -> bool:
        """The first time only."""
        with self._asked():
            own = self._records.setdefault(person, {})
            place = (dealt.experiment, dealt.run)
            if place in own:
                return False
            own[place] = Record(dealt=dealt, at=at)
            tally = self._tallies.get(dealt, Tally())
            self._tallies[dealt] = Tally(people=tally.people + 1, goals=tally.goals, amounts=tally.amounts)
            first, last = self._times.get(place, (at, at))
            self._times[place] = (min(first, at), max(last, at))
            return True

    def records(self, person: str) -> tuple[Record, ...]:
        """In the order in which they began."""
        with self._asked():
            return tuple(self._records.get(person, {}).values())

    def take(self, person: str, step: Step) -> bool:
        """The record and the tally, or neither."""
        with self._asked():
            own, dealt = self._records.get(person, {}), step.after.dealt
            standing = own.get((dealt.experiment, dealt.run))
            if standing is None or standing.version != step.after.version - 1:
                return False
            if step.order:
                order = (step.order, dealt.experiment, dealt.run)
                if order in self._orders:
                    raise OrderCounted
                self._orders.add(order)
            own[dealt.experiment, dealt.run] = step.after
            tally = self._tallies[dealt]
            goals, amounts = dict(tally.goals), dict(tally.amounts)
            if step.goal:
                goals[step.goal] = goals.get(step.goal, 0) + 1
            if step.currency:
                total, squares = amounts.get(step.currency, (0, 0))
                amounts[step.currency] = (total + step.amount, squares + step.squares)
            self._tallies[dealt] = Tally(people=tally.people, goals=goals, amounts=amounts)
            return True

    def runs(self, experiment: str) -> tuple[Run, ...]:
        """Newest first."""
        with self._asked():
            found = [
                Run(run=run, tallies=self._of(of, run), first=first, last=last)
                for (of, run), (first, last) in self._times.items()
                if of == experiment
            ]
            return tuple(sorted(found, key=lambda one: one.first, reverse=True))

    def _of(self, experiment: str, run: str) -> dict[str, Tally]:
        every = self._tallies.items()
        return {
            dealt.variant: tally for dealt, tally in every if dealt == Dealt(experiment, run, dealt.variant)
        }

    def _asked(self) -> threading.Lock:
        self.calls += 1
        if self.away:
            raise UpstreamUnavailable("experiments", "ask", Reason.CONNECTION, message="away")
        return self._lock


class MemoryPublisher:
    """Keeps what is published, in `events`: kind and detail."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def publish(self, kind: str, detail: Mapping[str, Any]) -> bool:
        """Always taken."""
        self.events.append((kind, dict(detail)))
        return True

    def flush(self, seconds: float) -> bool:
        """Nothing waits."""
        del seconds
        return True
