"""`python -m dev.messages`: what waits in the running shop's order queue and what happened on its event bus.

Looks without taking: every message stays in its queue for whoever consumes it.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from dev.ports import HOST, ConfigurationError, Ports
from dev.provision import EVENT_BUS, ORDER_QUEUE, client

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 1_000
"""How often to ask at most: SQS answers with ten messages at most, and filling a shop causes thousands."""
LOOK_SECONDS = 60
"""How long a message is hidden at most while the others are looked at."""


def peek(sqs: Any, queue: str) -> list[dict[str, Any]]:
    """The messages that wait in `queue`, oldest first, each once; they stay where they are."""
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found: dict[str, dict[str, Any]] = {}
    for _ in range(ROUNDS):
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=LOOK_SECONDS,
            WaitTimeSeconds=0,
            MessageSystemAttributeNames=["All"],
        )
        fresh = [one for one in answer.get("Messages", []) if one["MessageId"] not in found]
        found.update({one["MessageId"]: one for one in fresh})
        if not fresh:
            break
    for one in found.values():
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"], VisibilityTimeout=0)
    return sorted(found.values(), key=lambda one: int(one["Attributes"]["SentTimestamp"]))


def report(sqs: Any) -> Iterator[str]:
    """Lines for a person: the order messages, then the events that orders caused."""
    orders = peek(sqs, f"{ORDER_QUEUE}.fifo")
    yield f"{len(orders)} order message(s) in {ORDER_QUEUE}.fifo"
    for message in orders:
        yield f"  {json.dumps(json.loads(message['Body']), ensure_ascii=False)}"
    events = [json.loads(one["Body"]) for one in peek(sqs, f"{EVENT_BUS}-events")]
    shown = [event for event in events if str(event.get("detail-type", "")).startswith("Order")]
    yield f"{len(shown)} order event(s) from the bus {EVENT_BUS} (of {len(events)} events looked at)"
    for event in shown:
        yield f"  {event['detail-type']}: {json.dumps(event['detail'], ensure_ascii=False)}"


def main() -> int:
    """Print the report; 1 with one line when no shop runs here."""
    try:
        port = Ports.from_environment().ministack
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    try:
        for line in report(client("sqs", f"http://{HOST}:{port}")):
            print(line)
    except (BotoCoreError, ClientError) as error:
        print(
            f"error: the shop's queues can't be read at port {port}; is `make run` running?"
            f" With MINISTACK_PORT, it is needed here too. ({error})",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
