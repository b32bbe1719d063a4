"""A person moves a server with one variable, and a bad value is refused by a line that names it."""

import socket
from dataclasses import fields
from pathlib import Path

import pytest

from config.upstreams import Upstreams
from dev.ports import (
    HOST,
    WEB_TUNING,
    ConfigurationError,
    Ports,
    base_environment,
    kafka_wanted,
    wanted_shop_name,
    warehouse_wanted,
    web_tuning,
)


def test_nothing_set_means_the_documented_ports():
    ports = Ports.from_environment({})

    assert (ports.web, ports.backend, ports.ministack) == (8000, 8001, 4566)
    assert (ports.valkey, ports.valkey_bus, ports.search, ports.kafka) == (6390, 16390, 9201, 9094)


def test_a_variable_moves_its_server_and_an_empty_one_does_not():
    ports = Ports.from_environment({"WEB_PORT": "9000", "BACKEND_PORT": ""})

    assert (ports.web, ports.backend) == (9000, 8001)


@pytest.mark.parametrize(("port", "bus"), [("7000", 17_000), ("60000", 50_000)])
def test_the_cluster_bus_moves_with_valkey(port, bus):
    assert Ports.from_environment({"VALKEY_PORT": port}).valkey_bus == bus


@pytest.mark.parametrize("value", ["0", "65536", "-1", "80.5", "http", "٨٠", " 80"])
def test_a_value_that_is_no_port_is_refused_by_name(value):
    with pytest.raises(ConfigurationError, match=r"^SEARCH_PORT is .*: a port is a whole number"):
        Ports.from_environment({"SEARCH_PORT": value})


def test_two_servers_on_one_port_are_refused_by_both_names():
    with pytest.raises(ConfigurationError, match="BACKEND_PORT and WEB_PORT are both 9000"):
        Ports.from_environment({"WEB_PORT": "9000", "BACKEND_PORT": "9000"})


def test_free_ports_can_be_bound_and_differ():
    ports = Ports.free()
    ports.refuse_clashes()

    with socket.socket() as server:
        server.bind((HOST, ports.web))


def test_a_developers_own_aws_and_proxy_settings_stay_out():
    inherited = base_environment(
        {"PATH": "/bin", "AWS_PROFILE": "work", "HTTP_PROXY": "http://proxy", "PYTHONPATH": "/x"}
    )

    assert inherited == {"PATH": "/bin"}


def test_settings_of_the_web_tier_are_passed_on_and_the_stacks_own_are_not():
    wanted = web_tuning(
        {
            "PAGE_CACHE": "off",
            "SEARCH_READ_TIMEOUT": "2",
            "LOG_LEVEL": "",
            "SECRET_KEY": "x",
            "REDIS_URL": "y",
        }
    )

    assert wanted == {"PAGE_CACHE": "off", "SEARCH_READ_TIMEOUT": "2"}


def test_every_setting_that_is_passed_on_is_in_the_reference():
    told = (Path(__file__).parents[3] / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert [name for name in WEB_TUNING if f"`{name}`" not in told] == []
    assert all(web_tuning({f"{one.name.upper()}_SHARE": "1"}) for one in fields(Upstreams))


@pytest.mark.parametrize(("value", "wanted"), [("1", True), ("0", False), ("", False)])
def test_kafka_is_asked_for_by_a_one(value, wanted):
    assert kafka_wanted({"KAFKA": value}) is wanted


def test_kafka_refuses_anything_else():
    with pytest.raises(ConfigurationError, match="KAFKA is 'yes'"):
        kafka_wanted({"KAFKA": "yes"})


def test_the_shops_name_is_trimmed_and_may_be_left_out():
    assert wanted_shop_name({"SHOP_NAME": "  Harbour & Sons "}) == "Harbour & Sons"
    assert wanted_shop_name({}) == ""


@pytest.mark.parametrize("value", ["x" * 61, "two\nlines", "a\x1b[2Jb"])
def test_a_name_that_no_header_can_show_is_refused(value):
    with pytest.raises(ConfigurationError, match=r"^SHOP_NAME is "):
        wanted_shop_name({"SHOP_NAME": value})


@pytest.mark.parametrize(("value", "wanted"), [("", True), ("1", True), ("0", False)])
def test_the_warehouse_works_unless_told_not_to(value: str, wanted: bool) -> None:
    assert warehouse_wanted({"WAREHOUSE": value}) is wanted


def test_an_odd_wish_about_the_warehouse_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="WAREHOUSE"):
        warehouse_wanted({"WAREHOUSE": "no"})
