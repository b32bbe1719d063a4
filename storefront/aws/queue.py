"""An SQS queue: long polls, deletes and hides by the batch, errors as ours. Nothing is kept between calls."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from storefront.aws.clients import AwsClientSettings
from storefront.aws.errors import translate
from storefront.resilience import Resource

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

T = TypeVar("T")

# Quotas of SQS: 10 messages a call, of each kind; a long poll of 20 s at most.
MOST_MESSAGES: Final = 10
LONGEST_WAIT: Final = 20
SQS: Final = AwsClientSettings(connect_timeout=1.0, read_timeout=LONGEST_WAIT + 5.0, attempts=1, pool_size=4)
_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was delivered; `receipt` is good for this delivery only. `deliveries` counts it too."""

    receipt: str
    body: str
    deliveries: int = 1


class SqsQueue:
    """One queue by name. Every method raises AwsUnavailable when the service does not answer or refuses."""

    def __init__(self, client: "Callable[[], SQSClient]", resource: Resource, name: str) -> None:
        self._client = client
        self._resource = resource
        self._name = name
        self._url = ""

    def receive(self, wait: int) -> list[Message]:
        """Up to ten messages, after at most `wait` seconds of there being none."""

        def call(client: "SQSClient", url: str) -> list[Message]:
            answer = client.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=MOST_MESSAGES,
                WaitTimeSeconds=wait,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
            return [_message(one) for one in answer.get("Messages", [])]

        return self._asked("ReceiveMessage", call, wait + _SECONDS)

    def delete(self, messages: Sequence[Message]) -> None:
        """These are done. One that SQS does not take out comes again."""

        def call(client: "SQSClient", url: str) -> None:
            for some in _tens(messages):
                entries: Any = [{"Id": str(at), "ReceiptHandle": m.receipt} for at, m in enumerate(some)]
                failed = client.delete_message_batch(QueueUrl=url, Entries=entries).get("Failed", [])
                self._resource.telemetry.event("queue", "not_deleted", by=len(failed)) if failed else None

        self._asked("DeleteMessageBatch", call, _SECONDS)

    def hide(self, messages: Sequence[Message], seconds: int) -> None:
        """Deliver these again not before so many seconds from now; 0 for at once."""

        def call(client: "SQSClient", url: str) -> None:
            for some in _tens(messages):
                entries: Any = [
                    {"Id": str(at), "ReceiptHandle": m.receipt, "VisibilityTimeout": seconds}
                    for at, m in enumerate(some)
                ]
                client.change_message_visibility_batch(QueueUrl=url, Entries=entries)

        self._asked("ChangeMessageVisibilityBatch", call, _SECONDS)

    def waiting(self) -> int:
        """About how many messages wait."""

        def call(client: "SQSClient", url: str) -> int:
            answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
            return int(answer["Attributes"]["ApproximateNumberOfMessages"])

        return self._asked("GetQueueAttributes", call, _SECONDS)

    def _asked(self, operation: str, call: "Callable[[SQSClient, str], T]", seconds: float) -> T:
        def translated(_seconds: float) -> T:
            try:
                client = self._client()
                if not self._url:
                    self._url = client.get_queue_url(QueueName=self._name)["QueueUrl"]
                return call(client, self._url)
            except (BotoCoreError, ClientError) as error:
                raise translate(self._resource.name, operation, error) from error

        return self._resource.run(operation, translated, timeout=seconds)


def _message(found: Any) -> Message:
    deliveries = found.get("Attributes", {}).get("ApproximateReceiveCount", "1")
    return Message(found["ReceiptHandle"], found["Body"], int(deliveries))


def _tens(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    return (messages[at : at + MOST_MESSAGES] for at in range(0, len(messages), MOST_MESSAGES))
