"""How a kept page is sent: codings, ETags, 304, HEAD; and the log line that each request has."""

import gzip
import io
import json
import logging
import time

import brotli
import pytest

from config.logging import ALLOWED
from storefront.web.kept_headers import SEND
from tests.unit.web.page_cache.toys import PATH


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("", ""),
        ("x" * 8_000, ""),
        (None, ""),
    ],
)
def test_every_client_gets_the_same_page_in_what_it_can_read(host, toy, accept, coding):
    host.ask()
    seen = host.ask(HTTP_ACCEPT_ENCODING=accept)
    assert seen.get("Content-Encoding") == coding
    assert seen.text == toy.text
    assert seen.get("Content-Length") == str(len(seen.raw))
    assert seen.get("Vary") == "Accept-Encoding"
    assert toy.count == 1


def test_pages_are_stored_in_both_codings_and_no_other(host, toy):
    host.ask()
    page = next(iter(host.app._parts.layers._memory._pages.values())).page
    assert set(page.bodies) == {"br", "gzip"}
    assert brotli.decompress(page.bodies["br"]) == gzip.decompress(page.bodies["gzip"]) == toy.text.encode()


def test_small_and_binary_answers_are_kept_as_they_are(host, toy):
    toy.text = "User-agent: *"
    for accept in ("br", "gzip", ""):
        seen = host.ask(HTTP_ACCEPT_ENCODING=accept)
        assert (seen.get("Content-Encoding"), seen.raw) == ("", b"User-agent: *")


def test_each_coding_has_a_strong_etag_of_its_own(host):
    tags = [host.ask(HTTP_ACCEPT_ENCODING=accept).get("ETag") for accept in ("br", "gzip", "")]
    assert len(set(tags)) == 3
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


def test_the_same_content_has_the_same_etag_whoever_made_it_and_when(host, other, clock):
    before = host.ask().get("ETag")
    clock.advance(3_600)
    assert other.source() == "rendered"
    assert other.ask().get("ETag") == before


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', ' {} ,W/"x"', "*"])
def test_who_has_the_page_already_is_told_so(host, form):
    etag = host.ask(HTTP_ACCEPT_ENCODING="br").get("ETag")
    seen = host.ask(HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=form.format(etag))
    assert (seen.status, seen.raw) == (304, b"")
    assert seen.names == {"cache-control", "etag", "vary", "server-timing"}
    assert seen.get("ETag") == etag


def test_a_304_is_said_to_the_one_who_makes_the_page_as_well(host, other, clock):
    etag = host.ask().get("ETag")
    clock.advance(3_600)
    assert other.ask(HTTP_IF_NONE_MATCH=etag).status == 304


def test_who_has_another_version_or_coding_gets_the_page(host, toy):
    etag = host.ask(HTTP_ACCEPT_ENCODING="gzip").get("ETag")
    assert host.ask(HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=etag).status == 200
    assert host.ask(HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH='"x"').text == toy.text


def test_head_has_the_headers_of_get_and_no_body(host, toy):
    first = host.ask(method="HEAD")
    page, head = host.ask(), host.ask(method="HEAD")
    assert (first.raw, head.raw) == (b"", b"")
    assert toy.asked[0]["REQUEST_METHOD"] == "GET"
    assert toy.count == 1
    plain = [(name, value) for name, value in page.headers if name != "Server-Timing"]
    assert plain == [(name, value) for name, value in head.headers if name != "Server-Timing"]


def test_head_of_what_is_not_kept_has_no_body_either(host, toy):
    toy.status = "404 Not Found"
    seen = host.ask(method="HEAD")
    assert (seen.status, seen.raw) == (404, b"")


def test_headers_handed_to_the_server_are_its_own(host):
    host.ask().headers.append(("X-Added", "by the server"))
    assert "x-added" not in host.ask().names


class Stream(io.StringIO):
    """A file whose `write` a test may replace."""


@pytest.fixture
def written():
    """What reaches the handler that logging is set up with."""
    handler = logging.StreamHandler(Stream())
    logger = logging.getLogger("storefront.requests")
    logger.addHandler(handler)
    yield handler.stream
    logger.removeHandler(handler)


def lines(host, written):
    host.app._hits.flush()
    text = written.getvalue()
    written.truncate(0)
    written.seek(0)
    return [json.loads(line) for line in text.splitlines()]


def test_every_hit_has_its_line_as_other_requests_have(host, written):
    host.ask()
    assert lines(host, written) == []  # Django's telemetry has written that one
    host.ask(HTTP_X_REQUEST_ID="abcdef0123456789", method="HEAD")
    (line,) = lines(host, written)
    assert line["event"] == "request"
    assert (line["route"], line["method"], line["status"]) == ("catalog:product", "HEAD", 200)
    assert (line["cache"], line["public"], line["session"]) == ({"memory": 1}, True, "")
    assert line["request_id"] == "abcdef0123456789"
    assert set(line) <= ALLOWED
    assert {"ms", "release", "timestamp", "trace_id", "degraded", "calls", "htmx", "level", "logger"} <= set(
        line
    )
    assert line["timestamp"].endswith("Z")


def test_a_hit_whose_reader_has_gone_has_its_line_and_is_counted(host, written):
    host.ask()
    seen = host.process.telemetry.cache_lookups.value("page", "memory")

    def gone(*_):
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        host.ask(**{SEND: gone})
    assert [line["status"] for line in lines(host, written)] == [200]
    assert host.process.telemetry.cache_lookups.value("page", "memory") == seen + 1


def test_nothing_that_a_client_says_gets_into_a_line_unchecked(host, written):
    host.ask()
    evil = 'x"}\n{"event":"forged'
    host.ask(HTTP_X_REQUEST_ID=evil, HTTP_TRACEPARENT=evil, HTTP_USER_AGENT=evil, QUERY_STRING="q=robin")
    (line,) = lines(host, written)
    assert "forged" not in json.dumps(line)
    assert "robin" not in json.dumps(line)


def test_a_trace_goes_on(host, written):
    host.ask()
    host.ask(HTTP_TRACEPARENT=f"00-{'ab' * 16}-{'cd' * 8}-01")
    assert lines(host, written)[0]["trace_id"] == "ab" * 16


def test_who_logs_less_gets_no_lines(host, written):
    logger = logging.getLogger("storefront.requests")
    host.ask()
    host.ask(PATH)
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        assert lines(host, written) == []
    finally:
        logger.setLevel(before)


def test_a_write_that_fails_costs_its_lines_and_not_those_after(host, written, monkeypatch):
    events = host.process.telemetry.events

    def until(holds):
        end = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.02)

    host.ask()
    with monkeypatch.context() as patch:
        patch.setattr(written, "write", lambda _text: 1 / 0, raising=False)
        host.ask()
        until(lambda: events.value("page_hits", "unwritten") == 1)
    host.ask()
    until(lambda: '"event": "request"' in written.getvalue())


def test_memory_holds_only_the_bodies_that_are_counted(host, toy):
    host.ask()
    for accept in ("br", "gzip", "", "identity"):
        assert host.ask(HTTP_ACCEPT_ENCODING=accept).text == toy.text
    (held,) = host.app._parts.layers._memory._pages.values()
    remembered = [len(one.body[0]) for one in held.ready._by_coding.values()]
    assert sum(remembered) == sum(len(body) for body in held.page.bodies.values()) < held.size
