"""A queue of a service's own, into which a rule on the bus copies the events that concern it.

One thread takes them, one by one. An event that was handled is taken out; one that can't be is left: it comes
back after the queue's visibility timeout and ends with the dead letters. So every event is handled at least
once, and whoever handles one must not mind hearing it twice, late, or in another order.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

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


class Inbox:
    """Takes events from one queue and hands them to `handle`; any number of processes may each have one."""

    def __init__(self, settings: Settings, queue: str, handle: Handler) -> None:
        self._settings = settings
        self._queue = queue
        self._handle = handle
        self._opened: tuple[SQSClient, str] | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self) -> int:
        """Handle what waits, one batch; returns how many events were handled.

        Raises what botocore raises while the queue does not answer.
        """
        client, url = self._open()
        answer = client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=MOST_MESSAGES, WaitTimeSeconds=WAIT_SECONDS
        )
        done = 0
        for message in answer.get("Messages", []):
            if self._handled(message["Body"]):
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                done += 1
        return done

    def start(self) -> None:
        """Take events in the background; call it after any fork."""
        self._thread = threading.Thread(target=self._run, name=f"inbox-{self._queue}", daemon=True)
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
            except (BotoCoreError, ClientError) as error:
                logger.warning("inbox %s: the queue does not answer: %s", self._queue, type(error).__name__)
                self._stop.wait(PAUSE_SECONDS)

    def _handled(self, body: str) -> bool:
        """Whether the event could be handled; logs why not. What is no event says nothing to anybody."""
        try:
            event = json.loads(body)
            kind, detail = str(event["detail-type"]), dict(event["detail"])
        except (ValueError, KeyError, TypeError):
            logger.warning("inbox %s: a message is no event", self._queue)
            return True
        try:
            self._handle(kind, detail)
        except Exception:
            logger.exception("inbox %s: an event can't be handled", self._queue)
            return False
        return True

    def _open(self) -> "tuple[SQSClient, str]":
        if self._opened is None:
            client = boto3.session.Session().client(
                "sqs",
                region_name=self._settings.aws_region,
                endpoint_url=self._settings.aws_endpoint_url or None,
                config=CLIENT_CONFIG,
            )
            self._opened = (client, client.get_queue_url(QueueName=self._queue)["QueueUrl"])
        return self._opened
