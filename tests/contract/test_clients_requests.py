"""What the clients send is what the contracts take: path, query, headers and body of every operation."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from storefront.clients.catalog import CatalogClient
from storefront.clients.lists import ListRef, ListsClient
from storefront.clients.orders import CartRef, OrderRef, OrdersClient
from storefront.clients.shapes import Address, Contact
from storefront.core import CartId, Invalid, NotFound, OrderId, Unauthorized, UpstreamUnavailable
from storefront.http import HttpRequest
from tests.contract.client_calls import (
    ACCESS_TOKEN,
    CALLS,
    CART,
    KEY,
    LIST_SECRET,
    ORDER,
    ORDER_TOKEN,
    SECRET,
    Backend,
)
from tests.contract.contract_files import Operation, operation, validator

EVERY_OPERATION = pytest.mark.parametrize(
    ("service", "operation_id"), CALLS, ids=[".".join(names) for names in CALLS]
)

# The conditional and personal headers each operation must carry, written out: a contract that lost one, and a
# client that forgot it with it, would both pass a test that only compares the two.
CARRIED: dict[str, dict[str, str]] = {
    "createCart": {"Idempotency-Key": KEY},
    "openMyCart": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "undoMerge": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "closeMyCarts": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "getCart": {"Cart-Secret": SECRET},
    "addLine": {"Cart-Secret": SECRET, "Idempotency-Key": KEY},
    "changeLine": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "removeLine": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "setContact": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "setAddress": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "listDeliveryOptions": {"Cart-Secret": SECRET},
    "setDeliveryOption": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "setEstimate": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "setFulfilment": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "setPaymentMethod": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "applyCode": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "removeCode": {"Cart-Secret": SECRET, "If-Match": '"5"'},
    "addOrderLines": {"Cart-Secret": SECRET, "Idempotency-Key": KEY},
    "placeOrder": {"Cart-Secret": SECRET, "Idempotency-Key": KEY},
    "getOrder": {"Order-Token": ORDER_TOKEN},
    "cancelOrder": {"Order-Token": ORDER_TOKEN},
    "listOrders": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "getMe": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "changeMe": {"Authorization": f"Bearer {ACCESS_TOKEN}", "If-Match": '"1"'},
    "listAddresses": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "addAddress": {"Authorization": f"Bearer {ACCESS_TOKEN}", "Idempotency-Key": KEY},
    "changeAddress": {"Authorization": f"Bearer {ACCESS_TOKEN}", "If-Match": '"1"'},
    "removeAddress": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "restoreAddress": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "getPreferences": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "changePreferences": {"Authorization": f"Bearer {ACCESS_TOKEN}", "If-Match": '"2"'},
    "exportMe": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "deleteMe": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "createList": {"Idempotency-Key": KEY},
    "openMyList": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "getList": {"List-Secret": LIST_SECRET},
    "putItem": {"List-Secret": LIST_SECRET},
    "removeItem": {"List-Secret": LIST_SECRET},
    "shareList": {"List-Secret": LIST_SECRET},
    "unshareList": {"List-Secret": LIST_SECRET},
    "submitReview": {"Idempotency-Key": KEY},
    "listMyReviews": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "forgetMyReviews": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "listForModeration": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "getForModeration": {"Authorization": f"Bearer {ACCESS_TOKEN}"},
    "moderate": {"Authorization": f"Bearer {ACCESS_TOKEN}", "If-Match": '"2"'},
    "getPayment": {"Service-Key": "service-key-of-this-test"},
}
OPENING = {"Authorization", "Cart-Secret", "List-Secret", "Order-Token", "Service-Key"}
PERSONAL = OPENING | {"Idempotency-Key", "If-Match"}


def _sent(service: str, operation_id: str) -> HttpRequest:
    backend = Backend(service, operation_id)
    backend.refusal(b"", 500)
    return backend.sent()


@EVERY_OPERATION
def test_method_and_path_are_the_contracts(service: str, operation_id: str) -> None:
    wanted, request = operation(service, operation_id), _sent(service, operation_id)
    parts = urlsplit(request.url)

    assert request.method == wanted.method
    assert (parts.scheme, parts.netloc) == ("http", "backend.test")
    values = _path_values(wanted, parts.path)
    declared = {p["name"]: p for p in wanted.parameters if p["in"] == "path"}
    assert values.keys() == declared.keys()
    for name, value in values.items():
        validator(declared[name]["schema"]).validate(value)
        assert value == declared[name]["example"]


@EVERY_OPERATION
def test_every_query_parameter_is_declared_valid_and_there(service: str, operation_id: str) -> None:
    wanted, request = operation(service, operation_id), _sent(service, operation_id)
    query = parse_qs(
        urlsplit(request.url).query, keep_blank_values=True, strict_parsing=bool(urlsplit(request.url).query)
    )
    declared = {p["name"]: p for p in wanted.parameters if p["in"] == "query"}

    # The calls of the table use every parameter that there is.
    assert query.keys() == declared.keys()
    for name, texts in query.items():
        validator(declared[name]["schema"]).validate(_typed(declared[name], texts))


@EVERY_OPERATION
def test_every_header_is_declared_valid_and_there(service: str, operation_id: str) -> None:
    wanted, request = operation(service, operation_id), _sent(service, operation_id)
    declared = {p["name"]: p for p in wanted.parameters if p["in"] == "header"}

    for name, parameter in declared.items():
        validator(parameter["schema"]).validate(request.headers[name])
    carried = {name: value for name, value in request.headers.items() if name in PERSONAL}
    assert carried == CARRIED.get(operation_id, {})
    assert "application/problem+json" in request.headers["Accept"]


@EVERY_OPERATION
def test_what_opens_it_is_what_the_contract_asks_for(service: str, operation_id: str) -> None:
    wanted, request = operation(service, operation_id), _sent(service, operation_id)
    shown = OPENING & request.headers.keys()
    choices = [{_security_header(scheme) for scheme in choice} for choice in wanted.security]
    assert shown in (choices or [set()])


@EVERY_OPERATION
def test_the_body_is_the_contracts(service: str, operation_id: str) -> None:
    wanted, request = operation(service, operation_id), _sent(service, operation_id)
    if wanted.body_schema is None:
        assert request.body is None
        assert "Content-Type" not in request.headers
        return
    assert request.body is not None
    assert request.headers["Content-Type"] == "application/json"
    body = json.loads(request.body)
    validator(wanted.body_schema).validate(body)
    assert body in wanted.body_examples


def test_optional_members_are_sent_only_when_they_say_something() -> None:
    backend = Backend("orders", "setAddress")
    client = OrdersClient(backend.rest)
    address = Address(
        line1="1 Quay",
        line2="Flat 2",
        company="Fieldnote",
        city="Cork",
        region="Munster",
        postcode="T12",
        country="IE",
    )
    _quietly(lambda: client.set_address(cart=CART, address=address, version=1))
    _quietly(
        lambda: client.set_contact(
            cart=CART, contact=Contact(email="a@b.ie", name="A", phone="+353"), version=1
        )
    )

    sent_address, sent_contact = (json.loads(request.body or b"") for request in backend.transport.requests)
    assert sent_address["line2"] == "Flat 2"
    assert sent_address["region"] == "Munster"
    assert sent_contact == {"email": "a@b.ie", "name": "A", "phone": "+353"}
    validator(operation("orders", "setAddress").body_schema or {}).validate(sent_address)


def test_a_customers_cart_and_order_open_with_their_token() -> None:
    backend = Backend("orders", "getCart")
    client = OrdersClient(backend.rest)
    cart, order = CartRef(CART.id, access_token=ACCESS_TOKEN), OrderRef(ORDER.id, access_token=ACCESS_TOKEN)
    _quietly(lambda: client.get_cart(cart=cart))
    _quietly(lambda: client.get_order(order=order))
    _quietly(
        lambda: client.create_cart(market="eu", locale="en", idempotency_key=KEY, access_token=ACCESS_TOKEN)
    )

    for request in backend.transport.requests:
        assert request.headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
        assert not {"Cart-Secret", "Order-Token"} & request.headers.keys()


def test_a_customers_list_opens_with_their_token_and_a_thing_goes_back_where_it_was() -> None:
    backend = Backend("lists", "putItem")
    client = ListsClient(backend.rest)
    mine, since = ListRef(access_token=ACCESS_TOKEN), datetime(2026, 11, 22, 10, tzinfo=UTC)
    _quietly(lambda: client.put_item(ref=mine, handle="tide-rug", sku=None, added_at=since))

    request = backend.sent()
    assert urlsplit(request.url).path == "/lists/v1/lists/mine/items"
    assert request.headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
    assert "List-Secret" not in request.headers
    body = json.loads(request.body or b"")
    assert body == {"handle": "tide-rug", "sku": None, "added_at": "2026-11-22T10:00:00Z"}
    validator(operation("lists", "putItem").body_schema or {}).validate(body)


@pytest.mark.parametrize("handle", ["", ".", "..", "a/b", "../offers", "a\\b", "a\nb", "x" * 600])
def test_names_that_no_path_can_hold_are_not_found_and_not_asked_for(handle: str) -> None:
    backend = Backend("catalog", "getProduct")
    with pytest.raises(NotFound):
        CatalogClient(backend.rest).get_product(handle=handle, market="eu", locale="en")
    assert backend.transport.requests == []


@pytest.mark.parametrize("handle", ["a?b", "a#b", "a%2Fb", "été", "a&market=us", "a b"])
def test_odd_names_stay_in_their_place(handle: str) -> None:
    backend = Backend("catalog", "getProduct")
    _quietly(lambda: CatalogClient(backend.rest).get_product(handle=handle, market="eu", locale="en"))
    parts = urlsplit(backend.sent().url)
    assert unquote(parts.path.rpartition("/")[2]) == handle
    assert parse_qs(parts.query) == {"market": ["eu"], "locale": ["en"]}


@pytest.mark.parametrize("broken", ["se\r\ncret", "sécret", "two words", "\x00"])
def test_a_secret_that_no_header_can_hold_opens_nothing(broken: str) -> None:
    backend = Backend("orders", "getCart")
    client = OrdersClient(backend.rest)
    with pytest.raises(NotFound):
        client.get_cart(cart=CartRef(CartId("crt_01HZX3V9Q8"), broken))
    with pytest.raises(NotFound):
        client.get_order(order=OrderRef(OrderId("ord_01HZX3W2M4"), broken))
    with pytest.raises(Unauthorized):
        client.list_orders(access_token=broken)
    assert backend.transport.requests == []


@pytest.mark.parametrize("key", ["", "short", "a" * 256, "with space", "new\nline", "clé-clé-clé"])
def test_a_key_that_the_contract_forbids_is_invalid_and_not_sent(key: str) -> None:
    backend = Backend("orders", "addLine")
    client = OrdersClient(backend.rest)
    with pytest.raises(Invalid) as caught:
        client.add_line(cart=CART, sku="FN-MEA-INK-45", quantity=1, idempotency_key=key)
    assert caught.value.errors[0].pointer == "Idempotency-Key"
    assert backend.transport.requests == []


def test_asking_for_nothing_is_a_mistake_of_the_caller() -> None:
    client = CatalogClient(Backend("catalog", "listProducts").rest)
    with pytest.raises(ValueError, match="handles"):
        client.list_products(market="eu", locale="en", handles=[])
    with pytest.raises(ValueError, match="skus"):
        client.list_offers(market="eu", skus=[])


def test_no_more_is_asked_than_was_said() -> None:
    backend = Backend("catalog", "listProducts")
    _quietly(lambda: CatalogClient(backend.rest).list_products(market="eu", locale="en"))
    query = parse_qs(urlsplit(backend.sent().url).query, keep_blank_values=True)
    assert query == {"market": ["eu"], "locale": ["en"], "limit": ["24"]}


def _quietly(call: Any) -> None:
    """Make a call whose answer, a 500, is of no interest."""
    with pytest.raises(UpstreamUnavailable, match="status 500"):
        call()


def _path_values(wanted: Operation, path: str) -> dict[str, str]:
    """What stands where the template has its names."""
    template = (wanted.base + wanted.path).split("/")
    steps = path.split("/")
    assert len(template) == len(steps)
    values = {}
    for pattern, step in zip(template, steps, strict=True):
        if pattern.startswith("{"):
            values[pattern.strip("{}")] = unquote(step)
        else:
            assert pattern == step
    return values


def _typed(parameter: Mapping[str, Any], texts: list[str]) -> Any:
    """The value that the texts of a query stand for (OpenAPI's form style)."""
    schema = parameter["schema"]
    if schema["type"] == "array":
        return texts if parameter.get("explode", True) else texts[0].split(",")
    (text,) = texts
    return int(text) if schema["type"] == "integer" else text


def _security_header(scheme: Mapping[str, Any]) -> str:
    return str(scheme["name"]) if scheme["type"] == "apiKey" else "Authorization"
