"""The hosted page: says what it is, ends a payment once, and sends the browser back to the shop only."""

from __future__ import annotations

import re

import html5lib
import pytest

from apptier.orders.tests.harness import Purchase, Shop, at_once, idempotent, until

pytest_plugins = ["apptier.orders.tests.plugin"]
BACK = "http://shop.invalid/checkout/return/"


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def start(backend: Shop, key: str | None = None, *, service_key: str | None = None, **changes):
    body = {
        "order_id": "ord_12345678",
        "order_number": "SF-7K3M-92QD",
        "method": "card",
        "locale": "en",
        "amount": {"amount": 10295, "currency": "EUR"},
        "return_url": BACK,
    }
    known = backend.settings.service_key if service_key is None else service_key
    headers = idempotent(key) | ({"Service-Key": known} if known else {})
    return backend.ask("POST", "/payments/v1/payments", headers=headers, json=body | changes)


def page(backend: Shop, payment_id: str, path: str = ""):
    return backend.ask("GET", f"/payments/v1/hosted/{payment_id}{path}")


@pytest.fixture(scope="module")
def purchases(backend: Shop) -> list[Purchase]:
    return [basket.placed() for basket in backend.clones(backend.filled(backend.article(price=4900)), 8)]


def test_the_pages_say_what_they_are(backend: Shop, purchases: list[Purchase]) -> None:
    payment_id = purchases[0].payment_id
    for path in ("", "/challenge", "/left"):
        answer = page(backend, payment_id, path)
        assert answer.status_code == 200
        html5lib.HTMLParser(strict=True).parse(answer.text)
        assert '<html lang="en" dir="ltr">' in answer.text
        assert "Test payment page: no money moves" in answer.text
        assert not re.search(r"<script|<style|style=|\son\w+=", answer.text)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "form-action 'self' http://shop.invalid" in policy
        assert answer.headers["cache-control"] == "no-store"
    pay = page(backend, payment_id).text
    assert purchases[0].first["order"]["number"] in pay
    for words in ("53.95 EUR", "Fieldnote", "shop.invalid", "Approve", "Decline", "Card"):
        assert words in pay
    assert "Ask for a challenge" in pay
    assert "Leave without answering" in pay
    css = re.search(r'rel="stylesheet" href="([^"]+)"', pay)
    assert css
    assert backend.ask("GET", css[1]).headers["content-type"].startswith("text/css")


def test_an_answer_counts_once(backend: Shop, purchases: list[Purchase]) -> None:
    purchase = purchases[1]
    answers = at_once(6, lambda n: purchase.answer_page("approve" if n % 2 else "decline", at=n))

    assert {(a.status_code, a.headers["location"]) for a in answers} == {(303, f"{BACK}{purchase.id}/")}
    ended = backend.tables.get("payments", {"pk": purchase.payment_id}, consistent=True)
    assert ended is not None
    assert ended["version"] == 2
    assert page(backend, purchase.payment_id).headers["location"] == f"{BACK}{purchase.id}/"
    assert purchase.settled() == {"approved": "placed", "declined": "payment_failed"}[ended["status"]]


def test_the_right_code_approves(backend: Shop, purchases: list[Purchase]) -> None:
    purchase = purchases[2]
    wrong = purchase.answer_page("challenge", data={"code": "654321"})
    assert wrong.status_code == 422
    assert "That is not the code. 2 tries left." in wrong.text
    html5lib.HTMLParser(strict=True).parse(wrong.text)

    assert purchase.answer_page("challenge", data={"code": "123456"}).status_code == 303
    assert purchase.status() == "placed"


def test_three_wrong_codes_decline(backend: Shop, purchases: list[Purchase]) -> None:
    purchase = purchases[3]
    codes = [{"code": "000000"}, {}, {"code": "<script>"}, {"code": "123456"}]
    answers = [purchase.answer_page("challenge", data=data) for data in codes]

    assert [answer.status_code for answer in answers] == [422, 422, 303, 303]
    assert purchase.status() == "payment_failed"


def test_leaving_changes_nothing(backend: Shop, purchases: list[Purchase]) -> None:
    purchase = purchases[4]
    assert "You may close this page" in page(backend, purchase.payment_id, "/left").text
    assert purchase.status() == "awaiting_payment"


@pytest.mark.parametrize("payment_id", ["pay_00000000", "%00", "outbox%230", "<script>"])
def test_an_unknown_payment_has_a_page_too(backend: Shop, payment_id: str) -> None:
    for method, path in (("GET", ""), ("POST", "/approve"), ("POST", "/challenge"), ("GET", "/left")):
        answer = backend.ask(method, f"/payments/v1/hosted/{payment_id}{path}")
        assert answer.status_code == 404
        assert "There is no such payment" in answer.text


def test_only_services_may_ask(backend: Shop) -> None:
    assert code(start(backend, service_key="")) == (401, "unauthorized")
    assert code(start(backend, service_key="wrong")) == (401, "unauthorized")
    assert code(backend.ask("GET", "/payments/v1/payments/pay_00000000")) == (401, "unauthorized")


def test_a_payment_is_started_once_per_key(backend: Shop) -> None:
    answers = at_once(10, lambda _: start(backend, "start-once-1"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["redirect_url"].endswith(answers[0].json()["id"])

    other = start(backend, "start-once-1", amount={"amount": 1, "currency": "EUR"})
    assert code(other) == (422, "idempotency_key_reused")
    assert code(start(backend, return_url="http://evil.invalid/")) == (422, "validation_failed")
    assert code(start(backend, amount={"amount": 0, "currency": "EUR"})) == (422, "validation_failed")


def test_cancelling_a_payment(backend: Shop) -> None:
    known = {"Service-Key": backend.settings.service_key}

    def cancel(payment_id: str):
        url = f"/payments/v1/payments/{payment_id}/cancellation"
        return backend.ask("PUT", url, headers=known)

    pending, approved = (start(backend).json()["id"] for _ in range(2))
    backend.ask("POST", f"/payments/v1/hosted/{approved}/approve")

    assert [cancel(pending).json()["status"] for _ in range(2)] == ["cancelled"] * 2
    assert code(cancel(approved)) == (409, "payment_approved")
    assert code(cancel("pay_00000000")) == (404, "not_found")
    after = backend.ask("GET", f"/payments/v1/payments/{pending}", headers=known).json()
    assert (after["redirect_url"], after["version"]) == (None, 2)


def test_news_lost_while_the_order_service_was_away_arrives_later(
    backend: Shop, purchases: list[Purchase]
) -> None:
    purchase = purchases[5]
    backend.stack.stop("orders-0")
    try:
        assert purchase.answer_page("approve", at=1).status_code == 303
        assert backend.order_item(purchase.id)["status"] == "awaiting_payment"
    finally:
        backend.restart(0)
    assert purchase.settled() == "placed"
    shards = [{"pk": f"outbox#{n}"} for n in range(4)]

    def heard() -> bool:
        found = backend.tables.batch_get("payments", shards, consistent=True)
        return not any(purchase.payment_id in shard.get("waiting", ()) for shard in found)

    until(heard, "the courier goes on telling")


@pytest.mark.parametrize(
    ("locale", "tag", "words"),
    [
        ("de", '<html lang="de" dir="ltr">', ("Bestätigen", "Ablehnen", "102,95 EUR", "Bank")),
        ("ar", '<html lang="ar" dir="rtl">', ("موافقة", "رفض", "102.95 EUR", "البنك")),
        ("fr", '<html lang="en" dir="ltr">', ("Approve", "Decline", "102.95 EUR", "Bank")),
    ],
)
def test_the_page_speaks_the_language_of_the_order(backend: Shop, locale: str, tag: str, words) -> None:
    payment_id = start(backend, locale=locale, method="bank").json()["id"]
    for path in ("", "/challenge", "/left"):
        html = page(backend, payment_id, path).text
        html5lib.HTMLParser(strict=True).parse(html)
        assert tag in html
    shown = page(backend, payment_id).text
    for word in (*words, "SF-7K3M-92QD"):
        assert word in shown
    wrong = backend.ask("POST", f"/payments/v1/hosted/{payment_id}/challenge", data={"code": "0"})
    html5lib.HTMLParser(strict=True).parse(wrong.text)
    assert wrong.status_code == 422


def test_what_cannot_be_paid_is_refused(backend: Shop) -> None:
    assert code(start(backend, method="cowries")) == (422, "unknown_payment_method")
    hostile = start(backend, order_number="<script>alert(1)</script>").json()["id"]
    assert "<script" not in page(backend, hostile).text


def refund(backend: Shop, payment_id: str, amount: int, key: str | None = None, currency: str = "EUR"):
    headers = idempotent(key) | {"Service-Key": backend.settings.service_key}
    body = {"amount": {"amount": amount, "currency": currency}, "reason": "out_of_stock"}
    return backend.ask("POST", f"/payments/v1/payments/{payment_id}/refunds", headers=headers, json=body)


def test_money_goes_back_once_per_key_and_never_more_than_came(backend: Shop) -> None:
    payment_id = start(backend).json()["id"]
    assert code(refund(backend, payment_id, 100)) == (409, "payment_not_approved")
    backend.ask("POST", f"/payments/v1/hosted/{payment_id}/approve")

    answers = at_once(10, lambda _: refund(backend, payment_id, 4410, "refund-once-1"))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["refunded"]["amount"] for answer in answers} == {4410}
    assert answers[0].json()["status"] == "approved"
    assert code(refund(backend, payment_id, 1, "refund-once-1")) == (422, "idempotency_key_reused")
    assert code(refund(backend, payment_id, 5886)) == (409, "refund_exceeds_payment")
    assert code(refund(backend, payment_id, 10_000_000)) == (409, "refund_exceeds_payment")
    assert code(refund(backend, payment_id, 100, currency="USD")) == (422, "validation_failed")
    assert code(refund(backend, payment_id, 0)) == (422, "validation_failed")
    assert refund(backend, payment_id, 5885).json()["refunded"]["amount"] == 10_295
    assert code(refund(backend, "pay_00000000", 100)) == (404, "not_found")

    other = start(backend).json()["id"]
    backend.ask("POST", f"/payments/v1/hosted/{other}/approve")
    at_once(8, lambda _: refund(backend, other, 3000))
    known = {"Service-Key": backend.settings.service_key}
    left = backend.ask("GET", f"/payments/v1/payments/{other}", headers=known).json()
    assert left["refunded"]["amount"] == 9000
