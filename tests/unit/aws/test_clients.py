"""Clients with timeouts of their own, one set per process; and what a dead endpoint costs."""

import multiprocessing
import os
import socket
import time
from contextlib import closing

import pytest

from storefront.aws import DYNAMODB, AwsClientSettings, AwsUnavailable, ClientFactory, DynamoTable
from storefront.core import Reason

SOON = 5.0  # seconds: botocore's defaults would need minutes


def test_every_client_has_its_numbers(factory):
    config = factory.dynamodb().meta.config
    assert (config.connect_timeout, config.read_timeout) == (0.2, 0.3)
    assert config.retries == {"mode": "standard", "total_max_attempts": 2}
    assert factory.events().meta.config.read_timeout == 2.0
    assert pytest.approx(1.0) == DYNAMODB.worst_case


def test_a_client_is_made_once_per_settings(factory):
    other = AwsClientSettings(connect_timeout=0.1, read_timeout=0.25, attempts=1)
    assert factory.dynamodb() is factory.dynamodb()
    assert factory.dynamodb(other) is not factory.dynamodb()


def test_making_the_factory_makes_no_client(factory):
    assert factory._clients == {}


def test_settings_can_name_an_endpoint_of_their_own(factory):
    elsewhere = AwsClientSettings(0.1, 0.25, 1, endpoint_url="http://127.0.0.1:7")
    assert factory.dynamodb(elsewhere).meta.endpoint_url == "http://127.0.0.1:7"
    assert factory.dynamodb().meta.endpoint_url == "http://127.0.0.1:9"


def test_without_an_endpoint_it_is_aws_itself():
    assert "amazonaws.com" in ClientFactory("eu-west-1", "").dynamodb().meta.endpoint_url


def test_a_fork_makes_clients_of_its_own(factory):
    mine = id(factory.dynamodb())
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()

    def child():
        kept = factory._clients
        results.put((os.getpid(), id(factory.dynamodb()) == mine, kept is factory._clients))

    process = context.Process(daemon=True, target=child)
    process.start()
    pid, same_client, same_cache = results.get()
    process.join(10)
    assert pid != os.getpid()
    assert not same_client
    assert not same_cache


def table_at(port, resource):
    factory = ClientFactory("eu-west-1", f"http://127.0.0.1:{port}")
    return DynamoTable("sessions", factory.dynamodb, resource)


def test_a_hung_table_costs_its_timeouts_and_no_more(resource):
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:  # accepts in the backlog, never answers
        table = table_at(listener.getsockname()[1], resource)
        started = time.monotonic()
        with pytest.raises(AwsUnavailable) as raised:
            table.get_item({"pk": "a"})
        assert raised.value.reason is Reason.TIMEOUT
        assert time.monotonic() - started < SOON


def test_a_refused_connection_was_certainly_not_used(resource):
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(AwsUnavailable) as raised:
        table_at(port, resource).get_item({"pk": "a"})
    assert raised.value.reason is Reason.CONNECTION
    assert not raised.value.sent


def test_missing_credentials_are_an_outage_by_name(resource, monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(AwsUnavailable) as raised:
        table_at(9, resource).get_item({"pk": "a"})
    assert raised.value.reason is Reason.CREDENTIALS
