"""Finding an order by what a shopper remembers of it: its number and the e-mail address it was placed with.

Numbers are made to be read aloud, not to be secret, so guesses are counted per number: the eleventh within an
hour is refused whether it is right or wrong. A number that nobody has is counted, read and refused in the
same way as one with another address, so that the answer says nothing about which of the two was wrong.
"""

import hmac
import re
from typing import Final, Literal

from apptier.kit.clock import Clock, epoch
from apptier.kit.dynamo import ConditionFailed, Item, Tables
from apptier.kit.problems import Problem, not_found
from apptier.orders.models import FindOrder, OrderKey
from apptier.orders.opening import NO_FINGERPRINT, Secrets
from apptier.orders.order_store import OrderStore
from apptier.orders.promotions_limits import email_hash

Purpose = Literal["findOrder", "proveBought"]
"""Who asks: a shopper, or the reviews service on behalf of somebody who says that they bought something."""

MOST_TRIES: Final = 10
WINDOW_SECONDS: Final = 3600
_PREFIX: Final = 2
_HALF: Final = 6


class Finding:
    """Answers who knows number and address with the order's token."""

    def __init__(self, tables: Tables, clock: Clock, orders: OrderStore, secrets: Secrets) -> None:
        self._tables = tables
        self._clock = clock
        self._orders = orders
        self._secrets = secrets

    def find(self, wanted: FindOrder, purpose: Purpose = "findOrder") -> OrderKey:
        """What opens the order. Each purpose has tries of its own.

        Raises:
            Problem: 404 `order_not_found`, 429 `too_many_tries`.
        """
        number = tidy_number(wanted.number)
        key = {"pk": f"{purpose}:{number}"}
        self._count(key)
        row = self._orders.of_number(number)
        known = row["email_hash"] if row else NO_FINGERPRINT
        fits = hmac.compare_digest(email_hash(wanted.email), known)
        order = self._orders.get(row["order_id"]) if row and fits else None
        if order is None:
            raise not_found("There is no order of this number and e-mail address.", "order_not_found")
        self._forgive(key)
        return OrderKey(order_id=order.id, token=self._secrets.known_order_token(order.id, order.token_hash))

    def _count(self, key: Item) -> None:
        """One more try, before anything is looked up, so that many at once are all counted.

        Raises Problem 429.
        """
        now = epoch(self._clock.now())
        row = None
        while row is None:
            row = self._added(key, now) or self._begun_anew(key, now)
        if row["tries"] > MOST_TRIES:
            wait = max(row["expires_at"] - now, 1)
            words = "Too many wrong tries for this number. Try again later."
            headers = {"Retry-After": str(wait)}
            raise Problem(429, "too_many_tries", words, headers=headers, retry_after=wait)

    def _added(self, key: Item, now: int) -> Item | None:
        """The count after one more within its hour; None when that hour has passed."""
        try:
            return self._tables.update(
                "idempotency",
                key,
                "SET expires_at = if_not_exists(expires_at, :until) ADD tries :one",
                condition="attribute_not_exists(expires_at) OR expires_at > :now",
                values={":one": 1, ":until": now + WINDOW_SECONDS, ":now": now},
            )
        except ConditionFailed:
            return None

    def _begun_anew(self, key: Item, now: int) -> Item | None:
        """The count of a new hour, with this try in it; None when another has begun it first."""
        try:
            return self._tables.update(
                "idempotency",
                key,
                "SET expires_at = :until, tries = :one",
                condition="attribute_not_exists(expires_at) OR expires_at <= :now",
                values={":until": now + WINDOW_SECONDS, ":one": 1, ":now": now},
            )
        except ConditionFailed:
            return None

    def _forgive(self, key: Item) -> None:
        """A right one doesn't count; a count that has run out and is gone stays gone."""
        try:
            self._tables.update(
                "idempotency",
                key,
                "ADD tries :less",
                condition="attribute_exists(expires_at)",
                values={":less": -1},
            )
        except ConditionFailed:
            return


def tidy_number(number: str) -> str:
    """A number as orders carry it, however it was typed: `sf 7k3m92qd` is `SF-7K3M-92QD`."""
    plain = re.sub(r"[^0-9A-Z]", "", number.upper())
    return f"{plain[:_PREFIX]}-{plain[_PREFIX:_HALF]}-{plain[_HALF:]}"
