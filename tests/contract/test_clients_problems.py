"""Problem documents (RFC 9457) become the error a caller can act on, however broken their details are."""

import copy
import json
from typing import Any

import pytest

from storefront.clients.orders import OrderCode, available, cart_version, short_sku
from storefront.core import (
    Conflict,
    FieldProblem,
    Gone,
    Invalid,
    NotFound,
    PreconditionFailed,
    Reason,
    Unauthorized,
    UpstreamError,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
)
from tests.contract.client_calls import Backend
from tests.contract.contract_files import PROBLEM, Example, mutants, problems, validator

MEANINGS: dict[int, type[UpstreamError]] = {
    400: Invalid,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    422: Invalid,
    428: PreconditionFailed,
    429: UpstreamUnavailable,
    503: UpstreamUnavailable,
}
EXTRAS: dict[str, Any] = {
    "sku": "FN-MEA-INK-45",
    "available": 3,
    "cart_version": 6,
    "order_id": "ord_01HZX3W2M4",
}


def _told(example: Example, value: Any) -> UpstreamError:
    error = Backend(example.service, example.operation_id).refusal(
        json.dumps(value).encode(), example.status, PROBLEM
    )
    assert error is not None
    return error


@pytest.mark.parametrize("example", problems(), ids=lambda e: e.label)
def test_each_example_becomes_its_error(example: Example) -> None:
    assert validator(example.schema).is_valid(example.value)
    error = _told(example, example.value)

    assert type(error) is MEANINGS[example.status]
    assert error.upstream == example.service
    assert "breaks the contract" not in str(error)
    if isinstance(error, UpstreamUnavailable):
        throttled = example.status == 429
        assert error.reason is (Reason.THROTTLED if throttled else Reason.SERVER_ERROR)
        return
    assert isinstance(error, UpstreamRefused)
    assert error.status == example.status
    assert error.code == example.value["code"]
    assert error.detail == example.value["detail"]
    assert error.errors == tuple(
        FieldProblem(one["pointer"], one["code"], one["detail"]) for one in example.value.get("errors", ())
    )
    assert error.extensions == {}
    assert error.malformed == ""


@pytest.mark.parametrize("example", problems(), ids=lambda e: e.label)
def test_members_beyond_rfc_9457_are_extensions(example: Example) -> None:
    value = example.value | EXTRAS
    assert validator(example.schema).is_valid(value)
    error = _told(example, value)

    if not isinstance(error, UpstreamRefused):
        return
    assert dict(error.extensions) == EXTRAS
    told = (short_sku(error), available(error), cart_version(error))
    assert told == ("FN-MEA-INK-45", 3, 6)


@pytest.mark.parametrize("example", problems(), ids=lambda e: e.label)
def test_a_mutant_stays_the_refusal_that_its_status_says(example: Example) -> None:
    """The status decides what a caller may do. Broken words beside it are left out, not passed on.

    However that may be, the error's text names the upstream and the place of the fault.
    """
    whole = Example(**{**vars(example), "value": copy.deepcopy(example.value) | EXTRAS})
    count = 0
    for mutant in mutants(whole):
        count += 1
        error = _told(example, mutant.value)
        what = f"{mutant.path} ({mutant.kind})"
        assert error.upstream == example.service, what
        assert str(error).startswith(f"{example.service}: "), what
        assert mutant.is_named_by(str(error).rpartition(" at ")[2]), f"{what} was told as {error}"
        if not isinstance(mutant.value, dict) and example.status < 500 and example.status != 429:
            assert isinstance(error, UpstreamInvalid), what
            assert error.field == "$", what
            continue
        assert type(error) is MEANINGS[example.status], what
        if isinstance(error, UpstreamRefused):
            assert mutant.is_named_by(error.malformed), what
            assert _holds_only_what_it_says(error), what
    assert count > 50


@pytest.mark.parametrize("example", problems(), ids=lambda e: e.label)
def test_a_refusal_that_is_no_problem_document_is_refused(example: Example) -> None:
    backend = Backend(example.service, example.operation_id)
    good = json.dumps(example.value).encode()
    for body, kind in ((b"", PROBLEM), (good[:-1], PROBLEM), (b"<h1>No</h1>", PROBLEM), (good, "text/html")):
        error = backend.refusal(body, example.status, kind)
        passing = example.status == 429 or example.status >= 500
        wanted = UpstreamUnavailable if passing else UpstreamInvalid
        assert type(error) is wanted
        assert error.upstream == example.service


@pytest.mark.parametrize("value", [None, True, -1, 1.5, "3", [], {}, ""], ids=repr)
def test_details_of_the_wrong_kind_are_as_none(value: Any) -> None:
    extensions = dict.fromkeys(EXTRAS, value)
    error = Conflict("orders", "POST /orders", status=409, extensions=extensions)
    assert available(error) is None
    assert cart_version(error) is None
    if not isinstance(value, str) or not value:
        assert short_sku(error) is None


def test_the_codes_that_the_contract_names_are_known() -> None:
    assert OrderCode("insufficient_stock") is OrderCode.INSUFFICIENT_STOCK
    assert OrderCode.CART_LOCKED == "cart_locked"


def _holds_only_what_it_says(error: UpstreamRefused) -> bool:
    texts = [error.code, error.detail]
    texts += [text for one in error.errors for text in (one.pointer, one.code, one.detail)]
    return all(isinstance(text, str) for text in texts)
