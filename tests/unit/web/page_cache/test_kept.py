"""What is kept and what never is: every reason, one by one."""

import pytest

from storefront.web.page_cache.rules import why_not
from tests.unit.web.page_cache.toys import PATH, PUBLIC, Host


def test_a_public_page_is_made_once(host, toy):
    assert [host.source(), host.source(), host.source()] == ["rendered", "memory", "memory"]
    assert toy.count == 1


def test_another_process_finds_it_in_the_store(host, other, toy):
    host.ask()
    assert other.source() == "redis"
    assert other.source() == "memory"
    assert toy.count == 1


def test_without_memory_every_hit_comes_from_the_store(redis, clock, toy):
    host = Host(redis, clock, toy, megabytes=0)
    assert [host.source(), host.source(), host.source()] == ["rendered", "redis", "redis"]
    assert toy.count == 1


def test_what_belongs_to_one_answer_is_not_kept(host):
    assert host.ask().get("Server-Timing").startswith("total;dur=1, cache;")
    again = host.ask()
    assert again.get("Server-Timing") == 'cache;desc="memory"'
    assert not again.names & {"x-request-id", "date", "age"}


@pytest.mark.parametrize(
    "status", ["404 Not Found", "302 Found", "503 Service Unavailable", "204 No Content"]
)
def test_other_answers_than_200_are_not_kept(host, toy, status):
    toy.status = status
    assert [host.ask().status, host.ask().status] == [int(status[:3])] * 2
    assert toy.count == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Set_Cookie": "s=1"},
        {"Cache_Control": "private, no-store"},
        {"Cache_Control": "public, no-store"},
        {"Cache_Control": "max-age=60"},
        {"Cache_Control": ""},
        {"Vary": "Accept-Encoding, Cookie"},
        {"Vary": "*"},
        {"Vary": "Accept-Language"},
        {"Content_Encoding": "gzip"},
    ],
    ids=str,
)
def test_an_answer_that_may_be_somebodys_own_is_not_kept(host, toy, redis, headers):
    toy.say(**headers)
    host.ask()
    host.ask()
    assert toy.count == 2
    assert not [key for key in redis.data if ":page:" in key]


def test_a_private_route_is_not_kept_whatever_its_headers_say(host, toy):
    toy.public = False
    host.ask()
    host.ask()
    assert toy.count == 2


def test_the_reasons_have_names():
    fine = {"cache-control": PUBLIC}
    assert why_not(200, fine, 0, public=True, size=10) == ""
    assert why_not(404, fine, 0, public=True, size=10) == "status"
    assert why_not(200, fine, 0, public=False, size=10) == "private_route"
    assert why_not(200, fine, 1, public=True, size=10) == "cookie"
    assert why_not(200, {}, 0, public=True, size=10) == "cache_control"
    assert why_not(200, {**fine, "vary": "Cookie"}, 0, public=True, size=10) == "vary"
    assert why_not(200, {**fine, "content-encoding": "br"}, 0, public=True, size=10) == "encoded"
    assert why_not(200, fine, 0, public=True, size=10**8) == "too_large"


@pytest.mark.parametrize(
    "more",
    [
        {"method": "POST"},
        {"method": "PUT"},
        {"method": "OPTIONS"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "testserver:8080"},
        {"HTTP_HOST": None},
        {"HTTP_HX_REQUEST": "true"},
        {"HTTP_RANGE": "bytes=0-9"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
        {"CONTENT_LENGTH": "3", "body": b"a=b"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"SCRIPT_NAME": "/evil"},
    ],
    ids=str,
)
def test_requests_that_are_not_for_the_plain_page_go_to_django(host, toy, more):
    host.ask()
    host.ask(**more)
    assert toy.count == 2
    assert toy.asked[-1].get("HTTP_RANGE") == more.get("HTTP_RANGE")


@pytest.mark.parametrize(
    "path",
    [
        "/ie/en/cart/",
        "/ie/en/checkout/",
        "/ie/en/fragments/personal/summary/",
        "/ie/en/no/such/page/",
        "/p/meadow-cushion/",
        "/ie/en/p/meadow-cushion",
        "/ie/en/robots.txt",
        "/static/css/site.css",
        "/healthz",
        "/ie/en/p/\xff/",
        "/ie/en/p/meadow\0cushion/",
        "",
    ],
)
def test_other_addresses_are_left_alone(host, toy, path):
    host.ask(path)
    host.ask(path)
    assert toy.count == 2
    assert toy.asked[-1]["REMOTE_ADDR"] == "192.0.2.7"


def test_who_must_come_over_tls_gets_no_copy_without_it(redis, clock, toy, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    host = Host(redis, clock, toy)
    assert host.source(HTTP_X_FORWARDED_PROTO="https") == "rendered"
    assert toy.asked[-1]["HTTP_X_FORWARDED_PROTO"] == "https"
    assert host.source(HTTP_X_FORWARDED_PROTO="https") == "memory"
    host.ask(HTTP_X_FORWARDED_PROTO="http")
    host.ask()
    assert toy.count == 3


def test_a_bug_behind_the_cache_is_not_kept_and_not_hidden(host, toy):
    toy.error = RuntimeError("bug")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="bug"):
            host.ask()
    toy.error = None
    assert host.source() == "rendered"


def test_pages_are_counted_by_how_they_were_come_by(host, other):
    host.ask()
    host.ask()
    other.ask()
    assert host.process.telemetry.cache_lookups.value("page", "rendered") == 1
    assert host.process.telemetry.cache_lookups.value("page", "memory") == 1
    assert other.process.telemetry.cache_lookups.value("page", "redis") == 1


def test_memory_stays_within_its_bounds(redis, clock, toy):
    host = Host(redis, clock, toy, megabytes=1)
    toy.say(Content_Type="image/png")  # which is not compressed
    toy.text = "x" * 100_000
    for number in range(30):
        host.ask(f"/ie/en/p/product-{number}/")
    memory = host.app._parts.layers._memory
    assert memory._bytes <= 1024 * 1024
    assert 5 < len(memory._pages) < 11
    assert host.source("/ie/en/p/product-0/") == "redis"
    assert host.source(PATH) == "rendered"
