"""Keeps the indexes up to date with what is sold, reviewed and written: takes events from search's own queue.

A rule on the bus copies into that queue what the catalogue's importer doesn't index itself: StockChanged of
the order service, RatingChanged of reviews, ContentChanged. Nothing of an event is taken over but what it
is about: the indexer reads the tables, so events may come twice, late or in any order. Events of ten
products are one refresh. Where that fails each is handled by itself: one that can't be comes back after the
queue's visibility timeout and ends with the dead letters, alone.
"""

import json
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import OpenSearchException

from apptier.kit.dynamo import CLIENT_CONFIG
from apptier.kit.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_MESSAGES: Final = 10  # SQS gives no more at once
WAIT_SECONDS: Final = 2  # long poll; below the client's read timeout, and how long a stop may take
PAUSE_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 5.0
_PAGE: Final = "PAGE#"
logger = logging.getLogger("apptier.search")


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


class Refreshing(Protocol):
    """What the feed needs of the indexer."""

    def refresh(self, handles: Iterable[str]) -> int:
        """Bring stock and ratings of these products up to date."""
        ...

    def refresh_page(self, slug: str, market: str, locale: str) -> bool:
        """Bring a page of help up to date."""
        ...


class FeedQueue:
    """The SQS queue named by SEARCH_QUEUE. One client per process, made at first use, so after any fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opened: tuple[SQSClient, str] | None = None

    def receive(self) -> list[Message]:
        """Up to ten messages."""
        client, url = self._open()
        answer = client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=MOST_MESSAGES, WaitTimeSeconds=WAIT_SECONDS
        )
        return [Message(one["ReceiptHandle"], one["Body"]) for one in answer.get("Messages", [])]

    def remove(self, messages: Sequence[Message]) -> None:
        """Delete what was handled; one that stays is handled again, which changes nothing."""
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
            self._opened = (client, client.get_queue_url(QueueName=self._settings.search_queue)["QueueUrl"])
        return self._opened


class Feed:
    """One thread that takes events and refreshes the indexes; any number of processes may each have one."""

    def __init__(self, queue: Queue, indexer: Refreshing) -> None:
        self._queue = queue
        self._indexer = indexer
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self) -> int:
        """Handle what waits in the queue, one batch; returns how many events that was.

        An event that can't be handled is logged and left in the queue. Raises what botocore and opensearch-py
        raise while a store does not answer; nothing is taken out of the queue then.
        """
        messages = self._queue.receive()
        if not messages:
            return 0
        try:
            self._handle([_event(message) for message in messages])
            done = list(messages)
        except _AWAY:
            raise  # the others would fail like this one, each after a timeout
        except Exception:  # noqa: BLE001 - whatever it is, it comes again for the one it belongs to
            done = [message for message in messages if self._handled(message)]
        if done:
            self._queue.remove(done)
        return len(done)

    def start(self) -> None:
        """Take events in the background; call it after any fork."""
        self._thread = threading.Thread(target=self._run, name="search-feed", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the batch under way; waits for it a few seconds at most."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.take()
            except (BotoCoreError, ClientError, OpenSearchException) as error:
                logger.warning("search feed: a store does not answer: %s", type(error).__name__)
                self._stop.wait(PAUSE_SECONDS)
            except Exception:
                # The messages come back.
                logger.exception("search feed: a batch failed")
                self._stop.wait(PAUSE_SECONDS)

    def _handled(self, message: Message) -> bool:
        """Whether this event by itself could be handled; logs why not."""
        try:
            self._handle([_event(message)])
        except _AWAY:
            raise
        except Exception:
            logger.exception("search feed: an event can't be handled")
            return False
        return True

    def _handle(self, events: Sequence[Mapping[str, Any]]) -> None:
        details = [(event.get("detail-type"), event.get("detail") or {}) for event in events]
        handles = {d["handle"] for kind, d in details if kind in _OF_PRODUCTS and "handle" in d}
        if handles:
            self._indexer.refresh(sorted(handles))
        for kind, detail in details:
            key = str(detail.get("key", ""))
            if kind == "ContentChanged" and key.startswith(_PAGE):
                self._indexer.refresh_page(key.removeprefix(_PAGE), detail["market"], detail["locale"])


# A store that does not answer at all: no fault of an event.
_AWAY: Final = (BotoCoreError, NoConnection)
_OF_PRODUCTS: Final = frozenset({"StockChanged", "RatingChanged"})


def _event(message: Message) -> Mapping[str, Any]:
    """The event; a body that is no JSON object says nothing to anybody, and is only logged."""
    try:
        found = json.loads(message.body)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    logger.warning("search feed: a message is no event")
    return {}
