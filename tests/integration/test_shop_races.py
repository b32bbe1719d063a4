"""A hundred presses of "Place order" at the same moment, spread over two worker processes, are one order."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from dev.messages import peek
from dev.provision import EVENT_BUS, ORDER_QUEUE
from dev.stack.devstack import DevStack
from tests.integration.shop_visitor import Answer, Visitor, some_product

PRESSES = 100
LOOKS = 20
PATIENCE = 30  # times that somebody who was told to try again does so
WAIT_SECONDS = 30


@pytest.fixture(scope="module")
def dynamodb(shop: DevStack) -> Any:
    return shop.boto("dynamodb")


def about(dynamodb: Any, table: str, word: str) -> list[dict[str, Any]]:
    """The items of a table that mention something."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=f"storefront-{table}", ConsistentRead=True)
    return [item for page in pages for item in page["Items"] if word in json.dumps(item)]


def stock_of(dynamodb: Any, sku: str) -> int:
    key = {"pk": {"S": sku}}
    stored = dynamodb.get_item(TableName="storefront-stock", Key=key, ConsistentRead=True)
    return int(stored["Item"]["quantity"]["N"])


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Answers of calls that start together, each in a thread of its own."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Answer]) -> Answer:
        start.wait(timeout=60)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def until_known(browser: Visitor, agreed: dict[str, str], answer: Answer) -> Answer:
    """What somebody sees in the end who presses again whenever told that it can't be known now."""
    for _ in range(PATIENCE):
        if answer.status not in {202, 503}:
            break
        answer = browser.post("/checkout/place/", agreed)
    return answer


def workers_of(master: int) -> int:
    """How many processes a process has under it (Linux)."""
    found = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            found += entry.read_text().rpartition(")")[2].split()[1] == str(master)
        except OSError:
            continue  # ended while we looked
    return found


@pytest.mark.parametrize("session", ["one session", "a session each"])
def test_a_hundred_presses_over_two_worker_processes_are_one_order(
    shop: DevStack, dynamodb: Any, origin: str, session: str
) -> None:
    assert workers_of(shop.pid("web")) == 2
    _, sku, _ = some_product(shop)
    shopper = Visitor(origin)
    agreed = shopper.to_review(sku)
    cart, before = shopper.cart["id"], stock_of(dynamodb, sku)
    kept = {name: value for name, value in shopper.cookies.items() if name != "s" or session == "one session"}
    browsers = [Visitor(origin, dict(kept)) for _ in range(PRESSES)]

    first = at_once([lambda one=one: one.post("/checkout/place/", agreed) for one in browsers])

    # A shop with too much to do may say that it is checking (202) or can't answer (503), and nothing else.
    seen = Counter(answer.status for answer in first)
    assert set(seen) <= {202, 303, 503}, seen
    assert all("checking your order" in answer.text for answer in first if answer.status == 202)
    last = [until_known(one, agreed, answer) for one, answer in zip(browsers, first, strict=True)]
    assert Counter(answer.status for answer in last) == {303: PRESSES}
    assert len({answer.location for answer in last}) == 1
    assert last[0].location.startswith(shop.environment("web")["PAYMENT_ORIGINS"] + "/")

    orders = [item for item in about(dynamodb, "orders", cart) if item["sk"]["S"] == "order"]
    assert len(orders) == 1
    order, number = orders[0]["pk"]["S"], orders[0]["number"]["S"]
    assert len(about(dynamodb, "payments", order)) == 1
    assert stock_of(dynamodb, sku) == before - 1

    paid = requests.post(f"{last[0].location}/approve", allow_redirects=False, timeout=60)
    assert paid.headers["Location"] == f"{origin}/ie/en/checkout/return/{order}/"
    came_back(browsers[:LOOKS], order, number)
    assert told(shop, f"{ORDER_QUEUE}.fifo", number) == 1
    assert told(shop, f"{EVENT_BUS}-events", order) >= 1
    assert stock_of(dynamodb, sku) == before - 1


def came_back(browsers: list[Visitor], order: str, number: str) -> None:
    """All of them return from paying at the same moment, and see the same order."""
    path = f"/checkout/return/{order}/"
    answers = at_once([lambda one=one: one.get(path) for one in browsers])
    for browser, answer in zip(browsers, answers, strict=True):
        seen = answer
        for _ in range(PATIENCE):
            if seen.status == 303:
                break
            seen = browser.get(path)
        assert seen.location == f"/ie/en/orders/{order}/"
        assert number in browser.get(seen.location).text


def told(shop: DevStack, queue: str, word: str) -> int:
    """How many messages of a queue mention something, once one does."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found = [one for one in peek(shop.boto("sqs"), queue) if word in one["Body"]]
        if found or time.monotonic() > deadline:
            return len(found)
        time.sleep(0.2)
