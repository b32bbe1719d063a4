"""The keys that open what is a guest's belong to orders and payments alone, and can be changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from apptier.kit.clock import ManualClock, SystemClock
from apptier.kit.problems import Problem
from apptier.kit.service import make_context
from apptier.kit.settings import Settings
from apptier.orders import wiring
from apptier.orders.access import Caller
from apptier.orders.finding import MOST_TRIES, Finding
from apptier.orders.models import CreateCart, FindOrder, PlaceOrder
from apptier.orders.tests.harness import CONTACT, Shop, at_once, idempotent
from apptier.orders.wiring import Shopfloor

pytest_plugins = ["apptier.orders.tests.plugin"]
ROTATED = "the-key-that-came-after-the-first"


def floor(backend: Shop, **changes: object) -> Shopfloor:
    settings: Settings = replace(backend.settings, **changes)
    context = make_context("orders", settings, tables=backend.tables)
    return wiring.wire(settings, context=context)


def rotated(backend: Shop) -> Shopfloor:
    known = backend.settings
    return floor(
        backend,
        order_secret_key=ROTATED,
        order_secret_key_fallbacks=(known.order_secret_key,),
        payment_secret_key=ROTATED,
        payment_secret_key_fallbacks=(known.payment_secret_key,),
    )


def test_who_knows_the_service_key_cannot_make_a_guests_secret(backend: Shop) -> None:
    basket = backend.basket()
    elsewhere = floor(backend, order_secret_key=backend.settings.service_key)
    guessed = elsewhere.placing._secrets.cart_secret(basket.id)
    assert guessed != basket.headers["Cart-Secret"]
    same = floor(backend, service_key="another-service-key-altogether")
    assert same.placing._secrets.cart_secret(basket.id) == basket.headers["Cart-Secret"]


def test_after_a_rotation_a_look_up_still_opens_the_order(backend: Shop) -> None:
    purchase = backend.filled().placed()
    wanted = FindOrder(number=purchase.first["order"]["number"], email=CONTACT["email"])
    found = rotated(backend).finding.find(wanted)
    assert found.token == purchase.token
    assert rotated(backend).lookup.read(Caller(None, found.token), found.order_id).id == purchase.id


def test_after_a_rotation_repeated_requests_get_what_they_got(backend: Shop) -> None:
    key = "a-key-of-more-than-22-characters"
    made = backend.ask(
        "POST", "/orders/v1/carts", headers=idempotent(key), json={"market": "eu", "locale": "en"}
    ).json()
    wanted = CreateCart(market="eu", locale="en")
    assert rotated(backend).carts.create(None, wanted, key)[1] == made["secret"]

    basket = backend.filled()
    placed = basket.place("placed-before-the-rotation").json()
    order_id, payment_id = placed["order"]["id"], placed["order"]["payment"]["id"]
    # As if the answer of the payment service had been lost: the order has not heard of its payment.
    backend.tables.update(
        "orders", {"pk": order_id, "sk": "order"}, "SET payment_id = :none", values={":none": None}
    )
    caller = Caller(None, basket.headers["Cart-Secret"])
    body = PlaceOrder.model_validate(basket.order_body())
    again, token = rotated(backend).placing.place(caller, body, "placed-before-the-rotation")
    assert (again.payment_id, token) == (payment_id, placed["token"])


def finding(backend: Shop, clock: ManualClock) -> Finding:
    made = floor(backend)
    return Finding(backend.tables, clock, made.orders, made.placing._secrets)


def test_of_many_who_find_an_old_count_all_are_counted(backend: Shop) -> None:
    number = "SF-4444-4444"
    key = {"pk": f"findOrder:{number}"}
    backend.tables.put("idempotency", key | {"tries": 10, "expires_at": 1})
    clock = ManualClock(SystemClock().now())
    search = finding(backend, clock)

    def guess(turn: int) -> int:
        with pytest.raises(Problem) as refused:
            search.find(FindOrder(number=number, email=f"guess-{turn}@example.com"))
        return refused.value.status

    tried = Counter(at_once(20, guess))
    assert tried == {404: MOST_TRIES, 429: 20 - MOST_TRIES}
    row = backend.tables.get("idempotency", key, consistent=True)
    assert row is not None
    assert row["tries"] == 20


def test_forgiving_makes_no_row_that_never_goes(backend: Shop) -> None:
    key = {"pk": "findOrder:SF-5555-5555"}
    finding(backend, ManualClock(SystemClock().now()))._forgive(key)
    assert backend.tables.get("idempotency", key, consistent=True) is None


def test_reviewers_do_not_use_up_the_shoppers_tries(backend: Shop) -> None:
    number = backend.filled().placed().first["order"]["number"]
    ours = {"Service-Key": backend.settings.service_key}

    def find(email: str, headers: dict[str, str] | None = None) -> int:
        body = {"number": number, "email": email}
        return backend.ask("POST", "/orders/v1/orders/lookup", json=body, headers=headers).status_code

    wrong = [find("else@example.com", ours) for _ in range(MOST_TRIES + 1)]
    assert wrong == [404] * MOST_TRIES + [429], "they are bounded as well"
    assert find(CONTACT["email"]) == 200
    assert find(CONTACT["email"], {"Service-Key": "made-up"}) == 401
