"""An answer in a broken envelope is refused like one with broken fields: by a named error, never a crash."""

import json

import pytest

from storefront.core import Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.http import (
    MOST_BODY_BYTES,
    BodyTooLarge,
    HttpRequest,
    HttpResponse,
    TransportFailure,
    TransportTimeout,
)
from tests.contract.client_calls import Backend
from tests.contract.contract_files import Example, answers

HTML = b"<!doctype html><title>502 Bad Gateway</title><h1>Bad gateway</h1>"
EVERY_ANSWER = pytest.mark.parametrize("example", answers(), ids=lambda e: e.label)


@EVERY_ANSWER
def test_bodies_that_are_no_answer_are_refused(example: Example) -> None:
    backend = Backend(example.service, example.operation_id)
    good = json.dumps(example.value).encode()
    broken = {
        "empty": b"",
        "blank": b" \n",
        "cut short": good[:-1],
        "cut in the middle": good[: len(good) // 2],
        "twice": good + good,
        "a page": HTML,
        "null": b"null",
        "a list": b"[]",
        "a number": b"1",
        "not UTF-8": b'{"items": "\xff\xfe"}',
        "UTF-16": good.decode().encode("utf-16"),
        "nested without end": b"[" * 100_000,
        "not a number": b'{"version": NaN}',
        "a problem document": b'{"type":"urn:storefront:problem:x","title":"X","status":404,"code":"x"}',
    }
    for name, body in broken.items():
        error = backend.refusal(body, example.status)
        assert isinstance(error, UpstreamInvalid), name
        assert error.upstream == example.service, name
        assert error.field.startswith("$"), name


@EVERY_ANSWER
def test_another_content_type_is_refused_whatever_the_body(example: Example) -> None:
    backend = Backend(example.service, example.operation_id)
    good = json.dumps(example.value).encode()
    for kind in (
        "",
        "text/html",
        "text/html; charset=utf-8",
        "text/plain",
        "application/octet-stream",
        "json",
    ):
        error = backend.refusal(good, example.status, kind)
        assert isinstance(error, UpstreamInvalid), kind
        assert "content type" in str(error)
        assert error.upstream == example.service


@EVERY_ANSWER
def test_a_content_type_with_a_charset_is_as_good(example: Example) -> None:
    backend = Backend(example.service, example.operation_id)
    good = json.dumps(example.value).encode()
    assert backend.refusal(good, example.status, "application/json; charset=UTF-8") is None
    assert isinstance(
        backend.refusal(good, example.status, "application/json; charset=latin-1"), UpstreamInvalid
    )


@EVERY_ANSWER
def test_redirects_are_not_answers(example: Example) -> None:
    backend = Backend(example.service, example.operation_id)
    for status in (301, 302, 303, 307, 308):
        assert isinstance(backend.refusal(json.dumps(example.value).encode(), status), UpstreamInvalid)


@pytest.mark.parametrize(
    ("raised", "reason"),
    [(TransportTimeout("too late"), Reason.TIMEOUT), (TransportFailure("reset"), Reason.CONNECTION)],
    ids=["timeout", "connection"],
)
def test_no_answer_at_all_is_unavailable(raised: Exception, reason: Reason) -> None:
    backend = Backend("catalog", "getProduct")

    def fail(_request: HttpRequest) -> HttpResponse:
        raise raised

    backend.transport._answer = fail
    error = backend.refusal(b"")
    assert isinstance(error, UpstreamUnavailable)
    assert (error.upstream, error.reason) == ("catalog", reason)


def test_an_endless_answer_is_refused() -> None:
    backend = Backend("catalog", "getProduct")

    def flood(_request: HttpRequest) -> HttpResponse:
        raise BodyTooLarge(f"more than {MOST_BODY_BYTES} bytes")

    backend.transport._answer = flood
    assert isinstance(backend.refusal(b""), UpstreamInvalid)
