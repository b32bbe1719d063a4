"""A queue of a service's own, into which a rule on the bus copies the events that concern it.

`Taker` is the thread that takes them, `Inbox` takes them one by one; the search service takes them by the
batch (apptier.search.feed). An event that was handled is taken out; one that can't be is left: it comes back
after the queue's visibility timeout and ends with the dead letters. So every event is handled at least once,
and whoever handles one must not mind hearing it twice, late, or in another order.
"""

import json
import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from apptier.kit.dynamo import CLIENT_CONFIG
from apptier.kit.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_MESSAGES: Final = 10  # SQS gives no more at once
WAIT_SECONDS: Final = 2  # long poll; below the client's read timeout, and how long a stop may take
PAUSE_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 5.0
Handler = Callable[[str, Mapping[str, Any]], None]
"""What is done about an event: its detail-type and its detail."""
logger = logging.getLogger("apptier.inbox")


@dataclass(frozen=True, slots=True)
class Message:
    """An event as the queue gave it; `receipt` takes it out."""

    receipt: str
    body: str


class Queue(Protocol):
    """Where events come from."""

    def receive(self) -> Sequence[Message]:
        """Some messages, waiting a little for the first."""
        ...

    def remove(self, messages: Sequence[Message]) -> None:
        """Take these out: they are done."""
        ...


class EventQueue:
    """A queue of SQS. One client per process, made at first use, so after any fork.

    Both methods raise what botocore raises while the queue does not answer.
    """

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings = settings
        self._name = name
        self._opened: tuple[SQSClient, str] | None = None

    def receive(self) -> list[Message]:
        """Up to ten messages."""
        client, url = self._open()
        answer = client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=MOST_MESSAGES, WaitTimeSeconds=WAIT_SECONDS
        )
        return [Message(one["ReceiptHandle"], one["Body"]) for one in answer.get("Messages", [])]

    def remove(self, messages: Sequence[Message]) -> None:
        """Delete what was handled; one that stays is handled again."""
        client, url = self._open()
        entries = [{"Id": str(at), "ReceiptHandle": m.receipt} for at, m in enumerate(messages)]
        client.delete_message_batch(QueueUrl=url, Entries=entries)  # type: ignore[arg-type]  # built above

    def _open(self) -> "tuple[SQSClient, str]":
        if self._opened is None:
            client = boto3.session.Session().client(
                "sqs",
                region_name=self._settings.aws_region,
                endpoint_url=self._settings.aws_endpoint_url or None,
                config=CLIENT_CONFIG,
            )
            self._opened = (client, client.get_queue_url(QueueName=self._name)["QueueUrl"])
        return self._opened


class Taker(ABC):
    """One thread that takes what waits in a queue, again and again; any number of processes may have one.

    `name` is what logs call it.
    """

    sick: ClassVar[tuple[type[Exception], ...]] = (BotoCoreError, ClientError)
    """What `take` raises where the queue, or a store, is not well: a line in the log, and a pause."""
    away: ClassVar[tuple[type[Exception], ...]] = (BotoCoreError,)
    """Of these, what no event is to blame for: the others would fail like it, each after a timeout."""

    def __init__(self, queue: Queue, name: str) -> None:
        self.queue = queue
        self.name = name
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def take(self) -> int:
        """Handle what waits, one batch, and take out what was handled; returns how many events that was."""

    def start(self) -> None:
        """Take events in the background; call it after any fork."""
        self._thread = threading.Thread(target=self._run, name=f"inbox-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the batch under way; waits for it a few seconds at most."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=_STOP_SECONDS)

    def handled(self, act: Callable[[], None]) -> bool:
        """Whether `act`, which is about one event, could be done; logs why not. Raises what is `away`."""
        try:
            act()
        except self.away:
            raise
        except Exception:
            # Whatever is wrong with it, a fault of the data or of ours: it comes back, and in the end it lies
            # with the dead letters. To let it through would stop the thread, and with it all other events.
            logger.exception("inbox %s: an event can't be handled", self.name)
            return False
        return True

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.take()
            except self.sick as error:
                logger.warning("inbox %s: no answer: %s", self.name, type(error).__name__)
                self._stop.wait(PAUSE_SECONDS)
            except Exception:
                # The thread has to outlive what nobody thought of; the messages come back.
                logger.exception("inbox %s: a batch failed", self.name)
                self._stop.wait(PAUSE_SECONDS)


class Inbox(Taker):
    """Takes events from the queue of that name and hands them to `handle`, one by one."""

    def __init__(self, settings: Settings, queue: str, handle: Handler) -> None:
        super().__init__(EventQueue(settings, queue), queue)
        self._handle = handle

    def take(self) -> int:
        """Handle what waits, one batch; returns how many events were handled.

        Raises what botocore raises while the queue does not answer.
        """
        done = 0
        for message in self.queue.receive():
            if self.handled(partial(self._one, message)):
                self.queue.remove([message])
                done += 1
        return done

    def _one(self, message: Message) -> None:
        event = event_of(message, self.name)
        if event is not None:
            self._handle(*event)


def event_of(message: Message, queue: str) -> tuple[str, Mapping[str, Any]] | None:
    """The detail-type and the detail of an event; None for what is none, which says nothing to anybody.

    Raises ValueError for an event whose detail is no object: somebody means to say something by it.
    """
    try:
        found = json.loads(message.body)
    except ValueError:
        found = None
    if not isinstance(found, dict) or "detail-type" not in found:
        logger.warning("inbox %s: a message is no event", queue)
        return None
    detail = found.get("detail") or {}
    if not isinstance(detail, dict):
        raise ValueError("the detail of an event is no object")  # noqa: TRY004 - of data, not of a call
    return str(found["detail-type"]), detail
