"""A queue and a distribution over botocore's own clients: what is asked of AWS, and what errors become."""

import pytest
from botocore.stub import ANY, Stubber

from storefront.aws import SQS, AwsUnavailable, Distribution, Message, SqsQueue
from storefront.aws.cloudfront import CLOUDFRONT
from storefront.core import Reason

URL = "http://127.0.0.1:9/queue"


@pytest.fixture
def sqs(factory):
    client = factory.client("sqs", SQS)
    with Stubber(client) as stubber:
        stubber.add_response("get_queue_url", {"QueueUrl": URL}, {"QueueName": "purges"})
        yield client, stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def queue(sqs, resource):
    return SqsQueue(lambda: sqs[0], resource, "purges")


def test_it_polls_long_and_counts_deliveries(queue, sqs):
    found = {"ReceiptHandle": "r", "Body": "b", "Attributes": {"ApproximateReceiveCount": "3"}}
    asked = {
        "QueueUrl": URL,
        "MaxNumberOfMessages": 10,
        "WaitTimeSeconds": 7,
        "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
    }
    sqs[1].add_response("receive_message", {"Messages": [found]}, asked)
    sqs[1].add_response("receive_message", {}, asked)
    assert queue.receive(7) == [Message("r", "b", 3)]
    assert queue.receive(7) == []


def test_it_deletes_and_hides_ten_at_a_time(queue, sqs, telemetry):
    messages = [Message(f"r{number}", "") for number in range(12)]
    failed = {"Id": "0", "SenderFault": False, "Code": "InternalError"}
    sqs[1].add_response("delete_message_batch", {"Successful": [], "Failed": [failed]}, ANY_BATCH)
    sqs[1].add_response("delete_message_batch", {"Successful": [], "Failed": []}, ANY_BATCH)
    queue.delete(messages)
    assert telemetry.events.value("queue", "not_deleted") == 1
    hidden = [{"Id": "0", "ReceiptHandle": "r0", "VisibilityTimeout": 30}]
    sqs[1].add_response(
        "change_message_visibility_batch",
        {"Successful": [], "Failed": []},
        {"QueueUrl": URL, "Entries": hidden},
    )
    queue.hide(messages[:1], 30)


ANY_BATCH = {"QueueUrl": URL, "Entries": ANY}


def test_it_tells_how_many_wait(queue, sqs):
    sqs[1].add_response("get_queue_attributes", {"Attributes": {"ApproximateNumberOfMessages": "12"}})
    assert queue.waiting() == 12


def test_an_answer_that_does_not_come_is_an_outage(queue, sqs):
    sqs[1].add_client_error("receive_message", "OverLimit", http_status_code=403)
    with pytest.raises(AwsUnavailable):
        queue.receive(1)


def test_a_distribution_is_told_of_paths_and_tags_in_one_batch(factory, resource):
    client = factory.client("cloudfront", CLOUDFRONT)
    items = ["#product:rug", "/ie/en/"]
    batch = {"Paths": {"Quantity": 2, "Items": items}, "CallerReference": ANY}
    answer = {
        "Location": "x",
        "Invalidation": {
            "Id": "I1",
            "Status": "InProgress",
            "CreateTime": "2026-11-23T09:00:00Z",
            "InvalidationBatch": {"Paths": {"Quantity": 2, "Items": items}, "CallerReference": "r"},
        },
    }
    with Stubber(client) as stubber:
        stubber.add_response(
            "create_invalidation", answer, {"DistributionId": "E1", "InvalidationBatch": batch}
        )
        stubber.add_client_error("create_invalidation", "Throttling", http_status_code=400)
        distribution = Distribution(lambda: client, resource, "E1")
        assert distribution.invalidate(items) == "I1"
        with pytest.raises(AwsUnavailable) as raised:
            distribution.invalidate(items)
    assert raised.value.reason is Reason.THROTTLED
