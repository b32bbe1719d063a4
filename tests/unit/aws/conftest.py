"""Clients of botocore's own, with answers laid out beforehand; credentials that reach nobody."""

import pytest
from botocore.stub import Stubber

from storefront.aws import ClientFactory
from storefront.core import ManualClock
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry


@pytest.fixture(autouse=True)
def _credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def factory():
    return ClientFactory("eu-west-1", "http://127.0.0.1:9")


@pytest.fixture
def telemetry():
    return Telemetry()


@pytest.fixture
def resource(telemetry):
    return Resource(ResourceSettings("dynamodb", 8), telemetry, ManualClock())


@pytest.fixture
def dynamodb(factory):
    client = factory.dynamodb()
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()
