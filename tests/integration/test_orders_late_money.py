"""Money that comes late or has to go back: a paid order never stays without an order or a refund."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from apptier.kit.clock import ManualClock
from apptier.kit.service import make_context
from apptier.orders.access import Caller
from apptier.orders.models import PaymentEvent, PaymentStatus, PlaceOrder
from apptier.orders.order import StoredOrder
from apptier.orders.ports import PaymentState, PaymentsUnavailable, PaymentWish, RefundRefused
from apptier.orders.sweeper import ASK_SECONDS, LONGEST_PAUSE_SECONDS
from apptier.orders.tests.harness import Basket, Shop, at_once
from apptier.orders.wiring import Shopfloor, wire

pytest_plugins = ["apptier.orders.tests.plugin"]
NUMBERS = itertools.count(1)


@dataclass
class Stubborn:
    """A provider that says it has cancelled and approves nevertheless, and that can be away."""

    states: dict[str, PaymentStatus] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, int] = field(default_factory=dict)
    away: bool = False
    answers_lost: int = 0
    refuses: bool = False
    asked: int = 0

    def start(self, wish: PaymentWish) -> PaymentState:
        self._there()
        payment = self.orders.setdefault(wish.order_id, f"pay_stubborn{next(NUMBERS):04}")
        self.states.setdefault(payment, "pending")
        if self.answers_lost:
            self.answers_lost -= 1
            raise PaymentsUnavailable("the answer was lost")
        return self.state(payment)

    def state(self, payment_id: str) -> PaymentState:
        self._there()
        return PaymentState(payment_id, self.states[payment_id], "http://pay.invalid/")

    def cancel(self, payment_id: str) -> PaymentState:
        self._there()
        if self.states[payment_id] == "pending":
            self.states[payment_id] = "cancelled"
        return self.state(payment_id)

    def refund(self, payment_id: str, amount: int, currency: str, reason: str, key: str) -> PaymentState:
        self._there()
        if self.refuses:
            raise RefundRefused("no")
        self.refunds.setdefault(key, amount)
        return self.state(payment_id)

    def _there(self) -> None:
        self.asked += 1
        if self.away:
            raise PaymentsUnavailable("away")


@dataclass
class Scene:
    """The order service in this process, an hour ahead so that the running ones leave its rows alone."""

    backend: Shop
    provider: Stubborn
    clock: ManualClock
    floor: Shopfloor

    def place(self, basket: Basket) -> StoredOrder:
        caller = Caller(None, basket.headers["Cart-Secret"])
        wanted = PlaceOrder.model_validate(basket.order_body())
        order, _token = self.floor.placing.place(caller, wanted, f"key-{next(NUMBERS):08}")
        return self.now(order)

    def now(self, order: StoredOrder) -> StoredOrder:
        found = self.floor.orders.get(order.id)
        assert found is not None
        return found

    def approve_late(self, order: StoredOrder) -> None:
        """The webhook of an approval."""
        assert order.payment_id is not None
        self.provider.states[order.payment_id] = "approved"
        event = PaymentEvent(payment_id=order.payment_id, order_id=order.id, status="approved", version=3)
        self.floor.lookup.hear(event)


@pytest.fixture
def scene(backend: Shop) -> Scene:
    settings = replace(backend.settings, payments_url="")
    clock, provider = ManualClock(datetime.now(UTC) + timedelta(hours=1)), Stubborn()
    context = make_context("orders", settings, clock=clock)
    return Scene(backend, provider, clock, wire(settings, context=context, payments=provider))


def kinds(order: StoredOrder) -> list[str]:
    return [entry.kind for entry in order.timeline]


@pytest.mark.parametrize("ended", ["cancelled", "declined"])
def test_a_late_approval_places_the_order_when_the_stock_is_there(scene: Scene, ended: PaymentStatus) -> None:
    sku = scene.backend.article(5)
    basket = scene.backend.filled(sku, quantity=2)
    order = scene.place(basket)
    assert order.payment_id is not None
    scene.provider.states[order.payment_id] = ended
    scene.floor.lookup.reconcile(order)
    assert scene.backend.stock(sku) == 5
    assert basket.refresh()["status"] == "open"

    scene.clock.advance(5)
    at_once(4, lambda _: scene.approve_late(order))

    placed = scene.now(order)
    assert (placed.status, placed.payment_status, placed.refunded) == ("placed", "approved", 0)
    assert kinds(placed)[0] == "created"
    assert kinds(placed)[-1] == "paid"
    assert scene.backend.stock(sku) == 3
    assert basket.refresh()["status"] == "ordered", "nobody shall order the same cart again by mistake"
    assert basket.cart["order_id"] == order.id
    assert len(scene.backend.messages(order.id, count=1)) == 1
    assert scene.provider.refunds == {}


def test_a_late_approval_gives_all_money_back_when_the_stock_is_gone(scene: Scene) -> None:
    plenty, last = scene.backend.article(9), scene.backend.article(1)
    order = scene.place(scene.backend.filled(plenty, last))
    scene.floor.lookup.give_up(order)
    scene.backend.filled(last).placed()
    at_once(4, lambda _: scene.approve_late(order))

    refunded = scene.now(order)
    total = order.totals.total.amount
    assert (refunded.status, refunded.payment_status, refunded.refunded) == ("refunded", "approved", total)
    assert kinds(refunded) == ["created", "cancelled", "paid", "refund_started", "refunded"]
    assert "stock had gone" in refunded.timeline[3].detail
    assert list(scene.provider.refunds.values()) == [total]
    assert scene.backend.stock(plenty) == 9
    assert scene.backend.rows("refund", order.id) == []
    assert scene.backend.messages(order.id, count=0) == [], "nothing is to be sent"
    assert "OrderRefunded" in scene.backend.events(order.id, count=2)


def test_a_cart_that_was_ordered_anew_is_not_sold_twice(scene: Scene) -> None:
    sku = scene.backend.article(9)
    basket = scene.backend.filled(sku)
    first = scene.place(basket)
    scene.floor.lookup.give_up(first)
    basket.refresh()
    second = scene.place(basket)
    scene.approve_late(second)
    scene.approve_late(first)

    assert scene.now(second).status == "placed"
    late = scene.now(first)
    assert (late.status, late.refunded) == ("refunded", first.totals.total.amount)
    assert scene.backend.stock(sku) == 8
    assert list(scene.provider.refunds.values()) == [first.totals.total.amount]


def test_a_cart_that_was_changed_since_stays_open(scene: Scene) -> None:
    basket = scene.backend.filled(scene.backend.article(9))
    order = scene.place(basket)
    scene.floor.lookup.give_up(order)
    basket.refresh()
    basket.add(scene.backend.article())
    scene.approve_late(order)
    assert scene.now(order).status == "placed"
    assert basket.refresh()["status"] == "open"


def test_a_late_order_keeps_the_price_of_a_code_that_is_used_up(scene: Scene) -> None:
    scene.backend.promotion("late-one", "percentage", code="LATE-ONE", percent=1000, uses=1)
    basket = scene.backend.filled(scene.backend.article(9))
    assert basket.write("PUT", "/codes/LATE-ONE").ok
    order = scene.place(basket)
    scene.floor.lookup.give_up(order)
    other = scene.backend.filled(scene.backend.article(9))
    assert other.write("PUT", "/codes/LATE-ONE").ok
    other.placed()
    scene.approve_late(order)
    assert scene.now(order).status == "placed"


def test_the_last_question_after_a_given_up_order_finds_money_that_nobody_told_of(scene: Scene) -> None:
    order = scene.place(scene.backend.filled())
    scene.floor.lookup.give_up(order)
    assert order.payment_id is not None
    scene.provider.states[order.payment_id] = "approved"
    scene.floor.sweeper.sweep()
    assert scene.now(order).status == "cancelled"
    scene.clock.advance(scene.backend.settings.hold_seconds + 1)
    scene.floor.sweeper.sweep()
    assert scene.now(order).status == "placed"
    assert scene.backend.rows("hold", order.id) == []


def test_a_payment_that_nobody_tells_of_is_asked_after(scene: Scene) -> None:
    order = scene.place(scene.backend.filled())
    assert order.payment_id is not None
    scene.provider.states[order.payment_id] = "approved"
    scene.floor.sweeper.sweep()
    assert scene.now(order).status == "awaiting_payment", "not at once: the shopper is just paying"
    scene.clock.advance(ASK_SECONDS)
    scene.floor.sweeper.sweep()
    assert scene.now(order).status == "placed"


def test_a_payment_whose_start_was_never_heard_of_is_found(scene: Scene) -> None:
    scene.provider.answers_lost = 1
    basket = scene.backend.filled()
    with pytest.raises(Exception, match="unavailable"):
        scene.place(basket)
    order_id = basket.refresh()["order_id"]
    payment = scene.provider.orders[order_id]
    scene.provider.states[payment] = "approved"
    scene.clock.advance(ASK_SECONDS)
    scene.floor.sweeper.sweep()
    assert scene.backend.order_item(order_id)["status"] == "placed"
    assert list(scene.provider.orders) == [order_id]


def test_while_the_provider_is_away_a_round_soon_gives_up_asking(scene: Scene) -> None:
    orders = [scene.place(basket) for basket in scene.backend.clones(scene.backend.filled(), 8)]
    for order in orders:
        assert order.payment_id is not None
        scene.provider.states[order.payment_id] = "approved"
    scene.clock.advance(ASK_SECONDS)
    scene.provider.away, scene.provider.asked = True, 0
    scene.floor.sweeper.sweep()
    assert 0 < scene.provider.asked <= 4
    scene.provider.away = False
    for _ in range(3):
        scene.clock.advance(LONGEST_PAUSE_SECONDS)
        scene.floor.sweeper.sweep()
    assert {scene.now(order).status for order in orders} == {"placed"}


def test_a_refund_is_asked_for_until_it_is_confirmed(scene: Scene) -> None:
    sku = scene.backend.article(1)
    order = scene.place(scene.backend.filled(sku))
    scene.floor.lookup.give_up(order)
    scene.backend.filled(sku).placed()
    # The payment's own service tells of the approval, and can't be reached when the money is to go back.
    assert order.payment_id is not None
    scene.provider.states[order.payment_id] = "approved"
    scene.provider.away = True
    event = PaymentEvent(payment_id=order.payment_id, order_id=order.id, status="approved", version=3)
    scene.floor.lookup.hear(event)
    waiting = scene.now(order)
    assert (waiting.status, kinds(waiting)[-1]) == ("refunded", "refund_started")

    pauses = []
    for _ in range(6):
        (row,) = scene.backend.rows("refund", order.id)
        pauses.append(row["claimed_until"] - int(scene.clock.now().timestamp()))
        scene.clock.advance(pauses[-1])
        assert scene.floor.sweeper.sweep().refunded == 0
    assert pauses == [2, 4, 8, 16, 20, 20]

    scene.provider.away = False
    scene.clock.advance(20)
    assert scene.floor.sweeper.sweep().refunded == 1
    assert list(scene.provider.refunds.values()) == [order.totals.total.amount]
    assert kinds(scene.now(order))[-1] == "refunded"
    assert scene.backend.rows("refund", order.id) == []
    assert scene.floor.sweeper.sweep().refunded == 0


def test_a_refund_that_is_refused_stays_for_a_person_to_see(scene: Scene, caplog) -> None:
    sku = scene.backend.article(1)
    order = scene.place(scene.backend.filled(sku))
    scene.floor.lookup.give_up(order)
    scene.backend.filled(sku).placed()
    scene.provider.refuses = True
    scene.approve_late(order)
    assert "see to it" in caplog.text
    (row,) = scene.backend.rows("refund", order.id)
    scene.backend.tables.delete("orders", {"pk": row["pk"], "sk": row["sk"]})


def test_a_refund_of_a_dead_process_is_taken_over(scene: Scene) -> None:
    order = scene.place(scene.backend.filled())
    scene.approve_late(order)
    paid = scene.now(order)
    refunds = scene.floor.fulfilment._refunds
    row = refunds.row(paid, 100, "out_of_stock", "evt_left_behind")
    scene.backend.tables.put("orders", row)
    assert scene.floor.sweeper.sweep().refunded == 0
    scene.clock.advance(21)
    assert sum(swept.refunded for swept in at_once(3, lambda _: scene.floor.sweeper.sweep())) == 1
    assert scene.provider.refunds == {row["key"]: 100}
    assert kinds(scene.now(order)).count("refunded") == 1
