"""Double clicks on "Place order": two presses 50 ms apart, answered by whichever worker process is free.

The browser shows the answer to the second. When that is "we are checking your order", as on a machine that is
too busy to answer in time, the buyer does what the page says until they can pay.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.faults.buyer import at_the_review, go_on
from tests.integration.shop_visitor import Answer, Visitor

BETWEEN_SECONDS = 0.05
_PAIRS_AT_ONCE = 4


def double_clicks(origin: str, sku: str, times: int, dynamodb: Any) -> dict[str, Any]:
    """Orders per cart after `times` double clicks by as many guests, and what the browsers were told."""
    told: Counter[str] = Counter()
    carts: list[str] = []
    with ThreadPoolExecutor(_PAIRS_AT_ONCE) as pool:
        for cart, answers in pool.map(lambda _: _double_click(origin, sku), range(times)):
            carts.append(cart)
            told.update(_kind(answer) for answer in answers)
    orders: Counter[str] = Counter()
    pages = dynamodb.get_paginator("scan").paginate(TableName="storefront-orders", ConsistentRead=True)
    for page in pages:
        orders.update(item["cart_id"]["S"] for item in page["Items"] if "cart_id" in item)
    wrong = {cart: orders[cart] for cart in carts if orders[cart] != 1}
    return {"times": times, "one_order_each": times - len(wrong), "wrong": wrong, "answers": dict(told)}


def _double_click(origin: str, sku: str) -> tuple[str, list[Answer]]:
    browser, form = at_the_review(origin, sku)

    def press(after: float) -> Answer:
        time.sleep(after)
        # Each press is a request of its own with the cookies of that moment, as a browser sends it.
        return Visitor(origin, dict(browser.cookies)).post("/checkout/place/", form)

    cart: str = browser.cart["id"]
    with ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(press, (0.0, BETWEEN_SECONDS)))
    for answer in answers:
        browser.cookies |= answer.cookies
    browser.cookies = {name: value for name, value in browser.cookies.items() if value}
    go_on(browser, answers[-1], [], time.monotonic())
    return cart, answers


def _kind(answer: Answer) -> str:
    return f"{answer.status} to the payment" if "/hosted/" in answer.location else str(answer.status)
