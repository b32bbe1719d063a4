"""Pages of lists, clocks, identifiers and the tree of errors."""

from datetime import UTC, datetime

import pytest

from storefront.core import (
    Conflict,
    FieldProblem,
    Gone,
    Invalid,
    ManualClock,
    NotFound,
    Page,
    PreconditionFailed,
    Reason,
    StorefrontError,
    SystemClock,
    Unauthorized,
    UpstreamError,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
    new_request_id,
    new_secret,
    refusal,
)


def test_a_page_is_walked_and_changed_item_by_item():
    page = Page((1, 2), "next")
    assert list(page) == [1, 2]
    assert len(page) == 2
    assert page.map(str) == Page(("1", "2"), "next")


def test_a_manual_clock_moves_only_when_told():
    clock = ManualClock(datetime(2030, 1, 1, tzinfo=UTC))
    before = clock.monotonic()
    clock.advance(5)
    clock.sleep(1.5)
    assert clock.monotonic() - before == 6.5
    assert clock.now() == datetime(2030, 1, 1, 0, 0, 6, 500_000, tzinfo=UTC)
    assert clock.slept == [1.5]


def test_the_system_clock_is_aware_and_never_jumps_back():
    clock = SystemClock()
    first = clock.monotonic()
    clock.sleep(0)
    assert clock.monotonic() >= first
    assert clock.now().tzinfo is UTC


def test_new_identifiers_are_of_their_kind():
    assert len(bytes.fromhex(new_request_id())) == 16
    assert len(new_secret()) >= 43
    assert new_secret() != new_secret()


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
        (422, Invalid),
        (428, PreconditionFailed),
        (402, UpstreamRefused),
    ],
)
def test_a_refusal_is_named_by_what_can_be_done(status, kind):
    assert refusal(status) is kind


def test_errors_name_their_upstream_and_form_one_tree():
    unavailable = UpstreamUnavailable("catalog", "GET /products", Reason.TIMEOUT, message="0.4 s")
    invalid = UpstreamInvalid("catalog", "GET /products", "Expected int", field="$.items[0].price")
    refused = NotFound("catalog", "GET /products/{handle}", status=404, code="not_found")
    for error in (unavailable, invalid, refused):
        assert isinstance(error, UpstreamError)
        assert isinstance(error, StorefrontError)
        assert str(error).startswith("catalog: GET /products")
    assert "$.items[0].price" in str(invalid)
    assert unavailable.sent


def test_a_problem_knows_its_form_field():
    assert FieldProblem("/address/city", "missing", "Needed").field == "city"
    assert FieldProblem("limit", "range", "Too many").field == "limit"
