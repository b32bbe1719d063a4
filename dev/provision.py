"""Deploys infra/data-stack.yaml to the local endpoint and makes two demo accounts; repeating changes nothing.

CloudFormation and not a list of create calls, so that what runs here is what is deployed.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3.session
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from dev.ports import HOST
from dev.stack.emulators import REGION, REPOSITORY
from dev.stack.errors import StackError

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATE = REPOSITORY / "infra" / "data-stack.yaml"
STACK_NAME = "storefront-data"
TABLE_PREFIX = "storefront-"
EVENT_BUS = "storefront"
ORDER_QUEUE = "storefront-orders"
SHOP = f"http://{HOST}:8000"
# Tables of the template whose items end by themselves, and the attribute (Unix seconds) that says when.
EXPIRING = ("sessions", "carts", "idempotency", "customers", "lists", "experiments")
EXPIRY_ATTRIBUTE = "expires_at"
DEPLOY_SECONDS = 60.0
POLL_SECONDS = 0.1
# A stack in one of these can only be deleted (CloudFormation user guide, stack status codes).
BEYOND_REPAIR = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"})


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that a visitor of the local shop can sign in with; its password is public."""

    email: str
    password: str
    group: str
    name: str


DEMO_ACCOUNTS = (
    DemoAccount("shopper@example.com", "buy-something-nice", "shopper", "Sasha Shopper"),
    DemoAccount("merchandiser@example.com", "mind-the-window", "merchandiser", "Mika Merchandiser"),
    DemoAccount("approver@example.com", "four-eyes-see-more", "approver", "Ada Approver"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """What the deployed data stack is called and where it is found."""

    region: str
    table_prefix: str
    event_bus: str
    event_queue_url: str
    order_queue: str
    order_queue_url: str
    media_bucket: str
    user_pool_id: str
    client_id: str
    issuer: str
    jwks_url: str


def client(service: str, endpoint: str) -> Any:
    """A boto3 client for the local endpoint that sees no profile, credentials or proxy of the developer's."""
    core = botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    session = boto3.session.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the emulator takes any
        region_name=REGION,
        botocore_session=core,
    )
    config = Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 2}, read_timeout=30)
    make: Any = session.client
    return make(service, endpoint_url=endpoint, config=config)


def provision(ministack_port: int, shop: str = SHOP) -> Provisioned:
    """Create or update the data stack and the demo accounts; `shop` is the origin people come back to.

    Raises:
        StackError: the deployment failed; the message holds the resources that did, with the reason given.
    """
    try:
        return _provision(f"http://{HOST}:{ministack_port}", shop)
    except (BotoCoreError, ClientError) as error:
        raise StackError(f"the data stack could not be deployed: {error}") from error


def _provision(endpoint: str, shop: str) -> Provisioned:
    outputs = deploy(client("cloudformation", endpoint), shop)
    pool = outputs["UserPoolId"]
    people = client("cognito-idp", endpoint)
    for account in DEMO_ACCOUNTS:
        ensure_account(people, pool, account)
    ensure_expiry(client("dynamodb", endpoint))
    return Provisioned(
        region=REGION,
        table_prefix=TABLE_PREFIX,
        event_bus=outputs["EventBusName"],
        event_queue_url=_here(outputs["EventQueueUrl"], endpoint),
        order_queue=f"{ORDER_QUEUE}.fifo",
        order_queue_url=_here(outputs["OrderQueueUrl"], endpoint),
        media_bucket=outputs["MediaBucketName"],
        user_pool_id=pool,
        client_id=outputs["UserPoolClientId"],
        # The emulator signs with the issuer that AWS would use, but serves the keys itself.
        issuer=f"https://cognito-idp.{REGION}.amazonaws.com/{pool}",
        jwks_url=f"{endpoint}/{pool}/.well-known/jwks.json",
    )


def deploy(cloudformation: Any, shop: str = SHOP) -> Mapping[str, str]:
    """Bring the stack to the state of the template; returns its outputs.

    Raises:
        StackError: it did not end in a COMPLETE state within DEPLOY_SECONDS.
    """
    parameters = _parameters(shop)
    request = {
        "StackName": STACK_NAME,
        "TemplateBody": TEMPLATE.read_text(encoding="utf-8"),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    stack = _describe(cloudformation)
    if stack is not None and stack["StackStatus"] in BEYOND_REPAIR:
        cloudformation.delete_stack(StackName=STACK_NAME)
        stack = _settled(cloudformation)
    changed = True
    if stack is None:
        cloudformation.create_stack(**request)
    else:
        changed = _update(cloudformation, request)
    stack = _settled(cloudformation)
    good = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    if not changed:
        # An earlier update has failed and been undone, and the template has since gone back as well.
        good.add("UPDATE_ROLLBACK_COMPLETE")
    if stack is None or stack["StackStatus"] not in good:
        raise StackError(f"the data stack could not be deployed:{_failures(cloudformation)}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _parameters(shop: str) -> Mapping[str, str]:
    """What the template is given here."""
    return {
        "TablePrefix": TABLE_PREFIX,
        "EventBus": EVENT_BUS,
        "OrderQueue": ORDER_QUEUE,
        # Local state is thrown away by deleting a folder.
        "DeletionProtection": "false",
        # Looking into a queue counts as a delivery, and `python -m dev.messages` looks often.
        "MostDeliveries": "1000",
        # The emulator serves the pool's own pages too, at its endpoint (COGNITO_DOMAIN).
        "HostedDomainPrefix": "storefront-local",
        "CallbackUrls": f"{shop}/account/callback/",
        "LogoutUrls": f"{shop}/account/sign-out/",
    }


def ensure_account(people: Any, pool: str, account: DemoAccount) -> None:
    """Create a confirmed account in its group; one that exists keeps its password."""
    try:
        people.admin_get_user(UserPoolId=pool, Username=account.email)
    except people.exceptions.UserNotFoundException:
        people.admin_create_user(
            UserPoolId=pool,
            Username=account.email,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": account.email},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "name", "Value": account.name},
            ],
        )
        people.admin_set_user_password(
            UserPoolId=pool, Username=account.email, Password=account.password, Permanent=True
        )
        people.admin_add_user_to_group(UserPoolId=pool, Username=account.email, GroupName=account.group)


def ensure_expiry(dynamodb: Any) -> None:
    """Switch on the expiry that the template asks for: the emulator's CloudFormation ignores it."""
    for table in EXPIRING:
        name = f"{TABLE_PREFIX}{table}"
        state = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
        if state == "DISABLED":
            wanted = {"Enabled": True, "AttributeName": EXPIRY_ATTRIBUTE}
            dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)


def _here(queue_url: str, endpoint: str) -> str:
    """The queue's URL at today's endpoint; the output holds the port at which it was first deployed."""
    return f"{endpoint}{urlsplit(queue_url).path}"


def _describe(cloudformation: Any) -> Any:
    """The stack's record, or None when there is none."""
    try:
        return cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise


def _update(cloudformation: Any, request: Mapping[str, Any]) -> bool:
    """Ask for the update; False when the stack is as the template says already."""
    try:
        cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" not in error.response["Error"]["Message"]:
            raise
        return False
    return True


def _settled(cloudformation: Any) -> Any:
    """Wait until no operation runs on the stack; boto3's own waiters look only every 30 seconds."""
    deadline = time.monotonic() + DEPLOY_SECONDS
    while (stack := _describe(cloudformation)) is not None and stack["StackStatus"].endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise StackError(f"the data stack is still {stack['StackStatus']} after {DEPLOY_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
    return None if stack is None or stack["StackStatus"] == "DELETE_COMPLETE" else stack


def _failures(cloudformation: Any) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    lines = [
        f"\n    {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]
    return "".join(lines) or " no reason given"
