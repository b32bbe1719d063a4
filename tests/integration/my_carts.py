"""A customer's cart as its owner and the web tier ask for it: for tests of the running order service."""

from __future__ import annotations

from typing import Any

from apptier.orders.tests.harness import Basket, Shop


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def bearer(backend: Shop, who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {backend.pool.token(who)}"}


def opened(backend: Shop, who: str, guest: Basket | None = None, *, at: int = 0, **other: Any):
    """The answer of openMyCart."""
    brought = {"cart_id": guest.id, "secret": guest.headers["Cart-Secret"]} if guest else None
    body = {"market": "eu", "locale": "en", "guest": brought} | other
    return backend.ask("POST", "/orders/v1/carts/mine", at=at, json=body, headers=bearer(backend, who))


def mine(backend: Shop, who: str, guest: Basket | None = None, **other: Any) -> Basket:
    """The customer's cart as the web tier holds it: by its secret."""
    answer = opened(backend, who, guest, **other)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return Basket(backend, body["cart"]["id"], {"Cart-Secret": body["secret"]}, body["cart"])


def guest_with(backend: Shop, **quantities: int) -> Basket:
    basket = backend.basket()
    for sku, quantity in quantities.items():
        assert basket.add(sku.replace("_", "-"), quantity).status_code == 200
    return basket


def held(cart: dict[str, Any]) -> dict[str, int]:
    return {line["sku"]: line["quantity"] for line in cart["lines"]}


def named(*skus: str) -> list[str]:
    return [sku.replace("-", "_") for sku in skus]


def undone(backend: Shop, who: str, merge_id: str):
    path = f"/orders/v1/carts/mine/merges/{merge_id}"
    return backend.ask("DELETE", path, headers=bearer(backend, who))
