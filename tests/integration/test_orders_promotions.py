"""Codes do what they promise, exactly as often as they may, and a cart says what it gains and loses."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from apptier.orders.tests.harness import CONTACT, Basket, Shop, at_once

pytest_plugins = ["apptier.orders.tests.plugin"]
NAMES = itertools.count(1)


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def coded(backend: Shop, kind: str = "percentage", **facts) -> str:
    """A new code, 10 % unless told otherwise."""
    name = f"code-{next(NAMES)}"
    given = {"percent": 1000} if kind == "percentage" and "percent" not in facts else {}
    backend.promotion(name, kind, code=name.upper(), **given, **facts)
    return name.upper()


def use(basket: Basket, name: str):
    return basket.write("PUT", f"/codes/{name}")


def used(backend: Shop, name: str, who: str = "total") -> int:
    key = {"pk": f"U#eu#{name.lower()}", "sk": who}
    row = backend.tables.get("promotions", key, consistent=True)
    return row["used"] if row else 0


def test_a_code_takes_something_off_and_the_order_keeps_it(backend: Shop) -> None:
    name = coded(backend)
    basket = backend.filled(backend.article(price=4900), quantity=2)
    answer = use(basket, name.lower())

    assert answer.status_code == 200
    assert basket.cart["totals"]["discount"]["amount"] == 980
    assert (basket.cart["totals"]["total"]["amount"], basket.cart["totals"]["tax"]["amount"]) == (9315, 1742)
    assert basket.cart["lines"][0]["discount"]["amount"] == 980
    assert basket.cart["codes"] == [
        {"code": name, "applied": True, "reason": None, "detail": "", "missing": None}
    ]
    assert [notice["code"] for notice in basket.cart["notices"]] == ["promotion_gained"]
    assert basket.refresh()["notices"] == [], "said once, by the answer to the change"
    version = basket.cart["version"]
    assert use(basket, name).status_code == 200
    assert basket.cart["version"] == version + 1

    order = basket.placed().first["order"]
    assert order["totals"] == basket.cart["totals"]
    assert [(one["code"], one["amount"]["amount"]) for one in order["promotions"]] == [(name, 980)]
    assert order["lines"][0]["discount"]["amount"] == 980
    # What was agreed on stays, whatever becomes of the promotion.
    backend.promotion(name.lower(), "percentage", code=name, percent=9000)
    assert basket.refresh()["totals"] == order["totals"]


def test_what_is_gained_and_lost_is_said(backend: Shop) -> None:
    name = coded(backend, "amount", amount=1500, minimum=10_000)
    basket = backend.filled(backend.article(price=4900), quantity=2)
    use(basket, name)
    state = basket.cart["codes"][0]
    assert (state["applied"], state["reason"]) == (False, "minimum_not_reached")
    assert state["missing"] == {"amount": 200, "currency": "EUR"}
    assert "2.00 EUR" in state["detail"]

    line = f"/lines/{basket.cart['lines'][0]['id']}"
    basket.write("PATCH", line, {"quantity": 3})
    assert basket.cart["totals"]["discount"]["amount"] == 1500
    assert [notice["code"] for notice in basket.cart["notices"]] == ["promotion_gained"]
    basket.write("PATCH", line, {"quantity": 1})
    assert basket.cart["totals"]["discount"]["amount"] == 0
    assert [notice["code"] for notice in basket.cart["notices"]] == ["promotion_lost"]

    assert basket.write("DELETE", f"/codes/{name}").json()["codes"] == []
    assert basket.write("DELETE", f"/codes/{name}").status_code == 200


def test_codes_that_cannot_be_used_are_refused_with_the_reason(backend: Shop) -> None:
    basket = backend.filled()
    ended = coded(backend, ends_at="2025-01-01T00:00:00.000Z")
    early = coded(backend, starts_at="2999-01-01T00:00:00.000Z")
    american = coded(backend, market="us")
    for name, refusal in (
        ("NO-SUCH-CODE", "unknown_code"),
        (american, "unknown_code"),
        (ended, "code_expired"),
        (early, "code_not_started"),
    ):
        assert code(use(basket, name)) == (422, refusal)
    for name in [coded(backend) for _ in range(3)]:
        assert use(basket, name).status_code == 200
    assert code(use(basket, coded(backend))) == (422, "code_limit")
    assert sum(one["applied"] for one in basket.cart["codes"]) == 1
    assert {one["reason"] for one in basket.cart["codes"] if not one["applied"]} == {"not_combinable"}


def test_free_delivery_is_within_reach_then_reached(backend: Shop) -> None:
    us = {"market": "us", "minimum": 8500}
    backend.promotion("free-us", "free_delivery", **us)
    try:
        basket = backend.basket(market="us")
        sku = backend.article(us_price=5000)
        basket.add(sku)
        assert [(one["id"], one["missing"]["amount"]) for one in basket.cart["nudges"]] == [("free-us", 3500)]
        basket.add(sku)
        totals = basket.cart["totals"]
        assert (totals["delivery"]["amount"], totals["discount"]["amount"]) == (695, 695)
        assert (totals["tax"]["amount"], totals["total"]["amount"]) == (800, 10_800)
        assert basket.cart["nudges"] == []
        quotes = backend.ask("GET", "/orders/v1/delivery-quotes?market=us&locale=en&country=US").json()
        assert quotes["free_from"] == {"amount": 8500, "currency": "USD"}
    finally:
        backend.tables.delete("promotions", {"pk": "P#us", "sk": "free-us"})


def test_a_promotion_on_a_category_knows_what_is_in_it(backend: Shop) -> None:
    name = coded(backend, "buy_x_get_y", take=3, pay=2, target={"categories": ["things"]})
    cheap, dear = backend.article(price=1000), backend.article(price=2000)
    basket = backend.basket()
    basket.add(dear, 2)
    use(basket, name)
    assert basket.cart["totals"]["discount"]["amount"] == 0
    basket.add(cheap)
    assert [line["discount"]["amount"] for line in basket.cart["lines"]] == [0, 1000]


def test_two_hundred_buyers_of_a_code_for_twenty(backend: Shop) -> None:
    name = coded(backend, uses=20)
    basket = backend.filled(backend.article(500))
    use(basket, name)
    buyers = backend.clones(basket, 200)

    answers = at_once(len(buyers), lambda n: buyers[n].place(at=n))

    placed = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert Counter(answer.status_code for answer in answers) == {201: 20, 409: 180}
    assert {code(answer) for answer in refused} == {(409, "total_changed")}
    assert {answer.json()["order"]["totals"]["discount"]["amount"] for answer in placed} == {490}
    assert used(backend, name) == 20

    late = next(buyer for buyer, answer in zip(buyers, answers, strict=True) if answer.status_code != 201)
    assert late.refresh()["codes"][0]["reason"] == "code_used_up"
    assert late.place().status_code == 201, "it can still be bought, at the full price"
    assert code(use(backend.filled(), name)) == (422, "code_used_up")


def test_a_use_comes_back_when_the_order_is_given_up(backend: Shop) -> None:
    name = coded(backend, uses=1, uses_per_email=1)
    first, second = backend.filled(), backend.filled()
    assert use(first, name).ok
    assert use(second, name).ok
    purchase = first.placed()
    assert used(backend, name) == 1
    assert code(second.place()) == (409, "total_changed")

    assert purchase.cancel().json()["status"] == "cancelled"
    assert used(backend, name) == 0
    assert second.refresh()["codes"][0]["applied"]
    assert second.placed().answer_page("decline").status_code == 303


def test_once_per_address_however_it_is_written(backend: Shop) -> None:
    name = coded(backend, uses_per_email=1)
    mail = {"email": "once.only@example.com", "name": "Robin Byrne"}
    first, second, third = (backend.filled() for _ in range(3))
    for basket in (first, second, third):
        assert use(basket, name).ok
    assert first.write("PUT", "/contact", mail).ok
    first.placed()

    assert second.write("PUT", "/contact", mail | {"email": "Once.Only@Example.com"}).ok
    assert [notice["code"] for notice in second.cart["notices"]] == ["promotion_lost"]
    assert second.cart["codes"][0]["reason"] == "code_used_up"
    assert third.write("PUT", "/contact", CONTACT | {"email": "another@example.com"}).ok
    assert third.cart["codes"][0]["applied"]


@pytest.mark.parametrize("name", ["X", "spaces in it", "<script>", "A" * 41])
def test_odd_codes_are_refused(backend: Shop, name: str) -> None:
    assert use(backend.filled(), name).status_code in {404, 422}
