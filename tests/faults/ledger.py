"""What the tables say in the end: orders per cart, payments without an order, and what is still open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

GIVEN_UP = frozenset({"payment_failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Books:
    """Ids of what is wrong, or not settled yet."""

    doubled: tuple[str, ...]
    paid_without_order: tuple[str, ...]
    open: tuple[str, ...]
    placed: int

    @property
    def settled(self) -> bool:
        """Whether nothing that was paid is still open."""
        return not self.open and not self.paid_without_order


def read(dynamodb: Any, carts: set[str]) -> Books:
    """The books of these carts' orders."""
    everything = _scan(dynamodb, "orders")
    orders = [item for item in everything if item.get("cart_id") in carts]
    payments = {item["order_id"]: item for item in _scan(dynamodb, "payments") if "order_id" in item}
    kept: dict[str, list[str]] = defaultdict(list)
    unpaid_for, still_open = [], []
    for order in orders:
        if order["status"] not in GIVEN_UP:
            kept[order["cart_id"]].append(order["pk"])
        payment = payments.get(order["pk"])
        if payment is None or payment["status"] != "approved":
            continue
        if order["status"] == "awaiting_payment":
            still_open.append(order["pk"])
        elif order["status"] in GIVEN_UP:
            unpaid_for.append(order["pk"])
    known = {item["pk"] for item in everything if "cart_id" in item}
    # Whose an unknown order's payment is cannot be told; the run has the shop to itself, so each one counts.
    unpaid_for += [
        order_id
        for order_id, payment in payments.items()
        if payment["status"] == "approved" and order_id not in known
    ]
    return Books(
        doubled=tuple(cart for cart, ids in kept.items() if len(ids) > 1),
        paid_without_order=tuple(unpaid_for),
        open=tuple(still_open),
        placed=sum(order["status"] not in GIVEN_UP | {"awaiting_payment"} for order in orders),
    )


def _scan(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=f"storefront-{table}", ConsistentRead=True)
    return [{name: _plain(value) for name, value in item.items()} for page in pages for item in page["Items"]]


def _plain(value: dict[str, Any]) -> Any:
    return value.get("S", value.get("N"))
