"""The SQS FIFO queue by which orders reach the order management system."""

import threading
from typing import TYPE_CHECKING

import boto3

from apptier.kit.dynamo import CLIENT_CONFIG
from apptier.kit.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class OrderQueue:
    """Sends to the queue named by ORDER_QUEUE.

    One client per process, made at first use, so after any fork.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: tuple[SQSClient, str] | None = None

    def send(self, order_id: str, body: str) -> None:
        """Send a message about an order.

        Within five minutes a second one about it is dropped by the queue.
        """
        client, url = self._open()
        client.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId=order_id, MessageDeduplicationId=order_id
        )

    def _open(self) -> "tuple[SQSClient, str]":
        with self._lock:
            if self._opened is None:
                client = boto3.session.Session().client(
                    "sqs",
                    region_name=self._settings.aws_region,
                    endpoint_url=self._settings.aws_endpoint_url or None,
                    config=CLIENT_CONFIG,
                )
                url = client.get_queue_url(QueueName=self._settings.order_queue)["QueueUrl"]
                self._opened = (client, url)
            return self._opened
