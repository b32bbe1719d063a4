"""After an order was placed: found again, ordered again, followed on its way, made good when it is short."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

import pytest

from apptier.orders.finding import tidy_number
from apptier.orders.tests.harness import CONTACT, Basket, Purchase, Shop, at_once, idempotent, until

pytest_plugins = ["apptier.orders.tests.plugin"]
AT = "2026-11-23T09:00:00Z"


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def paid(basket: Basket) -> Purchase:
    purchase = basket.placed()
    purchase.answer_page("approve")
    assert purchase.settled() == "placed"
    return purchase


def find(backend: Shop, number: str, email: str):
    return backend.ask("POST", "/orders/v1/orders/lookup", json={"number": number, "email": email})


def tell(
    backend: Shop, purchase: Purchase, kind: str, *, at: int = 0, event: str | None = None, **facts: Any
):
    body = {"event_id": event or f"evt_{secrets.token_hex(8)}", "kind": kind, "at": AT} | facts
    headers = {"Service-Key": backend.settings.service_key}
    url = f"/orders/v1/orders/{purchase.id}/fulfilment-events"
    return backend.ask("POST", url, at=at, json=body, headers=headers)


def short(backend: Shop, purchase: Purchase, resolution: str, *counts: tuple[int, int], **facts: Any):
    """So many of the lines of those numbers are not there."""
    ids = [line["id"] for line in purchase.first["order"]["lines"]]
    lines = [{"line_id": ids[number], "quantity": count} for number, count in counts]
    return tell(backend, purchase, "short", resolution=resolution, lines=lines, **facts)


def refunded_by_provider(backend: Shop, purchase: Purchase) -> int:
    item = backend.tables.get("payments", {"pk": purchase.payment_id}, consistent=True)
    assert item is not None
    return item.get("refunded", 0)


def kinds(order: dict[str, Any]) -> list[str]:
    return [entry["kind"] for entry in order["timeline"]]


# -- found again


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{plain}", "{spaced}"])
def test_an_order_is_found_however_its_number_is_typed(backend: Shop, typed: str) -> None:
    purchase = backend.filled().placed()
    number = purchase.first["order"]["number"]
    forms = {"lower": number.lower(), "plain": number.replace("-", ""), "spaced": number.replace("-", " ")}
    answer = find(backend, typed.format(number, **forms), " Robin@Example.com ")
    assert answer.status_code == 200
    assert answer.json() == {"order_id": purchase.id, "token": purchase.token}


def test_wrong_guesses_say_nothing_and_are_counted(backend: Shop) -> None:
    purchase = backend.filled().placed()
    number = purchase.first["order"]["number"]
    unknown = "SF-3333-3333"
    wrong, missing = find(backend, number, "else@example.com"), find(backend, unknown, CONTACT["email"])
    assert code(wrong) == code(missing) == (404, "order_not_found")
    assert wrong.content == missing.content

    answers = at_once(19, lambda n: find(backend, number, f"guess-{n}@example.com"))
    assert Counter(answer.status_code for answer in answers) == {404: 9, 429: 10}
    right = find(backend, number, CONTACT["email"])
    assert code(right) == (429, "too_many_tries")
    assert 0 < right.json()["retry_after"] <= 3600
    assert right.headers["retry-after"] == str(right.json()["retry_after"])
    key = {"pk": f"findOrder:{tidy_number(number)}"}
    backend.tables.update("idempotency", key, "SET expires_at = :past", values={":past": 1})
    assert find(backend, number, CONTACT["email"]).status_code == 200


def test_right_guesses_are_not_counted(backend: Shop) -> None:
    number = backend.filled().placed().first["order"]["number"]
    assert {find(backend, number, CONTACT["email"]).status_code for _ in range(15)} == {200}


# -- ordered again


def again(basket: Basket, purchase: Purchase, key: str | None = None, **changes: Any):
    body = {"order_id": purchase.id, "order_token": purchase.token} | changes
    return basket.ask("POST", "/order-lines", json=body, headers=idempotent(key))


def test_what_was_ordered_can_be_put_into_a_cart_again(backend: Shop) -> None:
    plenty, scarce, gone = backend.article(50), backend.article(6), backend.article(3)
    purchase = backend.filled(plenty, scarce, gone, quantity=3).placed()
    backend.tables.update("stock", {"pk": scarce}, "SET quantity = :n", values={":n": 2})
    basket = backend.basket()
    basket.add(plenty, 98)
    backend.tables.update("stock", {"pk": plenty}, "SET quantity = :n", values={":n": 200})
    basket.add(plenty, 98)
    answer = again(basket, purchase, "the-same-reorder-key")
    body = answer.json()

    assert answer.status_code == 200
    assert {line["sku"]: line["quantity"] for line in body["cart"]["lines"]} == {plenty: 99, scarce: 2}
    left = {one["sku"]: (one["reason"], one["wanted"], one["added"]) for one in body["left_out"]}
    assert left == {
        plenty: ("quantity_limit", 3, 1),
        scarce: ("out_of_stock", 3, 2),
        gone: ("out_of_stock", 3, 0),
    }
    assert again(basket, purchase, "the-same-reorder-key").json() == body


def test_only_who_may_see_an_order_may_order_it_again(backend: Shop) -> None:
    purchase, basket = backend.filled().placed(), backend.basket()
    assert code(again(basket, purchase, order_token="x" * 43)) == (404, "not_found")
    body = {"order_id": purchase.id}
    assert code(basket.ask("POST", "/order-lines", json=body, headers=idempotent())) == (404, "not_found")
    mine = backend.basket(customer="again-1")
    mine.add(backend.article())
    own = mine.ready().place().json()["order"]["id"]
    fresh = backend.basket(customer="again-1")
    answer = fresh.ask("POST", "/order-lines", json={"order_id": own}, headers=idempotent())
    assert answer.json()["cart"]["item_count"] == 1


# -- followed on its way


def test_the_warehouse_says_how_far_it_is(backend: Shop) -> None:
    purchase = paid(backend.filled())
    tracking = {"carrier": "An Post", "number": "CE123", "url": "https://post.example/CE123"}
    assert tell(backend, purchase, "preparing").json()["status"] == "preparing"
    shipped = tell(backend, purchase, "shipped", at=1, tracking=tracking).json()
    assert (shipped["status"], shipped["tracking"]) == ("shipped", tracking)
    assert tell(backend, purchase, "delivered").json()["status"] == "delivered"
    order = purchase.ask().json()
    assert set(kinds(order)) == {"created", "paid", "preparing", "shipped", "delivered"}
    assert "An Post, CE123" in [entry["detail"] for entry in order["timeline"]]
    assert code(purchase.cancel()) == (409, "order_paid")


def test_events_may_come_twice_late_and_out_of_order(backend: Shop) -> None:
    purchase = paid(backend.filled())
    first = [
        tell(backend, purchase, kind, event=f"evt_{kind}_1").json()["status"]
        for kind in ("delivered", "shipped", "preparing")
    ]
    assert first == ["delivered"] * 3
    answers = at_once(6, lambda n: tell(backend, purchase, "collected", at=n, event="evt_collected"))
    assert {answer.status_code for answer in answers} == {200}
    order = purchase.ask().json()
    assert Counter(kinds(order)) == dict.fromkeys(
        ["created", "paid", "delivered", "shipped", "preparing", "collected"], 1
    )
    assert order["timeline"] == sorted(order["timeline"], key=lambda entry: entry["at"])


def test_only_paid_orders_and_only_services(backend: Shop) -> None:
    unpaid = backend.filled().placed()
    assert code(tell(backend, unpaid, "preparing")) == (409, "order_not_paid")
    url = f"/orders/v1/orders/{unpaid.id}/fulfilment-events"
    body = {"event_id": "evt_00000001", "kind": "preparing", "at": AT}
    assert code(backend.ask("POST", url, json=body)) == (401, "unauthorized")
    key = {"Service-Key": backend.settings.service_key}
    for wrong in ({"at": "yesterday"}, {"at": "2026-11-23"}, {"kind": "lost"}, {"event_id": "x"}):
        assert code(backend.ask("POST", url, json=body | wrong, headers=key)) == (422, "validation_failed")
    absent = "/orders/v1/orders/ord_00000000/fulfilment-events"
    assert code(backend.ask("POST", absent, json=body, headers=key)) == (404, "not_found")


# -- made good


def test_what_comes_later_is_said(backend: Shop) -> None:
    purchase = paid(backend.filled(quantity=3))
    order = short(backend, purchase, "backorder", (0, 2), expected="2026-12-24").json()
    assert (order["status"], order["lines"][0]["backordered"], order["lines"][0]["refunded"]) == (
        "placed",
        2,
        0,
    )
    entry = next(entry for entry in order["timeline"] if entry["kind"] == "backordered")
    assert "2 × Thing" in entry["detail"]
    assert "2026-12-24" in entry["detail"]
    assert code(short(backend, purchase, "backorder", (0, 2))) == (409, "line_exceeded")
    assert refunded_by_provider(backend, purchase) == 0


def test_pieces_are_paid_back_to_the_cent_and_the_last_takes_the_rest(backend: Shop) -> None:
    backend.promotion("thirds", "percentage", code="THIRDS", percent=3333)
    basket = backend.filled(backend.article(price=999), backend.article(price=333), quantity=3)
    assert basket.write("PUT", "/codes/THIRDS").ok
    purchase = paid(basket)
    total = purchase.first["order"]["totals"]["total"]["amount"]
    nets = [
        line["line_total"]["amount"] - line["discount"]["amount"] for line in purchase.first["order"]["lines"]
    ]

    one = short(backend, purchase, "refund", (0, 1)).json()
    assert one["status"] == "placed"
    assert abs(one["payment"]["refunded"]["amount"] - nets[0] / 3) <= 0.5
    whole_line = short(backend, purchase, "refund", (0, 2)).json()
    assert whole_line["payment"]["refunded"]["amount"] == nets[0]
    assert code(short(backend, purchase, "refund", (0, 1))) == (409, "line_exceeded")
    until(lambda: refunded_by_provider(backend, purchase) == nets[0], "not paid back")

    last = short(backend, purchase, "refund", (1, 3)).json()
    assert (last["status"], last["payment"]["refunded"]["amount"]) == ("refunded", total)
    until(lambda: refunded_by_provider(backend, purchase) == total, "not paid back")
    order = purchase.ask().json()
    assert kinds(order).count("refund_started") == kinds(order).count("refunded") == 3
    assert backend.rows("refund", purchase.id) == []
    assert code(tell(backend, purchase, "shipped")) == (409, "order_not_paid")
    assert "OrderRefunded" in backend.events(purchase.id, count=2)


def test_tax_that_came_on_top_goes_back_too(backend: Shop) -> None:
    basket = backend.basket(market="us")
    basket.add(backend.article(us_price=1000), 2)
    basket.write("PUT", "/contact", CONTACT)
    basket.write("PUT", "/fulfilment", {"kind": "pickup", "store_id": "sto_brookly1"})
    purchase = paid(basket)
    assert purchase.first["order"]["totals"]["total"]["amount"] == 2160
    assert short(backend, purchase, "refund", (0, 1)).json()["payment"]["refunded"]["amount"] == 1080


def test_the_same_short_event_pays_back_once(backend: Shop) -> None:
    purchase = paid(backend.filled(backend.article(price=1000), quantity=5))
    line = purchase.first["order"]["lines"][0]["id"]
    lines = [{"line_id": line, "quantity": 1}]
    facts = {"event": "evt_short_once", "resolution": "refund", "lines": lines}
    answers = at_once(8, lambda n: tell(backend, purchase, "short", at=n, **facts))
    assert {answer.status_code for answer in answers} == {200}
    until(lambda: refunded_by_provider(backend, purchase) == 1000, "not paid back")
    assert purchase.ask().json()["payment"]["refunded"]["amount"] == 1000


def test_a_short_event_has_to_say_what_and_how(backend: Shop) -> None:
    purchase = paid(backend.filled())
    nothing = tell(backend, purchase, "short")
    assert code(nothing) == (422, "validation_failed")
    assert [fault["pointer"] for fault in nothing.json()["errors"]] == ["/resolution", "/lines"]
    lines = [{"line_id": "lin_00000000", "quantity": 1}]
    unknown = tell(backend, purchase, "short", resolution="refund", lines=lines)
    assert unknown.json()["errors"][0]["pointer"] == "/lines/0/line_id"
