"""What makes a write happen once per idempotency key: a receipt, written in the same transaction as the work.

The kit's `Idempotency` claims a key first and completes it later, which suits work of several steps. Here
the work is one transaction, so the receipt can be part of it: there is no time in which a key is claimed and
nothing is done, no lease, and of any number of equal requests one commits while the others find its receipt.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apptier.kit.clock import Clock, epoch
from apptier.kit.dynamo import Tables, TransactItem, put_action
from apptier.kit.idempotency import KEEP_SECONDS
from apptier.kit.problems import Problem


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that somebody wants done once.

    Where (operation and caller), the key, and a hash of the request.
    """

    scope: str
    key: str
    body_hash: str

    @property
    def pk(self) -> str:
        """Its place in the table."""
        return f"{self.scope}#{self.key}"


class Receipts:
    """Receipts in the table `idempotency`."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def find(self, intent: Intent) -> Any:
        """What was noted when this was done; None when it wasn't (or longer ago than 24 hours).

        Raises:
            Problem: 422 `idempotency_key_reused` when the key came with another request.
        """
        found = self._tables.get("idempotency", {"pk": intent.pk}, consistent=True)
        if found is None or found["expires_at"] < epoch(self._clock.now()):
            return None
        if found["body_hash"] != intent.body_hash:
            raise Problem(422, "idempotency_key_reused", "This key was used for another request.")
        return json.loads(found["result"])

    def action(self, intent: Intent, note: Mapping[str, Any]) -> TransactItem:
        """Leave a receipt; its condition fails when there is one."""
        now = epoch(self._clock.now())
        item = {
            "pk": intent.pk,
            "body_hash": intent.body_hash,
            "state": "done",
            "result": json.dumps(note, separators=(",", ":")),
            "expires_at": now + KEEP_SECONDS,
        }
        return put_action(
            self._tables.name("idempotency"),
            item,
            condition="attribute_not_exists(pk) OR expires_at < :now",
            values={":now": now},
        )
