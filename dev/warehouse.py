"""A very small warehouse for the local stack, in place of an order management system.

python -m dev.warehouse --orders URL

Takes paid orders from the order queue and tells the order service how far they are: in preparation after some
seconds, then shipped, or ready in the store. A message goes when its last step is told; until then it is only
hidden, so a warehouse that was ended goes on with it later. Events have names of their own, so telling one
twice changes nothing. `make run` starts it, unless WAREHOUSE=0; its log says what it took and told.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import boto3
import requests
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from apptier.kit.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

PREPARING_SECONDS = 6.0
SENT_SECONDS = 20.0
"""After the order came: long enough to see each state, short enough to wait for."""

HIDDEN_SECONDS = 90
AGAIN_SECONDS = 3.0
MOST_TRIES = 20
LOOK_SECONDS = 1
_TIMEOUT = (1.0, 8.0)
_GONE = frozenset({404, 409, 422})


@dataclass(order=True, slots=True)
class Step:
    """Something to tell about an order at a time (monotonic seconds)."""

    due: float
    turn: int
    order_id: str = field(compare=False)
    event: dict[str, Any] = field(compare=False)
    receipt: str | None = field(compare=False)
    """Of the message, when this is its last step."""
    tries: int = field(default=0, compare=False)


class Warehouse:
    """Works through the queue. `tell` posts an event of an order and returns the status of the answer."""

    def __init__(
        self,
        sqs: Any,
        queue_url: str,
        tell: Callable[[str, dict[str, Any]], int],
        say: Callable[[str], None],
        *,
        pace: float = 1.0,
    ) -> None:
        """`say` is told each step in words; `pace` 0.1 does everything ten times as fast."""
        self._sqs = sqs
        self._queue_url = queue_url
        self._tell = tell
        self._say = say
        self._pace = pace
        self._steps: list[Step] = []
        self._turns = itertools.count()

    def work(self) -> None:
        """Take what has come, waiting for it a moment, and tell what is due."""
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=LOOK_SECONDS,
        )
        for message in answer.get("Messages", []):
            try:
                self._take(json.loads(message["Body"])["order"], message["ReceiptHandle"])
            except (ValueError, KeyError, TypeError) as error:
                self._say(f"a message that is no order, left where it is: {error!r}")
        while self._steps and self._steps[0].due <= time.monotonic():
            self._do(heapq.heappop(self._steps))

    def _take(self, order: dict[str, Any], receipt: str) -> None:
        now = time.monotonic()
        sent = _sent(order)
        self._say(f"{order['number']}: taken, {sum(line['quantity'] for line in order['lines'])} article(s)")
        preparing = {"event_id": f"evt_{order['id']}_preparing", "kind": "preparing"}
        self._plan(now + PREPARING_SECONDS * self._pace, order["id"], preparing, None)
        self._plan(now + SENT_SECONDS * self._pace, order["id"], sent, receipt)

    def _plan(self, due: float, order_id: str, event: dict[str, Any], receipt: str | None) -> None:
        heapq.heappush(self._steps, Step(due, next(self._turns), order_id, event, receipt))

    def _do(self, step: Step) -> None:
        """Tell a step; one that is not heard is told again, unless the order has no use for it any more."""
        event = step.event | {"at": datetime.now(UTC).isoformat(timespec="milliseconds")}
        status = self._tell(step.order_id, event)
        if status == requests.codes.ok:
            self._say(f"{step.order_id}: {step.event['kind']}")
        elif status in _GONE:
            self._say(f"{step.order_id}: {step.event['kind']} is not wanted ({status})")
        elif step.tries < MOST_TRIES:
            again = replace(step, due=time.monotonic() + AGAIN_SECONDS * self._pace, tries=step.tries + 1)
            heapq.heappush(self._steps, again)
            return
        else:
            # The message comes back to us by itself.
            self._say(f"{step.order_id}: {step.event['kind']} is not heard ({status}), given up for now")
            return
        if step.receipt is not None:
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=step.receipt)


def _sent(order: dict[str, Any]) -> dict[str, Any]:
    """The last thing that the warehouse says of an order."""
    if order.get("pickup"):
        return {"event_id": f"evt_{order['id']}_ready", "kind": "ready_for_pickup"}
    number = order["number"].replace("-", "")
    # Nobody carries it, so there is no page to follow it on.
    tracking = {"carrier": "Demo Post", "number": number, "url": None}
    return {"event_id": f"evt_{order['id']}_shipped", "kind": "shipped", "tracking": tracking}


def teller(orders_url: str, service_key: str) -> Callable[[str, dict[str, Any]], int]:
    """Posts events to the order service; 0 when it doesn't answer."""
    http = requests.Session()
    http.trust_env = False

    def tell(order_id: str, event: dict[str, Any]) -> int:
        url = f"{orders_url}/orders/{quote(order_id, safe='')}/fulfilment-events"
        try:
            answer = http.post(
                url,
                json=event,
                headers={"Service-Key": service_key},
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException:
            return 0
        return answer.status_code

    return tell


def _queue(settings: Settings) -> Any:
    connect, read = _TIMEOUT
    return boto3.session.Session().client(
        "sqs",
        region_name=settings.aws_region,
        endpoint_url=settings.aws_endpoint_url or None,
        config=Config(connect_timeout=connect, read_timeout=read, retries={"total_max_attempts": 2}),
    )


def main() -> int:
    """Work until ended."""
    parser = argparse.ArgumentParser(prog="python -m dev.warehouse", description=__doc__)
    parser.add_argument("--orders", required=True, metavar="URL", help="base address of the order service")
    options = parser.parse_args()
    settings = load_settings()
    sqs = _queue(settings)
    url = sqs.get_queue_url(QueueName=settings.order_queue)["QueueUrl"]
    tell = teller(options.orders, settings.service_key)
    warehouse = Warehouse(sqs, url, tell, lambda line: print(line, flush=True))
    while True:
        try:
            warehouse.work()
        except (BotoCoreError, ClientError) as error:
            print(f"the order queue does not answer: {type(error).__name__}", file=sys.stderr, flush=True)
            time.sleep(AGAIN_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
