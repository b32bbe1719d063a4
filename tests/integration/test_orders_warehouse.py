"""The local stack's warehouse takes paid orders and says how far they are, also after a rest."""

from __future__ import annotations

from typing import Any

from apptier.orders.tests.harness import CONTACT, Purchase, Shop, until
from dev.warehouse import Warehouse, teller

pytest_plugins = ["apptier.orders.tests.plugin"]


class Clerk:
    """A warehouse over the test stack's queue, with orders of other tests put aside."""

    def __init__(self, backend: Shop) -> None:
        self.lines: list[str] = []
        self.told: list[tuple[str, str]] = []
        self.away = 0
        self._tell = teller(backend.address("orders"), backend.settings.service_key)
        queue = backend.stack.provisioned.order_queue_url
        self.house = Warehouse(backend.stack.boto("sqs"), queue, self.tell, self.lines.append, pace=0.2)

    def tell(self, order_id: str, event: dict[str, Any]) -> int:
        if self.away:
            self.away -= 1
            return 0
        self.told.append((order_id, event["kind"]))
        return self._tell(order_id, event)

    def until_done(self, purchase: Purchase, status: str) -> None:
        def done() -> bool:
            self.house.work()
            return purchase.status() == status

        until(done, f"the order never gets {status}", seconds=30)


def paid(purchase: Purchase) -> Purchase:
    purchase.answer_page("approve")
    assert purchase.settled() == "placed"
    return purchase


def test_an_order_is_prepared_then_shipped_and_leaves_the_queue(backend: Shop) -> None:
    clerk, purchase = Clerk(backend), paid(backend.filled(quantity=2).placed())
    clerk.away = 1
    clerk.until_done(purchase, "shipped")
    order = purchase.ask().json()
    assert [entry["kind"] for entry in order["timeline"]] == ["created", "paid", "preparing", "shipped"]
    assert order["tracking"]["carrier"] == "Demo Post"
    assert backend.messages(purchase.id, count=0) == []
    assert any("2 article(s)" in line for line in clerk.lines)


def test_an_order_to_pick_up_waits_in_the_store(backend: Shop) -> None:
    basket = backend.basket()
    basket.add(backend.article())
    basket.write("PUT", "/contact", CONTACT)
    basket.write("PUT", "/fulfilment", {"kind": "pickup", "store_id": "sto_galway01"})
    clerk, purchase = Clerk(backend), paid(basket.placed())
    clerk.until_done(purchase, "ready_for_pickup")
    assert purchase.ask().json()["tracking"] is None
