"""DynamoDB as the services see it: plain dicts, whole numbers as int, typed errors for failed conditions."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, cast

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import ClientError

from apptier.kit.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

Item = dict[str, Any]
Wire = dict[str, Any]
TransactItem = dict[str, Any]
TableName = Literal[
    "sessions",
    "catalog",
    "stock",
    "carts",
    "orders",
    "idempotency",
    "payments",
    "customers",
    "stores",
    "content",
    "promotions",
    "reviews",
    "lists",
]

# Quotas of the service: BatchGetItem 100 keys, BatchWriteItem 25 items, TransactWriteItems 100 actions.
BATCH_GET = 100
BATCH_WRITE = 25
TRANSACT = 100
_UNPROCESSED_ROUNDS = 8

CLIENT_CONFIG = Config(
    connect_timeout=1.0,
    read_timeout=3.0,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=50,
    user_agent_extra="storefront-apptier",
)

# For what an answer can do without: one short try.
HASTY_CONFIG = CLIENT_CONFIG.merge(
    Config(connect_timeout=0.2, read_timeout=0.5, retries={"mode": "standard", "total_max_attempts": 1})
)


class ConditionFailed(Exception):  # noqa: N818 - it is an answer, not a fault
    """A conditional write found something else; `current` is what is there (None: nothing)."""

    def __init__(self, current: Item | None) -> None:
        super().__init__("the condition of a write did not hold")
        self.current = current


@dataclass(frozen=True, slots=True)
class CancelReason:
    """Why one action of a transaction stopped it; code "None" for actions that were fine."""

    code: str
    current: Item | None

    @property
    def condition_failed(self) -> bool:
        """Whether this action's condition did not hold."""
        return self.code == "ConditionalCheckFailed"


class TransactionCanceled(Exception):  # noqa: N818 - it is an answer, not a fault
    """A transaction did nothing; `reasons` has one entry per action, in their order."""

    def __init__(self, reasons: Sequence[CancelReason]) -> None:
        super().__init__("transaction cancelled: " + ", ".join(reason.code for reason in reasons))
        self.reasons = tuple(reasons)

    @property
    def conflict(self) -> bool:
        """Whether only a clash with another transaction stopped it, so that trying again may work."""
        codes = {reason.code for reason in self.reasons} - {"None"}
        return codes <= {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


@dataclass(frozen=True, slots=True)
class QueryPage:
    """Some items, and the key to go on after (None: that was all)."""

    items: list[Item]
    last_key: Item | None


_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def to_wire(item: Mapping[str, Any]) -> Wire:
    """A plain dict as DynamoDB attributes. Floats become exact decimals; values of None are kept as NULL."""
    return {name: _serializer.serialize(_storable(value)) for name, value in item.items()}


def from_wire(item: Mapping[str, Any]) -> Item:
    """DynamoDB attributes as a plain dict; whole numbers are int, others float."""
    return {name: _plain(_deserializer.deserialize(value)) for name, value in item.items()}


def _storable(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {key: _storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inner) for inner in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


class Tables:
    """The project's tables. One client per process, made at first use (after a fork); threads share it."""

    def __init__(self, settings: Settings, config: Config = CLIENT_CONFIG) -> None:
        self._settings = settings
        self._config = config
        self._lock = threading.Lock()
        self._client: DynamoDBClient | None = None

    @property
    def client(self) -> "DynamoDBClient":
        """The low-level client, for what the helpers don't cover."""
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = boto3.session.Session().client(
                        "dynamodb",
                        region_name=self._settings.aws_region,
                        endpoint_url=self._settings.aws_endpoint_url or None,
                        config=self._config,
                    )
        return self._client

    def name(self, table: TableName) -> str:
        """The table's full name."""
        return self._settings.table_prefix + table

    def get(self, table: TableName, key: Item, *, consistent: bool = False) -> Item | None:
        """One item, or None."""
        answer = self.client.get_item(TableName=self.name(table), Key=to_wire(key), ConsistentRead=consistent)
        return from_wire(answer["Item"]) if "Item" in answer else None

    def put(
        self,
        table: TableName,
        item: Item,
        *,
        condition: str = "",
        names: Item | None = None,
        values: Item | None = None,
    ) -> None:
        """Write a whole item. Raises ConditionFailed when `condition` doesn't hold."""
        action = put_action(self.name(table), item, condition=condition, names=names, values=values)["Put"]
        with _conditions():
            self.client.put_item(**action)

    def update(
        self,
        table: TableName,
        key: Item,
        expression: str,
        *,
        condition: str = "",
        names: Item | None = None,
        values: Item | None = None,
    ) -> Item:
        """Change an item; return it as it is then. Raises ConditionFailed when `condition` doesn't hold."""
        return self.apply(
            update_action(self.name(table), key, expression, condition=condition, names=names, values=values)
        )

    def apply(self, update: TransactItem) -> Item:
        """Do an `update_action` alone, outside any transaction, and return the item as it is afterwards."""
        action = update["Update"]
        with _conditions():
            answer = self.client.update_item(**action, ReturnValues="ALL_NEW")
        return from_wire(answer["Attributes"])

    def delete(
        self,
        table: TableName,
        key: Item,
        *,
        condition: str = "",
        names: Item | None = None,
        values: Item | None = None,
    ) -> None:
        """Remove an item. Raises ConditionFailed when `condition` doesn't hold."""
        action = delete_action(self.name(table), key, condition=condition, names=names, values=values)[
            "Delete"
        ]
        with _conditions():
            self.client.delete_item(**action)

    def query(
        self,
        table: TableName,
        condition: str,
        values: Item,
        *,
        names: Item | None = None,
        index: str = "",
        limit: int | None = None,
        after: Item | None = None,
        forward: bool = True,
        consistent: bool = False,
        attributes: str = "",
    ) -> QueryPage:
        """One page of a query (at most `limit` items or 1 MB); `after` is the page before's `last_key`."""
        request: dict[str, Any] = {
            "TableName": self.name(table),
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": to_wire(values),
            "ScanIndexForward": forward,
            "ConsistentRead": consistent,
        }
        request |= {"ExpressionAttributeNames": names} if names else {}
        request |= {"IndexName": index} if index else {}
        request |= {"Limit": limit} if limit else {}
        request |= {"ExclusiveStartKey": to_wire(after)} if after else {}
        request |= {"ProjectionExpression": attributes} if attributes else {}
        answer = self.client.query(**request)
        last = answer.get("LastEvaluatedKey")
        return QueryPage([from_wire(item) for item in answer["Items"]], from_wire(last) if last else None)

    def query_all(self, table: TableName, condition: str, values: Item, **options: Any) -> Iterator[Item]:
        """Every item of a query, page after page; takes `query`'s options."""
        after: Item | None = None
        while True:
            page = self.query(table, condition, values, after=after, **options)
            yield from page.items
            after = page.last_key
            if after is None:
                return

    def batch_get(self, table: TableName, keys: Sequence[Item], *, consistent: bool = False) -> list[Item]:
        """The items of these keys that exist, in no order. Keys must differ; any number of them."""
        found: list[Item] = []
        name = self.name(table)
        for start in range(0, len(keys), BATCH_GET):
            wanted = [to_wire(key) for key in keys[start : start + BATCH_GET]]
            for _ in range(_UNPROCESSED_ROUNDS):
                answer = self.client.batch_get_item(
                    RequestItems={name: {"Keys": wanted, "ConsistentRead": consistent}}
                )
                found += [from_wire(item) for item in answer["Responses"].get(name, [])]
                left: dict[str, Any] = dict(answer.get("UnprocessedKeys", {}))
                wanted = left[name]["Keys"] if name in left else []
                if not wanted:
                    break
            else:
                raise OverflowError("DynamoDB kept back keys of a batch read again and again")
        return found

    def batch_write(
        self, table: TableName, *, puts: Iterable[Item] = (), deletes: Iterable[Item] = ()
    ) -> None:
        """Write and remove items without conditions, 25 at a time. No key may come twice."""
        name = self.name(table)
        requests: list[Any] = [{"PutRequest": {"Item": to_wire(item)}} for item in puts]
        requests += [{"DeleteRequest": {"Key": to_wire(key)}} for key in deletes]
        for start in range(0, len(requests), BATCH_WRITE):
            chunk = requests[start : start + BATCH_WRITE]
            for _ in range(_UNPROCESSED_ROUNDS):
                answer = self.client.batch_write_item(RequestItems={name: chunk})
                chunk = answer.get("UnprocessedItems", {}).get(name, [])
                if not chunk:
                    break
            else:
                raise OverflowError("DynamoDB kept back items of a batch write again and again")

    def transact(self, actions: Sequence[TransactItem], *, token: str = "") -> None:
        """Do all of these (at most 100) or none; the same `token` (≤ 36 characters) acts once in ten minutes.

        Raises:
            TransactionCanceled: with one reason per action.
        """
        request: dict[str, Any] = {"TransactItems": cast("Sequence[TransactWriteItemTypeDef]", actions)}
        request |= {"ClientRequestToken": token} if token else {}
        try:
            self.client.transact_write_items(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            raise TransactionCanceled(_reasons(error)) from error


def _reasons(error: ClientError) -> list[CancelReason]:
    raw = cast("list[dict[str, Any]]", error.response.get("CancellationReasons", []))
    return [
        CancelReason(entry.get("Code", "None"), from_wire(entry["Item"]) if entry.get("Item") else None)
        for entry in raw
    ]


class _conditions:  # noqa: N801 - reads as a phrase at its only call sites
    """Turns the client's conditional failure into ConditionFailed with what is there now."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ClientError):
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                return
            current = cast("Wire | None", error.response.get("Item"))
            raise ConditionFailed(from_wire(current) if current else None) from error


def _expressions(name: str, condition: str, names: Item | None, values: Item | None) -> dict[str, Any]:
    parts: dict[str, Any] = {"TableName": name}
    if condition:
        parts |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    parts |= {"ExpressionAttributeNames": names} if names else {}
    parts |= {"ExpressionAttributeValues": to_wire(values)} if values else {}
    return parts


def put_action(
    name: str, item: Item, *, condition: str = "", names: Item | None = None, values: Item | None = None
) -> TransactItem:
    """A Put for a transaction; `name` is the table's full name (`Tables.name`)."""
    return {"Put": {"Item": to_wire(item), **_expressions(name, condition, names, values)}}


def update_action(
    name: str,
    key: Item,
    expression: str,
    *,
    condition: str = "",
    names: Item | None = None,
    values: Item | None = None,
) -> TransactItem:
    """An Update for a transaction; `name` is the table's full name."""
    parts = _expressions(name, condition, names, values)
    return {"Update": {"Key": to_wire(key), "UpdateExpression": expression, **parts}}


def delete_action(
    name: str, key: Item, *, condition: str = "", names: Item | None = None, values: Item | None = None
) -> TransactItem:
    """A Delete for a transaction; `name` is the table's full name."""
    return {"Delete": {"Key": to_wire(key), **_expressions(name, condition, names, values)}}
