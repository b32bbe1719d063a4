"""Payments in the table `payments`, and beside them the ids whose outcome has yet to be told onwards.

An item per payment (`pk` is its id) and a few items `outbox#n`, each a set of payment ids. A payment and its
place in the outbox change in one transaction, so no outcome can be forgotten.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.dynamo import ConditionFailed, Item, Tables, TransactionCanceled, update_action
from apptier.kit.problems import unavailable
from apptier.payments.states import Status

OUTBOX_SHARDS: Final = 4
_CONFLICT_ROUNDS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment of one order.

    Attributes:
        id: Not guessable: who knows it may answer the hosted page.
        amount: Minor units of `currency` (ISO 4217).
        wrong_codes: How often the challenge was answered wrongly.
        body_hash: What was asked for when it was created, to tell a repeated key from a reused one.
        order_number, method, locale: What the hosted page shows, how, and in which language.
        refunded: Minor units that have gone back.
        told_attempts: How often the order service was told of the outcome in vain.
        told_next: Unix seconds before which it isn't told again.
    """

    id: str
    order_id: str
    amount: int
    currency: str
    return_url: str
    status: Status
    version: int
    wrong_codes: int
    body_hash: str
    updated_at: str
    order_number: str = ""
    method: str = "card"
    locale: str = "en"
    refunded: int = 0
    told_attempts: int = 0
    told_next: int = 0


def _payment(item: Item) -> Payment:
    known = {name: item[name] for name in Payment.__slots__ if name in item}
    return Payment(**(known | {"id": item["pk"], "status": Status(item["status"])}))


def _shard(payment_id: str) -> str:
    return f"outbox#{zlib.crc32(payment_id.encode()) % OUTBOX_SHARDS}"


class PaymentStore:
    """Reads and changes payments; every change is conditional on the payment being pending."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def get(self, payment_id: str) -> Payment | None:
        """The payment as it is now (a consistent read)."""
        item = self._tables.get("payments", {"pk": payment_id}, consistent=True)
        # The id comes from an address that anybody can type, and the outbox lies in the same table.
        return _payment(item) if item and "order_id" in item else None

    def create(self, payment_id: str, **facts: Any) -> Payment:
        """A pending payment under this id, or the one that is there already, whatever its state."""
        item = {
            "pk": payment_id,
            "status": Status.PENDING.value,
            "version": 1,
            "wrong_codes": 0,
            "updated_at": rfc3339(self._clock.now()),
            **facts,
        }
        try:
            self._tables.put("payments", item, condition="attribute_not_exists(pk)")
        except ConditionFailed as taken:
            return _payment(taken.current or item)
        return _payment(item)

    def finish(self, payment_id: str, status: Status) -> bool:
        """Give a pending payment its outcome and queue the news; False when it had one (or doesn't exist).

        Raises:
            Problem: 503 when other writers kept the outbox busy all the time.
        """
        actions = [self._outcome(payment_id, status), self._queue(payment_id)]
        for _ in range(_CONFLICT_ROUNDS):
            try:
                self._tables.transact(actions)
            except TransactionCanceled as cancelled:
                if cancelled.reasons[0].condition_failed:
                    return False
                if not cancelled.conflict:
                    raise
            else:
                return True
        raise unavailable()

    def _outcome(self, payment_id: str, status: Status) -> dict[str, Any]:
        return update_action(
            self._tables.name("payments"),
            {"pk": payment_id},
            "SET #status = :status, #version = #version + :one, updated_at = :now",
            condition="#status = :pending",
            names={"#status": "status", "#version": "version"},
            values={
                ":status": status.value,
                ":pending": Status.PENDING.value,
                ":one": 1,
                ":now": rfc3339(self._clock.now()),
            },
        )

    def _queue(self, payment_id: str) -> dict[str, Any]:
        return update_action(
            self._tables.name("payments"),
            {"pk": _shard(payment_id)},
            "ADD waiting :ids",
            values={":ids": {payment_id}},
        )

    def refund(self, payment_id: str, amount: int, note: str, mark: str) -> Payment | None:
        """Give so much of an approved payment back, once per mark; None when there is no such payment.

        Args:
            payment_id: Which.
            amount: Minor units of the payment's currency.
            note: What was asked for, kept under the mark.
            mark: Names the refund; letters and digits.

        Raises:
            ConditionFailed: the mark is known, the payment isn't approved, or not so much is left of it.
        """
        payment = self.get(payment_id)
        if payment is None:
            return None
        item = self._tables.update(
            "payments",
            {"pk": payment_id},
            "SET #mark = :note, #version = #version + :one, updated_at = :now ADD refunded :amount",
            condition="attribute_not_exists(#mark) AND #status = :approved"
            " AND (attribute_not_exists(refunded) OR refunded <= :most) AND amount >= :amount",
            names={"#mark": mark, "#version": "version", "#status": "status"},
            values={
                ":note": note,
                ":one": 1,
                ":now": rfc3339(self._clock.now()),
                ":amount": amount,
                ":approved": Status.APPROVED.value,
                ":most": payment.amount - amount,
            },
        )
        return _payment(item)

    def count_wrong_code(self, payment_id: str) -> int | None:
        """One more wrong code; how many there are now, or None when the payment isn't pending."""
        try:
            item = self._tables.update(
                "payments",
                {"pk": payment_id},
                "SET wrong_codes = wrong_codes + :one",
                condition="#status = :pending",
                names={"#status": "status"},
                values={":one": 1, ":pending": Status.PENDING.value},
            )
        except ConditionFailed:
            return None
        return int(item["wrong_codes"])

    def waiting(self) -> list[str]:
        """Ids of the payments whose outcome has not been heard yet, of all shards."""
        keys = [{"pk": f"outbox#{number}"} for number in range(OUTBOX_SHARDS)]
        shards = self._tables.batch_get("payments", keys, consistent=True)
        return sorted(name for shard in shards for name in shard.get("waiting", ()))

    def claim_telling(self, payment: Payment, next_at: int) -> bool:
        """Take the right to tell of it until `next_at` (unix seconds); False when another process has it."""
        try:
            self._tables.update(
                "payments",
                {"pk": payment.id},
                "SET told_next = :next, told_attempts = :attempts",
                condition="attribute_not_exists(told_next) OR told_next = :seen",
                values={
                    ":next": next_at,
                    ":attempts": payment.told_attempts + 1,
                    ":seen": payment.told_next,
                },
            )
        except ConditionFailed:
            return False
        return True

    def tell_again(self, payment_id: str, at: int) -> None:
        """It was not heard: tell of it again from `at` (unix seconds) on."""
        self._tables.update("payments", {"pk": payment_id}, "SET told_next = :at", values={":at": at})

    def told(self, payment_ids: Iterable[str]) -> None:
        """Take these out of the outbox."""
        for payment_id in payment_ids:
            self._tables.update(
                "payments", {"pk": _shard(payment_id)}, "DELETE waiting :ids", values={":ids": {payment_id}}
            )

    def now(self) -> int:
        """Unix seconds of the clock."""
        return epoch(self._clock.now())
