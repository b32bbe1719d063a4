"""The data stack on the emulators: deployed twice without a change, and behaving as the tiers rely on."""

import base64
import json
import re
import urllib.request

import pytest
import redis
from botocore.exceptions import ClientError

from dev.ports import HOST
from dev.provision import DEMO_ACCOUNTS, STACK_NAME, TEMPLATE, deploy, provision
from dev.stack.devstack import DevStack
from dev.stack.environment import web_origin
from dev.stack.errors import StackError


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with DevStack(tmp_path_factory.mktemp("stack"), services=("ministack", "valkey")) as running:
        yield running


def receive(stack, url, *, wait=5):
    """All messages of a queue, taken off it, in order; waits up to `wait` seconds for the first."""
    sqs = stack.boto("sqs")
    taken = []
    while True:
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0 if taken else wait)
        messages = got.get("Messages", [])
        if not messages:
            return taken
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        taken += [message["Body"] for message in messages]


def test_deploying_again_changes_nothing(stack):
    events = stack.boto("cloudformation").describe_stack_events(StackName=STACK_NAME)["StackEvents"]

    again = provision(stack.ports.ministack, web_origin(stack.ports))

    assert again == stack.provisioned
    assert stack.boto("cloudformation").describe_stack_events(StackName=STACK_NAME)["StackEvents"] == events


def test_every_table_has_its_keys_and_expiring_ones_their_clock(stack):
    dynamodb = stack.boto("dynamodb")
    keys, clocks = {}, set()
    for name in dynamodb.list_tables()["TableNames"]:
        table = dynamodb.describe_table(TableName=name)["Table"]
        short = name.removeprefix("storefront-")
        keys[short] = [key["AttributeName"] for key in table["KeySchema"]]
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        if ttl["TimeToLiveStatus"] == "ENABLED":
            assert ttl["AttributeName"] == "expires_at"
            clocks.add(short)

    assert {name for name, key in keys.items() if key == ["pk"]} == {
        *("sessions", "stock", "carts", "idempotency", "payments", "lists")
    }
    assert {name for name, key in keys.items() if key == ["pk", "sk"]} == {
        *("catalog", "orders", "customers", "stores", "content", "reviews", "promotions"),
        *("flags", "experiments"),
    }
    assert len(keys) == 15
    assert clocks == {"sessions", "carts", "idempotency", "customers", "lists", "experiments"}


def test_a_customers_orders_are_found_by_time(stack):
    dynamodb = stack.boto("dynamodb")
    for number, day in enumerate(("02", "01")):
        item = {
            "pk": f"order-{number}",
            "sk": "order",
            "customer_id": "c1",
            "created_at": f"2026-11-{day}T00:00:00Z",
        }
        dynamodb.put_item(
            TableName="storefront-orders", Item={key: {"S": value} for key, value in item.items()}
        )

    found = dynamodb.query(
        TableName="storefront-orders",
        IndexName="customer",
        KeyConditionExpression="customer_id = :c",
        ExpressionAttributeValues={":c": {"S": "c1"}},
    )["Items"]

    assert [item["pk"]["S"] for item in found] == ["order-1", "order-0"]


def test_one_order_sent_twice_is_one_message(stack):
    sqs, url = stack.boto("sqs"), stack.provisioned.order_queue_url
    sent = [
        sqs.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId="o1", MessageDeduplicationId="o1-placed"
        )
        for body in ("first", "again, worded otherwise")
    ]

    assert sent[0]["MessageId"] == sent[1]["MessageId"]
    assert receive(stack, url) == ["first"]


def test_an_order_message_without_its_own_id_is_refused(stack):
    with pytest.raises(ClientError, match=r"MessageDeduplicationId|ContentBasedDeduplication"):
        stack.boto("sqs").send_message(
            QueueUrl=stack.provisioned.order_queue_url, MessageBody="x", MessageGroupId="o2"
        )


def test_messages_of_one_order_keep_their_order(stack):
    sqs, url = stack.boto("sqs"), stack.provisioned.order_queue_url
    for step in ("placed", "paid", "shipped"):
        sqs.send_message(
            QueueUrl=url, MessageBody=step, MessageGroupId="o3", MessageDeduplicationId=f"o3-{step}"
        )

    assert receive(stack, url) == ["placed", "paid", "shipped"]


def test_a_message_that_cannot_be_handled_ends_in_the_dead_letter_queue(stack):
    attributes = stack.boto("sqs").get_queue_attributes(
        QueueUrl=stack.provisioned.order_queue_url, AttributeNames=["RedrivePolicy"]
    )["Attributes"]

    policy = json.loads(attributes["RedrivePolicy"])
    assert policy["deadLetterTargetArn"].endswith(":storefront-orders-dead.fifo")
    # Looking into a queue counts as a delivery, and locally people look; a deployment gets the default.
    assert int(policy["maxReceiveCount"]) == 1000
    template = TEMPLATE.read_text(encoding="utf-8")
    assert re.search(r"MostDeliveries:\n    Type: Number\n    Default: 5\n", template)


def test_an_event_on_the_bus_reaches_the_event_queue_and_one_elsewhere_does_not(stack):
    events = stack.boto("events")
    entry = {"Source": "storefront.orders", "DetailType": "OrderPlaced", "Detail": '{"order_id": "ord_1"}'}
    answer = events.put_events(
        Entries=[
            {**entry, "EventBusName": stack.provisioned.event_bus},
            {**entry, "Detail": '{"order_id": "ord_2"}'},
        ]
    )

    assert answer["FailedEntryCount"] == 0
    received = [json.loads(body) for body in receive(stack, stack.provisioned.event_queue_url)]
    assert [event["detail"]["order_id"] for event in received] == ["ord_1"]
    assert received[0]["detail-type"] == "OrderPlaced"


def test_media_are_private_encrypted_and_versioned(stack):
    s3, bucket = stack.boto("s3"), stack.provisioned.media_bucket
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]

    assert set(blocked.values()) == {True}
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_the_demo_accounts_are_confirmed_and_in_their_groups(stack):
    people, pool = stack.boto("cognito-idp"), stack.provisioned.user_pool_id
    for account in DEMO_ACCOUNTS:
        user = people.admin_get_user(UserPoolId=pool, Username=account.email)
        groups = people.admin_list_groups_for_user(UserPoolId=pool, Username=account.email)["Groups"]

        assert user["UserStatus"] == "CONFIRMED"
        assert [group["GroupName"] for group in groups] == [account.group]
    assert {group["GroupName"] for group in people.list_groups(UserPoolId=pool)["Groups"]} == {
        "shopper",
        "merchandiser",
        "approver",
        "ops",
    }


def test_the_client_signs_in_by_srp_only_and_does_not_tell_who_exists(stack):
    client = stack.boto("cognito-idp").describe_user_pool_client(
        UserPoolId=stack.provisioned.user_pool_id, ClientId=stack.provisioned.client_id
    )["UserPoolClient"]

    # No ALLOW_REFRESH_TOKEN_AUTH: a pool of AWS would not rotate refresh tokens with it.
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert "ClientSecret" not in client
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["CallbackURLs"] == [f"{web_origin(stack.ports)}/account/callback/"]
    assert client["LogoutURLs"] == [f"{web_origin(stack.ports)}/account/sign-out/"]


def test_the_key_set_holds_real_rsa_keys(stack):
    assert stack.provisioned.jwks_url.startswith(f"http://{HOST}:")
    with urllib.request.urlopen(stack.provisioned.jwks_url, timeout=5) as answer:
        keys = json.load(answer)["keys"]

    assert keys
    for key in keys:
        modulus = base64.urlsafe_b64decode(key["n"] + "=" * (-len(key["n"]) % 4))
        assert len(modulus) * 8 >= 2048


def test_the_cache_is_a_cluster_so_that_keys_of_two_slots_do_not_mix(stack):
    with redis.Redis(host=HOST, port=stack.ports.valkey, socket_timeout=2) as cache:
        assert cache.set("card:1", "x")
        with pytest.raises(redis.ResponseError, match="same slot"):
            cache.mget("card:1", "card:2")


def test_a_template_that_fails_says_which_resource_and_why(stack, monkeypatch, tmp_path):
    """A changed template is an update; one that cannot be had leaves the stack as it was."""
    before = stack.boto("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]["Outputs"]
    broken = tmp_path / "broken.yaml"
    group = {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": "eu-west-1_Nowhere01"}}
    broken.write_text(
        TEMPLATE.read_text().replace("\nOutputs:\n", f"\n  Lost: {json.dumps(group)}\n\nOutputs:\n")
    )
    monkeypatch.setattr("dev.provision.TEMPLATE", broken)

    with pytest.raises(StackError, match=r"could not be deployed:[\s\S]*Lost: .*(pool|Pool)"):
        deploy(stack.boto("cloudformation"))
    monkeypatch.undo()
    deploy(stack.boto("cloudformation"))
    after = stack.boto("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]["Outputs"]
    assert after == before


def test_what_was_stored_outlives_a_stop_and_a_move_to_other_ports(tmp_path):
    with DevStack(tmp_path, services=("ministack",)) as first:
        first.boto("dynamodb").put_item(
            TableName="storefront-carts", Item={"pk": {"S": "cart-1"}, "expires_at": {"N": "4102444800"}}
        )
        first.boto("s3").put_object(Bucket=first.provisioned.media_bucket, Key="a.txt", Body=b"kept")
        url = first.provisioned.order_queue_url
        first.boto("sqs").send_message(
            QueueUrl=url, MessageBody="kept", MessageGroupId="o", MessageDeduplicationId="o"
        )
        pool = first.provisioned.user_pool_id

    with DevStack(tmp_path, services=("ministack",)) as second:
        cart = second.boto("dynamodb").get_item(TableName="storefront-carts", Key={"pk": {"S": "cart-1"}})
        body = (
            second.boto("s3").get_object(Bucket=second.provisioned.media_bucket, Key="a.txt")["Body"].read()
        )
        assert cart["Item"]["pk"]["S"] == "cart-1"
        assert body == b"kept"
        assert second.provisioned.user_pool_id == pool
        assert f":{second.ports.ministack}/" in second.provisioned.order_queue_url
        assert receive(second, second.provisioned.order_queue_url) == ["kept"]
