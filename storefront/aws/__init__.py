"""The only door to AWS: clients with timeouts, a typed table, a user pool, events. No other boto3."""

from storefront.aws.attributes import Item
from storefront.aws.clients import DYNAMODB, EVENTBRIDGE, AwsClientSettings, ClientFactory
from storefront.aws.cognito import COGNITO, UserPoolCalls
from storefront.aws.errors import AwsRefused, AwsUnavailable, ConditionFailed, translate
from storefront.aws.events import EventPublisher
from storefront.aws.table import DynamoTable

__all__ = [
    "COGNITO",
    "DYNAMODB",
    "EVENTBRIDGE",
    "AwsClientSettings",
    "AwsRefused",
    "AwsUnavailable",
    "ClientFactory",
    "ConditionFailed",
    "DynamoTable",
    "EventPublisher",
    "Item",
    "UserPoolCalls",
    "translate",
]
