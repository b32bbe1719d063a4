"""News of a payment arrives in the end, however often it was lost, and is given up after a bounded time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from apptier.kit.settings import Settings
from apptier.orders.signature import genuine
from apptier.payments.courier import MOST_ATTEMPTS, Courier, wait_after
from apptier.payments.states import Status
from apptier.payments.store import Payment

SECRET = "a webhook secret"
PAYMENT = Payment(
    id="pay_00000001",
    order_id="ord_00000001",
    amount=100,
    currency="EUR",
    return_url="http://shop.invalid/",
    status=Status.APPROVED,
    version=2,
    wrong_codes=0,
    body_hash="",
    updated_at="2026-11-23T10:00:00.000Z",
)


class Shelf:
    """A payment store in memory, with a clock that is set by hand."""

    def __init__(self, payment: Payment) -> None:
        self.payment = payment
        self.queue = [payment.id]
        self.time = 1_000_000

    def waiting(self) -> list[str]:
        return list(self.queue)

    def get(self, _payment_id: str) -> Payment:
        return self.payment

    def now(self) -> int:
        return self.time

    def claim_telling(self, payment: Payment, next_at: int) -> bool:
        if payment.told_next != self.payment.told_next:
            return False
        attempts = payment.told_attempts + 1
        self.payment = replace(self.payment, told_next=next_at, told_attempts=attempts)
        return True

    def tell_again(self, _payment_id: str, at: int) -> None:
        self.payment = replace(self.payment, told_next=at)

    def told(self, payment_ids: list[str]) -> None:
        self.queue = [known for known in self.queue if known not in payment_ids]


class Ear:
    """The order service's webhook: answers with the statuses given, then 204, and remembers what came."""

    def __init__(self, *statuses: int) -> None:
        self.heard: list[tuple[str, bytes]] = []
        left = list(statuses)
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.append((self.headers["Payment-Signature"], body))
                self.send_response(left.pop(0) if left else 204)
                self.send_header("Content-Length", "0")
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_given: object) -> None:
                """Tests are quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/payment-events"


@pytest.fixture
def ear(request: pytest.FixtureRequest) -> Iterator[Ear]:
    made = Ear(*getattr(request, "param", ()))
    yield made
    made.server.shutdown()
    made.server.server_close()


def courier(shelf: Shelf, url: str) -> Courier:
    return Courier(Settings(payment_webhook_url=url, payment_webhook_secret=SECRET), shelf)  # type: ignore[arg-type]


def test_it_is_told_signed_and_once(ear: Ear) -> None:
    shelf = Shelf(PAYMENT)
    teller = courier(shelf, ear.url)

    assert [teller.deliver_due(), teller.deliver_due()] == [1, 0]
    [(signature, body)] = ear.heard
    assert genuine(SECRET, signature, body, shelf.time)
    assert b'"status":"approved"' in body


@pytest.mark.parametrize("ear", [(503, 404, 302)], indirect=True)
def test_it_is_told_again_until_it_is_heard(ear: Ear) -> None:
    shelf = Shelf(PAYMENT)
    teller = courier(shelf, ear.url)

    heard = []
    for attempt in range(1, 5):
        heard.append(teller.deliver_due())
        assert teller.deliver_due() == 0, "not before its time"
        shelf.time += wait_after(attempt)
    assert heard == [0, 0, 0, 1]
    assert len(ear.heard) == 4
    assert shelf.queue == []


def test_nobody_there_is_no_reason_to_forget_but_not_to_go_on_for_ever(monkeypatch) -> None:
    shelf = Shelf(PAYMENT)
    teller = courier(shelf, "http://127.0.0.1:9/payment-events")
    monkeypatch.setattr(teller, "_tell", lambda _payment: False)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert shelf.queue == [PAYMENT.id]
        assert teller.deliver_due() == 0
        shelf.time += wait_after(attempt)
    assert shelf.queue == []
    assert 20 * 3600 < shelf.time - 1_000_000 < 28 * 3600


def test_it_is_never_silent_for_long() -> None:
    assert [wait_after(attempts) for attempts in (1, 2, 3, 4, 5, 6, 100)] == [1, 2, 4, 8, 16, 20, 20]


def test_two_processes_dont_tell_the_same_thing(ear: Ear) -> None:
    shelf = Shelf(PAYMENT)
    stale = shelf.payment
    assert courier(shelf, ear.url).deliver_due() == 1
    shelf.queue = [PAYMENT.id]
    assert shelf.claim_telling(stale, 0) is False
