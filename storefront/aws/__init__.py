"""The only door to AWS: clients with timeouts; table, user pool, events, queue, CDN. No other boto3."""

from storefront.aws.attributes import Item
from storefront.aws.clients import DYNAMODB, EVENTBRIDGE, AwsClientSettings, ClientFactory, load_models
from storefront.aws.cloudfront import CLOUDFRONT, MOST_ITEMS, MOST_WILDCARDS, Distribution
from storefront.aws.cognito import COGNITO, UserPoolCalls
from storefront.aws.errors import AwsRefused, AwsUnavailable, ConditionFailed, translate
from storefront.aws.events import EventPublisher
from storefront.aws.queue import SQS, Message, SqsQueue
from storefront.aws.table import DynamoTable
from storefront.aws.transaction import Fate, TableWrite, TransactionLost

__all__ = [
    "CLOUDFRONT",
    "COGNITO",
    "DYNAMODB",
    "EVENTBRIDGE",
    "MOST_ITEMS",
    "MOST_WILDCARDS",
    "SQS",
    "AwsClientSettings",
    "AwsRefused",
    "AwsUnavailable",
    "ClientFactory",
    "ConditionFailed",
    "Distribution",
    "DynamoTable",
    "EventPublisher",
    "Fate",
    "Item",
    "Message",
    "SqsQueue",
    "TableWrite",
    "TransactionLost",
    "UserPoolCalls",
    "load_models",
    "translate",
]
