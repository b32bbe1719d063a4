"""What the client of a REST service makes of each kind of answer."""

import random
from types import NoneType

import msgspec
import pytest

from storefront.core import (
    Conflict,
    Gone,
    Invalid,
    ManualClock,
    Money,
    NotFound,
    PreconditionFailed,
    Reason,
    Unauthorized,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
)
from storefront.http import (
    BodyTooLarge,
    HttpResponse,
    MockTransport,
    RestClient,
    TransportFailure,
    TransportTimeout,
    Upstream,
)
from storefront.resilience import Resource, State, deadline
from storefront.telemetry import Telemetry, request_scope

JSON = {"content-type": "application/json"}
PROBLEM = {"content-type": "application/problem+json"}


class Item(msgspec.Struct, frozen=True):
    sku: str
    price: Money


class Listing(msgspec.Struct, frozen=True):
    items: list[Item]


class Kit:
    """A client over a function, with everything a test may want to look at."""

    def __init__(self, attempts=2):
        self.clock = ManualClock()
        self.telemetry = Telemetry()
        self.upstream = Upstream("catalog", "http://catalog.test/v1", read_timeout=0.4, attempts=attempts)
        self.resource = Resource(self.upstream.resource, self.telemetry, self.clock, random.Random(1))
        self.answers = []
        self.transport = MockTransport(self._answer)
        self.client = RestClient(self.upstream, self.transport, self.resource)

    def _answer(self, _request):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def get(self, **more):
        return self.client.get("/products/{handle}", {"handle": "linen shirt"}, type=Listing, **more)


@pytest.fixture
def kit():
    return Kit()


def ok(body=b'{"items": [{"sku": "A", "price": {"amount": 4900, "currency": "EUR"}}]}', **headers):
    return HttpResponse(200, JSON | headers, body)


def problem(status, body=None, **headers):
    if body is None:
        body = b'{"type":"urn:storefront:problem:no","title":"No","status":%d,"code":"no"}' % status
    return HttpResponse(status, PROBLEM | headers, body)


def test_an_answer_becomes_a_typed_value(kit):
    kit.answers = [ok()]
    assert kit.get() == Listing([Item("A", Money(4900, "EUR"))])
    request = kit.transport.requests[0]
    assert request.url == "http://catalog.test/v1/products/linen%20shirt"
    assert request.method == "GET"
    assert request.timeout == 0.4
    assert request.connect_timeout == 0.1
    assert request.body is None


def test_unknown_fields_are_ignored_so_that_services_may_grow(kit):
    kit.answers = [ok(b'{"items": [], "novelty": 1}')]
    assert kit.get() == Listing([])


def test_calls_carry_the_request_id_and_the_trace(kit):
    kit.answers = [ok()]
    with request_scope("req-0123456789") as record:
        kit.get(headers={"Accept-Language": "en"})
    sent = kit.transport.requests[0].headers
    assert sent["X-Request-Id"] == "req-0123456789"
    assert record.trace.trace_id in sent["traceparent"]
    assert sent["Accept-Language"] == "en"
    assert record.calls("catalog").calls == 1


def test_the_shoppers_deadline_shortens_the_call(kit):
    kit.answers = [ok()]
    with deadline(0.25, kit.clock):
        kit.get()
    assert kit.transport.requests[0].timeout == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (
            b'{"items": [{"sku": "A", "price": {"amount": "1", "currency": "EUR"}}]}',
            "$.items[0].price.amount",
        ),
        (b'{"items": [{"sku": null, "price": {"amount": 1, "currency": "EUR"}}]}', "$.items[0].sku"),
        (b'{"items": [{"price": {"amount": 1, "currency": "EUR"}}]}', "$.items[0].sku"),
        (
            b'{"items": [{"sku": "A", "price": {"amount": 1, "currency": "eur"}}]}',
            "$.items[0].price.currency",
        ),
        (b'{"items": 1}', "$.items"),
        (b"{}", "$.items"),
        (b'{"items": [', "$"),
        (b"", "$"),
        (b"<html>", "$"),
        (b'{"items": [{"sku": "\xff"}]}', "$"),
        (b"[" * 100_000, "$"),
    ],
)
def test_an_answer_that_breaks_the_contract_names_its_field(kit, body, field):
    kit.answers = [ok(body)]
    with pytest.raises(UpstreamInvalid) as raised:
        kit.get()
    assert raised.value.field == field
    assert raised.value.upstream == "catalog"
    assert raised.value.operation == "GET /products/{handle}"
    assert len(kit.transport.requests) == 1


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(200, {"content-type": "text/html"}, b"<h1>Gateway</h1>"),
        HttpResponse(200, {}, b"{}"),
        HttpResponse(200, {"content-type": "application/json; charset=latin-1"}, b'{"items": []}'),
        HttpResponse(302, {"location": "https://evil.example/"}, b""),
        HttpResponse(304, {}, b""),
        HttpResponse(404, {"content-type": "text/html"}, b"<h1>Not here</h1>"),
        HttpResponse(404, JSON, b'{"message": "no route"}'),
        HttpResponse(403, {"content-type": "text/html"}, b"<h1>Blocked</h1>"),
        problem(409, b"not json"),
        problem(409, b"[]"),
        problem(409, b"\xff"),
    ],
)
def test_answers_of_the_wrong_kind_are_invalid(kit, response):
    kit.answers = [response]
    with pytest.raises(UpstreamInvalid):
        kit.get()


def test_invalid_answers_open_the_breaker(kit):
    kit.answers = [ok(b"{}")]
    for _ in range(20):
        with pytest.raises(UpstreamInvalid):
            kit.get()
    assert kit.resource.breaker.state is State.OPEN


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Invalid),
        (401, Unauthorized),
        (403, Unauthorized),
        (404, NotFound),
        (409, Conflict),
        (410, Gone),
        (412, PreconditionFailed),
        (418, UpstreamRefused),
        (422, Invalid),
        (428, PreconditionFailed),
    ],
)
def test_a_problem_becomes_the_refusal_of_its_status(kit, status, kind):
    kit.answers = [problem(status)]
    for _ in range(25):
        with pytest.raises(UpstreamRefused) as raised:
            kit.get()
        assert type(raised.value) is kind
        assert (raised.value.status, raised.value.code) == (status, "no")
        assert raised.value.malformed == ""
    assert kit.resource.breaker.state is State.CLOSED


def test_a_problem_is_read_in_full(kit):
    kit.answers = [
        problem(
            409,
            b'{"type": "urn:x", "title": "No", "status": 409, "code": "insufficient_stock",'
            b'"detail": "2 left",'
            b'"errors": [{"pointer": "/quantity", "code": "max", "detail": "At most 2"}, 7],'
            b'"sku": "A", "available": 2}',
        )
    ]
    with pytest.raises(Conflict) as raised:
        kit.get()
    refused = raised.value
    assert (refused.code, refused.detail) == ("insufficient_stock", "2 left")
    assert [(e.field, e.code, e.detail) for e in refused.errors] == [("quantity", "max", "At most 2")]
    assert dict(refused.extensions) == {"sku": "A", "available": 2}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"type":"urn:storefront:problem:no","title":"No","status":409}', "$.code"),
        (b'{"type":"urn:storefront:problem:no","title":"No","status":"409","code":"no"}', "$.status"),
        (b'{"type":"urn:storefront:problem:no","title":"No","status":409,"code":"<b>"}', "$.code"),
        (b'{"type":"about:blank","title":"No","status":409,"code":"no"}', "$.type"),
    ],
)
def test_a_malformed_problem_is_still_a_refusal_and_says_where_it_is_wrong(kit, body, field):
    kit.answers = [problem(409, body)]
    with pytest.raises(Conflict) as raised:
        kit.get()
    assert raised.value.malformed == field
    assert raised.value.code in {"", "no"}
    assert str(raised.value).startswith("catalog: ")
    assert str(raised.value).endswith(f"at {field}")
    assert kit.telemetry.events.value("catalog", "malformed_problem") == 1


def test_a_gateways_own_refusal_of_a_token_is_understood(kit):
    kit.answers = [HttpResponse(401, JSON, b'{"message": "Unauthorized"}')]
    with pytest.raises(Unauthorized) as raised:
        kit.get()
    assert raised.value.malformed == ""


def test_secrets_stay_out_of_what_a_traceback_shows_of_a_call(kit):
    kit.answers = [ok(b'{"items": [], "secret": "answer-secret"}', **{"x-secret": "header-secret"})]
    kit.client.send("POST", "/carts", json={"q": "body-secret"}, headers={"Authorization": "t"}, type=Listing)
    shown = repr(kit.transport.requests[0]) + repr(kit.answers[0])
    assert "/carts" in shown
    assert "secret" not in shown
    assert "Authorization" not in shown


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_are_asked_again_once(kit, status):
    kit.answers = [HttpResponse(status, {}, b""), ok()]
    assert kit.get().items
    kit.answers = [HttpResponse(status, {}, b"")]
    with pytest.raises(UpstreamUnavailable) as raised:
        kit.get()
    assert raised.value.reason is Reason.SERVER_ERROR


@pytest.mark.parametrize(
    ("error", "reason", "sent"),
    [
        (TransportTimeout("slow"), Reason.TIMEOUT, True),
        (TransportTimeout("connecting", sent=False), Reason.TIMEOUT, False),
        (TransportFailure("reset"), Reason.CONNECTION, True),
        (TransportFailure("refused", sent=False), Reason.CONNECTION, False),
    ],
)
def test_broken_exchanges_say_whether_the_request_went_out(kit, error, reason, sent):
    kit.answers = [error]
    with pytest.raises(UpstreamUnavailable) as raised:
        kit.client.send("POST", "/orders", json={}, type=NoneType)
    assert (raised.value.reason, raised.value.sent) == (reason, sent)


def test_a_body_beyond_the_cap_is_invalid(kit):
    kit.answers = [BodyTooLarge("10 MB")]
    with pytest.raises(UpstreamInvalid):
        kit.get()


def test_a_plain_write_is_made_once(kit):
    kit.answers = [TransportTimeout("slow")]
    with pytest.raises(UpstreamUnavailable):
        kit.client.send("POST", "/orders", json={"cart": "c"}, type=NoneType)
    assert len(kit.transport.requests) == 1


def test_a_write_with_a_key_is_repeated_with_the_same_key_and_body(kit):
    kit.answers = [TransportTimeout("slow"), ok(etag='"3"')]
    answer = kit.client.send(
        "POST", "/carts", json={"sku": "A"}, idempotency_key="key-12345", if_match='"2"', type=Listing
    )
    first, second = kit.transport.requests
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == "key-12345"
    assert first.body == second.body == b'{"sku":"A"}'
    assert first.headers["If-Match"] == '"2"'
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["traceparent"] != second.headers["traceparent"]
    assert (answer.status, answer.etag) == (200, '"3"')


def test_an_upstream_that_allows_one_attempt_gets_one():
    kit = Kit(attempts=1)
    kit.answers = [TransportTimeout("slow")]
    with pytest.raises(UpstreamUnavailable):
        kit.client.send("POST", "/orders", json={}, idempotency_key="key-12345", type=NoneType)
    assert len(kit.transport.requests) == 1


def test_an_answer_without_a_body_is_none(kit):
    kit.answers = [HttpResponse(204, {}, b"")]
    assert kit.client.send("DELETE", "/carts/{id}", {"id": "c"}, type=NoneType).value is None
    with pytest.raises(UpstreamInvalid):
        kit.get()


def test_a_name_that_cannot_exist_is_not_found_without_a_call(kit):
    kit.answers = [ok()]
    with pytest.raises(NotFound):
        kit.client.get("/products/{handle}", {"handle": "../orders"}, type=Listing)
    assert kit.transport.requests == []


@pytest.mark.parametrize("value", ["a\r\nX-Admin: 1", "a\nb", "\x00", "ä"])
def test_header_values_cannot_smuggle_headers(kit, value):
    kit.answers = [ok()]
    with pytest.raises(ValueError, match="header"):
        kit.get(headers={"Accept-Language": value})
    assert kit.transport.requests == []


def test_retry_after_quiets_all_calls_when_the_service_is_overloaded(kit):
    kit.answers = [HttpResponse(503, {"retry-after": "20"}, b"")]
    with pytest.raises(UpstreamUnavailable) as raised:
        kit.get()
    assert raised.value.retry_after == 20
    with pytest.raises(UpstreamUnavailable) as raised:
        kit.get()
    assert raised.value.reason is Reason.THROTTLED
    assert len(kit.transport.requests) == 1
    kit.clock.advance(20)
    kit.answers = [ok()]
    kit.get()


@pytest.mark.parametrize("header", ["Tue, 01 Jan 2030 00:00:30 GMT", "30"])
def test_a_throttled_client_waits_as_told_in_either_form(kit, header):
    kit.answers = [problem(429, **{"retry-after": header})]
    with deadline(1.5, kit.clock), pytest.raises(UpstreamUnavailable) as raised:
        kit.get()
    assert raised.value.reason is Reason.THROTTLED
    assert raised.value.retry_after == 30
    kit.clock.advance(29)
    with pytest.raises(UpstreamUnavailable):
        kit.get()
    assert len(kit.transport.requests) == 1


@pytest.mark.parametrize("header", [None, "soon", "-1"])
def test_throttling_without_a_readable_time_quiets_nothing(kit, header):
    headers = {} if header is None else {"retry-after": header}
    kit.answers = [problem(429, **headers), ok()]
    with pytest.raises(UpstreamUnavailable):
        kit.get()
    assert kit.get().items


def test_one_throttled_shopper_does_not_quiet_the_others(kit):
    kit.answers = [problem(429, **{"retry-after": "60"}), ok()]
    with pytest.raises(UpstreamUnavailable):
        kit.get(headers={"Authorization": "Bearer x"})
    assert kit.get().items


def test_errors_carry_no_bodies(kit):
    kit.answers = [ok(b'{"items": "secret-token"}')]
    with pytest.raises(UpstreamInvalid) as raised:
        kit.get()
    assert "secret" not in str(raised.value)


def test_a_limit_on_what_was_asked_for_leaves_everybody_else_alone(kit):
    """Somebody who guesses order numbers is told to wait; the shop goes on asking."""
    kit.answers = [problem(429, **{"retry-after": "60"}), ok()]
    with pytest.raises(UpstreamUnavailable) as raised:
        kit.client.send("POST", "/orders/lookup", json={}, limits_one=True, type=dict)
    assert raised.value.reason is Reason.THROTTLED
    assert kit.get().items
