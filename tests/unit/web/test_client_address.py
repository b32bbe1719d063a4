"""Who asks: the address that the outermost of our own proxies saw, and nothing that a browser may claim."""

import pytest
from django.test import RequestFactory

from storefront.web.client_address import client_name


def name_of(*, hops: int, forwarded: str = "", remote: str = "10.0.0.1", settings) -> str:
    settings.PROXY_HOPS = hops
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client_name(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


@pytest.mark.parametrize(
    ("hops", "forwarded", "same_as"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_what_counts_is_what_our_proxies_saw(settings, hops, forwarded, same_as):
    expected = name_of(hops=0, remote=same_as, settings=settings)
    assert name_of(hops=hops, forwarded=forwarded, settings=settings) == expected


def test_the_address_itself_is_not_in_the_name(settings):
    assert "203.0.113.9" not in name_of(hops=1, forwarded="203.0.113.9", settings=settings)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:DB8:1:2:0:0:0:1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_an_ipv6_address_is_known_by_its_network(settings, one, other, same):
    names = [name_of(hops=0, remote=address, settings=settings) for address in (one, other)]
    assert (names[0] == names[1]) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9:4711", "203.0.113.9:4712", True),
        ("203.0.113.9:4711", "203.0.113.9", True),
        ("203.0.113.9:4711", "203.0.113.8:4711", False),
        ("[2001:db8:1:2::1]:4711", "2001:db8:1:2::9", True),
        ("[2001:db8:1:2::1]", "2001:db8:1:3::1", False),
        ("a word", "another", True),
        ("[", "203.0.113.9:x", True),
        ("unknown", "203.0.113.9", False),
    ],
)
def test_neither_a_port_nor_a_word_makes_another_client(settings, one, other, same):
    names = [name_of(hops=1, forwarded=address, settings=settings) for address in (one, other)]
    assert (names[0] == names[1]) is same
