"""Notes who was shown what and what they went on to do, off the request's path.

Nothing here fails a page or keeps it waiting: while the store is away, or too much is to be noted, some of it
is lost, and that is counted. What is lost is lost whatever the variant, so it biases no result.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from storefront.core import Clock, Money, UpstreamError
from storefront.experiments.tallies import (
    HOLDOUT,
    Dealt,
    Goal,
    OrderCounted,
    Record,
    Step,
    TallyStore,
    person_of,
    with_goal,
    with_order,
)
from storefront.flags.context import Evaluation
from storefront.resilience import Behind
from storefront.telemetry import Telemetry

T = TypeVar("T")
Job = Callable[[], None]

SHOWN, REACHED = "ExperimentShown", "ExperimentGoalReached"
"""Detail types of the events (docs/explanation/experiments.md)."""
_PART = "experiments"
_ATTEMPTS = 4
_PAUSE = 0.25  # seconds, and twice as many each time
_MOST_KNOWN = 20_000
_MOST_RACES = 5

Runs = Callable[[], Mapping[str, str]]
"""The experiments that run now, by key, with the run's name."""


class Publisher(Protocol):
    """Where events go (storefront.aws.EventPublisher)."""

    def publish(self, kind: str, detail: Mapping[str, Any]) -> bool:
        """Send it some time; False when it was dropped."""
        ...

    def flush(self, seconds: float) -> bool:
        """Wait until all was sent or given up, at most `seconds`; whether it was."""
        ...


def dealt_by(evaluation: Evaluation, run: str) -> Dealt | None:
    """What an evaluation deals somebody, None for one that takes no part in the experiment.

    Only a split deals: who gets a variant by a rule for all, as part of a share that gets it alone, or by a
    preview, is compared with nobody. Those of the holdout who would have been dealt one are noted by
    themselves.
    """
    if evaluation.why == "holdout":
        return Dealt(evaluation.key, run, HOLDOUT)
    if evaluation.reason != "SPLIT" or evaluation.why:
        return None
    return Dealt(evaluation.key, run, evaluation.variant)


def _do_all(jobs: list[Job]) -> None:
    for job in jobs:
        job()


class Recorder:
    """The one of a process. Its methods return at once.

    A visitor is the id that shares are decided by. Somebody may be known by several, `visitors`: of each
    experiment the first counts that was shown something.
    """

    def __init__(
        self, store: TallyStore, publisher: Publisher, runs: Runs, clock: Clock, telemetry: Telemetry
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._runs = runs
        self._clock = clock
        self._telemetry = telemetry
        self._behind: Behind[Job] = Behind(_PART, _do_all, self._broken)
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[tuple[str, ...], str, str], None] = OrderedDict()

    @property
    def store(self) -> TallyStore:
        """Where it is counted, for who wants to read it."""
        return self._store

    @property
    def runs(self) -> Mapping[str, str]:
        """The experiments that run now, each with its run's name."""
        return self._runs()

    def shown(self, visitors: Sequence[str], evaluation: Evaluation) -> None:
        """Somebody sees a page that depends on this evaluation: noted once for each shopper and run.

        The first of `visitors` is who the evaluation is of. Who takes part already as one of the others, a
        browser that has signed in since, does not take part a second time: the first that was shown counts.
        """
        run = self._runs().get(evaluation.key)
        dealt = dealt_by(evaluation, run) if run is not None else None
        if dealt is None or not visitors:
            return
        people, at = tuple(map(person_of, visitors)), self._clock.now()
        place = (people, dealt.experiment, dealt.run)
        with self._lock:
            if place in self._known:
                self._known.move_to_end(place)
                return
        self._soon(lambda: self._begin(people, dealt, at))

    def reached(self, visitors: Sequence[str], goal: Goal) -> None:
        """Somebody came to a goal: counts once, in each experiment that they were shown and that runs."""
        if visitors and self._runs():
            at = self._clock.now()
            self._soon(lambda: self._step(visitors, at, lambda record: with_goal(record, goal)))

    def ordered(self, visitors: Sequence[str], order: str, value: Money, at: datetime) -> None:
        """Somebody's order, paid `at`: counts once for its id, if they had been shown a variant by then."""
        if visitors and self._runs():
            self._soon(lambda: self._step(visitors, at, lambda record: with_order(record, order, value, at)))

    def flush(self, seconds: float) -> bool:
        """Wait until all that was told is noted and published, at most `seconds` each; whether it is."""
        return self._behind.flush(seconds) and self._publisher.flush(seconds)

    def _soon(self, job: Job) -> None:
        """Have it done behind the request."""
        if not self._behind.put(job):
            self._telemetry.event(_PART, "dropped_queue_full")

    def _broken(self, count: int) -> None:
        """Jobs that failed by a bug."""
        self._telemetry.event(_PART, "failed_bug", by=count)

    def _begin(self, people: tuple[str, ...], dealt: Dealt, at: datetime) -> None:
        begun = self._tried(lambda: self._begun(people, dealt, at))
        if begun is None:
            return
        with self._lock:
            self._known[people, dealt.experiment, dealt.run] = None
            while len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        if begun:
            self._telemetry.event(_PART, "shown")
            self._publisher.publish(SHOWN, _told(people[0], dealt, at))

    def _begun(self, people: tuple[str, ...], dealt: Dealt, at: datetime) -> bool:
        for other in people[1:]:
            parts = (record.dealt for record in self._store.records(other))
            if any((part.experiment, part.run) == (dealt.experiment, dealt.run) for part in parts):
                return False
        return self._store.begin(people[0], dealt, at)

    def _step(self, visitors: Sequence[str], at: datetime, make: Callable[[Record], Step | None]) -> None:
        people = [person_of(visitor) for visitor in visitors]
        for _race in range(_MOST_RACES):
            records = self._tried(lambda: self._records(people))
            if records is None:
                return
            steps = [(person, make(record)) for person, record in records]
            if all(self._taken(person, at, step) for person, step in steps if step is not None):
                return
        self._telemetry.event(_PART, "lost_race")

    def _records(self, people: Sequence[str]) -> list[tuple[str, Record]]:
        """Of each experiment that runs the record of the first of these people who has one."""
        runs, found = self._runs(), dict[str, tuple[str, Record]]()
        for person in people:
            for record in self._store.records(person):
                if runs.get(record.dealt.experiment) == record.dealt.run:
                    found.setdefault(record.dealt.experiment, (person, record))
        return list(found.values())

    def _taken(self, person: str, at: datetime, step: Step) -> bool:
        try:
            taken = self._tried(lambda: self._store.take(person, step))
        except OrderCounted:
            self._telemetry.event(_PART, "order_known")
            return True
        if taken:
            detail = _told(person, step.after.dealt, at)
            if step.goal:
                self._publisher.publish(REACHED, detail | {"goal": step.goal})
            if step.currency:
                money = {"goal": "revenue", "amount": step.amount, "currency": step.currency}
                self._publisher.publish(REACHED, detail | money)
        return taken is not False  # what was given up is not a race

    def _tried(self, call: Callable[[], T]) -> T | None:
        """What the store answers, asked up to four times; None when it stays away, which is counted."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return call()
            except UpstreamError as error:
                self._telemetry.event(_PART, f"failed_{type(error).__name__}")
            if attempt < _ATTEMPTS:
                self._clock.sleep(_PAUSE * 2 ** (attempt - 1))
        self._telemetry.event(_PART, "given_up")
        return None


def _told(person: str, dealt: Dealt, at: datetime) -> dict[str, Any]:
    return {
        "experiment": dealt.experiment,
        "run": dealt.run,
        "variant": "holdout" if dealt.variant == HOLDOUT else dealt.variant,
        "person": person,
        "at": at.isoformat(),
    }
