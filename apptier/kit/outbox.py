"""Tells the bus what has changed in a table, at least once, even if the process dies in between.

    rows = outbox.begin("ProductChanged", [{"handle": "meadow-cushion"}])   # first: what is about to change
    …                                                                       # then: the change itself
    outbox.tell(rows)                                                       # last: the event, and the rows go

A row says only what an event will be about. What the event says is read from the table when it is told
(`Describe`), so an event never promises a version that the table does not hold, whether the change came to
be or not, and however late it is told. Whoever wrote a row holds a claim on it; when that has run out
(the writer died, or the bus was away), the relay of any process of the service takes the row over.
"""

import json
import logging
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.dynamo import ConditionFailed, Item, TableName, Tables, TransactItem, put_action
from apptier.kit.events import Events, EventsNotSent

PARTITION: Final = "OUTBOX"
CLAIM_SECONDS: Final = 60
"""Longer than any batch of changes takes between `begin` and `tell`."""
MOST_IN_A_ROW: Final = 100
_ROWS_AT_ONCE: Final = 25
_STOP_SECONDS: Final = 5.0
About = Mapping[str, Any]
Describe = Callable[[str, Sequence[About]], Sequence[Mapping[str, Any]]]
"""Event kind and what it is about -> the details of the events, from what the table holds now."""
logger = logging.getLogger("apptier.outbox")


class Outbox:
    """Rows `OUTBOX` of one of the service's tables (keys `pk` and `sk`)."""

    def __init__(
        self, tables: Tables, table: TableName, events: Events, clock: Clock, describe: Describe
    ) -> None:
        self._tables = tables
        self._table = table
        self._events = events
        self._clock = clock
        self._describe = describe

    def begin(self, kind: str, about: Sequence[About]) -> list[Item]:
        """Write down what is going to change; call it before the change. Nothing for nothing."""
        rows = self.rows(kind, about)
        self._tables.batch_write(self._table, puts=rows)
        return rows

    def rows(self, kind: str, about: Sequence[About]) -> list[Item]:
        """The rows of `begin`, not written: for a transaction that makes the change (`write_action`)."""
        now = self._clock.now()
        waiting = iter(about)
        rows = []
        while some := list(islice(waiting, MOST_IN_A_ROW)):
            rows.append(
                {
                    "pk": PARTITION,
                    "sk": f"{rfc3339(now)}#{secrets.token_hex(8)}",
                    "kind": kind,
                    "about": json.dumps(some, separators=(",", ":")),
                    "claimed_until": epoch(now + timedelta(seconds=CLAIM_SECONDS)),
                }
            )
        return rows

    def write_action(self, row: Item) -> TransactItem:
        """The action that puts a row of `rows` into the outbox."""
        return put_action(self._tables.name(self._table), row)

    def tell(self, rows: Sequence[Item]) -> bool:
        """Publish what rows are about, and take them out; False when some have to wait for the relay."""
        told = [row for row in rows if self._published(row)]
        return self._gone(told) and len(told) == len(rows)

    def tell_instead(self, rows: Sequence[Item], told: Sequence[Item]) -> bool:
        """Publish only what `told` (of `rows()`) is about, and take `rows` out: fewer things have changed."""
        if not all(self._published(row) for row in told):
            return False  # the relay tells all of `rows` when their claim has run out
        return self._gone(rows)

    def relay(self) -> int:
        """Tell the rows whose claim has run out; returns how many were.

        Raises what botocore raises when the table does not answer.
        """
        now = epoch(self._clock.now())
        rows = self._tables.query_all(self._table, "pk = :pk", {":pk": PARTITION}, consistent=True)
        due = list(islice((row for row in rows if row["claimed_until"] <= now), _ROWS_AT_ONCE))
        return sum(self._claimed(row, now) and self.tell([row]) for row in due)

    def _published(self, row: Item) -> bool:
        try:
            self._events.publish(row["kind"], self._describe(row["kind"], json.loads(row["about"])))
        except (BotoCoreError, ClientError, EventsNotSent) as error:
            logger.warning(
                "outbox of %s: %s not told yet: %s", self._table, row["kind"], type(error).__name__
            )
            return False
        return True

    def _gone(self, rows: Sequence[Item]) -> bool:
        try:
            self._tables.batch_write(self._table, deletes=({"pk": r["pk"], "sk": r["sk"]} for r in rows))
        except (BotoCoreError, ClientError, OverflowError) as error:
            logger.warning("outbox of %s: something is told twice: %s", self._table, type(error).__name__)
            return False
        return True

    def _claimed(self, row: Item, now: int) -> bool:
        """Whether the row is ours now; then nobody else tells it for a while."""
        try:
            self._tables.update(
                self._table,
                {"pk": row["pk"], "sk": row["sk"]},
                "SET claimed_until = :until",
                condition="claimed_until = :seen",
                values={":until": now + CLAIM_SECONDS, ":seen": row["claimed_until"]},
            )
        except ConditionFailed:
            return False
        return True


class Relay:
    """One thread that tells what others could not; any number of processes may each have one."""

    def __init__(self, outbox: Outbox, interval: float) -> None:
        """`interval` is the pause between two looks, in seconds."""
        self._outbox = outbox
        self._interval = interval
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look in the background; call it after any fork."""
        self._thread = threading.Thread(target=self._run, name="outbox-relay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the look under way; waits for it a few seconds at most."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(self._interval):
            try:
                self._outbox.relay()
            except (BotoCoreError, ClientError) as error:
                logger.warning("outbox relay: the table does not answer: %s", type(error).__name__)
            except Exception:
                # The thread has to outlive whatever one look meets; the rows are still there.
                logger.exception("outbox relay: a look failed")
