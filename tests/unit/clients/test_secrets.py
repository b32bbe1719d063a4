"""What opens a cart or an order never shows: not in a repr, not in an error, not in a log line."""

import json
import logging

import pytest

from storefront.clients.orders import CartRef, OrderRef, OrdersClient
from storefront.core import StorefrontError, UpstreamError
from tests import samples
from tests.contract.client_calls import (
    ACCESS_TOKEN,
    CALLS,
    CART,
    ORDER,
    ORDER_TOKEN,
    SECRET,
    SERVICE_KEY,
    Backend,
)
from tests.contract.contract_files import PROBLEM, answers, mutants

SECRETS = (SECRET, ORDER_TOKEN, ACCESS_TOKEN, SERVICE_KEY)


def test_references_hide_what_they_hold() -> None:
    shown = repr([CART, ORDER, CartRef(CART.id, "", ACCESS_TOKEN), OrderRef(ORDER.id, "", ACCESS_TOKEN)])
    assert not any(secret in shown for secret in SECRETS)
    assert CART.id in shown
    assert ORDER.id in shown


def test_new_carts_and_orders_hide_what_opens_them() -> None:
    orders = samples.fake_orders()
    made = orders.create_cart(market="eu", locale="en", idempotency_key="a-key-of-this-test")
    assert made.secret not in repr(made)
    assert made.secret not in repr([made.ref])
    assert made.cart.id in repr(made)

    backend = Backend("orders", "placeOrder")
    example = next(e for e in answers() if e.operation_id == "placeOrder")
    placed = backend.ask(json.dumps(example.value).encode(), 201)
    assert placed.token == ORDER_TOKEN
    assert placed.token not in repr(placed)
    assert placed.token not in repr(placed.ref)


@pytest.mark.parametrize(("service", "operation_id"), CALLS, ids=[".".join(names) for names in CALLS])
def test_errors_and_logs_hide_what_was_sent(
    service: str, operation_id: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    backend = Backend(service, operation_id)
    problem = b'{"type":"urn:storefront:problem:x","title":"X","status":404,"code":"x"}'
    errors: list[StorefrontError | None] = [
        backend.refusal(b"", 500),
        backend.refusal(problem, 404, PROBLEM),
        backend.refusal(b"<h1>", 404, "text/html"),
    ]
    told = " ".join([*map(repr, errors), *map(str, errors), caplog.text, *capfd.readouterr()])
    assert all(isinstance(error, UpstreamError) for error in errors)
    assert not any(secret in told for secret in SECRETS)


@pytest.mark.parametrize("operation_id", ["createCart", "placeOrder"])
def test_an_error_about_an_answer_hides_the_secret_in_it(operation_id: str) -> None:
    example = next(e for e in answers() if e.operation_id == operation_id)
    backend = Backend("orders", operation_id)
    for mutant in mutants(example):
        error = backend.refusal(json.dumps(mutant.value).encode(), 201)
        assert not any(secret in f"{error} {error!r}" for secret in SECRETS)


def test_a_client_shows_nothing_of_its_own() -> None:
    assert "Secret" not in repr(OrdersClient(Backend("orders", "getCart").rest))
