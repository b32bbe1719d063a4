"""Several writes to one table that happen together or not at all (DynamoDB's TransactWriteItems)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import ClientError

from storefront.aws.attributes import Item, decode_item, encode, encode_item
from storefront.core import PreconditionFailed

CANCELED = "TransactionCanceledException"
MOST_WRITES = 100
_FAILED = "ConditionalCheckFailed"
_CONFLICT = "TransactionConflict"
_NONE = "None"
LOST = frozenset({_FAILED, _CONFLICT, _NONE})
Kind = Literal["Put", "Update", "Delete", "ConditionCheck"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableWrite:
    """One write: a "Put" of a whole `item`, or another kind for its key (`item` holds just that).

    `update` belongs to "Update" alone. Expressions are as DynamoDB writes them, `values` plain Python.
    """

    kind: Kind
    item: Mapping[str, Any]
    update: str = ""
    condition: str = ""
    names: Mapping[str, str] | None = None
    values: Mapping[str, Any] | None = None

    def wire(self, table: str) -> dict[str, Any]:
        """The write as the API wants it."""
        body: dict[str, Any] = {"TableName": table}
        body["Item" if self.kind == "Put" else "Key"] = encode_item(self.item)
        if self.update:
            body["UpdateExpression"] = self.update
        if self.condition:
            body["ConditionExpression"] = self.condition
            body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        if self.names:
            body["ExpressionAttributeNames"] = dict(self.names)
        if self.values:
            body["ExpressionAttributeValues"] = {name: encode(value) for name, value in self.values.items()}
        return {self.kind: body}


@dataclass(frozen=True, slots=True)
class Fate:
    """Why one write of a lost transaction did not happen.

    Its own condition may have `failed`, with the `item` that stands (None for none), or another transaction
    was at the same item (`contended`); with neither it only shares the fate of the others.
    """

    failed: bool
    contended: bool
    item: Item | None


class TransactionLost(PreconditionFailed):
    """None of the writes happened. `fates` has one for each of them, in their order."""

    def __init__(self, upstream: str, operation: str, fates: tuple[Fate, ...]) -> None:
        super().__init__(upstream, operation, status=412, code="transaction_lost")
        self.fates = fates


def reasons(error: ClientError) -> list[str]:
    """The codes that DynamoDB gives for a cancelled transaction, one for each write."""
    return [str(one.get("Code", _NONE)) for one in _given(error)]


def fates(error: ClientError) -> tuple[Fate, ...]:
    """What became of each write of a cancelled transaction."""
    return tuple(
        Fate(
            one.get("Code") == _FAILED,
            one.get("Code") == _CONFLICT,
            decode_item(one["Item"]) if one.get("Item") else None,
        )
        for one in _given(error)
    )


def _given(error: ClientError) -> list[Mapping[str, Any]]:
    answer: Mapping[str, Any] = error.response
    return list(answer.get("CancellationReasons", ()))
