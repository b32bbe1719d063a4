"""However the news of a payment arrives, an order ends once: paid and told of, or its stock given back."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from apptier.kit.clock import ManualClock
from apptier.kit.problems import Problem
from apptier.kit.service import make_context
from apptier.orders import sweeper
from apptier.orders.access import Caller
from apptier.orders.messages import OrderMessage
from apptier.orders.models import PlaceOrder
from apptier.orders.order_queue import OrderQueue
from apptier.orders.outbox import CLAIM_SECONDS
from apptier.orders.ports import PaymentsUnavailable
from apptier.orders.tests.harness import Purchase, Shop, at_once, until
from apptier.orders.wiring import Shopfloor, wire
from apptier.payments.signing import sign

pytest_plugins = ["apptier.orders.tests.plugin"]


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def webhook(backend: Shop, purchase: Purchase, status: str, *, at: int = 0, age: int = 0, **changes):
    """Send a payment event as the payment service would."""
    event = {"payment_id": purchase.payment_id, "order_id": purchase.id, "status": status, "version": 2}
    body = json.dumps(event | changes).encode()
    signature = sign(backend.settings.payment_webhook_secret, body, int(time.time()) - age)
    headers = {"Payment-Signature": signature, "Content-Type": "application/json"}
    return backend.ask("POST", "/orders/v1/payment-events", at=at, data=body, headers=headers)


def later(backend: Shop, seconds: float, **parts) -> Shopfloor:
    """The order service in this process, so much later."""
    settings = replace(backend.settings, payments_url="")
    clock = ManualClock(datetime.now(UTC) + timedelta(seconds=seconds))
    return wire(settings, context=make_context("orders", settings, clock=clock), **parts)


def test_an_approved_payment_places_the_order_and_tells_of_it_once(backend: Shop) -> None:
    sku = backend.article(10)
    purchase = backend.filled(sku, quantity=2).placed()

    back = purchase.answer_page("approve")
    assert back.status_code == 303
    assert back.headers["location"] == f"http://shop.invalid/checkout/return/{purchase.id}/"
    # Nobody asks for the order: the webhook alone has to do it.
    assert purchase.settled() == "placed"

    order = purchase.ask().json()
    assert (order["status"], order["version"]) == ("placed", 2)
    assert order["payment"] == {
        "id": purchase.payment_id,
        "method": "card",
        "status": "approved",
        "redirect_url": None,
        "refunded": {"amount": 0, "currency": "EUR"},
    }
    assert [entry["kind"] for entry in order["timeline"]] == ["created", "paid"]
    assert order["placed_at"] == order["updated_at"]
    assert purchase.basket.refresh()["status"] == "ordered"
    assert backend.stock(sku) == 8
    assert backend.rows("hold", purchase.id) == []
    until(lambda: not backend.rows("outbox", purchase.id), "the outbox keeps its row")

    messages = backend.messages(purchase.id, count=1)
    assert len(messages) == 1
    message = OrderMessage.model_validate_json(json.dumps(messages[0]))
    assert message.order.model_dump() == order
    assert backend.events(purchase.id) == ["OrderPlaced"]


def test_a_declined_payment_gives_everything_back(backend: Shop) -> None:
    sku = backend.article(10)
    purchase = backend.filled(sku, quantity=2).placed()
    version = purchase.basket.refresh()["version"]

    assert purchase.answer_page("decline").status_code == 303
    assert purchase.settled() == "payment_failed"
    assert purchase.ask().json()["payment"]["status"] == "declined"
    assert backend.stock(sku) == 10
    cart = purchase.basket.refresh()
    assert (cart["status"], cart["order_id"], cart["version"]) == ("open", None, version + 1)
    assert backend.events(purchase.id) == ["OrderPaymentFailed"]

    again = purchase.basket.placed()
    assert again.id != purchase.id
    assert again.payment_id != purchase.payment_id
    assert again.answer_page("approve").status_code == 303
    assert again.status() == "placed"
    assert backend.stock(sku) == 8


def test_webhook_and_look_ups_at_the_same_moment_place_once(backend: Shop) -> None:
    purchases = [basket.placed() for basket in backend.clones(backend.filled(), 5)]
    for purchase in purchases:
        backend.tables.update(
            "payments",
            {"pk": purchase.payment_id},
            "SET #s = :s",
            names={"#s": "status"},
            values={":s": "approved"},
        )

        def settle(number: int, purchase: Purchase = purchase):
            if number % 2:
                return purchase.ask(at=number // 2).status_code
            return webhook(backend, purchase, "approved", at=number // 2).status_code

        assert Counter(at_once(8, settle)) == {200: 4, 204: 4}
        assert purchase.ask().json()["version"] == 2

    told = Counter(m["order"]["id"] for m in backend.messages(*(p.id for p in purchases), count=5))
    assert told == dict.fromkeys([p.id for p in purchases], 1)
    assert [backend.events(p.id) for p in purchases] == [["OrderPlaced"]] * 5


def test_an_event_heard_twice_or_too_late_changes_nothing(backend: Shop) -> None:
    purchase = backend.filled().placed()
    purchase.answer_page("approve")
    assert purchase.settled() == "placed"
    before = purchase.ask().json()

    for status in ("approved", "approved", "declined", "cancelled"):
        assert webhook(backend, purchase, status).status_code == 204
    assert purchase.ask().json() == before


def test_only_signed_events_count(backend: Shop) -> None:
    purchase = backend.filled().placed()
    url, body = "/orders/v1/payment-events", b'{"a":1}'
    good = sign(backend.settings.payment_webhook_secret, body, int(time.time()))
    bad = [
        {},
        {"Payment-Signature": ""},
        {"Payment-Signature": "nonsense"},
        {"Payment-Signature": sign("another secret", body, int(time.time()))},
        {"Payment-Signature": good.replace("v1=", "v2=")},
        {"Payment-Signature": good[:-1]},
    ]
    for headers in bad:
        assert code(backend.ask("POST", url, data=body, headers=headers)) == (401, "bad_signature")
    assert code(webhook(backend, purchase, "approved", age=400)) == (401, "bad_signature")
    assert code(webhook(backend, purchase, "approved", age=-400)) == (401, "bad_signature")
    signed = {"Payment-Signature": good}
    assert code(backend.ask("POST", url, data=body + b" ", headers=signed)) == (401, "bad_signature")
    assert code(backend.ask("POST", url, data=body, headers=signed)) == (422, "validation_failed")

    assert code(webhook(backend, purchase, "approved", payment_id="pay_00000000")) == (404, "not_found")
    assert code(webhook(backend, purchase, "approved", order_id="ord_00000000")) == (404, "not_found")
    assert purchase.status() == "awaiting_payment"


def test_giving_up_and_paying_at_the_same_moment_never_both(backend: Shop) -> None:
    sku = backend.article(500)
    purchases = [basket.placed() for basket in backend.clones(backend.filled(sku), 50)]
    assert backend.stock(sku) == 450

    def race(number: int):
        purchase = purchases[number // 2]
        if number % 2:
            return purchase.cancel(at=number // 2)
        return purchase.answer_page("approve", at=number // 2)

    answers = [answer for n in range(0, 100, 20) for answer in at_once(20, lambda k, n=n: race(n + k))]
    ends = {purchase.id: purchase.ask().json() for purchase in purchases}

    for purchase, cancelled in zip(purchases, answers[1::2], strict=True):
        order = ends[purchase.id]
        pair = (order["status"], order["payment"]["status"])
        assert pair in {("placed", "approved"), ("cancelled", "cancelled")}
        if order["status"] == "placed":
            assert code(cancelled) == (409, "order_paid")
        else:
            assert cancelled.status_code == 200
    paid = {order_id for order_id, order in ends.items() if order["status"] == "placed"}
    assert backend.stock(sku) == 500 - len(paid)
    until(lambda: not any(backend.rows("outbox", p.id) for p in purchases[:3]), "untold")
    told = Counter(m["order"]["id"] for m in backend.messages(*ends, count=len(paid)))
    assert told == dict.fromkeys(paid, 1)


def test_a_cancelled_order_stays_cancelled(backend: Shop) -> None:
    sku = backend.article(10)
    purchase = backend.filled(sku).placed()
    first, again = purchase.cancel(), purchase.cancel(at=1)

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["status"] == "cancelled"
    assert backend.stock(sku) == 10
    # The payment page has nothing to offer any more.
    assert purchase.answer_page("approve").status_code == 303
    assert purchase.status() == "cancelled"
    assert purchase.basket.refresh()["status"] == "open"
    assert backend.messages(purchase.id, count=0) == []


def test_somebody_elses_order_is_not_there(backend: Shop) -> None:
    mine, theirs = (basket.placed() for basket in backend.clones(backend.filled(), 2))
    absent = backend.ask("GET", "/orders/v1/orders/ord_00000000", headers={"Order-Token": mine.token})
    for path, method in (("", "GET"), ("/cancellation", "PUT")):
        url = f"/orders/v1/orders/{theirs.id}{path}"
        foreign = backend.ask(method, url, headers={"Order-Token": mine.token})
        assert (foreign.status_code, foreign.content) == (404, absent.content)
        assert code(backend.ask(method, url)) == (401, "unauthorized")
    assert theirs.status() == "awaiting_payment"


def test_who_never_returns_loses_the_hold_and_nothing_else(backend: Shop) -> None:
    sku = backend.article(10)
    unpaid, paid = (basket.placed() for basket in backend.clones(backend.filled(sku), 2))
    left = backend.ask("GET", f"/payments/v1/hosted/{unpaid.payment_id}/left")
    assert left.status_code == 200
    paid.answer_page("approve")
    assert paid.settled() == "placed"

    early = later(backend, backend.settings.hold_seconds - 60)
    early.sweeper.sweep()
    assert unpaid.status() == "awaiting_payment"
    assert backend.stock(sku) == 8

    at_once(2, lambda _: later(backend, backend.settings.hold_seconds + 60).sweeper.sweep())
    assert unpaid.status() == "cancelled"
    assert paid.status() == "placed"
    assert backend.stock(sku) == 9
    assert unpaid.basket.refresh()["status"] == "open"
    later(backend, backend.settings.hold_seconds + 90).sweeper.sweep()
    assert backend.rows("hold", unpaid.id) == []


def test_an_unanswered_order_that_was_paid_after_all_is_placed_by_the_sweeper(backend: Shop) -> None:
    purchase = backend.filled().placed()
    backend.tables.update(
        "payments",
        {"pk": purchase.payment_id},
        "SET #s = :s",
        names={"#s": "status"},
        values={":s": "approved"},
    )
    later(backend, backend.settings.hold_seconds + 60).sweeper.sweep()
    assert backend.order_item(purchase.id)["status"] == "placed"


def test_a_message_that_could_not_be_sent_is_sent_later(
    backend: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    purchase = backend.filled().placed()
    backend.tables.update(
        "payments",
        {"pk": purchase.payment_id},
        "SET #s = :s",
        names={"#s": "status"},
        values={":s": "approved"},
    )
    floor = later(backend, 0)

    def down(*_given: object) -> None:
        raise EndpointConnectionError(endpoint_url="http://queue.invalid")

    with monkeypatch.context() as broken:
        broken.setattr(OrderQueue, "send", down)
        order = floor.orders.get(purchase.id)
        assert order is not None
        floor.lookup.give_up(order)
        assert backend.order_item(purchase.id)["status"] == "placed"
        assert len(backend.rows("outbox", purchase.id)) == 1

    until(lambda: not backend.rows("outbox", purchase.id), "no sweeper took it over")
    assert len(backend.messages(purchase.id, count=1)) == 1
    assert backend.events(purchase.id) == ["OrderPlaced"]


def test_a_row_left_by_a_dead_process_is_taken_over(backend: Shop) -> None:
    purchase = backend.filled().placed()
    floor = later(backend, 2 * CLAIM_SECONDS)
    order = floor.orders.get(purchase.id)
    assert order is not None
    placed = replace(order, status="placed", payment_status="approved", version=2)
    row = floor.sweeper._outbox.row(placed) | {"claimed_until": int(time.time()) + CLAIM_SECONDS}
    backend.tables.put("orders", row)

    assert later(backend, 0).sweeper._outbox.relay() == 0
    assert floor.sweeper._outbox.relay() == 1
    assert len(backend.messages(purchase.id, count=1)) == 1


def test_a_payment_that_could_not_be_started_is_started_by_the_next_try(backend: Shop) -> None:
    """The order is made, the payment service is away: the same key later gets the same order, paid once."""
    basket = backend.filled()

    class Away:
        def start(self, *_given: object) -> None:
            raise PaymentsUnavailable("away")

        state = cancel = refund = start

    floor = later(backend, 0, payments=Away())
    caller = Caller(None, basket.headers["Cart-Secret"])
    wanted = PlaceOrder.model_validate(basket.order_body())
    with pytest.raises(Problem) as refused:
        floor.placing.place(caller, wanted, "the-very-same-key")
    assert refused.value.status == 503

    answer = basket.place("the-very-same-key")
    assert answer.status_code == 201
    purchase = Purchase.of(basket, answer)
    assert purchase.answer_page("approve").status_code == 303
    assert purchase.status() == "placed"
    assert len(backend.messages(purchase.id, count=1)) == 1


def test_an_order_and_a_row_that_cannot_be_read_keep_nobody_else_waiting(backend: Shop, caplog) -> None:
    sku = backend.article(10)
    basket = backend.filled(sku)
    broken, unpaid = (clone.placed() for clone in backend.clones(basket, 2))
    hold = backend.rows("hold", broken.id)[0]
    order = backend.order_item(broken.id)
    backend.tables.put("orders", {name: order[name] for name in ("pk", "sk", "status")})
    untold = [
        {"pk": f"outbox#{shard}", "sk": f"0-broken-{number}", "order_id": "none", "claimed_until": 0}
        for shard in range(4)
        for number in range(30)
    ]
    backend.tables.batch_write("orders", puts=untold)
    try:
        floor = later(backend, backend.settings.hold_seconds + 60)
        assert floor.sweeper.sweep().whole
        assert unpaid.status() == "cancelled"
        assert f"order {broken.id}: can't be settled" in caplog.text
        caplog.clear()
        assert floor.sweeper.sweep().whole
        assert broken.id not in caplog.text  # left alone for a while
        placed = floor.orders.get(unpaid.id)
        assert placed is not None
        row = floor.sweeper._outbox.row(replace(placed, status="placed", updated_at="9"))
        backend.tables.put("orders", row | {"claimed_until": 0})
        assert floor.sweeper.sweep().told == 1
    finally:
        keys = [{"pk": row["pk"], "sk": row["sk"]} for row in [*untold, hold]]
        backend.tables.batch_write("orders", deletes=keys)


def test_what_keeps_failing_to_be_told_waits_longer_each_time(backend: Shop, monkeypatch) -> None:
    purchase = backend.filled().placed()
    floor = later(backend, 0)
    order = floor.orders.get(purchase.id)
    assert order is not None

    def down(*_given: object) -> None:
        raise EndpointConnectionError(endpoint_url="http://queue.invalid")

    monkeypatch.setattr(OrderQueue, "send", down)
    # So far ahead that the sweepers of the running services leave it alone.
    ahead = later(backend, 3600)
    outbox = ahead.sweeper._outbox
    row = outbox.row(replace(order, status="placed", payment_status="approved", version=2))
    backend.tables.put("orders", row)
    pauses = []
    for _ in range(7):
        assert not outbox.publish(row)
        (row,) = backend.rows("outbox", purchase.id)
        pauses.append(row["claimed_until"] - int(ahead.context.clock.now().timestamp()))
    backend.tables.delete("orders", {"pk": row["pk"], "sk": row["sk"]})
    assert pauses == [2, 4, 8, 16, 20, 20, 20]


def test_a_round_that_breaks_off_still_does_its_other_parts(backend: Shop, monkeypatch) -> None:
    floor = later(backend, 0)

    def away(*_given: object) -> None:
        raise EndpointConnectionError(endpoint_url="http://tables.invalid")

    monkeypatch.setattr(floor.orders, "holds", away)
    monkeypatch.setattr(floor.sweeper._outbox, "relay", lambda: 3)
    monkeypatch.setattr(floor.sweeper._refunds, "relay", lambda: 2)
    assert floor.sweeper.sweep() == sweeper.Swept(0, 3, 2, whole=False)


def test_a_sweep_can_be_run_by_itself(backend: Shop, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sweeper, "load_settings", lambda: replace(backend.settings, payments_url=""))
    assert sweeper.main(["--once"]) == 0
    assert capsys.readouterr().out.startswith("settled ")
