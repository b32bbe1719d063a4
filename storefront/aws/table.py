"""A DynamoDB table as a web request needs it: six operations, guarded, with two kinds of failure.

Expressions are passed through as DynamoDB writes them; values are plain Python. botocore repeats a failed
call itself (see AwsClientSettings.attempts), so the Resource around it makes one attempt only.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from storefront.aws.attributes import Item, decode_item, encode, encode_item
from storefront.aws.errors import AwsRefused, AwsUnavailable, ConditionFailed, translate
from storefront.aws.transaction import CANCELED, LOST, TableWrite, TransactionLost, fates, reasons
from storefront.core import Reason
from storefront.resilience import Resource

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")

_CONDITION = "ConditionalCheckFailedException"
_SENSELESS = frozenset({"ValidationError", "ItemCollectionSizeLimitExceeded"})


class DynamoTable:
    """One table. `client` is asked for at each call, so that nothing is opened before it is needed.

    `timeout` in seconds is what a call is expected to take at most, for the deadline and the breaker; the
    socket's own timeouts are the client's. Every operation raises AwsUnavailable, or plain
    UpstreamUnavailable when the call was not made (breaker, bulkhead, deadline), and AwsRefused for an
    expression that DynamoDB does not accept.
    """

    def __init__(
        self, name: str, client: Callable[[], "DynamoDBClient"], resource: Resource, *, timeout: float = 0.6
    ) -> None:
        self.name = name
        self._client = client
        self._resource = resource
        self._timeout = timeout

    def get_item(self, key: Mapping[str, Any], *, consistent: bool = False) -> Item | None:
        """The item with this key, or None. `consistent` costs double and sees every earlier write."""

        def call() -> Item | None:
            answer = self._client().get_item(
                TableName=self.name, Key=encode_item(key), ConsistentRead=consistent
            )
            found = answer.get("Item")
            return decode_item(found) if found is not None else None

        return self._run("GetItem", call)

    def put_item(
        self,
        item: Mapping[str, Any],
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a whole item. ConditionFailed, with the item that stands, when `condition` does not hold."""
        arguments = _expressions(condition, names, values)
        self._run(
            "PutItem",
            lambda: self._client().put_item(TableName=self.name, Item=encode_item(item), **arguments),
        )

    def update_item(
        self,
        key: Mapping[str, Any],
        update: str,
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Item:
        """Change attributes of an item (made if absent); the whole new item. ConditionFailed as for put."""
        arguments = _expressions(condition, names, values)

        def call() -> Item:
            answer = self._client().update_item(
                TableName=self.name,
                Key=encode_item(key),
                UpdateExpression=update,
                ReturnValues="ALL_NEW",
                **arguments,
            )
            return decode_item(answer.get("Attributes", {}))

        return self._run("UpdateItem", call)

    def delete_item(
        self,
        key: Mapping[str, Any],
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Item | None:
        """Delete an item and return it, None when there was none. ConditionFailed as for put."""
        arguments = _expressions(condition, names, values)

        def call() -> Item | None:
            answer = self._client().delete_item(
                TableName=self.name, Key=encode_item(key), ReturnValues="ALL_OLD", **arguments
            )
            gone = answer.get("Attributes")
            return decode_item(gone) if gone else None

        return self._run("DeleteItem", call)

    def query(
        self,
        condition: str,
        values: Mapping[str, Any],
        *,
        names: Mapping[str, str] | None = None,
        limit: int = 100,
        newest_first: bool = False,
        start: Mapping[str, Any] | None = None,
        consistent: bool = False,
    ) -> tuple[list[Item], Item | None]:
        """Items of one partition in the order of their sort key, and the key to `start` the next page at."""
        arguments = _expressions(None, names, values)
        if start is not None:
            arguments["ExclusiveStartKey"] = encode_item(start)

        def call() -> tuple[list[Item], Item | None]:
            answer = self._client().query(
                TableName=self.name,
                KeyConditionExpression=condition,
                Limit=limit,
                ScanIndexForward=not newest_first,
                ConsistentRead=consistent,
                **arguments,
            )
            last = answer.get("LastEvaluatedKey")
            items = [decode_item(item) for item in answer.get("Items", ())]
            return items, decode_item(last) if last else None

        return self._run("Query", call)

    def transact(self, writes: Sequence[TableWrite]) -> None:
        """Make all these writes (100 at most, of different items) or none. TransactionLost says which failed.

        botocore gives each call a token, so that a repeated one does not write twice.
        """
        items: list[Any] = [write.wire(self.name) for write in writes]
        self._run("TransactWriteItems", lambda: self._client().transact_write_items(TransactItems=items))

    def _run(self, operation: str, call: Callable[[], T]) -> T:
        name = f"{operation} {self.name}"

        def guarded(_seconds: float) -> T:
            try:
                return call()
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == _CONDITION:
                    item = error.response.get("Item")
                    standing = decode_item(item) if isinstance(item, Mapping) and item else None
                    raise ConditionFailed(self._resource.name, name, standing) from error
                if error.response.get("Error", {}).get("Code") == CANCELED:
                    raise _cancelled(self._resource.name, name, error) from error
                raise translate(self._resource.name, name, error) from error
            except BotoCoreError as error:
                raise translate(self._resource.name, name, error) from error

        return self._resource.run(name, guarded, timeout=self._timeout)


def _cancelled(upstream: str, operation: str, error: ClientError) -> Exception:
    """What a cancelled transaction means: lost to others, refused, or too much at once."""
    odd = [reason for reason in reasons(error) if reason not in LOST]
    if not odd:
        return TransactionLost(upstream, operation, fates(error))
    if odd[0] in _SENSELESS:
        return AwsRefused(upstream, operation, status=400, code=odd[0])
    return AwsUnavailable(upstream, operation, Reason.THROTTLED, message=odd[0])


def _expressions(
    condition: str | None, names: Mapping[str, str] | None, values: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The arguments that DynamoDB wants left out when they are empty."""
    arguments: dict[str, Any] = {}
    if condition is not None:
        arguments["ConditionExpression"] = condition
        arguments["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if names:
        arguments["ExpressionAttributeNames"] = dict(names)
    if values:
        arguments["ExpressionAttributeValues"] = {name: encode(value) for name, value in values.items()}
    return arguments
