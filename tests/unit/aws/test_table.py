"""What sessions may rely on in a table: typed items, conditions that say who won, outages by name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.aws import (
    AwsRefused,
    AwsUnavailable,
    ConditionFailed,
    DynamoTable,
    TableWrite,
    TransactionLost,
)
from storefront.aws.attributes import decode, decode_item, encode, encode_item
from storefront.core import PreconditionFailed, Reason, UpstreamUnavailable
from storefront.resilience import State

KEY = {"pk": "session-1"}
KEY_WIRE = {"pk": {"S": "session-1"}}

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text()
    | st.binary()
    | st.sets(st.text(), min_size=1),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.text(min_size=1), values))
def test_items_come_back_as_they_were_written(item):
    assert decode_item(encode_item(item)) == item


def test_numbers_are_exact():
    assert decode(encode(Decimal("0.10"))) == Decimal("0.10")
    assert type(decode({"N": "42"})) is int
    assert type(decode({"N": "4.2"})) is Decimal


@pytest.mark.parametrize("value", [1.5, set(), {1, 2}, object()])
def test_what_the_table_cannot_hold_exactly_is_refused(value):
    with pytest.raises(TypeError, match="DynamoDB cannot hold"):
        encode({"a": value})


@pytest.fixture
def table(dynamodb, resource):
    return DynamoTable("sessions", lambda: dynamodb[0], resource)


@pytest.fixture
def stub(dynamodb):
    return dynamodb[1]


@pytest.mark.parametrize("consistent", [True, False])
def test_an_item_is_read_by_its_key(table, stub, consistent):
    stub.add_response(
        "get_item",
        {"Item": KEY_WIRE | {"version": {"N": "3"}, "data": {"B": b"x"}}},
        {"TableName": "sessions", "Key": KEY_WIRE, "ConsistentRead": consistent},
    )
    assert table.get_item(KEY, consistent=consistent) == {"pk": "session-1", "version": 3, "data": b"x"}


def test_an_item_that_is_not_there_is_none(table, stub):
    stub.add_response("get_item", {})
    assert table.get_item(KEY) is None


def test_a_conditional_put_says_what_it_expects(table, stub):
    stub.add_response(
        "put_item",
        {},
        {
            "TableName": "sessions",
            "Item": KEY_WIRE,
            "ConditionExpression": "attribute_not_exists(#k)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            "ExpressionAttributeNames": {"#k": "pk"},
        },
    )
    table.put_item(KEY, condition="attribute_not_exists(#k)", names={"#k": "pk"})


def test_an_update_gives_the_new_item(table, stub):
    stub.add_response(
        "update_item",
        {"Attributes": KEY_WIRE | {"version": {"N": "4"}}},
        {
            "TableName": "sessions",
            "Key": KEY_WIRE,
            "UpdateExpression": "SET version = :new",
            "ReturnValues": "ALL_NEW",
            "ConditionExpression": "version = :old",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            "ExpressionAttributeValues": {":new": {"N": "4"}, ":old": {"N": "3"}},
        },
    )
    new = table.update_item(
        KEY, "SET version = :new", condition="version = :old", values={":new": 4, ":old": 3}
    )
    assert new == {"pk": "session-1", "version": 4}


def test_an_item_is_deleted_and_given_back(table, stub):
    asked = {"TableName": "sessions", "Key": KEY_WIRE, "ReturnValues": "ALL_OLD"}
    stub.add_response("delete_item", {"Attributes": KEY_WIRE}, asked)
    assert table.delete_item(KEY) == KEY
    stub.add_response("delete_item", {}, asked)
    assert table.delete_item(KEY) is None


def test_a_partition_is_read_page_by_page(table, stub):
    stub.add_response(
        "query",
        {"Items": [KEY_WIRE], "LastEvaluatedKey": KEY_WIRE},
        {
            "TableName": "sessions",
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": "session-1"}},
            "Limit": 1,
            "ScanIndexForward": False,
            "ConsistentRead": False,
        },
    )
    items, start = table.query("pk = :pk", {":pk": "session-1"}, limit=1, newest_first=True)
    assert (items, start) == ([KEY], KEY)
    stub.add_response("query", {"Items": []})
    assert table.query("pk = :pk", {":pk": "session-1"}, start=start) == ([], None)


def test_a_lost_condition_carries_the_item_that_stands(table, stub, resource):
    stub.add_client_error(
        "update_item",
        "ConditionalCheckFailedException",
        http_status_code=400,
        modeled_fields={"Item": KEY_WIRE | {"version": {"N": "9"}}},
    )
    with pytest.raises(ConditionFailed) as raised:
        table.update_item(KEY, "SET a = :a", values={":a": 1}, condition="version = :a")
    assert raised.value.item == {"pk": "session-1", "version": 9}
    assert isinstance(raised.value, PreconditionFailed)
    stub.add_client_error("put_item", "ConditionalCheckFailedException", http_status_code=400)
    with pytest.raises(ConditionFailed) as raised:
        table.put_item(KEY, condition="attribute_exists(pk)")
    assert raised.value.item is None
    assert resource.breaker.state is State.CLOSED


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ProvisionedThroughputExceededException", Reason.THROTTLED),
        ("ThrottlingException", Reason.THROTTLED),
        ("InternalServerError", Reason.SERVER_ERROR),
        ("ResourceNotFoundException", Reason.SERVER_ERROR),
        ("AccessDeniedException", Reason.CREDENTIALS),
        ("ExpiredTokenException", Reason.CREDENTIALS),
    ],
)
def test_outages_are_unavailable_by_reason(table, stub, code, reason):
    stub.add_client_error("get_item", code, http_status_code=400)
    with pytest.raises(AwsUnavailable) as raised:
        table.get_item(KEY)
    assert isinstance(raised.value, UpstreamUnavailable)
    assert (raised.value.upstream, raised.value.reason) == ("dynamodb", reason)
    assert raised.value.operation == "GetItem sessions"


def test_a_request_that_makes_no_sense_is_our_bug_not_an_outage(table, stub, resource):
    for _ in range(25):
        stub.add_client_error("get_item", "ValidationException", http_status_code=400)
        with pytest.raises(AwsRefused) as raised:
            table.get_item(KEY)
        assert raised.value.code == "ValidationException"
    assert resource.breaker.state is State.CLOSED


# -- Transactions ------------------------------------------------------------------------------------------

WRITES = (
    TableWrite(kind="Put", item=KEY | {"n": 1}, condition="attribute_not_exists(pk)"),
    TableWrite(
        kind="Update",
        item=KEY,
        update="SET #n = :n",
        condition="#n = :old",
        names={"#n": "n"},
        values={":n": 2, ":old": 1},
    ),
    TableWrite(kind="Delete", item=KEY),
)


def cancelled(stub, *codes, items=()):
    reasons = [{"Code": code} for code in codes]
    for place, item in enumerate(items):
        if item:
            reasons[place]["Item"] = item
    stub.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        http_status_code=400,
        modeled_fields={"CancellationReasons": reasons},
    )


def test_a_transaction_is_sent_as_its_writes(table, stub):
    stub.add_response(
        "transact_write_items",
        {},
        {
            "TransactItems": [
                {
                    "Put": {
                        "TableName": "sessions",
                        "Item": KEY_WIRE | {"n": {"N": "1"}},
                        "ConditionExpression": "attribute_not_exists(pk)",
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                },
                {
                    "Update": {
                        "TableName": "sessions",
                        "Key": KEY_WIRE,
                        "UpdateExpression": "SET #n = :n",
                        "ConditionExpression": "#n = :old",
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                        "ExpressionAttributeNames": {"#n": "n"},
                        "ExpressionAttributeValues": {":n": {"N": "2"}, ":old": {"N": "1"}},
                    }
                },
                {"Delete": {"TableName": "sessions", "Key": KEY_WIRE}},
            ],
        },
    )
    table.transact(WRITES)


def test_a_lost_transaction_says_what_became_of_each_write(table, stub):
    cancelled(stub, "None", "ConditionalCheckFailed", "TransactionConflict", items=(None, KEY_WIRE))
    with pytest.raises(TransactionLost) as lost:
        table.transact(WRITES)
    assert [(fate.failed, fate.contended, fate.item) for fate in lost.value.fates] == [
        (False, False, None),
        (True, False, KEY),
        (False, True, None),
    ]
    assert isinstance(lost.value, PreconditionFailed)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("ThrottlingError", AwsUnavailable), ("ValidationError", AwsRefused)],
)
def test_a_transaction_cancelled_for_other_reasons_is_no_lost_race(table, stub, code, kind):
    cancelled(stub, "ConditionalCheckFailed", code, "None")
    with pytest.raises(kind):
        table.transact(WRITES)
