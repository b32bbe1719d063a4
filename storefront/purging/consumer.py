"""Takes events from the queue and purges what they make old: every event at least once, none too late.

A message is taken out only when its purges are noted in the shared store. While the store does not answer
the messages in hand are kept (hidden from other consumers, and not given back, or each would count as a
failed delivery and end with the dead letters), and no more are taken. Events may come twice, late or in any
order: versions settle what is news, and an event that was noted lately is not noted again. A message that is
no event, or not a whole one, is left: it comes back and ends with the dead letters, alone.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from storefront.aws import Message
from storefront.core import Clock, UpstreamError, UpstreamUnavailable
from storefront.purging.events import KINDS, Event, Plan, Unreadable, purges_of, read_event
from storefront.purging.heartbeat import Heartbeat
from storefront.purging.lag import Lag
from storefront.purging.purger import Purger
from storefront.telemetry import Telemetry

WAIT_SECONDS = 2
"""Of a long poll: how long a stop may take, and how old the pulse may get."""
HIDE_SECONDS = 30
"""The queue's visibility timeout (infra/data-stack.yaml): in that time, messages in hand are hidden again."""
MOST_AT_ONCE = 100
_FULL = 10
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0
_QUEUE_PAUSE = 2.0
_MOST_IDS = 20_000
_MOST_SKUS = 100_000
_COMPONENT = "purger"
_LOG = logging.getLogger(__name__)


class Queue(Protocol):
    """Where events come from (storefront.aws.SqsQueue). Every method raises UpstreamUnavailable."""

    def receive(self, wait: int) -> list[Message]:
        """Up to ten messages, after at most `wait` seconds of there being none."""
        ...

    def delete(self, messages: Sequence[Message]) -> None:
        """These are done."""
        ...

    def hide(self, messages: Sequence[Message], seconds: int) -> None:
        """Deliver these again not before so many seconds from now."""
        ...


@dataclass(slots=True)
class Counts:
    """What the consumer has done since it began."""

    events: int = 0
    purges: int = 0
    repeated: int = 0
    unreadable: int = 0


class Consumer:
    """The purger's loop. One is enough for thousands of events a second; more do no harm.

    The CDN is told of stock only when a SKU's availability has another name ("low_stock"): a copy there lives
    a minute, and each purge of it costs money. For that the consumer remembers what it heard last.
    """

    def __init__(
        self,
        queue: Queue,
        purger: Purger,
        *,
        lag: Lag,
        heartbeat: Heartbeat,
        telemetry: Telemetry,
        clock: Clock,
    ) -> None:
        self._queue = queue
        self._purger = purger
        self._lag = lag
        self._heartbeat = heartbeat
        self._telemetry = telemetry
        self._clock = clock
        self._noted: OrderedDict[str, None] = OrderedDict()
        self._availability: OrderedDict[str, str] = OrderedDict()
        self.counts = Counts()

    def run(self, stop: threading.Event) -> None:
        """Take events until `stop` is set; the batch in hand is finished first, or given back."""
        while not stop.is_set():
            try:
                self.take(stop)
                self._heartbeat.beat()
            except UpstreamError as error:
                self._telemetry.event(_COMPONENT, "queue_away")
                _LOG.warning("the queue of purges does not answer", extra={"reason": type(error).__name__})
                stop.wait(_QUEUE_PAUSE)
            except Exception:  # noqa: BLE001 - logged with its trace
                # The messages come back. The purger has to outlive what nobody thought of.
                self._telemetry.event(_COMPONENT, "failed_bug")
                _LOG.exception("a batch of events failed")
                stop.wait(_QUEUE_PAUSE)

    def take(self, stop: threading.Event) -> int:
        """Handle what waits, a hundred messages at most; returns how many were taken out.

        Raises UpstreamUnavailable while the queue does not answer.
        """
        messages = self._received()
        if not messages:
            return 0
        readable = [(message, event) for message in messages if (event := self._read(message)) is not None]
        fresh = [event for _, event in readable if not event.id or event.id not in self._noted]
        plan = self._planned(fresh)
        if not self._carried_out(plan, [message for message, _ in readable], stop):
            return 0
        self._note(fresh, len(plan), len(readable) - len(fresh))
        done = [message for message, _ in readable]
        if done:
            self._queue.delete(done)
        return len(done)

    def _received(self) -> list[Message]:
        """What waits: more than one call only when there is much."""
        messages = last = self._queue.receive(WAIT_SECONDS)
        while len(last) >= _FULL and len(messages) < MOST_AT_ONCE:
            last = self._queue.receive(0)
            messages = [*messages, *last]
        return messages

    def _read(self, message: Message) -> Event | None:
        """The event of a message; None, and the message stays where it is, when there is none to be had."""
        try:
            event = read_event(message.body)
            purges_of(event)
        except Unreadable as error:
            self.counts.unreadable += 1
            self._telemetry.event(_COMPONENT, "unreadable")
            _LOG.warning(
                "a message cannot be read", extra={"reason": str(error), "count": message.deliveries}
            )
            return None
        return event

    def _planned(self, events: Sequence[Event]) -> Plan:
        plan = Plan()
        for event in events:
            if event.kind not in KINDS:
                self._telemetry.event(_COMPONENT, "of_no_concern")
            for purge in purges_of(event):
                plan.add(purge, edge=self._concerns_edge(event))
        return plan

    def _concerns_edge(self, event: Event) -> bool:
        if event.kind != "StockChanged":
            return True
        sku, availability = str(event.detail.get("sku", "")), str(event.detail.get("availability", ""))
        known = self._availability.pop(sku, None)
        self._availability[sku] = availability
        while len(self._availability) > _MOST_SKUS:
            self._availability.popitem(last=False)
        return known != availability

    def _carried_out(self, plan: Plan, messages: Sequence[Message], stop: threading.Event) -> bool:
        """Whether the purges are noted; tries until they are, or until it has to stop."""
        pause, hidden_at = _FIRST_PAUSE, self._clock.monotonic()
        while True:
            try:
                self._purger.purge(plan)
            except UpstreamUnavailable as error:
                self._telemetry.event(_COMPONENT, "store_away")
                _LOG.warning(
                    "purges cannot be noted", extra={"reason": str(error.reason), "count": len(plan)}
                )
            else:
                return True
            if stop.wait(pause):
                self._hide(messages, 0)
                return False
            pause = min(pause * 2, _LONGEST_PAUSE)
            self._heartbeat.beat()
            if self._clock.monotonic() - hidden_at > HIDE_SECONDS / 3:
                self._hide(messages, HIDE_SECONDS)
                hidden_at = self._clock.monotonic()

    def _hide(self, messages: Sequence[Message], seconds: int) -> None:
        try:
            self._queue.hide(messages, seconds)
        except UpstreamError:
            # They come back by themselves, and are noted twice then.
            self._telemetry.event(_COMPONENT, "not_hidden")

    def _note(self, events: Sequence[Event], purges: int, repeated: int) -> None:
        now = self._clock.now()
        for event in events:
            self._lag.note(event.kind, event.happened_at, now)
            if event.id:
                self._noted[event.id] = None
        while len(self._noted) > _MOST_IDS:
            self._noted.popitem(last=False)
        self.counts.events += len(events)
        self.counts.purges += purges
        self.counts.repeated += repeated
        self._telemetry.event(_COMPONENT, "events", by=len(events))
        if repeated:
            self._telemetry.event(_COMPONENT, "repeated", by=repeated)
