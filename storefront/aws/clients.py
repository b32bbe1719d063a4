"""boto3 clients: made lazily, once per process, each with timeouts and retries of its own.

botocore's defaults would wait a minute for a connection and another for an answer, and since 1.44 retry a
throttled table for five seconds: no client is made here without its own numbers.
"""

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.loaders import Loader, create_loader
from botocore.session import Session

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient


@dataclass(frozen=True, slots=True)
class AwsClientSettings:
    """Times in seconds per attempt; `attempts` counts all tries; `pool_size` connections kept per process."""

    connect_timeout: float
    read_timeout: float
    attempts: int
    pool_size: int = 16
    # Lex, Personalize and other stand-ins may live elsewhere than the factory's endpoint.
    endpoint_url: str | None = None
    # Public operations need no credentials, so none are looked for.
    unsigned: bool = False

    @property
    def worst_case(self) -> float:
        """Seconds that a call can take at most, pauses between attempts apart."""
        return (self.connect_timeout + self.read_timeout) * self.attempts


DYNAMODB = AwsClientSettings(connect_timeout=0.2, read_timeout=0.3, attempts=2)
EVENTBRIDGE = AwsClientSettings(connect_timeout=0.2, read_timeout=2.0, attempts=1, pool_size=2)


def load_models(services: Iterable[str]) -> None:
    """Read what botocore knows of services, some megabytes each: what is read before a fork is shared."""
    loader = _models()
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        loader.load_data(name)
    for service in services:
        for kind in ("service-2", "endpoint-rule-set-1"):
            loader.load_service_model(service, kind)


@cache
def _models() -> Loader:
    """What has been read of botocore's files; it only ever adds to it."""
    return create_loader()


class ClientFactory:
    """Makes and keeps clients per (service, settings) and process. Thread-safe; opens nothing when made.

    `endpoint_url` empty or None means AWS itself. Credentials come from botocore's own chain.
    """

    def __init__(self, region: str, endpoint_url: str | None = None) -> None:
        self._region = region
        self._endpoint_url = endpoint_url or None
        self._lock = threading.Lock()
        self._pid = 0
        self._clients: dict[tuple[str, AwsClientSettings], Any] = {}

    def dynamodb(self, settings: AwsClientSettings = DYNAMODB) -> "DynamoDBClient":
        """A client of DynamoDB."""
        return cast("DynamoDBClient", self.client("dynamodb", settings))

    def events(self, settings: AwsClientSettings = EVENTBRIDGE) -> "EventBridgeClient":
        """A client of EventBridge."""
        return cast("EventBridgeClient", self.client("events", settings))

    def cognito(self, settings: AwsClientSettings) -> "CognitoIdentityProviderClient":
        """A client of Cognito's user pools."""
        return cast("CognitoIdentityProviderClient", self.client("cognito-idp", settings))

    def client(self, service: str, settings: AwsClientSettings) -> Any:
        """The client of any service, by botocore's name for it."""
        with self._lock:
            if self._pid != os.getpid():
                # Clients inherited through fork share sockets with the parent: forget them.
                self._clients = {}
                self._pid = os.getpid()
            key = (service, settings)
            if key not in self._clients:
                self._clients[key] = self._new(service, settings)
            return self._clients[key]

    def _new(self, service: str, settings: AwsClientSettings) -> Any:
        # A session per client: making clients from a shared one is not thread-safe, and this lock is held.
        core = Session()
        core.register_component("data_loader", _models())
        session = boto3.session.Session(region_name=self._region, botocore_session=core)
        make = cast("Any", session.client)
        paths = _models().search_paths  # to which each session of boto3 adds its own
        paths[:] = dict.fromkeys(paths)
        return make(
            service,
            endpoint_url=settings.endpoint_url or self._endpoint_url,
            config=Config(
                signature_version=UNSIGNED if settings.unsigned else None,
                connect_timeout=settings.connect_timeout,
                read_timeout=settings.read_timeout,
                retries={"mode": "standard", "total_max_attempts": settings.attempts},
                max_pool_connections=settings.pool_size,
                proxies={},
                tcp_keepalive=True,
                parameter_validation=True,
            ),
        )
