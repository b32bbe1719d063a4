"""An order is placed exactly once, whatever the network and other shoppers do at the same moment."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from apptier.orders.tests.harness import Shop, at_once, idempotent

pytest_plugins = ["apptier.orders.tests.plugin"]


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def payments_of(backend: Shop, order_id: str) -> int:
    client = backend.tables.client
    found = client.scan(
        TableName=backend.tables.name("payments"),
        FilterExpression="order_id = :id",
        ExpressionAttributeValues={":id": {"S": order_id}},
    )
    return found["Count"]


def test_an_order_holds_what_was_agreed(backend: Shop) -> None:
    sku = backend.article(10)
    basket = backend.filled(sku, quantity=2)
    answer = basket.place()
    body = answer.json()
    order = body["order"]

    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert order["status"] == "awaiting_payment"
    assert order["totals"] == basket.cart["totals"]
    assert order["payment"]["redirect_url"].endswith(order["payment"]["id"])
    assert len(body["token"]) >= 32
    assert backend.stock(sku) == 8
    assert basket.refresh()["status"] == "ordering"
    assert basket.cart["order_id"] == order["id"]
    assert basket.cart["lines"][0]["notices"] == []
    assert code(basket.add(sku)) == (409, "cart_locked")
    assert len(backend.rows("hold", order["id"])) == 1


def test_a_hundred_of_the_same_order_at_once_are_one(backend: Shop) -> None:
    sku = backend.article(50)
    basket = backend.filled(sku, quantity=3)

    # Each is answered: the harness gives up on one that hangs, after `TIMEOUT` seconds.
    answers = at_once(100, lambda n: basket.place("one-and-the-same", at=n))

    assert Counter(answer.status_code for answer in answers) == {201: 100}
    assert len({answer.text for answer in answers}) == 1
    assert backend.stock(sku) == 47
    assert payments_of(backend, answers[0].json()["order"]["id"]) == 1


def test_two_keys_for_one_cart_give_one_order(backend: Shop) -> None:
    sku = backend.article(50)
    basket = backend.filled(sku)

    answers = at_once(10, lambda n: basket.place(f"another-key-{n}", at=n))
    placed = [answer.json()["order"]["id"] for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code != 201]

    assert len(placed) == 1
    assert {code(answer) for answer in refused} == {(409, "cart_locked")}
    assert {answer.json()["order_id"] for answer in refused} == set(placed)
    assert backend.stock(sku) == 49


def test_two_hundred_buyers_of_the_last_twenty(backend: Shop) -> None:
    sku = backend.article(20)
    buyers = backend.clones(backend.filled(sku), 200)

    answers = at_once(len(buyers), lambda n: buyers[n].place(at=n))
    refused = [answer for answer in answers if answer.status_code != 201]

    assert Counter(answer.status_code for answer in answers) == {201: 20, 409: 180}
    assert {code(answer) for answer in refused} == {(409, "insufficient_stock")}
    assert {(answer.json()["sku"], answer.json()["available"]) for answer in refused} == {(sku, 0)}
    assert len({a.json()["order"]["id"] for a in answers if a.status_code == 201}) == 20
    assert backend.stock(sku) == 0


def test_all_or_nothing(backend: Shop) -> None:
    plenty, scarce = backend.article(10), backend.article(2)
    basket = backend.filled(plenty, scarce, quantity=2)
    backend.tables.update("stock", {"pk": scarce}, "SET quantity = :n", values={":n": 1})

    refused = basket.place("sold-out-meanwhile")

    assert code(refused) == (409, "insufficient_stock")
    assert (refused.json()["sku"], refused.json()["available"]) == (scarce, 1)
    assert backend.stock(plenty) == 10
    assert basket.refresh()["status"] == "open"
    backend.tables.update("stock", {"pk": scarce}, "SET quantity = :n", values={":n": 2})
    assert basket.place("sold-out-meanwhile").status_code == 201


def test_nothing_is_charged_that_was_not_agreed_to(backend: Shop) -> None:
    sku = backend.article(price=4900)
    basket = backend.filled(sku)

    backend.price(sku, 5900)
    changed = basket.place()
    assert code(changed) == (409, "total_changed")
    assert changed.json()["total"] == {"amount": 6395, "currency": "EUR"}
    assert code(basket.place(total={"amount": 5395, "currency": "USD"})) == (409, "total_changed")
    stale = basket.place(cart_version=1)
    assert code(stale) == (409, "cart_changed")
    assert stale.json()["cart_version"] == basket.cart["version"]
    basket.refresh()
    assert basket.place().status_code == 201
    assert backend.stock(sku) == 49


def test_what_is_missing_is_named(backend: Shop) -> None:
    basket = backend.basket()
    nothing = basket.place()
    assert code(nothing) == (409, "cart_incomplete")
    pointers = [fault["pointer"] for fault in nothing.json()["errors"]]
    assert pointers == ["/lines", "/contact", "/address", "/delivery_option"]


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.invalid/",
        "http://shop.invalid@evil.invalid/",
        "http://shop.invalid:81/",
        "https://shop.invalid/",
        "javascript:alert(1)",
        "//shop.invalid/",
        "http://shop.invalid\\@evil.invalid/",
        "http://shop.invalid/\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_a_payment_returns_to_the_shop_only(backend: Shop, url: str) -> None:
    basket = backend.basket()
    answer = basket.place(return_url=url)
    assert code(answer) == (422, "validation_failed")
    assert answer.json()["errors"][0]["pointer"] == "/return_url"


def test_a_key_is_for_one_request(backend: Shop) -> None:
    basket = backend.filled()
    assert basket.place("my-order-key").status_code == 201
    assert code(basket.place("my-order-key", cart_version=99)) == (422, "idempotency_key_reused")
    missing = backend.ask("POST", "/orders/v1/orders", headers=basket.headers, json=basket.order_body())
    assert code(missing) == (422, "validation_failed")
    assert missing.json()["errors"][0]["pointer"] == "Idempotency-Key"


def test_the_first_answer_is_given_again_even_after_it_was_paid(backend: Shop) -> None:
    basket = backend.filled()
    first = basket.place("again-and-again")
    payment = first.json()["order"]["payment"]["id"]
    backend.ask("POST", f"/payments/v1/hosted/{payment}/approve")
    headers = {"Order-Token": first.json()["token"]}
    order = backend.ask("GET", f"/orders/v1/orders/{first.json()['order']['id']}", headers=headers)

    assert order.json()["status"] == "placed"
    assert basket.place("again-and-again", at=1).text == first.text
    assert basket.refresh()["status"] == "ordered"


def test_a_full_cart_can_be_ordered_and_given_up(backend: Shop) -> None:
    basket, skus = backend.crammed(88)
    assert basket.add(backend.article()).status_code == 200
    assert code(basket.add(backend.article())) == (422, "line_limit")

    purchase = basket.ready().placed()
    assert {backend.stock(sku) for sku in skus[:3]} == {2}
    assert purchase.cancel().json()["status"] == "cancelled"
    assert {backend.stock(sku) for sku in skus} == {3}


def test_a_customer_lists_their_own_orders(backend: Shop) -> None:
    mine = []
    for _ in range(3):
        basket = backend.basket(customer="lister-1")
        basket.add(backend.article(), 2)
        mine.append(basket.ready().place().json()["order"]["id"])
    bearer = {"Authorization": f"Bearer {backend.pool.token('lister-1')}"}
    other = {"Authorization": f"Bearer {backend.pool.token('lister-2')}"}

    def page(query: str, headers: dict[str, str]):
        return backend.ask("GET", f"/orders/v1/orders?{query}", headers=headers)

    first = page("limit=2", bearer).json()
    second = page(f"limit=2&cursor={first['next_cursor']}", bearer).json()
    assert [item["id"] for item in first["items"] + second["items"]] == mine[::-1]
    assert first["items"][0]["item_count"] == 2
    assert page("limit=2", other).json() == {"items": [], "next_cursor": None}
    assert code(page(f"cursor={first['next_cursor']}", other)) == (400, "bad_cursor")
    url = f"/orders/v1/orders/{mine[0]}"
    assert backend.ask("GET", url, headers=bearer).status_code == 200
    assert code(backend.ask("GET", url, headers=other)) == (404, "not_found")


def test_a_guest_who_signs_in_finds_the_order_among_their_own(backend: Shop) -> None:
    basket = backend.filled()
    bearer = {"Authorization": f"Bearer {backend.pool.token('late-1')}"}
    headers = basket.headers | bearer | idempotent()
    placed = backend.ask("POST", "/orders/v1/orders", headers=headers, json=basket.order_body()).json()

    listed = backend.ask("GET", "/orders/v1/orders", headers=bearer).json()["items"]
    assert [item["id"] for item in listed] == [placed["order"]["id"]]


def test_a_process_killed_while_it_places_leaves_one_order_or_none(backend: Shop) -> None:
    """The shopper sees an error, sends the same again, and has one order, wherever it was cut off."""
    sku = backend.article(50)
    baskets = backend.clones(backend.filled(sku), 3)
    for number, basket in enumerate(baskets):
        with ThreadPoolExecutor(1) as pool:
            cut_off = pool.submit(basket.place, f"cut-off-{number}", at=1)
            time.sleep(0.02 * number)
            backend.stack.kill("orders-1")
            backend.restart(1)
            cut_off.exception()
        again = basket.place(f"cut-off-{number}", at=number)
        assert again.status_code == 201, again.text
        assert basket.place(f"cut-off-{number}").text == again.text
        assert payments_of(backend, again.json()["order"]["id"]) == 1
        assert backend.stock(sku) == 49 - number
