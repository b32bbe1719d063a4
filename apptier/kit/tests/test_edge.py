"""What every service answers to requests that are wrong, hostile or unlucky: a problem document."""

import json

import pytest

JSON = {"If-Match": '"1"', "Content-Type": "application/json"}
GOOD = {"line1": "12 Harbour Street", "city": "Galway", "postcode": "H91 AB12", "country": "IE"}


def problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert (document["status"], document["code"]) == (status, code)
    assert document["type"] == f"urn:storefront:problem:{code}"
    return document


def test_a_good_request_is_answered(service):
    answer = service("GET", "/things/v1/things/1?market=us&limit=7")
    assert (answer.status_code, answer.json()) == (200, {"amount": 7, "currency": "USD"})


@pytest.mark.parametrize("path", ["/", "/things/v1", "/things/v1/nope", "/things/v1/things/1/", "/docs"])
def test_an_unknown_address_is_a_problem(service, path):
    problem(service("GET", path), 404, "not_found")


def test_a_wrong_method_says_all_that_are_right(service):
    answer = service("DELETE", "/things/v1/things/1")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, PUT"


def test_an_unknown_market_is_not_found(service):
    problem(service("GET", "/things/v1/things/1?market=zz"), 404, "unknown_market")


def test_every_wrong_parameter_is_named_in_words(service):
    document = problem(service("GET", "/things/v1/things/1?limit=500"), 422, "validation_failed")
    assert {(e["pointer"], e["detail"]) for e in document["errors"]} == {
        ("market", "Market is required."),
        ("limit", "Limit must be 100 or less."),
    }


@pytest.mark.parametrize("query", ["market=%ff", "market=eu&x=%c3%28", "market=eu%80"])
def test_broken_utf8_in_the_address_is_said_so(service, query):
    problem(service("GET", f"/things/v1/things/1?{query}"), 422, "bad_encoding")


def test_wrong_fields_are_pointed_at(service):
    body = GOOD | {"line1": "", "line2": None, "x/y": 1}
    answer = service("PUT", "/things/v1/things/1", data=json.dumps(body), headers=JSON)
    document = problem(answer, 422, "validation_failed")
    assert {(e["pointer"], e["code"]) for e in document["errors"]} == {
        ("/line1", "string_too_short"),
        ("/line2", "value_error"),
        ("/x~1y", "unknown_field"),
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"NaN",
        b'"x"',
        b'{"line1":"\xff"}',
        b'{"line1":"\\ud800"}',
        b'{"\\ud800":1}',
        b"[" * 60_000,
        b"\xef\xbb\xbf{}",
        b"\x00",
    ],
)
def test_a_body_that_is_not_what_it_should_be_is_422(service, body):
    answer = service("PUT", "/things/v1/things/1", data=body, headers=JSON)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in {"validation_failed", "malformed_body"}


def test_a_form_is_not_json(service):
    problem(
        service("PUT", "/things/v1/things/1", data=GOOD, headers={"If-Match": '"1"'}),
        422,
        "validation_failed",
    )


@pytest.mark.parametrize("chunked", [False, True])
def test_a_huge_body_is_refused_however_it_comes(service, chunked):
    body = b" " * 70_000
    sent = iter([body]) if chunked else body
    problem(service("PUT", "/things/v1/things/1", data=sent, headers=JSON), 413, "body_too_large")


def test_json_numbers_without_a_fraction_are_whole(service):
    key = {"Idempotency-Key": "12345678"}
    answer = service("POST", "/things/v1/money", json={"amount": 5.0, "currency": "EUR"}, headers=key)
    assert answer.json() == {"amount": 5, "currency": "EUR"}
    for amount in (5.5, "5", True, None, 1e300):
        wrong = service("POST", "/things/v1/money", json={"amount": amount, "currency": "EUR"}, headers=key)
        problem(wrong, 422, "validation_failed")


def test_absent_optional_fields_stay_absent(service):
    answer = service("PUT", "/things/v1/things/1", data=json.dumps(GOOD), headers=JSON)
    assert answer.json() == GOOD


def test_a_write_without_a_version_is_428_and_an_odd_version_422(service):
    problem(service("PUT", "/things/v1/things/1", json=GOOD), 428, "precondition_required")
    for odd in ("3", '"x"', 'W/"3"', '"3", "4"', "*", '"' + "3" * 70 + '"'):
        answer = service("PUT", "/things/v1/things/1", json=GOOD, headers={"If-Match": odd})
        assert problem(answer, 422, "validation_failed")["errors"][0]["pointer"] == "If-Match"


def test_without_or_with_a_wrong_token_the_answer_is_401_with_a_challenge(service):
    for headers in (
        {},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer"},
    ):
        answer = service("GET", "/things/v1/me", headers=headers)
        problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_only_the_service_key_opens_the_inside(service):
    problem(service("GET", "/things/v1/inside"), 401, "unauthorized")
    problem(
        service("GET", "/things/v1/inside", headers={"Service-Key": "0123456789abcdeF"}), 401, "unauthorized"
    )
    assert service("GET", "/things/v1/inside", headers={"Service-Key": "0123456789abcdef"}).status_code == 200


def test_a_crash_tells_nothing_of_its_cause(service):
    answer = service("GET", "/things/v1/crash")
    problem(answer, 500, "internal_error")
    assert "secret" not in answer.text


def test_a_store_that_is_away_is_503_with_a_time_to_come_back(service):
    answer = service("GET", "/things/v1/dead-store")
    problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert "10.0.0.1" not in answer.text
